"""Metrics against what others compute: trec_eval's for retrieval, the SQuAD 2.0 script's steps for EM and F1."""

from __future__ import annotations

import random
import re
import string
from collections import Counter

import ir_measures
import pytest
from ir_measures import RR, R, Success, nDCG

from pincite.eval.metrics import best, exact_match, f1, normalise
from pincite.eval.scores import Scores
from pincite.eval.totals import MEASURES

FOUND, RELEVANT_MOST = 20, 14  # passages a search brings, and most that are relevant: more than ten must be met too
THEIRS = {
    "hit@1": Success @ 1,
    "hit@5": Success @ 5,
    "hit@10": Success @ 10,
    "recall@5": R @ 5,
    "recall@10": R @ 10,
    "mrr": RR,
    "ndcg@10": nDCG @ 10,
}
WORDS = (
    "The",
    "the",
    "a",
    "an",
    "An.",
    "4",
    "4,000",
    "U.S.",
    "bridge",
    "Bridge's",
    "naïve",
    "—",
    "half-built",
    "anthem",
)


def searches(count: int) -> list[tuple[str, tuple[int, ...], int]]:
    """Each search: its name, the ranks of the relevant passages it found, and how many there are in all."""
    draw = random.Random(11)
    made: list[tuple[str, tuple[int, ...], int]] = []
    for n in range(count):
        relevant = draw.randint(1, RELEVANT_MOST)
        found = draw.randint(0, relevant)
        made.append((f"q{n}", tuple(sorted(draw.sample(range(1, FOUND + 1), found))), relevant))
    return made


def as_trec(
    made: list[tuple[str, tuple[int, ...], int]],
) -> tuple[dict[str, dict[str, int]], dict[str, dict[str, float]]]:
    """The same as judgements and a run: every passage named, the relevant ones beyond the search among them."""
    judged: dict[str, dict[str, int]] = {}
    run: dict[str, dict[str, float]] = {}
    for name, ranks, relevant in made:
        run[name] = {f"{name}-{rank}": float(FOUND - rank) for rank in range(1, FOUND + 1)}
        missed = {f"{name}-missed-{n}": 1 for n in range(relevant - len(ranks))}
        judged[name] = {f"{name}-{rank}": 1 for rank in ranks} | missed
    return judged, run


def parts(metric: str, ranks: tuple[int, ...], relevant: int) -> tuple[float, float]:
    """What one search adds to `metric`, above and below the line."""
    share = MEASURES[metric](Scores("date", False, sought=True, ranks=ranks, relevant=relevant))
    assert share is not None
    return share


@pytest.mark.parametrize("metric", THEIRS)
def test_each_search_scores_what_trec_eval_says(metric: str) -> None:
    made = searches(200)
    theirs = {found.query_id: found.value for found in ir_measures.iter_calc([THEIRS[metric]], *as_trec(made))}
    assert {name: parts(metric, ranks, relevant)[0] for name, ranks, relevant in made} == pytest.approx(
        theirs, abs=1e-9
    )


@pytest.mark.parametrize("metric", THEIRS)
def test_many_searches_add_up_to_what_trec_eval_says(metric: str) -> None:
    made = searches(200)
    theirs = ir_measures.calc_aggregate([THEIRS[metric]], *as_trec(made))[THEIRS[metric]]
    above, below = zip(*(parts(metric, ranks, relevant) for _, ranks, relevant in made), strict=True)
    assert sum(above) / sum(below) == pytest.approx(theirs, abs=1e-9)


def official_normal(text: str) -> str:
    """The SQuAD 2.0 script's way, in its order: lower case, punctuation, articles, white space."""
    bare = "".join(char for char in text.lower() if char not in set(string.punctuation))
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", bare).split())


def official_f1(accepted: str, predicted: str) -> float:
    """Its F1: by precision and recall, and by equality when either side has no word."""
    gold, given = official_normal(accepted).split(), official_normal(predicted).split()
    if not gold or not given:
        return float(gold == given)
    same = sum((Counter(gold) & Counter(given)).values())
    if not same:
        return 0.0
    precision, recall = same / len(given), same / len(gold)
    return 2 * precision * recall / (precision + recall)


def pairs(count: int) -> list[tuple[list[str], str]]:
    """Accepted answers, one to three, and a predicted one, made of words that share and differ in every way."""
    draw = random.Random(12)

    def text() -> str:
        return draw.choice((" ", "  ", "\t")).join(draw.choices(WORDS, k=draw.randint(0, 6)))

    return [([text() for _ in range(draw.randint(1, 3))], text()) for _ in range(count)]


def test_words_are_made_plain_as_the_squad_script_does() -> None:
    for accepted, predicted in pairs(500):
        assert [normalise(text) for text in (*accepted, predicted)] == [
            official_normal(text) for text in (*accepted, predicted)
        ]


def test_em_and_f1_are_the_squad_scripts() -> None:
    seen: set[float] = set()
    for accepted, predicted in pairs(2_000):
        with_words = [text for text in accepted if official_normal(text)] or [""]
        equal = max(float(official_normal(text) == official_normal(predicted)) for text in with_words)
        assert best(exact_match, accepted, predicted) == equal
        wanted = max(official_f1(text, predicted) for text in with_words)
        assert best(f1, accepted, predicted) == pytest.approx(wanted, abs=1e-9)
        seen.add(wanted)
    assert {0.0, 1.0} < seen
