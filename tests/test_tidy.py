"""Where a span of words begins and ends."""

from __future__ import annotations

import pytest

from pincite.rag.tidy import tidied, whole_list


def put_right(text: str, span: str) -> str:
    start = text.index(span)
    first, last = tidied(text, start, start + len(span))
    return text[first:last]


@pytest.mark.parametrize(
    ("text", "span", "right"),
    [
        ("It is 50 miles long, of which 38 are under the sea.", "50 miles long, of which 38", "50 miles long"),
        ("He met the mayor (a doctor) there.", "the mayor (a doctor", "the mayor (a doctor)"),
        ("He met the mayor (a doctor) there.", "a doctor)", "a doctor"),
        ("They called it “the long night” then.", "the long night”", "“the long night”"),
        ('They called it "the night" then.', 'the night"', "the night"),
        ("by Hunt and by Hillary", "by Hunt and", "Hunt"),
        ("He left in May, and", "in May, and", "in May"),
        ("He said who he was.", "who", "who"),
        ("A drop of 3.5 percent, it said.", "3.5 percent,", "3.5 percent"),
    ],
)  # fmt: skip
def test_edges_are_clean(text: str, span: str, right: str) -> None:
    assert put_right(text, span) == right


def in_full(text: str, span: str) -> str:
    start = text.index(span)
    first, last = whole_list(text, start, start + len(span), (0, len(text)))
    return text[first:last]


@pytest.mark.parametrize(
    ("text", "span", "whole"),
    [
        (
            "In the end they beat Portugal, Paraguay, Germany and now the Netherlands.",
            "Germany",
            "Portugal, Paraguay, Germany and now the Netherlands",
        ),
        ("flags of the United Nations, Nepal and India", "Nepal", "the United Nations, Nepal and India"),
        ("Chris Brasher led and Chris Chataway followed.", "Chris Brasher", "Chris Brasher"),
        ("It was Rome, and it rained.", "Rome", "Rome"),
        ("a joint project of NASA and the European Space Agency was", "NASA", "NASA and the European Space Agency"),
        ("by the Water Board and the Canadian Rail Union", "Canadian", "the Water Board and the Canadian Rail Union"),
        ("the Canadian Rail Union met", "Canadian", "Canadian"),
        ("with apples, pears and plums", "apples", "apples"),
    ],
)  # fmt: skip
def test_a_name_in_a_list_brings_the_whole_list(text: str, span: str, whole: str) -> None:
    assert in_full(text, span) == whole
