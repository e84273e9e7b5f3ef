from __future__ import annotations

import pytest

from pincite.rag.check import unsupported

QUOTE = "On Tuesday both sides swapped 175 captives, and Russia released 23 wounded soldiers to Kyiv for $1,250."


@pytest.mark.parametrize(
    ("statement", "lost"),
    [
        ("They exchanged 175 prisoners.", ()),
        ("They exchanged 176 prisoners.", ("176",)),
        ("It cost 1250 dollars.", ()),
        ("The soldiers went to Kyiv.", ()),
        ("The soldiers went to Minsk.", ("Minsk",)),
        ("Russia's 23 soldiers were let go.", ()),
    ],
)
def test_numbers_and_names_must_stand_in_the_quote(statement: str, lost: tuple[str, ...]) -> None:
    assert unsupported(statement, QUOTE) == lost


def test_a_small_number_may_be_a_word_on_either_side() -> None:
    assert unsupported("There were 12 of them.", "Twelve came.") == ()
    assert unsupported("There were twelve of them.", "12 came.") == ()
