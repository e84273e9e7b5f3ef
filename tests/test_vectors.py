"""The vector index: exact where it can be, whole after closing, and every failure one we know."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from pincite.index.faults import IndexHurt
from pincite.index.records import Row
from pincite.index.vectors import Vectors


def made(count: int, dim: int = 32) -> NDArray[np.float32]:
    vectors = np.random.default_rng(4).normal(size=(count, dim)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def rows(vectors: NDArray[np.float32], first: int = 0) -> list[Row]:
    return [Row(f"a{n // 10}:1:{n % 10}", f"a{n // 10}", "", "", "", vector) for n, vector in enumerate(vectors, first)]


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Vectors]:
    opened = Vectors(tmp_path / "vectors")
    yield opened
    opened.close()


def test_the_nearest_come_first_with_their_cosine_similarity(index: Vectors) -> None:
    vectors = made(300)
    index.put(rows(vectors))
    right = 0
    for n in range(300):
        found = index.search(vectors[n], 10)
        similarities = np.sort(vectors @ vectors[n])[::-1][:10]
        right += found[0][0] == f"a{n // 10}:1:{n % 10}" and [score for _, score in found] == pytest.approx(
            list(similarities), abs=1e-5
        )
    assert right >= 280  # one passage may be missing from every search: see search.py


def test_more_than_chroma_takes_at_once_is_stored(index: Vectors) -> None:
    vectors = made(6_000, dim=8)
    index.put(rows(vectors))
    assert index.count() == 6_000
    assert len(index.vectors([row.id for row in rows(vectors)])) == 6_000
    index.drop([row.id for row in rows(vectors)[:5_900]])
    assert sorted(index.ids()) == sorted(row.id for row in rows(vectors)[5_900:])


def test_the_same_id_again_replaces(index: Vectors) -> None:
    index.put(rows(made(20)))
    other = -made(20)
    index.put(rows(other)[:1])
    assert index.count() == 20
    assert np.allclose(index.vectors(["a0:1:0"])["a0:1:0"], other[0], atol=1e-6)


def test_nothing_is_no_error(index: Vectors) -> None:
    index.put([])
    index.drop([])
    index.drop(["no:1:0"])
    assert index.ids() == []
    assert index.search(made(1)[0], 5) == []


def test_asking_for_more_than_there_is_gives_what_there_is(index: Vectors) -> None:
    index.put(rows(made(20)))
    assert len(index.search(made(1)[0], 100)) == 20


def test_what_was_put_is_there_after_closing(tmp_path: Path) -> None:
    vectors = made(50)
    first = Vectors(tmp_path / "vectors")
    first.put(rows(vectors))
    first.close()
    again = Vectors(tmp_path / "vectors")
    assert again.count() == 50
    assert sum(again.search(vectors[n], 1)[0][0] == f"a{n // 10}:1:{n % 10}" for n in range(50)) >= 48
    again.close()


def test_no_text_is_kept_beside_the_vectors(index: Vectors) -> None:
    index.put(rows(made(1)))
    got = index._collection.get(include=["documents", "metadatas"])
    assert (got["documents"], got["metadatas"]) == ([None], [{"article_id": "a0"}])


def test_the_environment_and_a_dotenv_file_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("IS_PERSISTENT=False\nANONYMIZED_TELEMETRY=True\nALLOW_RESET=True\nOTHER=1\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CHROMA_API_IMPL", "chromadb.api.fastapi.FastAPI")
    monkeypatch.setenv("PERSIST_DIRECTORY", str(tmp_path / "elsewhere"))
    opened = Vectors(tmp_path / "vectors")
    opened.put(rows(made(3)))
    settings = opened._client.get_settings()
    assert (settings.allow_reset, settings.anonymized_telemetry) == (False, False)
    opened.close()
    assert sorted(os.listdir(tmp_path)) == [".env", "vectors"]


def test_a_folder_that_is_no_index_is_hurt(tmp_path: Path) -> None:
    folder = tmp_path / "vectors"
    folder.mkdir()
    (folder / "chroma.sqlite3").write_bytes(b"this is no database" * 1000)
    with pytest.raises(IndexHurt, match="vector index"):
        Vectors(folder)
    (tmp_path / "file").touch()
    with pytest.raises(IndexHurt):
        Vectors(tmp_path / "file")


def test_a_closed_index_is_hurt_and_not_a_crash(tmp_path: Path) -> None:
    closed = Vectors(tmp_path / "vectors")
    closed.put(rows(made(3)))
    closed.close()
    with pytest.raises(IndexHurt):
        closed.search(made(1)[0], 1)
