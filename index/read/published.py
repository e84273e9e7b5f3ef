"""The day a web page was published: from structured data, then meta tags, marked elements, text, its address.

Own code and not htmldate: asked for a page's date, that (1.11) gives a comment's, a related story's, the footer's
copyright or the day of the last change when the page does not name its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from .dates import day_comes_first, first_day
from .page_data import PageData, is_in_prose, shown_text
from .text import dateline

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_DATED = re.compile(
    r"(?<![a-z])(?:date|published?|pubdate|posted|byline|dateline|timestamp|entry-meta|post-meta|fecha|datum)"
    r"|(?<![\w-])data(?![\w-])"
)
_CHANGED = re.compile(r"updat|modif|chang|edit|aktualis|actuali|mise-a-jour|mis à jour|geändert|atualiz", re.IGNORECASE)
_METAS = (
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "article:published",
    "datepublished",
    "citation_publication_date",
    "citation_online_date",
    "citation_date",
    "dcterms.issued",
    "dc.date.issued",
    "dcterms.created",
    "dc.date.created",
    "parsely-pub-date",
    "sailthru.date",
    "bt:pubdate",
    "pubdate",
    "pub_date",
    "publishdate",
    "publish-date",
    "publish_date",
    "publication_date",
    "article_date_original",
    "cxenseparse:recs:publishtime",
    "dcterms.date",
    "dc.date",
    "date",
)
_SECONDS = re.compile(r"\d{10}|\d{13}")


def published_day(page: PageData, lines: list[str]) -> date | None:
    """The day `page`, whose main text begins with `lines`, says that it was published; never one to come."""
    latest = date.today() + timedelta(days=1)  # tomorrow is already today somewhere
    for day in _days(page, lines):
        if day and day.year >= 1400 and day <= latest:
            return day
    return None


def _days(page: PageData, lines: list[str]) -> Iterator[date | None]:
    """The days that may be the day of publication, likeliest first."""
    day_first = day_comes_first(page.language)
    yield _day(page.linked("datePublished"), day_first)
    for name in _METAS:
        yield _day(page.meta(name), day_first)
    yield _day(_parsely(page), day_first)
    for element in page.item("datePublished"):
        yield _written(element, day_first)
    for element in page.item("created", "issued", "date"):
        yield _written(element, day_first)
    for element in page.own(page.root.iter("time")):
        if not _is_change(element) and (element.get("pubdate") is not None or not is_in_prose(element)):
            yield _written(element, day_first)
    for element in page.classed(_DATED):
        if len(shown_text(element)) <= 120 and not _is_change(element):
            yield _written(element, day_first)
    yield next((day for line in lines[:6] if (day := dateline(line, day_first=day_first))), None)
    address = re.search(r"/((?:19|20)\d\d)/(\d\d?)/(\d\d?)/", page.url)
    yield first_day("-".join(address.groups())) if address else None


def _day(value: Any, day_first: bool | None) -> date | None:
    """The day in a value of the page's data, a number of seconds or milliseconds since 1970 among them."""
    text = str(value or "").strip()
    if not _SECONDS.fullmatch(text):
        return first_day(text, day_first=day_first)
    return datetime.fromtimestamp(int(text) / (1000 if len(text) == 13 else 1), UTC).date()


def _parsely(page: PageData) -> Any:
    try:
        found = json.loads(page.meta("parsely-page") or "{}")
    except (ValueError, RecursionError):
        return None
    return found.get("pub_date") if isinstance(found, dict) else None


def _written(element: HtmlElement, day_first: bool | None) -> date | None:
    """The day in an element's attributes, else in its words."""
    for name in (
        "datetime",
        "content",
        "title",
        "data-timestamp",
        "data-datetime",
        "data-date",
        "data-time",
        "data-utc",
    ):
        if day := _day(element.get(name), day_first):
            return day
    return first_day(shown_text(element)[:120], day_first=day_first)


def _is_change(element: HtmlElement) -> bool:
    """Whether `element` or the words right before it speak of a later change."""
    parent = element.getparent()
    names = " ".join(element.get(name) or "" for name in ("class", "itemprop", "id"))
    before = (parent.text or "") if parent is not None else ""
    previous = element.getprevious()
    if previous is not None:
        before = previous.tail or shown_text(previous)
    return bool(_CHANGED.search(names) or _CHANGED.search(before[-40:]) or _CHANGED.search(shown_text(element)[:12]))
