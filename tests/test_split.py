"""How an article becomes passages."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

import pytest

from pincite.index import PASSAGE_TOKENS_MOST, Article, Passage, split


def count_words(texts: Sequence[str]) -> list[int]:
    """Four characters of a word, or one sign, as a token: near what a real tokenizer counts."""
    return [len(re.findall(r"\w{1,4}|[^\w\s]", text)) for text in texts]


def passages(text: str, title: str = "A title") -> list[Passage]:
    return split(Article.create("memory", text, title=title), count_words)


SENTENCE = "The delegates met for the third time that week and agreed on a date."  # 19 tokens


def test_a_short_article_is_one_passage() -> None:
    (only,) = passages(SENTENCE)
    assert (only.text, only.start, only.end, only.heading) == (SENTENCE, 0, len(SENTENCE), "")


def test_ids_count_from_the_article_and_its_version() -> None:
    article = Article.create("memory", "\n\n".join([SENTENCE] * 20))
    assert [passage.id for passage in split(article, count_words)][:2] == [
        f"{article.id}:1:0",
        f"{article.id}:1:1",
    ]


def test_passages_end_where_paragraphs_do() -> None:
    paragraph = " ".join([SENTENCE] * 6)  # 114 tokens
    assert [passage.text for passage in passages("\n\n".join([paragraph] * 3))] == [paragraph] * 3


def test_one_long_paragraph_becomes_passages_of_like_size() -> None:
    sizes = count_words([passage.text for passage in passages(" ".join([SENTENCE] * 20))])
    assert sizes == [114, 133, 133]


def test_a_small_tail_joins_the_passage_before() -> None:
    text = " ".join([SENTENCE] * 7) + "\n\nIt was over."
    assert [passage.text for passage in passages(text)] == [text]


def test_a_heading_begins_a_passage_and_is_known_to_those_below() -> None:
    paragraph = " ".join([SENTENCE] * 6)
    text = f"A title\n\n{paragraph}\n\nWhat comes next\n\n{paragraph}\n\n{paragraph}"
    found = passages(text)
    assert [passage.heading for passage in found] == ["", "What comes next", "What comes next"]
    assert found[1].text == f"What comes next\n\n{paragraph}"


def test_short_lines_without_prose_below_are_no_headings() -> None:
    assert [passage.heading for passage in passages("Red wine\n\nWhite bread\n\nBlack tea\n\nGreen soap")] == [""]


def test_very_short_sections_share_a_passage() -> None:
    text = "Opening hours\n\nFrom nine to five.\n\nPrices\n\nTen a head."
    assert [passage.text for passage in passages(text)] == [text]


@pytest.mark.parametrize("word", ["word ", "word, ", "x", "今日は雨", "1,234;"])
def test_a_giant_sentence_is_cut_below_the_limit(word: str) -> None:
    sizes = count_words([passage.text for passage in passages(word * 3_000)])
    assert len(sizes) > 5
    assert max(sizes) <= PASSAGE_TOKENS_MOST


def test_tokens_are_counted_for_all_sentences_at_once() -> None:
    calls: list[int] = []

    def count(texts: Sequence[str]) -> list[int]:
        calls.append(len(texts))
        return count_words(texts)

    split(Article.create("memory", "\n\n".join([SENTENCE] * 50)), count)
    assert calls == [50]


def test_random_articles_are_covered_exactly_once() -> None:
    rng = random.Random(3)
    parts = [SENTENCE, SENTENCE, "It was over.", "A heading", "- a point", "\n\n", "\n\n", "\n", " ", "x" * 300]
    parts += ["word " * 300, "今日は雨です。" * 40, "! " * 30, "\u00a0", "| a | b |", "# Mark", "“Yes.”"]
    for _ in range(300):
        assert_covers(" ".join(rng.choices(parts, k=rng.randint(1, 60))) + " end")


@pytest.mark.parametrize("text", ["A! " * 60_000, "a\n\n" * 60_000, "Heading\n\n" * 20_000, "\u200b " * 60_000])
def test_a_text_of_tiny_pieces_is_covered_exactly_once(text: str) -> None:
    assert_covers(text)


def assert_covers(text: str) -> None:
    last = 0
    found = passages(text)
    for passage in found:
        assert passage.start >= last
        assert not text[last : passage.start].strip()
        assert passage.text == text[passage.start : passage.end] == passage.text.strip()
        last = passage.end
    assert not text[last:].strip()
    assert max(count_words([passage.text for passage in found])) <= PASSAGE_TOKENS_MOST
