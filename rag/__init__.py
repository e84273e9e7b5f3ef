"""Questions answered: retrieve, read or generate, cite, check."""

from ..index import NO_FILTERS, Article, Filters, Hit, Passage, PinciteError
from .events import Event
from .export import Verified, to_json, verify
from .library import Library, Progress, open_library, reindex
from .settings import Settings, read_settings
from .types import Answer, Citation, Reason, Turn

__all__ = [
    "NO_FILTERS",
    "Answer",
    "Article",
    "Citation",
    "Event",
    "Filters",
    "Hit",
    "Library",
    "Passage",
    "PinciteError",
    "Progress",
    "Reason",
    "Settings",
    "Turn",
    "Verified",
    "open_library",
    "read_settings",
    "reindex",
    "to_json",
    "verify",
]
