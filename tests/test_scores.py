"""What cases score and what they add up to, worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pincite.eval.cases import Case, Place
from pincite.eval.scores import Scores, Searched, answer_text, answer_words, score, statements
from pincite.eval.totals import MEASURES, by_flavour, by_kind, by_turn, intervals, summarise
from pincite.index import Article, Hit, Passage
from pincite.rag import Answer, Citation

BRIDGE = Article.create("bridge", "The bridge opened in May 1932. It cost 4 million pounds.", title="Bridge")
COPY = Article.create("copy", "It is said the bridge opened in May 1932.", title="Copy")
OPENED, COST, COPIED = Place(BRIDGE.id, 0, 30), Place(BRIDGE.id, 31, 56), Place(COPY.id, 0, 41)
WHEN = Case("q1", "When did it open?", "date", ("May 1932",), evidence=(OPENED, COPIED))
NEVER = Case("q2", "Who built it?", "unanswerable", unanswerable=True)
REFUSAL = Answer("q", "The articles do not say.", refused=True, reason="not_answered")


def cite(article: Article, start: int, end: int, marker: int = 1) -> Citation:
    return Citation(marker, article, article.text[start:end], start, end)


def stored(citation: Citation) -> str:
    return citation.article.text[citation.start : citation.end]


def scored(case: Case, answer: Answer, found: tuple[Place, ...] = ()) -> Scores:
    relevant = sum(case.rests_on(place) for place in (OPENED, COST, COPIED))
    return score(case, answer, Searched(found, relevant), stored)


MAY = Answer("q", "In May 1932. [1]", (cite(BRIDGE, 0, 30),))


def test_a_right_answer_scores_on_every_side() -> None:
    one = scored(WHEN, MAY, (COST, OPENED))
    assert one == Scores(
        kind="date",
        unanswerable=False,
        sought=True,
        ranks=(2,),
        relevant=2,
        read_first=False,
        em=0.0,
        f1=2 * 2 / (2 + 3),
        number_exact=True,
        contained=True,
        sure=True,
        citations=1,
        exact=1,
        precise=1,
        evidence=1,
        cited=1,
        sentences=1,
        pinned=1,
        supported=1,
    )
    assert one.right


def test_markers_are_no_part_of_the_answer() -> None:
    assert answer_text(MAY) == "In May 1932."
    exact = replace(MAY, text="May 1932 [1]")
    assert scored(WHEN, exact).em == 1.0


def test_a_copy_is_as_good_as_the_evidence() -> None:
    one = scored(WHEN, replace(MAY, citations=(cite(COPY, 0, 41),)), (COPIED,))
    assert (one.rank, one.precise, one.cited) == (1, 1, 1)


def test_the_first_passage_in_the_readers_order_is_judged_apart() -> None:
    passage = Passage(f"{BRIDGE.id}:1:0", BRIDGE.id, 1, BRIDGE.text[:30], 0, 30)
    one = scored(WHEN, replace(MAY, hits=(Hit(passage, BRIDGE, 1.0),)), (COST, OPENED))
    assert (one.rank, one.read_first) == (2, True)


def test_where_nothing_is_searched_there_is_no_rank() -> None:
    one = score(WHEN, MAY, None, stored)
    assert (one.searched, one.rank, one.read_first, one.right) == (False, None, None, True)
    assert summarise([one])["hit@1"] is None
    assert summarise([one])["citation_recall"] == 1.0


def test_a_citation_beside_the_evidence_is_not_precise() -> None:
    both = replace(MAY, citations=(cite(BRIDGE, 31, 56), cite(BRIDGE, 20, 25, marker=2)))
    one = scored(WHEN, both)
    assert (one.citations, one.precise, one.cited) == (2, 1, 1)


def test_a_refusal_scores_one_when_nothing_answers_and_else_zero() -> None:
    assert (scored(NEVER, REFUSAL).em, scored(NEVER, REFUSAL).f1, scored(NEVER, REFUSAL).right) == (1.0, 1.0, True)
    assert (scored(NEVER, MAY).em, scored(NEVER, MAY).f1, scored(NEVER, MAY).right) == (0.0, 0.0, False)
    refused = scored(WHEN, REFUSAL)
    assert (refused.em, refused.f1, refused.contained, refused.right) == (0.0, 0.0, False, False)


def test_a_list_needs_all_of_its_items() -> None:
    case = Case("q", "What did it take?", "list", ("time and money",), items=("4 million pounds", "May 1932"))
    whole = replace(MAY, text="May 1932; 4 million pounds. [1]")
    assert scored(case, whole).contained is True
    assert scored(case, replace(MAY, text="May 1932 [1]")).contained is False


def test_a_yes_or_no_may_be_settled_by_the_sentence_it_cites() -> None:
    case = replace(WHEN, kind="yes/no", answers=("Yes",))
    assert scored(case, MAY).contained is True
    assert scored(case, replace(MAY, citations=(cite(BRIDGE, 31, 56),))).contained is False
    assert scored(replace(case, kind="date"), MAY).contained is False


def test_an_answer_is_held_to_the_evidence_where_the_accepted_ones_are_paragraphs() -> None:
    long = replace(WHEN, answers=("word " * 31,))
    right = scored(long, MAY, (OPENED,))
    assert (right.contained, right.number_exact, right.f1, right.sure, right.right) == (None, None, 0.0, True, True)
    beside = scored(long, replace(MAY, citations=(cite(BRIDGE, 31, 56),)), (OPENED,))
    assert (beside.sure, beside.right) == (False, False)
    withheld = {"text": "In May 1932. [1]", "citations": [{"article_id": BRIDGE.id, "start": 0, "end": 30}]}
    refused = scored(long, replace(REFUSAL, trace={"withheld": withheld}), (OPENED,))
    assert (refused.sure, refused.right) == (True, False)
    assert replace(long, evidence=()).told_at_length is False  # nothing else to judge by


def test_a_case_without_accepted_answers_is_judged_by_what_was_found() -> None:
    case = replace(WHEN, answers=())
    one = scored(case, REFUSAL, (COST, OPENED))
    assert (one.em, one.f1, one.contained, one.rank, one.right) == (None, None, None, 2, True)
    assert not scored(case, REFUSAL, (COST,)).right


def test_a_pointer_whose_stored_text_differs_is_not_exact() -> None:
    one = score(WHEN, MAY, Searched((), 2), lambda citation: "other words")
    assert (one.citations, one.exact) == (1, 0)


RIGHT = Scores(
    "date",
    False,
    sought=True,
    ranks=(1,),
    relevant=1,
    read_first=True,
    em=1.0,
    f1=1.0,
    contained=True,
    citations=2,
    exact=2,
    precise=1,
    evidence=1,
    cited=1,
    confidence=0.9,
    sure=True,
    sentences=2,
    pinned=1,
    supported=2,
)
LOW = replace(
    RIGHT,
    ranks=(7,),
    read_first=False,
    em=0.0,
    f1=0.5,
    contained=False,
    confidence=0.4,
    sure=False,
    citations=1,
    exact=1,
    precise=0,
    cited=0,
    sentences=1,
    pinned=0,
    supported=0,
)
REFUSED = replace(LOW, refused=True, ranks=(), f1=0.0, confidence=0.2, citations=0, exact=0, sentences=0)
KEPT = Scores("unanswerable", True, refused=True, em=1.0, f1=1.0, confidence=0.1, sure=False)
TOLD = Scores("unanswerable", True, em=0.0, f1=0.0, confidence=0.6, sure=False, citations=1, exact=1)
BROKEN = Scores("date", False, failed=True)


def test_metrics_are_shares_of_the_cases_they_are_about() -> None:
    low = 1 / 3  # log2(7 + 1) is 3
    assert summarise([RIGHT, LOW, REFUSED, KEPT, TOLD, BROKEN], [10.0, 30.0]) == {
        "hit@1": 0.3333,
        "hit@5": 0.3333,
        "hit@10": 0.6667,
        "recall@5": 0.3333,
        "recall@10": 0.6667,
        "mrr": round((1 + 1 / 7) / 3, 4),
        "ndcg@10": round((1 + low) / 3, 4),
        "read_hit@1": 0.3333,
        "answer_em": 0.4,
        "answer_f1": 0.5,
        "answerable_f1": 0.5,
        "number_exact": None,
        "contained": 0.3333,
        "refusal_precision": 0.5,
        "refusal_recall": 0.5,
        "false_answer_rate": 0.5,
        "refused_share": 0.3333,
        "exact_pointers": 1.0,
        "citation_precision": 0.3333,
        "citation_recall": 0.3333,
        "sentence_citation": 0.3333,
        "support": 0.6667,
        # surest first: right, then four wrong
        "risk_coverage_area": round((0 + 1 / 2 + 2 / 3 + 3 / 4 + 4 / 5) / 5, 4),
        # one case a bin: 0.9 right; 0.6, 0.4, 0.2 and 0.1 wrong
        "calibration_error": round((0.1 + 0.6 + 0.4 + 0.2 + 0.1) / 5, 4),
        "n": 6,
        "unanswerable": 2,
        "failed": 1,
        "prompt_tokens": 0,
        "completion_tokens": 0,
        "latency_ms_p50": 20.0,
        "latency_ms_p95": 29.0,
    }


def test_what_no_case_measures_is_null() -> None:
    metrics = summarise([BROKEN])
    assert {metrics[name] for name in (*MEASURES, "risk_coverage_area", "calibration_error", "latency_ms_p50")} == {
        None
    }


def test_a_broken_case_counts_as_broken_and_not_as_zero() -> None:
    assert summarise([RIGHT, BROKEN])["answer_f1"] == 1.0
    assert summarise([RIGHT, BROKEN])["failed"] == 1
    assert not BROKEN.right


def test_kinds_are_measured_apart() -> None:
    kinds = by_kind([RIGHT, KEPT, TOLD])
    assert list(kinds) == ["date", "unanswerable"]
    assert kinds["date"]["contained"] == 1.0
    assert kinds["unanswerable"]["false_answer_rate"] == 0.5
    assert "latency_ms_p50" not in kinds["date"]


@pytest.mark.parametrize("one", [RIGHT, LOW, KEPT, BROKEN])
def test_scores_come_back_from_json(one: Scores) -> None:
    assert Scores.from_json(one.to_json()) == one


def test_the_words_marked_are_judged_and_the_text_where_none_are() -> None:
    marked = replace(cite(BRIDGE, 0, 30), span=(21, 29))
    twice = replace(cite(COPY, 0, 41, marker=2), span=(32, 40))
    told = replace(MAY, text="The bridge opened in May 1932. [1][2]", citations=(marked, twice))
    assert (answer_words(told), answer_text(told)) == ("May 1932", "The bridge opened in May 1932.")
    assert scored(WHEN, told).em == 1.0
    assert answer_words(MAY) == "In May 1932."


def test_one_piece_of_evidence_is_enough_unless_the_case_is_of_several() -> None:
    one = scored(WHEN, MAY)
    assert (one.evidence, one.cited) == (1, 1)
    several = scored(replace(WHEN, kind="several articles"), MAY)
    assert (several.evidence, several.cited) == (2, 1)


def test_a_number_is_exact_when_its_figures_are_an_accepted_answers() -> None:
    case = replace(WHEN, answers=("4,000 people", "4000"))
    assert scored(case, replace(MAY, text="4000 people. [1]")).number_exact is True
    assert scored(case, replace(MAY, text="4000 people in 1932. [1]")).number_exact is False
    assert scored(case, REFUSAL).number_exact is False
    assert scored(replace(case, answers=("four",)), MAY).number_exact is None


def test_each_sentence_is_judged_by_its_own_markers() -> None:
    told = replace(
        MAY,
        text="It opened in May 1932. [1] It cost 9 million pounds. [2]\nThe articles do not say: who built it?",
        citations=(cite(BRIDGE, 0, 30), cite(BRIDGE, 31, 56, marker=2)),
    )
    assert [(text, [one.marker for one in cited]) for text, cited in statements(told)] == [
        ("It opened in May 1932.", [1]),
        ("It cost 9 million pounds.", [2]),
    ]
    one = scored(WHEN, told)
    assert (one.sentences, one.pinned, one.supported) == (2, 1, 1)


def test_what_a_refusal_withheld_says_whether_it_was_right_to_doubt() -> None:
    citation = {"article_id": BRIDGE.id, "start": 0, "end": 30, "span": None}
    doubted = replace(REFUSAL, trace={"withheld": {"text": "May 1932. [1]", "citations": [citation]}})
    assert scored(WHEN, doubted).sure is True
    assert scored(WHEN, REFUSAL).sure is False
    assert scored(NEVER, doubted).sure is False


def test_an_interval_holds_the_value_and_is_the_same_each_time() -> None:
    cases = [RIGHT, LOW, REFUSED, KEPT, TOLD] * 8
    bounds = intervals(cases)
    assert bounds == intervals(cases)
    for name, (low, high) in bounds.items():
        assert low <= (summarise(cases)[name] or 0) <= high or name == "calibration_error"
    assert bounds["exact_pointers"] == (1.0, 1.0)
    assert 0.1 < bounds["contained"][0] < 0.3333 < bounds["contained"][1] < 0.6


def test_the_turns_of_conversations_are_measured_apart() -> None:
    turns = by_turn([RIGHT, replace(RIGHT, turn=2), replace(LOW, turn=3), replace(RIGHT, turn=3)])
    assert {turn: metrics["contained"] for turn, metrics in turns.items()} == {"02": 1.0, "03": 0.5}


def test_the_flavours_of_cases_are_measured_apart_and_in_them_the_kinds() -> None:
    misspelt = replace(LOW, flavour="misspelt")
    flavours = by_flavour([RIGHT, LOW, replace(RIGHT, flavour="misspelt", kind="number"), misspelt])
    assert {
        flavour: {kind: (metrics["n"], metrics["contained"]) for kind, metrics in kinds.items()}
        for flavour, kinds in flavours.items()
    } == {
        "misspelt": {"every kind": (2, 0.5), LOW.kind: (1, 0.0), "number": (1, 1.0)},
        "plain": {"every kind": (2, 0.5)},
    }
    assert by_flavour([RIGHT, LOW]) == {}


def test_scores_written_before_there_was_a_field_are_still_read() -> None:
    older = {name: value for name, value in RIGHT.to_json().items() if name not in ("flavour", "turn")}
    assert Scores.from_json(older) == RIGHT
