"""E-books (EPUB): the chapters in the order they are read, and what the book says of itself."""

from __future__ import annotations

import posixpath
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import unquote
from zipfile import BadZipFile, ZipFile

from .chapter import chapter_blocks
from .dates import first_day
from .draft import AUTHORS, Draft, Unreadable, check_size
from .xml_tree import local_name, xml_tree

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_DAMAGED = "it is damaged inside: open it in an e-book program and save a copy, and add that"
_LOCKED = "it is locked by its shop's copy protection (DRM): add a copy that was sold without one"
_CHAPTER_BYTES = 60_000_000  # unpacked, of all chapters: three times what an article may hold, for their markup
_CHAPTERS = ("application/xhtml+xml", "text/html", "text/x-oeb1-document", "application/xml")


@dataclass(frozen=True, slots=True)
class _Package:
    """The file in which a book says what it is and which of its parts are its chapters."""

    root: Element
    folder: str

    def named(self, name: str) -> list[Element]:
        return [element for element in self.root.iter() if local_name(element) == name]

    def stated(self, name: str) -> list[Element]:
        """What the book says of itself under `name`, which no honest one does more than a few times."""
        return self.named(name)[:AUTHORS]

    def refined(self, element: Element, what: str) -> str:
        """What the book adds to one of its statements: an attribute in EPUB 2, an element of its own in EPUB 3."""
        for name, value in element.attrib.items():
            if str(name).rpartition("}")[2] == what:
                return str(value).strip().lower()
        target = f"#{element.get('id', '')}"
        for meta in self.named("meta"):
            if meta.get("refines") == target and meta.get("property") == what:
                return _words(meta).lower()
        return ""

    def path(self, href: str) -> str:
        """The name, in the zip file, of what `href` points to."""
        return posixpath.normpath(posixpath.join(self.folder, unquote(href.partition("#")[0])))


def read_epub(data: bytes) -> Draft:
    """The draft of an e-book whose parts `zipped` has looked over. Raises Unreadable when it is damaged or locked."""
    with ZipFile(BytesIO(data)) as archive:
        package = _package(archive)
        chapters = _chapters(package)
        _check(archive, frozenset(chapters))
        blocks: list[str] = []
        size, missing = 0, 0
        for chapter in chapters:
            part = _part(archive, chapter)
            found = chapter_blocks(part) if part else []
            missing += not part
            size += sum(map(len, found))
            blocks += found
            if size > 1_000_000:  # a long book: before the whole of it is put together
                check_size("\n\n".join(blocks))
    if missing == len(chapters):
        raise Unreadable(_DAMAGED)
    draft = Draft.create(
        "\n\n".join(blocks),
        title=_title(package),
        authors=_authors(package),
        published=_published(package),
        language=next(filter(None, map(_words, package.stated("language"))), None),
    )
    note = f"{missing} of its {len(chapters)} parts are missing or damaged, and the others were read" if missing else ""
    return replace(draft, note=note)


def _package(archive: ZipFile) -> _Package:
    container = xml_tree(_part(archive, "META-INF/container.xml") or b"")
    files = [one for one in container.iter() if local_name(one) == "rootfile"] if container is not None else []
    path = unquote(next((file.get("full-path", "") for file in files), ""))
    root = xml_tree(_part(archive, path) or b"")
    if root is None:
        raise Unreadable(_DAMAGED)
    return _Package(root, posixpath.dirname(path))


def _chapters(package: _Package) -> list[str]:
    """The names of the parts to read, in order and each once, the table of contents left out."""
    parts = {item.get("id"): item for item in package.named("item")}
    contents = {package.path(one.get("href", "")) for one in package.named("reference") if one.get("type") == "toc"}
    paths: dict[str, None] = {}
    for reference in package.named("itemref"):
        item = parts.get(reference.get("idref"))
        if item is None or item.get("media-type", _CHAPTERS[0]) not in _CHAPTERS:
            continue
        path = package.path(item.get("href", ""))
        if path not in contents and "nav" not in item.get("properties", "").split():
            paths.setdefault(path)
    return list(paths)


def _check(archive: ZipFile, chapters: frozenset[str]) -> None:
    """Raises Unreadable when these chapters of a book cannot be read, or are too much."""
    if not chapters:
        raise Unreadable(_DAMAGED)
    if not chapters.isdisjoint(_locked(archive)):
        raise Unreadable(_LOCKED)
    if sum(part.file_size for part in archive.infolist() if part.filename in chapters) > _CHAPTER_BYTES:
        raise Unreadable(f"it holds more than {_CHAPTER_BYTES // 1_000_000} MB of text: cut it into several books")


def _locked(archive: ZipFile) -> set[str]:
    """The parts that are encrypted. In a book that is free to be read these are fonts at most."""
    tree = xml_tree(_part(archive, "META-INF/encryption.xml") or b"")
    if tree is None:
        return set()
    return {unquote(one.get("URI", "")) for one in tree.iter() if local_name(one) == "cipherreference"}


def _part(archive: ZipFile, name: str) -> bytes | None:
    """The bytes of a part; None when it is not there or cannot be unpacked."""
    try:
        return archive.read(name) or None
    except (KeyError, BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        return None


def _title(package: _Package) -> str:
    titles = package.stated("title")
    main = [title for title in titles if package.refined(title, "title-type") == "main"]
    return next(filter(None, map(_words, main + titles)), "")


def _authors(package: _Package) -> Iterator[str]:
    creators = package.stated("creator")
    authors = [one for one in creators if package.refined(one, "role") in ("aut", "")]
    yield from (name for name in map(_words, authors or creators) if name.lower() not in ("unknown", "various"))


def _published(package: _Package) -> date | None:
    """The day it names as that of its publication; a year or a month alone is no day."""
    days = [(package.refined(one, "event"), first_day(_words(one))) for one in package.stated("date")]
    ranked = [day for event in ("publication", "") for named, day in days if named == event and day]
    return next((day for day in ranked if day <= date.today()), None)


def _words(element: Element) -> str:
    return re.sub(r"\s+", " ", "".join(str(text) for text in element.itertext())).strip()
