"""A second embedder, without a model: words hashed into numbers. Quick, the same everywhere, and really nearest."""

from __future__ import annotations

import re
from collections.abc import Sequence
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from pincite.index import Article

TOPICS = "bees bridges canals comets dragons engines forests glaciers harbours islands".split()


class Hashing:
    """Each word adds or takes one from the number its hash names."""

    def __init__(self, dim: int = 256) -> None:
        self.name = f"hashing-{dim}"
        self.dim = dim
        self.calls: list[int] = []  # how many texts each call had

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.calls.append(len(texts))
        vectors = np.zeros((len(texts), self.dim), np.float32)
        for row, text in zip(vectors, texts, strict=True):
            row[0] = 0.1  # no text is without a direction
            for word in re.findall(r"\w+", text.lower()):
                hash = crc32(word.encode())
                row[hash % self.dim] += 1 if hash & 1024 else -1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def written(n: int, *, edition: int = 1, sentences: int = 3) -> Article:
    """Article number `n`: short, unlike the others, and different in each edition."""
    topic = TOPICS[n % len(TOPICS)]
    lines = [f"Report {n} counts {n * 7 + line} {topic} in town{n} and valley{line}." for line in range(sentences)]
    return Article.create(
        f"news/{n}.txt", f"Edition {edition} was printed. " + " ".join(lines), title=f"On {topic} {n}"
    )
