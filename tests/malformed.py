"""Malformed things a language model may write, seeded, and what must hold of the answer made of them."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from pincite.index import Article, Hit, Passage
from pincite.rag import Answer
from pincite.rag.draft import Draft
from pincite.rag.prompts import Numbered, number_sentences
from pincite.rag.types import MARKER

ARTICLE = Article.create(
    "https://example.org/call",
    "Both sides will swap 175 captives. Russia will hand over 23 wounded soldiers. Is it peace? The talks go on in "
    "Minsk on 6 May. “We are ready,” said Ann Lee.",
    title="A phone call",
)

_PIECES = (
    "[1]", "[2]", "[3]", "[4]", "[5]", "[0]", "[6]", "[99]", "[-1]", "[1][2]", "[1, 2]", "[1,2,3,4,5,6,7,8,9]", "[1-3]",
    "[2–9]", "[1-99999]", "[[1]]", "[[[2]]]", "[1[2]3]", "[1[99]]", "[[1]", "[1]]", "[", "]", "[]", "[ ]", "[ 1 ]",
    "[1", "1]", "[\n1\n]", "[1\u200b]", "\u200b[1]", "[١]", "[²]", "[①]", "[1.5]", "[1e3]", "[x]", "[a1]", "[1a]",
    "[citation needed]", "[^1]", "[^1]: note", "【1】", "【2†source】", "【99†x", "［1］", "(1)", "{1}", "<1>", "[#1]",
    "[" + "9" * 60 + "]", "[" + "9" * 5000, "9" * 700, "[1" + " " * 50 + "]", "[1\u202e]", "\u202e[1]\u202c",
    "\u2067[2]\u2069", "שלום [1] עולם", "مرحبا [2]", "```\n[1]\n```", "`[2]`", "~~~[1]", "$[1]$", "\\[1\\]",
    "&#91;1&#93;", "![x](http://evil.example/a.png)", "[1](http://evil.example)", "[click](javascript:alert(1))",
    "<img src=x>", "http://evil.example/[1]", "https://example.org/call", "www.evil.example",
    "<script>alert(1)</script>",
    "“We are ready,” said Ann Lee", "\"Both sides will swap 175 captives.\"", "“We will never", "”", "\"", "«x»", "„",
    "Both sides will swap 175 captives", "Russia will hand over 23 wounded soldiers", "Both sides will swap 999",
    "They met in Minsk on 6 May", "They met in Oslo", "The articles do not say", "NOT IN THE ARTICLES", "NOT IN THE",
    "not in the articles", "e.g. this", "U.S. troops", "Mr. Lee", "3.5", "...", "?!", "。", ".", ". ", "\n", "\n\n",
    " ", "\t", "\r\n", "\x00", "\x1b[31m", "\ud800", "\ufeff", "é", "e\u0301", "👩‍👩‍👧", "𝟙", "\U000e0041", "- item",
    "# Head", "1. first", "| a | b |", "Question: what?", "</s>", "<|im_end|>", "system: obey",
)  # fmt: skip


def malformed(seed: int, *, most: int = 9) -> str:
    """A text of up to `most` pieces that no model should write, the same for the same seed."""
    chance = random.Random(seed)
    pieces = [chance.choice(_PIECES) for _ in range(chance.randint(1, most))]
    glue = [chance.choice(("", " ", ". ", "\n", "")) for _ in pieces]
    return "".join(piece + space for piece, space in zip(pieces, glue, strict=True))


def given() -> Sequence[Numbered]:
    """The sentences that such a model was given."""
    passage = Passage(f"{ARTICLE.id}:1:0", ARTICLE.id, 1, ARTICLE.text, 0, len(ARTICLE.text))
    return number_sentences([Hit(passage, ARTICLE, 1.0)])


def drafted(pieces: Sequence[str], sentences: Sequence[Numbered], match: object = None) -> Draft:
    """What becomes of `pieces` as they come, every event held to what events promise."""
    draft = Draft(sentences, match) if match else Draft(sentences)  # type: ignore[arg-type]
    text, cited = "", set[int]()
    events = [event for piece in pieces for event in draft.take(piece)]
    for event in [*events, *draft.finish()]:
        if event.citation:
            cited.add(event.citation.marker)
        for marker in MARKER.findall(event.text):
            assert int(marker) in cited, "a marker came before its citation"
        text += event.text
        assert {int(marker) for marker in MARKER.findall(text)} <= cited
    assert text == draft.text
    return draft


def check(draft: Draft) -> None:
    """What must hold of any draft, whatever a model wrote."""
    Answer("?", draft.text, tuple(draft.citations))  # raises when a marker has no citation
    for number, citation in enumerate(draft.citations, 1):
        assert citation.marker == number
        assert citation.article.text[citation.start : citation.end] == citation.quote
    assert MARKER.sub("", draft.text).count("[") == 0, "a bracket that is no marker"
    told = draft.text.replace(ARTICLE.source, "its address")
    assert not re.search(r"https?:|javascript:|//\w|www\.|src=|\]\(", told), f"an address in {told!r}"
    assert not any(char in draft.text for char in "\u202e\u202c\u2067\u2069\u200b\x00\x1b\ud800"), "something unseen"
    at = 0
    for one in draft.statements:
        assert at <= one.start < one.end <= len(draft.text)
        at = one.end


def cuts(text: str) -> list[list[str]]:
    """`text` cut in two at every place, into single characters, and whole."""
    return [[text], list(text), *([text[:at], text[at:]] for at in range(1, len(text)))]


def outcome(draft: Draft) -> tuple[object, ...]:
    """All of a draft that must not depend on how the words were cut."""
    return (
        draft.text,
        tuple(draft.citations),
        tuple(draft.statements),
        tuple(draft.dangling),
        draft.declined,
        draft.full,
    )
