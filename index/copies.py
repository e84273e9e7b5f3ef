"""Copies of one text among the articles: found when an article is stored, kept in the catalog's tables.

`alike` holds the pairs that were compared word for word and passed, in both directions. Articles that such pairs join
are one group. A signature finds whom to compare with; it never decides.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from .likeness import alike, bands, likely, shingles, signature

_COMPARED = 20  # texts at most, for one new article: those that share most bands
_JOINED = 5  # of them at most: one is enough to be in the group, the others keep it together when one is removed

# Whoever can be reached over pairs, through ready articles only.
_REACHED = """
WITH RECURSIVE reached (start, row) AS (
    SELECT row, row FROM articles WHERE state = 'ready' AND id IN (SELECT value FROM json_each(?))
    UNION
    SELECT reached.start, alike.other FROM reached JOIN alike ON alike.article = reached.row
    JOIN articles ON articles.row = alike.other WHERE articles.state = 'ready'
)
SELECT a.id, b.id FROM reached JOIN articles a ON a.row = reached.start JOIN articles b ON b.row = reached.row
WHERE reached.start != reached.row ORDER BY reached.start, reached.row
"""


def note_copies(db: sqlite3.Connection, row: int, id: str, text: str) -> None:
    """Keeps the signature of the article in `row`, and joins it with those that it is a copy of."""
    runs = shingles(text)
    minhash = signature(runs)
    found = bands(minhash)
    pairs = [(row, other) for other in _copies(db, id, text, len(runs), minhash)] if found else []
    db.execute("INSERT OR REPLACE INTO signatures VALUES (?, ?, ?)", (row, len(runs), minhash.tobytes()))
    db.executemany("INSERT OR IGNORE INTO bands VALUES (?, ?)", ((band, row) for band in found))
    db.executemany("INSERT OR IGNORE INTO alike VALUES (?, ?)", [*pairs, *((two, one) for one, two in pairs)])


def _copies(db: sqlite3.Connection, id: str, text: str, runs: int, minhash: NDArray[np.uint32]) -> list[int]:
    """The rows of other articles that are copies of `text`, which has so many runs and this signature."""
    candidates = db.execute(
        "SELECT s.article, s.runs, s.minhash FROM ("
        "  SELECT article, count(*) AS shared FROM bands WHERE band IN (SELECT value FROM json_each(?))"
        "  GROUP BY article ORDER BY shared DESC, article LIMIT ?"
        ") AS near JOIN signatures s ON s.article = near.article JOIN articles a ON a.row = near.article "
        "WHERE a.id != ? AND a.state IN ('ready', 'pending') ORDER BY near.shared DESC, near.article",
        (json.dumps(bands(minhash)), _COMPARED, id),
    ).fetchall()
    joined: list[int] = []
    for other, size, blob in candidates:
        if len(joined) < _JOINED and likely(minhash, np.frombuffer(blob, np.uint32), (runs, size)):
            [theirs] = db.execute("SELECT text FROM articles WHERE row = ?", (other,)).fetchone()
            if alike(text, theirs):
                joined.append(other)
    return joined


def forget_copies(db: sqlite3.Connection) -> None:
    """Forgets the signatures and pairs of articles that no longer answer."""
    gone = "(SELECT s.article FROM signatures s JOIN articles a ON a.row = s.article "
    gone += "WHERE a.state IN ('retired', 'removed'))"
    rows = db.execute(f"SELECT article, minhash FROM signatures WHERE article IN {gone}").fetchall()
    for row, blob in rows:
        found = bands(np.frombuffer(blob, np.uint32))
        db.executemany("DELETE FROM bands WHERE band = ? AND article = ?", ((band, row) for band in found))
        others = db.execute("SELECT other FROM alike WHERE article = ?", (row,)).fetchall()
        db.executemany("DELETE FROM alike WHERE article = ? AND other = ?", ((other, row) for (other,) in others))
        db.execute("DELETE FROM alike WHERE article = ?", (row,))
        db.execute("DELETE FROM signatures WHERE article = ?", (row,))


def copies_of(db: sqlite3.Connection, ids: Iterable[str]) -> dict[str, list[str]]:
    """For each of these ready articles that has copies: the ids of the others in its group, the first stored first."""
    groups: dict[str, list[str]] = {}
    for id, other in db.execute(_REACHED, (json.dumps(list(set(ids))),)):
        groups.setdefault(id, []).append(other)
    return groups
