"""How much of a question's wording a passage has: its words and its pairs of neighbouring words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from math import log

from ..index import STOP_WORDS, stems


def words_and_pairs(question: str, passages: Sequence[tuple[str, str]]) -> tuple[list[float], list[float]]:
    """For each (title, text), what it shares with the question: single words, and words side by side in both.

    A word weighs log((1 + n) / (1 + passages with it)) + 0.1 for n passages: rare among the candidates is telling, and
    one that all have still counts a little. Words are stems; stop words count only within pairs, and pairs only in
    the text.
    BM25 forgives a missing word where another comes often; these do not.
    """
    asked = stems(question)
    telling = {stem for stem in asked if stem not in stop_stems()} or set(asked)
    pairs = {(a, b) for a, b in pairwise(asked) if a not in stop_stems() or b not in stop_stems()}
    rows = [stems(text) for _, text in passages]
    held = [{*row, *stems(title)} for (title, _), row in zip(passages, rows, strict=True)]
    weight = {stem: log((1 + len(rows)) / (1 + sum(stem in has for has in held))) + 0.1 for stem in set(asked)}
    whole = sum(weight[stem] for stem in telling) or 1.0
    words = [sum(weight[stem] for stem in telling & has) / whole for has in held]
    beside = [sum(weight[a] + weight[b] for a, b in pairs & set(pairwise(row))) for row in rows]
    return words, beside


@cache
def stop_stems() -> frozenset[str]:
    """The stems of the stop words."""
    return frozenset(stem for word in STOP_WORDS for stem in stems(word))
