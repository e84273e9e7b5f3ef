"""The names in a statement, and whether a text has them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..index import STOP_WORDS, stems

_WORD = re.compile(r"[^\W\d_](?:[\w’'.-]*[\w])?")
_CAPITAL = re.compile(r"[A-ZÀ-ÖØ-ÞĀ-ŽΑ-ΩА-ЯЁ]")
_AFTER_STOP = re.compile(r"(?:^|[.?!:;…\n]|[.?!]['\"”’)])\s*[\"“‘'(\[*•–—-]*\s*$")

# With a capital in front of a name, and no name themselves.
_TITLES = frozenset(
    """mr mrs ms miss dr prof professor sir lord lady dame president premier chancellor minister secretary general
    colonel captain major king queen prince princess emperor pope bishop senator governor mayor judge chief prime
    foreign defence vice saint st i january february march april may june july august september october november
    december monday tuesday wednesday thursday friday saturday sunday jan feb mar apr jun jul aug sept sep oct nov
    dec am pm bc ad article articles""".split()
)
# Words that begin a sentence with a capital without being a name, by how they end.
_PLAIN_END = re.compile(
    r"(?:ly|ing|ed|tion|sion|ness|ment|ity|ism|ance|ence|ive|al|ous|ic|ful|able|ible|less|ship|age|ure|est|ward|"
    r"wards|th|[^s]s)$"
)
_STARTERS = frozenset(
    """according among alongside another any anyone because behind beside besides beyond born built called caused
    compared despite due earlier either else even every everyone everything except experts few first found founded
    given half however indeed instead just known lack last late later less let like likewise long made many maybe
    meanwhile more most much near nearly neither never nevertheless next nobody none nonetheless nothing number often
    old once one only otherwise part people perhaps police previously rather recent second seldom several since sixth
    some somebody someone something soon still such taken the then thereafter therefore though three throughout thus
    today together tomorrow toward two under unless unlike until upon what whatever whenever whereas whether whoever
    within without work yes yesterday yet no not new none four five six seven eight nine ten eleven twelve twenty water
    power money war peace heavy high low large small big great young rain snow fire oil gas cold hot hard good bad best
    worst early open free full air sea land food trade state world home life time year month week day night man woman
    crew plans talks sales prices women men children""".split()
)
_INFLECTED = ("n", "an", "ian", "ean", "ese", "ish", "i", "s", "ic", "er", "ers", "man", "men", "ns", "ans", "ians")
_DEMONYMS = tuple(
    frozenset(words.split())
    for words in (
        "france french frenchman|poland polish pole poles|netherlands dutch holland|spain spanish spaniard|"
        "ireland irish|wales welsh|scotland scottish scots|denmark danish dane danes|sweden swedish swede swedes|"
        "finland finnish finn finns|turkey turkish turk turks türkiye|england english|"
        "britain british uk kingdom briton britons|america american americans us usa states|greece greek greeks|"
        "switzerland swiss|thailand thai|norway norwegian norwegians|portugal portuguese|peru peruvian|"
        "europe european eu|soviet ussr|germany german nazi|japan japanese|china chinese"
    ).split("|")
)


@dataclass(frozen=True, slots=True)
class Name:
    """A word of a name: `text[start:end]`. `sure` is false for a sentence's first word: it has its capital anyway."""

    word: str
    start: int
    end: int
    sure: bool = True


def find_names(text: str) -> Iterator[Name]:
    """The words of `text` that are names by their capitals, in order; titles, months and weekdays are none."""
    words = list(_WORD.finditer(text))
    for n, match in enumerate(words):
        word = re.sub(r"['’]s?$", "", match.group().rstrip("."))
        if not _CAPITAL.match(word) or len(word) < 2 or word.casefold().replace(".", "") in _TITLES:
            continue
        if word.casefold() in STOP_WORDS and not word.isupper():
            continue
        begins = _AFTER_STOP.search(text, max(0, match.start() - 8), match.start()) is not None
        following = words[n + 1].group() if n + 1 < len(words) else ""
        apart = text[match.end() : words[n + 1].start()] if following else ""
        sure = not begins or word[1:] != word[1:].lower()
        if begins and not sure:
            led = bool(_CAPITAL.match(following)) and apart == " " and following.casefold() not in _TITLES
            plain = word.casefold() in _STARTERS or (_PLAIN_END.search(word.casefold()) and not led)
            if plain or len(word) < 3:
                continue
        yield Name(word, match.start(), match.start() + len(word), sure)


class KnownNames:
    """The words of some texts, to look names up in."""

    def __init__(self, texts: str) -> None:
        self._stems = set(stems(texts))
        self._words = {match.group().casefold().replace(".", "") for match in _WORD.finditer(texts)}
        self._words |= {re.sub(r"['’]s?$", "", word) for word in self._words}
        self._initials = set(_initials(texts))
        self._texts = texts

    def has(self, name: str) -> bool:
        """Whether `name` is there: the same word, inflected, as its initials, or the people of a country."""
        plain = name.casefold().replace(".", "")
        found = stems(name)
        if not found or set(found) <= self._stems or plain in self._words or plain in self._initials:
            return True
        if any(plain in group and group & self._words for group in _DEMONYMS):
            return True
        if name.isupper() and len(name) <= 6:
            return False
        if "-" in name and all(self.has(part) for part in name.split("-") if _CAPITAL.match(part)):
            return True
        return any(_inflects(plain, word) for word in self._words)


def _inflects(one: str, other: str) -> bool:
    """Whether two names are forms of one: "Russia" and "Russian", "China" and "Chinese"; not "Austria", "Australia"."""
    short, long = sorted((one, other), key=len)
    if len(short) < 4 or len(long) - len(short) > 4:
        return False
    kept = short if long.startswith(short) else short[:-1]
    return len(kept) >= 4 and long.startswith(kept) and long[len(kept) :] in _INFLECTED


def _initials(text: str) -> Iterator[str]:
    """ "un" for "United Nations", "nato" for "North Atlantic Treaty Organization"."""
    for run in re.finditer(r"(?:[A-Z][\w’'-]+(?:\s+(?:of|the|and|for|on)(?=\s+[A-Z]))*\s+)+[A-Z][\w’'-]+", text):
        words = [word for word in run.group().split() if word[:1].isupper()]
        for first in range(len(words)):
            for last in range(first + 2, min(len(words), first + 6) + 1):
                yield "".join(word[0] for word in words[first:last]).casefold()
