"""Which of the sentences given bears a statement out, and which statements none does."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cached_property

from ..index import content_words, stems
from .check import Evidence, shared, unsupported, why
from .draft import LEFT_OUT, Statement, declines
from .prompts import Numbered
from .tainted import gives_orders
from .types import Citation, Doubt

ENOUGH = 0.6  # share of a statement's content words that a sentence has, for it to be cited in the model's place
HARDLY = 0.15  # share under which cited words need the reader's word that they are on the subject
ON_SUBJECT = 0.2  # and how sure of that it must be
FEW = 3  # content words: a longer statement that shares none with what it cites is not that in other words
OWN_WORDS = 5  # content words that the question lacks, and a statement that nothing answers it may have

# Says how likely it is, 0 to 1, that words (the second) answer the question (the first).
Judge = Callable[[str, Sequence[Numbered]], float]

_FACE = re.compile(r"[^\W_]")
_LEADS_ON = re.compile(r"\b(?:me|you|your)\b[^.!?]*:$", re.IGNORECASE)  # "Let me introduce him:"


class Support:
    """Judges the statements of one answer by the sentences that the model was given."""

    def __init__(self, question: str, sentences: Sequence[Numbered], judge: Judge | None = None) -> None:
        self._question = question
        self._sentences = sentences
        self._judge = judge
        self._evidence = [Evidence(one.text, one.hit.article.title, one.hit.article.published) for one in sentences]

    def best(self, statement: str) -> Numbered | None:
        """The sentence that has the most of the statement's words and all of its numbers, days and names; or None."""
        if len(content_words(statement)) < 2:
            return None
        scored = [(self._share(statement, n), -n) for n in range(len(self._sentences))]
        for share, n in sorted(scored, reverse=True)[:3]:
            sentence = self._sentences[-n]
            if share < ENOUGH or _no_evidence(sentence.text):
                continue
            if not unsupported(statement, [self._evidence[-n]], common=self._common):
                return sentence
        return None

    def doubts(self, text: str, statements: Sequence[Statement], citations: Sequence[Citation]) -> tuple[Doubt, ...]:
        """The statements of `text` that their citations do not bear out, each with why."""
        by_marker = {citation.marker: citation for citation in citations}
        found: list[Doubt] = []
        for one in statements:
            said = re.sub(r"\s*\[\d+\]", "", text[one.start : one.end]).replace(LEFT_OUT, " ")
            reason = self._doubt(said, [by_marker[marker] for marker in one.markers])
            if reason:
                found.append(Doubt(one.start, one.end, one.markers, reason))
        return tuple(found)

    def _doubt(self, said: str, cited: Sequence[Citation]) -> str:
        if not _FACE.search(said) or (said.endswith(":") and not cited and self._added(said) <= FEW):
            return ""  # nothing is stated: a rule, a line that leads to what follows
        if not cited:
            modest = declines(said) and self._added(said) <= OWN_WORDS
            return "" if modest else "No passage that was found bears this out."
        evidence = [citation for citation in cited if not _no_evidence(citation.quote)]
        if not evidence:
            return _no_evidence(cited[0].quote)
        if lost := why(unsupported(said, [Evidence.of(one) for one in evidence], common=self._common)):
            return lost
        words = " ".join(f"{one.quote} {one.article.title}" for one in evidence)
        borne = shared(said, words)
        if self._obeys(said) > borne:
            return "It comes from words that speak to a program that reads them, and not from the cited ones."
        if borne < HARDLY and (
            len(content_words(said)) > FEW or self._all_elsewhere(said) or self._sureness(evidence) < ON_SUBJECT
        ):
            return "The cited words are about something else."
        return ""

    def _added(self, said: str) -> int:
        """How many content words of a statement the question has not."""
        asked = set(stems(self._question))
        return sum(1 for word in _stems_of(said) if not word <= asked)

    def _all_elsewhere(self, said: str) -> bool:
        """Whether one of the sentences given has all of the statement's content words."""
        return any(self._share(said, n) == 1 for n in range(len(self._sentences)))

    def _obeys(self, said: str) -> float:
        """The largest share of the statement's content words in a sentence that gives orders."""
        shares = (self._share(said, n) for n, one in enumerate(self._sentences) if gives_orders(one.text))
        return max(shares, default=0.0)

    def _sureness(self, cited: Sequence[Citation]) -> float:
        if self._judge is None:
            return 0.0
        places = {(one.article.id, one.start, one.end) for one in cited}
        quoted = [one for one in self._sentences if (one.hit.article.id, one.start, one.end) in places]
        return self._judge(self._question, quoted)

    def _share(self, statement: str, n: int) -> float:
        words, there = _stems_of(statement), self._stems[n]
        return sum(1 for word in words if word <= there) / max(1, len(words))

    @cached_property
    def _stems(self) -> list[set[str]]:
        return [set(stems(evidence.text)) for evidence in self._evidence]

    @cached_property
    def _common(self) -> set[str]:
        """Words that stand in small letters somewhere in what was found: with a capital they only begin a sentence."""
        told = " ".join([self._question, *(one.text for one in self._sentences)])
        return {word for word in re.findall(r"[^\W\d_]+", told) if word.islower()}


def _stems_of(statement: str) -> list[set[str]]:
    return [set(stems(word)) for word in content_words(statement)]


def _no_evidence(quote: str) -> str:
    """Why `quote` bears nothing out, "" when it may."""
    if gives_orders(quote):
        return "The cited words speak to a program that reads them and tell nothing."
    if quote.rstrip("\"'”’») ").endswith("?"):
        return "The cited words only ask."
    if _LEADS_ON.search(quote):
        return "The cited words only lead on to others."
    return ""
