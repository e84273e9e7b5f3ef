"""An answer as JSON, the same everywhere, and whether such an answer still holds."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..index import Article, PinciteError, UnknownArticle
from .library import Library
from .transcript import embedded
from .types import SCHEMA, Answer, Citation


def to_json(answer: Answer) -> dict[str, Any]:
    """The answer as plain values, ready for `json.dumps`."""
    return {
        "schema": SCHEMA,
        "question": answer.question,
        "text": answer.text,
        "refused": answer.refused,
        "reason": answer.reason,
        "confidence": round(answer.confidence, 4),
        "missing": list(answer.missing),
        "citations": [_citation(citation) for citation in answer.citations],
        "doubts": [
            {
                "start": doubt.start,
                "end": doubt.end,
                "text": answer.text[doubt.start : doubt.end],
                "markers": list(doubt.markers),
                "why": doubt.why,
            }
            for doubt in answer.doubts
        ],
        "note": answer.note,
        "values": [{"text": value.text, "markers": list(value.markers)} for value in answer.values],
        "passages": [
            {
                "id": hit.passage.id,
                "article_id": hit.article.id,
                "version": hit.article.version,
                "title": hit.article.title,
                "source": hit.article.source,
                "site": hit.article.site,
                "published": _day(hit.article),
                "text": hit.passage.text,
                "start": hit.passage.start,
                "end": hit.passage.end,
                "score": round(hit.score, 4),
            }
            for hit in answer.hits
        ],
        "model": answer.model,
        "usage": dict(answer.usage),
        "trace": dict(answer.trace),
    }


def _citation(citation: Citation) -> dict[str, Any]:
    article = citation.article
    return {
        "marker": citation.marker,
        "article_id": article.id,
        "version": article.version,
        "title": article.title,
        "source": article.source,
        "site": article.site,
        "published": _day(article),
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
        "span": list(citation.span) if citation.span else None,
        "supported": citation.supported,
        "why": citation.why,
        "page": article.page_at(citation.start),
        "copies": [
            {"article_id": copy.id, "version": copy.version, "title": copy.title, "source": copy.source}
            for copy in citation.copies
        ],
    }


def _day(article: Article) -> str | None:
    return article.published.isoformat() if article.published else None


@dataclass(frozen=True, slots=True)
class Verified:
    """Whether one citation of an exported answer still holds, and if not, why."""

    marker: int
    title: str
    holds: bool
    why: str = ""
    question: str = ""


def verify(path: Path, library: Library) -> list[Verified]:
    """Every citation in the export `path` checked against the stored articles, in its order.

    The file is an answer as JSON or a list of them, or a conversation as the window exports it (JSON, Markdown, HTML).
    Raises PinciteError when it is none of these.
    """
    return [
        replace(_verified(citation, library), question=str(answer.get("question", "")))
        for answer in _answers(path)
        for citation in answer["citations"]
    ]


def _answers(path: Path) -> Iterator[Mapping[str, Any]]:
    try:
        stored = json.loads(embedded(path.read_text(encoding="utf-8")))
    except OSError as err:
        raise PinciteError(f"{path}: cannot be read ({err.strerror}); name a file that `ask --json` wrote") from err
    except ValueError as err:
        raise PinciteError(f"{path}: is no export; name what `pincite ask --json` printed or the window saved") from err
    answers = stored if isinstance(stored, list) else [stored]
    for answer in answers:
        if not isinstance(answer, dict) or not isinstance(answer.get("citations"), list):
            raise PinciteError(f"{path}: is no exported answer; name a file that `pincite ask --json` wrote")
        if answer.get("schema") != SCHEMA:
            raise PinciteError(
                f"{path}: has schema {answer.get('schema')!r} and this pincite reads {SCHEMA}: update it"
            )
        yield answer


def _verified(citation: Any, library: Library) -> Verified:
    try:
        marker, title = int(citation["marker"]), str(citation["title"])
        start, end, quote = int(citation["start"]), int(citation["end"]), str(citation["quote"])
        id, version = str(citation["article_id"]), int(citation["version"])
    except (KeyError, TypeError, ValueError) as err:
        raise PinciteError(f"a citation in the file lacks {err}; name a file that `pincite ask --json` wrote") from err
    try:
        article = library.article(id, version)
    except UnknownArticle:
        return Verified(marker, title, False, "the article, or this version of it, is not in the library")
    if article.text[start:end] != quote:
        return Verified(marker, title, False, "the article does not have these words at this place")
    newest = library.article(id) if any(entry.id == id for entry in library.entries()) else article
    why = "a newer version of the article exists" if newest.version > version else ""
    return Verified(marker, title, True, why)
