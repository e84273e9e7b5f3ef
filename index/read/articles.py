"""Places to articles."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from ..errors import ReadFailed
from ..types import Article
from .draft import Draft, Unreadable
from .files import Place, find_places, is_url, read_bytes, source_of
from .kinds import kind_of
from .worker import Worker

log = logging.getLogger(__name__)

# Plain text up to this size is read here, in a few milliseconds and by code that takes linear time. All else goes
# to the reading process, whose start takes about a third of a second.
_HERE_BYTES = 1_000_000


def read(place: str | Path) -> Article:
    """The article at `place`, a file or a web address. Raises ReadFailed."""
    name = os.fspath(place)
    if not is_url(name) and os.path.isdir(name):
        raise ReadFailed(source_of(os.path.abspath(name)), "it is a folder: name the files in it, or add the folder")
    for found in read_all([place]):
        if isinstance(found, ReadFailed):
            raise found
        return found
    raise ReadFailed(str(place), "there is nothing to read there: check it")


def read_all(places: Iterable[str | Path | Place | ReadFailed] | str | Path) -> Iterator[Article | ReadFailed]:
    """The articles at `places`, folders walked in sorted order; what cannot be read is a ReadFailed in its place."""
    with Worker() as worker:
        for place in find_places(places):
            if isinstance(place, ReadFailed):
                yield place
                continue
            try:
                yield _read_file(place, worker)
            except ReadFailed as failed:
                log.info("%s", failed)
                yield failed


def _read_file(place: Place, worker: Worker) -> Article:
    data = read_bytes(place)
    source = source_of(place.name)
    try:
        kind = kind_of(data, os.path.splitext(place.name)[1])
        if kind == "text" and len(data) <= _HERE_BYTES:
            from .text import read_text

            return as_article(read_text(data), source)
        return as_article(worker.parse(data, kind=kind), source)
    except Unreadable as err:
        raise ReadFailed(source, str(err)) from err


def as_article(draft: Draft, source: str) -> Article:
    """The article that `draft` is, found at `source`."""
    return Article.create(
        draft.source or source,
        draft.text,
        title=draft.title,
        published=draft.published,
        authors=draft.authors,
        language=draft.language,
    )
