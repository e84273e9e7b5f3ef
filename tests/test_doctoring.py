"""What another hand did to a library's catalog is found and, as far as it can be, mended."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hashing import Hashing, written

from pincite.index import Index, UnknownArticle, open_index

ARTICLES = [written(n) for n in range(8)]


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    with open_index(tmp_path, Hashing()) as opened:
        list(opened.add(ARTICLES))
        list(opened.add([written(3, edition=2)]))
        yield opened


def tamper(index: Index, statement: str) -> None:
    with sqlite3.connect(index.home / "catalog.sqlite") as db:
        db.execute(statement)
    db.close()


def test_a_text_changed_by_another_hand_is_found_and_adding_it_again_mends_it(index: Index) -> None:
    tamper(index, f"UPDATE articles SET text = replace(text, '7', '8') WHERE id = '{ARTICLES[1].id}'")
    health = index.check()
    assert health.told == "the text of news/1.txt (version 1) was changed by another hand"
    assert "changed by another hand" in index.repair().told
    assert [one.status for one in index.add([ARTICLES[1]])] == ["updated"]
    assert index.article(ARTICLES[1].id).text == ARTICLES[1].text
    assert index.repair().well
    with pytest.raises(UnknownArticle, match="has no version 1"):
        index.article(ARTICLES[1].id, 1)


def test_an_old_version_that_was_changed_proves_nothing_and_goes(index: Index) -> None:
    tamper(index, "UPDATE articles SET text = 'Other words.' WHERE state = 'retired'")
    assert "version 1" in index.check().told
    assert index.repair().well
    assert [one.version for one in index.versions(ARTICLES[3].id)] == [2]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM passages WHERE article = 2",
        "UPDATE passages SET stop = 100000 WHERE article = 2",
        "UPDATE passages SET start = -5 WHERE article = 2",
        "UPDATE passages SET vector = x'0000' WHERE article = 2",
    ],
)
def test_passages_that_do_not_fit_are_made_anew_from_the_text(index: Index, statement: str) -> None:
    before = index.passages(ARTICLES[1].id)
    tamper(index, statement)
    assert "the passages of news/1.txt do not fit its text" in index.check().told
    assert index.repair().well
    assert index.passages(ARTICLES[1].id) == before
    [(id, score)] = index.by_vector(index.vectors([before[0].id])[0], 1)
    assert (id, round(score, 3)) == (before[0].id, 1.0)


def test_many_faults_are_counted(index: Index) -> None:
    tamper(index, "UPDATE articles SET text = text || '!' WHERE state = 'ready'")
    assert index.check().told.endswith("and 5 articles more")
