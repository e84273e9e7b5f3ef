"""Whether two runs over the same cases differ by more than chance. Paired tests, the same on every run."""

from __future__ import annotations

from collections.abc import Sequence
from math import comb

import numpy as np

from .scores import Scores
from .totals import MEASURES, SEED, shares

Chances = dict[str, float]

SWAPS = 2_000


def chances(before: Sequence[Scores], after: Sequence[Scores]) -> Chances:
    """For each metric that is a sum over cases and differs: the share of random swaps that differ as much.

    Were the two runs alike, each case might as well have had the other's scores: both are swapped at random, case by
    case, and the difference taken again (approximate randomisation, two-sided). Noreen, "Computer-intensive methods
    for testing hypotheses", 1989; the run itself counts as one of the swaps, so that no chance is 0.
    """
    found: Chances = {}
    for metric in MEASURES:
        old, new = shares(metric, before), shares(metric, after)
        if old == new:
            continue
        chance = _swapped(old, new)
        if chance is not None:
            found[metric] = chance
    return found


def sign_test(lost: int, won: int) -> float:
    """How likely so uneven a split of `lost + won` cases is, each as likely lost as won (exact, two-sided).

    The exact form of McNemar's test, Psychometrika 1947.
    """
    n = lost + won
    tail = sum(comb(n, k) for k in range(min(lost, won) + 1))
    return min(1.0, 2 * tail / 2**n)


def _swapped(old: Sequence[tuple[float, float] | None], new: Sequence[tuple[float, float] | None]) -> float | None:
    nothing = (0.0, 0.0)
    one = np.array([pair or nothing for pair in old])
    two = np.array([pair or nothing for pair in new])
    if not one[:, 1].sum() or not two[:, 1].sum():
        return None
    # Cases that both runs score alike change no sum, swapped or not.
    differ = (one != two).any(axis=1)
    fixed = one[~differ].sum(axis=0)
    one, two = one[differ], two[differ]
    measured = abs(_ratio(fixed + one.sum(axis=0)) - _ratio(fixed + two.sum(axis=0)))
    draw = np.random.default_rng(SEED)
    as_large = 1
    for _ in range(SWAPS):
        swap = draw.random(len(one)) < 0.5
        left = fixed + np.where(swap[:, None], two, one).sum(axis=0)
        right = fixed + np.where(swap[:, None], one, two).sum(axis=0)
        as_large += abs(_ratio(left) - _ratio(right)) >= measured - 1e-12
    return as_large / (SWAPS + 1)


def _ratio(sums: np.ndarray) -> float:
    return float(sums[0] / sums[1]) if sums[1] else 0.0
