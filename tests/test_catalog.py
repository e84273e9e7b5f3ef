"""The catalog: all or nothing, one ready version at a time, and the same answer to a filter everywhere."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date
from itertools import product
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from pincite.index import Article, Filters, Passage, StoreFailed, UnknownArticle
from pincite.index.catalog import Catalog
from pincite.index.catalog_reader import CatalogReader
from pincite.index.records import Prepared, parsed


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = Catalog(tmp_path / "catalog.sqlite")
    yield opened
    opened.close()


def prepared(source: str, text: str, version: int = 1, **facts: object) -> Prepared:
    """An article whose every sentence is a passage; the vector of passage n is (version, n)."""
    made = Article.create(source, text, id=source, **facts)  # pyright: ignore
    article = Article(**{name: getattr(made, name) for name in made.__slots__} | {"version": version})
    passages, start = [], 0
    for n, sentence in enumerate(text.split(". ")):
        passages.append(
            Passage(f"{source}:{version}:{n}", source, version, sentence, start, start + len(sentence), "H")
        )
        start += len(sentence) + 2
    vectors = np.array([[version, n] for n in range(len(passages))], np.float32)
    return Prepared(article, tuple(passages), vectors)


def add(catalog: Catalog, *some: Prepared) -> None:
    catalog.store(some)
    catalog.make_ready()
    catalog.forget_gone()


def test_what_is_stored_comes_back_exactly(catalog: Catalog) -> None:
    one = prepared(
        "a:b", "One 🐝. Two. Three", title="T", published=date(2000, 2, 29), authors=("Ann", "Bo"), language="en"
    )
    add(catalog, one)
    assert catalog.article("a:b") == one.article
    assert catalog.passages("a:b") == list(one.passages)
    assert catalog.load(["a:b:1:2", "a:b:1:0"]) == [(one.passages[2], one.article), (one.passages[0], one.article)]
    assert catalog.vectors(["a:b:1:1", "a:b:1:9"], 2).tolist() == [[1, 1], [0, 0]]
    assert catalog.digest("a:b") == one.article.digest
    assert catalog.count() == (1, 3)


def test_a_pending_version_is_not_seen_until_it_is_ready(catalog: Catalog) -> None:
    add(catalog, prepared("a", "Old"))
    catalog.store([prepared("a", "New. And more", version=2)])
    assert catalog.article("a").text == "Old"
    assert catalog.load(["a:2:0"]) == []
    assert (catalog.count(), catalog.unsettled()) == ((1, 1), {"pending": 1})
    with pytest.raises(UnknownArticle):
        catalog.article("a", 2)
    catalog.make_ready()
    assert catalog.article("a").text == "New. And more"
    assert catalog.article("a", 1).text == "Old"
    assert catalog.unsettled() == {"retired": 1}
    assert catalog.passage_ids("retired", "removed") == ["a:1:0"]
    catalog.forget_gone()
    assert catalog.unsettled() == {}
    assert catalog.article("a", 1).text == "Old"
    assert catalog.next_version("a") == 3


def test_a_change_that_fails_changes_nothing(catalog: Catalog) -> None:
    add(catalog, prepared("a", "Old"))
    with pytest.raises(StoreFailed):
        catalog.store([prepared("b", "Good"), prepared("a", "Twice the same version")])
    assert catalog.unsettled() == {}
    assert [entry.id for entry in catalog.entries()] == ["a"]
    add(catalog, prepared("b", "Good"))
    assert catalog.count() == (2, 2)


def test_removing_takes_every_version_and_overwrites_the_file(catalog: Catalog) -> None:
    add(catalog, prepared("a", "Marmalade"))
    add(catalog, prepared("a", "Zeppelin", version=2), prepared("b", "Bees"))
    assert [entry.id for entry in catalog.mark_removed(["a"])] == ["a"]
    assert [entry.id for entry in catalog.entries()] == ["b"]
    assert catalog.passage_ids("removed") == ["a:2:0"]
    catalog.forget_gone()
    catalog.close()
    content = b"".join(path.read_bytes() for path in catalog.path.parent.iterdir())
    assert b"Bees" in content
    assert b"Marmalade" not in content
    assert b"Zeppelin" not in content


def test_removing_an_unknown_id_removes_nothing(catalog: Catalog) -> None:
    add(catalog, prepared("a", "Old"))
    with pytest.raises(UnknownArticle, match="b, c"):
        catalog.mark_removed(["a", "b", "c"])
    assert catalog.count() == (1, 1)
    assert catalog.unsettled() == {}


def test_settings_are_remembered_together_and_forgotten(catalog: Catalog) -> None:
    catalog.remember(embedder="x", dim="2")
    catalog.remember(embedder=None, split="1/2")
    assert [catalog.setting(name) for name in ("embedder", "dim", "split")] == [None, "2", "1/2"]


def test_a_filter_admits_what_filters_admit_says(catalog: Catalog) -> None:
    articles = [
        prepared(source, "Text", published=published)
        for source, published in product(
            ["https://example.org/Ä", "news/Über.txt", "NEWS/50%_off"], [None, date(2020, 1, 1), date(2021, 6, 30)]
        )
    ]
    articles = [
        prepared(f"{one.article.id}{n}", "Text", published=one.article.published) for n, one in enumerate(articles)
    ]
    add(catalog, *articles)
    for source, since, until in product(
        [None, "ä", "ÜBER", "news", "%", "_", "example.org/", "nothing"],
        [None, date(2020, 1, 1), date(2020, 1, 2)],
        [None, date(2021, 6, 29), date(2021, 6, 30)],
    ):
        filters = Filters(source=source, since=since, until=until)
        expected = {
            one.article.id
            for one in articles
            if filters.admit(one.article.id, one.article.source, one.article.published)
        }
        assert set(catalog.admitted(filters)) == expected
    assert set(catalog.admitted(Filters(article_ids=("nothing",)))) == set()


def test_blocks_hold_every_passage_once(catalog: Catalog) -> None:
    add(catalog, *(prepared(f"a{n}", "One. Two. Three") for n in range(25)))
    blocks = list(catalog.rows("ready", articles=10))
    assert [len(rows) for rows in blocks] == [30, 30, 15]
    rows = [row for block in blocks for row in block]
    assert [row.id for row in rows] == catalog.passage_ids("ready")
    assert (rows[4].article_id, rows[4].heading, rows[4].text, rows[4].vector.tolist()) == ("a1", "H", "Two", [1, 1])


def test_ready_vectors_are_those_of_the_articles_asked_for(catalog: Catalog) -> None:
    add(catalog, prepared("a", "One. Two"), prepared("b", "One"))
    ids, matrix = catalog.ready_vectors(["b", "no"], 2)
    assert (ids, matrix.tolist()) == (["b:1:0"], [[1, 0]])
    ids, matrix = catalog.ready_vectors(None, 2)
    assert (ids, matrix.shape) == (["a:1:0", "a:1:1", "b:1:0"], (3, 2))
    assert catalog.ready_vectors([], 2)[1].shape == (0, 2)


def test_many_threads_read_while_one_writes(catalog: Catalog) -> None:
    add(catalog, prepared("a", "Text 0. More"))
    wrong: list[object] = []
    done: list[bool] = []

    def read() -> None:
        while not done:
            article = catalog.article("a")
            if article.text != f"Text {article.version - 1}. More" or len(catalog.passages("a")) != 2:
                wrong.append(article)

    threads = [Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for version in range(2, 60):
        add(catalog, prepared("a", f"Text {version - 1}. More", version=version))
    done.append(True)
    for thread in threads:
        thread.join()
    assert not wrong


def test_a_second_program_may_read_beside_the_owner(catalog: Catalog) -> None:
    add(catalog, prepared("a", "Text"))
    reader = CatalogReader(catalog.path)
    assert reader.article("a").text == "Text"
    assert not hasattr(reader, "remember")
    reader.close()


def test_writes_survive_a_power_cut_by_their_settings(catalog: Catalog) -> None:
    assert catalog._db.execute("PRAGMA synchronous").fetchone() == (2,)
    assert catalog._db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert catalog._db.execute("PRAGMA foreign_keys").fetchone() == (1,)


def test_a_file_held_by_another_program_says_so(catalog: Catalog) -> None:
    other = sqlite3.connect(catalog.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    catalog._db.execute("PRAGMA busy_timeout = 50")
    with pytest.raises(StoreFailed, match="held open by another program"):
        catalog.remember(dim="3")
    other.execute("ROLLBACK")
    other.close()
    catalog.remember(dim="3")


@pytest.mark.parametrize(
    ("id", "expected"),
    [
        ("a:1:2", ("a", 1, 2)),
        ("a:b:1:2", ("a:b", 1, 2)),
        ("a:1", None),
        ("a:x:2", None),
        ("a:1:²", None),
        ("", None),
    ],
)
def test_a_passage_id_is_taken_apart(id: str, expected: tuple[str, int, int] | None) -> None:
    assert parsed(id) == expected
