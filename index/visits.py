"""What addresses gave when they were last opened, so that what has not changed is not fetched again.

A file of its own beside the catalog, and no truth: it says only "this address gave that article, and the server called
it so". What the library no longer holds in just that form counts as never seen, so losing the file, or being killed
between two writes, costs a second fetch and nothing else.
"""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import astuple, dataclass, field
from importlib.metadata import version
from pathlib import Path
from threading import RLock

from .types import Article

log = logging.getLogger(__name__)

VISITS = "visits.sqlite"
_COLUMNS = "url, answered, etag, modified, article_id, digest, stamp, feed"
# `reader` is the pincite that read the page: a newer one may read it better, and so reads it again.
_TABLE = f"CREATE TABLE IF NOT EXISTS visits ({_COLUMNS}, reader, PRIMARY KEY (url))"


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server names one version of a page by."""

    answered: str = ""  # the address that answered, after redirects: they are of use there only
    etag: str = ""
    modified: str = ""

    def __bool__(self) -> bool:
        return bool(self.etag or self.modified)


@dataclass(frozen=True, slots=True)
class Visit:
    """What an address gave: an article, or (`article_id` empty) a feed whose entries are all stored."""

    url: str
    validators: Validators = field(default_factory=Validators)
    article_id: str = ""
    digest: str = ""
    stamp: str = ""  # what the feed said of it then, as a digest
    feed: str = ""  # the address of the feed that announced it


class Visits:
    """The visits of one library. A damaged file is begun anew; any number of threads may use it."""

    def __init__(self, home: Path, digest_of: Callable[[str], str | None], article: Callable[[str], Article]) -> None:
        self._path = home / VISITS
        self._digest_of = digest_of  # of an article's ready version
        self._article = article
        self._reader = version("pincite")  # read from a file each time it is asked for
        self._lock = RLock()
        self._db: sqlite3.Connection | None = None

    def last(self, url: str) -> Visit | None:
        """The last visit to `url`, if the library still holds what it gave, all of it."""
        found = self._rows("url = ?", url)
        if not found:
            return None
        given = found if found[0].article_id else self._rows("feed = ?", url)
        return found[0] if given and all(self._digest_of(one.article_id) == one.digest for one in given) else None

    def articles(self, visit: Visit) -> list[Article]:
        """The articles that `visit`, which `last` gave, came home with."""
        given = [visit] if visit.article_id else self._rows("feed = ?", visit.url)
        return [self._article(one.article_id) for one in given]

    def remember(self, visit: Visit) -> None:
        """Keeps `visit` in place of an older one to the same address."""
        values = (visit.url, *astuple(visit.validators), visit.article_id, visit.digest, visit.stamp, visit.feed)
        self._do(f"INSERT OR REPLACE INTO visits VALUES (?{', ?' * 8})", *values, self._reader)

    def below(self, folder: str) -> dict[str, str]:
        """The articles that files below `folder` gave, by path; those that a web address gave too are left out."""
        if not self._path.exists():
            return {}
        within = folder.rstrip("/\\") + os.sep
        found = self._do(
            "SELECT url, article_id FROM visits WHERE substr(url, 1, ?) = ? AND article_id != '' "
            "AND article_id NOT IN (SELECT article_id FROM visits WHERE url LIKE 'http%')",
            len(within),
            within,
        )
        return {str(url): str(article_id) for url, article_id, *_ in found}

    def forget(self, article_ids: list[str]) -> None:
        """Forgets where these articles came from."""
        if self._path.exists():
            for id in article_ids:
                self._do("DELETE FROM visits WHERE article_id = ?", id)

    def close(self) -> None:
        """Closes the file."""
        with self._lock:
            if self._db:
                self._db.close()
            self._db = None

    def _rows(self, where: str, value: str) -> list[Visit]:
        if not self._path.exists():
            return []
        query = f"SELECT {_COLUMNS} FROM visits WHERE {where} AND reader = ? ORDER BY rowid"
        return [
            Visit(url, Validators(answered, etag, modified), article_id, digest, stamp, feed)
            for url, answered, etag, modified, article_id, digest, stamp, feed in self._do(query, value, self._reader)
        ]

    def _do(self, statement: str, *values: str | int) -> list[tuple[str, ...]]:
        with self._lock:
            try:
                return self._opened().execute(statement, values).fetchall()
            except sqlite3.Error as err:
                log.warning("%s cannot be used (%s) and is begun anew; pages are fetched again", self._path, err)
                self.close()
                with suppress(OSError):
                    self._path.unlink(missing_ok=True)
                return []

    def _opened(self) -> sqlite3.Connection:
        if self._db is None:
            self._db = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
            # A lost write costs a second look at a page or a file, so none is waited for.
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.execute(_TABLE)
            self._db.execute("CREATE INDEX IF NOT EXISTS by_article ON visits (article_id)")
        return self._db
