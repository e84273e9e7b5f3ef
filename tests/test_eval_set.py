"""The project's own set is well formed: what its README promises holds for every article and case."""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from itertools import pairwise
from typing import Any

import pytest

from pincite.eval.cases import OWN_SET, Case, CaseSet, Place, load_set
from pincite.eval.gate import load_thresholds
from pincite.eval.metrics import contains

KINDS = {
    "number": 40,
    "date": 20,
    "person": 20,
    "place": 15,
    "reason": 20,
    "list": 20,
    "yes/no": 20,
    "several articles": 15,
    "follow-up": 20,
    "unanswerable": 50,
}


@cache
def own_set() -> CaseSet:
    return load_set()


@cache
def rows() -> tuple[dict[str, Any], ...]:
    files = sorted(OWN_SET.glob("questions.*.jsonl"))
    return tuple(json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines())


def words_at(place: Place) -> str:
    article = next(article for article in own_set().articles if article.id == place.article_id)
    return article.text[place.start : place.end]


def ids(cases: list[Case]) -> list[str]:
    return [case.id for case in cases]


def test_it_has_enough_articles_and_cases() -> None:
    assert len(own_set().articles) >= 62
    assert len(own_set().cases) >= 520


def test_each_kind_is_asked_often_enough() -> None:
    counts = Counter(case.kind for case in own_set().cases)
    assert set(counts) == set(KINDS)
    assert {kind: count for kind, count in counts.items() if count < KINDS[kind]} == {}


def test_most_unanswerable_cases_are_near_misses() -> None:
    unanswerable = [row for row in rows() if row["unanswerable"]]
    near = [row for row in unanswerable if row.get("near")]
    assert len(unanswerable) >= 50
    assert 0.8 <= len(near) / len(unanswerable) < 1


def test_a_case_is_unanswerable_by_flag_and_kind_alike() -> None:
    assert ids([case for case in own_set().cases if case.unanswerable != (case.kind == "unanswerable")]) == []


def test_every_answerable_case_has_answers_and_evidence() -> None:
    answerable = [case for case in own_set().cases if not case.unanswerable]
    assert ids([case for case in answerable if not case.answers or not case.evidence]) == []


def test_every_quote_stands_once_in_its_article_within_one_paragraph() -> None:
    quotes = [(case.id, words_at(place)) for case in own_set().cases for place in case.evidence]
    assert len(quotes) >= 250  # load_set has checked that each stands exactly once
    assert [id for id, quote in quotes if "\n\n" in quote or quote != quote.strip()] == []


def test_an_accepted_answer_or_every_item_stands_in_the_quotes() -> None:
    def supported(case: Case) -> bool:
        quotes = " ".join(words_at(place) for place in case.evidence)
        wanted = all(contains(quotes, item) for item in case.items) if case.items else False
        return wanted or any(contains(quotes, answer) for answer in case.answers)

    judged = [case for case in own_set().cases if not case.unanswerable and case.kind != "yes/no"]
    assert ids([case for case in judged if not supported(case)]) == []


def test_answers_over_several_articles_rest_on_more_than_one() -> None:
    several = [case for case in own_set().cases if case.kind == "several articles"]
    assert ids([case for case in several if len({place.article_id for place in case.evidence}) < 2]) == []


def test_follow_ups_have_a_history_that_ends_with_an_answer() -> None:
    follow_ups = [case for case in own_set().cases if case.kind == "follow-up"]
    assert ids([case for case in follow_ups if not case.history or case.history[-1].role != "assistant"]) == []


def test_a_conversation_has_three_to_six_turns_and_each_knows_those_before() -> None:
    talks: dict[str, list[dict[str, Any]]] = {}
    for row in rows():
        if "conversation" in row:
            talks.setdefault(row["conversation"], []).append(row)
    assert talks
    for name, turns in talks.items():
        assert [row["turn"] for row in turns] == list(range(1, len(turns) + 1)), name
        assert 3 <= len(turns) <= 6, name
        for before, row in pairwise(turns):
            told = [*before.get("history", []), {"role": "user", "text": before["question"]}]
            assert row["history"][:-1] == told, row["id"]
            assert row["history"][-1]["role"] == "assistant", row["id"]


def test_a_disagreement_names_the_values_of_more_than_one_article() -> None:
    differing = [row for row in rows() if row.get("flavour") == "disagreement"]
    assert differing
    for row in differing:
        assert len(row["items"]) >= 2, row["id"]
        assert len({given["article_id"] for given in row["evidence"]}) >= 2, row["id"]


def test_no_question_is_asked_twice() -> None:
    asked = Counter((case.question.casefold(), case.history) for case in own_set().cases)
    assert [question for (question, _), count in asked.items() if count > 1] == []


def test_ids_name_their_section() -> None:
    assert [row["id"] for row in rows() if not re.fullmatch(r"(century|life|science|world)-\d{3}", row["id"])] == []


def test_every_article_is_asked_about() -> None:
    asked = {place.article_id for case in own_set().cases for place in case.evidence}
    assert [article.source for article in own_set().articles if article.id not in asked] == []


@pytest.mark.parametrize("field", ["title", "published", "authors"])
def test_every_article_has_its_metadata(field: str) -> None:
    assert [article.source for article in own_set().articles if not getattr(article, field)] == []


def test_articles_have_250_to_700_words() -> None:
    sizes = {article.source: len(article.text.split()) for article in own_set().articles}
    assert {source: size for source, size in sizes.items() if not 250 <= size <= 720} == {}


def test_articles_are_plain_text_without_markup() -> None:
    marks = re.compile(r"[<>*\[\]`|]|https?:|^[-+] ", re.MULTILINE)
    assert [article.source for article in own_set().articles if marks.search(article.text)] == []


def test_one_article_exists_in_two_near_identical_copies() -> None:
    def words(source: str) -> set[str]:
        return set(next(article.text for article in own_set().articles if article.source == source).split())

    original = words("demo/science/eyjafjallajokull-flights.md")
    copy = words("demo/science/eyjafjallajokull-flights-copy.md")
    assert original != copy
    assert len(original & copy) / len(original | copy) > 0.8


def test_it_has_thresholds_for_retrieval_answers_refusals_and_pointers() -> None:
    limited = {limit.metric for limit in load_thresholds(OWN_SET).limits}
    assert {"hit@5", "contained", "false_answer_rate", "exact_pointers", "failed"} <= limited
