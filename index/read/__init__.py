"""Places to clean text: files, folders of them, web pages, feeds, tables."""

from .articles import read, read_all
from .columns import ROLES, parsed_columns
from .draft import TEXT_CHARS
from .files import FILE_BYTES, Place, find_places, source_of
from .reading import Reading

__all__ = [
    "FILE_BYTES",
    "ROLES",
    "TEXT_CHARS",
    "Place",
    "Reading",
    "find_places",
    "parsed_columns",
    "read",
    "read_all",
    "source_of",
]
