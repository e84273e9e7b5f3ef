"""Copies of one text are found when they are stored, count once as evidence, and are named beside it."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hashing import Hashing

from pincite.index import Article, Index, open_index
from pincite.index.likeness import alike, bands, held_by, shingles, signature
from pincite.rag import Library, open_library, to_json

WIRE = """The harbour of Velmora was closed on Tuesday after a freighter ran aground at the northern mole.
The port authority said that 43 containers had gone overboard in the night and that six of them held fertiliser.
Tugs from two neighbouring ports are to pull the ship free at high water on Thursday morning.
The captain, a man of 58 years, told the coast guard that the steering had failed shortly after midnight.
Fishing boats may not leave before the containers are found. The fishermen's union asked for compensation.
The freighter had been on its way from Ostend to Riga with machine parts, grain and household goods."""
ADDED = "\nOur correspondent saw a crowd of about two hundred people at the quay, some of whom had brought flowers."
OTHER = """In Velmora the town council voted on Monday for a new library beside the harbour, with a reading room.
It will cost nine million crowns and is to open in four years. A freighter's hull was the architect's model.
The opposition wanted to spend the money on the two schools in the north of the town instead."""


def story(source: str, text: str, title: str = "Freighter aground") -> Article:
    return Article.create(source, text, title=title)


EDITED = WIRE.replace("ran aground", "ran onto rocks").replace("a man of 58 years, ", "").replace("asked for", "wants")
CUT = "\n".join(WIRE.splitlines()[:4])
PAPERS = [
    story("wire.txt", WIRE),
    story("herald.txt", EDITED, "Ship stuck at Velmora"),
    story("post.txt", CUT + ADDED, "Containers lost"),
    story("council.txt", OTHER, "A library for Velmora"),
]


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    with open_index(tmp_path, Hashing()) as opened:
        yield opened


def groups(index: Index) -> set[frozenset[str]]:
    sources = {entry.id: entry.source for entry in index.entries()}
    found = index.copies(sources)
    return {frozenset([sources[id], *(copy.source for copy in copies)]) for id, copies in found.items()}


STORY = frozenset({"wire.txt", "herald.txt", "post.txt"})


def test_a_text_and_its_edited_or_cut_copies_are_alike_and_another_story_is_not() -> None:
    assert alike(WIRE, EDITED)
    assert alike(CUT, WIRE)
    assert not alike(WIRE, OTHER)
    assert held_by(shingles(CUT), shingles(WIRE)) == 1.0
    assert set(bands(signature(shingles(WIRE)))) & set(bands(signature(shingles(EDITED))))
    assert shingles("IT IS THE same Words!").tolist() == shingles("it is, the same words").tolist()


def test_a_story_that_repeats_another_as_its_background_is_no_copy_of_it() -> None:
    assert not alike(CUT, f"{OTHER}\n{ADDED}\n{OTHER[::-1]}\n{CUT}")


def test_two_releases_that_end_alike_are_no_copies() -> None:
    assert not alike(f"{OTHER}\n{WIRE}", f"{ADDED * 3}\n{WIRE}")


@pytest.mark.parametrize("text", ["", "Two words", "日本語", "one two three"])
def test_a_text_of_few_words_is_nobodys_copy(text: str) -> None:
    assert not alike(text, text)
    assert bands(signature(shingles(text))) == []


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0)])
def test_copies_are_one_group_whatever_came_first(index: Index, order: tuple[int, ...]) -> None:
    for n in order:
        list(index.add([PAPERS[n]]))
    assert groups(index) == {STORY}


def test_a_removed_or_rewritten_copy_leaves_its_group(index: Index) -> None:
    list(index.add(PAPERS))
    index.remove([PAPERS[0].id])
    assert groups(index) == {STORY - {"wire.txt"}}
    list(index.add([story("herald.txt", OTHER.replace("Monday", "Friday"), "A library")]))
    assert groups(index) == {frozenset({"herald.txt", "council.txt"})}
    index.remove([entry.id for entry in index.entries()])
    with sqlite3.connect(index.home / "catalog.sqlite") as db:
        for table in ("bands", "alike", "signatures"):
            assert db.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


def test_a_new_version_is_no_copy_of_its_own_old_one(index: Index) -> None:
    list(index.add([PAPERS[0]]))
    list(index.add([story("wire.txt", EDITED)]))
    assert groups(index) == set()


def test_copies_in_a_library_of_the_first_version_are_found_when_it_is_opened(tmp_path: Path) -> None:
    with open_index(tmp_path, Hashing()) as index:
        list(index.add(PAPERS))
    with sqlite3.connect(tmp_path / "catalog.sqlite") as db:  # as version 1 left it
        db.executescript(
            "DROP TABLE bands; DROP TABLE alike; DROP TABLE signatures; DROP TABLE moved;"
            "ALTER TABLE articles DROP COLUMN pages; ALTER TABLE articles DROP COLUMN checksum;"
            "ALTER TABLE articles DROP COLUMN site;"
            "PRAGMA user_version = 1;"
        )
    db.close()
    with open_index(tmp_path, Hashing()) as index:
        until = time.monotonic() + 20
        while index._catalog.setting("unsigned") and time.monotonic() < until:
            time.sleep(0.01)
        assert groups(index) == {STORY}
        assert [one.status for one in index.add(PAPERS)] == ["same"] * 4


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with open_library(tmp_path_factory.mktemp("library")) as opened:
        opened.add_articles(PAPERS)
        yield opened


QUESTION = "How many containers went overboard?"


def test_one_of_a_group_is_read_and_the_others_are_named(library: Library) -> None:
    hits = library.search(QUESTION)
    said = [hit.passage.text for hit in hits if "overboard" in hit.passage.text]
    assert len(said) == 1
    answer = library.ask(QUESTION)
    assert "43" in answer.text
    [citation] = answer.citations
    sources = {citation.article.source, *(copy.source for copy in citation.copies)}
    assert sources == STORY
    [told] = to_json(answer)["citations"]
    assert {copy["source"] for copy in told["copies"]} == STORY - {citation.article.source}
    assert set(told["copies"][0]) == {"article_id", "version", "title", "source"}


def test_a_streamed_citation_names_them_too(library: Library) -> None:
    [event] = [event for event in library.stream(QUESTION) if event.kind == "citation"]
    assert event.citation
    assert len(event.citation.copies) == 2


def test_a_filter_hides_copies_that_do_not_pass_it(library: Library) -> None:
    from pincite.rag import Filters

    [citation] = library.ask(QUESTION, filters=Filters(source="post.txt")).citations
    assert (citation.article.source, citation.copies) == ("post.txt", ())


def test_a_paragraph_that_only_a_copy_has_is_still_evidence(library: Library) -> None:
    assert "Two hundred" in library.ask("How many people were in the crowd at the quay?").text


def test_a_copy_with_another_figure_is_a_disagreement_and_stays(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        library.add_articles([PAPERS[0], story("late.txt", WIRE.replace("43 containers", "51 containers"))])
        found = " ".join(hit.passage.text for hit in library.search(QUESTION))
    assert "43 containers" in found
    assert "51 containers" in found
