"""How much of an `add` is the embedding model itself, and whether it stays so: `python benchmarks/add.py 200`.

Files of about 400 words (`--words`) are written into a folder and added as `pincite add FOLDER` does; then the same is
done again in a library that was closed in between. Each tenth is told apart: a time or a memory that grows would show.
With `--no-model` each text gets a made-up vector: what is left is all that could grow, at a fifth of the time.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from time import perf_counter, process_time
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from pincite.index import Added, Article, Embedder, Index, Reading, find_places, open_index, read_all
from pincite.index.embed import MiniLM


class Noise:
    """An embedder that takes next to no time."""

    def __init__(self) -> None:
        self.name, self.dim = "noise", 384

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        made = np.stack([np.random.default_rng(crc32(text.encode())).normal(size=self.dim) for text in texts])
        return made.astype(np.float32)


class Timed:
    """An embedder that counts the seconds spent in it, and the texts."""

    def __init__(self, inner: Embedder) -> None:
        self.name, self.dim, self.seconds, self.texts = inner.name, inner.dim, 0.0, 0
        self._inner = inner

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        start = perf_counter()
        self.texts += len(texts)
        try:
            return self._inner.embed(texts)
        finally:
            self.seconds += perf_counter() - start


def written(folder: Path, count: int, words_each: int, seed: int = 7) -> None:
    """Articles of about so many words in sentences and paragraphs, from a made-up vocabulary of 20,000 words."""
    rng = random.Random(seed)
    syllables = [a + b for a in "bcdfghklmnprstvw" for b in ("a", "e", "i", "o", "u", "an", "er", "in", "on")]
    words = ["".join(rng.choices(syllables, k=rng.randint(1, 4))) for _ in range(20_000)]
    weights = [1 / (n + 10) for n in range(len(words))]
    for n in range(count):
        body = iter(rng.choices(words, weights, k=words_each))
        sentences = []
        while sentence := [word for word, _ in zip(body, range(rng.randint(8, 25)), strict=False)]:
            sentences.append(" ".join(sentence).capitalize() + ".")
        paragraphs = [" ".join(sentences[n : n + 4]) for n in range(0, len(sentences), 4)]
        title = " ".join(rng.choices(words, weights, k=6)).capitalize()
        (folder / f"{n:06}.txt").write_text("\n\n".join([title, *paragraphs]))


def added(index: Index, folder: Path) -> Iterator[Added]:
    """What `Library.add` does with a folder."""
    return index.add(read_all(find_places([folder]), Reading(visits=index.visits)))


@dataclass(frozen=True, slots=True)
class Tenth:
    """What a tenth of the articles took."""

    articles: int
    seconds: float
    model_seconds: float
    processor_seconds: float  # which other programs on the machine change little
    megabytes: float  # resident when it was done

    def __str__(self) -> str:
        ms, model = self.seconds / self.articles * 1000, self.model_seconds / self.articles * 1000
        cpu = self.processor_seconds / self.articles * 1000
        return (
            f"{ms:6.1f} ms an article, {ms - model:5.1f} of them not in the model; {cpu:6.1f} ms of processor time; "
            f"{self.megabytes:5.0f} MB in use"
        )


def in_tenths(outcomes: Iterator[Added], count: int, embedder: Timed) -> Iterator[Tenth]:
    """The outcomes walked through."""
    start, cpu, model, done = perf_counter(), process_time(), embedder.seconds, 0
    for n, _ in enumerate(outcomes, 1):
        if n - done >= max(1, count // 10) or n == count:
            now = perf_counter()
            yield Tenth(n - done, now - start, embedder.seconds - model, process_time() - cpu, _resident_mb())
            start, cpu, model, done = now, process_time(), embedder.seconds, n


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=int, nargs="?", default=200)
    parser.add_argument("--words", type=int, default=400, help="in each article")
    parser.add_argument("--no-model", action="store_true", help="made-up vectors in place of the model's")
    arguments = parser.parse_args()
    count = arguments.articles
    embedder = Timed(Noise() if arguments.no_model else MiniLM())
    embedder.embed(["warm"])
    with tempfile.TemporaryDirectory() as work:
        home, folder = Path(work) / "home", Path(work) / "articles"
        folder.mkdir()
        written(folder, count, arguments.words)
        with open_index(home, embedder) as index:
            list(index.add([Article.create("warm.txt", "Warm.")]))  # Chroma's import is paid once a process
            embedder.seconds, embedder.texts, start = 0.0, 0, perf_counter()
            for tenth in in_tenths(added(index, folder), count, embedder):
                print(tenth, flush=True)
            took = perf_counter() - start
            passages, seconds = embedder.texts, embedder.seconds
            start = perf_counter()
        closing = perf_counter() - start
        start = perf_counter()
        with open_index(home, embedder) as index:
            opening = perf_counter() - start
            start = perf_counter()
            same = [outcome.status for outcome in added(index, folder)].count("same")
            again = perf_counter() - start
    print(f"{count} articles, {passages} passages in {took:.1f} s: {count / took:.1f} articles/s")
    print(f"in the embedding model: {seconds:.1f} s, {seconds / took:.1%} of the time")
    print(f"the same again: {again:.2f} s for {same}, {took / again:.0f} times faster; ", end="")
    print(f"{embedder.texts - passages} texts embedded; close {closing:.2f} s, open {opening:.3f} s")
    print(f"peak memory: {getrusage(RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
