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
from .reading import Reading, Span, around, passage_sentences
from .span_reader import SpanCandidate, SpanReader
from .tidy import tidied, whole_list
from .units import counts_what, is_count, unit_end, whole_figures

_Home = tuple[str, int, int]  # a quoted sentence: its article and its characters

KEPT = 12  # spans told to whoever composes the answer
WEIGHED = 6  # sentences whose likeness is looked at, those of the best spans: the best was always among four
READ = 8  # passages read of those found: those below seldom hold the answer, and each costs 13 ms on two cores
NEAR = 5  # passages in which a question's words are looked for


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for the best span."""

    logit: float  # the reader's: how much better it is than "no answer here"
    alone: float  # the same when the span's sentence is read by itself, where nothing else can look like an answer
    likeness: float  # cosine similarity of the question to the span's sentence, or to its passage under its title
    # if that is higher: a sentence may lack its subject, and a passage of many subjects is like none of them
    words_found: float  # share of the question's content words that any of the five best passages has


@dataclass(frozen=True, slots=True)
class Calibration:
    """What `training/fit_reader.py` found, on questions that neither trained nor judge the reader."""

    retrieval: float  # what a point of retrieval score is worth beside the reader's logit, in the order of spans
    likeness: float  # what a point of likeness is worth there
    weights: Signals  # of the signals, and
    bias: float  # what they start from, to make them the log-odds that the span is right
    refuse_below: float  # confidence under which it refuses
    exact_from: float  # confidence from which the span is told alone, and not its sentence

    def confidence(self, signals: Signals) -> float:
        """The probability that a span with these signals is right, 0 to 1."""
        pairs = ((getattr(self.weights, name), getattr(signals, name)) for name in Signals.__slots__)
        return 1 / (1 + exp(-(self.bias + sum(weight * signal for weight, signal in pairs))))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span that may answer, the reader's logit, and the likeness of its sentence or passage (see Signals)."""

    span: Span
    logit: float
    likeness: float


@cache
def load_calibration() -> Calibration:
    """The bundled calibration."""
    stored = json.loads((Path(__file__).parent / "models" / "calibration.json").read_text(encoding="utf-8"))
    return Calibration(**{**stored, "weights": Signals(**stored["weights"])})


class ExactReader:
    """Reads all passages of a question, orders them by what was found in them, and says how sure it is."""

    name = "reader"

    def __init__(
        self,
        embedder: Embedder,
        *,
        as_searched: bool = True,
        reader: SpanReader | None = None,
        calibration: Calibration | None = None,
    ) -> None:
        """`as_searched` says that hits come from a search with this `embedder`, so that their likeness holds here."""
        self._embedder = embedder
        self._as_searched = as_searched
        self._reader = reader or SpanReader()
        self._calibration = calibration or load_calibration()
        self.refuse_below = self._calibration.refuse_below

    def read(self, question: str, hits: Sequence[Hit]) -> Reading:
        """The hits in the reader's order, and their best spans; exact when it is sure enough of the best."""
        found = self.candidates(question, hits)
        best: dict[str, float] = {}
        for one in found:
            best.setdefault(one.span.hit.passage.id, one.span.score)
        lowest = min(best.values(), default=0.0)
        order = sorted(hits, key=lambda hit: -best.get(hit.passage.id, lowest))
        ranked = tuple(replace(hit, ranks={**hit.ranks, "reader": n}) for n, hit in enumerate(order, 1))
        sure = self._calibration.confidence(self.signals(question, found[0], hits)) if found else 0.0
        exact = sure >= self._calibration.exact_from
        return Reading(ranked, tuple(one.span for one in found[:KEPT]), sure, exact)

    def candidates(self, question: str, hits: Sequence[Hit]) -> list[Candidate]:
        """The spans that may answer and stand in the WEIGHED best sentences, best first."""
        found = self._reader.read(question, [(hit.article.title, hit.passage.text) for hit in hits[:READ]])
        kind = kind_of(question)
        weight = self._calibration.retrieval
        spans = [
            (_span(hit, sentences, candidate, candidate.logit + weight * hit.score, kind), candidate.logit)
            for hit, candidates in zip(hits, found, strict=False)
            for sentences in [passage_sentences(hit)]
            for candidate in candidates
            # "He" and "it" name nobody to someone who has not read the article.
            if content_words(hit.passage.text[candidate.start : candidate.end])
        ]
        if counts_what(question):
            # Of the answers to "how many" one without a number is the best only where none has a number.
            spans = [pair for pair in spans if is_count(pair[0].text)] or spans
        spans.sort(key=lambda pair: -pair[0].score)
        likeness = self._likeness(question, [span for span, _ in spans])
        weighed = [
            Candidate(replace(span, score=span.score + self._calibration.likeness * like), logit, like)
            for span, logit in spans
            if (like := likeness.get(_home(span))) is not None
        ]
        return sorted(weighed, key=lambda one: -one.span.score)

    def _likeness(self, question: str, spans: Sequence[Span]) -> dict[_Home, float]:
        """The likeness of the WEIGHED first sentences of `spans` (see Signals)."""
        first: dict[_Home, Span] = {}
        for span in spans:
            first.setdefault(_home(span), span)
        kept = list(first.items())[:WEIGHED]
        passages = {span.hit.passage.id: span.hit for _, span in kept}
        known = {id: hit.likeness for id, hit in passages.items() if self._as_searched and hit.likeness is not None}
        unknown = [id for id in passages if id not in known]
        texts = [f"{passages[id].article.title}\n{passages[id].passage.text}" for id in unknown]
        asked, *vectors = self._embedder.embed([question, *(span.sentence for _, span in kept), *texts])
        cosines = [float(asked @ vector) for vector in vectors]
        known |= dict(zip(unknown, cosines[len(kept) :], strict=True))
        return {
            home: max(cosine, known[span.hit.passage.id])
            for (home, span), cosine in zip(kept, cosines[: len(kept)], strict=True)
        }

    def signals(self, question: str, best: Candidate, hits: Sequence[Hit]) -> Signals:
        """What speaks for `best`, which the reader found among `hits`."""
        span = best.span
        (alone,) = self._reader.read(question, [(span.hit.article.title, span.sentence)], per_passage=1)
        words = content_words(question)
        near = {stem for hit in hits[:NEAR] for stem in stems(f"{hit.article.title}\n{hit.passage.text}")}
        found = sum(1 for word in words if near & set(stems(word))) / max(1, len(words))
        return Signals(best.logit, alone[0].logit if alone else 0.0, best.likeness, found)


def _home(span: Span) -> _Home:
    return span.hit.article.id, span.sentence_start, span.sentence_end


def _span(hit: Hit, sentences: Sequence[tuple[int, int]], candidate: SpanCandidate, score: float, kind: Kind) -> Span:
    """The candidate as a span of the hit's article, its edges put right for a question of that kind."""
    text, at = hit.passage.text, hit.passage.start
    start, end = tidied(text, *whole_figures(text, candidate.start, candidate.end))
    if kind == "number":
        end = unit_end(text, start, end)
    first, last = around(sentences, at + start, at + end)
    if kind == "list":
        start, end = whole_list(text, start, end, (first - at, last - at))
    return Span(hit, at + start, at + end, first, last, score)
