"""Text copied from web pages by hand: what belongs to the page goes, what belongs to the article stays."""

# ruff: noqa: E501 - a page is best seen on one line

from __future__ import annotations

from datetime import date

import pytest

from pincite.index.read.draft import Draft
from pincite.index.read.text import read_text

TITLE = "Harbour board votes to rebuild the old pier"
STORY = """The harbour board met on Tuesday and voted to rebuild the old pier, which a storm had carried off in the winter.

Nobody spoke against the plan, though some asked who would pay for the lamps along the way.

"The money was set aside years ago," the harbour master said. Work is to begin once the ice has gone."""


def copied(*, above: str = "", byline: str = "", story: str = STORY, below: str = "") -> Draft:
    parts = [above, TITLE, byline, story, below]
    return read_text("\n\n".join(part for part in parts if part).encode())


@pytest.mark.parametrize(
    "below",
    [
        "Subscribe to the Quayside Courier on Telegram, Facebook, RSS!\n\nAuthor`s name Mary Lamb\n*\nReport spelling error:\n\n"
        "Error page url:\n\nText containing error:\n\nYour comment:",
        "Share this article\n\nFacebook Twitter WhatsApp\n\nRelated articles\n\nStorm closes the north quay\n\nFerry late again",
        "12 Comments\n\nAnn\nAt last. I have waited for this since the winter, and so has everyone in our street.\n\nReply",
        "Leave a comment\n\nYour email address will not be published. Required fields are marked *\n\nYour name\n\nYour email",
        "Read more:\n\n- Storm closes the north quay\n- Ferry late again\n\nSign up for our newsletter",
        "Most read\n\n1. Storm closes the north quay\n\n2. Ferry late again\n\n© 2024 Quayside Courier. All rights reserved.",
        "Filed under: Port, Weather\n\nPost a comment",
        "Teilen\n\nLesen Sie auch\n\nSturm sperrt den Nordkai\n\n3 Kommentare",
        "Partager\n\nÀ lire aussi :\n\nLa tempête ferme le quai nord\n\nAbonnez-vous à notre lettre",
        "Compartir\n\nLea también\n\nLa tormenta cierra el muelle norte\n\nPublicidad",
        "Читайте также:\n\nШторм закрыл северную набережную\n\nПодпишитесь на наш канал\n\nНашли ошибку? Выделите её",
        "We use cookies to improve this site.\n\nBack to top",
    ],
)
def test_what_stands_below_an_article_goes(below: str) -> None:
    draft = copied(below=below)
    assert (draft.title, draft.text) == (TITLE, f"{TITLE}\n\n{STORY}")


@pytest.mark.parametrize(
    "above",
    [
        "Skip to content\n\nHome\nNews\nSport\nSign in",
        "Menu\n\nSearch\n\nSubscribe\n\nAdvertisement",
        "Home > News > Port",
        "Startseite\nSuche\nAnmelden",
    ],
)
def test_a_menu_above_the_title_goes(above: str) -> None:
    draft = copied(above=above)
    assert (draft.title, draft.text) == (TITLE, f"{TITLE}\n\n{STORY}")


def test_lines_of_the_page_between_paragraphs_go() -> None:
    story = STORY.replace("\n\n", "\n\nAdvertisement\n\n", 1).replace(
        '\n\n"', '\n\nRead more: Storm closes the quay\n\n"'
    )
    assert copied(story=story, below="Share this story").text == f"{TITLE}\n\n{STORY}"


def test_a_text_of_ones_own_keeps_its_lines() -> None:
    text = "Notes on the pier\n\nComments:\n\nThe lamps cost too much, and the old ones would do as well as any."
    assert read_text(text.encode()).text == text


@pytest.mark.parametrize(
    ("byline", "authors", "day"),
    [
        ("By Mary Lamb\n7 April 2023", ("Mary Lamb",), date(2023, 4, 7)),
        ("By Mary Lamb and Tom Reed, Quayside Courier\nPublished 7 April 2023, 06:30 BST", ("Mary Lamb", "Tom Reed"), date(2023, 4, 7)),
        ("Mary Lamb\nPort correspondent\nApril 7, 2023 6:30 am ET", ("Mary Lamb",), date(2023, 4, 7)),
        ("Mary Lamb\nFri 7 Apr 2023 06.30 BST", ("Mary Lamb",), date(2023, 4, 7)),
        ("Updated 9 April 2023 | Published 7 April 2023", (), date(2023, 4, 7)),
        ("Published: 06:30 GMT, 7 April 2023 | Updated: 10:00 GMT, 9 April 2023", (), date(2023, 4, 7)),
        ("Von Maria Lamm\nVeröffentlicht am 7. April 2023 um 6:30 Uhr", ("Maria Lamm",), date(2023, 4, 7)),
        ("Par Marie Agneau\nPublié le 7 avril 2023 à 06h30, mis à jour le 9 avril 2023", ("Marie Agneau",), date(2023, 4, 7)),
        ("Por María Cordero\nViernes, 7 de abril de 2023", ("María Cordero",), date(2023, 4, 7)),
        ("Автор: Мария Овечкина\n7 апреля 2023, 06:30", ("Мария Овечкина",), date(2023, 4, 7)),
        ("Last updated 9 April 2023", (), None),
        ("5 min read\n3 hours ago", (), None),
    ],
)  # fmt: skip
def test_byline_and_day_are_recognised(byline: str, authors: tuple[str, ...], day: date | None) -> None:
    draft = copied(byline=byline)
    assert (draft.title, draft.authors, draft.published) == (TITLE, authors, day)


def test_the_day_of_an_agency_story_is_in_its_first_line() -> None:
    assert copied(story=f"PORT ELLEN, April 7, 2023 (QPA) - {STORY}").published == date(2023, 4, 7)


def test_title_is_the_line_above_the_byline_and_below_the_section() -> None:
    text = f"PORT\n\n{TITLE}\nBy Mary Lamb\n\n{STORY}"
    assert read_text(text.encode()).title == TITLE
