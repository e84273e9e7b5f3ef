"""One case in the report's page: what was asked and expected, what came, the quotes marked, and how it came about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

WIDE = '<div class="wide" tabindex="0">'  # holds a table, and scrolls where it is wider than the window, by keys too
Named = list[tuple[str, str]]  # parts of a case, in HTML


def anchor(id: str) -> str:
    """What a link to the case ends in."""
    return f"case-{id}"


def case_html(case: Mapping[str, Any], change: str) -> str:
    """A case folded up to its question; `change` is lost, won or empty."""
    scores, answer = case["scores"], case["answer"]
    right = scores["right"]
    states = ["right" if right else "wrong", *(["refused"] if scores["refused"] else []), *([change] if change else [])]
    data = {"kind": case["type"], "flavour": case.get("flavour", ""), "stage": case["stage"] or ""}
    told = "".join(f' data-{name}="{escape(value)}"' for name, value in {**data, "state": "|".join(states)}.items())
    tags = [*data.values(), change and f"{change} since the baseline"]
    shown = "".join(f' <span class="tag">{escape(tag)}</span>' for tag in tags if tag)
    parts = [*_expected(case), *(_answered(case, answer) if answer else [("broke", escape(case["failure"]))])]
    body = "".join(f"<dt>{name}</dt><dd>{part}</dd>" for name, part in parts if part)
    return (
        f'<details class="case" id="{escape(anchor(case["id"]))}"{told}><summary>'
        f'<span class="{"good" if right else "lost"}">{"✓" if right else "✗"}</span> '
        f"{escape(case['question'])}{shown}</summary>\n<dl>{body}</dl></details>\n"
    )


def _expected(case: Mapping[str, Any]) -> Named:
    expected = case["expected"]
    said = "\n".join(f"{turn['role']}: {turn['text']}" for turn in case["history"])
    if expected["unanswerable"]:
        wanted = "a refusal: no article says it"
    elif expected["items"]:
        wanted = "all of: " + "; ".join(expected["items"])
    else:
        wanted = " / ".join(expected["answers"])
    evidence = "".join(
        f"<blockquote>{escape(one['quote'])}</blockquote>{_from(one['title'])}" for one in expected["evidence"]
    )
    return [
        ("case", escape(case["id"])),
        ("said before", f'<div class="said">{escape(said)}</div>' if said else ""),
        ("expected", escape(wanted)),
        ("rests on", evidence),
    ]


def _answered(case: Mapping[str, Any], answer: Mapping[str, Any]) -> Named:
    asked = answer["asked_as"] if answer["asked_as"] != case["question"] else ""
    how = ["refused: " + answer["reason"].replace("_", " ")] if answer["refused"] else []
    tags = "".join(
        f" <span class='tag'>{escape(tag)}</span>" for tag in [*how, f"confidence {answer['confidence']:.2f}"]
    )
    return [
        ("asked as", escape(asked)),
        ("came", f'<span class="said">{escape(answer["text"])}</span>{tags}'),
        ("withheld", escape(answer["trace"]["withheld"] or "")),
        ("quotes", "".join(_quote(citation) for citation in answer["citations"])),
        ("how", f"<details><summary>passages, steps and scores</summary>{_trace(case, answer['trace'])}</details>"),
    ]


def _quote(citation: Mapping[str, Any]) -> str:
    """The passage with the quote marked in it, and the exact answer in the quote."""
    first, text = citation["around"]["start"], citation["around"]["text"]
    start, end = citation["start"] - first, citation["end"] - first
    quote = escape(text[start:end])
    if citation["span"]:
        left, right = citation["span"][0] - first, citation["span"][1] - first
        quote = f"{escape(text[start:left])}<b>{escape(text[left:right])}</b>{escape(text[right:end])}"
    shown = f"{escape(text[:start])}<mark>{quote}</mark>{escape(text[end:])}"
    title = f"[{citation['marker']}] {citation['title']}"
    return f"<blockquote>{shown}</blockquote>{_from(title)}"


def _from(title: str) -> str:
    return f'<p class="faint">{escape(title)}</p>'


def _trace(case: Mapping[str, Any], trace: Mapping[str, Any]) -> str:
    """The passages read in their order with their ranks, each step, and what the case scored."""
    steps = "; ".join(
        one["name"] + "".join(f", {name} {value}" for name, value in one.items() if name != "name")
        for one in trace["stages"]
    )
    scores = ", ".join(f"{name} {_said(value)}" for name, value in case["scores"].items() if value not in (None, ""))
    return (
        f"{_passages(trace['passages'])}"
        f'<p><span class="faint">steps</span> {escape(steps)}</p>'
        f'<p><span class="faint">scores</span> {escape(scores)}</p>'
    )


def _said(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _passages(passages: Sequence[Mapping[str, Any]]) -> str:
    """A table: what each passage scored, and its rank in each ranking."""
    if not passages:
        return "<p>No passage was found.</p>"
    columns = list(dict.fromkeys(name for one in passages for name in one if name not in ("passage", "title")))
    head = "".join(f'<th class="n">{escape(name)}</th>' for name in columns)
    rows = "\n".join(
        f"<tr><td>{escape(one['title'])}</td>"
        + "".join(f'<td class="n">{escape(str(one.get(name, "")))}</td>' for name in columns)
        + "</tr>"
        for one in passages
    )
    return f"{WIDE}<table>\n<tr><th>passage of</th>{head}</tr>\n{rows}\n</table></div>"
