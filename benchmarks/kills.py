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
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from hashing import Hashing  # noqa: E402
from test_index_recovery import edition_of, whole  # noqa: E402

from pincite.index import nearest, open_index  # noqa: E402

ARTICLES = 300
ADDING = """
import sys
sys.path.insert(0, sys.argv[3])
from hashing import Hashing, written
from pincite.index import adding, open_index, vectors
adding._GROUP_ARTICLES = 10
vectors._SYNC_ROWS = int(sys.argv[4])
with open_index(sys.argv[1], Hashing()) as index:
    print("open", flush=True)
    for added in index.add(written(n, edition=int(sys.argv[2])) for n in range(300)):
        print(added.status, added.article_id, flush=True)
"""


def start(home: Path, edition: int, sync_rows: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", ADDING, str(home), str(edition), str(ROOT / "tests"), str(sync_rows)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    process.stdout.readline()
    return process


def graph_state(home: Path) -> dict[str, tuple[int, int]]:
    """Size and time of each graph file."""
    state = {}
    for path in home.glob("vectors-*/*/*"):
        try:
            stat = path.stat()
        except OSError:
            continue
        state[path.name] = (stat.st_size, stat.st_mtime_ns)
    return state


def wait_for_graph_write(process: subprocess.Popen[str], home: Path, rng: random.Random) -> None:
    """Returns shortly after the graph files begin to change, for the second or later time."""
    for _ in range(rng.randint(1, 2)):
        before = graph_state(home)
        while process.poll() is None and (graph_state(home) == before or not before):
            before = before or graph_state(home)
    time.sleep(rng.choice([0, 0.0005, 0.001, 0.003, 0.01]))


def killed(home: Path, edition: int, rng: random.Random, *, placed: bool) -> dict[str, int]:
    """The ids told as added before the kill, each with its edition."""
    process = start(home, edition, 200 if placed else 10_000)
    if placed:
        wait_for_graph_write(process, home, rng)
    else:
        time.sleep(rng.uniform(0, 4))
    process.send_signal(signal.SIGKILL)
    assert process.stdout
    lines = [line.split() for line in process.stdout if line.endswith("\n")]
    process.wait()
    return {id: edition for status, id in lines if status != "failed"}


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
