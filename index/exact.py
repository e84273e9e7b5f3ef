"""Passages by nearness, compared one by one with the catalog's own vectors: always right, needs no index."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from .catalog import Catalog

_KEPT_PASSAGES = 50_000  # of a smaller library all vectors stay in memory between searches: 75 MB at 384 numbers


@dataclass(frozen=True, slots=True)
class _Vectors:
    """The vectors of ready passages, and where those of each article stand. Right for one state of the catalog."""

    changes: int
    ids: list[str]
    matrix: NDArray[np.float32]
    places: dict[str, range]

    def of(self, article_ids: Iterable[str]) -> NDArray[np.intp]:
        ranges = [self.places[id] for id in article_ids if id in self.places]
        return np.fromiter((place for places in ranges for place in places), np.intp)


class Exact:
    """Exact search over the catalog's vectors."""

    def __init__(self, catalog: Catalog, dim: int) -> None:
        self._catalog = catalog
        self._dim = dim
        self._kept: _Vectors | None = None

    def search(
        self, vector: NDArray[np.float32], k: int, article_ids: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        """The `k` nearest ready passages with their cosine similarity, of these articles or of all, best first."""
        if self._catalog.count()[1] <= _KEPT_PASSAGES:
            kept = self._everything()
            rows = np.arange(len(kept.ids)) if article_ids is None else kept.of(article_ids)
            ids, matrix = kept.ids, kept.matrix
        else:
            ids, matrix = self._catalog.ready_vectors(article_ids, self._dim)
            rows = np.arange(len(ids))
        similarities = (matrix if len(rows) == len(ids) else matrix[rows]) @ vector
        best = np.argpartition(-similarities, k)[:k] if k < len(rows) else np.arange(len(rows))
        best = best[np.argsort(-similarities[best], kind="stable")]
        return [(ids[rows[n]], float(similarities[n])) for n in best]

    def _everything(self) -> _Vectors:
        kept, changes = self._kept, self._catalog.changes
        if kept is None or kept.changes != changes:
            ids, matrix = self._catalog.ready_vectors(None, self._dim)
            places: dict[str, range] = {}
            for article_id, numbers in groupby(range(len(ids)), key=lambda n: ids[n].rsplit(":", 2)[0]):
                first, *rest = numbers
                places[article_id] = range(first, first + 1 + len(rest))
            self._kept = kept = _Vectors(changes, ids, matrix, places)
        return kept
