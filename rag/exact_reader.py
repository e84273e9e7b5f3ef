"""The exact words that answer, found by the bundled reader in every passage at once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import exp
from pathlib import Path

from ..index import Hit, content_words
from .question import kind_of
from .reading import Reading, Span, around
from .span_reader import SpanCandidate, SpanReader
from .units import unit_end, whole_figures

KEPT = 12  # spans told to whoever composes the answer


@dataclass(frozen=True, slots=True)
class Calibration:
    """What `training/fit_reader.py` found, on questions that neither trained nor judge the reader."""

    retrieval: float  # what a point of retrieval score is worth beside the reader's logit
    slope: float  # of the best logit, and
    offset: float  # what it starts from, to make it the probability that the answer is right
    refuse_below: float


@cache
def load_calibration() -> Calibration:
    """The bundled calibration."""
    stored = json.loads((Path(__file__).parent / "models" / "calibration.json").read_text(encoding="utf-8"))
    return Calibration(**stored)


class ExactReader:
    """Reads all passages of a question, orders them by what was found in them, and says how sure it is."""

    name = "reader"

    def __init__(self, reader: SpanReader | None = None, *, calibration: Calibration | None = None) -> None:
        self._reader = reader or SpanReader()
        self._calibration = calibration or load_calibration()
        self.refuse_below = self._calibration.refuse_below

    def read(self, question: str, hits: Sequence[Hit]) -> Reading:
        """The hits in the reader's order, and their best spans."""
        found = self._reader.read(question, [(hit.article.title, hit.passage.text) for hit in hits])
        weight = self._calibration.retrieval
        counted = kind_of(question) == "number"
        spans = [
            _span(hit, candidate, candidate.logit + weight * hit.score, counted=counted)
            for hit, candidates in zip(hits, found, strict=True)
            for candidate in candidates
            # "He" and "it" name nobody to someone who has not read the article.
            if content_words(hit.passage.text[candidate.start : candidate.end])
        ]
        spans.sort(key=lambda span: -span.score)
        best: dict[str, float] = {}
        for span in spans:
            best.setdefault(span.hit.passage.id, span.score)
        lowest = min(best.values(), default=0.0)
        order = sorted(hits, key=lambda hit: -best.get(hit.passage.id, lowest))
        ranked = tuple(replace(hit, ranks={**hit.ranks, "reader": n}) for n, hit in enumerate(order, 1))
        return Reading(ranked, tuple(spans[:KEPT]), self._sure(spans), exact=True)

    def _sure(self, spans: Sequence[Span]) -> float:
        if not spans:
            return 0.0
        return 1 / (1 + exp(-(self._calibration.slope * spans[0].score + self._calibration.offset)))


def _span(hit: Hit, candidate: SpanCandidate, score: float, *, counted: bool) -> Span:
    text, at = hit.passage.text, hit.passage.start
    start, end = whole_figures(text, candidate.start, candidate.end)
    if counted:
        end = unit_end(text, start, end)
    return Span(hit, at + start, at + end, *around(hit, at + start, at + end), score)
