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
from .types import NO_FILTERS, Article, Filters, Hit, Passage, article_id

__all__ = [
    "NO_FILTERS",
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
]
