"""Follow-up questions made to stand alone, by rule: what a model does better, done without one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from .mentions import Exchange
from .question import parts_of
from .rewording import in_full
from .types import Turn

_TURNS = 24  # of the conversation looked at; the time they take grows with their square
_TURN_CHARS = 600


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and what the conversation before it gives it ("" when it stands alone)."""

    question: str
    alone: str = ""  # the whole question, to be understood without the conversation
    beside: str = ""  # the question with the one before it: what its search is joined with
    history: tuple[Turn, ...] = ()
    by_model: bool = False  # `alone` is a model's

    @property
    def stand_alone(self) -> str:
        """The question, to be understood without the conversation: what is searched for and read."""
        return self.alone or self.question

    def rewritten(self, by_model: str | None) -> Asked:
        """The same with a model's stand-alone question; itself when there is none."""
        return replace(self, alone=by_model, beside="", by_model=True) if by_model else self

    def parts(self) -> list[Asked]:
        """What is asked at once, each to be searched and read for itself: a later part follows up on the first."""
        first, *others = parts_of(self.stand_alone)
        if not others:
            return [self]
        return [Asked(first, beside=self.beside), *(understood(part, (Turn("user", first),)) for part in others)]


def understood(question: str, history: Sequence[Turn]) -> Asked:
    """`question` with what it leaves out because `history` has it.

    A pronoun, "there", "at that time" or "that election" gives place to what it stands for, "And in 2020?" is put into
    the question before, and a question that names nothing gets what the conversation is about. Any other stands alone.
    """
    told = tuple(history)
    talk = _talk(told)
    if not talk:
        return Asked(question)
    alone = in_full(question, talk).question
    before = next(turn.text for turn in reversed(told) if turn.role == "user" and turn.text.strip())
    beside = f"{before[:_TURN_CHARS]} {question}"
    return Asked(question, "" if alone == question else alone, beside, told)


def _talk(history: Sequence[Turn]) -> list[Exchange]:
    """The questions before, each made to stand alone by those before it, with their answers."""
    talk: list[Exchange] = []
    for turn in history[-_TURNS:]:
        text = " ".join(turn.text[:_TURN_CHARS].split())
        if turn.role == "user" and text:
            talk.append(in_full(text, talk))
        elif turn.role == "assistant" and talk and not talk[-1].answer:
            talk[-1] = replace(talk[-1], answer=text)
    return talk
