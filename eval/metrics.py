"""The numbers of an evaluation: pure functions from values to a number.

The normalisation, exact match and F1 are those of the official SQuAD script (Rajpurkar et al., EMNLP 2016).
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from math import log2

_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_THOUSANDS = re.compile(r",(?=\d{3}(?!\d))")
_ARTICLES = re.compile(r"\b(a|an|the)\b")
_POSSESSIVE = re.compile(r"['’]s\b", re.IGNORECASE)
_PUNCTUATION = str.maketrans("", "", string.punctuation)


def normalise(text: str) -> str:
    """`text` in lower case, without ASCII punctuation and English articles, its white space made single."""
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split())


def exact_match(accepted: str, predicted: str) -> float:
    """1 when the two are equal after normalisation, else 0."""
    return float(normalise(accepted) == normalise(predicted))


def f1(accepted: str, predicted: str) -> float:
    """The harmonic mean of the precision and recall of `predicted`'s words; 1 when neither has any."""
    gold, given = normalise(accepted).split(), normalise(predicted).split()
    if not gold or not given:
        return float(gold == given)
    same = sum((Counter(gold) & Counter(given)).values())
    return 2 * same / (len(gold) + len(given))


def best(score: Callable[[str, str], float], accepted: Sequence[str], predicted: str) -> float:
    """The highest score of `predicted` against any accepted answer that has words; against "" when none has."""
    with_words = [answer for answer in accepted if normalise(answer)] or [""]
    return max(score(answer, predicted) for answer in with_words)


def contains(text: str, answer: str) -> bool:
    """Whether the words of `answer` stand in `text`, whole words in a row, after normalisation.

    A possessive counts as its word: "Manet" is in "Manet's Chez Tortoni".
    """
    words = normalise(_POSSESSIVE.sub("", answer))
    return bool(words) and f" {words} " in f" {normalise(_POSSESSIVE.sub('', text))} "


def first_right(right: Iterable[bool]) -> int | None:
    """The rank, from 1, of the first true value; None when there is none."""
    return next((rank for rank, value in enumerate(right, start=1) if value), None)


def reciprocal(rank: int | None) -> float:
    """1 / rank; 0 without a rank."""
    return 1 / rank if rank else 0.0


def recall_at(ranks: Sequence[int], relevant: int, k: int) -> float:
    """The share of `relevant` passages that are among the first `k`; `ranks` are those of the ones found, from 1."""
    return sum(rank <= k for rank in ranks) / relevant


def ndcg_at(ranks: Sequence[int], relevant: int, k: int) -> float:
    """Normalised discounted cumulative gain of the first `k` ranks, each passage relevant or not.

    Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques", TOIS 2002, with the
    logarithm to base 2.
    """
    ideal = sum(1 / log2(rank + 1) for rank in range(1, min(relevant, k) + 1))
    return sum(1 / log2(rank + 1) for rank in ranks if rank <= k) / ideal


def figures(text: str) -> frozenset[str]:
    """The numbers written in digits in `text`, without thousands separators."""
    return frozenset(_THOUSANDS.sub("", found) for found in _FIGURE.findall(text))


def mean(values: Iterable[float]) -> float | None:
    """The mean; None when there are no values."""
    kept = list(values)
    return sum(kept) / len(kept) if kept else None


def ratio(part: int, whole: int) -> float | None:
    """`part / whole`; None when the whole is 0."""
    return part / whole if whole else None


def percentile(values: Iterable[float], share: float) -> float | None:
    """The value under which `share` (0 to 1) of `values` lie, between two of them by a straight line; None of none."""
    ordered = sorted(values)
    if not ordered:
        return None
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
