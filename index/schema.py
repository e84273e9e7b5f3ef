"""The catalog's tables, and how its file is opened."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from .errors import StoreFailed, StoreMismatch
from .faults import DiskFull, is_full

log = logging.getLogger(__name__)

_APPLICATION = 0x50494E43  # "PINC" in the file's header, so that another program's file is not taken for ours

# An article has one row for each version:
#   pending   stored, not yet in both indexes       ready     answers questions; at most one version of an article
#   retired   replaced; its text stays for the citations that point to it
#   removed   taken out by the user; gone with its text once it has left both indexes
# Passages of a retired or removed row are those that have yet to leave the indexes.
# `text` stands last: a row's long tail is then not read for its other columns.
_FIRST = """
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE articles (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'ready', 'retired', 'removed')),
    title TEXT NOT NULL,
    source TEXT NOT NULL,
    published TEXT,
    authors TEXT NOT NULL,
    language TEXT,
    digest TEXT NOT NULL,
    characters INTEGER NOT NULL,
    passages INTEGER NOT NULL,
    added_at TEXT NOT NULL,
    text TEXT NOT NULL,
    UNIQUE (id, version)
);
CREATE UNIQUE INDEX one_ready ON articles (id) WHERE state = 'ready';
CREATE INDEX by_state ON articles (state, id, version, source, published, passages);
CREATE TABLE passages (
    article INTEGER NOT NULL REFERENCES articles (row) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    start INTEGER NOT NULL,
    stop INTEGER NOT NULL,
    heading TEXT NOT NULL,
    vector BLOB NOT NULL,
    PRIMARY KEY (article, ordinal)
);
"""

#   pages      where each page of an article begins in its text, as JSON; none where there are no pages
#   checksum   of the text, so that `doctor` sees when a file system or a hand has changed it
#   signatures, bands, alike   which articles are copies of one text: see copies.py. Of ready and pending rows only
#   moved      the id of the article from `source`, where it is not the one that the source gives
# A library from before has articles without a signature: `unsigned` says that they are yet to be made.
_SECOND = """
ALTER TABLE articles ADD COLUMN pages TEXT NOT NULL DEFAULT '[]';
ALTER TABLE articles ADD COLUMN checksum TEXT NOT NULL DEFAULT '';
UPDATE articles SET checksum = checksum_of(text);
CREATE TABLE signatures (
    article INTEGER PRIMARY KEY REFERENCES articles (row) ON DELETE CASCADE,
    runs INTEGER NOT NULL,
    minhash BLOB NOT NULL
);
CREATE TABLE bands (band INTEGER NOT NULL, article INTEGER NOT NULL, PRIMARY KEY (band, article)) WITHOUT ROWID;
CREATE TABLE alike (article INTEGER NOT NULL, other INTEGER NOT NULL, PRIMARY KEY (article, other)) WITHOUT ROWID;
CREATE TABLE moved (source TEXT PRIMARY KEY, id TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX moved_to ON moved (id);
INSERT INTO settings SELECT 'unsigned', 'yes' WHERE EXISTS (SELECT 1 FROM articles);
"""

#   site       the name of the site or paper that an article is from, as that gives it; empty where it gives none
# The text is moved behind it, to stand last again: see above.
_THIRD = """
ALTER TABLE articles ADD COLUMN site TEXT NOT NULL DEFAULT '';
ALTER TABLE articles RENAME COLUMN text TO earlier;
ALTER TABLE articles ADD COLUMN text TEXT NOT NULL DEFAULT '';
UPDATE articles SET text = earlier;
ALTER TABLE articles DROP COLUMN earlier;
"""

# What makes the tables of version n from those of n - 1. A new file goes through all of it, so that there is one truth.
_STEPS = (_FIRST, _SECOND, _THIRD)
SCHEMA = len(_STEPS)  # an older pincite refuses a file of a higher one in words


def open_catalog(path: Path) -> sqlite3.Connection:
    """A connection to the catalog at `path`, made when there is none.

    Raises StoreMismatch for a newer pincite's file, StoreFailed for one that cannot be used.
    """
    with catalog_errors(path):
        try:
            return _opened(path, shared=True)
        except sqlite3.OperationalError:
            # Without room for its small shared-memory file SQLite opens only for one connection alone. That is
            # enough: there is one owner, with one connection, and reading must not need a write.
            return _opened(path, shared=False)


def checksum_of(text: str) -> str:
    """What tells one text from any other."""
    return sha256(text.encode("utf-8", "replace")).hexdigest()


def tables_of(db: sqlite3.Connection) -> set[tuple[str, ...]]:
    """Everything that is defined in a database, to be compared."""
    return set(db.execute("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_stat%'"))


def own_tables(version: int) -> set[tuple[str, ...]]:
    """What `tables_of` gives for a catalog of this version."""
    db = sqlite3.connect(":memory:")
    try:
        db.create_function("checksum_of", 1, checksum_of)
        db.executescript("".join(_STEPS[:version]))
        return tables_of(db)
    finally:
        db.close()


def read_catalog(path: Path) -> sqlite3.Connection:
    """A connection that only reads, beside the owner's."""
    with catalog_errors(path):
        return sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=ro", uri=True, isolation_level=None, timeout=5)


def _opened(path: Path, *, shared: bool) -> sqlite3.Connection:
    # One connection for all threads, each statement under the catalog's lock.
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=5)
    try:
        if not shared:
            db.execute("PRAGMA locking_mode = EXCLUSIVE")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA secure_delete = ON")  # what is removed is overwritten, not only unlinked
        db.execute("PRAGMA journal_size_limit = 67108864")
        _check(db, path)
    except BaseException:
        db.close()
        raise
    return db


def _check(db: sqlite3.Connection, path: Path) -> None:
    version = db.execute("PRAGMA user_version").fetchone()[0]
    application = db.execute("PRAGMA application_id").fetchone()[0]
    if version == 0 and not db.execute("SELECT 1 FROM sqlite_master").fetchone():
        _brought_up(db, 0)
    elif application != _APPLICATION:
        raise StoreFailed(f"{path} is another program's database: use another --home")
    elif version > SCHEMA:
        raise StoreMismatch(
            f"{path} was written by a newer pincite (its tables are version {version}, this one knows {SCHEMA}): "
            "upgrade pincite, or use another --home"
        )
    elif version < SCHEMA:
        log.info("%s: its tables are brought from version %d to %d", path, version, SCHEMA)
        _brought_up(db, version)


def _brought_up(db: sqlite3.Connection, version: int) -> None:
    """Takes the tables from `version` to this one, all or nothing."""
    db.create_function("checksum_of", 1, checksum_of, deterministic=True)
    marks = f"PRAGMA user_version = {SCHEMA}; PRAGMA application_id = {_APPLICATION};"
    try:
        db.executescript(f"BEGIN IMMEDIATE; {''.join(_STEPS[version:])} {marks} COMMIT;")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


@contextmanager
def catalog_errors(path: Path) -> Iterator[None]:
    """Turns what SQLite raises inside into StoreFailed, one sentence naming the file."""
    try:
        yield
    except sqlite3.Error as err:
        if is_full(err):
            raise DiskFull(path.parent) from err
        words = str(err).lower()
        if "closed database" in words:
            raise StoreFailed(f"{path.parent} is closed: open the library again") from err
        if "not a database" in words or "malformed" in words or "corrupt" in words:
            raise StoreFailed(
                f"{path} is damaged ({err}): put a backup in its place, "
                "or move the folder away and add the articles again"
            ) from err
        if "locked" in words:
            raise StoreFailed(f"{path} is held open by another program: close it there, then try again") from err
        raise StoreFailed(f"{path} cannot be used ({err}): see that the folder exists and can be written") from err
