"""A whole library to one file, and back: articles in all their versions, conversations, own cases."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from ..index import Packed, check_database, pack, tables_of, unpack
from . import conversations, own_cases
from .settings import read_settings

_BESIDE = (conversations.FILE, own_cases.FILE)


def export_library(file: str | Path, home: str | Path | None = None) -> Packed:
    """Writes the library in `home` to a new `file`, while it is in use or not; what it holds.

    Raises StoreFailed when there is no library, when the file exists, or when it cannot be written.
    """
    return pack(_home(home), Path(file).expanduser().absolute(), _BESIDE)


def import_library(file: str | Path, home: str | Path | None = None) -> Packed:
    """Makes the library in `home`, where there is none yet, from what `export_library` wrote.

    Raises StoreFailed, and makes nothing, when `home` holds anything or the file is not as it was written.
    """
    beside = {conversations.FILE: _check_conversations, own_cases.FILE: lambda _: None}
    return unpack(Path(file).expanduser().absolute(), _home(home), beside)


def _home(home: str | Path | None) -> Path:
    return read_settings(home=Path(home).expanduser() if home is not None else None).home.absolute()


def _check_conversations(path: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        conversations.open_conversations(Path(folder)).close()
        with closing(sqlite3.connect(Path(folder) / conversations.FILE)) as db:
            tables = tables_of(db)
    check_database(path, tables)
