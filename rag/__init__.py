"""Questions answered: retrieve, read or generate, cite, check."""

from ..index import NO_FILTERS, Article, Filters, Hit, Passage, PinciteError
from .events import Event
from .export import Verified, to_json, verify
from .library import Library, Progress, open_library, reindex
from .own_cases import add_own_case, own_cases_file
from .settings import Settings, read_settings
from .types import Answer, Citation, Reason, Turn, Value

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
    "Value",
    "Verified",
    "add_own_case",
    "open_library",
    "own_cases_file",
    "read_settings",
    "reindex",
    "to_json",
    "verify",
]
