"""Questions answered: retrieve, read or generate, cite, check."""

from ..index import NO_FILTERS, Article, Filters, Hit, Passage, PinciteError
from .backup import export_library, import_library
from .conversations import Conversation, Conversations, Heading, Said, UnknownConversation, new_id, open_conversations
from .events import Event
from .export import Verified, to_json, verify
from .following import Moved, Synced
from .library import Library, Progress, open_library, reindex
from .own_cases import add_own_case, own_cases_file
from .settings import Settings, read_settings
from .transcript import SUFFIX, Form, transcript
from .types import Answer, Citation, Doubt, Reason, Turn, Value

__all__ = [
    "NO_FILTERS",
    "SUFFIX",
    "Answer",
    "Article",
    "Citation",
    "Conversation",
    "Conversations",
    "Doubt",
    "Event",
    "Filters",
    "Form",
    "Heading",
    "Hit",
    "Library",
    "Moved",
    "Passage",
    "PinciteError",
    "Progress",
    "Reason",
    "Said",
    "Settings",
    "Synced",
    "Turn",
    "UnknownConversation",
    "Value",
    "Verified",
    "add_own_case",
    "export_library",
    "import_library",
    "new_id",
    "open_conversations",
    "open_library",
    "own_cases_file",
    "read_settings",
    "reindex",
    "to_json",
    "transcript",
    "verify",
]
