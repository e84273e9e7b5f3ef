"""The keyword index: stems, accents, titles, any question, and only what it was given."""

from __future__ import annotations

import multiprocessing
import random
import sys
from pathlib import Path

import numpy as np
import pytest

from pincite.index.keywords import Keywords
from pincite.index.records import Row

NONE = np.zeros(2, np.float32)


def row(id: str, text: str, title: str = "", heading: str = "") -> Row:
    return Row(id, id.split(":")[0], title, heading, text, NONE)


ROWS = [
    row("bees:1:0", "Bees dance in the hive.", title="On insects"),
    row("cafe:1:0", "The Café Zürich was opened in 1901.", title="Coffee houses"),
    row("swap:1:0", "The two sides exchanged 175 prisoners each.", title="A phone call"),
    row("long:1:0", "Nothing of note happened on that day.", title="Bees", heading="The weather"),
]


@pytest.fixture
def keywords(tmp_path: Path) -> Keywords:
    index = Keywords(tmp_path / "keywords")
    index.put(ROWS)
    return index


def ids(found: list[tuple[str, float]]) -> list[str]:
    return [id for id, _ in found]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("exchange of a prisoner", ["swap:1:0"]),
        ("CAFE ZURICH", ["cafe:1:0"]),
        ("café in zürich?", ["cafe:1:0"]),
        ("phone", ["swap:1:0"]),
        ("weather", ["long:1:0"]),
        ("dancing", ["bees:1:0"]),
        ("zebra", []),
        ("", []),
        ("?!", []),
    ],
)
def test_words_are_found_by_their_stems(keywords: Keywords, question: str, expected: list[str]) -> None:
    assert ids(keywords.search(question, 10)) == expected


def test_a_title_counts_beside_the_text(keywords: Keywords) -> None:
    assert set(ids(keywords.search("bees", 10))) == {"bees:1:0", "long:1:0"}


def test_scores_fall_and_are_above_zero(keywords: Keywords) -> None:
    scores = [score for _, score in keywords.search("bees dance in the hive of the café", 10)]
    assert scores == sorted(scores, reverse=True)
    assert min(scores) > 0


def test_stop_words_count_only_when_there_is_nothing_else(keywords: Keywords) -> None:
    assert ids(keywords.search("was the hive", 10)) == ["bees:1:0"]
    assert "cafe:1:0" in ids(keywords.search("was", 10))


def test_any_question_is_a_question(keywords: Keywords) -> None:
    rng = random.Random(3)
    odd = ['text:"', "bees AND (", "a^2 ~3 [x TO y]", "\\", "/*", "title:*", "\0", "\ud83d", "bees\u202e", "-" * 5_000]
    odd += ["".join(chr(rng.randrange(1, 0x3000)) for _ in range(50)) for _ in range(50)]
    odd += ["bees " * 100_000, "x" * 100_000, " ".join(str(n) for n in range(20_000))]
    for question in odd:
        keywords.search(question, 5)
    assert set(ids(keywords.search('bees AND ( text:"', 10))) >= {"bees:1:0", "long:1:0"}


def test_only_the_articles_asked_for_are_found(keywords: Keywords) -> None:
    assert ids(keywords.search("bees", 10, ["long", "swap"])) == ["long:1:0"]
    assert ids(keywords.search("bees", 10, [])) == []
    many = [f"article-{n}" for n in range(20_000)]
    assert ids(keywords.search("bees", 10, [*many, "bees"])) == ["bees:1:0"]


def test_a_filter_leaves_the_scores_as_they_are(keywords: Keywords) -> None:
    free, among = dict(keywords.search("bees", 10)), dict(keywords.search("bees", 10, ["bees"]))
    assert among["bees:1:0"] == pytest.approx(free["bees:1:0"])


def test_the_same_id_again_replaces(keywords: Keywords) -> None:
    keywords.put([row("bees:1:0", "Wasps sting.")])
    assert keywords.count() == 4
    assert ids(keywords.search("wasps", 10)) == ["bees:1:0"]
    assert ids(keywords.search("hive", 10)) == []


def test_dropped_ids_are_gone_and_unknown_ones_are_no_error(keywords: Keywords) -> None:
    keywords.drop(["bees:1:0", "nothing:1:0"])
    assert sorted(keywords.ids()) == ["cafe:1:0", "long:1:0", "swap:1:0"]
    assert ids(keywords.search("hive", 10)) == []


def test_what_was_put_is_there_after_closing(keywords: Keywords) -> None:
    keywords.close()
    assert keywords.folder
    again = Keywords(keywords.folder)
    assert sorted(again.ids()) == sorted(row.id for row in ROWS)
    again.put([row("more:1:0", "More.")])
    assert again.count() == 5


def test_in_memory_it_works_the_same() -> None:
    index = Keywords(None)
    index.put(ROWS)
    assert ids(index.search("hive", 10)) == ["bees:1:0"]
    index.close()


def _write_and_wait(folder: Path) -> None:
    index = Keywords(folder)
    with index._writing() as writer:
        writer.add_document(__import__("tantivy").Document(id="lost:1:0"))
        (folder.parent / "writing").touch()
        __import__("time").sleep(60)


@pytest.mark.skipif(sys.platform == "win32", reason="kills as Unix does")
def test_a_killed_writer_leaves_what_was_committed_and_no_lock(keywords: Keywords) -> None:
    keywords.close()
    assert keywords.folder
    process = multiprocessing.get_context("spawn").Process(target=_write_and_wait, args=(keywords.folder,))
    process.start()
    while not (keywords.folder.parent / "writing").exists():
        assert process.is_alive()
    process.kill()
    process.join()
    again = Keywords(keywords.folder)
    again.put([row("more:1:0", "More.")])
    assert sorted(again.ids()) == sorted([*(row.id for row in ROWS), "more:1:0"])
