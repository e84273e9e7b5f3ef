"""Web pages: the main text without what stands around it, and what the page says of itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import TYPE_CHECKING

from .dates import day_comes_first
from .draft import Draft, Unreadable
from .encoding import decode
from .leftovers import without_leftovers
from .metadata import read_metadata
from .prune import prune
from .text import byline, dateline

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_XML_CHARSET = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{2,40})", re.IGNORECASE)


def read_page(data: bytes, *, declared: str | None = None, url: str | None = None) -> Draft:
    """The draft of an HTML page; `declared` is the encoding its server named, `url` the address it came from."""
    from trafilatura import load_html

    tree = load_html(decode(data, declared=declared or _own_charset(data)))
    if tree is None:
        raise Unreadable("it cannot be read as a web page: open it in a browser, save it as text, and add that")
    blocks = _main_blocks(tree)
    meta = read_metadata(tree, [line for block in blocks[:6] for line in block.split("\n")], url)
    blocks = [block for n, block in enumerate(blocks) if n >= 6 or not _says_who_or_when(block, meta.language)]
    blocks = without_leftovers(blocks, meta.title)
    if not any(char.isalnum() for block in blocks for char in block):
        raise Unreadable("the page shows no text without a browser: save it there as text or PDF, and add that")
    return Draft.create(
        "\n\n".join(blocks),
        title=meta.title,
        authors=meta.authors,
        published=meta.published,
        language=meta.language,
        site=meta.site,
    )


def _says_who_or_when(block: str, language: str | None) -> bool:
    """Whether `block` is the line above an article that the metadata has already taken in."""
    day = dateline(block, day_first=day_comes_first(language))
    return len(block) <= 120 and (day is not None or (len(block) <= 80 and bool(byline(block))))


def _own_charset(data: bytes) -> str | None:
    match = _META_CHARSET.search(data, 0, 4_096) or _XML_CHARSET.match(data, 0, 400)
    return match.group(1).decode("ascii", "replace") if match else None


def _main_blocks(page: HtmlElement) -> list[str]:
    """Paragraphs, headings, lists and tables of the main text; of the whole page when no main text is found."""
    from trafilatura import html2txt

    tree = deepcopy(page)  # the metadata is read from what is cut away, too
    prune(tree)
    # benchmarks/extraction.py: shingle F1 0.960 by default and 0.965 with favor_precision, which however loses most of
    # some short pages and forum threads.
    blocks = _extracted(tree, favor_precision=True)
    if sum(map(len, blocks)) < _SHORT_CHARS:
        more = _extracted(tree, favor_precision=False)
        blocks = more if sum(map(len, more)) > 1.6 * sum(map(len, blocks)) else blocks
    if sum(map(len, blocks)) >= _MAIN_TEXT_CHARS:
        return blocks
    # A short page: trafilatura gives up structure below 250 characters, and everything on pages of few words.
    whole = [" ".join(line.split()) for line in html2txt(deepcopy(tree)).split("\n")]
    return blocks or [line for line in whole if line]


def _extracted(tree: HtmlElement, *, favor_precision: bool) -> list[str]:
    from trafilatura import bare_extraction
    from trafilatura.settings import Document

    document = bare_extraction(
        deepcopy(tree),
        favor_precision=favor_precision,
        include_comments=False,
        include_formatting=True,  # keeps headings apart from paragraphs
        with_metadata=False,
    )
    return list(_blocks(document.body)) if isinstance(document, Document) else []


_MAIN_TEXT_CHARS = 250
_SHORT_CHARS = 2_000
_INLINE_SKIPPED = frozenset(("list", "table", "graphic"))


def _blocks(parent: HtmlElement) -> Iterator[str]:
    """The blocks below an element of trafilatura's TEI-like tree, in order."""
    if parent.text and parent.text.strip():
        yield parent.text.strip()
    for element in parent:
        if element.tag in ("list", "table"):
            yield from _list_or_table(element)
        elif element.tag in ("quote", "div", "body") and len(element) and element[0].tag not in ("hi", "lb", "ref"):
            yield from _blocks(element)
        elif element.tag != "graphic":
            text = "\n".join(" ".join(line.split()) for line in _inline(element).split("\n")).strip()
            if text:
                yield text
            for inner in element.iter("list", "table"):
                yield from _list_or_table(inner)
        if element.tail and element.tail.strip():
            yield element.tail.strip()


def _list_or_table(element: HtmlElement) -> Iterator[str]:
    if element.tag == "list":
        lines = list(_items(element))
    else:
        rows = ([" ".join(_inline(cell).split()) for cell in row.iter("cell")] for row in element.iter("row"))
        lines = [" | ".join(cell for cell in row if cell) for row in rows]
    if any(lines):
        yield "\n".join(line for line in lines if line)


def _items(listing: HtmlElement) -> Iterator[str]:
    for item in listing.iterchildren("item"):
        text = " ".join(_inline(item).split())
        if text:
            yield f"- {text}"
        for inner in item.iterchildren("list"):
            yield from _items(inner)


def _inline(element: HtmlElement) -> str:
    """The words of an element, its line breaks kept, lists and tables inside it aside."""
    parts = [element.text or ""]
    for child in element:
        if child.tag == "lb":
            parts.append("\n")
        elif child.tag not in _INLINE_SKIPPED:
            parts.append(_inline(child))
        parts.append(child.tail or "")
    return "".join(parts)
