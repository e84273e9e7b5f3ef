"""What a file is, told by its bytes; its name decides only between kinds of text."""

from __future__ import annotations

import re
from typing import Literal

from .draft import Unreadable
from .encoding import is_binary
from .json_feed import is_json_feed

Kind = Literal["text", "markdown", "page", "pdf", "zipped", "feed", "opml", "table"]

READ_SUFFIXES = frozenset(
    ["", *".txt .text .md .markdown .html .htm .xhtml .pdf .docx .epub .csv .tsv .jsonl .ndjson".split()]
)
TABLE_SUFFIXES = frozenset((".csv", ".tsv", ".jsonl", ".ndjson", ".json"))

_SAVE_AS = "save it as PDF, Word (.docx) or text, and add that"
_REFUSED: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"II*\0", "a picture"),
    (b"MM\0*", "a picture"),
    (b"BM", "a picture"),
    (b"RIFF", "a picture or a recording"),
    (b"ID3", "a recording"),
    (b"OggS", "a recording"),
    (b"\x1aE\xdf\xa3", "a recording"),
    (b"\x1f\x8b", "a compressed file"),
    (b"BZh", "a compressed file"),
    (b"\xfd7zXZ", "a compressed file"),
    (b"7z\xbc\xaf", "an archive"),
    (b"Rar!", "an archive"),
    (b"\x28\xb5\x2f\xfd", "a compressed file"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"SQLite format 3\0", "a database"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_HTML = re.compile(
    rb"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]|<article[\s>]|<meta\s|<title[\s>]", re.IGNORECASE
)
_ROOT = re.compile(
    rb"<(?:(?P<feed>rss|feed|rdf:RDF)|(?P<opml>opml)|html|head|body|div|p)[\s>]|<!doctype\s+html", re.IGNORECASE
)
_MARKED = re.compile(rb"\A---\s*\n|^#{1,6} \S|^```", re.MULTILINE)


def kind_of(data: bytes, suffix: str = "") -> Kind:
    """The kind of `data`, whose file name ends in `suffix`. Raises Unreadable for a kind pincite does not read."""
    if b"%PDF-" in data[:1_024]:
        return "pdf"
    if data.startswith(_ZIP):
        return "zipped"  # a Word file, an e-book or something else, which its parts then tell
    if data.startswith(_OLE):
        raise Unreadable(_ole(data))
    if data.startswith(b"{\\rtf"):
        raise Unreadable(f"it is a rich text (RTF) file, which pincite does not read: {_SAVE_AS}")
    # "BM" and "MZ" also begin words: such a file is what it looks like only if it is no text.
    named = next((name for magic, name in _REFUSED if data.startswith(magic)), None)
    if named and (is_binary(data) or not data[:64].isascii()):
        raise Unreadable(f"it is {named}, not an article: add text, web pages, PDF or Word files")
    return _kind_of_text(data, suffix.lower())


def _kind_of_text(data: bytes, suffix: str) -> Kind:
    if data[:4].count(0) and len(data) > 4:  # UTF-16 or UTF-32
        data = data[:16_384].replace(b"\0", b"")
    head = data[:4_096].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if suffix not in (".md", ".markdown"):
        root = _ROOT.search(head)
        if head.startswith(b"<") and root and root["feed"]:
            return "feed"
        if head.startswith(b"<") and root and root["opml"]:
            return "opml"
        if head.startswith(b"<") and _HTML.search(head):
            return "page"
        if suffix in (".html", ".htm", ".xhtml") and re.search(rb"<\w+[^<>]*>", data[:65_536]):
            return "page"
    if is_json_feed(head):
        return "feed"
    if suffix in TABLE_SUFFIXES:  # after the pages: many a site shows a table in one, at an address that ends in .csv
        return "table"
    if suffix in (".md", ".markdown"):
        return "markdown"
    return "markdown" if suffix == "" and len(_MARKED.findall(head)) > 1 else "text"


def _ole(data: bytes) -> str:
    if _ENCRYPTED in data:
        return "it is protected by a password: save a copy without one, and add that"
    return f"it is in the format of Word before 2007, which pincite does not read: {_SAVE_AS}"
