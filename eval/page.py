"""The report as one HTML page that loads nothing: scores, plots, stages, and every case to be looked into."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from .case_page import WIDE, anchor, case_html
from .gate import Thresholds
from .look import SCRIPT, STYLE
from .meanings import FIRST, GROUPS
from .plots import plots
from .stages import STAGES
from .tables import Rows, flavour_rows, headline, kind_rows, metric_rows, turn_rows, verdict
from .totals import ALL, PLAIN, is_time

CHANGED = 200  # lost or won cases listed at most; the filter shows them all


def page(report: Mapping[str, Any], thresholds: Thresholds) -> Iterator[str]:
    """The page in pieces, one for each case, so that a report of thousands is never held at once."""
    script = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{script}'"
    title = escape(headline(report))
    yield f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<title>{title}</title>
<style>{STYLE}</style>
<main>
{_head(report, title)}
<div class="tiles">{_tiles(report, thresholds)}</div>
<div class="plots">{"".join(plots(report).values())}</div>
{_changes(report)}
{_stages(report)}
<h2>By kind</h2>
{html_table(kind_rows(report), pick="kind")}
{_flavours_and_turns(report)}
<p class="faint">"refused" is the share of the answerable cases, or of all where none is answerable; "precision" that of
citations.</p>
{_scores(report, thresholds)}
{_filters(report)}
"""
    baseline = report["baseline"] or {"lost": (), "won": ()}
    lost, won = set(baseline["lost"]), set(baseline["won"])
    for case in report["cases"]:
        yield case_html(case, "lost" if case["id"] in lost else "won" if case["id"] in won else "")
    yield f"</main>\n<script>{SCRIPT}</script>\n</html>\n"


def html_table(rows: Rows, *, pick: str = "") -> str:
    """`rows`, the first of them its head, as a table; those of figures are set to the right.

    With `pick`, the names in the first column set the filter of that name.
    """
    figures = [all(_is_figure(row[n]) for row in rows[1:]) for n in range(len(rows[0]))]
    left = [' class="n"' if right and n else "" for n, right in enumerate(figures)]
    head = "".join(f"<th{kind}>{escape(name)}</th>" for kind, name in zip(left, rows[0], strict=True))
    lines = "\n".join(
        "<tr>"
        + "".join(f"<td{left[n]}>{_cell(cell, pick if not n else '')}</td>" for n, cell in enumerate(row))
        + "</tr>"
        for row in rows[1:]
    )
    return f"{WIDE}<table>\n<tr>{head}</tr>\n{lines}\n</table></div>"


def _is_figure(cell: str) -> bool:
    return not cell or cell == "–" or cell[0].isdigit()


def _cell(cell: str, pick: str) -> str:
    if not pick or cell in ("", ALL, PLAIN):
        return escape(cell)
    return f'<button class="pick" data-pick="{pick}">{escape(cell)}</button>'


def _head(report: Mapping[str, Any], title: str) -> str:
    """The verdict, what was asked of what, and what makes it again."""
    outcome = "good" if report["passed"] else "lost"
    *reasons, word = verdict(report)
    listed = "".join(
        f'<li class="{"lost" if line.startswith("broken") else ""}">{escape(line)}</li>' for line in reasons
    )
    times = report["times"]
    made = f"{times['started'].replace('T', ' ')}, in {times['seconds']:,} s, at commit {_short(report['commit'])}"
    return f"""<span class="badge {outcome}">{escape(word)}</span>
<h1>{title}</h1>
<p class="faint"><code>{escape(report["command"])}</code> · {escape(made)}</p>
{f"<ul>{listed}</ul>" if listed else ""}"""


def _short(commit: str | None) -> str:
    name, dash, dirty = (commit or "unknown").partition("-")
    return f"{name[:12]}{dash}{dirty}"


def _tiles(report: Mapping[str, Any], thresholds: Thresholds) -> str:
    """What a person looks at first: the value, the interval that chance leaves it, and what it must be."""
    broken = {limit.metric for limit in thresholds.limits if not limit.held_by(report["metrics"])}
    limits = {name: must for name, _, must, *_ in metric_rows(report, thresholds)}
    tiles: list[str] = []
    for name, words in FIRST.items():
        value = report["metrics"][name]
        if value is None:
            continue
        bounds = report["intervals"].get(name)
        shown = f"{value:.0f}" if is_time(name) else f"{value:.3f}".rstrip("0").rstrip(".")
        spread = f"{bounds[0]:.3f} to {bounds[1]:.3f}" if bounds and bounds[0] < bounds[1] else ""
        tiles.append(
            f'<div class="tile{" lost" if name in broken else ""}" title="{escape(name)}"><span>{escape(words)}</span>'
            f"<b>{shown}</b><span>{spread}</span><span>{escape(limits.get(name, ''))}</span></div>"
        )
    return "".join(tiles)


def _changes(report: Mapping[str, Any]) -> str:
    """The cases lost and won since the baseline, each a link to what came of it."""
    baseline = report["baseline"]
    if not baseline or not (baseline["lost"] or baseline["won"]):
        return ""
    change = {**dict.fromkeys(baseline["won"], "won"), **dict.fromkeys(baseline["lost"], "lost")}
    told = [(change[case["id"]], case) for case in report["cases"] if case["id"] in change]
    told.sort(key=lambda one: one[0])
    rows = "\n".join(
        f'<tr><td class="{"lost" if word == "lost" else "good"}">{word}</td>'
        f'<td><a href="#{escape(anchor(case["id"]))}">{escape(case["question"])}</a></td>'
        f"<td>{escape(case['type'])}</td><td>{escape(case['stage'] or '')}</td></tr>"
        for word, case in told[:CHANGED]
    )
    more = f"<p>and {len(told) - CHANGED:,} more</p>" if len(told) > CHANGED else ""
    head = "<tr><th>since</th><th>question</th><th>kind</th><th>lost at</th></tr>"
    return f"<h2>Since the baseline</h2>\n{WIDE}<table>\n{head}\n{rows}\n</table></div>{more}"


def _stages(report: Mapping[str, Any]) -> str:
    if not report["stages"]:
        return "<p>No case was lost at any stage.</p>"
    rows: Rows = [("lost at", "cases", "that is")]
    rows += [(stage, f"{count:,}", STAGES[stage]) for stage, count in report["stages"].items()]
    return f"<h2>Where it went wrong</h2>\n{html_table(rows, pick='stage')}"


def _flavours_and_turns(report: Mapping[str, Any]) -> str:
    flavours = f"<h2>By flavour</h2>\n{html_table(flavour_rows(report), pick='flavour')}" if report["flavours"] else ""
    turns = f"<h2>By turn of the conversation</h2>\n{html_table(turn_rows(report))}" if report["turns"] else ""
    return f"{flavours}\n{turns}"


def _scores(report: Mapping[str, Any], thresholds: Thresholds) -> str:
    """Every metric in its group, with what it means."""
    head, *rows = metric_rows(report, thresholds)
    by_name = {row[0]: row for row in rows}
    known = {name for group in GROUPS.values() for name in group}
    more = {row[0]: "" for row in rows if row[0] not in known}
    parts = ["<h2>Scores</h2>\n<p class='faint'>In brackets: what 95 of 100 draws of as many cases would give.</p>"]
    for title, group in {**GROUPS, "Beside them": more}.items():
        shown = [(*by_name[name], meaning) for name, meaning in group.items() if name in by_name]
        if shown:
            parts.append(f"<h3>{title}</h3>\n{html_table([(*head, 'what it is'), *shown])}")
    return "\n".join(parts)


def _filters(report: Mapping[str, Any]) -> str:
    states = {"right": "right", "wrong": "not right", "refused": "refused"}
    if report["baseline"]:
        states |= {"lost": "lost since the baseline", "won": "won since the baseline"}
    flavours = [flavour for flavour in report["flavours"] if flavour != PLAIN]
    return (
        '<h2 id="cases">Cases</h2>\n<div class="filters">'
        + _choice("kind", "every kind", {kind: kind for kind in report["kinds"]})
        + (_choice("flavour", "every flavour", {one: one for one in flavours}) if flavours else "")
        + _choice("stage", "every stage", {stage: stage for stage in report["stages"]})
        + _choice("state", "right or not", states)
        + '<input id="words" type="search" placeholder="words" aria-label="words">'
        + '<button id="clear">show all</button><span id="shown" aria-live="polite"></span></div>\n'
    )


def _choice(id: str, every: str, names: Mapping[str, str]) -> str:
    options = "".join(f'<option value="{escape(value)}">{escape(name)}</option>' for value, name in names.items())
    return f'<select id="{id}" aria-label="{id}"><option value="">{every}</option>{options}</select>'
