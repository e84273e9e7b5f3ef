from __future__ import annotations

import pytest

from pincite.index import QuestionRefused
from pincite.rag.question import checked, kind_of, parts_of


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many prisoners were exchanged?", "number"),
        ("What was the death toll of the Halifax explosion?", "number"),
        ("When did the wall open?", "date"),
        ("In which year was it signed?", "date"),
        ("What was built, and when?", "date"),
        ("What happens when the lander wakes?", "other"),
        ("How did the crowd react when the wall opened?", "reason"),
        ("Who signed the treaty?", "person"),
        ("Where did the probe land?", "place"),
        ("In which city was it signed?", "place"),
        ("Why was the launch put off?", "reason"),
        ("How did the miners survive?", "reason"),
        ("Which countries signed the treaty?", "list"),
        ("What are the three conditions?", "list"),
        ("Name the founding members of the union.", "list"),
        ("Which two banks and which shipping firms took part?", "list"),
        ("Name the country with the longest coast.", "place"),
        ("What name did the king give it?", "other"),
        ("Did the vote pass?", "yes/no"),
        ("Halifax explosion: was it an accident?", "yes/no"),
        ("prisoners exchanged", "other"),
    ],
)
def test_a_question_is_known_by_its_words(question: str, kind: str) -> None:
    assert kind_of(question) == kind


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("When did it open, and who built it in the end?", ("When did it open?", "who built it in the end?")),
        ("What did Lee put up, and what did Ash find there?", ("What did Lee put up?", "what did Ash find there?")),
        (
            "How much money was promised for the roof, and how much was finally collected?",
            ("How much money was promised for the roof?", "how much money was finally collected?"),
        ),
        (
            "How much dust did they expect, and how much did it turn out to be?",
            ("How much dust did they expect?", "how much did dust turn out to be?"),
        ),
        ("Explain how they found it and what he wrote there.", ()),
        ("What was built, and when?", ()),
    ],
)
def test_a_question_that_asks_several_things_is_taken_apart(question: str, parts: tuple[str, ...]) -> None:
    assert parts_of(question) == (parts or (question,))


@pytest.mark.parametrize("question", ["", "   ", "?!", "\0"])
def test_a_question_without_words_is_refused_with_a_cure(question: str) -> None:
    with pytest.raises(QuestionRefused, match="the question is empty: write what you want to know"):
        checked(question)


def test_a_question_of_100_000_characters_is_refused_with_its_size() -> None:
    with pytest.raises(QuestionRefused, match="the question has 100,000 characters, and 2,000 is the most"):
        checked("x" * 100_000)


def test_white_space_is_made_single_and_lone_surrogates_go() -> None:
    assert checked("  How\tmany\n prisoners\ud800? ") == "How many prisoners??"
