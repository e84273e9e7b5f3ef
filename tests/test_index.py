"""The index: what is added is found, what is the same costs nothing, what is removed is gone."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
from hashing import Hashing, written

from pincite.index import (
    Article,
    Filters,
    Index,
    ReadFailed,
    StoreFailed,
    StoreMismatch,
    UnknownArticle,
    open_index,
    search,
)
from pincite.index.embed import MiniLM

EMBEDDER = Hashing()
BEES = Article.create("bees.txt", "Bees dance to tell where the flowers are.", title="Bees", published=date(2020, 5, 1))
BIRDS = Article.create("birds.txt", "Birds sing in the morning.", title="Birds", published=date(2021, 5, 1))
FISH = Article.create("sea/fish.txt", "Fish are silent, most of the time.", title="Fish")


@pytest.fixture(params=["a small library", "a large library"])
def index(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Index]:
    """One searched by comparing all vectors, or one searched through Chroma."""
    if request.param == "a large library":
        monkeypatch.setattr(search, "_EXACT_PASSAGES", 0)
    with open_index(tmp_path / "library", EMBEDDER) as opened:
        yield opened


def found(index: Index, text: str, k: int = 5, **filters: object) -> tuple[list[str], list[str]]:
    """Article ids found by vector and by keywords."""
    by_vector = index.by_vector(EMBEDDER.embed([text])[0], k, Filters(**filters))  # pyright: ignore
    by_keywords = index.by_keywords(text, k, Filters(**filters))  # pyright: ignore
    return [id.split(":")[0] for id, _ in by_vector], [id.split(":")[0] for id, _ in by_keywords]


def test_added_articles_are_listed_found_and_loaded(index: Index) -> None:
    outcomes = list(index.add([BEES, BIRDS]))
    assert [(one.status, one.source, one.title, one.passages) for one in outcomes] == [
        ("added", "bees.txt", "Bees", 1),
        ("added", "birds.txt", "Birds", 1),
    ]
    assert [entry.id for entry in index.entries()] == [BIRDS.id, BEES.id]
    assert index.article(BEES.id) == BEES
    by_vector, by_keywords = found(index, "Do bees dance?")
    assert by_vector == [BEES.id, BIRDS.id]
    assert by_keywords == [BEES.id]
    [(passage, article)] = index.load([f"{BEES.id}:1:0"])
    assert (article, passage.text) == (BEES, BEES.text)
    assert index.passages(BEES.id) == [passage]
    assert index.count() == 2


def test_the_entry_tells_what_a_list_shows(index: Index) -> None:
    article = Article.create(
        "a.txt", "Words.", title="T", authors=("Ann", "Bo"), language="en", published=date(2001, 2, 3)
    )
    list(index.add([article]))
    [entry] = index.entries()
    assert (entry.id, entry.version, entry.title, entry.source) == (article.id, 1, "T", "a.txt")
    assert (entry.published, entry.authors, entry.language) == (date(2001, 2, 3), ("Ann", "Bo"), "en")
    assert (entry.characters, entry.passages) == (6, 1)
    assert entry.added_at.utcoffset() is not None


def test_the_second_add_of_the_same_embeds_and_writes_nothing(index: Index) -> None:
    list(index.add([BEES, BIRDS]))
    embedder, before = Hashing(), index.check()
    index._embedder = embedder
    assert [one.status for one in index.add([BEES, BIRDS])] == ["same", "same"]
    assert sum(embedder.calls) == 0
    assert index.check() == before


def test_a_changed_article_replaces_its_old_version_whose_text_stays(index: Index) -> None:
    list(index.add([BEES, BIRDS]))
    newer = Article.create("bees.txt", "Wasps build paper nests.", title="Wasps")
    assert [one.status for one in index.add([newer])] == ["updated"]
    assert index.article(BEES.id).text == "Wasps build paper nests."
    assert index.article(BEES.id).version == 2
    assert index.article(BEES.id, 1) == BEES
    assert index.load([f"{BEES.id}:1:0"]) == []
    assert found(index, "bees dance")[1] == []
    assert found(index, "wasps")[1] == [BEES.id]
    assert index.check().well
    assert index.check().passages == 2


def test_an_article_that_changes_back_is_a_third_version(index: Index) -> None:
    newer = Article.create("bees.txt", "Wasps build paper nests.", title="Wasps")
    assert [one.status for one in index.add([BEES, newer, BEES])] == ["added", "updated", "updated"]
    assert index.article(BEES.id).version == 3
    assert index.article(BEES.id).text == BEES.text
    assert index.check().well


def test_of_two_with_one_id_in_a_batch_the_later_wins(index: Index) -> None:
    newer = Article.create("bees.txt", "Wasps build paper nests.", title="Wasps")
    assert [one.status for one in index.add([BEES, BIRDS, newer])] == ["added", "added", "updated"]
    assert index.article(BEES.id).title == "Wasps"


def test_one_that_could_not_be_read_is_told_in_its_place(index: Index) -> None:
    outcomes = list(index.add([BEES, ReadFailed("gone.pdf", "it is empty"), BIRDS]))
    assert [one.status for one in outcomes] == ["added", "failed", "added"]
    assert (outcomes[1].source, outcomes[1].reason, outcomes[1].article_id) == ("gone.pdf", "it is empty", None)


class Choosy(Hashing):
    def embed(self, texts):  # type: ignore[no-untyped-def]
        if any("birds" in text.lower() for text in texts):
            raise RuntimeError("no birds")
        return super().embed(texts)


def test_one_that_cannot_be_embedded_fails_and_the_rest_go_on(tmp_path: Path) -> None:
    with open_index(tmp_path, Choosy()) as index:
        outcomes = list(index.add([BEES, BIRDS, FISH]))
        assert [one.status for one in outcomes] == ["added", "failed", "added"]
        assert "no birds" in str(outcomes[1].reason)
        assert {entry.id for entry in index.entries()} == {BEES.id, FISH.id}
        assert index.check().well


class Broken(Hashing):
    def embed(self, texts):  # type: ignore[no-untyped-def]
        return np.full((len(texts), self.dim), np.nan, np.float32)


def test_a_vector_that_is_no_number_is_never_stored(tmp_path: Path) -> None:
    with open_index(tmp_path, Broken()) as index:
        [outcome] = list(index.add([BEES]))
        assert outcome.status == "failed"
        assert index.count() == 0


def test_a_half_character_fails_with_its_cure(index: Index) -> None:
    outcomes = list(index.add([Article.create("bad.txt", "Half \ud83d of a face."), BEES]))
    assert [one.status for one in outcomes] == ["failed", "added"]
    assert "UTF-8" in str(outcomes[0].reason)


def test_any_other_character_is_kept_exactly(index: Index) -> None:
    text = "NUL \0 bell \a, ‮right to left‬, ﷽, 👩‍👩‍👧‍👦 and \u2028 lines.\r\nEnd"
    article = Article.create("odd.txt", text, title="Odd 'quotes\" %_")
    assert [one.status for one in index.add([article])] == ["added"]
    assert index.article(article.id) == article
    assert all(text[p.start : p.end] == p.text for p in index.passages(article.id))


def test_removed_articles_leave_nothing_behind(tmp_path: Path) -> None:
    secret = Article.create("secret.txt", "The password is xylophonic marmalade.", title="Secret")
    newer = Article.create("secret.txt", "The password is quixotic zeppelin.", title="Secret")
    with open_index(tmp_path, EMBEDDER) as index:
        list(index.add([secret, newer, BEES]))
        [entry] = index.remove([secret.id])
        assert (entry.id, entry.version) == (secret.id, 2)
        assert found(index, "xylophonic quixotic password") == ([BEES.id], [])
        assert (index.check().passages, index.check().vectors, index.check().keywords) == (1, 1, 1)
        for version in (None, 1, 2):
            with pytest.raises(UnknownArticle):
                index.article(secret.id, version)
    for path in tmp_path.rglob("*"):
        if path.is_file():
            content = path.read_bytes().lower()
            assert not any(word in content for word in (b"xylophon", b"marmalad", b"quixot", b"zeppelin")), path


def test_removing_with_an_unknown_id_names_it_and_removes_nothing(index: Index) -> None:
    list(index.add([BEES]))
    with pytest.raises(UnknownArticle, match="nosuchid"):
        index.remove([BEES.id, "nosuchid"])
    assert index.count() == 1


def test_a_removed_article_can_be_added_again(index: Index) -> None:
    list(index.add([BEES]))
    index.remove([BEES.id])
    assert [one.status for one in index.add([BEES])] == ["added"]
    assert found(index, "bees") == ([BEES.id], [BEES.id])


def test_filters_let_only_their_articles_answer(index: Index) -> None:
    list(index.add([BEES, BIRDS, FISH]))
    everything = "bees birds fish"
    for filters, expected in [
        ({"source": "SEA/"}, {FISH.id}),
        ({"since": date(2021, 1, 1)}, {BIRDS.id}),
        ({"until": date(2020, 12, 31)}, {BEES.id}),
        ({"article_ids": (BEES.id, FISH.id)}, {BEES.id, FISH.id}),
        ({"article_ids": ()}, set()),
        ({"source": "%"}, set()),
    ]:
        by_vector, by_keywords = found(index, everything, **filters)
        assert set(by_vector) == set(by_keywords) == expected
        assert index.count(Filters(**filters)) == len(expected)  # pyright: ignore


def test_a_filter_still_finds_k_passages_when_there_are(index: Index) -> None:
    list(index.add([written(n) for n in range(60)]))
    ids = tuple(written(n).id for n in range(1, 60, 5))
    by_vector, by_keywords = found(index, "report counts town", k=12, article_ids=ids)
    assert len(by_vector) == len(by_keywords) == 12
    assert set(by_vector) == set(by_keywords) == set(ids)


def test_search_by_vector_needs_a_finite_vector_of_its_size(index: Index) -> None:
    list(index.add([BEES]))
    for wrong in (np.zeros(256, np.float32), np.full(256, np.nan, np.float32), np.ones(3, np.float32)):
        with pytest.raises(ValueError, match="256 finite numbers"):
            index.by_vector(wrong, 3)


def test_chroma_and_exact_search_agree(index: Index) -> None:
    list(index.add([written(n) for n in range(100)]))
    agreed = 0
    for n in range(100):
        vector = EMBEDDER.embed([f"report {n} on town{n}"])[0]
        by_chroma = [score for _, score in index._nearest.opened().search(vector, 5)]
        agreed += by_chroma == pytest.approx([score for _, score in index._nearest.exact(vector, 5)], abs=1e-5)
    assert agreed >= 90  # Chroma may miss a passage or two: see search.py


def test_vectors_come_in_the_order_asked(index: Index) -> None:
    list(index.add([BEES, BIRDS]))
    vectors = index.vectors([f"{BIRDS.id}:1:0", "no:1:0", f"{BEES.id}:1:0", f"{BIRDS.id}:1:0"])
    expected = EMBEDDER.embed([f"{one.title}\n{one.text}" for one in (BIRDS, BEES)])
    assert np.allclose(vectors, [expected[0], np.zeros(256), expected[1], expected[0]])


def test_another_embedder_is_refused_with_the_cure(tmp_path: Path) -> None:
    with open_index(tmp_path, EMBEDDER) as index:
        list(index.add([BEES]))
    with pytest.raises(StoreMismatch, match=r"hashing-256.*hashing-32.*reindex"):
        open_index(tmp_path, Hashing(32))
    with open_index(tmp_path, EMBEDDER) as index:
        assert index.count() == 1


def test_reindex_gives_every_article_the_vectors_of_another_embedder(tmp_path: Path) -> None:
    newer = Article.create("bees.txt", "Wasps build paper nests.", title="Wasps")
    with open_index(tmp_path, EMBEDDER) as index:
        list(index.add([BEES, BIRDS, newer]))
        entries = index.entries()
    other = Hashing(32)
    with open_index(tmp_path, other, reindex=True) as index:
        assert index.entries() == entries
        assert index.article(BEES.id, 1) == BEES
        assert index.by_vector(other.embed(["Wasps\nWasps build paper nests."])[0], 1) == [
            (f"{BEES.id}:2:0", pytest.approx(1.0))
        ]
        assert index.check().well
    with open_index(tmp_path, other) as index:
        assert [one.status for one in index.add([FISH])] == ["added"]
        assert index.check().well
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix == ".sqlite") == ["catalog.sqlite"]


def test_a_library_without_articles_takes_any_embedder(tmp_path: Path) -> None:
    open_index(tmp_path, EMBEDDER).close()
    with open_index(tmp_path, Hashing(32)) as index:
        assert [one.status for one in index.add([BEES])] == ["added"]


def test_many_threads_search_while_one_adds(index: Index) -> None:
    list(index.add([BEES]))
    errors: list[BaseException] = []
    done: list[bool] = []

    def ask() -> None:
        try:
            while not done:
                by_vector, by_keywords = found(index, "bees dance", k=3)
                assert BEES.id in by_vector
                assert by_keywords[0] == BEES.id
                index.entries()
        except BaseException as err:  # noqa: BLE001
            errors.append(err)

    threads = [Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    outcomes = list(index.add([written(n) for n in range(150)]))
    done.append(True)
    for thread in threads:
        thread.join()
    assert not errors
    assert {one.status for one in outcomes} == {"added"}
    assert index.check().well


def test_a_closed_index_says_so(tmp_path: Path) -> None:
    index = open_index(tmp_path, EMBEDDER)
    index.close()
    index.close()
    with pytest.raises(StoreFailed, match="is closed"):
        index.entries()


def test_a_new_library_is_for_its_owner_alone(tmp_path: Path) -> None:
    with open_index(tmp_path / "deep" / "library", EMBEDDER):
        assert (tmp_path / "deep" / "library").stat().st_mode & 0o777 == 0o700


def test_a_home_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("text")
    with pytest.raises(StoreFailed, match="is a file"):
        open_index(tmp_path / "file", EMBEDDER)
    with pytest.raises(StoreFailed, match="file"):
        open_index(tmp_path / "file" / "library", EMBEDDER)


def test_a_home_that_cannot_be_made_is_refused() -> None:
    with pytest.raises(StoreFailed, match="/proc/library"):
        open_index("/proc/library", EMBEDDER)


def test_the_real_embedder_finds_by_meaning(tmp_path: Path) -> None:
    embedder = MiniLM()
    with open_index(tmp_path, embedder) as index:
        list(index.add([BEES, BIRDS, FISH]))
        [(id, score)] = index.by_vector(embedder.embed(["How do insects communicate?"])[0], 1)
        assert id == f"{BEES.id}:1:0"
        assert 0.3 < score < 1


def test_the_catalog_stands_on_its_own(tmp_path: Path) -> None:
    with open_index(tmp_path, EMBEDDER) as index:
        list(index.add([BEES]))
    db = sqlite3.connect(tmp_path / "catalog.sqlite")
    assert db.execute("SELECT text FROM articles").fetchall() == [(BEES.text,)]
    assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    db.close()
