"""Kills a process that adds articles, again and again, and looks at what the next start finds.

    python benchmarks/kills.py --random 100 --placed 50

Random kills come at any moment of an add of 300 articles. Placed ones come while Chroma writes its graph files, which
is the write that leaves a plain Chroma folder unreadable: the child writes them every 200 passages, this process
watches the files. Half of the starts after a placed kill check the folder in a child process, as a large library does.
"""

from __future__ import annotations

import argparse
import logging
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from hashing import Hashing  # noqa: E402
from killing import killed  # noqa: E402
from test_index_recovery import edition_of, whole  # noqa: E402

from pincite.index import nearest, open_index  # noqa: E402


def trial(home: Path, edition: int, told: dict[str, int], rng: random.Random, *, placed: bool) -> str:
    """One kill and the start after it: "well", or what was wrong."""
    told |= killed(home, edition, rng, placed=placed)
    nearest._CHECKED_FROM = 0 if placed and rng.random() < 0.5 else 4_000
    try:
        with open_index(home, Hashing()) as index:
            whole(index, told)
            for id, edition_told in told.items():
                assert edition_told <= edition_of(index.article(id)) <= edition, f"{id} is of another edition"
    except Exception as err:  # noqa: BLE001, a trial that fails is counted and the rest go on
        return f"{type(err).__name__}: {err}"
    return "well"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--random", type=int, default=20, help="kills at any moment")
    parser.add_argument("--placed", type=int, default=20, help="kills inside the graph write")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    logging.disable(logging.WARNING)
    rng = random.Random(chosen.seed)
    for name, count in (("random", chosen.random), ("placed", chosen.placed)):
        found, began = Counter[str](), time.monotonic()
        home, told = Path(tempfile.mkdtemp()), dict[str, int]()
        for n in range(count):
            if n % 10 == 0:  # ten in a row on one library, then a fresh one
                shutil.rmtree(home, ignore_errors=True)
                home, told = Path(tempfile.mkdtemp()), {}
            found[trial(home, n % 10 + 1, told, rng, placed=name == "placed")] += 1
        shutil.rmtree(home, ignore_errors=True)
        print(f"{name}: {dict(found)} of {count} in {time.monotonic() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
