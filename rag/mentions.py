"""A conversation as exchanges, and the noun phrases in them that a later question may point back at."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from .nouns import Kind
from .phrases import Phrase, find_phrases

Points = Literal["he", "she", "they", "it", "there"]

_FEW_WORDS = 9
_ASKS_PERSON = re.compile(
    r"^(?:and |so |but )?(?:who|whom|(?:which|what) (?:man|woman|person|\w+er|\w+or|\w+ist))\b", re.IGNORECASE
)
_ASKS_NAME = re.compile(r"^(?:and |so |but )?(?:which|what)\b|\b(?:called|named)\b", re.IGNORECASE)
_ASKS_PLACE = re.compile(
    r"^(?:and |so |but )?(?:where|(?:in |to |from )?(?:which|what) \w*(?:city|town|country|place))\b", re.IGNORECASE
)
_ASKS_ANOTHER = re.compile(
    r"^(?:and |so |but )?(?:who|whom) (?:else )?(?:did|does|do|has|had)\b|['’]s? (?:\w+ )?(?:father|mother|parents?|"
    r"wife|husband|brothers?|sisters?|sons?|daughters?|children|family|partners?|teachers?|friends?)\b",
    re.IGNORECASE,
)
# No other name stands between: in "What did Ada say to Charles before he left?" it is Charles.
_CALLED = re.compile(r"^[^,?A-Z]{0,60}?\b(?:(?P<he>he|his)|(?P<she>she|her)|(?P<they>they|their)|(?P<it>its))\b")
_PRONOUNS: tuple[Points, ...] = ("he", "she", "they", "it")
_MARKERS = re.compile(r"\s*\[\d+\]")
_FIRST_SENTENCE = re.compile(
    r"^.{0,240}?(?:(?<!\b[A-Z])(?<!\b(?:Dr|Mr|St|Jr|Ms))(?<!\bMrs)[.!?](?=\s+[A-Z])|$)", re.DOTALL
)
_UNKNOWN = re.compile(r"^(?:I don['’]t know|The articles do not)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question, made to stand alone, and what was answered."""

    question: str
    answer: str = ""
    meant: tuple[tuple[Points, str], ...] = ()  # what its pronouns stood for

    @property
    def told(self) -> str:
        """The answer's first sentence without its markers; "" when there was no answer."""
        plain = _MARKERS.sub("", self.answer).strip()
        first = _FIRST_SENTENCE.match(plain)
        return "" if _UNKNOWN.match(plain) or not first else first.group().strip()

    @property
    def short(self) -> bool:
        """Whether the answer is a few words."""
        return 0 < len(self.told.split()) <= _FEW_WORDS


@dataclass(frozen=True, slots=True)
class Mention:
    """A noun phrase where it was used."""

    phrase: Phrase
    exchange: Exchange
    back: int  # exchanges ago, from 1
    place: int  # its number in its question or answer, from 0
    answered: bool = False  # stands in the answer
    asked_for: bool = False  # is what was asked for

    @property
    def kind(self) -> Kind:
        """Its phrase's kind, or that of what was asked for."""
        if self.asked_for and _ASKS_PERSON.match(self.exchange.question):
            return "person"
        return "place" if self.asked_for and _ASKS_PLACE.match(self.exchange.question) else self.phrase.kind

    @property
    def aside(self) -> bool:
        """Whether it was asked for, and the talk goes on about another: "Who did he beat?", "Who was his father?"."""
        return self.asked_for and _ASKS_ANOTHER.search(self.exchange.question) is not None

    @property
    def called(self) -> Points | None:
        """The pronoun used for it where it was said: "she" in "Who flew Concorde on her last landing?"."""
        said = self.exchange.told if self.answered else self.exchange.question
        match = _CALLED.search(said[self.phrase.end :]) if self.phrase.named else None
        return next((points for points in _PRONOUNS if match and match.group(points)), None)


def mentions(talk: Sequence[Exchange]) -> list[Mention]:
    """Every noun phrase of the conversation that may be pointed back at, the latest exchange first."""
    found: list[Mention] = []
    for back, exchange in enumerate(reversed(talk), 1):
        asked = find_phrases(exchange.question)
        found += [Mention(phrase, exchange, back, n) for n, phrase in enumerate(asked)]
        # What an answer of long ago says is the article's matter, unless it was short.
        told = find_phrases(exchange.told) if back <= 2 or exchange.short else ()
        wanted = _wanted(exchange, told)
        found += [Mention(phrase, exchange, back, n, True, phrase is wanted) for n, phrase in enumerate(told)]
    return found


def _wanted(exchange: Exchange, told: Sequence[Phrase]) -> Phrase | None:
    """The phrase of a short answer that the question asked for."""
    if not exchange.short or not told:
        return None
    if _ASKS_PERSON.match(exchange.question):
        persons = [p for p in told if p.named and (p.kind == "person" or (p.kind == "unsure" and p.start <= 4))]
        # Rather Dr Malan than "the prime minister of South Africa" before him.
        by_name = [phrase for phrase in persons if phrase.kind == "person" and " of " not in phrase.text]
        return next(iter(by_name or persons), None)
    first = told[0]
    asked = _ASKS_NAME.search(exchange.question) or _ASKS_PLACE.search(exchange.question)
    whole = len(first.text) > len(exchange.told) - 4
    return first if asked and first.start <= 4 and (first.named or whole) else None
