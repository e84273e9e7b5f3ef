"""Which way of putting vectors and keywords together finds the evidence best.

    python benchmarks/fusion.py FOLDER [--limit N] [--split S]

FOLDER is a set in the form of eval/data/README.md. Prints hit@1, hit@5, hit@10 and the mean reciprocal rank of vectors
alone, keywords alone, reciprocal rank fusion, z-normalised sums of the two, and of the two with the words and the pairs
of words that question and passage share, as `rag/retrieve.py` sums them.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np

from pincite.eval.cases import Case, Place, load_set, select
from pincite.eval.indexed import indexed
from pincite.eval.metrics import first_right, reciprocal
from pincite.index import NO_FILTERS, Filters
from pincite.rag.fuse import fuse, reciprocal_ranks
from pincite.rag.retrieve import WEIGHTS, Clock, Pool, Retriever

Ranking = list[tuple[str, float]]


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--split")
    given = parser.parse_args()
    case_set = load_set(given.folder)
    cases = [case for case in select(case_set.cases, split=given.split, limit=given.limit) if case.evidence]
    ranks: dict[str, list[int | None]] = {name: [] for name in METHODS}
    with indexed(case_set) as library:
        retriever = Retriever(library.index, library.embedder)
        for case in cases:
            filters = NO_FILTERS if case.article_ids is None else Filters(article_ids=case.article_ids)
            pool = retriever.candidates(case.question, filters, Clock())
            for name, method in METHODS.items():
                passages = (pool.loaded[id][0] for id, _ in method(pool)[:10])
                places = (Place(passage.article_id, passage.start, passage.end) for passage in passages)
                ranks[name].append(first_right(right(place, case) for place in places))
    print(f"{len(cases):,} questions, {len(case_set.articles):,} articles")
    print(f"{'':34}  hit@1  hit@5 hit@10    mrr")
    for name, found in ranks.items():
        shares = [np.mean([bool(rank and rank <= k) for rank in found]) for k in (1, 5, 10)]
        numbers = [*shares, np.mean([reciprocal(rank) for rank in found])]
        print(f"{name:34}" + "".join(f" {number:6.3f}" for number in numbers))


def summed(**weights: float) -> Callable[[Pool], Ranking]:
    """The sum of the named rankings' z-normalised scores, by weight."""
    return lambda pool: fuse({name: pool.rankings[name] for name in weights}, weights=weights)


METHODS: dict[str, Callable[[Pool], Ranking]] = {
    "vectors alone": lambda pool: pool.found["vector"],
    "keywords alone": lambda pool: pool.found["keyword"],
    "reciprocal ranks": lambda pool: reciprocal_ranks(pool.found),
    "z-normalised, found by each": lambda pool: fuse(pool.found),
    "z-normalised 1:1": summed(vector=1.0, keyword=1.0),
    "with words and pairs, 1:1:0.7:0.3": summed(vector=1.0, keyword=1.0, words=0.7, pairs=0.3),
    "as shipped": summed(**WEIGHTS),
}


def right(place: Place, case: Case) -> bool:
    """Whether a passage overlaps the case's evidence."""
    return case.rests_on(place)


if __name__ == "__main__":
    main()
