"""What a web page says of itself: title, authors, day of publication, language.

From structured data first, then meta tags, then marked-up elements, then text. Own code and not htmldate:
asked for a page's date, that (1.11) gives a comment's, a related story's, the footer's copyright or the day of
the last change when the page does not name its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from .dates import first_day
from .text import ROLE, byline, dateline

if TYPE_CHECKING:
    from lxml.html import HtmlElement


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known of a page; empty where it says nothing."""

    title: str
    authors: tuple[str, ...]
    published: date | None
    language: str | None


def read_metadata(tree: HtmlElement, lines: list[str], url: str | None) -> Metadata:
    """The metadata of the page `tree`, whose main text begins with `lines` and which was found at `url`."""
    page = _Page(tree)
    return Metadata(
        _title(page),
        tuple(_authors(page, lines)),
        _published(page, lines, url),
        page.root.get("lang") or page.root.get("xml:lang") or page.linked("inLanguage") or page.meta("og:locale"),
    )


class _Page:
    """A page's own data, looked up by name."""

    def __init__(self, tree: HtmlElement) -> None:
        self.root = tree
        self._metas: dict[str, str] = {}
        for tag in tree.iter("meta"):
            name = tag.get("property") or tag.get("name") or tag.get("itemprop") or ""
            content = (tag.get("content") or "").strip()
            if name and content:
                self._metas.setdefault(name.strip().lower(), content)
        # What holds the headline holds the article, whatever its class says ("with-sidebar").
        self._above_headings = {above for heading in tree.iter("h1") for above in heading.iterancestors()}
        nodes = list(_linked_data(tree))
        # Of several nodes the article speaks for itself, then the page.
        self._linked = sorted(nodes, key=lambda node: not _TYPES.search(str(node.get("@type", ""))))

    def meta(self, *names: str) -> str:
        return next((self._metas[name] for name in names if name in self._metas), "")

    def linked(self, name: str) -> Any:
        """The value of `name` in the page's JSON-LD, an article's before others'."""
        return next((node[name] for node in self._linked if node.get(name)), None)

    def item(self, name: str) -> Iterator[HtmlElement]:
        """Elements of the article marked as the microdata property `name`."""
        return self.own(self.root.iterfind(f".//*[@itemprop='{name}']"))

    def classed(self, pattern: re.Pattern[str]) -> Iterator[HtmlElement]:
        """Elements of the article with a class in which `pattern` is found."""
        classed = self.root.iterfind(".//*[@class]")
        return self.own(one for one in classed if pattern.search(one.get("class", "").lower()))

    def own(self, elements: Iterable[HtmlElement]) -> Iterator[HtmlElement]:
        """The first of `elements` that stand in the article, not in comments, other stories or the footer."""
        return (element for element in islice(elements, 200) if not self._is_beside(element))

    def _is_beside(self, element: HtmlElement) -> bool:
        for around in (element, *element.iterancestors()):
            if around in self._above_headings:
                return False
            if around.tag in ("aside", "footer", "nav"):
                return True
            names = f"{around.get('class', '')} {around.get('id', '')}".lower().split()
            if any(_BESIDE.fullmatch(name) for name in names):
                return True
        return False


_TYPES = re.compile(r"Article|BlogPosting|Report|Review|Recipe|SocialMediaPosting")
_BESIDE = re.compile(
    r"(?!has-|with-|no-|tag-|category-|type-|status-)(?:.*[-_])?"
    r"(?:comments?|related|recommend(?:ed|ations)?|sidebar|teasers?|widget|promo|popular|latest|trending|copyright|footer)"
    r"(?:[-_].*)?"
)
_DATED = re.compile(
    r"(?<![a-z])(?:date|published?|pubdate|posted|byline|dateline|timestamp|entry-meta|post-meta|fecha|datum)"
)
_BYLINE = re.compile("byline|author")
_CHANGED = re.compile(r"updat|modif|chang|edit|aktualis|actuali|mise-a-jour|geändert", re.IGNORECASE)
_DATE_METAS = (
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
    "pubdate",
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


def _linked_data(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    """The JSON-LD objects of a page, those inside lists and graphs too."""
    for script in tree.iterfind(".//script[@type='application/ld+json']"):
        source = (script.text or "").strip().removeprefix("<!--").removesuffix("-->").strip().rstrip(";")
        try:
            found = json.loads(source[:1_000_000], strict=False)
        except (ValueError, RecursionError):
            continue
        stack = [found]
        for _ in range(1_000):
            if not stack:
                break
            node = stack.pop(0)
            if isinstance(node, list):
                stack.extend(node)
            elif isinstance(node, dict):
                yield node
                stack.extend(node[name] for name in ("@graph", "mainEntity", "mainEntityOfPage") if name in node)


def _published(page: _Page, lines: list[str], url: str | None) -> date | None:
    latest = date.today() + timedelta(days=1)  # tomorrow is already today somewhere
    for day in _days(page, lines, url):
        if day and day.year >= 1400 and day <= latest:
            return day
    return None


def _days(page: _Page, lines: list[str], url: str | None) -> Iterator[date | None]:
    """The days that may be the day of publication, likeliest first."""
    yield first_day(str(page.linked("datePublished") or ""))
    for name in _DATE_METAS:
        yield first_day(page.meta(name))
    for element in page.item("datePublished"):
        yield _written(element)
    for element in page.own(page.root.iter("time")):
        if not _is_change(element):
            yield _written(element)
    for element in page.classed(_DATED):
        text = _text(element)
        if len(text) <= 120 and not _is_change(element):
            yield first_day(text)
    yield next((day for line in lines[:6] if (day := dateline(line))), None)
    address = re.search(r"/((?:19|20)\d\d)/(\d\d?)/(\d\d?)/", url or "")
    yield first_day("-".join(address.groups())) if address else None


def _written(element: HtmlElement) -> date | None:
    """The day in an element's attributes, else in its words."""
    return first_day(element.get("datetime") or element.get("content") or _text(element)[:120])


def _is_change(element: HtmlElement) -> bool:
    """Whether `element` or the words right before it speak of a later change."""
    parent = element.getparent()
    names = " ".join(element.get(name) or "" for name in ("class", "itemprop", "id"))
    before = (parent.text or "") if parent is not None else ""
    previous = element.getprevious()
    if previous is not None:
        before = previous.tail or _text(previous)
    return bool(_CHANGED.search(names) or _CHANGED.search(before[-40:]) or _CHANGED.search(_text(element)[:12]))


def _text(element: HtmlElement) -> str:
    return " ".join(" ".join(element.itertext()).split())


def _authors(page: _Page, lines: list[str]) -> Iterable[str]:
    for names in _author_lists(page, lines):
        kept = [plain for name in names for plain in _names(name)]
        if kept:
            return kept
    return ()


def _author_lists(page: _Page, lines: list[str]) -> Iterator[list[str]]:
    """Lists of names that may be the authors, likeliest first."""
    linked = page.linked("author") or page.linked("creator") or []
    people = linked if isinstance(linked, list) else [linked]
    yield [str(one.get("name", "")) if isinstance(one, dict) else str(one) for one in people]
    for name in ("author", "article:author", "citation_author", "dc.creator", "parsely-author", "sailthru.author"):
        yield [page.meta(name)]
    for element in page.item("author"):
        named = element.find(".//*[@itemprop='name']")
        yield [element.get("content") or _text(element if named is None else named)]
    yield [_text(link) for link in page.own(page.root.iterfind(".//a[@rel='author']"))]
    for element in page.classed(_BYLINE):
        yield list(byline(_text(element)))
    yield next((list(names) for line in lines[:6] if (names := byline(line))), [])


def _names(author: str) -> list[str]:
    """The people in one author field: "By Jane Doe and John Roe" holds two; an address or a sentence, none."""
    author = re.sub(r"^\W*(?:by|von|par|por)\s+", "", " ".join(author.split()), flags=re.IGNORECASE)
    parts = re.split(r"\s*(?:;|\||, and | and | & |,(?! (?:Jr|Sr)\b))\s*", author[:400])
    names = [part for part in parts if 1 < len(part) <= 60 and part.count(" ") < 6 and not _NO_NAME.search(part)]
    people = [name for name in names if not ROLE.search(name) and not _DEGREE.fullmatch(name)]
    return people or names


_NO_NAME = re.compile(r"https?:|www\.|[@<>{}]|\d{3}")
_DEGREE = re.compile(r"(?:[A-Z]{2,4}|Ph\.?D\.?|M\.?D\.?|Esq\.?)")


def _title(page: _Page) -> str:
    named = _text(page.root.find(".//title")) if page.root.find(".//title") is not None else ""
    headings = [heading for heading in map(_text, page.root.iter("h1")) if heading]
    headline = str(page.linked("headline") or "")
    shared = page.meta("og:title", "twitter:title", "citation_title", "dc.title")
    # A heading that the page's title begins with is the headline, and the rest of that title is the site's name.
    for heading in headings:
        if any(_same(other[: len(heading)], heading) for other in (named, shared, headline)):
            return heading
    for heading in page.item("headline"):
        return _text(heading) or heading.get("content", "")
    # JSON-LD headlines are cut at 110 characters by custom.
    chosen = headline if headline and len(headline) < 105 else shared or headline or ""
    chosen = chosen or (headings[0] if len(headings) == 1 else named)
    return _without_site(chosen, page.meta("og:site_name"))


def _same(one: str, other: str) -> bool:
    return re.sub(r"\W+", "", one).casefold() == re.sub(r"\W+", "", other).casefold() != ""


def _without_site(title: str, site: str) -> str:
    """`title` without the site's name at its end."""
    parts = re.split(r"\s+[|–—·•»-]\s+", title)
    if len(parts) > 1 and (_same(parts[-1], site) or (not site and "|" in title and len(parts[-1]) <= 30)):
        return title[: title.rfind(parts[-1])].rstrip(" |–—·•»-")
    return title
