"""The words of answering: turns, spans, citations, answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ..index import Article, Entry, Hit

SCHEMA = 1  # of the answer as JSON: raised when a name in it changes its meaning

Reason = Literal["nothing_found", "not_answered", "low_confidence", "filter_empty", "library_empty"]

MARKER = re.compile(r"\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing said in a conversation. A history is a tuple of turns, passed in; the library keeps none."""

    role: Literal["user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class Citation:
    """Words of one article that a marker in an answer points at: `article.text[start:end] == quote`."""

    marker: int
    article: Article
    quote: str
    start: int
    end: int
    supported: bool = True
    span: tuple[int, int] | None = None  # the exact answer inside the quote, as offsets in the article
    copies: tuple[Entry, ...] = ()  # other articles with the same text: they are no evidence of their own
    why: str = ""  # not supported: what the statement says more than the quote, in a sentence

    def __post_init__(self) -> None:
        if self.article.text[self.start : self.end] != self.quote:
            raise ValueError(f"citation {self.marker}: the article's {self.start}:{self.end} is not its quote")
        if self.span and not self.start <= self.span[0] < self.span[1] <= self.end:
            raise ValueError(f"citation {self.marker}: the span {self.span} is not inside {self.start}:{self.end}")


@dataclass(frozen=True, slots=True)
class Value:
    """One of several values that articles give for one question; `markers` are of the citations that give it."""

    text: str
    markers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Doubt:
    """A statement of an answer, its `text[start:end]`, that no article bears out, or not the words it cites."""

    start: int
    end: int
    markers: tuple[int, ...]  # none when no article says anything like it
    why: str  # a sentence


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a question: every marker in `text` has its citation; a refusal has a reason instead."""

    question: str
    text: str
    citations: tuple[Citation, ...] = ()
    hits: tuple[Hit, ...] = ()
    refused: bool = False
    reason: Reason | None = None
    confidence: float = 0.0  # calibrated: the share of answers this sure that are right, 0 to 1
    missing: tuple[str, ...] = ()  # words of the question found in no passage, for a refusal
    model: str = ""
    usage: Mapping[str, int] = field(default_factory=dict)
    trace: Mapping[str, Any] = field(default_factory=dict)
    values: tuple[Value, ...] = ()  # where articles disagree: each value, the newest article's first; else none
    doubts: tuple[Doubt, ...] = ()  # what a language model wrote and its citations do not say, in the text's order
    note: str = ""  # what a reader should know of how it came about: broken off, or another answered

    def __post_init__(self) -> None:
        cited = {citation.marker for citation in self.citations}
        dangling = {int(marker) for marker in MARKER.findall(self.text)} - cited
        if dangling:
            raise ValueError(f"markers {sorted(dangling)} have no citation")
        if any(not 0 <= doubt.start < doubt.end <= len(self.text) for doubt in self.doubts):
            raise ValueError("a doubt is about words of the answer")
        if self.refused != (self.reason is not None):
            raise ValueError("a refusal has a reason, and only a refusal")
