"""The truth of a library, in SQLite: articles in their versions, passages with their vectors, settings."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from .catalog_reader import CatalogReader
from .errors import UnknownArticle
from .records import ARTICLE, Entry, Prepared, article_values
from .schema import catalog_errors, open_catalog


class Catalog(CatalogReader):
    """The owner's side of it. A method that changes anything is one transaction."""

    def __init__(self, path: Path) -> None:
        """Opens the file, made when there is none. Raises StoreFailed or StoreMismatch."""
        super().__init__(path)
        self.changes = 0  # rises with each change, so that others know that what they hold is old

    def _opened(self, path: Path) -> sqlite3.Connection:
        return open_catalog(path)

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        with self._lock, catalog_errors(self.path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:  # a full disk ends the transaction by itself
                    self._db.execute("ROLLBACK")
                raise
            finally:
                self.changes += 1

    def remember(self, **values: str | None) -> None:
        """Remembers values by name, all or none; None forgets."""
        with self._changing() as db:
            for name, value in values.items():
                db.execute("DELETE FROM settings WHERE name = ?", (name,))
                if value is not None:
                    db.execute("INSERT INTO settings VALUES (?, ?)", (name, value))

    def copy_to(self, path: Path) -> None:
        """Writes the whole catalog to a new file."""
        with self._reading() as db, catalog_errors(path):
            copy = sqlite3.connect(path)
            try:
                db.backup(copy)
            finally:
                copy.close()

    # The way of an article: pending, ready, retired; or removed

    def store(self, prepared: Iterable[Prepared]) -> None:
        """Stores new versions as pending, with their passages and vectors."""
        now = datetime.now(UTC).isoformat()
        with self._changing() as db:
            for one in prepared:
                row = db.execute(
                    f"INSERT INTO articles (state, characters, passages, added_at, {ARTICLE}) "
                    f"VALUES ('pending', ?, ?, ?{', ?' * 9})",
                    (len(one.article.text), len(one.passages), now, *article_values(one.article)),
                ).lastrowid
                self._store_passages(row, one)

    def _store_passages(self, row: int | None, prepared: Prepared) -> None:
        pairs = enumerate(zip(prepared.passages, prepared.vectors, strict=True))
        self._db.executemany(
            "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?)",
            ((row, n, one.start, one.end, one.heading, vector.tobytes()) for n, (one, vector) in pairs),
        )

    def replace_passages(self, prepared: Prepared) -> None:
        """Gives an article's ready version other passages."""
        with self._changing() as db:
            row, _ = db.execute(
                "SELECT row, id FROM articles WHERE id = ? AND version = ?",
                (prepared.article.id, prepared.article.version),
            ).fetchone()
            db.execute("DELETE FROM passages WHERE article = ?", (row,))
            db.execute("UPDATE articles SET passages = ? WHERE row = ?", (len(prepared.passages), row))
            self._store_passages(row, prepared)

    def make_ready(self) -> None:
        """Makes every pending version ready, and retires what it replaces."""
        with self._changing() as db:
            db.execute(
                "UPDATE articles SET state = 'retired' WHERE state = 'ready' "
                "AND id IN (SELECT id FROM articles WHERE state = 'pending')"
            )
            db.execute("UPDATE articles SET state = 'ready' WHERE state = 'pending'")

    def mark_removed(self, ids: Sequence[str]) -> list[Entry]:
        """Takes every version of these articles out of sight; their entries as they were.

        Raises UnknownArticle naming those that are not there, and changes nothing then.
        """
        with self._changing() as db:
            wanted = json.dumps(list(dict.fromkeys(ids)))
            entries = {entry.id: entry for entry in self._entries("id IN (SELECT value FROM json_each(?))", wanted)}
            if missing := [id for id in dict.fromkeys(ids) if id not in entries]:
                raise UnknownArticle(f"no article has the id {', '.join(missing)}: `pincite list` shows the ids")
            db.execute("UPDATE articles SET state = 'removed' WHERE id IN (SELECT value FROM json_each(?))", (wanted,))
        return [entries[id] for id in dict.fromkeys(ids)]

    def forget_gone(self) -> None:
        """Forgets what has left the indexes: passages of retired versions, everything of removed ones."""
        with self._changing() as db:
            removed = db.execute("DELETE FROM articles WHERE state = 'removed'").rowcount
            db.execute("DELETE FROM passages WHERE article IN (SELECT row FROM articles WHERE state = 'retired')")
        if removed:  # the log still holds the old pages
            with self._reading() as db:
                db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
