"""`pincite eval`: reads the arguments, runs the cases, prints, and says by its exit code whether all held."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

# Everything else is imported where it is used: `pincite --help` reads this file too.
if TYPE_CHECKING:
    from rich.progress import Progress

    from .cases import Case, CaseSet
    from .gate import Thresholds
    from .report import Run

Set = Annotated[
    Path | None,
    typer.Argument(metavar="SET", help="Folder of articles and questions; this project's own set by default."),
]
Baseline = Annotated[
    Path | None, typer.Option("--baseline", metavar="FILE", help="An earlier report (JSON); being worse fails.")
]
ReportFile = Annotated[
    Path | None, typer.Option("--report", metavar="FILE", help="Write the report: .json, .md or .html.")
]
Context = Annotated[
    Literal["open", "given"],
    typer.Option("--context", help="Search all articles, or read the passage given with each question."),
]
Split = Annotated[str | None, typer.Option("--split", metavar="S", help="Only cases of this split: train, dev, test.")]
Limit = Annotated[
    int | None, typer.Option("--limit", metavar="N", min=1, help="A sample of N cases, the same each time.")
]
Model = Annotated[
    str, typer.Option("--model", metavar="M", help="Who answers: reader, sentences, or a chat model's name.")
]
Home = Annotated[
    Path | None,
    typer.Option("--home", metavar="FOLDER", help="Library to make or use; else one is kept in the cache folder."),
]
Fresh = Annotated[bool, typer.Option("--fresh", help="Make the kept library anew.")]
Json = Annotated[bool, typer.Option("--json", help="Print the report as JSON on stdout and nothing else.")]


def run_eval(
    folder: Set = None,
    baseline: Baseline = None,
    report: ReportFile = None,
    context: Context = "open",
    split: Split = None,
    limit: Limit = None,
    model: Model = "reader",
    home: Home = None,
    fresh: Fresh = False,
    json: Json = False,
) -> None:
    """Measure the answers to a set of questions; exit 1 when a threshold or the baseline is broken."""
    _check_usage(folder, report, home, fresh)
    from .cases import load_set, select
    from .gate import load_baseline, load_thresholds
    from .report import SCHEMA, document
    from .show import as_json, print_report, write_report

    case_set = load_set(folder)
    cases = select(case_set.cases, split=split, limit=limit)
    _check_choice(case_set, cases, split)
    thresholds = load_thresholds(case_set.folder)
    before = load_baseline(baseline, SCHEMA) if baseline else None
    asked = {"context": context, "split": split, "limit": limit, "model": model}
    run = _run(case_set, cases, asked, home=home, fresh=fresh, command=_command(folder, asked))
    run = _judged(run, thresholds, before)
    told = document(run)
    if report is not None:
        write_report(told, thresholds, report)
    if json:
        print(as_json(told), end="")
    else:
        print_report(told, thresholds)
    raise typer.Exit(1 if run.breaches else 0)


def _check_usage(folder: Path | None, report: Path | None, home: Path | None, fresh: bool) -> None:
    if folder is not None and not folder.is_dir():
        raise typer.BadParameter(f"{folder} is no folder: name one with articles and questions", param_hint="SET")
    if report is not None and report.suffix not in (".json", ".md", ".html"):
        raise typer.BadParameter(f"{report} must end in .json, .md or .html", param_hint="--report")
    if report is not None and not report.absolute().parent.is_dir():
        raise typer.BadParameter(f"there is no folder {report.parent}: make it first", param_hint="--report")
    if fresh and home is not None:
        raise typer.BadParameter("it is for the kept library: empty that of --home yourself", param_hint="--fresh")


def _check_choice(case_set: CaseSet, cases: list[Case], split: str | None) -> None:
    if not cases:
        splits = sorted({case.split for case in case_set.cases if case.split})
        known = f"it has {', '.join(splits)}" if splits else "it is not split"
        raise typer.BadParameter(f"no case of {case_set.name} is in {split}: {known}", param_hint="--split")
    if any(case.split == "test" for case in cases):
        _say("cases of the split test are held out: report their numbers, and never tune on them")


def _run(
    case_set: CaseSet, cases: list[Case], asked: dict[str, Any], *, home: Path | None, fresh: bool, command: str
) -> Run:
    """The cases asked, not yet judged."""
    from datetime import UTC, datetime
    from time import perf_counter

    from .indexed import indexed
    from .report import Run, commit, versions
    from .run import evaluate

    with _progress() as bars:
        indexing = bars.add_task("indexing", total=len(case_set.articles))
        filled = indexed(
            case_set, home=home, fresh=fresh, on_progress=lambda step: bars.update(indexing, completed=step.done)
        )
        with filled as library:
            started, clock = datetime.now(UTC), perf_counter()
            outcomes = evaluate(library, case_set, cases, context=asked["context"], model=asked["model"])
            kept = tuple(bars.track(outcomes, total=len(cases), description="asking"))
            seconds = perf_counter() - clock
            used = library.settings
    settings = {**asked, "top_k": used.top_k, "refuse_below": used.refuse_below, "embedding": used.embedding}
    return Run(case_set, kept, command, settings, started, seconds, versions=versions(), commit=commit())


def _judged(run: Run, thresholds: Thresholds, before: dict[str, Any] | None) -> Run:
    """The same run with what it breaks."""
    from dataclasses import replace

    from .gate import compare

    comparison = None
    if before is not None:
        comparison = compare(before, {outcome.case.id: outcome.scores for outcome in run.outcomes})
    sample = len(run.outcomes) < len(run.case_set.cases)
    broken = thresholds.broken_by(run.metrics, sample=sample)
    if comparison:
        broken += comparison.broken(thresholds.tolerance)
    return replace(run, breaches=tuple(broken), comparison=comparison)


def _command(folder: Path | None, asked: dict[str, Any]) -> str:
    """The command that makes the same numbers: what changes none of them is left out."""
    usual = {"context": "open", "split": None, "limit": None, "model": "reader"}
    options = ((f"--{name}", str(value)) for name, value in asked.items() if value != usual[name])
    parts: Iterable[str] = (part for option in options for part in option)
    return shlex.join(["pincite", "eval", *([str(folder)] if folder else []), *parts])


@contextmanager
def _progress() -> Iterator[Progress]:
    """Bars on stderr, gone when done; none where stderr is no terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        yield bars


def _say(text: str) -> None:
    print(f"pincite: {text}", file=sys.stderr)
