"""Plots of a report as SVG: drawn by hand, so that they need no library and load nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

WIDTH, HEIGHT = 360, 260
LEFT, RIGHT, TOP, BOTTOM = 46, 14, 34, 40  # margins

Point = tuple[float, float]  # from 0 to 1 on both axes

_STYLE = """<style>
text { font: 12px system-ui, sans-serif; fill: #333 } .title { font-weight: 600 }
.axis { stroke: #999; fill: none } .ideal { stroke: #999; stroke-dasharray: 4 4; fill: none }
.line { stroke: #2563a8; stroke-width: 2; fill: none } .dot, .bar { fill: #2563a8 }
@media (prefers-color-scheme: dark) {
text { fill: #ddd } .line { stroke: #7fb2ea } .dot, .bar { fill: #7fb2ea } }
</style>"""


def plots(report: Mapping[str, Any]) -> dict[str, str]:
    """Each plot of `report` by its name, as an SVG document; those without anything to show are left out."""
    ranks, latencies = _ranks(report), list(report["times"]["latency_ms"].values())
    drawn = {
        "risk-coverage": _risk_coverage(report) if report["risk_coverage"] else None,
        "calibration": _calibration(report) if report["reliability"] else None,
        "ranks": _bars("Rank of the first right passage", "cases", ranks) if any(n for _, n in ranks) else None,
        "latency": _bars("Milliseconds to an answer, up to", "cases", _histogram(latencies)) if latencies else None,
    }
    return {name: svg for name, svg in drawn.items() if svg is not None}


def write_plots(report: Mapping[str, Any], folder: Path) -> list[Path]:
    """Writes each plot of `report` into `folder`; the files. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    files: list[Path] = []
    for name, svg in plots(report).items():
        files.append(folder / f"{name}.svg")
        files[-1].write_text(svg, encoding="utf-8")
    return files


def _risk_coverage(report: Mapping[str, Any]) -> str:
    curve: list[Point] = [(x, y) for x, y in report["risk_coverage"]]
    measured = report["metrics"]["risk_coverage_area"]
    return _figure(
        f"Risk and coverage (area {measured:.3f})",
        "share answered",
        "share wrong of those",
        f'<polyline class="line" points="{_points(curve)}"/>',
    )


def _calibration(report: Mapping[str, Any]) -> str:
    bins: list[Point] = [(sure, right) for _, sure, right in report["reliability"]]
    measured = report["metrics"]["calibration_error"]
    dots = "".join(f'<circle class="dot" cx="{_x(x):.1f}" cy="{_y(y):.1f}" r="4"/>' for x, y in bins)
    ideal = f'<path class="ideal" d="M{_x(0)} {_y(0)}L{_x(1)} {_y(1)}"/>'
    line = f'<polyline class="line" points="{_points(bins)}"/>'
    return _figure(
        f"Confidence and truth (error {measured:.3f})", "confidence, ten equal bins", "share right", ideal + line + dots
    )


def _ranks(report: Mapping[str, Any]) -> list[tuple[str, int]]:
    """How many cases have their first right passage at each rank; "none" when it was not found."""
    counts: dict[str, int] = {str(n): 0 for n in range(1, 11)} | {"none": 0}
    for case in report["cases"]:
        scores = case["scores"]
        if scores["sought"] and scores["searched"] and not scores["failed"]:
            rank = min(scores["ranks"], default=0)
            counts[str(rank) if 0 < rank <= 10 else "none"] += 1
    return list(counts.items())


def _histogram(values: Sequence[float], bars: int = 10) -> list[tuple[str, int]]:
    """Counts in `bars` equal steps up to the 99th percentile; the last bar holds what is above it too."""
    top = sorted(values)[int(0.99 * (len(values) - 1))] or 1.0
    counts = [0] * bars
    for value in values:
        counts[min(bars - 1, int(bars * value / top))] += 1
    return [(f"{top * (n + 1) / bars:.0f}", count) for n, count in enumerate(counts)]


def _bars(title: str, what: str, values: Sequence[tuple[str, int]]) -> str:
    most = max(count for _, count in values) or 1
    step = (WIDTH - LEFT - RIGHT) / len(values)
    drawn: list[str] = []
    for n, (name, count) in enumerate(values):
        x, top = LEFT + n * step, _y(count / most)
        drawn.append(
            f'<rect class="bar" x="{x + 2:.1f}" y="{top:.1f}" width="{step - 4:.1f}" height="{_y(0) - top:.1f}">'
            f"<title>{escape(name)}: {count}</title></rect>"
            f'<text x="{x + step / 2:.1f}" y="{_y(0) + 15}" text-anchor="middle">{escape(name)}</text>'
        )
    scale = f'<text x="{LEFT - 5}" y="{_y(1) + 4}" text-anchor="end">{most}</text>'
    return _frame(title, "", what, "".join(drawn) + scale)


def _figure(title: str, below: str, beside: str, inner: str) -> str:
    ticks = "".join(
        f'<text x="{_x(v):.0f}" y="{_y(0) + 15}" text-anchor="middle">{v:g}</text>'
        f'<text x="{LEFT - 5}" y="{_y(v) + 4:.0f}" text-anchor="end">{v:g}</text>'
        for v in (0, 0.25, 0.5, 0.75, 1)
    )
    return _frame(title, below, beside, ticks + inner)


def _frame(title: str, below: str, beside: str, inner: str) -> str:
    middle = (_y(0) + _y(1)) / 2
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'role="img" aria-label="{escape(title)}">\n{_STYLE}\n'
        f'<text class="title" x="{LEFT}" y="18">{escape(title)}</text>'
        f'<path class="axis" d="M{_x(0)} {_y(1)}V{_y(0)}H{_x(1)}"/>'
        f'<text x="{(_x(0) + _x(1)) / 2}" y="{HEIGHT - 8}" text-anchor="middle">{escape(below)}</text>'
        f'<text transform="translate(12 {middle}) rotate(-90)" text-anchor="middle">{escape(beside)}</text>'
        f"{inner}\n</svg>\n"
    )


def _points(curve: Sequence[Point]) -> str:
    return " ".join(f"{_x(x):.1f},{_y(y):.1f}" for x, y in curve)


def _x(value: float) -> float:
    return LEFT + value * (WIDTH - LEFT - RIGHT)


def _y(value: float) -> float:
    return HEIGHT - BOTTOM - value * (HEIGHT - TOP - BOTTOM)
