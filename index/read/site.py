"""The name of the site that a page is from, as the page itself gives it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlsplit

from .draft import SITE_CHARS
from .page_data import PageData, letters, shown_text

# What a site's software writes where nobody has named the site.
_NO_NAMES = frozenset("home homepage website site wordpress blog index untitled mysite myblog".split())
_BESIDE_TITLE = re.compile(r"\s+(?:[|–—·•»«:-]|::)\s+")
_HEADING_LETTERS = 10  # a shorter heading may begin a title by chance


def site_name(page: PageData, title: str) -> str:
    """The name, likeliest first: what is meant for sharing, structured data, the end of its title; empty when it
    gives none, or only what its address says."""
    host = (urlsplit(page.url).hostname or "").removeprefix("www.")
    for name in _names(page):
        plain = letters(name)
        said = plain in (letters(title), letters(host), letters(f"www.{host}"), "") or plain in _NO_NAMES
        if not said and len(name) <= SITE_CHARS and "://" not in name and not name.startswith("@"):
            return name
    return ""


def _names(page: PageData) -> Iterator[str]:
    yield unescape(page.meta("og:site_name"))
    yield page.publisher
    for element in page.item("publisher"):
        named = element.find(".//*[@itemprop='name']")
        yield (element if named is None else named).get("content") or shown_text(element if named is None else named)
    yield unescape(page.meta("citation_journal_title", "dc.publisher", "citation_publisher"))
    yield page.named_node("WebSite", "NewsMediaOrganization")
    yield unescape(page.meta("application-name", "apple-mobile-web-app-title"))
    yield _end_of_title(page)


def _end_of_title(page: PageData) -> str:
    """What stands in the page's title behind its headline."""
    element = page.root.find(".//title")
    named = shown_text(element) if element is not None else ""
    for heading in map(shown_text, page.root.iter("h1")):
        parts = _BESIDE_TITLE.split(named[len(heading) :])
        begins = len(letters(heading)) >= _HEADING_LETTERS and letters(named[: len(heading)]) == letters(heading)
        if begins and len(parts) > 1 and not parts[0].strip():
            return parts[-1].strip()
    return ""
