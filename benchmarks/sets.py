"""One table over all sets of questions that fit: squad2, squadshifts, clapnq, covidqa, mtrag, chunking_eval.

    python benchmarks/sets.py ../shared/data [--limit 200] [--context open] [--out FOLDER] [--only squad2]

Each set is asked as `pincite eval SET --split dev --limit N` asks it (without `--split` where it has none), one after
another, so that memory stays that of the largest. The table is Markdown, with 95-of-100 intervals for F1; with
`--out`, each set's whole report is kept there too. "growth" is how much larger the process was after the questions than
after the first tenth of them.
"""

from __future__ import annotations

import argparse
import resource
from collections.abc import Iterator
from pathlib import Path

from pincite.eval.cases import select
from pincite.eval.gate import Thresholds
from pincite.eval.report import document
from pincite.eval.run import Outcome
from pincite.eval.session import Asked, asked_over, run_cases
from pincite.eval.show import markdown, write_report
from pincite.eval.tables import number

SETS = ("squad2", "squadshifts", "clapnq", "covidqa", "mtrag", "chunking_eval")
SHOWN = (
    "hit@1",
    "hit@10",
    "ndcg@10",
    "answer_em",
    "answer_f1",
    "contained",
    "false_answer_rate",
    "refused_share",
    "exact_pointers",
    "citation_precision",
    "calibration_error",
    "risk_coverage_area",
    "latency_ms_p50",
)


def memory_mb() -> float:
    """The memory of this process now, in megabytes."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


class Watch:
    """Passes outcomes on, and notes the memory a tenth of the way and at the end."""

    def __init__(self, total: int) -> None:
        self.early, self.late, self._after = 0.0, 0.0, max(1, total // 10)

    def __call__(self, outcomes: Iterator[Outcome]) -> Iterator[Outcome]:
        for n, outcome in enumerate(outcomes, 1):
            yield outcome
            if n == self._after:
                self.early = memory_mb()
        self.late = memory_mb()


def measured(folder: Path, given: argparse.Namespace) -> tuple[str, ...]:
    """The table's row of one set."""
    with asked_over(folder) as (case_set, library):
        split = "dev" if any(case.split == "dev" for case in case_set.cases) else None
        asked = Asked(given.context, split, given.limit)
        cases = select(case_set.cases, split=split, limit=given.limit)
        if given.context == "given":
            cases = [case for case in cases if case.context is not None]
        watch = Watch(len(cases))
        command = f"python benchmarks/sets.py --only {folder.name} --context {given.context} --limit {given.limit}"
        run = run_cases(library, case_set, cases, asked, command=command, track=watch)
    told = document(run)
    if given.out:
        write_report(told, Thresholds(), given.out)
    run.log.close()
    metrics, bounds = told["metrics"], told["intervals"].get("answer_f1")
    shown = [number(name, metrics[name]) for name in SHOWN]
    if bounds:
        shown[SHOWN.index("answer_f1")] += f" [{bounds[0]:.3f}, {bounds[1]:.3f}]"
    return (folder.name, f"{metrics['n']:,}", *shown, f"{watch.late:.0f} MB, growth {watch.late - watch.early:.0f}")


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
    rows = [("set", "cases", *SHOWN, "memory")]
    for name in given.only or SETS:
        rows.append(measured(given.data / name, given))
        print("| " + " | ".join(rows[-1]) + " |", flush=True)
    print("\n" + markdown(rows))


if __name__ == "__main__":
    main()
