"""Metrics against values worked out by hand; test_reference.py holds them to what others compute."""

from __future__ import annotations

from math import log2

import pytest

from pincite.eval.metrics import (
    best,
    contains,
    exact_match,
    f1,
    figures,
    first_right,
    mean,
    ndcg_at,
    normalise,
    percentile,
    ratio,
    recall_at,
    reciprocal,
)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("The  Cat, an owl; a bee.", "cat owl bee"),
        ("$4.3bn", "43bn"),
        ("8,848.86 metres", "884886 metres"),
        ("theatre", "theatre"),
        ("it’s – so", "it’s – so"),  # only ASCII punctuation goes, as in the official script
        ("", ""),
    ],
)
def test_normalising_drops_case_punctuation_and_articles(text: str, plain: str) -> None:
    assert normalise(text) == plain


def test_exact_match_ignores_case_punctuation_and_articles() -> None:
    assert exact_match("the Suez Canal", "Suez canal.") == 1.0
    assert exact_match("the Suez Canal", "Suez") == 0.0


@pytest.mark.parametrize(
    ("accepted", "predicted", "value"),
    [
        ("175 prisoners", "175 prisoners", 1.0),
        ("175 prisoners", "175", 2 * 1 / (2 + 1)),
        ("175 prisoners on each side", "175 prisoners", 2 * 2 / (5 + 2)),
        ("one one two", "one two two", 2 * 2 / (3 + 3)),  # a word counts as often as both have it
        ("175", "none", 0.0),
        ("the", "a", 1.0),
        ("175", "", 0.0),
    ],
)
def test_f1_weighs_words_in_common(accepted: str, predicted: str, value: float) -> None:
    assert f1(accepted, predicted) == pytest.approx(value, abs=1e-12)


def test_the_best_accepted_answer_counts() -> None:
    assert best(f1, ["Paris", "the city of Paris"], "city of Paris") == 1.0


def test_an_accepted_answer_without_words_counts_only_when_none_has_any() -> None:
    assert best(exact_match, ["the", "Paris"], "") == 0.0
    assert best(exact_match, ["the"], "") == 1.0


@pytest.mark.parametrize(
    ("text", "answer", "found"),
    [
        ("Some 15 people came.", "15 people", True),
        ("Some 15 people came.", "5 people", False),
        ("Some 15 people came.", "the", False),
        ("In May, 1953.", "May 1953", True),
        ("Manet's Chez Tortoni", "Manet", True),
        ("Chile’s mine", "Chile's mine", True),
    ],
)
def test_an_answer_is_contained_as_whole_words_in_a_row(text: str, answer: str, found: bool) -> None:
    assert contains(text, answer) is found


def test_rank_of_the_first_right_one_counts_from_one() -> None:
    assert first_right([False, True, True]) == 2
    assert first_right([False]) is None
    assert reciprocal(2) == 0.5
    assert reciprocal(None) == 0.0


def test_of_nothing_there_is_no_mean_and_no_ratio() -> None:
    assert mean([]) is None
    assert mean([1, 0, 0]) == pytest.approx(1 / 3)
    assert ratio(0, 0) is None
    assert ratio(1, 4) == 0.25


def test_a_percentile_lies_on_the_line_between_two_values() -> None:
    assert percentile([30.0, 10.0, 20.0], 0.5) == 20.0
    assert percentile([10.0, 20.0], 0.95) == pytest.approx(19.5)
    assert percentile([], 0.5) is None


def test_recall_and_gain_are_those_of_the_papers() -> None:
    # Three relevant passages, found at ranks 1, 3 and 12: worked out by hand.
    assert recall_at((1, 3, 12), 3, 5) == pytest.approx(2 / 3, abs=1e-9)
    assert recall_at((1, 3, 12), 3, 20) == 1.0
    gain, ideal = 1 + 1 / 2, 1 + 1 / log2(3) + 1 / 2
    assert ndcg_at((1, 3, 12), 3, 10) == pytest.approx(gain / ideal, abs=1e-9)
    assert ndcg_at((1, 2, 3), 3, 10) == pytest.approx(1.0, abs=1e-9)
    assert ndcg_at((), 3, 10) == 0.0


def test_figures_lose_their_thousands_separators_only() -> None:
    assert figures("Some 15,000 people, 3.5 each, on 3 May 1932,") == {"15000", "3.5", "3", "1932"}
    assert figures("1,2,3") == {"1,2,3"}
