"""What makes a run fail: thresholds beside the set, and an earlier report."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from pincite.eval.gate import Limit, Thresholds, compare, load_baseline, load_thresholds
from pincite.eval.rows import SetBroken
from pincite.eval.scores import Scores
from pincite.eval.totals import summarise

RIGHT = Scores("date", False, sought=True, ranks=(1,), relevant=1, em=1.0, f1=1.0, contained=True)
WRONG = replace(RIGHT, ranks=(), em=0.0, f1=0.0, contained=False)


def thresholds(folder: Path, text: str) -> Thresholds:
    (folder / "thresholds.json").write_text(text)
    return load_thresholds(folder)


def test_thresholds_are_read_from_beside_the_set(tmp_path: Path) -> None:
    read = thresholds(tmp_path, '{"hit@5": {"min": 0.97}, "tolerance": 0.02}')
    assert read == Thresholds((Limit("failed", "max", 0.0), Limit("hit@5", "min", 0.97)), tolerance=0.02)


def test_a_set_without_thresholds_asks_only_that_no_case_breaks(tmp_path: Path) -> None:
    assert load_thresholds(tmp_path).broken_by(summarise([WRONG])) == []
    assert load_thresholds(tmp_path).broken_by(summarise([Scores("date", False, failed=True)])) == [
        "failed is 1 and must be at most 0: 1 off"
    ]


def test_a_set_may_say_how_many_cases_may_break(tmp_path: Path) -> None:
    assert thresholds(tmp_path, '{"failed": {"max": 3}}').limits == (Limit("failed", "max", 3.0),)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{", "it is not JSON"),
        ("[]", "it must hold one JSON object"),
        ('{"hits": {"min": 1}}', 'no metric is called "hits"'),
        ('{"hit@5": 0.9}', "must be an object"),
        ('{"hit@5": {"least": 0.9}}', "must be an object"),
        ('{"hit@5": {"min": "high"}}', "must be numbers"),
        ('{"tolerance": -1}', '"tolerance" must be a number from 0'),
    ],
)
def test_thresholds_that_cannot_be_used_are_named(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(SetBroken, match=fault) as caught:
        thresholds(tmp_path, text)
    assert "thresholds.json" in str(caught.value)


def test_one_case_flips_a_threshold() -> None:
    limit = Thresholds((Limit("contained", "min", 0.75),))
    assert limit.broken_by(summarise([RIGHT] * 3 + [WRONG])) == []
    assert limit.broken_by(summarise([RIGHT] * 2 + [WRONG] * 2)) == [
        "contained is 0.5 and must be at least 0.75: 0.25 off"
    ]


def test_what_was_not_measured_breaks_its_threshold_but_not_in_a_sample() -> None:
    limit = Thresholds((Limit("false_answer_rate", "max", 0.15),))
    assert limit.broken_by(summarise([RIGHT])) == [
        "false_answer_rate was not measured, as no case asks for it, and must be at most 0.15"
    ]
    assert limit.broken_by(summarise([RIGHT]), sample=True) == []


def test_a_comparison_names_lost_and_won_cases_that_both_runs_asked() -> None:
    before = {"a": RIGHT, "b": WRONG, "c": RIGHT, "gone": RIGHT}
    after = {"a": WRONG, "b": RIGHT, "c": RIGHT, "new": WRONG}
    compared = compare(before, after)
    assert (compared.lost, compared.won, compared.paired) == (("a",), ("b",), 3)
    assert compared.broken(0.0) == []


def test_a_fall_beyond_the_tolerance_breaks() -> None:
    before = {str(n): RIGHT for n in range(10)}
    after = {**before, "0": replace(RIGHT, contained=False)}
    compared = compare(before, after)
    assert compared.broken(0.1) == []
    assert compared.broken(0.05) == [
        "contained was 1 in the baseline and is 0.9: 0.1 worse, no more than chance (p = 1)"
    ]


def test_a_rise_of_what_should_be_low_breaks_too() -> None:
    refused = replace(WRONG, refused=True)
    assert compare({"a": WRONG}, {"a": refused}).broken(0.1) == [
        "refused_share was 0 in the baseline and is 1: 1 worse, no more than chance (p = 1)"
    ]
    assert compare({"a": refused}, {"a": WRONG}).broken(0.1) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{}", "it has schema None and not 2"),
        ('{"schema": 2}', "it is no report"),
        ('{"schema": 2, "cases": [{"id": "a", "scores": {}}]}', "it is no report"),
        ("no", "it is not JSON"),
    ],
)
def test_a_baseline_that_is_no_report_is_named(tmp_path: Path, text: str, fault: str) -> None:
    path = tmp_path / "before.json"
    path.write_text(text)
    with pytest.raises(SetBroken, match=fault):
        load_baseline(path, 2)


def test_a_baseline_gives_back_the_scores_of_its_cases(tmp_path: Path) -> None:
    path = tmp_path / "before.json"
    path.write_text(json.dumps({"schema": 2, "cases": [{"id": "a", "scores": RIGHT.to_json()}]}))
    assert load_baseline(path, 2) == {"a": RIGHT}
    with pytest.raises(SetBroken, match="cannot be read"):
        load_baseline(tmp_path / "missing.json", 2)


def test_a_goal_is_told_and_fails_nothing(tmp_path: Path) -> None:
    (tmp_path / "thresholds.json").write_text('{"contained": {"min": 0.3, "goal": 0.75}}')
    thresholds = load_thresholds(tmp_path)
    assert thresholds.goals == (("contained", 0.75),)
    assert thresholds.broken_by({"contained": 0.4, "failed": 0}) == []
