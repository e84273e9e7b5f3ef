"""A report as rows of text, the same for the terminal, Markdown and HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .gate import SIGNIFICANT, Thresholds
from .totals import ALL, COUNTS, is_time

Rows = list[tuple[str, ...]]  # of a table, its head first


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
            f"lost {_ids(compared['lost'])}; won {_ids(compared['won'])}{_by_chance(compared)}"
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
        rows.append((name, number(name, value) + _interval(report, name), ", ".join(limits.get(name, []))))
    if graded := report["graded"]:
        rows += [(f"{name}, says {graded['model']}", number(name, graded[name]), "") for name in ("right", "borne")]
    if report["cost"] is not None:
        rows.append(("cost in dollars", f"{report['cost']:.4f}", ""))
    if report["baseline"] is None:
        return rows
    before = {name: pair[0] for name, pair in report["baseline"]["metrics"].items()}
    return [(*rows[0], "baseline"), *((*row, number(row[0], before.get(row[0]), "")) for row in rows[1:])]


def kind_rows(report: Mapping[str, Any]) -> Rows:
    """One row a kind of case."""
    return [("kind", *_GROUP), *((kind, *_group(metrics)) for kind, metrics in report["kinds"].items())]


def flavour_rows(report: Mapping[str, Any]) -> Rows:
    """One row a flavour of cases, and below it one for each kind where it has several."""
    rows: Rows = [("flavour", "kind", *_GROUP)]
    for flavour, kinds in report["flavours"].items():
        shown = [kind for kind in kinds if kind != ALL or len(kinds) != 2]
        rows += [("" if n else flavour, kind, *_group(kinds[kind])) for n, kind in enumerate(shown)]
    return rows


def turn_rows(report: Mapping[str, Any]) -> Rows:
    """One row a turn of a conversation; the first are those of conversations that are asked from their beginning."""
    return [("turn", *_GROUP), *((turn.lstrip("0"), *_group(metrics)) for turn, metrics in report["turns"].items())]


_GROUP = ("n", "hit@5", "f1", "contained", "refused", "precision")


def _group(metrics: Mapping[str, Any]) -> list[str]:
    """The cells below `_GROUP`: "refused" is the share of the answerable cases, or of all where none is answerable, and
    "precision" that of citations."""
    refused = metrics["refused_share"] if metrics["refused_share"] is not None else metrics["refusal_recall"]
    names = ("n", "hit@5", "answer_f1", "contained", "refused", "citation_precision")
    return [number(name, {**metrics, "refused": refused}[name], "") for name in names]


def stage_rows(report: Mapping[str, Any]) -> Rows:
    """One row a stage at which cases were lost, in the order of the way."""
    return [("lost at", "cases"), *((stage, f"{count:,}") for stage, count in report["stages"].items())]


def lost_rows(report: Mapping[str, Any], most: int = 20) -> Rows:
    """One row a case that was right in the baseline and is not any more, the first `most`; its head alone when none."""
    lost = set(report["baseline"]["lost"][:most] if report["baseline"] else ())
    cases = (case for case in report["cases"] if case["id"] in lost) if lost else ()
    rows = [(case["id"], case["stage"] or "", case["question"], _expected(case), _came(case)) for case in cases]
    return [("lost since the baseline", "at", "question", "expected", "came"), *rows]


def case_rows(report: Mapping[str, Any]) -> Rows:
    """One row a case that was not right: what was expected and what came."""
    wrong = (case for case in report["cases"] if not case["scores"]["right"])
    rows = [
        (case["id"], case["type"], case["stage"] or "", case["question"], _expected(case), _came(case))
        for case in wrong
    ]
    return [("id", "kind", "lost at", "question", "expected", "came"), *rows]


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


def number(name: str, value: float | int | None, none: str = "–") -> str:
    """A metric's value as it is shown; `none` when it was not measured."""
    if value is None:
        return none
    if name in COUNTS or name == "failed":
        return f"{value:,}"
    return f"{value:.1f}" if is_time(name) else f"{value:.4f}"


def _interval(report: Mapping[str, Any], name: str) -> str:
    bounds = report["intervals"].get(name)
    return f" [{bounds[0]:.3f}, {bounds[1]:.3f}]" if bounds else ""


def _by_chance(compared: Mapping[str, Any]) -> str:
    if not compared["lost"] and not compared["won"]:
        return ""
    chance = compared["chance"]
    return f"; {'more than' if chance < SIGNIFICANT else 'no more than'} chance (p = {chance:.2g})"
