"""What a web page says of itself: title, authors, day of publication, language, site.

From structured data first, then meta tags, then marked-up elements, then text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from html import unescape
from typing import TYPE_CHECKING

from .page_data import PageData, letters, shown_text
from .published import published_day
from .site import site_name
from .text import ROLE, byline, without_site

if TYPE_CHECKING:
    from lxml.html import HtmlElement


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known of a page; empty where it says nothing."""

    title: str
    authors: tuple[str, ...]
    published: date | None
    language: str | None
    site: str


def read_metadata(tree: HtmlElement, lines: list[str], url: str | None) -> Metadata:
    """The metadata of the page `tree`, whose main text begins with `lines` and which was found at `url`."""
    page = PageData(tree, url)
    title = _title(page)
    authors, published = tuple(_authors(page, lines)), published_day(page, lines)
    return Metadata(title, authors, published, page.language, site_name(page, title))


_BYLINE = re.compile("byline|author")


def _authors(page: PageData, lines: list[str]) -> Iterable[str]:
    for names in _author_lists(page, lines):
        kept = [plain for name in names for plain in _names(name)]
        if kept:
            return kept
    return ()


def _author_lists(page: PageData, lines: list[str]) -> Iterator[list[str]]:
    """Lists of names that may be the authors, likeliest first."""
    linked = page.linked("author") or page.linked("creator") or []
    people = linked if isinstance(linked, list) else [linked]
    yield [str(one.get("name", "")) if isinstance(one, dict) else str(one) for one in people]
    for name in ("author", "article:author", "citation_author", "dc.creator", "parsely-author", "sailthru.author"):
        yield [_forename_first(author) for author in page.metas(name)]
    for element in page.item("author"):
        named = element.find(".//*[@itemprop='name']")
        yield [element.get("content") or shown_text(element if named is None else named)]
    yield [shown_text(link) for link in page.own(page.root.iterfind(".//a[@rel='author']"))]
    for element in page.classed(_BYLINE):
        yield list(byline(shown_text(element)))
    yield next((list(names) for line in lines[:6] if (names := byline(line))), [])


def _forename_first(author: str) -> str:
    """ "Lamb, Mary" as "Mary Lamb": libraries and journals write the family name first."""
    match = re.fullmatch(r"([^\s,]+), ([^\s,]+(?: [^\s,]{1,2})?)", author)
    return f"{match.group(2)} {match.group(1)}" if match and not ROLE.search(author) else author


def _names(author: str) -> list[str]:
    """The people in one author field: "By Jane Doe and John Roe" holds two; an address or a sentence, none."""
    author = re.sub(r"^\W*(?:by|von|par|por)\s+", "", " ".join(unescape(author).split()), flags=re.IGNORECASE)
    parts = re.split(r"\s*(?:;|\||, and | and | & |,(?! (?:Jr|Sr)\b))\s*", author[:400])
    names = [part for part in parts if 1 < len(part) <= 60 and part.count(" ") < 6 and not _NO_NAME.search(part)]
    people = [name for name in names if not ROLE.search(name) and not _DEGREE.fullmatch(name)]
    return people or names


_NO_NAME = re.compile(r"https?:|www\.|[@<>{}]|\d{3}")
_DEGREE = re.compile(r"(?:[A-Z]{2,4}|Ph\.?D\.?|M\.?D\.?|Esq\.?)")


def _title(page: PageData) -> str:
    element = page.root.find(".//title")
    named = shown_text(element) if element is not None else ""
    headings = [heading for heading in map(shown_text, page.root.iter("h1")) if heading]
    headline = unescape(str(page.linked("headline") or ""))
    shared = unescape(page.meta("og:title", "twitter:title", "citation_title", "dc.title", "parsely-title"))
    # A heading that the page's title begins with is the headline, and the rest of that title is the site's name.
    for heading in headings:
        if any(_same(other[: len(heading)], heading) for other in (named, shared, headline)):
            return heading
    for heading in page.item("headline"):
        return shown_text(heading) or heading.get("content", "")
    # JSON-LD headlines are cut at 110 characters by custom.
    chosen = headline if headline and len(headline) < 105 else shared or headline or ""
    chosen = chosen or (headings[0] if len(headings) == 1 else named)
    for site in page.sites:
        if (short := without_site(chosen, site)) != chosen:
            return short
    return without_site(chosen) if not page.sites else chosen


def _same(one: str, other: str) -> bool:
    return letters(one) == letters(other) != ""
