"""What the page and the terminal show of a question and its answer, apart from any page."""

from __future__ import annotations

from pincite.ui.exchange import NEAR_CHARS, beginning


def test_the_beginning_of_a_passage_tells_its_heading_from_its_text() -> None:
    assert (
        beginning("Who owns what\n\nSorting out the debts\ntook years.")
        == "Who owns what · Sorting out the debts took years."
    )


def test_the_beginning_of_a_long_passage_ends_at_a_word() -> None:
    short = beginning("a dozen bees " * 40)
    assert len(short) <= NEAR_CHARS + 2
    assert short.endswith(("a …", "dozen …", "bees …"))
