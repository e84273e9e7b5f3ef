from __future__ import annotations

import pytest

from pincite.rag.units import counts_what, is_count, unit_end, whole_figures


@pytest.mark.parametrize(
    ("text", "number", "told"),
    [
        ("175 prisoners on each side are to be exchanged", "175", "175 prisoners"),
        ("both sides swapped 175 captives.", "175", "175 captives"),
        ("hand over 23 severely wounded soldiers to Kyiv", "23", "23 severely wounded soldiers"),
        ("about 250 people died in the flood", "250", "250 people"),
        ("forty countries signed it", "forty", "forty countries"),
        ("it cost $4.3 billion in all", "$4.3", "$4.3 billion"),
        ("a share of 12 per cent of voters", "12", "12 per cent"),
        ("it was 1989 when", "1989", "1989"),
        ("by 52 to 48", "52", "52"),
        ("the two hours, they said", "two", "two hours"),
        ("175 prisoners, 23 soldiers", "175", "175 prisoners"),
        ("about 3,000 people living within three kilometres", "3,000", "3,000 people"),
        ("Putin spoke", "Putin", "Putin"),
    ],
)
def test_a_number_is_told_with_what_it_counts(text: str, number: str, told: str) -> None:
    start = text.index(number)
    assert text[start : unit_end(text, start, start + len(number))] == told


@pytest.mark.parametrize(
    ("text", "found", "whole"),
    [
        ("Leave won 17,410,742 votes", "742", "17,410,742"),
        ("it took 51.9 per cent", "51", "51.9"),
        ("it cost $10bn in all", "10", "$10bn"),
        ("the G20 met", "G20", "G20"),
        ("in 2010-2012 they", "2010", "2010-2012"),
        ("Putin spoke", "Putin", "Putin"),
    ],
)
def test_no_figure_is_cut_in_two(text: str, found: str, whole: str) -> None:
    start = text.index(found)
    assert text[slice(*whole_figures(text, start, start + len(found)))] == whole


@pytest.mark.parametrize("count", ["175", "a dozen", "twenty-one of them", "hundreds of people", "none", "several"])
def test_a_number_or_a_word_for_one_is_a_count(count: str) -> None:
    assert is_count(count)


@pytest.mark.parametrize("words", ["about twice as large", "Putin", "the largest crowd", "G20"])
def test_what_names_no_number_is_no_count(words: str) -> None:
    assert not is_count(words)


def test_only_how_many_asks_for_a_count() -> None:
    assert counts_what("How many prisoners were exchanged?")
    assert not counts_what("How much did it cost?")


def test_a_word_of_half_a_megabyte_is_looked_through_once() -> None:
    text = "x" * 500_000
    assert whole_figures(text, 0, len(text)) == (0, len(text))
