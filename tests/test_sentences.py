"""What counts as one sentence."""

from __future__ import annotations

import random

import pytest

from pincite.index import sentence_spans


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    "expected",
    [
        ["Both sides agreed.", "The exchange took place in March."],
        ["The U.S. President met Mr. Smith at 9 a.m. on Jan. 5.", "He left with Dr. Who."],
        ["They live in the U.S.", "The house is new."],
        ["According to Steve Witkoff, U. S. Special Representative, talks go on.", "They do."],
        ["J. K. Rowling and George W. Bush came.", "So did I.", "Nobody else did."],
        ["Apple Inc. fell by 3.4 percent.", "It cost $1.5 million.", "See No. 5 and fig. 2."],
        ["He said no.", "No. 10 was silent."],
        ["Animals, e.g. cats, i.e. pets, sleep.", "Nobody likes Plan B.", "It failed."],
        ["St. Paul is near St. Mary.", "In 2020.", "45 people came."],
        ["Wait... what?", "Really?!", "Yes.", "Then he left…", "She stayed."],
        ['He said "No."', "Then he left.", '"Why?" she asked.', "'Go!'", "It ended."],
        ["She said: “We won’t.”", "“Never.”", "Il dit « Bonjour. »", "Puis partit."],
        ["(He left.)", "[She stayed.]", "The plan failed.[1][2]", "It did."],
        ["See https://example.org/a?b=1.2&c=d.", "Then go to example.org.", "Ask there."],
        ["¿Qué pasa?", "¡Nada!", "Ya."],
        ["Der Tag am 3. Oktober 1990.", "Das war's.", "So endete es."],
        ["Yahoo! is a company.", "iPhone sales rose."],
        ["यह है।", "वह है।"],
    ],
)
def test_sentences_are_cut_where_they_end(expected: list[str]) -> None:
    assert sentences(" ".join(expected)) == expected


def test_chinese_and_japanese_need_no_space_after_a_full_stop() -> None:
    assert sentences("今日は雨です。明日は？「はい。」そう。") == ["今日は雨です。", "明日は？", "「はい。」", "そう。"]


def test_text_in_lower_case_is_cut_too() -> None:
    assert sentences("i came. i saw. e.g. that") == ["i came.", "i saw.", "e.g. that"]


def test_wrapped_lines_are_one_sentence() -> None:
    text = "The exchange took place on a bridge near the border, and both\nsides said that it had gone well. "
    text += "It was\nthe third."
    assert sentences(text) == [
        "The exchange took place on a bridge near the border, and both\nsides said that it had gone well.",
        "It was\nthe third.",
    ]


def test_lines_without_full_stops_are_cut_at_the_line_end() -> None:
    assert sentences("Roses are red\nViolets are blue\nSugar is sweet") == [
        "Roses are red",
        "Violets are blue",
        "Sugar is sweet",
    ]


def test_a_sentence_broken_inside_a_long_line_is_one() -> None:
    text = "Tanks held " + "very " * 30 + "pure O\n2 under pressure. Next\nParagraph."
    assert sentences(text) == ["Tanks held " + "very " * 30 + "pure O\n2 under pressure.", "Next", "Paragraph."]


def test_nothing_crosses_a_blank_line_a_heading_or_a_list_item() -> None:
    text = "A title\n\n# A heading\nText under it, which\n\ngoes on.\n- first\n- second\n1. Third\n| a | b |\n| c | d |"
    assert sentences(text) == [
        "A title",
        "# A heading",
        "Text under it, which",
        "goes on.",
        "- first",
        "- second",
        "1. Third",
        "| a | b |",
        "| c | d |",
    ]


def test_a_sentence_over_a_thousand_characters_is_cut_after_a_clause_mark() -> None:
    text = "word " * 150 + "clause, " + "word " * 100
    assert sentences(text) == [("word " * 150 + "clause,"), ("word " * 100).strip()]


@pytest.mark.parametrize("text", ["", " ", "\n\n\t \n", "\u2028"])
def test_white_space_has_no_sentences(text: str) -> None:
    assert sentence_spans(text) == []


HOSTILE = {
    "dots": "." * 1_000_000,
    "dots and a letter": "." * 1_000_000 + "x",
    "quotes": '"' * 1_000_000,
    "dots in quotes": ".'" * 500_000,
    "initials": "A. " * 100_000,
    "one-letter lines": "a\n" * 100_000,
    "one run": "x" * 1_000_000,
    "brackets": "(" * 1_000_000,
    "footnotes": ".[1]" * 250_000,
    "tabs": "\t" * 1_000_000 + "x",
    "line breaks": "\n " * 500_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_much_of_anything_is_covered(text: str) -> None:
    assert_covers(text)


def test_random_text_is_covered() -> None:
    rng = random.Random(2)
    alphabet = ["a", "B", "1", ".", ".", "!", "?", '"', "'", "”", "(", ")", "[1]", " ", " ", "\n", "\n\n", "- "]
    alphabet += ["Mr.", "U.S.", "。", "…", "\t", "\u00a0", "# ", "|", ",", "é", "\u0301", "the "]
    for _ in range(3_000):
        assert_covers("".join(rng.choices(alphabet, k=rng.randint(0, 60))))


def assert_covers(text: str) -> None:
    """Spans are in order, apart, trimmed, at most 1,000 characters, and leave out nothing but white space."""
    last = 0
    for start, end in sentence_spans(text):
        assert last <= start < end <= start + 1_000
        assert not text[last:start].strip()
        assert text[start:end] == text[start:end].strip()
        assert "\n\n" not in text[start:end]
        last = end
    assert not text[last:].strip()
