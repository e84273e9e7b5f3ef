from __future__ import annotations

import pytest

from pincite.rag.fuse import fuse, reciprocal_ranks


def test_what_both_rankings_like_comes_first() -> None:
    vector = [("a", 0.9), ("b", 0.8), ("c", 0.1)]
    keyword = [("b", 12.0), ("d", 6.0), ("a", 3.0)]
    assert next(id for id, _ in fuse({"vector": vector, "keyword": keyword})) == "b"


def test_scores_are_sums_of_z_scores() -> None:
    fused = dict(fuse({"vector": [("a", 3.0), ("b", 1.0)], "keyword": [("a", 10.0), ("b", 30.0)]}))
    assert fused == {"a": pytest.approx(0.0), "b": pytest.approx(0.0)}


def test_an_id_that_a_ranking_lacks_gets_its_lowest_score() -> None:
    fused = dict(fuse({"vector": [("a", 3.0), ("b", 1.0)], "keyword": [("c", 5.0)]}))
    assert fused == {"a": pytest.approx(1.0), "b": pytest.approx(-1.0), "c": pytest.approx(-1.0)}


def test_a_weight_of_zero_silences_a_ranking() -> None:
    rankings = {"vector": [("a", 3.0), ("b", 1.0)], "keyword": [("b", 9.0), ("a", 1.0)]}
    assert [id for id, _ in fuse(rankings, weights={"keyword": 0.0})] == ["a", "b"]


def test_nothing_fused_is_nothing() -> None:
    assert fuse({"vector": [], "keyword": []}) == []


def test_reciprocal_ranks_add_up() -> None:
    ranked = reciprocal_ranks({"vector": [("a", 0.9), ("b", 0.1)], "keyword": [("b", 7.0)]})
    assert ranked == [("b", pytest.approx(1 / 62 + 1 / 61)), ("a", pytest.approx(1 / 61))]
