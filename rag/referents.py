"""What the words of a question that point back stand for: the persons, places and things that were spoken of."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from .mentions import Exchange, Mention, Points, mentions
from .nouns import gender_of, is_group
from .phrases import Phrase, find_phrases

# How much speaks for a mention. Chosen by looking at one half of the conversations of benchmarks/follow_ups.py and at
# this project's own; the order of the numbers matters more than they do.
_LATEST = 2.0
_EACH_BACK = -0.7  # for each exchange between
_EACH_TIME = 0.5  # for each time it was said, five at most
_EACH_BEFORE = -0.1  # for each phrase before it in its sentence
_SUBJECT = 1.5
_ASKED_FOR = 2.0
_ASKED_FOR_ASIDE = -0.5
_ANSWERED = -1.2  # it stands in an answer, and nobody asked for it
_NAMED = 0.3
_OWNED = -0.8  # "its report": rather whose it is
_OWNED_PERSON = -3.0  # "Hume's father": rather Hume
_TITLE = 1.5
_MEANT_BEFORE = 0.8  # by the same pronoun
_BAND = 1.2  # "they" of a talk about one name that need not be a person's
_CALLED_SO = 1.0
_CALLED_OTHERWISE = -3.0
_NEVER = -9.0
ENOUGH = 1.0  # the least that a referent is put in for

_OWNER = re.compile(r"(?:his|her|its|their)\b", re.IGNORECASE)
_OWNED_BY_NAME = re.compile(r"['’]s? ")
_OTHER: dict[Points, Points] = {"he": "she", "she": "he"}
_WHOLE_NAME = re.compile(r"(?:[A-Z][\w'’.-]*\s?|de |von |van )+")


class Referents:
    """The referents of one conversation, to be asked for what a word stands for."""

    def __init__(self, talk: Sequence[Exchange]) -> None:
        self._talk = talk
        self._mentions = mentions(talk)
        self._times = Counter(mention.phrase.plain for mention in self._mentions)
        self._meant = {pair for exchange in talk for pair in exchange.meant}
        self._title = next((title for exchange in talk if (title := _title_of(exchange.question))), "")

    def best(self, points: Points, *, but: Iterable[str] = ()) -> str:
        """What `points` stands for, as it was said in full; "" when nothing fits well. `but` names what it is not."""
        barred = {text.casefold() for text in but}
        fitting = [mention for mention in self._mentions if not _overlaps(mention.phrase, barred)]
        best = max(fitting, key=lambda mention: self._score(mention, points), default=None)
        return self._in_full(best.phrase) if best and self._score(best, points) >= ENOUGH else ""

    def longer(self, name: str) -> str:
        """A person's name of several words, said before, that `name` begins or ends; "" when there is none."""
        known = [mention.phrase.text for mention in self._mentions if mention.phrase.kind == "person"]
        fitting = [text for text in known if name in (text.split()[0], text.split()[-1])]
        return next((text for text in fitting if " " in text and _WHOLE_NAME.fullmatch(text)), "")

    def headed(self, head: str) -> str:
        """The latest phrase said with the main word `head` and more than that; "" when there is none."""
        said = (mention.phrase for mention in self._mentions if mention.phrase.head == head)
        return next((self._in_full(phrase) for phrase in said if len(phrase.plain.split()) > 1), "")

    def time(self) -> str:
        """The latest date or year said."""
        times = (mention.phrase.text for mention in self._mentions if mention.phrase.kind == "time")
        return next((time for time in times if re.search(r"\d", time)), "")

    def topic(self) -> str:
        """What the conversation is about: what was named most, the first of equals; else the latest thing asked."""
        asked = [one for one in self._mentions if not one.answered and one.phrase.kind != "time"]
        named = [one for one in asked if one.phrase.named]
        if not named:
            return self._in_full(min(asked, key=lambda one: (one.back, one.place)).phrase) if asked else ""

        def weight(one: Mention) -> tuple[bool, int, int, int]:
            return one.phrase.text == self._title, self._times[one.phrase.plain], one.back, -one.place

        return self._in_full(max(named, key=weight).phrase)

    def _score(self, mention: Mention, points: Points) -> float:
        phrase = mention.phrase
        titled = phrase.text == self._title
        score = _LATEST + _EACH_BACK * mention.back + _EACH_BEFORE * mention.place
        score += _EACH_TIME * min(self._times[phrase.plain], 5)
        score += _NAMED * phrase.named + _TITLE * titled
        if mention.asked_for:
            score += _ASKED_FOR_ASIDE if mention.aside else _ASKED_FOR
        elif mention.answered:
            score += _ANSWERED
        elif phrase.leads:
            score += _SUBJECT
        if _OWNER.match(phrase.text):
            score += _OWNED
        if points in _OTHER and _OWNED_BY_NAME.search(phrase.text):
            score += _OWNED_PERSON
        if (points, phrase.text) in self._meant:
            score += _MEANT_BEFORE
        if (_OTHER.get(points), phrase.text) in self._meant:
            score += _NEVER
        if titled and points == "they" and not phrase.plural and mention.kind in ("unsure", "thing"):
            score += _BAND
        if mention.called and points != "there":
            return score + (_CALLED_SO if mention.called == points else _CALLED_OTHERWISE)
        return score + _agreement(mention, points)

    def _in_full(self, phrase: Phrase) -> str:
        """As it was said in full: "Richard Hell" for "Hell", "the aircraft" for "an aircraft"."""
        text = phrase.text if phrase.text == self._title else re.sub(r"^(?:[Aa]n?|The) ", "the ", phrase.text)
        if _OWNER.match(text):
            owner, rest = self._owner(phrase), text.split(" ", 1)[1]
            return f"{possessive(owner)} {rest}" if owner else f"the {rest}"
        if phrase.named and phrase.kind in ("person", "unsure") and " " not in text:
            longer = (one.phrase.text for one in self._mentions if one.phrase.kind == "person")
            return max((name for name in longer if name.endswith(f" {text}")), key=len, default=text)
        return text

    def _owner(self, owned: Phrase) -> str:
        """The subject before "its report" in the same question."""
        subjects = (one.phrase for one in self._mentions if one.phrase.named and one.phrase.leads)
        return next((phrase.text for phrase in subjects if phrase.end < owned.start), "")


def possessive(text: str) -> str:
    """ "Frank Zappa's", "the Beatles'"."""
    if text.endswith(("'s", "’s")):
        return text
    return f"{text}'" if text.endswith("s") and text.startswith("the ") else f"{text}'s"


def _agreement(mention: Mention, points: Points) -> float:
    """How well a phrase agrees with a word that points back, in number, gender and kind."""
    phrase, kind = mention.phrase, mention.kind
    if kind == "time":
        return _NEVER
    if points == "there":
        return 2.0 if kind == "place" else _NEVER
    if points == "they":
        if phrase.plural or is_group(phrase.head):
            return 2.0
        return {"person": -5.0, "place": -1.0, "thing": 0.0 if phrase.named else -1.5}.get(kind, -0.7)
    if points == "it":
        return -2.5 if phrase.plural else {"person": -3.0, "place": -0.5, "thing": 1.0}.get(kind, 0.2)
    if phrase.plural:
        return -4.0
    gender = gender_of(phrase.text)
    agrees = 0.0 if gender is None else 1.0 if gender == points else -6.0
    return agrees + {"person": 2.0, "unsure": 0.5 if phrase.named else -1.0}.get(kind, -6.0)


def _title_of(question: str) -> str:
    """A question that is only a name, said to tell what the talk is about; "" for any other."""
    plain = re.sub(r"\s*\([^)]*\)$", "", question.strip(" ?."))
    phrases = find_phrases(plain)
    return plain if phrases and phrases[0].text == plain else ""


def _overlaps(phrase: Phrase, barred: set[str]) -> bool:
    return any(phrase.plain in text or text in phrase.text.casefold() for text in barred)
