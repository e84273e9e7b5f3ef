"""Places to clean text: files, folders of them, web pages, feeds."""

from .articles import read, read_all
from .draft import TEXT_CHARS
from .files import FILE_BYTES, Place, find_places

__all__ = ["FILE_BYTES", "TEXT_CHARS", "Place", "find_places", "read", "read_all"]
