"""Articles made findable: read, split, embed, store, search."""

from .adding import Added
from .archive import Packed, check_database, pack, unpack
from .collection import read_collection
from .embed import Embedder, MiniLM
from .errors import (
    LibraryBusy,
    ModelBusy,
    ModelFailed,
    PinciteError,
    QuestionRefused,
    ReadFailed,
    SettingRefused,
    StoreFailed,
    StoreMismatch,
    UnknownArticle,
)
from .health import Health
from .likeness import held_by, shingles
from .read import Place, Reading, find_places, parsed_columns, read, read_all, source_of
from .records import Entry
from .schema import checksum_of, tables_of
from .sentences import sentence_spans
from .split import PASSAGE_TOKENS, PASSAGE_TOKENS_MOST, split
from .store import Index, open_index
from .types import NO_FILTERS, Article, Filters, Hit, Passage, article_id
from .words import STOP_WORDS, content_words, stems

__all__ = [
    "NO_FILTERS",
    "PASSAGE_TOKENS",
    "PASSAGE_TOKENS_MOST",
    "STOP_WORDS",
    "Added",
    "Article",
    "Embedder",
    "Entry",
    "Filters",
    "Health",
    "Hit",
    "Index",
    "LibraryBusy",
    "MiniLM",
    "ModelBusy",
    "ModelFailed",
    "Packed",
    "Passage",
    "PinciteError",
    "Place",
    "QuestionRefused",
    "ReadFailed",
    "Reading",
    "SettingRefused",
    "StoreFailed",
    "StoreMismatch",
    "UnknownArticle",
    "article_id",
    "check_database",
    "checksum_of",
    "content_words",
    "find_places",
    "held_by",
    "open_index",
    "pack",
    "parsed_columns",
    "read",
    "read_all",
    "read_collection",
    "sentence_spans",
    "shingles",
    "source_of",
    "split",
    "stems",
    "tables_of",
    "unpack",
]
