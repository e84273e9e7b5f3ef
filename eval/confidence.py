"""What the confidences of answers are worth: whether the surer ones are right, and as often as they say.

Each case is a pair: how sure the reader was, and whether what it told, or would have told had it not refused, was
right. An unanswerable case can only be told wrongly.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BINS = 10

Judged = tuple[float, bool]  # confidence from 0 to 1, and whether the answer told at it is right


@dataclass(frozen=True, slots=True)
class Bin:
    """Cases of like confidence: how sure the reader was of them on average, and how often it was right."""

    n: int
    confidence: float
    right: float


def risk_coverage(cases: Iterable[Judged]) -> list[tuple[float, float]]:
    """Coverage (share answered) and risk (share wrong of those), the surest cases answered first.

    Equally sure cases are answered in a random order on average: their errors are spread evenly over them.
    El-Yaniv and Wiener, "On the foundations of noise-free selective classification", JMLR 2010.
    """
    sure, right = _columns(cases)
    risks = _risks(sure, right)
    return [((n + 1) / len(risks), float(risk)) for n, risk in enumerate(risks)]


def area(cases: Iterable[Judged]) -> float | None:
    """The area under the risk-coverage curve: the mean risk over all coverages, 0 best; None without cases."""
    sure, right = _columns(cases)
    return float(_risks(sure, right).mean()) if len(sure) else None


def reliability(cases: Iterable[Judged], bins: int = BINS) -> list[Bin]:
    """The cases in `bins` of equal size by confidence, the least sure first; fewer when there are fewer cases."""
    sure, right = _columns(cases)
    order = np.argsort(sure, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    return [Bin(len(part), float(sure[part].mean()), float(right[part].mean())) for part in parts]


def calibration_error(cases: Iterable[Judged], bins: int = BINS) -> float | None:
    """The expected calibration error: the mean gap between confidence and share right, over `bins` of equal size.

    Naeini, Cooper and Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning", AAAI 2015, with
    bins equally filled in place of equally wide ones.
    """
    found = reliability(cases, bins)
    total = sum(one.n for one in found)
    return sum(one.n * abs(one.confidence - one.right) for one in found) / total if total else None


def _columns(cases: Iterable[Judged]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    # Sorted first, so that the order in which equally sure cases come changes nothing.
    kept: Sequence[Judged] = sorted(cases)
    return np.array([sure for sure, _ in kept], dtype=float), np.array([right for _, right in kept], dtype=float)


def _risks(sure: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    order = np.argsort(-sure, kind="stable")
    _, where, counts = np.unique(-sure[order], return_inverse=True, return_counts=True)
    wrong = np.bincount(where, weights=1 - right[order]) / counts if len(sure) else np.zeros(0)
    return np.cumsum(wrong[where]) / np.arange(1, len(sure) + 1)
