"""A vector index compared with the catalog: every id, every vector, a sample of searches."""

from __future__ import annotations

import numpy as np

from .catalog import Catalog
from .faults import IndexHurt
from .vectors import Vectors

_SAMPLE = 50  # searches tried
_NEAR = 1e-3  # Chroma may keep a vector at another length, so that its last digits differ


def compared(index: Vectors, catalog: Catalog, dim: int) -> list[str]:
    """The ids that the index holds and the catalog does not.

    Raises IndexHurt when it lacks any, holds another vector for one, or does not find one.
    """
    ready, matrix = catalog.ready_vectors(None, dim)
    held = set(index.ids())
    if lacking := set(ready) - held:
        raise IndexHurt(f"the vector index lacks {len(lacking)} of {len(ready)} passages")
    for n in range(0, len(ready), 1_000):
        found = index.vectors(ready[n : n + 1_000])
        for id, vector in zip(ready[n : n + 1_000], matrix[n : n + 1_000], strict=True):
            if id not in found or not np.abs(found[id] - vector).max() < _NEAR:
                raise IndexHurt(f"the vector index holds another vector for {id}")
    for n in np.linspace(0, len(ready) - 1, min(_SAMPLE, len(ready)), dtype=int):
        nearest = index.search(matrix[n], 10)
        if not nearest or nearest[0][1] < 1 - _NEAR:
            raise IndexHurt(f"the vector index does not find {ready[n]}")
    return sorted(held - set(ready) - set(catalog.passage_ids("pending")))
