"""What the page and the terminal show of a question and its answer, apart from any page."""

from __future__ import annotations

from pincite.ui.exchange import NEAR_CHARS, beginning, near


def test_the_beginning_of_a_passage_tells_its_heading_from_its_text() -> None:
    assert (
        beginning("Who owns what\n\nSorting out the debts\ntook years.")
        == "Who owns what · Sorting out the debts took years."
    )


def test_the_beginning_of_a_long_passage_ends_at_a_word() -> None:
    short = beginning("a dozen bees " * 40)
    assert len(short) <= NEAR_CHARS + 2
    assert short.endswith(("a …", "dozen …", "bees …"))


def test_beneath_a_refusal_stands_the_sentence_that_came_closest_or_how_a_passage_begins() -> None:
    about = {"version": 1, "title": "", "source": "", "published": None}
    told = {
        "passages": [
            {"article_id": "a", "start": 100, "end": 125, "text": "Bees dance. They hum too.", **about},
            {"article_id": "b", "start": 0, "end": 12, "text": "Wasps sting.", **about},
        ],
        "trace": {"withheld": {"citations": [{"article_id": "a", "start": 112, "end": 125}]}},
    }
    assert [(pin.quote, pin.start, pin.end) for pin in near(told)] == [
        ("They hum too.", 112, 125),
        ("Wasps sting.", 0, 12),
    ]
    assert [pin.quote for pin in near({**told, "trace": {}})] == ["Bees dance. They hum too.", "Wasps sting."]
