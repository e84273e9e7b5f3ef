"""One table over all sets of questions that fit: squad2, squadshifts, clapnq, covidqa, mtrag, chunking_eval.

    python benchmarks/sets.py ../shared/data [--limit 200] [--context open] [--out FOLDER] [--only squad2]

Each set is asked as `pincite eval SET --split dev --limit N` asks it, without `--split` where it has no dev part: the
same N cases each time, spread over the set. The table on stdout is Markdown, with 95-of-100 intervals for F1;
progress goes to stderr. With `--out`, each set's whole report is kept there too.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from pincite.eval.cases import select
from pincite.eval.gate import Thresholds
from pincite.eval.report import document
from pincite.eval.run import Outcome
from pincite.eval.session import Asked, asked_over, run_cases
from pincite.eval.show import markdown, write_report
from pincite.rag import Progress

SETS = ("squad2", "squadshifts", "clapnq", "covidqa", "mtrag", "chunking_eval")
SHOWN = {  # metrics without times, so that a table is the same on a busy machine, and their heads
    "hit@1": "hit@1",
    "hit@10": "hit@10",
    "ndcg@10": "nDCG@10",
    "answer_em": "EM",
    "answer_f1": "F1",
    "contained": "contained",
    "false_answer_rate": "answered in vain",
    "refused_share": "refused wrongly",
    "exact_pointers": "quotes exact",
    "citation_precision": "citations right",
    "calibration_error": "calibration error",
    "risk_coverage_area": "risk area",
}


TOLD = 50  # cases between two lines of progress


def tell(name: str, outcomes: Iterator[Outcome], total: int) -> Iterator[Outcome]:
    """The same outcomes, with a line on stderr now and then."""
    for n, outcome in enumerate(outcomes, 1):
        yield outcome
        if n % TOLD == 0 or n == total:
            print(f"{name}: {n:,} of {total:,} cases asked", file=sys.stderr, flush=True)


def tell_indexing(name: str, step: Progress) -> None:
    """A line on stderr at each tenth of the articles."""
    if step.done % max(1, step.total // 10) == 0:
        print(f"{name}: {step.done:,} of {step.total:,} articles indexed", file=sys.stderr, flush=True)


def short(value: float | int | None) -> str:
    """A share in three places; a dash when nothing was measured by it."""
    return "–" if value is None else f"{value:.3f}"


def measured(folder: Path, given: argparse.Namespace) -> tuple[str, ...]:
    """The table's row of one set."""
    name = folder.name
    with asked_over(folder, on_progress=partial(tell_indexing, name)) as (case_set, library):
        split = "dev" if any(case.split == "dev" for case in case_set.cases) else None
        asked = Asked(given.context, split, given.limit)
        cases = select(case_set.cases, split=split, limit=given.limit)
        if given.context == "given":
            cases = [case for case in cases if case.context is not None]
        command = f"python benchmarks/sets.py --only {name} --context {given.context} --limit {given.limit}"
        track = partial(tell, name, total=len(cases))
        run = run_cases(library, case_set, cases, asked, command=command, track=track)
    told = document(run)
    if given.out:
        write_report(told, Thresholds(), given.out)
    run.log.close()
    metrics, bounds = told["metrics"], told["intervals"].get("answer_f1")
    shown = {metric: short(metrics[metric]) for metric in SHOWN}
    if bounds:
        shown["answer_f1"] += f" ({bounds[0]:.3f} to {bounds[1]:.3f})"
    return (name, f"{metrics['n']:,}", *shown.values())


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("data", type=Path, help="folder that holds the sets")
    ask.add_argument("--limit", type=int, default=200)
    ask.add_argument("--context", choices=("open", "given"), default="open")
    ask.add_argument("--out", type=Path)
    ask.add_argument("--only", choices=SETS, action="append")
    given = ask.parse_args()
    if given.out:
        given.out.mkdir(parents=True, exist_ok=True)
    rows = [("set", "cases", *SHOWN.values())]
    for name in given.only or SETS:
        rows.append(measured(given.data / name, given))
        print(*rows[-1], sep=" | ", file=sys.stderr, flush=True)
    print(markdown(rows))


if __name__ == "__main__":
    main()
