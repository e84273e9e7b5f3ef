"""What a reader makes of the passages that were found: spans that may answer, and how sure it is.

A reader stands between retrieval and the answer. Two are bundled: `SentenceReader` picks whole sentences,
`SpanReader` finds the exact words in them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from ..index import Hit, sentence_spans


@dataclass(frozen=True, slots=True)
class Span:
    """Words of an article that may answer a question; all offsets count characters of the article's text."""

    hit: Hit
    start: int
    end: int
    sentence_start: int  # the sentence or sentences around it, as they will be quoted
    sentence_end: int
    score: float  # a logit, comparable between the passages of one question

    def __post_init__(self) -> None:
        if not self.sentence_start <= self.start < self.end <= self.sentence_end:
            raise ValueError(f"span {self.start}:{self.end} is not inside {self.sentence_start}:{self.sentence_end}")

    @property
    def text(self) -> str:
        return self.hit.article.text[self.start : self.end]

    @property
    def sentence(self) -> str:
        return self.hit.article.text[self.sentence_start : self.sentence_end]


@dataclass(frozen=True, slots=True)
class Reading:
    """Passages in the reader's order and its spans, both best first."""

    hits: tuple[Hit, ...]
    spans: tuple[Span, ...]
    confidence: float  # calibrated: the probability that the best span answers, 0 to 1
    exact: bool  # whether a span is the answer itself, or only the sentence that holds it


class Reader(Protocol):
    """Finds in `hits` what answers `question`."""

    name: str
    refuse_below: float  # the confidence under which its answers are refused, chosen on data kept for that

    def read(self, question: str, hits: Sequence[Hit]) -> Reading: ...


def passage_sentences(hit: Hit) -> list[tuple[int, int]]:
    """The sentences of the hit's passage, as offsets in its article."""
    passage = hit.passage
    return [(passage.start + start, passage.start + end) for start, end in sentence_spans(passage.text)]


def around(sentences: Sequence[tuple[int, int]], start: int, end: int) -> tuple[int, int]:
    """From the first to the last of `sentences`, in order, that `start:end` touches."""
    touched = [(s, e) for s, e in sentences if s < end and start < e]
    if not touched:
        return start, end
    return min(start, touched[0][0]), max(end, touched[-1][1])
