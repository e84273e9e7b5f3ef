"""Follow-up questions made to stand alone, by rule."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..index import content_words
from .types import Turn

_POINTS_BACK = re.compile(
    r"\b(he|she|it|they|him|her|them|his|hers|its|their|theirs|this|that|these|those|there|then|one|ones|else|same|both|"
    r"other|others|another|former|latter)\b",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"^(and|but|so|or|what about|how about|why|why not|how so|really|when|where|who)\b", re.IGNORECASE
)
_LEAD = re.compile(r"^(?:and|but|so|or|then)\s+", re.IGNORECASE)
_NAME = re.compile(r"\b(?:[A-Z][\w'’.-]*|\d[\d.,]*)(?:\s+(?:of|the|de|von|van|[A-Z][\w'’-]*|\d[\d.,]*))*")
_TRAILING = re.compile(r"(?:\s+(?:of|the|de|von|van))+$")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and the topic that the conversation gives it ("" when it stands alone)."""

    question: str
    topic: str = ""

    @property
    def searched(self) -> str:
        """The stand-alone question: the topic, a colon, and the question."""
        return f"{self.topic}: {self.question}" if self.topic else self.question

    def read(self, part: str) -> str:
        """A part of the question as the reader is asked it: with the topic behind it, not before it."""
        plain = _LEAD.sub("", part).rstrip("? ")
        return f"{plain} ({self.topic})?" if self.topic else part


def understood(question: str, history: Sequence[Turn]) -> Asked:
    """`question` with what it leaves out because `history` has it.

    A question that points back ("it", "there"), goes on ("and in 2020?") or says little gets the topic of the
    conversation: the names of the last user turn that has any and its other content words, or, without names, the
    content words of the last one. Any other question stands alone.
    """
    asked = [turn.text for turn in history if turn.role == "user" and turn.text.strip()]
    if not asked or not _leans_on_history(question):
        return Asked(question)
    named = next((turn for turn in reversed(asked) if _names(turn)), asked[-1])
    return Asked(question, _topic(named, question))


def _leans_on_history(question: str) -> bool:
    words = content_words(question)
    pointing = _POINTS_BACK.search(question) is not None
    going_on = _GOES_ON.search(question) is not None and not _names(question)
    return len(words) <= 2 or pointing or (going_on and len(words) <= 4)


def _topic(turn: str, question: str) -> str:
    present = question.casefold()
    names = [name for name in _names(turn) if name.casefold() not in present]
    if names:
        return " ".join([*names, *_plain_words(turn, names, present)])
    return " ".join(word for word in content_words(turn) if word.casefold() not in present)


def _plain_words(turn: str, names: Sequence[str], present: str) -> list[str]:
    """What a turn says besides its names: "explosion" in "When was the Halifax explosion?"."""
    named = " ".join(names).casefold()
    words = [word for word in content_words(turn) if word.casefold() not in named]
    return [word for word in words if word.casefold() not in present]


def _names(text: str) -> list[str]:
    """Names and numbers in `text`, without the capital that only begins a sentence."""
    found: list[str] = []
    for match in _NAME.finditer(text):
        name = _TRAILING.sub("", match.group()).strip(".,")
        starts = not text[: match.start()].strip() or text[: match.start()].rstrip()[-1] in ".?!"
        if starts and not content_words(name.split()[0]):
            name = " ".join(name.split()[1:])  # "When", "Did", "The" begin questions
        if name and name not in found and content_words(name):
            found.append(name)
    return found
