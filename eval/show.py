"""A report for people: a table in the terminal, Markdown, or one HTML page."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from .gate import COUNTS, Thresholds
from .scores import is_time

ENDINGS = (".json", ".md", ".html")

Rows = list[tuple[str, ...]]  # of a table, its head first


def print_report(report: Mapping[str, Any], thresholds: Thresholds) -> None:
    """The metrics, the kinds and the verdict on stdout."""
    from rich.console import Console

    console = Console(highlight=False, markup=False)
    console.print(headline(report), style="bold")
    console.print(_table(metric_rows(report, thresholds)))
    console.print(_table(kind_rows(report)))
    for line in verdict(report):
        console.print(line, soft_wrap=True)


def write_report(report: Mapping[str, Any], thresholds: Thresholds, path: Path) -> None:
    """Writes `report` as its ending says: .json, .md or .html. Raises OSError."""
    if path.suffix == ".json":
        text = as_json(report)
    elif path.suffix == ".md":
        text = as_markdown(report, thresholds)
    else:
        text = as_html(report, thresholds)
    path.write_text(text, encoding="utf-8")


def as_json(report: Mapping[str, Any]) -> str:
    """The report as JSON, keys in their order."""
    return json.dumps(report, ensure_ascii=False, indent=1) + "\n"


def as_markdown(report: Mapping[str, Any], thresholds: Thresholds) -> str:
    """Tables of the metrics, the kinds and the cases that were not right."""
    parts = [
        f"# {headline(report)}",
        "\n".join(f"- {_cell(line)}" for line in verdict(report)),
        _markdown(metric_rows(report, thresholds)),
        _markdown(kind_rows(report)),
        "## Cases that were not right",
        _markdown(case_rows(report)),
        f"Made by `{report['command']}` at commit {report['commit'] or 'unknown'}.",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def as_html(report: Mapping[str, Any], thresholds: Thresholds) -> str:
    """The same as one page that loads nothing."""
    lines = "".join(f"<li>{escape(line)}</li>" for line in verdict(report))
    made = f"Made by <code>{escape(report['command'])}</code> at commit {escape(report['commit'] or 'unknown')}."
    return f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{escape(headline(report))}</title>
<style>
:root {{ color-scheme: light dark }}
body {{ font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem }}
.wide {{ overflow-x: auto }}
table {{ border-collapse: collapse; margin: 1rem 0 }}
th, td {{ border-bottom: 1px solid #8886; padding: .25rem .75rem; text-align: left; vertical-align: top }}
</style>
<h1>{escape(headline(report))}</h1>
<ul>{lines}</ul>
{_html(metric_rows(report, thresholds))}
{_html(kind_rows(report))}
<h2>Cases that were not right</h2>
{_html(case_rows(report))}
<p>{made}</p>
</html>
"""


def headline(report: Mapping[str, Any]) -> str:
    """What was asked of what."""
    asked, cases, settings = report["metrics"]["n"], report["set"]["cases"], report["settings"]
    share = f"{asked:,}" if asked == cases else f"{asked:,} of {cases:,}"
    return (
        f"{report['set']['name']}: {share} cases over {report['set']['articles']:,} articles, "
        f"context {settings['context']}, answered by {settings['model']}"
    )


def verdict(report: Mapping[str, Any]) -> list[str]:
    """Whether it passed, and everything that keeps it from passing."""
    lines = [f"broken: {breach}" for breach in report["breaches"]]
    if compared := report["baseline"]:
        lines.append(
            f"compared with the baseline over {compared['paired']:,} cases: "
            f"lost {_ids(compared['lost'])}; won {_ids(compared['won'])}"
        )
    if failed := report["metrics"]["failed"]:
        first = next(case for case in report["cases"] if case["failure"])
        lines.append(f"{failed:,} cases broke; the first, {first['id']}: {first['failure']}")
    return [*lines, "passed" if report["passed"] else "failed"]


def metric_rows(report: Mapping[str, Any], thresholds: Thresholds) -> Rows:
    """One row a metric: name, value, limits, and what the baseline had when there is one."""
    words = {"min": "at least", "max": "at most"}
    limits: dict[str, list[str]] = {}
    for limit in thresholds.limits:
        limits.setdefault(limit.metric, []).append(f"{words[limit.bound]} {limit.value:g}")
    for metric, goal in thresholds.goals:
        limits.setdefault(metric, []).append(f"goal {goal:g}")
    rows: Rows = [("metric", "value", "must be")]
    for name, value in report["metrics"].items():
        rows.append((name, _number(name, value), ", ".join(limits.get(name, []))))
    if report["baseline"] is None:
        return rows
    before = {name: pair[0] for name, pair in report["baseline"]["metrics"].items()}
    return [(*rows[0], "baseline"), *((*row, _number(row[0], before.get(row[0]), "")) for row in rows[1:])]


def kind_rows(report: Mapping[str, Any]) -> Rows:
    """One row a kind of case; "precision" is that of its citations."""
    names = ("n", "hit@5", "answer_f1", "contained", "refused", "citation_precision")
    rows: Rows = [("kind", "n", "hit@5", "f1", "contained", "refused", "precision")]
    for kind, metrics in report["kinds"].items():
        refused = metrics["refused_share"] if metrics["refused_share"] is not None else metrics["refusal_recall"]
        shown = {**metrics, "refused": refused}
        rows.append((kind, *(_number(name, shown[name], "") for name in names)))
    return rows


def case_rows(report: Mapping[str, Any]) -> Rows:
    """One row a case that was not right: what was expected and what came."""
    wrong = [case for case in report["cases"] if not case["scores"]["right"]]
    rows = [(case["id"], case["type"], case["question"], _expected(case), _came(case)) for case in wrong]
    return [("id", "kind", "question", "expected", "came"), *rows]


def _expected(case: Mapping[str, Any]) -> str:
    expected = case["expected"]
    if expected["unanswerable"]:
        return "a refusal"
    return " and ".join(expected["items"]) or (expected["answers"] or ["the evidence found"])[0]


def _came(case: Mapping[str, Any]) -> str:
    answer = case["answer"]
    if answer is None:
        return f"broke: {case['failure']}"
    return f"refused ({answer['reason']})" if answer["refused"] else answer["text"]


def _ids(ids: Sequence[str], most: int = 20) -> str:
    if not ids:
        return "none"
    more = f" and {len(ids) - most:,} more" if len(ids) > most else ""
    return f"{len(ids):,} ({', '.join(ids[:most])}{more})"


def _number(name: str, value: float | int | None, none: str = "–") -> str:
    if value is None:
        return none
    if name in COUNTS or name == "failed":
        return f"{value:,}"
    return f"{value:.1f}" if is_time(name) else f"{value:.4f}"


def _table(rows: Rows) -> Any:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD)
    for number, name in enumerate(rows[0]):
        table.add_column(name, justify="right" if number else "left", overflow="fold")
    for row in rows[1:]:
        table.add_row(*row)
    return table


def _markdown(rows: Rows) -> str:
    lines = ["| " + " | ".join(map(_cell, row)) + " |" for row in rows]
    return "\n".join([lines[0], "|" + " --- |" * len(rows[0]), *lines[1:]])


def _cell(text: str) -> str:
    """`text` in one table cell, with what Markdown or HTML would read as theirs made plain."""
    plain = " ".join(escape(text, quote=False).split())
    return re.sub(r"([\\`*_\[\]|])", r"\\\1", plain)


def _html(rows: Rows) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in rows[0])
    lines = "\n".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows[1:])
    return f'<div class="wide"><table>\n<tr>{head}</tr>\n{lines}\n</table></div>'
