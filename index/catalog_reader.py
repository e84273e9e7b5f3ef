"""Reading the truth of a library: articles, passages, vectors, settings."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .copies import copies_of
from .errors import UnknownArticle
from .records import ARTICLE, ENTRY, Entry, Row, State, article_of, day_of, entry_of, parsed, passage_of
from .schema import catalog_errors, checksum_of, read_catalog
from .types import Article, Filters, Passage


class CatalogReader:
    """One SQLite file, to look into beside its owner. Every method may be called from any thread."""

    def __init__(self, path: Path) -> None:
        """Opens the file. Raises StoreFailed."""
        self.path = path
        self._db = self._opened(path)
        self._lock = RLock()

    def _opened(self, path: Path) -> sqlite3.Connection:
        return read_catalog(path)

    def close(self) -> None:
        """Closes the file. Closing twice does nothing."""
        with self._lock:
            self._db.close()

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock, catalog_errors(self.path):
            yield self._db

    def setting(self, name: str) -> str | None:
        """What was remembered under `name`."""
        with self._reading() as db:
            found = db.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
        return found[0] if found else None

    def faults(self) -> list[str]:
        """What SQLite's own check finds wrong with the file."""
        with self._reading() as db:
            found = [row[0] for row in db.execute("PRAGMA quick_check(3)")]
        return [] if found == ["ok"] else [f"the catalog is damaged: {line}" for line in found]

    def changed_texts(self) -> list[Entry]:
        """The versions whose text is not the one that was stored, ready ones first."""
        with self._reading() as db:
            db.create_function("checksum_of", 1, checksum_of, deterministic=True)
            found = db.execute(
                f"SELECT {ENTRY} FROM articles WHERE state IN ('ready', 'retired') AND checksum != checksum_of(text) "
                "ORDER BY state, row"
            ).fetchall()
        return [entry_of(row) for row in found]

    def misfits(self, dim: int) -> list[Entry]:
        """The ready articles whose passages do not lie in their text, are not all there, or lack a fitting vector."""
        with self._reading() as db:
            found = db.execute(
                "SELECT a.row FROM articles a LEFT JOIN passages p ON p.article = a.row WHERE a.state = 'ready' "
                "GROUP BY a.row HAVING count(p.ordinal) != a.passages OR coalesce(min(p.start), 0) < 0 "
                "OR coalesce(max(p.stop), 0) > a.characters OR coalesce(min(p.stop - p.start), 0) < 0 "
                "OR coalesce(max(p.ordinal), -1) != a.passages - 1 "
                "OR coalesce(min(length(p.vector)), ?) != ? OR coalesce(max(length(p.vector)), ?) != ?",
                [4 * dim] * 4,
            ).fetchall()
            return self._entries("row IN (SELECT value FROM json_each(?))", json.dumps([row for (row,) in found]))

    def checksums(self, ids: Iterable[str]) -> dict[str, str]:
        """Those of these articles by the checksum of their ready text."""
        with self._reading() as db:
            return dict(
                db.execute(
                    "SELECT checksum, id FROM articles "
                    "WHERE state = 'ready' AND id IN (SELECT value FROM json_each(?))",
                    (json.dumps(list(ids)),),
                ).fetchall()
            )

    # Articles

    def next_version(self, id: str) -> int:
        """The number that the next text of this article gets."""
        with self._reading() as db:
            return db.execute("SELECT coalesce(max(version), 0) + 1 FROM articles WHERE id = ?", (id,)).fetchone()[0]

    def digest(self, id: str) -> str | None:
        """The digest of the ready version, if there is one."""
        with self._reading() as db:
            found = db.execute("SELECT digest FROM articles WHERE id = ? AND state = 'ready'", (id,)).fetchone()
        return found[0] if found else None

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
            if version is None:
                raise UnknownArticle(f"no article has the id {id}: `pincite list` shows the ids")
            raise UnknownArticle(f"article {id} has no version {version}: `pincite show {id} --versions` lists them")
        return article_of(found)

    def versions(self, id: str) -> list[Entry]:
        """Every version of an article, the newest first. Raises UnknownArticle."""
        with self._reading() as db:
            found = db.execute(
                f"SELECT {ENTRY} FROM articles WHERE id = ? AND state IN ('ready', 'retired') ORDER BY version DESC",
                (id,),
            ).fetchall()
        if not found:
            raise UnknownArticle(f"no article has the id {id}: `pincite list` shows the ids")
        return [entry_of(row) for row in found]

    def copies(self, ids: Iterable[str]) -> dict[str, tuple[Entry, ...]]:
        """For each of these articles that has copies among the others: those, the first stored first."""
        with self._reading() as db:
            groups = copies_of(db, ids)
            wanted = json.dumps(list({other for others in groups.values() for other in others}))
            entries = self._entries("id IN (SELECT value FROM json_each(?))", wanted) if groups else []
        known = {entry.id: entry for entry in entries}
        return {id: tuple(known[other] for other in others) for id, others in groups.items()}

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
