"""Articles made findable: read, split, embed, store, search."""

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
from .sentences import sentence_spans
from .split import PASSAGE_TOKENS, PASSAGE_TOKENS_MOST, split
from .types import NO_FILTERS, Article, Filters, Hit, Passage, article_id

__all__ = [
    "NO_FILTERS",
    "PASSAGE_TOKENS",
    "PASSAGE_TOKENS_MOST",
    "Article",
    "Filters",
    "Hit",
    "LibraryBusy",
    "ModelBusy",
    "ModelFailed",
    "Passage",
    "PinciteError",
    "QuestionRefused",
    "ReadFailed",
    "SettingRefused",
    "StoreFailed",
    "StoreMismatch",
    "UnknownArticle",
    "article_id",
    "sentence_spans",
    "split",
]
