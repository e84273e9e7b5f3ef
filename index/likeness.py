"""How alike two texts are, word for word: runs of three words, and a short signature to find likely pairs by.

The signature is a MinHash (Broder, "On the resemblance and containment of documents", 1997), cut into bands: two texts
that share a band are likely to share words. datasketch would do it too, but brings scipy, 100 MB, for these few lines.
"""

from __future__ import annotations

import re
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

Shingles = NDArray[np.uint64]  # sorted, each once

RUN = 3  # words: fewer are shared by chance, more are broken by each edit
LEAST = 12  # runs: a shorter text says too little to be called a copy of another
ALIKE_FROM = (
    0.5  # share of the shorter text's runs that the longer one has; set on train articles (benchmarks/copies.py)
)
SHORTEST = 0.2  # of the longer one: below it is a paragraph inside a round-up, and not a copy of the round-up
OPENING_FROM = 0.35  # share of the runs in the shorter text's first half that the longer one has
UNCUT = 0.8  # of the longer one's length: a shorter text was cut, and stands at the longer one's beginning,
STRETCH = 1.25  # within so many times its own length: sentences may be gone from its middle too

_WORD = re.compile(r"\w+")
_BANDS, _ROWS = 64, 2  # of pairs with a third of their runs in common 99.9 % share a band, with 2 % in common 2.5 %
_AT_ONCE = 4096  # runs hashed at once, so that a book needs no more memory than a column

_RANDOM = np.random.default_rng(1997)  # the same on every machine: signatures are kept
_TIMES = _RANDOM.integers(1, 2**63, _BANDS * _ROWS, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
_PLUS = _RANDOM.integers(0, 2**63, _BANDS * _ROWS, dtype=np.uint64)
_PLACES = _RANDOM.integers(1, 2**63, RUN, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
_BAND = _RANDOM.integers(0, 2**63, _BANDS, dtype=np.uint64)


def shingles(text: str) -> Shingles:
    """The runs of words in `text`, each as a number; case and punctuation do not count."""
    words = _WORD.findall(text.casefold())
    known = {
        word: int.from_bytes(blake2b(word.encode("utf-8", "replace"), digest_size=8).digest()) for word in set(words)
    }
    hashes = np.array([known[word] for word in words], np.uint64)
    if len(hashes) < RUN:
        return hashes[:0]
    runs = np.zeros(len(hashes) - RUN + 1, np.uint64)
    for n, place in enumerate(_PLACES):
        runs = _mixed(runs + hashes[n : n + len(runs)] * place)
    return np.unique(runs)


def signature(runs: Shingles) -> NDArray[np.uint32]:
    """The MinHash of a text's runs, 128 numbers; none for a text with too few of them."""
    if len(runs) < LEAST:
        return np.zeros(0, np.uint32)
    least = np.full(_BANDS * _ROWS, np.iinfo(np.uint32).max, np.uint32)
    for n in range(0, len(runs), _AT_ONCE):
        hashed = (runs[n : n + _AT_ONCE] * _TIMES[:, None] + _PLUS[:, None]) >> np.uint64(32)
        least = np.minimum(least, hashed.min(axis=1).astype(np.uint32))
    return least


def bands(minhash: NDArray[np.uint32]) -> list[int]:
    """The bands of a signature, 63 bits each; two that share one are worth comparing."""
    if not len(minhash):
        return []
    first, second = minhash.astype(np.uint64).reshape(_BANDS, _ROWS).T
    return [int(band) for band in _mixed(((first << np.uint64(32)) | second) ^ _BAND) >> np.uint64(1)]


def likely(one: NDArray[np.uint32], other: NDArray[np.uint32], sizes: tuple[int, int]) -> bool:
    """Whether two signatures, of texts with so many runs, leave it open that one is a copy of the other."""
    if not len(one) or not len(other) or min(sizes) < SHORTEST * max(sizes):
        return False
    shared = float((one == other).mean())
    held = shared * sum(sizes) / ((1 + shared) * min(sizes))  # from the share of all runs to that of the shorter's
    return held >= ALIKE_FROM / 2


def alike(one: str, other: str) -> bool:
    """Whether one text is a copy of the other, perhaps edited or cut.

    Words in common are not enough. A follow-up repeats a whole short report as its background, and press releases end
    with the same paragraph; but an editor cuts from the end, and whoever copies a story copies its beginning.
    """
    short, long = sorted((one, other), key=len)
    runs, whole = shingles(short), shingles(long)
    if len(runs) < max(LEAST, SHORTEST * len(whole)) or held_by(runs, whole) < ALIKE_FROM:
        return False
    if held_by(shingles(short[: len(short) // 2]), whole) < OPENING_FROM:
        return False
    uncut = len(short) >= UNCUT * len(long)
    return uncut or held_by(runs, shingles(long[: round(len(short) * STRETCH)])) >= ALIKE_FROM


def held_by(part: Shingles, whole: Shingles) -> float:
    """The share of the runs of `part` that `whole` has, 0 to 1."""
    return len(np.intersect1d(part, whole, assume_unique=True)) / len(part) if len(part) else 0.0


def _mixed(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Each number with its bits spread over all 64: the finish of splitmix64."""
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return numbers ^ (numbers >> np.uint64(31))
