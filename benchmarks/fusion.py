"""Which way of putting vectors and keywords together finds the evidence best.

    python benchmarks/fusion.py FOLDER [--limit N] [--split S]

FOLDER is a set in the form of eval/data/README.md. Prints hit@1, hit@5, hit@10 and the mean reciprocal rank of vectors
alone, keywords alone, reciprocal rank fusion, and sums of z-normalised scores with several weights for the keywords.
"completed": a passage that only the keywords found gets its true similarity, as `rag/retrieve.py` does.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pincite.eval.cases import Case, Place, load_set, select
from pincite.eval.indexed import indexed
from pincite.eval.metrics import first_right, reciprocal
from pincite.index import NO_FILTERS, Filters, Index, MiniLM
from pincite.rag.fuse import fuse, reciprocal_ranks
from pincite.rag.retrieve import POOL

Ranking = list[tuple[str, float]]
Rankings = Mapping[str, Ranking]

WEIGHTS = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0)  # of the keywords, the vectors having 1


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--split")
    given = parser.parse_args()
    case_set = load_set(given.folder)
    cases = [case for case in select(case_set.cases, split=given.split, limit=given.limit) if case.evidence]
    embedder = MiniLM()
    ranks: dict[str, list[int | None]] = {name: [] for name in METHODS}
    with indexed(case_set) as library:
        places = {
            passage.id: Place(passage.article_id, passage.start, passage.end)
            for article in case_set.articles
            for passage in library.passages(article.id)
        }
        for case in cases:
            rankings = searched(library.index, embedder.embed([case.question])[0], case)
            for name, method in METHODS.items():
                found = (places[id] for id, _ in method(rankings)[:10])
                ranks[name].append(first_right(right(place, case) for place in found))
    print(f"{len(cases):,} questions, {len(places):,} passages, {len(case_set.articles):,} articles")
    print(f"{'':34}  hit@1  hit@5 hit@10    mrr")
    for name, found in ranks.items():
        shares = [np.mean([bool(rank and rank <= k) for rank in found]) for k in (1, 5, 10)]
        numbers = [*shares, np.mean([reciprocal(rank) for rank in found])]
        print(f"{name:34}" + "".join(f" {number:6.3f}" for number in numbers))


def searched(index: Index, vector: NDArray[np.float32], case: Case) -> dict[str, Ranking]:
    """What each method finds, and the vectors' ranking with what only the keywords found."""
    filters = NO_FILTERS if case.article_ids is None else Filters(article_ids=case.article_ids)
    by_vector = list(index.by_vector(vector, POOL, filters))
    by_keywords = list(index.by_keywords(case.question, POOL, filters))
    known = {id for id, _ in by_vector}
    others = [id for id, _ in by_keywords if id not in known]
    similarities = np.asarray(index.vectors(others)) @ vector if others else []
    both = [*by_vector, *zip(others, map(float, similarities), strict=True)]
    return {"vector": by_vector, "keyword": by_keywords, "both": sorted(both, key=lambda pair: -pair[1])}


def summed(name: str, weight: float) -> Callable[[Rankings], Ranking]:
    """The sum of z-normalised scores of the vectors' ranking called `name` and the keywords'."""
    return lambda found: fuse({"v": found[name], "k": found["keyword"]}, weights={"k": weight})


METHODS: dict[str, Callable[[Rankings], Ranking]] = {
    "vectors alone": lambda found: found["vector"],
    "keywords alone": lambda found: found["keyword"],
    "reciprocal ranks": lambda found: reciprocal_ranks({"v": found["vector"], "k": found["keyword"]}),
    "z-normalised": summed("vector", 1.0),
    **{f"z-normalised, completed, 1:{weight:g}": summed("both", weight) for weight in WEIGHTS},
}


def right(place: Place, case: Case) -> bool:
    """Whether a passage overlaps the case's evidence."""
    return any(place.overlaps(one) for group in case.evidence for one in group)


if __name__ == "__main__":
    main()
