"""The exact words that answer, found by the bundled reader in every passage at once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import exp
from pathlib import Path

from ..index import Embedder, Hit, content_words, stems
from .question import Kind, kind_of
from .reading import Reading, Span, around
from .span_reader import SpanCandidate, SpanReader
from .tidy import tidied, whole_list
from .units import unit_end, whole_figures

KEPT = 12  # spans told to whoever composes the answer
READ = 8  # passages read of those found: those below seldom hold the answer, and each costs 13 ms on two cores
NEAR = 5  # passages in which a question's words are looked for


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for the best span."""

    logit: float  # the reader's: how much better it is than "no answer here"
    likeness: float  # cosine similarity of the question to the span's sentence, or to its passage under its title
    # if that is higher: a sentence may lack its subject, and a passage of many subjects is like none of them
    words_found: float  # share of the question's content words that any of the five best passages has


@dataclass(frozen=True, slots=True)
class Calibration:
    """What `training/fit_reader.py` found, on questions that neither trained nor judge the reader."""

    retrieval: float  # what a point of retrieval score is worth beside the reader's logit, in the order of spans
    weights: Signals  # of the signals, and
    bias: float  # what they start from, to make them the log-odds that the span is right
    refuse_below: float  # confidence under which it refuses
    exact_from: float  # confidence from which the span is told alone, and not its sentence

    def confidence(self, signals: Signals) -> float:
        """The probability that a span with these signals is right, 0 to 1."""
        pairs = ((getattr(self.weights, name), getattr(signals, name)) for name in Signals.__slots__)
        return 1 / (1 + exp(-(self.bias + sum(weight * signal for weight, signal in pairs))))


@cache
def load_calibration() -> Calibration:
    """The bundled calibration."""
    stored = json.loads((Path(__file__).parent / "models" / "calibration.json").read_text(encoding="utf-8"))
    return Calibration(**{**stored, "weights": Signals(**stored["weights"])})


class ExactReader:
    """Reads all passages of a question, orders them by what was found in them, and says how sure it is."""

    name = "reader"

    def __init__(
        self, embedder: Embedder, *, reader: SpanReader | None = None, calibration: Calibration | None = None
    ) -> None:
        self._embedder = embedder
        self._reader = reader or SpanReader()
        self._calibration = calibration or load_calibration()
        self.refuse_below = self._calibration.refuse_below

    def read(self, question: str, hits: Sequence[Hit]) -> Reading:
        """The hits in the reader's order, and their best spans; exact when it is sure enough of the best."""
        spans = self.spans(question, hits)
        best: dict[str, float] = {}
        for span, _ in spans:
            best.setdefault(span.hit.passage.id, span.score)
        lowest = min(best.values(), default=0.0)
        order = sorted(hits, key=lambda hit: -best.get(hit.passage.id, lowest))
        ranked = tuple(replace(hit, ranks={**hit.ranks, "reader": n}) for n, hit in enumerate(order, 1))
        sure = self._calibration.confidence(self.signals(question, *spans[0], hits)) if spans else 0.0
        exact = sure >= self._calibration.exact_from
        return Reading(ranked, tuple(span for span, _ in spans[:KEPT]), sure, exact)

    def spans(self, question: str, hits: Sequence[Hit]) -> list[tuple[Span, float]]:
        """Every span that may answer, with the reader's own logit, best first."""
        found = self._reader.read(question, [(hit.article.title, hit.passage.text) for hit in hits[:READ]])
        kind = kind_of(question)
        weight = self._calibration.retrieval
        spans = [
            (_span(hit, candidate, candidate.logit + weight * hit.score, kind), candidate.logit)
            for hit, candidates in zip(hits, found, strict=False)
            for candidate in candidates
            # "He" and "it" name nobody to someone who has not read the article.
            if content_words(hit.passage.text[candidate.start : candidate.end])
        ]
        return sorted(spans, key=lambda pair: -pair[0].score)

    def signals(self, question: str, span: Span, logit: float, hits: Sequence[Hit]) -> Signals:
        """What speaks for `span`, which the reader found among `hits` with `logit`."""
        passage = f"{span.hit.article.title}\n{span.hit.passage.text}"
        asked, *told = self._embedder.embed([question, span.sentence, passage])
        words = content_words(question)
        near = {stem for hit in hits[:NEAR] for stem in stems(f"{hit.article.title}\n{hit.passage.text}")}
        found = sum(1 for word in words if near & set(stems(word))) / max(1, len(words))
        return Signals(logit, max(float(asked @ vector) for vector in told), found)


def _span(hit: Hit, candidate: SpanCandidate, score: float, kind: Kind) -> Span:
    """The candidate as a span of the hit's article, its edges put right for a question of that kind."""
    text, at = hit.passage.text, hit.passage.start
    start, end = tidied(text, *whole_figures(text, candidate.start, candidate.end))
    if kind == "number":
        end = unit_end(text, start, end)
    first, last = around(hit, at + start, at + end)
    if kind == "list":
        start, end = whole_list(text, start, end, (first - at, last - at))
    return Span(hit, at + start, at + end, first, last, score)
