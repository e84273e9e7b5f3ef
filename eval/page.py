"""The report as one HTML page that loads nothing: scores, plots, stages, and every case to be looked into."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from .gate import Thresholds
from .plots import plots
from .stages import STAGES
from .tables import Rows, headline, kind_rows, metric_rows, turn_rows, verdict

_STYLE = """
:root { color-scheme: light dark; --soft: #8884; --mark: #ffe08a; --lost: #b3261e; --good: #1b7a3d }
@media (prefers-color-scheme: dark) { :root { --mark: #6b5200; --lost: #ff8a80; --good: #7fd69a } }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 76rem; padding: 0 1rem }
.wide { overflow-x: auto } table { border-collapse: collapse; margin: .5rem 0 }
th, td { border-bottom: 1px solid var(--soft); padding: .2rem .7rem; text-align: left; vertical-align: top }
td:not(:first-child) { font-variant-numeric: tabular-nums }
.plots { display: flex; flex-wrap: wrap; gap: 1rem } .plots svg { max-width: 100%; height: auto }
.filters { position: sticky; top: 0; background: Canvas; padding: .6rem 0; display: flex; flex-wrap: wrap; gap: .6rem;
 align-items: center; border-bottom: 1px solid var(--soft) }
details { border-bottom: 1px solid var(--soft); padding: .3rem 0 } details details { border: 0 }
summary { cursor: pointer } .case > summary::marker { color: var(--soft) }
.tag { border: 1px solid var(--soft); border-radius: 1rem; padding: 0 .5rem; font-size: .85em; white-space: nowrap }
.lost { color: var(--lost) } .good { color: var(--good) } mark { background: var(--mark); color: inherit }
mark b { text-decoration: underline }
blockquote { margin: .4rem 0; padding-left: .8rem; border-left: 3px solid var(--soft);
 white-space: pre-wrap } dt { font-weight: 600 } dd { margin: 0 0 .5rem 1rem; white-space: pre-wrap }
"""

_SCRIPT = """
const by = id => document.getElementById(id), cases = [...document.querySelectorAll('.case')];
function show() {
  const kind = by('kind').value, stage = by('stage').value, state = by('state').value;
  const words = by('words').value.toLowerCase();
  let n = 0;
  for (const one of cases) {
    const d = one.dataset;
    const fits = (!kind || d.kind === kind) && (!stage || d.stage === stage)
      && (!state || d.state.split(' ').includes(state))
      && (!words || one.textContent.toLowerCase().includes(words));
    one.hidden = !fits;
    n += fits;
  }
  by('shown').textContent = n + ' of ' + cases.length + ' cases';
}
for (const id of ['kind', 'stage', 'state']) by(id).addEventListener('change', show);
by('words').addEventListener('input', show);
show();
"""


def page(report: Mapping[str, Any], thresholds: Thresholds) -> Iterator[str]:
    """The page in pieces, one for each case, so that a report of thousands is never held at once."""
    script = base64.b64encode(hashlib.sha256(_SCRIPT.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{script}'"
    title = escape(headline(report))
    outcome = "good" if report["passed"] else "lost"
    yield f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<title>{title}</title>
<style>{_STYLE}</style>
<h1>{title}</h1>
<ul>{"".join(f'<li class="{outcome}">{escape(line)}</li>' for line in verdict(report))}</ul>
<div class="plots">{"".join(plots(report).values())}</div>
<h2>Scores</h2>
<p>In brackets: what 95 of 100 draws of as many cases would give.</p>
{html_table(metric_rows(report, thresholds))}
{_stages(report)}
<h2>By kind</h2>
{html_table(kind_rows(report))}
"""
    if report["turns"]:
        yield f"<h2>By turn of the conversation</h2>\n{html_table(turn_rows(report))}\n"
    yield _filters(report)
    baseline = report["baseline"] or {"lost": (), "won": ()}
    lost, won = set(baseline["lost"]), set(baseline["won"])
    for case in report["cases"]:
        yield _case(case, "lost" if case["id"] in lost else "won" if case["id"] in won else "")
    made = escape(report["commit"] or "unknown")
    yield f"<p>{escape(report['name'])}: made by <code>{escape(report['command'])}</code> at commit {made}.</p>\n"
    yield f"<script>{_SCRIPT}</script>\n</html>\n"


def html_table(rows: Rows) -> str:
    """`rows`, the first of them its head, as a table."""
    head = "".join(f"<th>{escape(name)}</th>" for name in rows[0])
    lines = "\n".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows[1:])
    return f'<div class="wide"><table>\n<tr>{head}</tr>\n{lines}\n</table></div>'


def _stages(report: Mapping[str, Any]) -> str:
    if not report["stages"]:
        return "<p>No case was lost at any stage.</p>"
    rows: Rows = [("lost at", "cases", "that is")]
    rows += [(stage, str(count), STAGES[stage]) for stage, count in report["stages"].items()]
    return f"<h2>Where it went wrong</h2>\n{html_table(rows)}"


def _filters(report: Mapping[str, Any]) -> str:
    states = {"right": "right", "wrong": "not right", "refused": "refused"}
    if report["baseline"]:
        states |= {"lost": "lost since the baseline", "won": "won since the baseline"}
    return (
        '<h2>Cases</h2>\n<div class="filters">'
        + _choice("kind", "every kind", {kind: kind for kind in report["kinds"]})
        + _choice("stage", "every stage", {stage: stage for stage in report["stages"]})
        + _choice("state", "right or not", states)
        + '<input id="words" type="search" placeholder="words" aria-label="words">'
        + '<span id="shown" aria-live="polite"></span></div>\n'
    )


def _choice(id: str, every: str, names: Mapping[str, str]) -> str:
    options = "".join(f'<option value="{escape(value)}">{escape(name)}</option>' for value, name in names.items())
    return f'<select id="{id}" aria-label="{id}"><option value="">{every}</option>{options}</select>'


def _case(case: Mapping[str, Any], change: str) -> str:
    scores, answer = case["scores"], case["answer"]
    state = " ".join(
        [
            "right" if scores["right"] else "wrong",
            *(["refused"] if scores["refused"] else []),
            *([change] if change else []),
        ]
    )
    tone = "good" if scores["right"] else "lost"
    tags = [case["type"], case["stage"] or "", change and f"{change} since the baseline"]
    shown = "".join(f' <span class="tag">{escape(tag)}</span>' for tag in tags if tag)
    parts = [*_expected(case), *(_answered(case, answer) if answer else [("broke", escape(case["failure"]))])]
    body = "".join(f"<dt>{name}</dt><dd>{told}</dd>" for name, told in parts if told)
    return (
        f'<details class="case" data-kind="{escape(case["type"])}" data-stage="{escape(case["stage"] or "")}" '
        f'data-state="{state}"><summary><span class="{tone}">{"✓" if scores["right"] else "✗"}</span> '
        f"{escape(case['question'])}{shown}</summary>\n<dl>{body}</dl></details>\n"
    )


def _expected(case: Mapping[str, Any]) -> list[tuple[str, str]]:
    expected = case["expected"]
    said = "".join(f"{escape(turn['role'])}: {escape(turn['text'])}\n" for turn in case["history"])
    wanted = "a refusal" if expected["unanswerable"] else " / ".join(expected["answers"] or expected["items"])
    evidence = "".join(
        f"<blockquote>{escape(one['quote'])}</blockquote>{escape(one['title'])}" for one in expected["evidence"]
    )
    return [("case", escape(case["id"])), ("before it", said), ("expected", escape(wanted)), ("rests on", evidence)]


def _answered(case: Mapping[str, Any], answer: Mapping[str, Any]) -> list[tuple[str, str]]:
    asked = answer["asked_as"] if answer["asked_as"] != case["question"] else ""
    reason = f" ({answer['reason']})" if answer["refused"] else ""
    cited = "".join(_quote(citation) for citation in answer["citations"])
    trace = answer["trace"]
    found = "\n".join(f"{n}. {passage['title']} ({_places(passage)})" for n, passage in enumerate(trace["passages"], 1))
    stages = ", ".join(
        one["name"] + "".join(f" {name} {value}" for name, value in one.items() if name != "name")
        for one in trace["stages"]
    )
    scores = ", ".join(f"{name} {value}" for name, value in case["scores"].items() if value is not None)
    details = (
        f"<details><summary>trace and scores</summary><p>{escape(found)}</p><p>{escape(stages)}</p>"
        f"<p>{escape(scores)}</p></details>"
    )
    return [
        ("asked as", escape(asked)),
        (
            "came",
            escape(answer["text"]) + f" <span class='tag'>confidence {answer['confidence']:.2f}{escape(reason)}</span>",
        ),
        ("withheld", escape(trace["withheld"] or "")),
        ("quotes", cited),
        ("how", details),
    ]


def _places(passage: Mapping[str, Any]) -> str:
    """What a passage scored, and its rank in each ranking."""
    return ", ".join(f"{name} {value}" for name, value in passage.items() if name not in ("passage", "title"))


def _quote(citation: Mapping[str, Any]) -> str:
    """The passage with the quote marked in it, and the exact answer in the quote."""
    first, text = citation["around"]["start"], citation["around"]["text"]
    start, end = citation["start"] - first, citation["end"] - first
    quote = escape(text[start:end])
    if citation["span"]:
        left, right = citation["span"][0] - first, citation["span"][1] - first
        quote = f"{escape(text[start:left])}<b>{escape(text[left:right])}</b>{escape(text[right:end])}"
    shown = f"{escape(text[:start])}<mark>{quote}</mark>{escape(text[end:])}"
    return f"<blockquote>{shown}</blockquote>[{citation['marker']}] {escape(citation['title'])}\n"
