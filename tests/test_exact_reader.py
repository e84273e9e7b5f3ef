"""The reader over all passages of a question: which spans it weighs, and how."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pincite.index import Article, Hit, MiniLM, Passage
from pincite.rag.exact_reader import WEIGHED, Calibration, ExactReader, Signals

TEXT = (
    "The bridge was opened on 4 June 1931 by the mayor of Alton. It is 312 metres long. Its builder was Ruth Ames. "
    "Some 40 men worked on it for three years. The toll was two pence. The paint is green. It has nine arches."
)
BRIDGE = Article.create("a", TEXT, title="The Alton bridge")


def hits(article: Article, score: float = 1.0) -> list[Hit]:
    return [Hit(Passage(f"{article.id}:1:0", article.id, 1, article.text, 0, len(article.text)), article, score)]


@pytest.fixture(scope="module")
def embedder() -> MiniLM:
    return MiniLM()


def reader(embedder: MiniLM, *, retrieval: float = 0.5, likeness: float = 20.0) -> ExactReader:
    weights = Calibration(retrieval, likeness, Signals(0.1, 0.1, 1.0, 1.0), 0.0, 0.4, 0.6)
    return ExactReader(embedder, calibration=weights)


def test_a_spans_score_adds_its_logit_its_likeness_and_retrievals(embedder: MiniLM) -> None:
    best = reader(embedder).candidates("How long is the Alton bridge?", hits(BRIDGE, score=2.0))[0]
    assert best.span.text.startswith("312 metres")
    assert best.span.score == pytest.approx(best.logit + 20.0 * best.likeness + 0.5 * 2.0)


def test_every_span_told_stands_in_a_sentence_that_was_weighed(embedder: MiniLM) -> None:
    many = [
        Article.create(f"a{n}", TEXT.replace("312", str(300 + n)), title=f"The bridge of town {n}") for n in range(6)
    ]
    found = reader(embedder).candidates("How long is the bridge?", [hit for one in many for hit in hits(one)])
    homes = {(one.span.hit.article.id, one.span.sentence_start) for one in found}
    assert 1 < len(homes) <= WEIGHED
    assert [one.span.score for one in found] == sorted((one.span.score for one in found), reverse=True)


def test_how_many_is_answered_by_a_number_where_there_is_one(embedder: MiniLM) -> None:
    text = "The crowd on the bridge was about twice as large as feared. Scientists counted 8,000 people on the bridge."
    found = reader(embedder).candidates("How many people were on the bridge?", hits(Article.create("c", text)))
    assert found[0].span.text == "8,000 people"
    assert not any("twice" in one.span.text for one in found)


def test_a_list_of_names_is_told_whole(embedder: MiniLM) -> None:
    text = "The prize of 1931 went to Ruth Ames, Carl Olsen and the Alton Works."
    found = reader(embedder).candidates("Who were the winners of the prize?", hits(Article.create("p", text)))
    assert found[0].span.text == "Ruth Ames, Carl Olsen and the Alton Works"


def test_the_confidence_is_a_probability(embedder: MiniLM) -> None:
    read = reader(embedder).read("How long is the Alton bridge?", hits(BRIDGE))
    assert 0.0 < read.confidence < 1.0
    assert [hit.ranks["reader"] for hit in read.hits] == [1]


def test_nothing_to_read_is_no_confidence(embedder: MiniLM) -> None:
    read = reader(embedder).read("How long is the Alton bridge?", [])
    assert (read.hits, read.spans, read.confidence) == ((), (), 0.0)


def test_a_hits_likeness_is_taken_over_only_from_a_search_with_the_same_embedder(embedder: MiniLM) -> None:
    found = [replace(hits(BRIDGE)[0], likeness=0.99)]
    weights = Calibration(0.5, 20.0, Signals(0.1, 0.1, 1.0, 1.0), 0.0, 0.4, 0.6)
    taken, worked_out = (
        ExactReader(embedder, as_searched=same, calibration=weights).candidates("How long is the bridge?", found)
        for same in (True, False)
    )
    assert taken[0].likeness == 0.99
    assert 0.3 < worked_out[0].likeness < 0.98
