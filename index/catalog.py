"""The truth of a library, in SQLite: articles in their versions, passages with their vectors, settings."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from .catalog_reader import CatalogReader
from .copies import forget_copies, note_copies
from .errors import UnknownArticle
from .records import ARTICLE, Entry, Prepared, article_values
from .schema import catalog_errors, checksum_of, open_catalog
from .types import article_id


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

    def keep_settings(self, names: Sequence[str]) -> None:
        """Forgets every other setting."""
        with self._changing() as db:
            db.execute("DELETE FROM settings WHERE name NOT IN (SELECT value FROM json_each(?))", (json.dumps(names),))

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
                sum = checksum_of(one.article.text)
                row = db.execute(
                    f"INSERT INTO articles (state, characters, passages, added_at, checksum, {ARTICLE}) "
                    f"VALUES ('pending', ?, ?, ?, ?{', ?' * 11})",
                    (len(one.article.text), len(one.passages), now, sum, *article_values(one.article)),
                ).lastrowid
                self._store_passages(row, one)
                note_copies(db, row or 0, one.article.id, one.article.text)

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
            forget_copies(db)
            removed = db.execute("DELETE FROM articles WHERE state = 'removed'").rowcount
            if removed:
                db.execute("DELETE FROM moved WHERE id NOT IN (SELECT id FROM articles)")
            db.execute("DELETE FROM passages WHERE article IN (SELECT row FROM articles WHERE state = 'retired')")
        if removed:  # the log still holds the old pages
            with self._reading() as db:
                db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def distrust_changed(self) -> None:
        """Makes articles whose text was changed by another hand count as never read, and drops such old versions."""
        changed = self.changed_texts()
        with self._changing() as db:
            for one in changed:
                values = (one.id, one.version)
                db.execute("UPDATE articles SET digest = 'changed' WHERE id = ? AND version = ?", values)
                db.execute(
                    "UPDATE articles SET state = 'removed' WHERE id = ? AND version = ? AND state = 'retired'", values
                )

    # Copies, and articles that moved

    def sign(self, articles: int = 100) -> int:
        """Finds copies among articles from before copies were kept, so many at most; how many there were."""
        with self._changing() as db:
            found = db.execute(
                "SELECT row, id, text FROM articles WHERE state = 'ready' "
                "AND row NOT IN (SELECT article FROM signatures) ORDER BY row LIMIT ?",
                (articles,),
            ).fetchall()
            for row, id, text in found:
                note_copies(db, row, id, text)
            if not found:
                db.execute("DELETE FROM settings WHERE name = 'unsigned'")
        return len(found)

    def move(self, id: str, source: str, digest: str) -> None:
        """Gives the ready version of an article another source, and the digest that goes with it."""
        with self._changing() as db:
            db.execute(
                "UPDATE articles SET source = ?, digest = ? WHERE id = ? AND state = 'ready'", (source, digest, id)
            )
            db.execute("DELETE FROM moved WHERE id = ?", (id,))
            db.execute("INSERT OR REPLACE INTO moved VALUES (?, ?)", (source, id))

    def settle_id(self, source: str, id: str) -> str:
        """The id for the article from `source`, where `id` is the one that the source gives.

        One that moved keeps its own wherever it is now; and what comes to its old place gets another.
        """
        with self._reading() as db:
            kept = db.execute("SELECT id FROM moved WHERE source = ?", (source,)).fetchone()
            taken = db.execute("SELECT 1 FROM moved WHERE id = ?", (id,)).fetchone()
        if kept or not taken:
            return kept[0] if kept else id
        n = 1
        while self.digest(other := article_id(f"{source}\n{n}")):
            n += 1
        with self._changing() as db:
            db.execute("INSERT INTO moved VALUES (?, ?)", (source, other))
        return other
