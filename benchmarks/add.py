"""How much of an `add` is the embedding model itself: `python benchmarks/add.py 200`."""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Sequence
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from pincite.index import Article, open_index
from pincite.index.embed import MiniLM

WORDS_IN_ARTICLE = 400


class Timed:
    """An embedder that counts the seconds spent in it."""

    def __init__(self, inner: MiniLM) -> None:
        self.name, self.dim, self.seconds = inner.name, inner.dim, 0.0
        self._inner = inner

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        start = perf_counter()
        try:
            return self._inner.embed(texts)
        finally:
            self.seconds += perf_counter() - start


def generated(count: int, seed: int = 7) -> list[Article]:
    """Articles of about 400 words in sentences and paragraphs, from a made-up vocabulary of 20,000 words."""
    rng = random.Random(seed)
    syllables = [a + b for a in "bcdfghklmnprstvw" for b in ("a", "e", "i", "o", "u", "an", "er", "in", "on")]
    words = ["".join(rng.choices(syllables, k=rng.randint(1, 4))) for _ in range(20_000)]
    weights = [1 / (n + 10) for n in range(len(words))]
    articles = []
    for n in range(count):
        body = iter(rng.choices(words, weights, k=WORDS_IN_ARTICLE))
        sentences = []
        while sentence := [word for word, _ in zip(body, range(rng.randint(8, 25)), strict=False)]:
            sentences.append(" ".join(sentence).capitalize() + ".")
        paragraphs = [" ".join(sentences[n : n + 4]) for n in range(0, len(sentences), 4)]
        title = " ".join(rng.choices(words, weights, k=6)).capitalize()
        articles.append(Article.create(f"generated/{n}.txt", "\n\n".join(paragraphs), title=title))
    return articles


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("articles", type=int, nargs="?", default=200)
    articles = generated(parser.parse_args().articles)
    embedder = Timed(MiniLM())
    embedder.embed(["warm"])
    with tempfile.TemporaryDirectory() as home:
        with open_index(Path(home), embedder) as index:
            list(index.add([Article.create("warm.txt", "Warm.")]))  # Chroma's import is paid once a process
            embedder.seconds, start = 0.0, perf_counter()
            outcomes = list(index.add(articles))
            took = perf_counter() - start
            passages = sum(outcome.passages for outcome in outcomes)
            start = perf_counter()
            list(index.add(articles))
            again = perf_counter() - start
            start = perf_counter()
        closing = perf_counter() - start
        start = perf_counter()
        with open_index(Path(home), embedder):
            opening = perf_counter() - start
    print(f"{len(articles)} articles, {passages} passages in {took:.1f} s: {len(articles) / took:.1f} articles/s")
    print(f"in the embedding model: {embedder.seconds:.1f} s, {embedder.seconds / took:.1%} of the time")
    print(
        f"the same again: {again:.2f} s, {took / again:.0f} times faster; close {closing:.2f} s, open {opening:.3f} s"
    )
    print(f"peak memory: {getrusage(RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
