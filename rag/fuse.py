"""Several rankings made one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean, pstdev


def fuse(
    rankings: Mapping[str, Sequence[tuple[str, float]]], *, weights: Mapping[str, float] | None = None
) -> list[tuple[str, float]]:
    """Ids with their fused score, best first; ties keep first-seen order.

    Each ranking lists (id, score) with higher scores better. Its scores are z-normalised over that
    ranking (mean 0, standard deviation 1) and summed, times the ranking's weight (1 by default). An id that
    a ranking lacks gets that ranking's lowest normalised score: it is known to be no better.
    Montague and Aslam, "Relevance score normalization for metasearch", CIKM 2001 (ZMUV, then CombSUM).
    """
    fused = {id: 0.0 for ranking in rankings.values() for id, _ in ranking}
    for name, ranking in rankings.items():
        normal = _z_scores(ranking)
        lowest = min(normal.values(), default=0.0)
        weight = (weights or {}).get(name, 1.0)
        for id in fused:
            fused[id] += weight * normal.get(id, lowest)
    return sorted(fused.items(), key=lambda pair: -pair[1])


def reciprocal_ranks(
    rankings: Mapping[str, Sequence[tuple[str, float]]], *, damping: int = 60
) -> list[tuple[str, float]]:
    """Ids with the sum of 1 / (damping + rank) over the rankings that hold them, rank from 1, best first.

    Reciprocal rank fusion: Cormack, Clarke and Büttcher, SIGIR 2009. Kept to be measured against `fuse`.
    """
    fused: dict[str, float] = {}
    for ranking in rankings.values():
        for rank, (id, _) in enumerate(ranking, start=1):
            fused[id] = fused.get(id, 0.0) + 1 / (damping + rank)
    return sorted(fused.items(), key=lambda pair: -pair[1])


def _z_scores(ranking: Sequence[tuple[str, float]]) -> dict[str, float]:
    scores = [score for _, score in ranking]
    if not scores:
        return {}
    mean, spread = fmean(scores), pstdev(scores)
    return {id: (score - mean) / spread if spread else 0.0 for id, score in ranking}
