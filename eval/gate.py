"""What a run must reach: thresholds beside the set, and an earlier report."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .chance import Chances, chances, sign_test
from .rows import SetBroken
from .scores import Scores
from .totals import COUNTS, LOWER_IS_BETTER, Metrics, is_time, summarise

TOLERANCE = 0.01  # how far a metric may fall below the baseline's, unless the set's file says otherwise
SIGNIFICANT = 0.05  # chances below it are told as more than chance


@dataclass(frozen=True, slots=True)
class Limit:
    """The least or the most that a metric may be."""

    metric: str
    bound: str  # "min" or "max"
    value: float

    def held_by(self, metrics: Metrics) -> bool:
        """Whether the metric was measured and is within the limit."""
        measured = metrics.get(self.metric)
        if measured is None:
            return False
        return measured >= self.value if self.bound == "min" else measured <= self.value

    def breach(self, metrics: Metrics) -> str:
        """One sentence: what was measured, and by how much it misses."""
        measured = metrics.get(self.metric)
        least = "at least" if self.bound == "min" else "at most"
        if measured is None:
            return f"{self.metric} was not measured, as no case asks for it, and must be {least} {self.value:g}"
        return f"{self.metric} is {measured:g} and must be {least} {self.value:g}: {abs(measured - self.value):.4g} off"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The limits of a set, what it aims at beyond them, and the tolerance towards a baseline.

    A limit is what a build fails on: what was measured, less a margin. A goal is told beside it and fails nothing.
    """

    limits: tuple[Limit, ...] = ()
    goals: tuple[tuple[str, float], ...] = ()
    tolerance: float = TOLERANCE

    def broken_by(self, metrics: Metrics, *, sample: bool = False) -> list[str]:
        """A sentence for each limit that `metrics` break; a `sample` may lack the cases that a limit is about."""
        judged = [limit for limit in self.limits if not sample or metrics.get(limit.metric) is not None]
        return [limit.breach(metrics) for limit in judged if not limit.held_by(metrics)]


def load_thresholds(folder: Path) -> Thresholds:
    """What `thresholds.json` in a set's folder asks for, and that no case breaks unless it says how many may.

    Raises SetBroken.
    """
    path = folder / "thresholds.json"
    given: dict[str, Any] = {"failed": {"max": 0}, **(_object(path) if path.is_file() else {})}
    tolerance = given.pop("tolerance", TOLERANCE)
    if not _is_number(tolerance) or tolerance < 0:
        raise SetBroken(f'{path}: "tolerance" must be a number from 0; correct it')
    known = summarise(()).keys()
    limits: list[Limit] = []
    goals: list[tuple[str, float]] = []
    for metric, bounds in given.items():
        if metric not in known:
            raise SetBroken(f'{path}: no metric is called "{metric}"; the metrics are {", ".join(known)}')
        if not isinstance(bounds, dict) or not bounds or not {"min", "max", "goal"}.issuperset(bounds):
            raise SetBroken(f'{path}: "{metric}" must be an object such as {{"min": 0.9}}; correct it')
        if not all(_is_number(value) for value in bounds.values()):
            raise SetBroken(f'{path}: the limits of "{metric}" must be numbers; correct them')
        limits += [Limit(metric, bound, float(value)) for bound, value in bounds.items() if bound != "goal"]
        goals += [(metric, float(value)) for bound, value in bounds.items() if bound == "goal"]
    return Thresholds(tuple(limits), tuple(goals), float(tolerance))


@dataclass(frozen=True, slots=True)
class Comparison:
    """A run beside an earlier one, over the cases that both asked."""

    lost: tuple[str, ...]  # ids of cases that were right and are not any more
    won: tuple[str, ...]
    paired: int
    before: Metrics = field(default_factory=dict)
    after: Metrics = field(default_factory=dict)
    chances: Chances = field(default_factory=dict)  # by metric: how often chance alone makes so large a difference

    @property
    def chance(self) -> float:
        """How often chance alone would part the lost from the won so far, were either as likely."""
        return sign_test(len(self.lost), len(self.won))

    def broken(self, tolerance: float) -> list[str]:
        """A sentence for each metric that is worse than before by more than `tolerance`."""
        found: list[str] = []
        for metric, before in self.before.items():
            after = self.after[metric]
            if metric in COUNTS or is_time(metric) or before is None or after is None:
                continue
            worse = after - before if metric in LOWER_IS_BETTER else before - after
            if worse > tolerance + 1e-9:
                told = f"{metric} was {before:g} in the baseline and is {after:g}: {worse:.4g} worse"
                found.append(f"{told}{self._likely(metric)}")
        return found

    def _likely(self, metric: str) -> str:
        chance = self.chances.get(metric)
        if chance is None:
            return ""
        return f", {'more than' if chance < SIGNIFICANT else 'no more than'} chance (p = {chance:.2g})"

    def to_json(self) -> dict[str, Any]:
        """Its values, times left out."""
        metrics = {
            name: [before, self.after[name]]
            for name, before in self.before.items()
            if not is_time(name) and name not in COUNTS
        }
        return {
            "paired": self.paired,
            "lost": list(self.lost),
            "won": list(self.won),
            "chance": round(self.chance, 4),
            "metrics": metrics,
            "chances": {name: round(value, 4) for name, value in self.chances.items()},
        }


def compare(before: Mapping[str, Scores], after: Mapping[str, Scores]) -> Comparison:
    """Both runs' scores by case id, compared over the cases that are in both."""
    paired = [id for id in after if id in before]
    return Comparison(
        lost=tuple(id for id in paired if before[id].right and not after[id].right),
        won=tuple(id for id in paired if after[id].right and not before[id].right),
        paired=len(paired),
        before=summarise(before[id] for id in paired),
        after=summarise(after[id] for id in paired),
        chances=chances([before[id] for id in paired], [after[id] for id in paired]),
    )


def load_baseline(path: Path, schema: int) -> dict[str, Scores]:
    """The scores by case id in an earlier report. Raises SetBroken."""
    report = _object(path)
    if report.get("schema") != schema:
        raise SetBroken(f"{path}: it has schema {report.get('schema')!r} and not {schema}; make the baseline anew")
    try:
        return {case["id"]: Scores.from_json(case["scores"]) for case in report["cases"]}
    except (KeyError, TypeError) as err:
        raise SetBroken(f"{path}: it is no report of `pincite eval --json` ({err}); make the baseline anew") from err


def write_baseline(report: Mapping[str, Any], path: Path) -> None:
    """Writes what a later run is compared with: the scores of each case, small enough to be kept beside a set.

    Raises SetBroken when the file cannot be written.
    """
    kept = {name: report[name] for name in ("schema", "name", "command", "settings", "metrics")}
    cases = ",\n".join(json.dumps({"id": case["id"], "scores": case["scores"]}) for case in report["cases"])
    # One line a case, so that a change of the file shows which cases changed.
    head = json.dumps({**kept, "cases": []}, ensure_ascii=False, indent=1)
    try:
        path.write_text(head.replace('"cases": []', f'"cases": [\n{cases}\n]') + "\n", encoding="utf-8")
    except OSError as err:
        raise SetBroken(f"{path}: it cannot be written ({err.strerror}); name another file") from err


def _object(path: Path) -> dict[str, Any]:
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
    except OSError as err:
        raise SetBroken(f"{path}: it cannot be read ({err.strerror}); check the file") from err
    except ValueError as err:
        raise SetBroken(f"{path}: it is not JSON ({err}); correct it") from err
    if not isinstance(given, dict):
        raise SetBroken(f"{path}: it must hold one JSON object; correct it")
    return given


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
