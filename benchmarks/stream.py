"""The memory of a run over thousands of questions: what it is after each thousand, and after the reports are written.

    python benchmarks/stream.py ../shared/data/squad2 [--cases 5000] [--top-k 3] [--model reader]

A sample of the set's cases is asked as `pincite eval SET --limit CASES` asks it. Each question has `--top-k` passages
read, three unless told otherwise: enough for every part of the way to be gone, in a third of the time that ten take.
"anonymous" is what the process holds of its own, without the files it has mapped.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from pincite.eval.cases import select
from pincite.eval.gate import Thresholds
from pincite.eval.report import document
from pincite.eval.run import Outcome
from pincite.eval.session import Asked, asked_over, run_cases
from pincite.eval.show import write_report

EACH = 1_000


def held_mb() -> tuple[float, float]:
    """The memory of this process now, in megabytes: resident, and the anonymous part of it."""
    lines = (line.split() for line in Path("/proc/self/status").read_text().splitlines())
    kb = {words[0]: int(words[1]) for words in lines if words[0] in ("VmRSS:", "RssAnon:")}
    return kb["VmRSS:"] * 1024 / 1e6, kb["RssAnon:"] * 1024 / 1e6


class Watch:
    """Passes outcomes on, and tells the memory after each thousand of them."""

    def __init__(self) -> None:
        self.told: list[float] = []
        self._clock = perf_counter()

    def __call__(self, outcomes: Iterator[Outcome]) -> Iterator[Outcome]:
        for n, outcome in enumerate(outcomes, 1):
            yield outcome
            if n in (100, 500) or n % EACH == 0:
                self.tell(f"{n:,} questions")

    def tell(self, when: str) -> None:
        """One line: when, how much, and how long since the start."""
        resident, anonymous = held_mb()
        self.told.append(resident)
        seconds = perf_counter() - self._clock
        print(f"{when:<18} {resident:6.1f} MB resident, {anonymous:6.1f} MB anonymous, {seconds:6.0f} s", flush=True)


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("set", type=Path, help="folder of a set with enough cases")
    ask.add_argument("--cases", type=int, default=5_000)
    ask.add_argument("--top-k", type=int, default=3)
    ask.add_argument("--model", default="reader")
    given = ask.parse_args()
    with asked_over(given.set) as (case_set, library):
        cases = select(case_set.cases, limit=given.cases)
        watch = Watch()
        watch.tell("before")
        asked = Asked(limit=given.cases, model=given.model)
        narrow = library.varied(top_k=given.top_k)
        run = run_cases(narrow, case_set, cases, asked, command="python benchmarks/stream.py", track=watch)
        watch.tell("asked")
    told = document(run)
    watch.tell("summed up")
    with tempfile.TemporaryDirectory() as folder:
        files = write_report(told, Thresholds(), Path(folder))
        watch.tell("reports written")
        print(", ".join(f"{file.suffix} {file.stat().st_size / 1e6:.1f} MB" for file in files))
    run.log.close()


if __name__ == "__main__":
    main()
