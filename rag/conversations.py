"""The conversations that a library's window keeps: one SQLite file beside the catalog.

Whoever asks is an `owner`, a name that the server gives; nothing here hands one owner what is another's.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import RLock
from typing import Any, Literal

from ..index import PinciteError, StoreFailed

FILE = "conversations.sqlite"
TITLE_CHARS = 80
MOST_KEPT = 60  # exchanges of one conversation; the oldest go first

_SCHEMA = 1
_TABLES = """
CREATE TABLE conversations (
    id TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    title TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX by_owner ON conversations (owner, changed_at);
CREATE TABLE exchanges (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    question TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('done', 'stopped', 'failed')),
    asked_at TEXT NOT NULL,
    filters TEXT NOT NULL,
    judged TEXT NOT NULL,
    answer TEXT NOT NULL
);
CREATE INDEX by_conversation ON exchanges (conversation, row);
"""


class UnknownConversation(PinciteError):
    """No conversation of this owner has this id."""


@dataclass(frozen=True, slots=True)
class Said:
    """A question and what came of it. `answer` is as `to_json` makes it; of a failure only its text says why."""

    question: str
    state: Literal["done", "stopped", "failed"]
    answer: Mapping[str, Any]
    asked_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    filters: Mapping[str, Any] = field(default_factory=dict)  # which articles were asked, as chosen
    judged: Mapping[str, Any] = field(default_factory=dict)  # what its reader thought of it: verdict, note, at


@dataclass(frozen=True, slots=True)
class Heading:
    """What a list of conversations shows of one."""

    id: str
    title: str
    changed_at: datetime
    questions: int


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation, its exchanges in the order they were said."""

    id: str
    title: str
    changed_at: datetime
    said: tuple[Said, ...]


class Conversations:
    """What is kept. Every method may be called from any thread; `UnknownConversation` also means another owner's."""

    def __init__(self, path: Path) -> None:
        """Opens the file, made when there is none. Raises StoreFailed."""
        self.path = path
        self._lock = RLock()
        with self._errors():
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=5)
            self._db.create_function("fold", 1, str.casefold, deterministic=True)
            for pragma in ("journal_mode = WAL", "foreign_keys = ON", "secure_delete = ON", "synchronous = NORMAL"):
                self._db.execute(f"PRAGMA {pragma}")
            version = self._db.execute("PRAGMA user_version").fetchone()[0]
            if version > _SCHEMA:
                raise StoreFailed(f"{path} was written by a newer pincite: upgrade pincite, or move the file away")
            if not version:
                self._db.executescript(f"BEGIN IMMEDIATE; {_TABLES} PRAGMA user_version = {_SCHEMA}; COMMIT;")
            self._db.execute("DELETE FROM conversations WHERE deleted")  # nobody can ask for them back any more
        path.chmod(0o600)

    def close(self) -> None:
        """Closes the file. Closing twice does nothing."""
        with self._lock:
            self._db.close()

    def list(self, owner: str, wanted: str = "") -> list[Heading]:
        """The owner's conversations whose title, questions or answers hold `wanted`, the last changed first."""
        with self._using() as db:
            found = db.execute(
                "SELECT id, title, changed_at, (SELECT count(*) FROM exchanges WHERE conversation = id) "
                "FROM conversations WHERE owner = ?1 AND NOT deleted AND (?2 = '' OR instr(fold(title), ?2) OR EXISTS "
                "(SELECT 1 FROM exchanges WHERE conversation = id AND "
                "(instr(fold(question), ?2) OR instr(fold(answer ->> 'text'), ?2)))) ORDER BY changed_at DESC "
                "LIMIT 500",
                (owner, wanted.strip().casefold()),
            ).fetchall()
        return [Heading(id, title, datetime.fromisoformat(changed), count) for id, title, changed, count in found]

    def read(self, owner: str, id: str) -> Conversation:
        """One conversation. Raises UnknownConversation."""
        with self._using() as db:
            title, changed = self._own(owner, id)
            found = db.execute(
                "SELECT question, state, asked_at, filters, judged, answer FROM exchanges "
                "WHERE conversation = ? ORDER BY row",
                (id,),
            ).fetchall()
        return Conversation(id, title, datetime.fromisoformat(changed), tuple(_said(row) for row in found))

    def keep(self, owner: str, id: str, said: Said, *, at: int | None = None) -> None:
        """Puts `said` behind the conversation, begun when there is none; with `at`, in the place of that exchange
        (from 0) and all behind it. Raises UnknownConversation for an id of another owner."""
        now = datetime.now(UTC).isoformat()
        with self._changing() as db:
            if not db.execute("SELECT 1 FROM conversations WHERE id = ?", (id,)).fetchone():
                title = _title(said.question)
                db.execute("INSERT INTO conversations VALUES (?, ?, ?, ?, 0)", (id, owner, title, now))
            self._own(owner, id)
            if at is not None:
                db.execute(
                    "DELETE FROM exchanges WHERE row IN "
                    "(SELECT row FROM exchanges WHERE conversation = ? ORDER BY row LIMIT -1 OFFSET ?)",
                    (id, at),
                )
            values = (said.question, said.state, said.asked_at.isoformat(), _text(said.filters), _text(said.judged))
            db.execute(
                "INSERT INTO exchanges (conversation, question, state, asked_at, filters, judged, answer) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                (id, *values, _text(said.answer)),
            )
            db.execute(
                "DELETE FROM exchanges WHERE conversation = ?1 AND row NOT IN "
                "(SELECT row FROM exchanges WHERE conversation = ?1 ORDER BY row DESC LIMIT ?2)",
                (id, MOST_KEPT),
            )
            db.execute("UPDATE conversations SET changed_at = ? WHERE id = ?", (now, id))

    def rename(self, owner: str, id: str, title: str) -> None:
        """Gives it another title. Raises UnknownConversation, ValueError for an empty title."""
        if not title.strip():
            raise ValueError("a conversation needs a title")
        with self._changing() as db:
            self._own(owner, id)
            db.execute("UPDATE conversations SET title = ? WHERE id = ?", (_title(title), id))

    def delete(self, owner: str, id: str) -> None:
        """Takes it away; until the file is opened anew, `restore` brings it back. Raises UnknownConversation."""
        with self._changing() as db:
            self._own(owner, id)
            db.execute("UPDATE conversations SET deleted = 1 WHERE id = ?", (id,))

    def restore(self, owner: str, id: str) -> None:
        """Undoes `delete`. Raises UnknownConversation."""
        with self._changing() as db:
            changed = db.execute(
                "UPDATE conversations SET deleted = 0 WHERE id = ? AND owner = ?", (id, owner)
            ).rowcount
            if not changed:
                raise UnknownConversation(f"there is no conversation {id[:40]!r} to bring back")

    def judge(self, owner: str, id: str, number: int, judged: Mapping[str, Any]) -> None:
        """Notes what the reader thinks of exchange `number` (from 0). Raises UnknownConversation."""
        with self._changing() as db:
            self._own(owner, id)
            changed = db.execute(
                "UPDATE exchanges SET judged = ? WHERE row = "
                "(SELECT row FROM exchanges WHERE conversation = ? ORDER BY row LIMIT 1 OFFSET ?)",
                (_text(judged), id, number),
            ).rowcount
            if not changed:
                raise UnknownConversation(f"the conversation has no exchange {number + 1}: open it again")

    def _own(self, owner: str, id: str) -> tuple[str, str]:
        found = self._db.execute(
            "SELECT title, changed_at FROM conversations WHERE id = ? AND owner = ? AND NOT deleted", (id, owner)
        ).fetchone()
        if not found or not owner:
            raise UnknownConversation(f"there is no conversation {id[:40]!r}: it was deleted, or is another visitor's")
        return found

    @contextmanager
    def _using(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._errors():
            yield self._db

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        with self._using() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:  # a full disk ends the transaction by itself
                    db.execute("ROLLBACK")
                raise

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as err:
            raise StoreFailed(f"{self.path} cannot be used ({err}): free some room, or move the file away") from err


def open_conversations(home: Path) -> Conversations:
    """The conversations of the library in the folder `home`. Raises StoreFailed."""
    return Conversations(home / FILE)


def new_id() -> str:
    """A name for a new conversation that nobody can guess."""
    return secrets.token_urlsafe(12)


def _said(row: tuple[Any, ...]) -> Said:
    question, state, asked_at, filters, judged, answer = row
    when = datetime.fromisoformat(asked_at)
    return Said(question, state, json.loads(answer), when, json.loads(filters), json.loads(judged))


def _text(value: Mapping[str, Any]) -> str:
    return json.dumps(dict(value), ensure_ascii=False)


def _title(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= TITLE_CHARS else line[:TITLE_CHARS].rsplit(" ", 1)[0] + " …"
