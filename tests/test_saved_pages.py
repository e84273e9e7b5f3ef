"""Title and day of publication of pages in the shapes that sites use: each exactly, or none where none is said."""

from __future__ import annotations

import pytest
from saved_pages import SAVED_PAGES, SavedPage

from pincite.index.read.page import read_page


def test_there_are_more_than_ninety_pages_in_different_shapes() -> None:
    assert len({page.html for page in SAVED_PAGES}) == len(SAVED_PAGES) > 90


@pytest.mark.parametrize("page", SAVED_PAGES, ids=str)
def test_title_and_day_are_exact(page: SavedPage) -> None:
    draft = read_page(page.html.encode(), url=page.url)
    assert (draft.title, draft.published) == (page.title, page.published)
    if page.authors is not None:
        assert draft.authors == page.authors


@pytest.mark.parametrize("page", SAVED_PAGES[::7], ids=str)
def test_nothing_that_stands_around_the_article_is_in_its_text(page: SavedPage) -> None:
    text = read_page(page.html.encode(), url=page.url).text
    for other in ("Home", "Storm closes", "More stories", "At last.", "comments", "All rights"):
        assert other not in text
