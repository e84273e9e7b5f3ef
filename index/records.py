"""What the catalog hands out, and how its rows become our types."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from .types import Article, Passage

State = Literal["pending", "ready", "retired", "removed"]

# Columns, as `article_of` and `entry_of` take them.
ARTICLE = "id, version, title, text, source, published, authors, language, digest, pages, site"
ENTRY = "id, version, title, source, published, authors, language, characters, passages, added_at, site"


@dataclass(frozen=True, slots=True)
class Entry:
    """What a list of the library shows of an article."""

    id: str
    version: int
    title: str
    source: str
    published: date | None
    authors: tuple[str, ...]
    language: str | None
    characters: int
    passages: int
    added_at: datetime  # UTC
    site: str = ""


@dataclass(frozen=True, slots=True)
class Prepared:
    """An article with its passages and their vectors, shape (len(passages), dim), ready to be stored."""

    article: Article
    passages: tuple[Passage, ...]
    vectors: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Row:
    """A passage as the indexes take it."""

    id: str
    article_id: str
    title: str
    heading: str
    text: str
    vector: NDArray[np.float32]


def article_of(row: Sequence[Any]) -> Article:
    """An article from the columns `ARTICLE`."""
    id, version, title, text, source, published, authors, language, digest, pages, site = row
    names, starts = tuple(json.loads(authors)), tuple(json.loads(pages))
    return Article(id, version, title, text, source, day_of(published), names, language, digest, starts, site)


def entry_of(row: Sequence[Any]) -> Entry:
    """An entry from the columns `ENTRY`."""
    id, version, title, source, published, authors, language, characters, passages, added_at, site = row
    return Entry(
        id,
        version,
        title,
        source,
        day_of(published),
        tuple(json.loads(authors)),
        language,
        characters,
        passages,
        datetime.fromisoformat(added_at),
        site,
    )


def article_values(article: Article) -> tuple[Any, ...]:
    """What the columns `ARTICLE` hold for `article`."""
    published = article.published.isoformat() if article.published else None
    return (
        article.id,
        article.version,
        article.title,
        article.text,
        article.source,
        published,
        json.dumps(article.authors, ensure_ascii=False),
        article.language,
        article.digest,
        json.dumps(article.pages),
        article.site,
    )


def passage_of(article: Article, ordinal: int, start: int, end: int, heading: str) -> Passage:
    """A passage of `article`; its text is cut here, never stored a second time."""
    id = f"{article.id}:{article.version}:{ordinal}"
    return Passage(id, article.id, article.version, article.text[start:end], start, end, heading)


def day_of(text: str | None) -> date | None:
    """A stored publish date."""
    return date.fromisoformat(text) if text else None


def parsed(passage_id: str) -> tuple[str, int, int] | None:
    """Article id, version and ordinal, or None when `passage_id` is not made of them."""
    match passage_id.rsplit(":", 2):
        case [id, version, ordinal] if version.isdecimal() and ordinal.isdecimal():
            return id, int(version), int(ordinal)
    return None
