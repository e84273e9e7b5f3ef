"""A chapter of an e-book: all of its words in blocks, since nothing stands around them as on a web page."""

from __future__ import annotations

import re
from html.entities import html5
from typing import TYPE_CHECKING, Any

from .encoding import decode
from .xml_tree import local_name, xml_tree

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_BLOCKS = frozenset(
    """address article aside blockquote body caption center dd details div dl dt figcaption figure footer form h1 h2 h3
    h4 h5 h6 header hr html legend li main ol p pre section summary table tbody td tfoot th thead tr ul""".split()
)
_UNREAD = frozenset("head script style template nav svg audio video iframe object".split())
_MARKS = frozenset("noteref doc-noteref pagebreak doc-pagebreak backlink doc-backlink".split())
_NOTE_SIGN = re.compile(r"[\[(]?(?:\d{1,4}|[*†‡§]{1,3})[\])]?|↩︎?")
_CONTENTS_LINKS = 5  # from so many on, a page that is nothing but links is a table of contents
_BREAK = "\0"  # where a line ends within a block; it stands in no XML
_DECLARED = re.compile(rb"\A\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{2,40})")
# With the entities that a file declares for itself: what it uses of them is then shown as it is written.
_PROLOGUE = re.compile(r"\A\s*(?:<\?xml[^>]*>\s*)?(?:<!DOCTYPE[^\[>]{0,1000}(?:\[.{0,100000}?\]\s*)?>)?", re.S | re.I)
_ENTITY = re.compile(r"&([A-Za-z]\w{1,30};)")
_OF_XML = frozenset(("amp;", "lt;", "gt;", "quot;", "apos;"))


def chapter_blocks(data: bytes) -> list[str]:
    """Headings, paragraphs, whole lists and whole tables of a chapter, in order; none when it has no words.

    Signs that point to notes, page breaks and tables of contents are left out.
    """
    tree = _tree(data)
    if tree is None or _is_contents(tree):
        return []
    return _blocks_in(tree)


def _tree(data: bytes) -> Element | None:
    declared = _DECLARED.match(data)
    text = decode(data, declared=declared.group(1).decode() if declared else None)
    # An XML parser that loads no DTD knows none of HTML's entities.
    text = _ENTITY.sub(lambda m: m[0] if m[1] in _OF_XML else html5.get(m[1], m[0]), _PROLOGUE.sub("", text))
    tree = xml_tree(text.encode("utf-8", "replace"), mend=False)
    if tree is not None:
        return tree
    # As HTML only when it is no XML: there <title/> opens an element, and all that follows would be in it.
    from trafilatura import load_html

    return load_html(text)


def _is_contents(tree: Element) -> bool:
    links = [_length(link) for link in tree.iter() if local_name(link) == "a" and link.get("href")]
    return len(links) >= _CONTENTS_LINKS and sum(links) > 0.8 * _length(tree)


def _length(element: Element) -> int:
    """How many characters of it are shown, spaces aside."""
    if local_name(element) == "head":
        return 0
    heads = sum(_length_of(one) for one in element.iter() if local_name(one) == "head")
    return _length_of(element) - heads


def _length_of(element: Element) -> int:
    return sum(len("".join(str(text).split())) for text in element.itertext())


def _blocks_in(element: Element) -> list[str]:
    """The blocks of what an element holds."""
    reading = _Reading()
    reading.inside(element, spaces_kept=False)
    reading.end_block()
    return reading.blocks


class _Reading:
    """The blocks so far, and the words of the one that is open."""

    def __init__(self) -> None:
        self.blocks: list[str] = []
        self._words: list[str] = []

    def inside(self, element: Element, *, spaces_kept: bool) -> None:
        """Reads what stands in an element."""
        self._say(element.text, spaces_kept)
        for child in element:
            self._read(child, spaces_kept)
            self._say(child.tail, spaces_kept)

    def end_block(self) -> None:
        """Ends the open block, if there is one."""
        text = "".join(self._words)
        self._words.clear()
        lines = (" ".join(line.split()) for line in text.split(_BREAK))
        if block := "\n".join(line for line in lines if line):
            self.blocks.append(block)

    def _say(self, text: str | None, spaces_kept: bool) -> None:
        if text:
            self._words.append(text.replace("\n", _BREAK) if spaces_kept else text)

    def _read(self, element: Element, spaces_kept: bool) -> None:
        name = local_name(element)
        if not name or name in _UNREAD or _is_mark(element):
            return
        if name == "br":
            self._words.append(_BREAK)
        elif name in ("ul", "ol", "table"):
            self.end_block()
            self.blocks += _list(element) if name != "table" else _table(element)
        else:
            if name in _BLOCKS:
                self.end_block()
            self.inside(element, spaces_kept=spaces_kept or name == "pre")
            if name in _BLOCKS:
                self.end_block()


def _is_mark(element: Element) -> bool:
    """Whether it is a sign that leads to a note or back from one, or tells where a printed page ends."""
    words = f"{_typed(element)} {element.get('role') or ''}".split()
    if not _MARKS.isdisjoint(words):
        return True
    if local_name(element) not in ("sup", "a"):
        return False
    linked = local_name(element) == "a" or any(local_name(one) == "a" for one in element.iter())
    raised = local_name(element) == "sup" or any(local_name(one) == "sup" for one in element.iter())
    said = "".join(str(text) for text in element.itertext()).strip()
    return linked and (raised or said.startswith("↩")) and bool(_NOTE_SIGN.fullmatch(said))


def _typed(element: Any) -> str:
    return element.get("{http://www.idpf.org/2007/ops}type") or element.get("epub:type") or ""


def _list(element: Element) -> list[str]:
    """A list as one block, a line for each item; what is listed within an item follows it."""
    lines: list[str] = []
    for item in element:
        if not local_name(item):
            continue
        blocks = _blocks_in(item) if local_name(item) == "li" else _list(item)
        said = [block for block in blocks if not block.startswith("- ")]
        if said:
            lines.append("- " + " ".join(" ".join(said).split()))
        lines += [block for block in blocks if block.startswith("- ")]
    return ["\n".join(lines)] if lines else []


def _table(element: Element) -> list[str]:
    """A table as one block, a line for each row; one of a single column is only a frame around its text."""
    rows = [
        [_blocks_in(cell) for cell in row if local_name(cell) in ("td", "th")] for row in _own(element, "tr", "table")
    ]
    captions = [block for caption in _own(element, "caption", "table") for block in _blocks_in(caption)]
    if all(len(row) < 2 for row in rows):
        return captions + [block for row in rows for cell in row for block in cell]
    lines = (" | ".join(filter(None, (" ".join(" ".join(cell).split()) for cell in row))) for row in rows)
    table = "\n".join(line for line in lines if line)
    return captions + ([table] if table else [])


def _own(element: Element, wanted: str, bounds: str) -> list[Element]:
    """The elements called `wanted` below `element`, those inside another `bounds` aside."""
    found: list[Element] = []
    for child in element:
        name = local_name(child)
        if name == wanted:
            found.append(child)
        elif name and name != bounds:
            found += _own(child, wanted, bounds)
    return found
