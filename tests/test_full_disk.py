"""A disk that runs full: one clear sentence, nothing told as added is lost, questions go on, the same add works later.

The tests run this file on a small disk of its own, which an unprivileged Linux user can make in a new namespace.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from hashing import Hashing, written

from pincite.index import Article, Index, StoreFailed, open_index

ARTICLES = [written(n, sentences=30) for n in range(40)]
EMBEDDER = Hashing()


def fill(folder: Path, *, leave: int) -> None:
    """Writes a file that leaves `leave` bytes on the disk."""
    disk = os.statvfs(folder)
    size = disk.f_bavail * disk.f_frsize - leave
    with (folder / "ballast").open("wb") as ballast:
        for _ in range(max(0, size) >> 12):
            ballast.write(b"x" * 4096)


def add_one_by_one(index: Index, articles: list[Article], told: list[Article]) -> None:
    """Adds articles, each put into `told` when it is told as added."""
    for article in articles:
        told += [article for _ in index.add([article])]


def answers(index: Index, article: Article) -> None:
    """The article is found by its words and by its vector, and its text is whole."""
    [vector] = EMBEDDER.embed([f"{article.title}\n{index.passages(article.id)[0].text}"])
    assert index.by_vector(vector, 1)[0][0].split(":")[0] == article.id
    assert article.id in {id.split(":")[0] for id, _ in index.by_keywords(article.title + " " + article.text[:200], 9)}
    assert index.article(article.id).text == article.text


def fills_up_while_adding(folder: Path, seed: int) -> None:
    """Runs out of room somewhere in an add, asks, makes room, adds again."""
    rng, home = random.Random(seed), folder / "library"
    told: list[Article] = []
    with open_index(home, EMBEDDER) as index:
        for article in ARTICLES[:3]:
            told += [article for _ in index.add([article])]
        fill(folder, leave=rng.randrange(0, 1_200_000))
        with pytest.raises(StoreFailed, match="the disk is full: make room"):
            add_one_by_one(index, ARTICLES[3:], told)
        for _ in range(3):
            for article in told:
                answers(index, article)
        if rng.random() < 0.5:
            (folder / "ballast").unlink()
            assert {one.status for one in index.add(ARTICLES)} <= {"added", "same"}
    (folder / "ballast").unlink(missing_ok=True)
    with open_index(home, EMBEDDER) as index:
        assert {entry.id for entry in index.entries()} >= {article.id for article in told}
        list(index.add(ARTICLES))
        assert {one.status for one in index.add(ARTICLES)} == {"same"}
        health = index.check()
        assert health.well, health.told
        for article in ARTICLES:
            answers(index, article)


def starts_full(folder: Path, seed: int) -> None:
    """Opens a library on a full disk and asks; also one whose indexes have to be built anew."""
    home = folder / "library"
    with open_index(home, EMBEDDER) as index:
        list(index.add(ARTICLES))
    for unclean in (False, True):
        if unclean:
            [keywords] = home.glob("keywords-*")
            (keywords / "meta.json").write_text("{}")
            [vectors] = home.glob("vectors-*")
            (vectors / "chroma.sqlite3").write_bytes(b"scribbled" * 100)
        fill(folder, leave=0)
        with open_index(home, EMBEDDER) as index:
            for article in ARTICLES * 2:
                answers(index, article)
            with pytest.raises(StoreFailed, match="the disk is full"):
                list(index.add([written(n, sentences=30) for n in range(100, 140)]))
            for article in ARTICLES:
                answers(index, article)
        (folder / "ballast").unlink()
    with open_index(home, EMBEDDER) as index:
        list(index.add(ARTICLES))
        health = index.check()
        assert health.well, health.told
        assert {entry.id for entry in index.entries()} >= {article.id for article in ARTICLES}


def on_small_disk(folder: Path, what: str, seed: int, megabytes: int = 24) -> str:
    """What the function `what` printed, run with a disk of its own under `folder`."""
    script = (
        f"mount -t tmpfs -o size={megabytes}m tmpfs {folder} && "
        f"exec {sys.executable} {Path(__file__).resolve()} {what} {folder} {seed}"
    )
    command = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script]
    run = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def can_mount() -> bool:
    command = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", "mount -t tmpfs tmpfs /mnt"]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


needs_mount = pytest.mark.skipif(not can_mount(), reason="this machine lets no user mount a small disk")


@needs_mount
@pytest.mark.parametrize("seed", range(3))
def test_a_disk_that_fills_up_while_adding(tmp_path: Path, seed: int) -> None:
    on_small_disk(tmp_path, "fills_up_while_adding", seed)


@needs_mount
def test_a_disk_that_is_full_at_the_start(tmp_path: Path) -> None:
    on_small_disk(tmp_path, "starts_full", 0)


if __name__ == "__main__":
    globals()[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]))
