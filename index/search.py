"""Searching both indexes: only ready versions, only articles that pass the filters, always `k` hits when there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from .catalog import Catalog
from .matching import Matching
from .nearest import Nearest
from .records import parsed
from .types import Filters

Found = list[tuple[str, float]]

# Up to this many passages are compared one by one: 3 ms, the same on every run, and none is missed. Chroma (1.5.9)
# puts new rows into its graph by several threads, and in 21 of 1,000 openings of 60 passages one of them could then
# not be found by any search (github.com/chroma-core/chroma/issues/7758). Its filter took 10 to 40 ms for 10 to 1,000
# articles among 10,000 passages.
_EXACT_PASSAGES = 20_000
_WIDEST = 5_000  # hits asked of Chroma before comparing all that pass, however many, one by one


class Searches:
    """Passage ids with scores, best first, from either index."""

    def __init__(self, catalog: Catalog, nearest: Nearest, matching: Matching) -> None:
        self._catalog = catalog
        self._nearest = nearest
        self._matching = matching
        self._admitted: tuple[int, Filters, dict[str, int]] | None = None

    def by_vector(self, vector: NDArray[np.float32], k: int, filters: Filters) -> Found:
        """The `k` nearest passages with their cosine similarity."""
        unit = self._unit(vector)
        admitted = self.admitted(filters) if filters else None
        passages = sum(admitted.values()) if admitted is not None else self._catalog.count()[1]
        k = min(k, passages)
        if k < 1:
            return []
        if passages > _EXACT_PASSAGES:
            share = passages / max(passages, self._catalog.count()[1])
            first = k if admitted is None else int(1.5 * k / share)
            found = self._widened(lambda n: self._nearest.search(unit, n), k, admitted, first)
            if len(found) == k:
                return found
        return self._nearest.exact(unit, k, admitted)

    def by_keywords(self, text: str, k: int, filters: Filters) -> Found:
        """The `k` passages that share most with `text`, with their BM25 score; only those that share a word."""
        admitted = self.admitted(filters) if filters else None
        if k < 1 or (admitted is not None and not admitted):
            return []
        return self._widened(lambda n: self._matching.search(text, n, admitted), k)

    def admitted(self, filters: Filters) -> Mapping[str, int]:
        """The ready articles that pass `filters`, each with its number of passages."""
        last, changes = self._admitted, self._catalog.changes
        if last is None or last[:2] != (changes, filters):
            # One question asks three times. Another thread's may come between: it costs time, and mixes nothing.
            last = self._admitted = (changes, filters, self._catalog.admitted(filters))
        return last[2]

    def _widened(
        self, search: Callable[[int], Found], k: int, admitted: Mapping[str, int] | None = None, first: int = 0
    ) -> Found:
        """`k` hits of `search` that may be shown, asking it for more until there are enough or it has no more."""
        n = max(k, first)
        while True:
            hits = search(n)
            shown = self._shown(hits, admitted)
            if len(shown) >= k or len(hits) < n or n >= _WIDEST:
                return shown[:k]
            n *= 4

    def _shown(self, hits: Found, admitted: Mapping[str, int] | None) -> Found:
        """Those hits that are of a ready version, and of an admitted article."""
        parts = [(hit, found) for hit in hits if (found := parsed(hit[0]))]
        ready = self._catalog.ready_versions(id for _, (id, _, _) in parts)
        return [
            hit for hit, (id, version, _) in parts if ready.get(id) == version and (admitted is None or id in admitted)
        ]

    def _unit(self, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        found = np.asarray(vector, np.float32)
        length = float(np.linalg.norm(found)) if found.shape == (self._nearest.dim,) else 0.0
        if not np.isfinite(length) or not length:
            raise ValueError(f"a search needs {self._nearest.dim} finite numbers that are not all zero")
        return found / length
