"""What a noun phrase is about, judged by its words: a person, a place, a time, a thing; one or several."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

Kind = Literal["person", "place", "time", "thing", "unsure"]
Gender = Literal["he", "she"]

OWNS = re.compile(r"(?:['’]s|(?<=s)['’])$")
YEAR = re.compile(r"1[0-9]{3}|20[0-9]{2}")
MONTHS = "january february march april may june july august september october november december".split()
DETERMINERS = frozenset("the a an his her its their my our".split())
LINKS = frozenset("of de von van da del di la le bin al ibn".split())  # inside names: "Bank of America"

_INSIDE = frozenset("in at from near inside outside across throughout within".split())
_TITLES = frozenset(
    """mr mrs ms miss dr prof professor sir lord lady dame president chancellor senator governor captain colonel general
    admiral king queen prince princess pope bishop judge rabbi saint""".split()
)
_TIMES = frozenset("year years day month week century decade season summer winter spring autumn night morning".split())
_PLACES = frozenset(
    """city town village country island islands river lake mountain street square airport port harbour stadium coast
    valley bay county province state region north south east west northern southern eastern western new hong saudi sri
    costa san santa los united britain england france germany russia china japan india america africa europe asia
    australia canada territory""".split()
)
_THINGS = frozenset(
    """university college school company corporation bank museum party forum agreement treaty war wall cup act union
    court league club church council commission committee institute ministry office organisation organization group team
    band agency association society foundation army navy force forces times post news records studios prize award awards
    show festival championship championships series game games album song film movie book bridge tower bill law plan
    project mission programme program telescope lander rover house assembly nations movement march""".split()
)
_PEOPLE = frozenset(
    """governor chairman manager females males man woman boy girl person people captain leader president minister king
    queen surgeon actor actress author writer singer player doctor scientist scientists men women children father mother
    brother sister wife husband son daughter donor judge director coach founder teacher crew officials officers victims
    members families witnesses soldiers prisoners students researchers passengers""".split()
)
_GROUPS = frozenset(
    """party team band group company bank government court committee commission university club army police family
    agency council forum union duo trio crew board""".split()
)
_MANY = frozenset("men women people children police crew staff two three four five six seven eight nine ten".split())
_SINGULAR_S = re.compile(r"(?:ss|us|is|ics|news|series|species|james|charles)$")
_MALE = re.compile(
    r"\b(?:mr|king|prince|sir|lord|man|boy|father|brother|husband|son|actor|pope|bishop)\b", re.IGNORECASE
)
_FEMALE = re.compile(
    r"\b(?:mrs|ms|miss|queen|princess|lady|dame|woman|girl|mother|sister|wife|daughter|actress)\b", re.IGNORECASE
)


def kind_of(words: Sequence[str], before: str) -> Kind:
    """What the phrase of `words` is about; `before` is the word in front of it, in lower case."""
    plain = [OWNS.sub("", word.casefold()) for word in words]
    head = head_of(plain)
    determined = plain[0] in DETERMINERS
    capital = words[plain.index(head)][0].isupper()
    if YEAR.fullmatch(plain[-1]) or (len(plain) == 1 and plain[0] in MONTHS) or head in _TIMES:
        return "time"
    if plain[determined] in _TITLES and len(plain) > 1 + determined and words[-1][0].isupper():
        return "person"
    if any(OWNS.search(word) for word in words[:-1]):
        return "person" if head in _PEOPLE else "thing"
    if head in _PEOPLE:
        return "person"
    if any(word in _THINGS for word in plain):
        return "thing"
    if head in _PLACES or plain[0] in _PLACES or (capital and before in _INSIDE):
        return "place"
    if determined:
        return "unsure" if re.search(r"(?:er|or|ist|ian)s?$", head) and not capital else "thing"
    if any(word in LINKS for word in plain) or any(word.isupper() and len(word) > 2 for word in words):
        return "unsure"
    return "person" if 2 <= len(words) <= 4 and all(word[0].isupper() for word in words) else "unsure"


def head_of(words: Sequence[str]) -> str:
    """The main one of `words`: the one before "of", else the last."""
    return next((words[n - 1] for n, word in enumerate(words) if word in LINKS and n), words[-1])


def is_plural(words: Sequence[str]) -> bool:
    """Whether the phrase of `words` means several."""
    plain = [word.casefold() for word in words]
    head = head_of(plain)
    ends = head.endswith("s") and not _SINGULAR_S.search(head) and not OWNS.search(head)
    return head in _MANY or (ends and (plain[0] in DETERMINERS or not words[-1][0].isupper()))


def is_group(head: str) -> bool:
    """Whether several people are meant by a word that is singular: "the team"."""
    return head in _GROUPS


def gender_of(text: str) -> Gender | None:
    """Which pronoun the words of a phrase ask for, when they do: "Queen Victoria", "the actor"."""
    return "he" if _MALE.search(text) else "she" if _FEMALE.search(text) else None
