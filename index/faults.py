"""What the stores' libraries raise, told apart: the disk is full, or an index is hurt."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import StoreFailed

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_FULL_WORDS = ("disk is full", "disk full", "no space left", "os error 28", "os error 122", "quota exceeded")

_OURS = (MemoryError, ImportError, TypeError, NameError)
_PASSING = (KeyboardInterrupt, SystemExit, GeneratorExit, *_OURS)


class DiskFull(StoreFailed):
    """There is no room left where the library lives."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder}: the disk is full: make room, then do the same again (what was reported as added is kept)"
        )


class IndexHurt(Exception):
    """An index did not do what it was asked. It can be rebuilt from the catalog, so no caller outside sees this."""


def is_full(err: BaseException | None) -> bool:
    """Whether `err`, or what caused it, says that the disk is full."""
    while err is not None:
        if isinstance(err, DiskFull) or (isinstance(err, OSError) and err.errno in _FULL):
            return True
        # SQLite, Chroma and tantivy say it in words only.
        if any(words in str(err).lower() for words in _FULL_WORDS):
            return True
        err = err.__cause__ or err.__context__
    return False


@contextmanager
def index_errors(folder: Path | None, what: str) -> Iterator[None]:
    """Turns whatever a Rust library raises inside into DiskFull or IndexHurt.

    Also `PanicException`, which is what a panic in Rust becomes: it is no `Exception`, so that only naming
    those that must pass catches it. Our own mistakes pass, since no rebuilding mends them.
    """
    try:
        yield
    except (*_PASSING, DiskFull, IndexHurt):
        raise
    except BaseException as err:
        if folder and is_full(err):
            raise DiskFull(folder.parent) from err
        raise IndexHurt(f"{what} in {folder or 'memory'} failed: {str(err)[:300]}") from err
