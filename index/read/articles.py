"""Places to articles."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ..errors import ReadFailed
from ..types import Article
from .draft import Draft, Unreadable
from .feeds import Entry
from .fetch import plain_address
from .files import Place, find_places, is_url, read_bytes, source_of
from .kinds import Kind, kind_of
from .worker import Worker

log = logging.getLogger(__name__)

# Plain text up to this size is read here, in a few milliseconds and by code that takes linear time. All else goes
# to the reading process, whose start takes about a third of a second.
_HERE_BYTES = 1_000_000


def read(place: str | Path, *, allow_private: bool = False) -> Article:
    """The article at `place`, a file or a web address. Raises ReadFailed."""
    name = os.fspath(place)
    if not is_url(name) and os.path.isdir(name):
        raise ReadFailed(source_of(os.path.abspath(name)), "it is a folder: name the files in it, or add the folder")
    for found in read_all([place], allow_private=allow_private):
        if isinstance(found, ReadFailed):
            raise found
        return found
    raise ReadFailed(str(place), "there is nothing to read there: check it")


def read_all(
    places: Iterable[str | Path | Place | ReadFailed] | str | Path, *, allow_private: bool = False
) -> Iterator[Article | ReadFailed]:
    """The articles at `places`, folders walked in sorted order; what cannot be read is a ReadFailed in its place.

    A feed gives the articles it announces, each read at its own address. `allow_private` lets addresses lead into
    private networks.
    """
    with Worker() as worker:
        for place in find_places(places):
            if isinstance(place, ReadFailed):
                yield place
                continue
            try:
                found = _fetched(place.name, allow_private) if place.is_url else _opened(place)
                yield from _articles(found, worker, allow_private)
            except ReadFailed as failed:
                log.info("%s", failed)
                yield failed


@dataclass(frozen=True, slots=True)
class _Found:
    """Bytes, where they were found, and what is known of them."""

    source: str
    data: bytes
    kind: Kind
    url: str | None = None
    charset: str | None = None


def _opened(place: Place) -> _Found:
    data, source = read_bytes(place), source_of(place.name)
    return _Found(source, data, _kind(data, place.name, source))


def _fetched(url: str, allow_private: bool) -> _Found:
    from .fetch import fetch

    answer = fetch(url, allow_private=allow_private)
    kind = _kind(answer.data, urlsplit(answer.url).path, url)
    return _Found(answer.url, answer.data, kind, answer.url, answer.charset)


def _kind(data: bytes, name: str, source: str) -> Kind:
    try:
        return kind_of(data, os.path.splitext(name)[1])
    except Unreadable as err:
        raise ReadFailed(source, str(err)) from err


def _articles(found: _Found, worker: Worker, allow_private: bool) -> Iterator[Article | ReadFailed]:
    """The article that was found; of a feed, those it announces."""
    if found.kind != "feed":
        yield _article(found, worker)
        return
    try:
        entries = worker.entries(found.data, url=found.url)
    except Unreadable as err:
        raise ReadFailed(found.source, str(err)) from err
    for entry in entries:
        try:
            yield _announced(entry, found.source, worker, allow_private)
        except ReadFailed as failed:
            yield failed


def _article(found: _Found, worker: Worker) -> Article:
    try:
        if found.kind == "text" and len(found.data) <= _HERE_BYTES and not found.charset:
            from .text import read_text

            return _created(read_text(found.data), found)
        return _created(worker.parse(found.data, kind=found.kind, declared=found.charset, url=found.url), found)
    except Unreadable as err:
        raise ReadFailed(found.source, str(err)) from err


def _announced(entry: Entry, feed: str, worker: Worker, allow_private: bool) -> Article:
    """The article at the address that a feed gives; the feed's own text of it when that cannot be read."""
    try:
        found = _fetched(entry.link, allow_private)
        if found.kind == "feed":
            raise ReadFailed(entry.link, "it is a feed inside a feed: add it by itself")
        article = _article(found, worker)
    except ReadFailed as failed:
        try:
            source = plain_address(entry.link) or f"{feed}#{entry.title}"
            article = _created(worker.entry(entry), _Found(source, b"", "feed"))
        except Unreadable:
            raise failed from None
        log.warning("%s; only the feed's own text of it is stored", failed)
        return article
    return Article.create(
        article.source,
        article.text,
        title=article.title,
        published=article.published or entry.published,
        authors=article.authors or entry.authors,
        language=article.language,
    )


def _created(draft: Draft, found: _Found) -> Article:
    # A file may name the address it was saved from; a page on the web may not pass for another's.
    source = found.source if found.url else draft.source or found.source
    return Article.create(
        source,
        draft.text,
        title=draft.title,
        published=draft.published,
        authors=draft.authors,
        language=draft.language,
    )
