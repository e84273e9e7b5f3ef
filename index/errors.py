"""What can go wrong, one class for each thing a caller can act on.

    PinciteError
    ├── ReadFailed         one file or page could not become an article (the rest of a batch goes on)
    ├── LibraryBusy        another process holds the library
    ├── StoreFailed        the library's files cannot be read or written
    ├── StoreMismatch      the library was built with another embedder, other settings or a newer pincite
    ├── UnknownArticle     no article has this id
    ├── QuestionRefused    the question is empty or too long
    ├── SettingRefused     an environment variable or flag has a value that cannot be used
    └── ModelFailed        a model cannot be loaded or did not answer
        └── ModelBusy      it is over its limit: ask again later

A message says what failed, on which value, and what to do. The terminal prints it as its one line.
"""

from __future__ import annotations


class PinciteError(Exception):
    """The root of every error this package raises on purpose."""


class ReadFailed(PinciteError):
    """`source` could not become an article, for `reason`, one sentence with its cure."""

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(f"{source}: {reason}")
        self.source = source
        self.reason = reason

    def __reduce__(self) -> tuple[type[ReadFailed], tuple[str, str]]:
        return ReadFailed, (self.source, self.reason)  # it crosses from the reading process


class LibraryBusy(PinciteError):
    """Another process holds the library."""


class StoreFailed(PinciteError):
    """The library's files cannot be read or written."""


class StoreMismatch(PinciteError):
    """The library was built with another embedder or other settings, or by a newer pincite."""


class UnknownArticle(PinciteError):
    """No article has this id."""


class QuestionRefused(PinciteError):
    """The question is empty or too long."""


class SettingRefused(PinciteError):
    """A setting has a value that cannot be used."""


class ModelFailed(PinciteError):
    """A model cannot be loaded, or did not answer."""


class ModelBusy(ModelFailed):
    """The model is over its limit."""
