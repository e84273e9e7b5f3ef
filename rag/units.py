"""Numbers with what they count."""

from __future__ import annotations

import re

from ..index import STOP_WORDS
from .amounts import find_amounts

_BARE = re.compile(r"(?:[$£€¥]\s?)?[\d.,]*\d|[a-z]+(?:[ -][a-z]+){0,2}", re.IGNORECASE)
_NUMBER_WORD = re.compile(
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|sixty|seventy|"
    r"eighty|ninety|hundred|thousand|million|billion|trillion|dozen|half|and|a|[ -])+",
    re.IGNORECASE,
)
_NEXT_WORD = re.compile(r"[ \u00a0-](?P<word>[^\W\d_][\w’'-]*|%)")
_MOST_WORDS = 3
# Verbs and prepositions that often follow what was counted. Regular verbs are known by their endings.
_ENDS = frozenset(
    """came come died fell felt flew found gave go got grew held kept knew led left lie live lost made met rose ran run
    said saw sent set spoke stand stood swam taught took told went won work wrote
    across along among around behind beyond inside near outside since toward towards upon within""".split()
)


# From a word's beginning only: from each of its letters, one of a megabyte would take hours.
_FIGURE = re.compile(r"(?<!\w)[$£€¥]?\w*\d\w*(?:[.,:/–-]\w+)*%?")


_HOW_MANY = re.compile(r"\bhow many\b", re.IGNORECASE)
_ROUGHLY = frozenset(
    """all both couple countless few handful majority many most no nobody none numerous one pair several single some
    various zero""".split()
)


def counts_what(question: str) -> bool:
    """Whether `question` asks how many there are of something."""
    return bool(_HOW_MANY.search(question))


def is_count(text: str) -> bool:
    """Whether `text` has a number or a word that stands for one: "175", "a dozen", "none", but not "twice as large"."""
    return bool(find_amounts(text)) or any(word in _ROUGHLY for word in re.findall(r"[a-z]+", text.lower()))


def whole_figures(text: str, start: int, end: int) -> tuple[int, int]:
    """`start:end` widened so that it cuts no figure of `text` in two: "742" within "17,410,742" becomes all of it."""
    for figure in _FIGURE.finditer(text, max(0, start - 40), min(len(text), end + 40)):
        first, last = figure.span()
        if first < start < last:
            start = first
        if first < end < last:
            end = last
    return start, end


def unit_end(text: str, start: int, end: int) -> int:
    """Where `text[start:end]` ends with the words that it counts: after "prisoners" for the "175" in "175 prisoners on
    each side". `end` when it is no bare number, or nothing is counted."""
    number = text[start:end].strip()
    if not _is_number(number):
        return end
    words: list[tuple[str, int]] = []
    at = end
    while len(words) < _MOST_WORDS and (match := _NEXT_WORD.match(text, at)):
        word = match["word"]
        if word.lower() in STOP_WORDS or word.lower() in _ENDS or (words and word[0].isupper()):
            break
        words.append((word, match.end()))
        at = match.end()
        if word == "%" or text[at : at + 1] in (",", ".", ";", ":", ")"):
            break
    while words and _looks_like_verb(words[-1][0]):
        words.pop()
    return words[-1][1] if words else end


def _is_number(text: str) -> bool:
    if not _BARE.fullmatch(text):
        return False
    return text[-1].isdigit() or _NUMBER_WORD.fullmatch(text) is not None


def _looks_like_verb(word: str) -> bool:
    return word.lower().endswith(("ed", "ly", "ing"))
