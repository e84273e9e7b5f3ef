"""Malformed answers of a language model, cut at every place: is every citation exact, and every marker a citation's?

    python benchmarks/fuzz_markers.py [--outputs N] [--seed S]

Writes N outputs (10,000 by default) of wrong, nested and split markers, markers in code, right-to-left text, endless
digits, planted links and quotes (`tests/malformed.py`), feeds each whole, one character at a time, and cut in two at
every place, and holds what comes to its promises: no exception, each citation's words stand at its place, each marker
has its citation and comes after it, no bracket that is no marker, no address but an article's own, nothing unseen, and
the same answer however the words were cut. Exit 1 on the first that breaks one.
"""

from __future__ import annotations

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from malformed import check, cuts, drafted, given, malformed, outcome

from pincite.rag.support import Support

BLOCK = 100


def main() -> None:
    """Runs and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--outputs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1_000_000, help="the first; the tests have those from 0")
    parser.add_argument("--jobs", type=int, default=2)
    asked = parser.parse_args()
    started = time.perf_counter()
    firsts = range(asked.seed, asked.seed + asked.outputs, BLOCK)
    with ProcessPoolExecutor(asked.jobs) as pool:
        counts: list[tuple[int, int]] = []
        for count in pool.map(block, firsts):
            counts.append(count)
            print(f"\r{len(counts) * BLOCK:,} of {asked.outputs:,} outputs", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    runs, citations = (sum(count[n] for count in counts) for n in (0, 1))
    print(
        f"{len(counts) * BLOCK:,} outputs, {runs:,} runs of them in {time.perf_counter() - started:.0f} s: "
        f"{citations:,} citations, all exact; 0 exceptions"
    )


def block(first: int) -> tuple[int, int]:
    """How many runs and citations the outputs from seed `first` made. Raises what broke."""
    sentences = given()
    best = cache(Support("How many captives?", sentences).best)  # however the words are cut, the same is asked of it
    runs = citations = 0
    for seed in range(first, first + BLOCK):
        told = malformed(seed)[:300]
        try:
            whole = drafted([told], sentences, best)
            check(whole)
            for pieces in cuts(told):
                draft = drafted(pieces, sentences, best)
                assert outcome(draft) == outcome(whole), "the answer depends on how the words are cut"
                runs += 1
                citations += len(draft.citations)
        except Exception as err:
            raise RuntimeError(f"seed {seed}: {type(err).__name__}: {err}") from err
    return runs, citations


if __name__ == "__main__":
    main()
