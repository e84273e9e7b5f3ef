"""The sentence that answers best, by its words and its meaning; needs no model but the embedder.

Each sentence of the passages gets a logit from a few plain features (`FEATURES`). The weights were fitted on the
`train` part of public questions by `training/fit_sentences.py`, which also says how good they are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import exp, log
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..index import Embedder, Hit, stems
from .overlap import stop_stems
from .question import Kind, kind_of
from .reading import Reading, Span, passage_sentences

PASSAGES = 5  # read of those found: a sentence in a lower one is seldom the answer, and each costs time
KEPT = 8  # spans told

FEATURES = (
    "words_in_sentence",  # share of the question's words, weighted by rarity, that the sentence has
    "words_near",  # the same for the sentence with its neighbours
    "words_in_passage",  # the same for the passage with its title and heading
    "rarest_missing",  # rarity of the rarest question word that the passage lacks
    "like_sentence",  # cosine similarity of question and sentence
    "like_passage",  # cosine similarity of question and passage
    "below_first",  # how far the passage's retrieval score lies below the first one's
    "kind_found",  # the sentence has a number, date, name or reason, as asked for, that the question has not
    "kind_lacking",  # it has none
    "short",  # fewer than five words: a heading, a caption
)

_DAY = re.compile(
    r"\b(1[0-9]{3}|20[0-9]{2}|january|february|march|april|may|june|july|august|september|october|november|december|"
    r"monday|tuesday|wednesday|thursday|friday|saturday|sunday|yesterday|today|century|decade|\d0s|day|days|week|weeks|"
    r"month|months|years?)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"\d[\d.,]*|\b(one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|sixty|seventy|"
    r"eighty|ninety|hundred|thousand|million|billion|dozen|half|third|quarter|several|few|no)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<![.?!]\s)(?<!^)\b[A-Z][\w’'-]+")
_REASON = re.compile(
    r"\b(because|since|due|owing|so that|in order|after|as a result|caused?|led|reason|to [a-z]+|for|by|through|thanks|"
    r"result\w*|meant|allow\w*|want\w*|hop\w*|fear\w*)\b",
    re.IGNORECASE,
)
_SIGNS: dict[Kind, re.Pattern[str]] = {
    "number": _NUMBER,
    "date": _DAY,
    "person": _NAME,
    "place": _NAME,
    "list": _NAME,
    "reason": _REASON,
}


@dataclass(frozen=True, slots=True)
class Weights:
    """What `training/fit_sentences.py` found: a weight a feature, and what makes a logit a probability."""

    bias: float
    weights: tuple[float, ...]
    slope: float
    offset: float
    refuse_below: float


@cache
def load_weights() -> Weights:
    """The bundled weights."""
    stored = json.loads((Path(__file__).parent / "models" / "sentences.json").read_text(encoding="utf-8"))
    names = tuple(stored["weights"])
    if names != FEATURES:
        raise ValueError(f"sentences.json was fitted for {names}: run training/fit_sentences.py")
    weights = tuple(float(weight) for weight in stored["weights"].values())
    return Weights(stored["bias"], weights, stored["slope"], stored["offset"], stored["refuse_below"])


class SentenceReader:
    """Picks whole sentences."""

    name = "sentences"

    def __init__(self, embedder: Embedder, *, weights: Weights | None = None) -> None:
        self._embedder = embedder
        self._weights = weights or load_weights()
        self.refuse_below = self._weights.refuse_below

    def read(self, question: str, hits: Sequence[Hit]) -> Reading:
        """The hits as they were found, and their best sentences."""
        places = [(hit, start, end) for hit in hits[:PASSAGES] for start, end in passage_sentences(hit)]
        if not places:
            return Reading(tuple(hits), (), 0.0, exact=False)
        weights = self._weights
        logits = features(question, hits[:PASSAGES], places, self._embedder) @ np.array(weights.weights) + weights.bias
        order = np.argsort(-logits)[:KEPT]
        spans = [Span(hit, start, end, start, end, float(logits[n])) for n in order for hit, start, end in [places[n]]]
        sure = 1 / (1 + exp(-(weights.slope * spans[0].score + weights.offset)))
        return Reading(tuple(hits), tuple(spans), sure, exact=False)


def features(
    question: str, hits: Sequence[Hit], places: Sequence[tuple[Hit, int, int]], embedder: Embedder
) -> NDArray[np.float64]:
    """One row a place (a sentence of a hit's article), one column a name in `FEATURES`."""
    texts = [hit.article.text[start:end] for hit, start, end in places]
    vectors = embedder.embed([question, *texts, *(hit.passage.text for hit in hits)])
    like = vectors[1:] @ vectors[0]
    words = [set(stems(text)) for text in texts]
    rarity = _rarity(question, words)
    passage_words = [set(stems(f"{h.article.title} {h.passage.heading} {h.passage.text}")) for h in hits]
    number = {hit.passage.id: n for n, hit in enumerate(hits)}
    sign = _SIGNS.get(kind_of(question))
    asked = {found.lower() for found in (sign.findall(question) if sign else ()) if isinstance(found, str)}
    rows = np.zeros((len(places), len(FEATURES)))
    for n, (hit, _, _) in enumerate(places):
        of = number[hit.passage.id]
        near = set().union(*(words[m] for m in (n - 1, n, n + 1) if 0 <= m < len(places) and places[m][0] is hit))
        found = sign is not None and _has_new(sign, texts[n], asked)
        rows[n] = (
            _share(rarity, words[n]),
            _share(rarity, near),
            _share(rarity, passage_words[of]),
            max((weight for stem, weight in rarity.items() if stem not in passage_words[of]), default=0.0),
            like[n],
            like[len(texts) + of],
            hits[0].score - hit.score,
            float(found),
            float(sign is not None and not found),
            float(len(words[n]) < 5),
        )
    return rows


def _rarity(question: str, sentences: Sequence[set[str]]) -> dict[str, float]:
    """How rare each content word of the question is in the sentences: 1 in none or one, towards 0 in all."""
    asked = {stem for stem in stems(question) if stem not in stop_stems()}
    most = log(1 + len(sentences))
    return {stem: log((1 + len(sentences)) / max(1, sum(stem in s for s in sentences))) / most for stem in asked}


def _share(rarity: dict[str, float], words: set[str]) -> float:
    whole = sum(rarity.values())
    return sum(weight for stem, weight in rarity.items() if stem in words) / whole if whole else 0.0


def _has_new(sign: re.Pattern[str], text: str, asked: set[str]) -> bool:
    return any(match.group().lower() not in asked for match in sign.finditer(text))
