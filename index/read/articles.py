"""Places to articles."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from ..errors import ReadFailed
from ..types import Article
from ..visits import Validators, Visit
from .draft import Draft, Unreadable
from .feeds import Entry
from .fetch import plain_address
from .files import Place, find_places, is_url, read_bytes, source_of
from .kinds import Kind, kind_of
from .reading import Reading
from .rows import row_articles
from .visitor import Visitor
from .worker import Worker

log = logging.getLogger(__name__)

# Plain text up to this size is read here, in a few milliseconds and by code that takes linear time. All else goes
# to the reading process, whose start takes about a third of a second.
_HERE_BYTES = 1_000_000
_MANY: tuple[Kind, ...] = ("feed", "opml", "table")  # kinds that hold any number of articles
_AS_USUAL = Reading()


def read(place: str | Path, how: Reading = _AS_USUAL) -> Article:
    """The article at `place`, a file or a web address; the first, where there are several. Raises ReadFailed."""
    name = os.fspath(place)
    if not is_url(name) and os.path.isdir(name):
        raise ReadFailed(source_of(os.path.abspath(name)), "it is a folder: name the files in it, or add the folder")
    for found in read_all([place], how):
        if isinstance(found, ReadFailed):
            raise found
        return found
    raise ReadFailed(str(place), "there is nothing to read there: check it")


def read_all(
    places: Iterable[str | Path | Place | ReadFailed] | str | Path, how: Reading = _AS_USUAL
) -> Iterator[Article | ReadFailed]:
    """The articles at `places`, folders walked in sorted order; what cannot be read is a ReadFailed in its place.

    A feed gives the articles it announces, each read at its own address; a list of feeds (OPML) what they all
    announce; a table (CSV, JSON lines) an article for each row.
    """
    with Worker() as worker:
        reader = Reader(worker, how)
        for place in find_places(places):
            if isinstance(place, ReadFailed):
                yield place
                continue
            try:
                yield from reader.at(place)
            except ReadFailed as failed:
                log.info("%s", failed)
                yield failed


@dataclass(frozen=True, slots=True)
class _Found:
    """Bytes, where they were found, and what is known of them."""

    source: str
    data: bytes
    kind: Kind
    suffix: str = ""
    url: str | None = None
    charset: str | None = None
    validators: Validators = field(default_factory=Validators)


class Reader:
    """Reads one place after another, with one reading process."""

    def __init__(self, worker: Worker, how: Reading) -> None:
        self._worker = worker
        self._how = how
        self._visitor = Visitor(allow_private=how.allow_private, pause_s=how.pause_s)

    def at(self, place: Place) -> Iterator[Article | ReadFailed]:
        """What is at `place`. Raises ReadFailed when that is nothing."""
        if place.is_url:
            yield from self._visited(place.name)
            return
        data, path = read_bytes(place), source_of(place.name)
        # The bytes themselves say whether a file has changed: times and sizes can deceive.
        as_it_is = Validators(path, sha256(data).hexdigest())
        before = self._how.visits.last(path) if self._how.visits else None
        if before and before.validators == as_it_is:
            yield from self._held(before)
            return
        found = _found(path, data, place.name)
        if found.kind in _MANY:
            yield from self._articles(found)
            return
        article = self._article(found)
        if self._how.visits:
            self._how.visits.remember(Visit(path, as_it_is, article.id, article.digest))
        yield article

    def _visited(self, url: str) -> Iterator[Article | ReadFailed]:
        """What is at `url`; what the library holds of it when that has not changed."""
        before = self._last(url)
        found = self._fetched(url, before)
        if found is None:
            held = self._held(before)
            self._how.found(len(held))
            yield from held
        elif found.kind in _MANY:
            yield from self._articles(found, asked=url)
        else:
            article = self._article(found)
            self._remember(url, found.validators, article)
            yield article

    def _last(self, url: str) -> Visit | None:
        return self._how.visits.last(plain_address(url)) if self._how.visits else None

    def _held(self, before: Visit | None) -> list[Article]:
        """What the library holds of an earlier visit."""
        return self._how.visits.articles(before) if self._how.visits and before else []

    def _fetched(self, url: str, before: Visit | None) -> _Found | None:
        """What `url` gives; None when that is what it gave `before`. Raises ReadFailed."""
        answer = self._visitor.fetch(url, before.validators if before else None)
        if answer.unchanged:
            return None
        suffix = os.path.splitext(urlsplit(answer.url).path)[1]
        kind = _kind(answer.data, suffix, url)
        return _Found(answer.url, answer.data, kind, suffix, answer.url, answer.charset, answer.validators)

    def _remember(
        self, url: str, validators: Validators, article: Article | None, *, stamp: str = "", feed: str = ""
    ) -> None:
        if self._how.visits and (validators or stamp):
            id, digest = (article.id, article.digest) if article else ("", "")
            self._how.visits.remember(Visit(plain_address(url), validators, id, digest, stamp, feed))

    def _articles(self, found: _Found, *, asked: str = "") -> Iterator[Article | ReadFailed]:
        """The article that was found, or all of them."""
        try:
            if found.kind == "feed":
                yield from self._feed(found, self._worker.entries(found.data, url=found.url), plain_address(asked))
            elif found.kind == "opml":
                yield from self._subscribed(found, self._worker.subscriptions(found.data))
            elif found.kind == "table":
                table = self._worker.table(found.data, suffix=found.suffix, columns=self._how.columns)
                self._how.found(len(table.rows))
                yield from row_articles(table, found.source, self._worker)
            else:
                yield self._article(found)
        except Unreadable as err:
            raise ReadFailed(found.source, str(err)) from err

    def _article(self, found: _Found) -> Article:
        try:
            if found.kind == "text" and len(found.data) <= _HERE_BYTES and not found.charset:
                from .text import read_text

                return _created(read_text(found.data), found)
            draft = self._worker.parse(found.data, kind=found.kind, declared=found.charset, url=found.url)
            return _created(draft, found)
        except Unreadable as err:
            raise ReadFailed(found.source, str(err)) from err

    def _subscribed(self, found: _Found, feeds: list[str]) -> Iterator[Article | ReadFailed]:
        """What the feeds of a list announce; a feed that cannot be read never stops the others."""
        self._how.found(len(feeds))
        for feed in feeds:
            try:
                if not is_url(feed):
                    raise ReadFailed(
                        feed, f"it is no web address, though {found.source} names it as a feed: mend it there"
                    )
                before = self._last(feed)
                inner = self._fetched(feed, before)
                if inner and inner.kind != "feed":
                    raise ReadFailed(feed, "there is no feed at this address: look for its new one on the site")
                yield from self._articles(inner, asked=feed) if inner else self._held(before)
            except ReadFailed as failed:
                log.info("%s", failed)
                yield failed

    def _feed(self, found: _Found, entries: list[Entry], asked: str) -> Iterator[Article | ReadFailed]:
        """The articles that a feed announces."""
        self._how.found(len(entries))
        whole = True
        for entry in entries:
            try:
                article = self._announced(entry, found.source, asked)
            except ReadFailed as failed:
                whole = False
                yield failed
            else:
                whole = whole and not article.note
                yield article
        if asked and whole:  # so that the feed need not even be sent again while it stays the same
            self._remember(asked, found.validators, None)

    def _announced(self, entry: Entry, feed: str, asked: str) -> Article:
        """The article at the address that a feed gives; the feed's own text of it when that cannot be read."""
        before = self._last(entry.link)
        if before and before.stamp == entry.stamp:
            return self._held(before)[0]
        try:
            found = self._fetched(entry.link, before)
            if found and found.kind in _MANY:
                raise ReadFailed(entry.link, "it is a feed or a table inside a feed: add it by itself")
            article = _announced_as(self._article(found), entry) if found else self._held(before)[0]
        except ReadFailed as failed:
            return self._told(entry, feed, failed)
        validators = found.validators if found else (before.validators if before else Validators())
        self._remember(entry.link, validators, article, stamp=entry.stamp, feed=asked)
        return article

    def _told(self, entry: Entry, feed: str, failed: ReadFailed) -> Article:
        """The article as far as the feed itself tells it. Raises `failed` when it tells nothing."""
        source = plain_address(entry.link) or f"{feed}#{entry.title}"
        try:
            article = _created(self._worker.entry(entry), _Found(source, b"", "feed", url=source))
        except Unreadable:
            raise failed from None
        log.info("%s; only the feed's own text of it is stored", failed)
        note = f"only the feed's own text is stored, since its page cannot be read ({failed.reason})"
        return replace(article, note=note)


def _found(source: str, data: bytes, name: str) -> _Found:
    suffix = os.path.splitext(name)[1]
    return _Found(source, data, _kind(data, suffix, source), suffix)


def _kind(data: bytes, suffix: str, source: str) -> Kind:
    try:
        return kind_of(data, suffix)
    except Unreadable as err:
        raise ReadFailed(source, str(err)) from err


def _announced_as(article: Article, entry: Entry) -> Article:
    """`article` with what only the feed knows of it."""
    return article.told(
        published=article.published or entry.published,
        authors=article.authors or entry.authors,
        site=article.site or entry.site,
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
        pages=draft.pages,
        site=draft.site,
        note=draft.note,
    )
