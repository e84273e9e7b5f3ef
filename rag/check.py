"""Whether what a statement says stands in the words it cites: its numbers, its days, its names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from ..index import content_words, stems
from .amounts import Amount, find_amounts
from .dates import Day, find_days
from .names import KnownNames, find_names
from .types import Citation


@dataclass(frozen=True)
class Evidence:
    """Words of an article that a statement rests on, with what a reader sees beside them."""

    quote: str
    title: str = ""
    published: date | None = None

    @classmethod
    def of(cls, citation: Citation) -> Evidence:
        """The quote of a citation, its article's title and publish date."""
        return cls(citation.quote, citation.article.title, citation.article.published)

    @cached_property
    def text(self) -> str:
        return f"{self.quote}\n{self.title}"

    @cached_property
    def days(self) -> list[Day]:
        own = self.published
        told = [Day("", 0, 0, own.year, own.month, own.day)] if own else []
        return [*find_days(self.quote, own), *find_days(self.title, own), *told]

    @cached_property
    def amounts(self) -> list[Amount]:
        # Days count as amounts too: "the 6th" may be told of "6 December", and "1917" may be a number.
        return find_amounts(self.text)

    @cached_property
    def years(self) -> frozenset[int]:
        """Years that a day without one may be meant in."""
        named = {day.year for day in self.days if day.year}
        return frozenset(named | ({self.published.year - 1} if self.published else set()))

    @cached_property
    def names(self) -> KnownNames:
        return KnownNames(self.text)


@dataclass(frozen=True, slots=True)
class Lost:
    """Something a statement says that its evidence does not: as written there, and what stands there instead."""

    words: str
    instead: str = ""

    @property
    def told(self) -> str:
        return f"“{self.words}”" + (f" (they have “{self.instead}”)" if self.instead else "")


def unsupported(statement: str, evidence: Sequence[Evidence] | str, *, common: Iterable[str] = ()) -> tuple[Lost, ...]:
    """The numbers, days and names of `statement` that no piece of `evidence` has, in that order.

    Ways of writing do not count: digits or words, separators, units, "half", the form of a date, a day told relative
    to the article's. `common` are words that are no names, should a sentence begin with one.
    """
    pieces = [Evidence(evidence)] if isinstance(evidence, str) else list(evidence)
    days, lost_days = _lost_days(statement, pieces)
    return (*_lost_amounts(statement, pieces, days), *lost_days, *_lost_names(statement, pieces, set(common)))


def why(lost: Sequence[Lost]) -> str:
    """The same as a sentence, "" when nothing is lost."""
    words = list(dict.fromkeys(one.told for one in lost))
    if not words:
        return ""
    told = words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
    return f"The cited words do not have {told}."


def _lost_days(statement: str, pieces: Sequence[Evidence]) -> tuple[list[tuple[int, int]], list[Lost]]:
    """Where `statement` names days, and those of them that no piece has."""
    places: dict[tuple[int, int], str] = {}
    held: set[tuple[int, int]] = set()
    measured = [(one.start, one.end) for one in find_amounts(statement) if one.unit]
    for piece in pieces:
        by_place: dict[tuple[int, int], list[bool]] = {}
        # "1250 euros" are no year.
        told = [
            day
            for day in find_days(statement, piece.published)
            if not (_is_lone_year(day) and any(start <= day.start < end for start, end in measured))
        ]
        for day in told:
            places[day.start, day.end] = day.words
            same = any(day.same(other, piece.years) for other in piece.days)
            # A year by itself may as well be a number.
            same = same or (_is_lone_year(day) and any(day.year in amount.values for amount in piece.amounts))
            by_place.setdefault((day.start, day.end), []).append(same)
        choice = {(day.start, day.end): day.either for day in told}
        held |= {place for place, same in by_place.items() if (any(same) if choice[place] else all(same))}
    return list(places), [Lost(words) for place, words in places.items() if place not in held]


def _is_lone_year(day: Day) -> bool:
    return day.year is not None and day.month is None and not day.relative and not day.decade


def _lost_amounts(statement: str, pieces: Sequence[Evidence], days: list[tuple[int, int]]) -> list[Lost]:
    there = [amount for piece in pieces for amount in piece.amounts]
    lost: list[Lost] = []
    for amount in find_amounts(statement, apart_from=days):
        same = [other for other in there if amount.same(other)]
        instead = [other for other in there if amount.noun and other.noun == amount.noun and other not in same]
        # "23 captives", where the words have 23 of something else and another number of captives.
        swapped = instead and same and all(other.noun and other.noun != amount.noun for other in same)
        if not same or swapped:
            found = instead[0] if instead else None
            noun = statement[amount.end :].split()[0].strip(".,;:") if amount.noun and swapped else ""
            told = [f"{one.words} {noun}".strip() for one in (amount, found) if one]
            lost.append(Lost(*told) if found else Lost(amount.words))
    return lost


def _lost_names(statement: str, pieces: Sequence[Evidence], common: set[str]) -> list[Lost]:
    names = [name for name in find_names(statement) if name.sure or name.word.casefold() not in common]
    return [Lost(name.word) for name in names if not any(piece.names.has(name.word) for piece in pieces)]


def shared(statement: str, evidence: str) -> float:
    """The share of the statement's content words that `evidence` has, 0 to 1; 1 when it has none."""
    words = content_words(statement)
    there = set(stems(evidence))
    return sum(1 for word in words if set(stems(word)) <= there) / len(words) if words else 1.0
