"""Follow-up questions made to stand alone, by rule: what a model does better, done without one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..index import content_words, stems
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


_PRONOUN = re.compile(r"\b(he|she|him|they|them|it|his|her|hers|their|theirs|its)\b", re.IGNORECASE)
_POSSESSIVE = ("his", "hers", "their", "theirs", "its")
# After these "her" is somebody, before anything else it is somebody's.
_AFTER_HER = re.compile(
    r"\s*(?:$|[?.!,;]|(?:to|in|on|at|for|from|and|or|with|after|before|as|when|so|by|about|during|into)\b)",
    re.IGNORECASE,
)
_ASKS_WHO = re.compile(r"^(?:and |so |but )?(?:who|whom|which (?:man|woman|person|\w+er|\w+or)|name)\b", re.IGNORECASE)
_PERSON = re.compile(r"\b(?:he|she|him|his|her|hers)\b", re.IGNORECASE)
_ONE_NAME = re.compile(r"^((?:[A-Z][\w'’.-]*)(?: (?:[A-Z][\w'’.-]*|de|von|van|da|al|bin)){0,3})\.?$")
_MARKERS = re.compile(r"\s*\[\d+\]")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and what the conversation before it gives it ("" when it stands alone)."""

    question: str
    topic: str = ""  # what it is about
    alone: str = ""  # the whole question, to be understood without the conversation
    history: tuple[Turn, ...] = ()
    by_model: bool = False  # `alone` is a model's

    @property
    def stand_alone(self) -> str:
        """The question, to be understood without the conversation."""
        return self.alone or self.question

    @property
    def searched(self) -> str:
        """What is searched for: the model's question, or the topic, a colon, and the question."""
        if self.by_model:
            return self.alone
        return f"{self.topic}: {self.question}" if self.topic else self.question

    def rewritten(self, by_model: str | None) -> Asked:
        """The same with a model's stand-alone question; itself when there is none."""
        return replace(self, alone=by_model, topic="", by_model=True) if by_model else self

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
    told = tuple(history)
    asked = [turn.text for turn in history if turn.role == "user" and turn.text.strip()]
    if not asked:
        return Asked(question)
    if not _leans_on_history(question):
        return Asked(question, history=told)
    alone = _in_full(question, told)
    named = next((turn for turn in reversed(asked) if _names(turn)), asked[-1])
    return Asked(question, _topic(named, question), alone, told)


def _in_full(question: str, history: Sequence[Turn]) -> str:
    """`question` with its first pronoun replaced by what the conversation is about, or that put behind it."""
    subject = _answered_name(question, history) or _subject(history)
    if not subject:
        return question
    pronoun = _PRONOUN.search(question)
    if pronoun:
        word = pronoun.group().casefold()
        owns = word in _POSSESSIVE or (word == "her" and not _AFTER_HER.match(question, pronoun.end()))
        return f"{question[: pronoun.start()]}{subject}{'’s' if owns else ''}{question[pronoun.end() :]}"
    present = set(re.findall(r"\w{4,}", question.casefold()))
    if present & set(re.findall(r"\w{4,}", subject.casefold())):
        return question
    return f"{question.rstrip(' ?')} ({subject})?"


def _answered_name(question: str, history: Sequence[Turn]) -> str:
    """The person that the answer just before names and nothing else, when `question` goes on about somebody."""
    *before, last = history
    if not before or last.role != "assistant" or not _PERSON.search(question):
        return ""
    name = _ONE_NAME.match(_MARKERS.sub("", last.text).strip())
    return name.group(1) if name and _ASKS_WHO.match(before[-1].text) else ""


def _subject(history: Sequence[Turn]) -> str:
    """The name that the questions since the last change of subject have most often; the first of equals."""
    asked = _since_change([turn.text for turn in history if turn.role == "user" and turn.text.strip()])
    names = [name for turn in asked for name in _names(turn) if not re.fullmatch(r"[\d.,]+", name)]
    often = max(names, key=lambda name: sum(turn.count(name) for turn in asked), default="")
    # "Hell" may have been called Richard Hell before.
    return next((name for name in names if re.search(rf"\b{re.escape(often)}\b", name)), often)


def _since_change(asked: Sequence[str]) -> list[str]:
    """The questions from the last one on that stands alone and shares no word with those before it."""
    kept: list[str] = []
    said: set[str] = set()
    for turn in asked:
        words = content_words(turn)
        new = not any(set(stems(word)) <= said for word in words)
        if new and len(words) > 2 and _names(turn) and not _leans_on_history(turn):
            kept, said = [], set()
        kept.append(turn)
        said |= set(stems(turn))
    return kept


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
