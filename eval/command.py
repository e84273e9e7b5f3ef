"""`pincite eval`: reads the arguments, runs the cases, prints, and says by its exit code whether all held."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from typer.core import TyperCommand, TyperGroup

# Everything else is imported where it is used: `pincite --help` reads this file too.
if TYPE_CHECKING:
    from rich.progress import Progress

    from .cases import Case, CaseSet
    from .session import Asked

Set = Annotated[
    Path | None,
    typer.Argument(
        metavar="SET",
        help="Folder of articles and questions, or a CSV or JSONL file of questions and answers to be asked over your "
        "library; this project's own set by default. `eval new FOLDER` starts one.",
    ),
]
Mine = Annotated[bool, typer.Option("--mine", help="The cases you made in the window, over your library.")]
Baseline = Annotated[
    Path | None, typer.Option("--baseline", metavar="FILE", help="An earlier report (JSON); being worse fails.")
]
Update = Annotated[bool, typer.Option("--update-baseline", help="Write this run to the --baseline FILE.")]
ReportFile = Annotated[
    list[Path] | None,
    typer.Option("--report", metavar="FILE", help="Write .json, .md, .html or .xml (JUnit); a folder gets all four."),
]
Plots = Annotated[Path | None, typer.Option("--plots", metavar="FOLDER", help="Write the plots as SVG.")]
Ragas = Annotated[Path | None, typer.Option("--ragas", metavar="FILE", help="Write the run as a Ragas data set.")]
Grid = Annotated[
    list[str] | None,
    typer.Option("--grid", metavar="NAME=A,B", help="Try each value of top_k, refuse_below, fusion or model."),
]
ContextOption = Annotated[
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
Jobs = Annotated[int, typer.Option("--jobs", metavar="N", min=1, max=64, help="Questions asked at once.")]
FailFast = Annotated[
    bool, typer.Option("--fail-fast", help="Stop at the first case lost since the baseline, or not right without one.")
]
Price = Annotated[
    str | None, typer.Option("--price", metavar="IN,OUT", help="Dollars for a million tokens read and written.")
]
Graded = Annotated[
    str | None, typer.Option("--graded", metavar="M", help="Have a chat model grade the answers too; it gates nothing.")
]
Home = Annotated[
    Path | None,
    typer.Option("--home", metavar="FOLDER", help="Library to make or use; else one is kept in the cache folder."),
]
Fresh = Annotated[bool, typer.Option("--fresh", help="Make the kept library anew.")]
Json = Annotated[bool, typer.Option("--json", help="Print the report as JSON on stdout and nothing else.")]

_VARIANT = re.compile(r"[a-z_]+=\S+")  # a value that may follow another behind --grid
SUFFIXES = (".json", ".md", ".html", ".xml")


class _RunUnlessNamed(TyperGroup):
    """`eval new …` starts a set; whatever else follows `eval` are the arguments of a run."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return super().parse_args(ctx, args if args and args[0] in self.commands else ["run", *args])


class _Unnamed(TyperCommand):
    """The command that runs unless another is named: people call it `eval`, and so do its usage lines."""

    def make_context(self, info_name: Any, args: list[str], parent: Any = None, **more: Any) -> Any:
        return super().make_context(parent.info_name, _grid_parts(args), parent.parent, **more)


def _grid_parts(args: list[str]) -> list[str]:
    """`args` with `--grid a=1,2 b=3,4` written as `--grid a=1,2 --grid b=3,4`, which is what the parser reads."""
    told: list[str] = []
    for arg in args:
        if len(told) > 1 and told[-2] == "--grid" and _VARIANT.fullmatch(arg):
            told.append("--grid")
        told.append(arg)
    return told


app = typer.Typer(cls=_RunUnlessNamed, add_completion=False, help="Measure the answers to a set of questions.")


@app.command("run", cls=_Unnamed, epilog="Example: pincite eval --report report.html")
def run_eval(
    folder: Set = None,
    mine: Mine = False,
    baseline: Baseline = None,
    update_baseline: Update = False,
    report: ReportFile = None,
    plots: Plots = None,
    ragas: Ragas = None,
    grid: Grid = None,
    context: ContextOption = "open",
    split: Split = None,
    limit: Limit = None,
    model: Model = "reader",
    jobs: Jobs = 1,
    fail_fast: FailFast = False,
    price: Price = None,
    graded: Graded = None,
    home: Home = None,
    fresh: Fresh = False,
    json: Json = False,
) -> None:
    """Measure the answers to a set of questions; exit 1 when a threshold or the baseline is broken."""
    reports = report or []
    _check_usage(folder, mine, reports, home, fresh)
    if update_baseline and baseline is None:
        raise typer.BadParameter("name the file with --baseline", param_hint="--update-baseline")
    prices = _prices(price)
    from .cases import select
    from .gate import load_baseline, load_thresholds, write_baseline
    from .grid import variants
    from .plots import write_plots
    from .ragas import write_ragas
    from .report import SCHEMA, document
    from .session import Asked, asked_over, judged, run_cases
    from .show import json_pieces, print_report, write_report

    asked = Asked(context, split, limit, model, jobs, fail_fast, prices, graded)
    command = _command(folder, mine, asked)
    tried = variants(grid) if grid else []
    old = baseline if baseline and not (update_baseline and not baseline.exists()) else None
    before = load_baseline(old, SCHEMA) if old else None
    with (
        _bars() as (track, indexing),
        asked_over(folder, mine=mine, home=home, fresh=fresh, on_progress=indexing) as (case_set, library),
    ):
        cases = select(case_set.cases, split=split, limit=limit)
        _check_choice(case_set, cases, split)
        thresholds = load_thresholds(case_set.folder)
        if tried:
            _grid(library, case_set, cases, asked, tried, command, track, reports, json)
            return
        run = run_cases(
            library,
            case_set,
            cases,
            asked,
            command=command,
            before=before,
            track=lambda outcomes: track("asking", outcomes, len(cases)),
        )
    run = judged(run, thresholds, before, forgiving=update_baseline)
    told = document(run)
    for file in (file for path in reports for file in write_report(told, thresholds, path)):
        _say(f"wrote {file}")
    if plots is not None:
        write_plots(told, plots)
    if ragas is not None:
        write_ragas(told, {article.id: article for article in case_set.articles}, ragas)
    if update_baseline and baseline is not None:
        write_baseline(told, baseline)
        _say(f"the baseline is in {baseline} now")
    if json:
        sys.stdout.writelines(json_pieces(told))
    else:
        print_report(told, thresholds)
    run.log.close()
    stopped = asked.fail_fast and len(run.scores) < len(cases)
    raise typer.Exit(1 if run.breaches or stopped else 0)


@app.command("new", epilog="Example: pincite eval new my-set")
def new(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Folder of the set, made when missing.")],
    count: Annotated[int, typer.Option("--count", metavar="N", min=1, help="Cases proposed at most.")] = 40,
    accept_all: Annotated[bool, typer.Option("--all", help="Accept every proposal without asking.")] = False,
    home: Annotated[
        Path | None, typer.Option("--home", metavar="FOLDER", help="Library whose articles are asked about.")
    ] = None,
) -> None:
    """Start a set from your library: cases are proposed from its articles, and you accept, change or drop each."""
    from ..rag import open_library
    from .new import start_set

    if not accept_all and not sys.stdin.isatty():
        raise typer.BadParameter("there is no terminal to ask in: accept every proposal", param_hint="--all")
    with open_library(home) as library:
        path, kept, proposed = start_set(library, folder, count, ask=None if accept_all else _accepted)
    _say(f"{kept} of {proposed} proposed cases are in {path}; measure them with: pincite eval {folder}")


def _accepted(shown: str) -> str:
    """What a person says to one proposal: "y", "n", "q", or a better question."""
    print(f"\n{shown}", file=sys.stderr)
    return typer.prompt("keep? [y]es, [n]o, [q]uit, or write a better question", default="y", err=True).strip()


def _check_usage(folder: Path | None, mine: bool, reports: list[Path], home: Path | None, fresh: bool) -> None:
    if folder is not None and not folder.exists():
        raise typer.BadParameter(f"{folder} is no folder: name one with articles and questions", param_hint="SET")
    if folder is not None and folder.is_file() and not folder.name.endswith((".csv", ".tsv", ".jsonl", ".jsonl.gz")):
        raise typer.BadParameter(
            f"{folder} is no table: name a .csv, .tsv or .jsonl file, or a folder", param_hint="SET"
        )
    if mine and folder is not None:
        raise typer.BadParameter("it asks the cases made in the window: name no other set", param_hint="--mine")
    for report in reports:
        if not report.is_dir() and report.suffix not in SUFFIXES:
            raise typer.BadParameter(f"{report} must end in .json, .md, .html or .xml", param_hint="--report")
        if not report.absolute().parent.is_dir():
            raise typer.BadParameter(f"there is no folder {report.parent}: make it first", param_hint="--report")
    if fresh and (home is not None or mine or (folder is not None and folder.is_file())):
        raise typer.BadParameter("it is for the kept library: empty that of --home yourself", param_hint="--fresh")


def _check_choice(case_set: CaseSet, cases: list[Case], split: str | None) -> None:
    if not cases:
        splits = sorted({case.split for case in case_set.cases if case.split})
        known = f"it has {', '.join(splits)}" if splits else "it is not split"
        raise typer.BadParameter(f"no case of {case_set.name} is in {split}: {known}", param_hint="--split")
    if any(case.split == "test" for case in cases):
        _say("cases of the split test are held out: report their numbers, and never tune on them")


def _prices(given: str | None) -> tuple[float, float] | None:
    if given is None:
        return None
    try:
        read, written = map(float, given.split(","))
    except ValueError as err:
        raise typer.BadParameter("write two numbers, such as 0.40,1.60", param_hint="--price") from err
    return read, written


def _grid(
    library: Any,
    case_set: CaseSet,
    cases: list[Case],
    asked: Asked,
    tried: list[dict[str, str]],
    command: str,
    track: Callable[[str, Iterator[Any], int], Iterator[Any]],
    reports: list[Path],
    json: bool,
) -> None:
    """Runs the variants, and prints and writes them side by side."""
    from json import dumps

    from rich.console import Console

    from .grid import grid_document, grid_rows, run_grid
    from .show import markdown, table

    runs = run_grid(
        library,
        case_set,
        cases,
        asked,
        tried,
        command=command,
        track=lambda name, outcomes: track(name, outcomes, len(cases)),
    )
    told = dumps(grid_document(runs), ensure_ascii=False, indent=1) + "\n"
    for path in reports:
        text = told if path.suffix == ".json" else markdown(grid_rows(runs)) + "\n"
        (path / "grid.json" if path.is_dir() else path).write_text(told if path.is_dir() else text, encoding="utf-8")
    if json:
        print(told, end="")
    else:
        Console(highlight=False, markup=False).print(table(grid_rows(runs)))


def _command(folder: Path | None, mine: bool, asked: Asked) -> str:
    """The command that makes the same numbers: what changes none of them is left out."""
    usual = {"context": "open", "split": None, "limit": None, "model": "reader"}
    options = ((f"--{name}", getattr(asked, name)) for name, value in usual.items() if getattr(asked, name) != value)
    parts = [str(part) for option in options for part in option]
    place = ["--mine"] if mine else [str(folder)] if folder else []
    return shlex.join(["pincite", "eval", *place, *parts])


@contextmanager
def _bars() -> Iterator[tuple[Callable[[str, Iterator[Any], int], Iterator[Any]], Callable[[Any], None]]]:
    """Bars on stderr, gone when done, none where stderr is no terminal: one that tracks what it is given, and one that
    shows how far indexing has come."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:

        def track(name: str, outcomes: Iterator[Any], total: int) -> Iterator[Any]:
            yield from bars.track(outcomes, total=total, description=name)

        yield track, _indexing(bars)


def _indexing(bars: Progress) -> Callable[[Any], None]:
    task = bars.add_task("indexing", visible=False)
    return lambda step: bars.update(task, completed=step.done, total=step.total, visible=True)


def _say(text: str) -> None:
    print(f"pincite: {text}", file=sys.stderr)
