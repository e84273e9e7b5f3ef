"""What many cases add up to: metrics, with the interval that chance leaves each.

Almost every metric is a sum over cases divided by another, so both can be drawn again many times at once. What no case
measures is None.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from .confidence import Judged, area, calibration_error
from .metrics import ndcg_at, percentile, recall_at, reciprocal
from .scores import Scores

Metrics = dict[str, float | int | None]
Share = tuple[float, float]  # what a case adds to a metric's numerator and denominator

RANKS = (1, 5, 10)  # of hit@k
RECALLED = (5, 10)  # of recall@k
DRAWS = 1_000
CURVE_DRAWS = 200  # of the two that sort all cases at each draw
SEED = 7
ALL, PLAIN = "every kind", "plain"  # beside the kinds and the flavours that cases have
COVERED = 0.95  # share of draws inside an interval

COUNTS = frozenset({"n", "unanswerable", "prompt_tokens", "completion_tokens"})  # how much, not how well
LOWER_IS_BETTER = frozenset({"false_answer_rate", "refused_share", "failed", "risk_coverage_area", "calibration_error"})


def summarise(scores: Iterable[Scores], latencies_ms: Iterable[float] = ()) -> Metrics:
    """Every metric over `scores`, shares rounded to 4 places; None where no case is measured by it."""
    every = list(scores)
    ran = [one for one in every if not one.failed]
    judged = _judged(ran)
    times = list(latencies_ms)
    metrics: Metrics = {
        **{name: _total(_shares(measure, ran)) for name, measure in MEASURES.items()},
        "risk_coverage_area": area(judged),
        "calibration_error": calibration_error(judged),
        "n": len(every),
        "unanswerable": sum(one.unanswerable for one in every),
        "failed": len(every) - len(ran),
        "prompt_tokens": sum(one.prompt_tokens for one in ran),
        "completion_tokens": sum(one.completion_tokens for one in ran),
        "latency_ms_p50": percentile(times, 0.5),
        "latency_ms_p95": percentile(times, 0.95),
    }
    return {name: _rounded(name, value) for name, value in metrics.items()}


def intervals(scores: Iterable[Scores]) -> dict[str, tuple[float, float]]:
    """For each metric that was measured, the bounds that hold 95 of 100 draws of as many cases (percentile bootstrap).

    The draws are the same each time. Efron, "Bootstrap methods: another look at the jackknife", 1979.
    """
    ran = [one for one in scores if not one.failed]
    found: dict[str, tuple[float, float]] = {}
    for name, measure in MEASURES.items():
        parts = np.array(_shares(measure, ran), dtype=float)
        if len(parts) and parts[:, 1].sum():
            found[name] = _bounds(_drawn(parts))
    judged = _judged(ran)
    if judged:
        draw = np.random.default_rng(SEED)
        picks = [draw.integers(0, len(judged), len(judged)) for _ in range(CURVE_DRAWS)]
        for name, measured in (("risk_coverage_area", area), ("calibration_error", calibration_error)):
            found[name] = _bounds(np.array([measured([judged[i] for i in pick]) for pick in picks], dtype=float))
    return found


def by_kind(scores: Iterable[Scores]) -> dict[str, Metrics]:
    """The metrics of each kind of case, without times, kinds in alphabetical order."""
    return _grouped(scores, lambda one: one.kind)


def by_turn(scores: Iterable[Scores]) -> dict[str, Metrics]:
    """The metrics of each turn of the conversations asked, without times; empty without any."""
    return _grouped((one for one in scores if one.turn), lambda one: f"{one.turn:02d}")


def by_flavour(scores: Iterable[Scores]) -> dict[str, dict[str, Metrics]]:
    """The metrics of the cases of each flavour, of ALL and of each kind, and of the PLAIN ones, which have none.

    Empty when no case has a flavour.
    """
    flavours: dict[str, list[Scores]] = {}
    for one in scores:
        flavours.setdefault(one.flavour, []).append(one)
    plain = flavours.pop("", [])
    found = {name: {**_grouped(flavours[name], lambda _: ALL), **by_kind(flavours[name])} for name in sorted(flavours)}
    return {**found, PLAIN: _grouped(plain, lambda _: ALL)} if found and plain else found


def is_time(metric: str) -> bool:
    """Whether a metric changes from run to run."""
    return metric.startswith("latency_ms")


def shares(metric: str, scores: Sequence[Scores]) -> list[Share | None]:
    """What each case adds to `metric`, None where it is not measured by it. KeyError when it is no sum over cases."""
    measure = MEASURES[metric]
    return [None if one.failed else measure(one) for one in scores]


def _grouped(scores: Iterable[Scores], key: Callable[[Scores], str]) -> dict[str, Metrics]:
    groups: dict[str, list[Scores]] = {}
    for one in scores:
        groups.setdefault(key(one), []).append(one)
    return {
        name: {metric: value for metric, value in summarise(groups[name]).items() if not is_time(metric)}
        for name in sorted(groups)
    }


def _when(asked: bool, value: float | None) -> Share | None:
    return (float(value), 1.0) if asked and value is not None else None


def _count(asked: bool, part: int, whole: int) -> Share | None:
    return (float(part), float(whole)) if asked else None


def _searched(one: Scores) -> bool:
    return one.sought and one.searched


def _hit(k: int) -> Callable[[Scores], Share | None]:
    return lambda one: _when(_searched(one), bool(one.rank and one.rank <= k))


def _recall(k: int) -> Callable[[Scores], Share | None]:
    return lambda one: _when(_searched(one), recall_at(one.ranks, one.relevant, k) if one.relevant else None)


# What a case that ran adds to each metric, or None when the metric is not about it.
MEASURES: Mapping[str, Callable[[Scores], Share | None]] = {
    **{f"hit@{k}": _hit(k) for k in RANKS},
    **{f"recall@{k}": _recall(k) for k in RECALLED},
    "mrr": lambda one: _when(_searched(one), reciprocal(one.rank)),
    "ndcg@10": lambda one: _when(_searched(one), ndcg_at(one.ranks, one.relevant, 10) if one.relevant else None),
    "read_hit@1": lambda one: _when(_searched(one), one.read_first),
    "answer_em": lambda one: _when(True, one.em),
    "answer_f1": lambda one: _when(True, one.f1),
    "answerable_f1": lambda one: _when(not one.unanswerable, one.f1),
    "number_exact": lambda one: _when(True, one.number_exact),
    "contained": lambda one: _when(not one.unanswerable, one.contained),
    "refusal_precision": lambda one: _when(one.refused, one.unanswerable),
    "refusal_recall": lambda one: _when(one.unanswerable, one.refused),
    "false_answer_rate": lambda one: _when(one.unanswerable, not one.refused),
    "refused_share": lambda one: _when(not one.unanswerable, one.refused),
    "exact_pointers": lambda one: _count(True, one.exact, one.citations),
    "citation_precision": lambda one: _count(one.sought and not one.refused, one.precise, one.citations),
    "citation_recall": lambda one: _count(one.sought, one.cited, one.evidence),
    "sentence_citation": lambda one: _count(one.sought and not one.refused, one.pinned, one.sentences),
    "support": lambda one: _count(not one.refused, one.supported, one.sentences),
}


def _shares(measure: Callable[[Scores], Share | None], ran: Iterable[Scores]) -> list[Share]:
    return [share for one in ran if (share := measure(one)) is not None]


def _total(parts: Sequence[Share]) -> float | None:
    whole = sum(share for _, share in parts)
    return sum(part for part, _ in parts) / whole if whole else None


def _judged(ran: Iterable[Scores]) -> list[Judged]:
    return [(one.confidence, one.sure) for one in ran if one.sure is not None]


def _drawn(parts: NDArray[np.float64]) -> NDArray[np.float64]:
    """The metric of each of DRAWS draws of as many cases."""
    draw = np.random.default_rng(SEED)
    values = np.empty(DRAWS)
    for n in range(DRAWS):  # one at a time: all at once would hold as many numbers as draws times cases
        top, bottom = parts[draw.integers(0, len(parts), len(parts))].sum(axis=0)
        values[n] = top / bottom if bottom else np.nan
    return values[~np.isnan(values)]


def _bounds(values: NDArray[np.float64]) -> tuple[float, float]:
    low, high = np.quantile(values, [(1 - COVERED) / 2, (1 + COVERED) / 2])
    return round(float(low), 4), round(float(high), 4)


def _rounded(name: str, value: float | int | None) -> float | int | None:
    if not isinstance(value, float):
        return value
    return round(value, 2 if is_time(name) else 4)
