"""The noun phrases of a question or an answer: what "it", "she" or "there" may stand for later."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from ..index import STOP_WORDS
from .nouns import DETERMINERS, LINKS, MONTHS, OWNS, YEAR, Kind, head_of, is_plural, kind_of

_TOKEN = re.compile(r"[^\W_](?:[\w'’&.-]*[^\W_])?")
_MONTH = rf"(?:{'|'.join(month.capitalize() for month in MONTHS)})"
_DATE = re.compile(
    rf"(?:\d{{1,2}} {_MONTH}\b(?:,? \d{{4}})?|\b{_MONTH} \d{{1,2}}\b(?:,? \d{{4}})?|\b{_MONTH},? \d{{4}})"
)
_DO = frozenset("did does do can could will would should must may might".split())
_BE = frozenset("was were is are".split())
_AUXILIARIES = _DO | _BE | frozenset("am has have had".split())
# Words that end a noun phrase, though they are no stop words: verbs above all.
_CLOSED = (STOP_WORDS - {"may", "mine"}) | frozenset(
    """across against agree agreed ago along although among appear appeared around based became become began begin begun
    behind beside besides blame bought buy called came cause come continue decide despite died die else end ever fall
    feel fell felt fight find first fought found gave get go goes gone got grew grow happen happened happens hear heard
    held here hold inside involve involved join joined kept knew know known last later learn learned leave led left let
    like live lived lose lost made make marry married meant met move moved near need needed never next often one ones
    outside paid pay perform play played put ran receive received refuse return rise rose said sang sat saw see seen
    send sent since sing sold soon speak spent spoke spoken start started stay stayed still struck take taken taught
    then there think thought today told tomorrow took toward try tried turn turned twice upon use used via want wants
    went win within without won write written wrote yesterday yet according early""".split()
)
_ALSO_ADJECTIVES = frozenset("first last early".split())
_NO_VERBS = STOP_WORDS - frozenset("say said says get got give have do make may will tell go".split())
_SAYING = frozenset("say said says think thought believe claim want write wrote marry tell told announce".split())
_ABBREVIATED = 3  # letters at most, of a word before a full stop inside a name: "Dr. Todd Stern"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase, `said[start:end] == text`; `leads` when it is the subject or begins what is said."""

    text: str
    start: int
    end: int
    kind: Kind
    plural: bool = False
    named: bool = False  # has a name in it
    leads: bool = False

    @property
    def head(self) -> str:
        """Its main word, in lower case: "tent" of "the tent of Captain Scott"."""
        return head_of(self.text.casefold().split())

    @property
    def plain(self) -> str:
        """For comparing: lower case, no determiner."""
        words = self.text.casefold().split()
        return " ".join(words[1:] if words[0] in DETERMINERS and len(words) > 1 else words)


@lru_cache(maxsize=1_000)
def find_phrases(said: str) -> tuple[Phrase, ...]:
    """The noun phrases of `said` in order, no pronouns; of two joined by "and" first both, then each."""
    tokens = list(_TOKEN.finditer(said))
    dates = list(_DATE.finditer(said))
    found = [Phrase(date.group(), date.start(), date.end(), "time", named=True) for date in dates]
    at = 0
    while at < len(tokens):
        dated = any(date.start() <= tokens[at].start() < date.end() for date in dates)
        end = at if dated else _end_of_phrase(said, tokens, at)
        if end > at:
            found += _phrases(said, tokens, at, end)
        at = max(end, at + 1)
    return tuple(sorted(found, key=lambda phrase: (phrase.start, -phrase.end)))


def _phrases(said: str, tokens: Sequence[re.Match[str]], at: int, end: int) -> list[Phrase]:
    """The phrase of tokens `at` to `end`, with the pair it begins and the owner in it."""
    phrase = _phrase(said, tokens, at, end)
    found = [phrase]
    if joined := _joined(said, tokens, end):
        pair = _phrase(said, tokens, at, joined)
        found.append(replace(pair, plural=True, kind="unsure" if phrase.kind == "time" else phrase.kind))
    # "Captain Scott" of "Captain Scott's tent".
    owner = next((n for n in range(at, end - 1) if OWNS.search(tokens[n].group())), None)
    if owner is not None:
        found.append(_phrase(said, tokens, at, owner + 1))
    return found


def _end_of_phrase(said: str, tokens: Sequence[re.Match[str]], at: int) -> int:
    """The token behind the noun phrase that begins at token `at`; `at` itself when none begins."""
    determined = tokens[at].group().casefold() in DETERMINERS
    n = run = at + determined
    nouns = determined  # behind a determiner or an owner words in lower case belong to it
    while n < len(tokens) and (n == at or _touches(said, tokens, n)):
        word = tokens[n].group()
        if _is_name(said, tokens, n):
            nouns = nouns or OWNS.search(word) is not None
        elif n > run and word in LINKS and n + 1 < len(tokens) and _touches(said, tokens, n + 1):
            rest = _end_of_phrase(said, tokens, n + 1)
            return rest if rest > n + 1 and (determined or _is_name(said, tokens, n + 1)) else n
        elif not nouns or not _is_noun(word, first=n == run):
            break
        n += 1
    if determined and n - run > 1 and not tokens[n - 1].group()[0].isupper() and _verb_lacks(tokens, at, n):
        n -= 1
    return n if n > run else at


def _verb_lacks(tokens: Sequence[re.Match[str]], at: int, end: int) -> bool:
    """Whether the last of tokens `at` to `end` must be a verb: "did the men get | into", "did the court hear | ?"."""
    following = tokens[end].group() if end < len(tokens) else ""
    words = [token.group().casefold() for token in tokens[:at]]
    if words and words[-1] in _DO:
        return not following or following.casefold() in _NO_VERBS or following[0].isupper()
    if len(words) == 1 and words[0] in _BE:
        return not following  # "was the film successful"
    asked = any(word in ("did", "does", "do") for word in words)
    return asked and not following and tokens[end - 2].group()[0].isupper()


def _joined(said: str, tokens: Sequence[re.Match[str]], end: int) -> int:
    """The token behind the second of two phrases joined by "and", the first ending before `end`; 0 when none is."""
    if end + 1 >= len(tokens) or tokens[end].group() not in ("and", "&") or not _touches(said, tokens, end):
        return 0
    second = _end_of_phrase(said, tokens, end + 1)
    alike = tokens[end - 1].group()[0].isupper() == tokens[second - 1].group()[0].isupper()
    return second if second > end + 1 and alike else 0


def _touches(said: str, tokens: Sequence[re.Match[str]], n: int) -> bool:
    """Whether only a space stands before token `n`, or a quote, or the full stop of an abbreviation."""
    before = tokens[n - 1].group()
    between = said[tokens[n - 1].end() : tokens[n].start()]
    abbreviated = len(before) <= _ABBREVIATED and before[0].isupper()
    return between in (" ", " & ", ' "', " '") or (between == ". " and abbreviated)


def _is_name(said: str, tokens: Sequence[re.Match[str]], n: int) -> bool:
    """Whether token `n` is a name by its capital, or a year."""
    word = tokens[n].group()
    if not (word[0].isupper() or YEAR.fullmatch(word)):
        return False
    before = said[: tokens[n].start()].rstrip(" \"'“‘(")
    if before and before[-1] not in ".?!:":
        return (word.isupper() and len(word) > 1) or OWNS.sub("", word.casefold()) not in STOP_WORDS
    if word.casefold() in _CLOSED or word.casefold() in DETERMINERS:
        return False
    # The first word of a sentence has its capital anyway.
    if n + 1 >= len(tokens) or not _touches(said, tokens, n + 1):
        return True
    following = tokens[n + 1].group()
    tells = not said.rstrip().endswith("?") and following in _AUXILIARIES
    verb = tells or following.endswith("ed") or following in _CLOSED - STOP_WORDS
    return verb or following[0].isupper() or following in ("and", "of", "&") or OWNS.search(word) is not None


def _is_noun(word: str, *, first: bool) -> bool:
    """Whether a word in lower case may stand inside a noun phrase, as its first or further on."""
    plain = word.casefold()
    if plain in _ALSO_ADJECTIVES:
        return True
    if plain in _CLOSED or plain in DETERMINERS or plain in _AUXILIARIES or plain[0].isdigit():
        return False
    return first or not re.search(r"(?:[^e]ed|ly)$", plain)


def _phrase(said: str, tokens: Sequence[re.Match[str]], at: int, end: int) -> Phrase:
    start = tokens[at].start()
    text = OWNS.sub("", said[start : tokens[end - 1].end()])
    words = [token.group() for token in tokens[at:end]]
    before = tokens[at - 1].group().casefold() if at else ""
    named = any(word[0].isupper() for word in words[words[0].casefold() in DETERMINERS :])
    says = named and end < len(tokens) and tokens[end].group() in _SAYING
    kind = kind_of(words, before)
    return Phrase(
        text,
        start,
        start + len(text),
        "person" if kind == "unsure" and says else kind,
        is_plural(words),
        named,
        leads=at == 0 or (before in _AUXILIARIES and at <= 6),
    )
