"""One question and what came of it, as the page keeps it.

The server keeps no conversation: the page holds its exchanges and sends them along with each question, so they are
read here like any stranger's data, with a limit on every length.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from ..rag import Answer, Article, Citation, Hit, Turn

MOST_EXCHANGES = 60  # of a conversation that are kept on the page
TURNS_SENT = 6  # exchanges before a question that are its history
QUOTE_CHARS = 180  # of a passage shown beneath a refusal

Offset = Annotated[int, Field(ge=0, lt=2**40)]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Pin(_Value):
    """A place in an article, and what a reader wants to know before going there."""

    marker: Annotated[int, Field(ge=0, lt=10_000)]  # 0: a passage that no marker points at
    article_id: Annotated[str, Field(max_length=200)]
    version: Annotated[int, Field(ge=1, lt=2**31)]
    start: Offset
    end: Offset
    span: tuple[Offset, Offset] | None = None
    title: Annotated[str, Field(max_length=2_000)]
    source: Annotated[str, Field(max_length=4_000)]
    published: date | None = None
    supported: bool = True
    quote: Annotated[str, Field(max_length=4_000)] = ""  # only for a passage: a citation's is read from its article


class Exchange(_Value):
    """A question with the answer so far. `state` tells how the page shows it."""

    question: Annotated[str, Field(max_length=30_000)]
    state: Literal["working", "done", "stopped", "failed"] = "working"
    stage: Annotated[str, Field(max_length=300)] = ""
    text: Annotated[str, Field(max_length=40_000)] = ""
    pins: Annotated[tuple[Pin, ...], Field(max_length=200)] = ()
    refused: bool = False
    reason: Annotated[str, Field(max_length=40)] = ""
    missing: Annotated[tuple[Annotated[str, Field(max_length=2_000)], ...], Field(max_length=400)] = ()
    model: Annotated[str, Field(max_length=200)] = ""
    confidence: Annotated[float, Field(ge=0, le=1)] = 0.0
    ms: Annotated[float, Field(ge=0)] = 0.0

    def changed(self, **fields: Any) -> Exchange:
        """A copy with these fields."""
        return self.model_copy(update=fields)

    def answered(self, answer: Answer) -> Exchange:
        """This exchange, finished with `answer`."""
        pins = [pin_of(citation) for citation in answer.citations]
        if answer.refused:
            pins = [_near(hit) for hit in answer.hits]
        return self.changed(
            state="done",
            stage="",
            text=answer.text,
            pins=tuple(pins),
            refused=answer.refused,
            reason=answer.reason or "",
            missing=answer.missing,
            model=answer.model,
            confidence=answer.confidence,
            ms=float(answer.trace.get("ms") or 0.0),
        )


_EXCHANGES = TypeAdapter(tuple[Exchange, ...])


def exchanges(sent: Any) -> tuple[Exchange, ...]:
    """The conversation that a page sent, its last MOST_EXCHANGES; nothing of it when any part is not as it must be."""
    try:
        return _EXCHANGES.validate_python(sent or [])[-MOST_EXCHANGES:]
    except ValidationError:
        return ()


def turns(past: tuple[Exchange, ...]) -> tuple[Turn, ...]:
    """The history for the next question, oldest first; what failed is left out."""
    said = [one for one in past if one.state != "failed"][-TURNS_SENT:]
    pairs = [(Turn("user", one.question), Turn("assistant", one.text)) for one in said]
    return tuple(turn for pair in pairs for turn in pair if turn.text)


def pin_of(citation: Citation) -> Pin:
    """The place of a citation."""
    return Pin(
        marker=citation.marker,
        start=citation.start,
        end=citation.end,
        span=citation.span,
        supported=citation.supported,
        **_about(citation.article),
    )


def _near(hit: Hit) -> Pin:
    passage = hit.passage
    quote = " ".join(passage.text.split())
    if len(quote) > QUOTE_CHARS:
        quote = quote[:QUOTE_CHARS].rsplit(" ", 1)[0] + " …"
    return Pin(marker=0, start=passage.start, end=passage.end, quote=quote, **_about(hit.article))


def _about(article: Article) -> dict[str, Any]:
    return {
        "article_id": article.id,
        "version": article.version,
        "title": article.title[:2_000],
        "source": article.source[:4_000],
        "published": article.published,
    }
