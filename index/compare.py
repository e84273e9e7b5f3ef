"""A vector index compared with the catalog: every id, every vector, a sample of searches."""

from __future__ import annotations

import numpy as np

from .catalog_reader import CatalogReader
from .faults import IndexHurt
from .vectors import Vectors

_SAMPLE = 50  # searches tried
_NEAR = 1e-3  # Chroma may keep a vector at another length, so that its last digits differ


def compared(index: Vectors, catalog: CatalogReader, dim: int) -> list[str]:
    """The ids that the index holds and the catalog does not.

    Raises IndexHurt when it lacks any, holds another vector for one, or does not find one in ten.
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
    sample = np.linspace(0, len(ready) - 1, min(_SAMPLE, len(ready)), dtype=int)
    missed = [ready[n] for n in sample if max(dict(index.search(matrix[n], 10)).values(), default=0) < 1 - _NEAR]
    # Even in a whole index a search may miss one now and then: its graph is not always connected.
    if len(missed) > len(sample) / 10:
        raise IndexHurt(f"the vector index does not find {len(missed)} of {len(sample)} passages")
    return sorted(held - set(ready) - set(catalog.passage_ids("pending")))
