"""Whatever ends a session, the next one opens whole: nothing told as added is lost, nothing is there twice."""

from __future__ import annotations

import logging
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import pytest
from hashing import Hashing, written
from killing import killed

from pincite.index import Article, Filters, Index, StoreFailed, StoreMismatch, open_index, search
from pincite.index import nearest as nearest_module
from pincite.index.catalog import Catalog
from pincite.index.faults import IndexHurt

EMBEDDER = Hashing()
ARTICLES = [written(n) for n in range(60)]

ADDING = """
import sys
from hashing import Hashing, written
from pincite.index import open_index
from pincite.index import adding
adding._GROUP_ARTICLES = 5
edition, count = int(sys.argv[2]), int(sys.argv[3])
with open_index(sys.argv[1], Hashing()) as index:
    print("open", flush=True)
    for added in index.add(written(n, edition=edition) for n in range(count)):
        print(added.status, added.article_id, flush=True)
"""


def edition_of(article: Article) -> int:
    """The number its text gives."""
    return int(article.text.split()[1])


def whole(index: Index, told: Iterable[str]) -> None:
    """What must hold after any end: everything told is there once, and all three stores agree."""
    index._settle()
    entries = index.entries()
    assert len({entry.id for entry in entries}) == len(entries)
    assert set(told) <= {entry.id for entry in entries}
    health = index.check()
    assert health.well, health.told
    assert health.articles == len(entries)
    for entry in entries[:10]:
        article = index.article(entry.id)
        vector = index.vectors([f"{entry.id}:{entry.version}:0"])[0]
        [(id, score)] = index.by_vector(vector, 1, Filters(article_ids=(entry.id,)))
        assert (id, round(score, 3)) == (f"{entry.id}:{entry.version}:0", 1.0)
        assert entry.id in {id.split(":")[0] for id, _ in index.by_keywords(article.text, 3)}


def start(home: Path, edition: int, count: int = len(ARTICLES)) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", ADDING, str(home), str(edition), str(count)]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent)}
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)


def test_ten_kills_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    rng = random.Random(20)
    told: dict[str, int] = {}
    for edition in range(1, 11):
        process = start(tmp_path, edition)
        assert process.stdout
        process.stdout.readline()
        time.sleep(rng.uniform(0, 3.0))
        process.send_signal(signal.SIGKILL)
        for line in process.stdout:
            if line.endswith("\n"):
                status, id = line.split()
                assert status in ("added", "updated")
                told[id] = edition
        process.wait()
        with open_index(tmp_path, EMBEDDER) as index:
            whole(index, told)
            for id, edition_told in told.items():
                assert edition_told <= edition_of(index.article(id)) <= edition
    with open_index(tmp_path, EMBEDDER) as index:
        assert {one.status for one in index.add(ARTICLES)} <= {"added", "updated", "same"}
        assert {one.status for one in index.add(ARTICLES)} == {"same"}
        assert index.count() == len(ARTICLES)
        whole(index, [])


def test_kills_while_chroma_writes_its_graph_leave_a_library_that_opens(tmp_path: Path) -> None:
    rng = random.Random(21)
    told: dict[str, int] = {}
    for edition in range(1, 4):  # benchmarks/kills.py does it 50 times
        told |= killed(tmp_path, edition, rng, placed=True)
        with open_index(tmp_path, EMBEDDER) as index:
            whole(index, told)
            assert all(told[id] <= edition_of(index.article(id)) <= edition for id in told)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A library that was closed in order."""
    with open_index(tmp_path, EMBEDDER) as index:
        list(index.add(ARTICLES))
    return tmp_path


def folder(home: Path, kind: str) -> Path:
    [found] = home.glob(f"{kind}-*")
    return found


def files(home: Path, kind: str) -> list[Path]:
    return sorted(path for path in folder(home, kind).rglob("*") if path.is_file() and path.suffix != ".lock")


def test_a_library_closed_in_order_is_opened_without_a_word(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    with open_index(home, EMBEDDER) as index:
        whole(index, [])
    assert not caplog.records


@pytest.mark.parametrize("kind", ["vectors", "keywords"])
def test_a_deleted_index_folder_is_built_anew(home: Path, kind: str, caplog: pytest.LogCaptureFixture) -> None:
    shutil.rmtree(folder(home, kind))
    with open_index(home, EMBEDDER) as index:
        whole(index, [])
    [line] = [record.message for record in caplog.records if record.levelno >= logging.WARNING]
    assert "built anew" in line


def damaged(content: bytes, rng: random.Random) -> list[bytes]:
    """The ways a file is hurt: empty, cut, overwritten, a byte changed."""
    at = rng.randrange(max(1, len(content)))
    return [
        b"",
        content[: len(content) // 2],
        bytes(rng.randrange(256) for _ in range(min(len(content), 5_000))),
        content[:at] + b"\xff\x00\xff" + content[at + 3 :],
    ]


@pytest.mark.parametrize("kind", ["vectors", "keywords"])
def test_scribbled_index_files_are_mended(home: Path, kind: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    rng = random.Random(5)
    for n in range(len(files(home, kind))):
        for way in rng.sample(range(4), 2):
            copy = tmp_path_factory.mktemp("copy") / "library"
            shutil.copytree(home, copy)
            path = files(copy, kind)[n]
            path.write_bytes(damaged(path.read_bytes(), rng)[way])
            with open_index(copy, EMBEDDER) as index:
                whole(index, [])
            shutil.rmtree(copy)


def test_a_copied_library_is_not_built_anew(home: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(home, copy, copy_function=shutil.copy, ignore=shutil.ignore_patterns("copy"))
    with open_index(copy, EMBEDDER) as index:
        whole(index, [])
    assert not caplog.records


def unclean(home: Path) -> None:
    """Leaves the library as a process that was killed after its last write would."""
    catalog = Catalog(home / "catalog.sqlite")
    catalog.remember(vectors_seal=None, keywords_seal=None)
    catalog.close()


def test_a_large_library_is_checked_in_a_child_and_kept_when_well(
    home: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(nearest_module, "_CHECKED_FROM", 10)
    unclean(home)
    before = folder(home, "vectors")
    with open_index(home, EMBEDDER) as index:
        whole(index, [])
    assert folder(home, "vectors") == before
    assert any("checked and is well" in record.message for record in caplog.records)


def test_a_large_library_whose_vectors_are_hurt_is_built_anew(
    home: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(nearest_module, "_CHECKED_FROM", 10)
    unclean(home)
    path = max(files(home, "vectors"), key=lambda path: path.stat().st_size)
    content = bytearray(path.read_bytes())
    for at in range(len(content) // 4, len(content), 997):
        content[at] ^= 0xFF
    path.write_bytes(content)
    before = folder(home, "vectors")
    with open_index(home, EMBEDDER) as index:
        whole(index, [])
    assert folder(home, "vectors") != before


def test_what_a_kill_left_half_way_is_finished_at_the_next_start(home: Path) -> None:
    newer = written(3, edition=2)
    with open_index(home, EMBEDDER) as index:
        # Stored, and in no index yet.
        prepared = [index._preparing().prepare([newer])[1]]
        index._catalog.store(prepared[0])
    with open_index(home, EMBEDDER) as index:
        index._settle()
        assert index.article(newer.id).text == newer.text
        assert [one.status for one in index.add([newer])] == ["same"]
        whole(index, [])


def test_questions_are_answered_while_chroma_fails(
    home: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(search, "_EXACT_PASSAGES", 0)
    with open_index(home, EMBEDDER) as index:
        chroma = index._nearest.opened()
        vector = EMBEDDER.embed([ARTICLES[7].text])[0]
        expected = index.by_vector(vector, 5)
        chroma._client.delete_collection("passages")
        with pytest.raises(IndexHurt):
            chroma.search(vector, 5)
        for _ in range(3):
            found = index.by_vector(vector, 5)
            assert found[0][0] == expected[0][0]
            assert [score for _, score in found] == pytest.approx([score for _, score in expected], abs=1e-5)
        assert len([record for record in caplog.records if record.levelno >= logging.WARNING]) == 1
        assert [one.status for one in index.add([written(100)])] == ["added"]
        whole(index, [])


def test_repair_mends_what_check_finds(home: Path) -> None:
    with open_index(home, EMBEDDER) as index:
        lost = [f"{ARTICLES[0].id}:1:0"]
        index._nearest.opened().drop(lost)
        index._matching.opened().drop(lost)
        health = index.check()
        assert not health.well
        assert (health.passages, health.vectors, health.keywords) == (60, 59, 59)
        assert "lacks 1" in health.told
        assert index.repair().well


def test_a_damaged_catalog_is_named(home: Path) -> None:
    path = home / "catalog.sqlite"
    good = path.read_bytes()
    for bad in (b"this is no database" * 500, good[:100] + b"\xff" * (len(good) - 100), b""):
        path.write_bytes(bad)
        with pytest.raises(StoreFailed, match=r"catalog\.sqlite"):
            open_index(home, EMBEDDER)
    path.write_bytes(good)
    with open_index(home, EMBEDDER) as index:
        whole(index, [])


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    import sqlite3

    db = sqlite3.connect(tmp_path / "catalog.sqlite")
    db.execute("CREATE TABLE recipes (name)")
    db.close()
    with pytest.raises(StoreFailed, match="another program"):
        open_index(tmp_path, EMBEDDER)


def test_a_newer_catalog_is_refused_in_words(home: Path) -> None:
    import sqlite3

    db = sqlite3.connect(home / "catalog.sqlite")
    db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(StoreMismatch, match="newer pincite"):
        open_index(home, EMBEDDER)
