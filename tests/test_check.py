from __future__ import annotations

from datetime import date

import pytest

from pincite.rag.check import Evidence, unsupported, why

QUOTE = "On Tuesday both sides swapped 175 captives, and Russia released 23 wounded soldiers to Kyiv for $1,250."


def lost(statement: str, quote: str, *, title: str = "", published: date | None = None) -> tuple[str, ...]:
    return tuple(one.words for one in unsupported(statement, [Evidence(quote, title, published)]))


@pytest.mark.parametrize(
    ("statement", "missing"),
    [
        ("They exchanged 175 prisoners.", ()),
        ("They exchanged 176 prisoners.", ("176",)),
        ("It cost 1250 dollars.", ()),
        ("It cost 1250 euros.", ("1250 euros",)),
        ("The soldiers went to Kyiv.", ()),
        ("The soldiers went to Minsk.", ("Minsk",)),
        ("Russia's 23 soldiers were let go.", ()),
        ("Russian soldiers were let go.", ()),
        ("Merkel and Russia swapped captives.", ("Merkel",)),
        ("Prisoners were swapped on Tuesday.", ()),
        ("Prisoners were swapped on Monday.", ("Monday",)),
        ("Both sides swapped 23 captives.", ("23 captives",)),
    ],
)
def test_numbers_days_and_names_must_stand_in_the_quote(statement: str, missing: tuple[str, ...]) -> None:
    assert lost(statement, QUOTE) == missing


@pytest.mark.parametrize(
    ("statement", "quote"),
    [
        ("There were 12 of them.", "Twelve came."),
        ("There were twelve of them.", "12 came."),
        ("There were 12 of them.", "A dozen came."),
        ("There were 24.", "Two dozen came."),
        ("It held 1.5 million litres.", "It held 1,500,000 litres."),
        ("It held 2,500 litres.", "It held two and a half thousand litres."),
        ("Half of it burnt.", "It burnt to 50 percent."),
        ("50% of it burnt.", "Half of it burnt."),
        ("Two thirds voted.", "Two-thirds voted."),
        ("A quarter stayed.", "25 per cent stayed."),
        ("It grew by 12 per cent.", "It grew by 12%."),
        ("It is 3 km long.", "It is three kilometres long."),
        ("It is 1.5 km long.", "It is 1,500 metres long."),
        ("It lasted 90 minutes.", "It lasted an hour and a half, or 1.5 hours."),
        ("Between 10 percent and 20 percent agreed.", "10-20% agreed."),
        ("Some 1,200 came.", "1,234 came."),
        ("It was the 18th floor.", "It was the eighteenth floor."),
        ("175 came.", "One hundred and seventy-five came."),
        ("Hundreds came.", "Hundreds came."),
    ],
)
def test_an_amount_may_be_written_otherwise(statement: str, quote: str) -> None:
    assert lost(statement, quote) == ()


@pytest.mark.parametrize(
    ("statement", "quote"),
    [
        ("1,200 came.", "1,234 came."),
        ("50% came.", "50 people came."),
        ("Three quarters came.", "A quarter came."),
        ("Dozens came.", "Hundreds came."),
        ("It is 3 miles long.", "It is three kilometres long."),
        ("1.5 million came.", "1.5 billion came."),
        ("It was the 18th floor.", "It was the 19th floor."),
    ],
)
def test_another_amount_is_lost(statement: str, quote: str) -> None:
    assert len(lost(statement, quote)) == 1


@pytest.mark.parametrize(
    ("statement", "quote"),
    [
        ("It was on 6 December 1917.", "It was on December 6, 1917."),
        ("It was on 1917-12-06.", "It was on 6 Dec. 1917."),
        ("It was in December 1917.", "It was on December 6, 1917."),
        ("It was in 1917.", "It was on December 6, 1917."),
        ("It was on 18 March 2025.", "It was on Tuesday."),
        ("It was on 18 March.", "It was yesterday."),
        ("It was in 2024.", "It was last year."),
        ("It was in February 2025.", "It was last month."),
        ("It was in May 2024.", "It was in May of last year."),
        ("It was on Tuesday.", "It was on 18 March 2025."),
        ("It was on 12 February 2025.", "It was on February 12."),
        ("It was in the 1990s.", "It was in 1994."),
        ("The paper of 19 March 2025 says so.", "It is so."),
    ],
)
def test_a_day_may_be_written_otherwise_or_relative_to_the_article(statement: str, quote: str) -> None:
    assert lost(statement, quote, published=date(2025, 3, 19)) == ()


@pytest.mark.parametrize(
    ("statement", "quote"),
    [
        ("It was on 7 December 1917.", "It was on December 6, 1917."),
        ("It was on 6 December 1918.", "It was on December 6, 1917."),
        ("It was on 6 November 1917.", "It was on December 6, 1917."),
        ("It was on 6 December 1917.", "It was in 1917."),
        ("It was on 17 March 2025.", "It was on Tuesday."),
        ("It was in 2023.", "It was last year."),
        ("It was on Wednesday.", "It was on Tuesday."),
        ("It was in the 1980s.", "It was in 1994."),
    ],
)
def test_another_day_is_lost(statement: str, quote: str) -> None:
    assert len(lost(statement, quote, published=date(2025, 3, 19))) == 1


@pytest.mark.parametrize(
    ("statement", "quote"),
    [
        ("The UN voted.", "The United Nations voted."),
        ("NATO met.", "The North Atlantic Treaty Organization met."),
        ("The French voted.", "France voted."),
        ("Chinese ships came.", "Ships of China came."),
        ("President Lula spoke.", "Lula spoke."),
        ("Müller spoke.", "Muller spoke."),
    ],
)
def test_a_name_may_be_written_otherwise(statement: str, quote: str) -> None:
    assert lost(statement, quote) == ()


def test_the_name_may_stand_in_the_title() -> None:
    assert lost("Putin agreed.", "He agreed.", title="Putin speaks to Trump") == ()
    assert lost("Austria agreed.", "Australia agreed.") == ("Austria",)


def test_several_quotes_bear_a_statement_out_together() -> None:
    pieces = [Evidence("Ann won."), Evidence("It was in 1990.")]
    assert unsupported("Ann won in 1990.", pieces) == ()


def test_what_is_lost_is_told_in_a_sentence() -> None:
    found = unsupported("They swapped 23 captives in Minsk.", QUOTE)
    assert why(found) == "The cited words do not have “23 captives” (they have “175 captives”) and “Minsk”."
