"""Kills a process that adds articles: at any moment, or while Chroma writes the graph that a kill leaves unreadable."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

ARTICLES = 300

# Groups of ten, so that there are many moments; the graph is written whenever so many rows have come.
_ADDING = """
import sys
sys.path.insert(0, sys.argv[3])
from hashing import Hashing, written
from pincite.index import adding, open_index, vectors
adding._GROUP_ARTICLES = 10
vectors._SYNC_ROWS = int(sys.argv[4])
with open_index(sys.argv[1], Hashing()) as index:
    print("open", flush=True)
    for added in index.add(written(n, edition=int(sys.argv[2])) for n in range(int(sys.argv[5]))):
        print(added.status, added.article_id, flush=True)
"""


def killed(home: Path, edition: int, rng: random.Random, *, placed: bool) -> dict[str, int]:
    """The ids told as added before the kill, each with its edition."""
    process = _started(home, edition, 200 if placed else 10_000)
    if placed:
        _wait_for_graph_write(process, home, rng)
    else:
        time.sleep(rng.uniform(0, 4))
    process.send_signal(signal.SIGKILL)
    assert process.stdout
    lines = [line.split() for line in process.stdout if line.endswith("\n")]
    process.wait()
    process.stdout.close()
    return {id: edition for status, id in lines if status != "failed"}


def _started(home: Path, edition: int, sync_rows: int) -> subprocess.Popen[str]:
    """A process that has opened the library and begins to add."""
    given = [str(home), str(edition), str(Path(__file__).parent), str(sync_rows), str(ARTICLES)]
    process = subprocess.Popen([sys.executable, "-c", _ADDING, *given], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    process.stdout.readline()
    return process


def _wait_for_graph_write(process: subprocess.Popen[str], home: Path, rng: random.Random) -> None:
    """Returns shortly after the graph files begin to change, for the second or later time."""
    for _ in range(rng.randint(1, 2)):
        before = _graph_state(home)
        while process.poll() is None and (_graph_state(home) == before or not before):
            before = before or _graph_state(home)
    time.sleep(rng.choice([0, 0.0005, 0.001, 0.003, 0.01]))


def _graph_state(home: Path) -> dict[str, tuple[int, int]]:
    """Size and time of each graph file."""
    state = {}
    for path in home.glob("vectors-*/*/*"):
        try:
            stat = path.stat()
        except OSError:
            continue
        state[path.name] = (stat.st_size, stat.st_mtime_ns)
    return state
