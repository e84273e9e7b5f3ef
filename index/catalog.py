"""The truth of a library, in SQLite: articles in their versions, passages with their vectors, settings."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import RLock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import UnknownArticle
from .records import (
    ARTICLE,
    ENTRY,
    Entry,
    Prepared,
    Row,
    State,
    article_of,
    article_values,
    day_of,
    entry_of,
    parsed,
    passage_of,
)
from .schema import catalog_errors, open_catalog, read_catalog
from .types import Article, Filters, Passage


class Catalog:
    """One SQLite file. Every method may be called from any thread; a method that changes is one transaction."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        """Opens the file, made when there is none. Raises StoreFailed or StoreMismatch."""
        self.path = path
        self._db = read_catalog(path) if read_only else open_catalog(path)
        self._lock = RLock()
        self.changes = 0  # rises with each change of what is ready, so that others know what they hold is old

    def close(self) -> None:
        """Closes the file. Closing twice does nothing."""
        with self._lock:
            self._db.close()

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock, catalog_errors(self.path):
            yield self._db

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

    # Settings

    def setting(self, name: str) -> str | None:
        """What was remembered under `name`."""
        with self._reading() as db:
            found = db.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
        return found[0] if found else None

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

    def faults(self) -> list[str]:
        """What SQLite's own check finds wrong with the file."""
        with self._reading() as db:
            found = [row[0] for row in db.execute("PRAGMA quick_check(3)")]
        return [] if found == ["ok"] else [f"the catalog is damaged: {line}" for line in found]

    # The way of an article: pending, ready, retired; or removed

    def next_version(self, id: str) -> int:
        """The number that the next text of this article gets."""
        with self._reading() as db:
            return db.execute("SELECT coalesce(max(version), 0) + 1 FROM articles WHERE id = ?", (id,)).fetchone()[0]

    def digest(self, id: str) -> str | None:
        """The digest of the ready version, if there is one."""
        with self._reading() as db:
            found = db.execute("SELECT digest FROM articles WHERE id = ? AND state = 'ready'", (id,)).fetchone()
        return found[0] if found else None

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

    # What is there

    def entries(self) -> list[Entry]:
        """Every ready article, the newest added first."""
        with self._reading():
            return self._entries("TRUE")

    def _entries(self, where: str, *values: str) -> list[Entry]:
        found = self._db.execute(
            f"SELECT {ENTRY} FROM articles WHERE state = 'ready' AND {where} ORDER BY row DESC",
            values,
        )
        return [entry_of(row) for row in found]

    def article(self, id: str, version: int | None = None) -> Article:
        """The ready version, or the one asked for, retired ones too. Raises UnknownArticle."""
        which = "state = 'ready'" if version is None else "version = ? AND state IN ('ready', 'retired')"
        values = (id,) if version is None else (id, version)
        with self._reading() as db:
            found = db.execute(f"SELECT {ARTICLE} FROM articles WHERE id = ? AND {which}", values).fetchone()
        if not found:
            named = id if version is None else f"{id} and the version {version}"
            raise UnknownArticle(f"no article has the id {named}: `pincite list` shows the ids")
        return article_of(found)

    def passages(self, id: str) -> list[Passage]:
        """The passages of the ready version, in order. Raises UnknownArticle."""
        with self._reading() as db:
            article = self.article(id)
            found = db.execute(
                "SELECT p.ordinal, p.start, p.stop, p.heading FROM passages p JOIN articles a ON p.article = a.row "
                "WHERE a.id = ? AND a.version = ? ORDER BY p.ordinal",
                (id, article.version),
            ).fetchall()
        return [passage_of(article, *row) for row in found]

    def load(self, passage_ids: Sequence[str]) -> list[tuple[Passage, Article]]:
        """Passages with their articles, in the order asked; those of no ready version are left out."""
        found: list[tuple[Passage, Article]] = []
        articles: dict[tuple[str, int], Article] = {}
        with self._reading():
            for (id, version, ordinal), (start, stop, heading) in self._at(passage_ids, "p.start, p.stop, p.heading"):
                if (id, version) not in articles:
                    articles[id, version] = self.article(id, version)
                article = articles[id, version]
                found.append((passage_of(article, ordinal, start, stop, heading), article))
        return found

    def vectors(self, passage_ids: Sequence[str], dim: int) -> NDArray[np.float32]:
        """Their vectors, shape (len(passage_ids), dim); zeros for those of no ready version."""
        vectors = np.zeros((len(passage_ids), dim), np.float32)
        places: dict[str, list[int]] = {}
        for n, id in enumerate(passage_ids):
            places.setdefault(id, []).append(n)
        with self._reading():
            for (id, version, ordinal), (blob,) in self._at(list(places), "p.vector"):
                vectors[places[f"{id}:{version}:{ordinal}"]] = np.frombuffer(blob, np.float32)
        return vectors

    def _at(self, passage_ids: Sequence[str], columns: str) -> Iterator[tuple[tuple[str, int, int], tuple[Any, ...]]]:
        """For each id of a ready passage, in order: its parts and the columns."""
        for passage_id in passage_ids:
            if not (parts := parsed(passage_id)):
                continue
            found = self._db.execute(
                f"SELECT {columns} FROM articles a JOIN passages p ON p.article = a.row "
                "WHERE a.id = ? AND a.version = ? AND a.state = 'ready' AND p.ordinal = ?",
                parts,
            ).fetchone()
            if found:
                yield parts, found

    def ready_versions(self, article_ids: Iterable[str]) -> dict[str, int]:
        """The ready version of each of these articles that has one."""
        with self._reading() as db:
            return dict(
                db.execute(
                    "SELECT id, version FROM articles WHERE state = 'ready' AND id IN (SELECT value FROM json_each(?))",
                    (json.dumps(list(set(article_ids))),),
                ).fetchall()
            )

    def count(self) -> tuple[int, int]:
        """How many articles and passages are ready."""
        with self._reading() as db:
            found = db.execute("SELECT count(*), total(passages) FROM articles WHERE state = 'ready'").fetchone()
        return found[0], int(found[1])

    def admitted(self, filters: Filters) -> dict[str, int]:
        """The ready articles that pass `filters`, each with its number of passages."""
        with self._reading() as db:
            found = db.execute("SELECT id, source, published, passages FROM articles WHERE state = 'ready'").fetchall()
        return {
            id: passages for id, source, published, passages in found if filters.admit(id, source, day_of(published))
        }

    # For the indexes

    def unsettled(self) -> dict[State, int]:
        """How many articles are in each state that a crash can leave: pending, removed, retired with passages."""
        with self._reading() as db:
            return dict(
                db.execute(
                    "SELECT state, count(*) FROM articles WHERE state IN ('pending', 'retired', 'removed') AND "
                    "(state != 'retired' OR EXISTS (SELECT 1 FROM passages WHERE article = row)) GROUP BY state"
                ).fetchall()
            )

    def passage_ids(self, *states: State) -> list[str]:
        """The ids of all passages in these states."""
        with self._reading() as db:
            found = db.execute(
                "SELECT a.id, a.version, p.ordinal FROM articles a JOIN passages p ON p.article = a.row "
                f"WHERE a.state IN ({', '.join('?' * len(states))}) ORDER BY a.row, p.ordinal",
                states,
            ).fetchall()
        return [f"{id}:{version}:{ordinal}" for id, version, ordinal in found]

    def rows(self, *states: State, articles: int = 200) -> Iterator[list[Row]]:
        """All passages in these states, in blocks of those of `articles` articles."""
        after = 0
        while block := self._block(states, after, articles):
            rows, after = block
            yield rows

    def _block(self, states: Sequence[State], after: int, articles: int) -> tuple[list[Row], int] | None:
        rows: list[Row] = []
        with self._reading() as db:
            # The keys first: sorted with their texts, each block would move the whole library.
            marks = ", ".join("?" * len(states))
            keys = db.execute(
                f"SELECT row FROM articles WHERE state IN ({marks}) AND row > ? ORDER BY row LIMIT ?",
                (*states, after, articles),
            ).fetchall()
            for (after,) in keys:
                article = article_of(db.execute(f"SELECT {ARTICLE} FROM articles WHERE row = ?", (after,)).fetchone())
                for n, start, stop, heading, blob in db.execute(
                    "SELECT ordinal, start, stop, heading, vector FROM passages WHERE article = ? ORDER BY ordinal",
                    (after,),
                ):
                    id, vector = f"{article.id}:{article.version}:{n}", np.frombuffer(blob, np.float32)
                    rows.append(Row(id, article.id, article.title, heading, article.text[start:stop], vector))
        return (rows, after) if keys else None

    def ready_vectors(self, article_ids: Iterable[str] | None, dim: int) -> tuple[list[str], NDArray[np.float32]]:
        """The ids of the ready passages, of these articles or all, and their vectors, one row each."""
        which, values = "", list[str]()
        if article_ids is not None:
            which, values = "AND a.id IN (SELECT value FROM json_each(?))", [json.dumps(list(article_ids))]
        with self._reading() as db:
            found = db.execute(
                "SELECT a.id, a.version, p.ordinal, p.vector FROM articles a JOIN passages p ON p.article = a.row "
                f"WHERE a.state = 'ready' {which} ORDER BY a.id, a.version, p.ordinal",
                values,
            ).fetchall()
        ids = [f"{id}:{version}:{ordinal}" for id, version, ordinal, _ in found]
        matrix = np.frombuffer(b"".join(row[3] for row in found), np.float32).reshape(len(ids), dim)
        return ids, matrix
