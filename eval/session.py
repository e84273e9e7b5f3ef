"""One run from its cases to its verdict, and several of them over one library."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from ..rag import Library, Progress, open_library
from .cases import Case, CaseSet, load_set
from .gate import Thresholds, compare
from .grade import grader
from .indexed import indexed
from .loose import load_loose, load_mine
from .record import CaseLog, case_record
from .report import Run, commit, versions
from .run import Context, Outcome, evaluate
from .scores import Scores


@dataclass(frozen=True, slots=True)
class Asked:
    """How cases are asked: all that changes the numbers, and how many at once."""

    context: Context = "open"
    split: str | None = None
    limit: int | None = None
    model: str | None = "reader"
    jobs: int = 1
    fail_fast: bool = False
    prices: tuple[float, float] | None = None
    graded: str | None = None  # by this chat model, beside the metrics

    def settings(self, library: Library) -> dict[str, object]:
        """What a report says of them, with the library's own settings."""
        used = library.settings
        told = {"context": self.context, "split": self.split, "limit": self.limit, "model": self.model}
        own = {"top_k": used.top_k, "refuse_below": used.refuse_below, "fusion": used.fusion}
        return {**told, **own, "embedding": used.embedding}


@contextmanager
def asked_over(
    place: Path | None,
    *,
    mine: bool = False,
    home: Path | None = None,
    fresh: bool = False,
    on_progress: Callable[[Progress], None] | None = None,
) -> Iterator[tuple[CaseSet, Library]]:
    """The set at `place` with the library it is asked over.

    A folder brings its articles along; a file's questions, and those that were made in the window (`mine`), are asked
    over the library in `home`, the user's own by default. Raises SetBroken, and what opening a library raises.
    """
    if mine or (place is not None and place.is_file()):
        with open_library(home) as library:
            yield load_mine(library) if place is None else load_loose(place, library), library
        return
    case_set = load_set(place)
    with indexed(case_set, home=home, fresh=fresh, on_progress=on_progress) as library:
        yield case_set, library


def run_cases(
    library: Library,
    case_set: CaseSet,
    cases: Sequence[Case],
    asked: Asked,
    *,
    command: str,
    before: Mapping[str, Scores] | None = None,
    track: Callable[[Iterator[Outcome]], Iterator[Outcome]] = lambda outcomes: outcomes,
) -> Run:
    """The cases asked and written down, not yet judged. Its log must be closed.

    With `fail_fast` it ends at the first case that breaks, or that was right in the baseline and is not any more;
    without a baseline, at the first that is not right.
    """
    texts = {article.id: article for article in case_set.articles}
    log = CaseLog()
    scores: dict[str, Scores] = {}
    latencies: dict[str, float] = {}
    stages: dict[str, str] = {}
    started, clock = datetime.now(UTC), perf_counter()
    by = grader(asked.graded, library) if asked.graded else None
    outcomes = evaluate(library, case_set, cases, context=asked.context, model=asked.model, jobs=asked.jobs)
    for outcome in track(outcomes):
        id = outcome.case.id
        scores[id] = outcome.scores
        if outcome.ms is not None:
            latencies[id] = outcome.ms
        if outcome.stage is not None:
            stages[id] = outcome.stage
        log.add(case_record(outcome, texts) | ({"graded": by.grade(outcome)} if by else {}))
        if asked.fail_fast and _lost(outcome, before):
            break
    seconds = perf_counter() - clock
    return Run(
        case_set,
        scores,
        latencies,
        log,
        command,
        asked.settings(library),
        started,
        seconds,
        prices=asked.prices,
        versions=versions(),
        commit=commit(),
        stages=stages,
        graded=by.told() if by else None,
    )


def judged(run: Run, thresholds: Thresholds, before: Mapping[str, Scores] | None, *, forgiving: bool = False) -> Run:
    """The same run with what it breaks; being worse than the baseline breaks nothing when it is `forgiving`."""
    comparison = compare(before, run.scores) if before is not None else None
    sample = len(run.scores) < len(run.case_set.cases)
    broken = thresholds.broken_by(run.metrics, sample=sample)
    if comparison and not forgiving:
        broken += comparison.broken(thresholds.tolerance)
    return replace(run, breaches=tuple(broken), comparison=comparison)


def _lost(outcome: Outcome, before: Mapping[str, Scores] | None) -> bool:
    if outcome.scores.failed or before is None:
        return not outcome.scores.right
    earlier = before.get(outcome.case.id)
    return earlier is not None and earlier.right and not outcome.scores.right
