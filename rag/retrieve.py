"""The passages that may answer a question: vectors and keywords, fused."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import Any

from ..index import NO_FILTERS, Article, Embedder, Filters, Hit, Index, Passage
from .copies import without_copies
from .fuse import fuse
from .overlap import words_and_pairs

Found = list[tuple[str, float]]

POOL = 50  # candidates taken from each method before fusing

# Weights of the fused rankings: the best that were tried on squad2 and clapnq together (benchmarks/fusion.py). Shared
# wording tells most where questions were written with the passage in sight (squad2), meaning where they were not.
WEIGHTS = {"vector": 1.5, "keyword": 0.7, "words": 0.7, "pairs": 0.3}

FUSIONS = {
    "all": WEIGHTS,
    "methods": {"vector": 1.5, "keyword": 0.7},
    "vectors": {"vector": 1.0},
    "keywords": {"keyword": 1.0},
}


@dataclass(frozen=True, slots=True)
class Retrieved:
    """Hits, best first, and what each stage did: name, milliseconds, counts."""

    hits: tuple[Hit, ...]
    stages: tuple[dict[str, Any], ...]


class Retriever:
    """Hybrid search over one index."""

    def __init__(self, index: Index, embedder: Embedder, *, pool: int = POOL, fusion: str = "all") -> None:
        self._index = index
        self._embedder = embedder
        self._pool = pool
        self._weights = FUSIONS[fusion]

    def retrieve(self, question: str, k: int, filters: Filters = NO_FILTERS, *, beside: str = "") -> Retrieved:
        """The `k` best passages of articles that pass `filters`.

        With `beside`, such as a follow-up with the question before it, this is searched for as well, and a passage
        counts by both. A wrong guess at what the follow-up means then costs less than it would alone.
        """
        clock = Clock()
        pool, fused = self._ranked(question, filters, clock)
        if beside:
            other, ranked = self._ranked(beside, filters, clock)
            pool, fused = pool.with_candidates_of(other), fuse({"question": fused, "beside": ranked})
        hits = pool.hits(fused)
        clock.mark("fuse", candidates=len(hits))
        single = without_copies(hits, self._index.copies({hit.article.id for hit in hits}))
        kept = single[: max(k, 1)]
        clock.mark("copies", dropped=len(hits) - len(single), kept=len(kept))
        return Retrieved(kept, tuple(clock.stages))

    def _ranked(self, question: str, filters: Filters, clock: Clock) -> tuple[Pool, Found]:
        pool = self.candidates(question, filters, clock)
        return pool, fuse({name: pool.rankings[name] for name in self._weights}, weights=self._weights)

    def candidates(self, question: str, filters: Filters, clock: Clock) -> Pool:
        """What either method finds, judged by every measure, so that no ranking is silent on what another found."""
        vector = self._embedder.embed([question])[0]
        clock.mark("embed question")
        by_vector = self._index.by_vector(vector, self._pool, filters)
        clock.mark("vectors", found=len(by_vector))
        by_keywords = self._index.by_keywords(question, self._pool, filters)
        clock.mark("keywords", found=len(by_keywords))
        ids = list(dict.fromkeys(id for id, _ in (*by_vector, *by_keywords)))
        loaded = {passage.id: (passage, article) for passage, article in self._index.load(ids)}
        ids = [id for id in ids if id in loaded]
        words, pairs = words_and_pairs(question, [(_above(*loaded[id]), loaded[id][0].text) for id in ids])
        similarity = self._index.vectors(ids) @ vector if ids else []
        rankings = {
            "vector": list(zip(ids, map(float, similarity), strict=True)),
            "keyword": [(id, score) for id, score in by_keywords if id in loaded],
            "words": list(zip(ids, words, strict=True)),
            "pairs": list(zip(ids, pairs, strict=True)),
        }
        return Pool(loaded, {"vector": by_vector, "keyword": by_keywords}, rankings)


def _above(passage: Passage, article: Article) -> str:
    return f"{article.title}\n{passage.heading}"


@dataclass(frozen=True, slots=True)
class Pool:
    """The candidates of one question: what each method found, best first, and how each measure scores them all."""

    loaded: dict[str, tuple[Passage, Article]]
    found: dict[str, Found]
    rankings: dict[str, Found]

    def with_candidates_of(self, other: Pool) -> Pool:
        """The same, with what only `other` found behind."""
        here = {id for ranking in self.found.values() for id, _ in ranking}
        found = {
            name: [*ranking, *((id, score) for id, score in other.found[name] if id not in here)]
            for name, ranking in self.found.items()
        }
        return Pool(other.loaded | self.loaded, found, self.rankings)

    def hits(self, fused: Found) -> tuple[Hit, ...]:
        """The fused candidates as hits, each with its rank (from 1) in the methods that found it."""
        ranks = {name: {id: n for n, (id, _) in enumerate(ranking, 1)} for name, ranking in self.found.items()}
        likeness = dict(self.rankings["vector"])  # what only another question found has none
        return tuple(
            Hit(
                *self.loaded[id],
                score,
                {name: places[id] for name, places in ranks.items() if id in places},
                likeness.get(id),
            )
            for id, score in fused
        )


class Clock:
    """Collects what each stage of a question took."""

    def __init__(self) -> None:
        self.stages: list[dict[str, Any]] = []
        self._last = self._start = perf_counter()

    def mark(self, name: str, **counts: Any) -> None:
        """The stage `name` has just ended."""
        now = perf_counter()
        self.stages.append({"name": name, "ms": round((now - self._last) * 1000, 2), **counts})
        self._last = now

    def skip(self) -> None:
        """What was done since the last mark belongs to no stage."""
        self._last = perf_counter()

    @property
    def total_ms(self) -> float:
        return round((perf_counter() - self._start) * 1000, 2)
