"""Walks at random over everything that can happen to a library, and compares it with a plain account at every step.

    python benchmarks/walk.py [--steps 10000] [--seed 1]

Steps are adding, changing, removing, opening again, embedding anew, hurting an index's files by hand and killing a
process that adds. The first step that leaves the library and the account apart ends it, with the shortest walk that
leads there. Exit 1 then.
"""

from __future__ import annotations

import argparse
import logging
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import invariant, run_state_machine_as_test
from walking import Walk

STEPS = 50  # of a walk at most


def main() -> None:
    """Runs and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    logging.disable(logging.WARNING)
    taken = 0

    @seed(asked.seed)
    class Counted(Walk):
        @invariant()
        def agrees(self) -> None:
            nonlocal taken
            taken += 1
            super().agrees()

    many = settings(
        max_examples=max(1, asked.steps // STEPS),
        stateful_step_count=STEPS,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    started = time.perf_counter()
    run_state_machine_as_test(Counted, settings=many)
    print(f"{taken:,} steps in {time.perf_counter() - started:.0f} s: the library held what it was told at every one")


if __name__ == "__main__":
    main()
