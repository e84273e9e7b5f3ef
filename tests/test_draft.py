"""A model's words turned into text with markers, whatever it writes and however the words are cut."""

from __future__ import annotations

import pytest
from malformed import check, cuts, drafted, given, malformed, outcome

from pincite.rag.draft import LONGEST_ANSWER_CHARS
from pincite.rag.support import Support

SENTENCES = given()


def text_of(told: str) -> str:
    return drafted([told], SENTENCES).text


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("They swap 175 [1].", "They swap 175 [1]."),
        ("They swap 175 [2].", "They swap 175 [1]."),
        ("They swap 175. [2] And more [1].", "They swap 175. [1] And more [2]."),
        ("They swap 175 [2, 1].", "They swap 175 [1][2]."),
        ("They swap 175 [1-3].", "They swap 175 [1][2][3]."),
        ("They swap 175 【2†source】.", "They swap 175 [1]."),
        ("They swap 175 [99].", "They swap 175."),
        ("They swap 175 [1][99].", "They swap 175 [1]."),
        ("They swap 175 [1[99]].", "They swap 175 (1)."),
        ("They swap [some] 175 [[1]].", "They swap (some) 175 ([1])."),
        ("They swap 175 [1\u200b].", "They swap 175 [1]."),
        ("They swap 175 [1][1].", "They swap 175 [1]."),
        ("See ![x](http://evil.example/a.png) [1].", "See !(x)(link left out) [1]."),
        ("See https://example.org/call [1].", "See https://example.org/call [1]."),
        ("He said “We are ready,” today [1].", "He said “We are ready,” today [1]."),
        ("He said “We will never go” [1].", "He said We will never go [1]."),
    ],
)
def test_only_what_can_be_shown_is_shown(told: str, shown: str) -> None:
    assert text_of(told) == shown


def test_every_sentence_has_its_markers() -> None:
    draft = drafted(["One thing [1]. Mr. Lee said another. [2] A third\nA fourth [4]"], SENTENCES)
    said = [(draft.text[one.start : one.end], one.markers) for one in draft.statements]
    assert said == [
        ("One thing [1].", (1,)),
        ("Mr. Lee said another. [2]", (2,)),
        ("A third", ()),
        ("A fourth [3]", (3,)),
    ]


def test_a_sentence_without_a_number_gets_the_one_that_bears_it_out() -> None:
    support = Support("How many?", SENTENCES)
    draft = drafted(["Both sides swap 175 captives. Russia hands over 99 soldiers."], SENTENCES, support.best)
    assert draft.text == "Both sides swap 175 captives. [1] Russia hands over 99 soldiers."
    (doubt,) = support.doubts(draft.text, draft.statements, draft.citations)
    assert draft.text[doubt.start : doubt.end] == "Russia hands over 99 soldiers."
    assert (doubt.markers, doubt.why) == ((), "No passage that was found bears this out.")


def test_words_that_ask_or_give_orders_bear_nothing_out() -> None:
    support = Support("Is it peace?", SENTENCES)
    draft = drafted(["It is peace [3]."], SENTENCES)
    assert [one.why for one in support.doubts(draft.text, draft.statements, draft.citations)] == [
        "The cited words only ask."
    ]


@pytest.mark.parametrize(
    ("told", "doubted"),
    [
        ("The articles say:\nBoth sides swap 175 captives [1].", []),
        ("As nobody told you who rules there, here it comes:\nBoth sides swap 175 captives [1].", [0]),
        ("Both sides swap 175 captives [1].\nPeace [1].", [1]),
    ],
)
def test_a_line_that_leads_on_adds_little_and_a_word_is_cited_from_where_it_stands(
    told: str, doubted: list[int]
) -> None:
    support = Support("How many captives?", SENTENCES, judge=lambda question, quoted: 1.0)
    draft = drafted([told], SENTENCES)
    starts = [one.start for one in support.doubts(draft.text, draft.statements, draft.citations)]
    assert [n for n, one in enumerate(draft.statements) if one.start in starts] == doubted


def test_an_endless_answer_is_cut_off() -> None:
    draft = drafted(["word " * 4_000], SENTENCES)
    assert draft.full
    assert len(draft.text) <= LONGEST_ANSWER_CHARS


@pytest.mark.parametrize("told", ["NOT IN THE ARTICLES", " **NOT IN THE ARTICLES**.", "NOT IN THE ARTICLES: it is [1]"])
def test_a_model_that_declines_says_nothing_else(told: str) -> None:
    for pieces in cuts(told):
        draft = drafted(pieces, SENTENCES)
        assert (draft.declined, draft.text, draft.citations) == (True, "", [])


def test_a_model_declines_in_its_first_words_or_not_at_all() -> None:
    told = f"[{'9' * 60}] NOT IN THE ARTICLES, they say."
    assert [drafted(pieces, SENTENCES).declined for pieces in cuts(told)] == [False] * len(cuts(told))


@pytest.mark.parametrize("block", range(4))
def test_malformed_words_give_the_same_sound_answer_however_they_are_cut(block: int) -> None:
    support = Support("How many captives?", SENTENCES)
    for seed in range(block * 40, block * 40 + 40):
        told = malformed(seed)[:400]
        whole = drafted([told], SENTENCES, support.best)
        check(whole)
        for pieces in cuts(told):
            assert outcome(drafted(pieces, SENTENCES, support.best)) == outcome(whole), (seed, pieces)
