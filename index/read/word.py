"""Word files: headings, paragraphs, lists and tables in their order."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

from .draft import Draft, Unreadable

if TYPE_CHECKING:
    from docx.document import Document

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def read_word(data: bytes) -> Draft:
    """The draft of a Word file whose parts `zipped` has looked over. Raises Unreadable when it is damaged."""
    document = _opened(data)
    blocks = list(_blocks(document))
    properties = document.core_properties
    made_by_library = properties.author == "python-docx"  # its template's own name and day, no one's
    created = None if made_by_library or not properties.created else properties.created.date()
    return Draft.create(
        "\n\n".join(blocks),
        title=_title(document),
        authors=[] if made_by_library else re.split(r"\s*[;,]\s*", properties.author or ""),
        published=created if created and date(1990, 1, 1) < created <= date.today() else None,
        language=properties.language or None,
    )


def _opened(data: bytes) -> Any:
    from docx import Document
    from docx.opc.exceptions import OpcError
    from lxml.etree import XMLSyntaxError

    try:
        return Document(BytesIO(data))
    except (OpcError, XMLSyntaxError, BadZipFile, zlib.error, LookupError, ValueError, AttributeError, OSError) as err:
        raise Unreadable("it is damaged inside: open it in Word and save a copy, and add that") from err


def _blocks(document: Document) -> Iterator[str]:
    """Paragraphs and headings, tables, and lists with their items together."""
    items: list[str] = []
    for element in _body(document.element.body):
        if element.tag == f"{_W}p":
            text = _text(element)
            if text and _is_item(element):
                items.append(f"- {text}")
                continue
        else:
            rows = (map(_cell, row.iterchildren(f"{_W}tc")) for row in element.iterchildren(f"{_W}tr"))
            text = "\n".join(line for line in (" | ".join(filter(None, row)) for row in rows) if line)
        if text:
            if items:
                yield "\n".join(items)
                items = []
            yield text
    if items:
        yield "\n".join(items)


def _body(parent: Any) -> Iterator[Any]:
    """Paragraphs and tables in order, those inside content controls and insertions too."""
    for child in parent:
        if child.tag in (f"{_W}p", f"{_W}tbl"):
            yield child
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml", f"{_W}smartTag"):
            yield from _body(child)


def _text(paragraph: Any) -> str:
    """The words of a paragraph as it stands: insertions in, deletions (`w:delText`) out.

    Not python-docx's `Paragraph.text`, which leaves out insertions and content controls.
    """
    parts: list[str] = []
    for element in paragraph.xpath(_WORDS):
        if element.tag == f"{_W}t":
            parts.append(element.text or "")
        elif element.tag == f"{_W}noBreakHyphen":
            parts.append("-")
        else:
            parts.append(" " if element.tag == f"{_W}tab" else "\n")
    return "".join(parts).strip()


# A text box stands in a file twice: as it is, and as a fallback for old programs.
_WORDS = (
    ".//*[self::w:t or self::w:tab[not(parent::w:tabs)] or self::w:br or self::w:cr or self::w:noBreakHyphen]"
    "[not(ancestor::*[local-name()='Fallback'])]"
)


def _cell(cell: Any) -> str:
    return " ".join(" ".join(_text(paragraph) for paragraph in cell.iter(f"{_W}p")).split())


def _is_item(paragraph: Any) -> bool:
    """Whether a paragraph has a bullet or a number, its own or its list style's."""
    if paragraph.find(f"{_W}pPr/{_W}numPr") is not None:
        return not _style(paragraph).startswith("heading")
    return _style(paragraph).startswith("list")


def _style(paragraph: Any) -> str:
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    return style.get(f"{_W}val", "").lower() if style is not None else ""


def _title(document: Document) -> str:
    """The title in the file's properties, else the first line set as a title or heading."""
    named = (document.core_properties.title or "").strip()
    if named and named.lower() not in ("word document", "document", "untitled", "title"):
        return named
    firsts = (element for element in _body(document.element.body) if element.tag == f"{_W}p")
    for _, paragraph in zip(range(20), firsts, strict=False):
        if _style(paragraph) in ("title", "heading1", "titel", "titre", "berschrift1"):
            return _text(paragraph)
    return ""
