"""Risk, coverage and calibration against values worked out by hand."""

from __future__ import annotations

import pytest

from pincite.eval.chance import chances, sign_test
from pincite.eval.confidence import Bin, area, calibration_error, reliability, risk_coverage
from pincite.eval.scores import Scores

CASES = [(0.9, True), (0.7, True), (0.4, False), (0.2, True)]


def test_the_surest_are_answered_first() -> None:
    assert risk_coverage(CASES) == [(0.25, 0.0), (0.5, 0.0), (0.75, 1 / 3), (1.0, 0.25)]
    assert area(CASES) == pytest.approx((0 + 0 + 1 / 3 + 1 / 4) / 4, abs=1e-9)


def test_the_order_of_equally_sure_cases_changes_nothing() -> None:
    tied = [(0.5, True), (0.5, False), (0.9, True)]
    assert risk_coverage(tied) == risk_coverage(tied[::-1])
    assert area(tied) == pytest.approx((0 + 0.25 + 1 / 3) / 3, abs=1e-9)


def test_bins_hold_as_many_cases_each_the_least_sure_first() -> None:
    assert reliability(CASES, bins=2) == [Bin(2, pytest.approx(0.3), 0.5), Bin(2, pytest.approx(0.8), 1.0)]
    assert calibration_error(CASES, bins=2) == pytest.approx((2 * 0.2 + 2 * 0.2) / 4, abs=1e-9)


def test_without_cases_nothing_is_measured() -> None:
    assert (area([]), calibration_error([]), risk_coverage([]), reliability([])) == (None, None, [], [])


@pytest.mark.parametrize(
    ("lost", "won", "chance"), [(0, 0, 1.0), (1, 0, 1.0), (5, 0, 2 / 32), (1, 7, 2 * 9 / 256), (3, 3, 1.0)]
)
def test_the_sign_test_is_exact(lost: int, won: int, chance: float) -> None:
    assert sign_test(lost, won) == pytest.approx(chance, abs=1e-12)


def test_a_large_difference_is_more_than_chance_and_a_small_one_is_not() -> None:
    right, wrong = Scores("date", False, contained=True), Scores("date", False, contained=False)
    assert chances([right] * 20, [wrong] * 20)["contained"] < 0.01
    assert chances([right] * 20, [wrong] + [right] * 19)["contained"] > 0.5
    assert chances([right], [right]) == {}
