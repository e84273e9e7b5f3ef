"""How long the indexes take to be built anew without the model: `python benchmarks/rebuild.py 100000`.

Passages of about 90 words with made-up vectors are stored in the catalog; then both index folders are deleted, as a
hurt one would be given up, and built again from it.
"""

from __future__ import annotations

import argparse
import logging
import random
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from time import perf_counter, process_time
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from pincite.index import Article, Passage, open_index
from pincite.index.catalog import Catalog
from pincite.index.records import Prepared

DIM = 384
PASSAGES_IN_ARTICLE = 5
WORDS_IN_PASSAGE = 90
AT_ONCE = 1_000


class Noise:
    """An embedder that must not be asked for more than a question."""

    def __init__(self) -> None:
        self.name, self.dim, self.texts = "noise", DIM, 0

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.texts += len(texts)
        made = np.stack([np.random.default_rng(crc32(text.encode())).normal(size=DIM) for text in texts])
        return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)


def stored(home: Path, passages: int) -> None:
    """Fills the catalog as an `add` would, without splitting and embedding."""
    rng, numbers = random.Random(7), np.random.default_rng(7)
    syllables = [a + b for a in "bcdfghklmnprstvw" for b in ("a", "e", "i", "o", "u", "an", "er")]
    words = ["".join(rng.choices(syllables, k=rng.randint(1, 4))) for _ in range(20_000)]
    weights = [1 / (n + 10) for n in range(len(words))]
    catalog = Catalog(home / "catalog.sqlite")
    articles = passages // PASSAGES_IN_ARTICLE
    for first in range(0, articles, AT_ONCE):
        prepared = []
        for n in range(first, min(first + AT_ONCE, articles)):
            parts = [" ".join(rng.choices(words, weights, k=WORDS_IN_PASSAGE)) for _ in range(PASSAGES_IN_ARTICLE)]
            article = Article.create(f"generated/{n}.txt", "\n".join(parts), title=f"Number {n}")
            places, start = [], 0
            for ordinal, part in enumerate(parts):
                id, end = f"{article.id}:1:{ordinal}", start + len(part)
                places.append(Passage(id, article.id, 1, part, start, end))
                start = end + 1
            vectors = numbers.normal(size=(len(parts), DIM)).astype(np.float32)
            vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
            prepared.append(Prepared(article, tuple(places), vectors))
        catalog.store(prepared)
        catalog.make_ready()
    catalog.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("passages", type=int, nargs="?", default=10_000)
    passages = parser.parse_args().passages
    logging.disable(logging.WARNING)
    embedder = Noise()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        with open_index(home, embedder):
            pass  # makes the catalog, and remembers the embedder
        start = perf_counter()
        stored(home, passages)
        print(f"{passages:,} passages stored in the catalog in {perf_counter() - start:.0f} s", flush=True)
        for path in (*home.glob("vectors-*"), *home.glob("keywords-*")):
            shutil.rmtree(path)
        start, cpu = perf_counter(), process_time()
        with open_index(home, embedder) as index:
            opened = perf_counter() - start
            vector = embedder.embed(["a question"])[0]
            began = perf_counter()
            index.by_vector(vector, 10)
            first = perf_counter() - began
            index._nearest.opened()
            built, cpu = perf_counter() - start, process_time() - cpu
            health = index.check()
        print(f"keyword index built in {opened:.1f} s, both in {built:.1f} s ({cpu:.1f} s of processor time)")
        print(f"the stores agree: {health.well}")
        print(f"a search by exact comparison meanwhile: {first * 1000:.0f} ms")
        print(f"texts given to the model, besides the question: {embedder.texts - 1}")
    peak = max(getrusage(RUSAGE_SELF).ru_maxrss, getrusage(RUSAGE_CHILDREN).ru_maxrss) / 1024
    print(f"peak memory: {peak:.0f} MB")


if __name__ == "__main__":
    main()
