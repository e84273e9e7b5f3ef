"""A follow-up question put so that it stands alone: what it leaves out or points back at, said."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..index import content_words
from .fragments import LEAD, completed
from .mentions import Exchange, Points
from .phrases import find_phrases
from .referents import Referents, possessive

_PRONOUNS: tuple[Points, ...] = ("he", "she", "they", "it")
_PRONOUN = re.compile(
    r"\b(?P<he>he|him|his)\b|\b(?P<she>she|her|hers)\b|\b(?P<they>they|them|their|theirs)\b|\b(?P<it>it|its)\b(?!['’])",
    re.IGNORECASE,
)
_OWNING = frozenset("his hers their theirs its".split())
# After these "her" is somebody, before anything else it is somebody's.
_AFTER_HER = re.compile(
    r"\s*(?:$|[?.!,;]|(?:to|in|on|at|for|from|and|or|with|after|before|as|when|so|by|about|during|into|out|off)\b)",
    re.IGNORECASE,
)
# "it" that stands for nothing: "was it hard to breathe", "how long did it take", "how did he do it".
_EMPTY_IT = re.compile(
    r"\b(?:is|was|be|were|would|will)\s+it\s+(?:\w+\s+)?(?:true|possible|hard|difficult|easy|important|necessary|common|"
    r"legal|safe|likely|worth|better|best|time|enough|said|known|clear)\b|\bit\s+(?:take|took|rain|snow)\b|"
    r"\b(?:do|done|doing|did)\s+it\b(?=\W*$| (?:in|at|on|with|for|by)\b)|"
    r"\b(?:who|what|when|where|why|how)\s+(?:is|was)\s+it\s+that\b",
    re.IGNORECASE,
)
_NEW_CLAUSE = re.compile(r"\b(?:after|before|when|while|because|that|if|since|until)\b|,")
# Not "is there a bridge" and "there was a bridge".
_THERE = re.compile(
    r"(?<!is )(?<!was )(?<!are )(?<!were )(?<!been )(?<!be )\bthere\b(?! (?:is|are|was|were|has|have|been)\b)",
    re.IGNORECASE,
)
_MOVES = re.compile(
    r"\b(?:get|gets|got|go|goes|went|gone|come|came|moved?|return(?:ed)?|travel(?:led)?|sent?|fly|flew)\s+$",
    re.IGNORECASE,
)
_THEN = re.compile(
    r"\b(?:at (?:that|this|the) time|(?:in |during )?(?:that|this|the same) year|on that day|"
    r"that (?:same )?day|back then|then(?=\W*$))",
    re.IGNORECASE,
)
_POINTED = re.compile(r"\b(?:this|that|these|those|the)\s+(?:same\s+)?(?P<noun>[a-z][a-z-]{2,})\b")
_TIMES = frozenset("year day month week century decade season time night period era".split())
_DEFINES = re.compile(r"^(?:what|who) (?:is|are) (?!the |this |that |these |those )[\w-]+\W*$", re.IGNORECASE)
_MEANT_BY_ALL = 2  # content words; a question with fewer says too little by itself


def in_full(question: str, talk: Sequence[Exchange]) -> Exchange:
    """`question` with what it leaves out, and what its words point back at in their place; itself when nothing fits."""
    if not talk:
        return Exchange(question)
    referents = Referents(talk)
    written = completed(question, talk[-1])
    written = _with_places(written, referents)
    written = _with_times(written, referents)
    written = _with_things(written, referents, talk[-1])
    written = _with_full_names(written, referents)
    written, meant = _with_names(written, referents)
    if written == question:
        written = _with_topic(question, referents)
    written = LEAD.sub("", written)
    return Exchange(f"{written[:1].upper()}{written[1:]}", meant=meant)


def _with_places(question: str, referents: Referents) -> str:
    """ "people there" as "people in Bojayá"."""
    match = _THERE.search(question)
    place = referents.best("there", but=_named(question)) if match else ""
    if not match or not place:
        return question
    before = question[: match.start()]
    return f"{before}{'to' if _MOVES.search(before) else 'in'} {place}{question[match.end() :]}"


def _with_times(question: str, referents: Referents) -> str:
    """ "at that time" as "on 30 September 2016"."""
    match, time = _THEN.search(question), referents.time()
    if not match or not time or re.search(r"\d{4}", question):
        return question
    day = re.search(r"\b\d{1,2} [A-Z]|[a-z] \d{1,2}\b(?!\d)", time)
    return f"{question[: match.start()]}{'on' if day else 'in'} {time}{question[match.end() :]}"


def _with_things(question: str, referents: Referents, before: Exchange) -> str:
    """ "that election" as it was said before: "East Germany's first free election"."""
    for match in _POINTED.finditer(question):
        noun = match.group("noun")
        if noun in _TIMES:
            continue
        said = referents.headed(noun) or _answered_with(noun, before)
        if said and said.casefold() not in question.casefold():
            return f"{question[: match.start()]}{said}{question[match.end() :]}"
    return question


def _answered_with(noun: str, before: Exchange) -> str:
    """ "the album Intuition", when that was the short answer to "What was the album?"."""
    asked = re.search(rf"\b(?:what|which)\b(?: \w+){{0,3}} {noun}\b", before.question, re.IGNORECASE)
    if not asked or not before.short:
        return ""
    name = next((phrase for phrase in find_phrases(before.told) if phrase.named and phrase.leads), None)
    return f"the {noun} {name.text}" if name and name.kind != "time" else ""


def _with_full_names(question: str, referents: Referents) -> str:
    """ "Ferry" as "Bryan Ferry", when he was called so before."""
    for phrase in find_phrases(question):
        if phrase.named and " " not in phrase.text and (full := referents.longer(phrase.text)):
            return f"{question[: phrase.start]}{full}{question[phrase.end :]}"
    return question


def _with_names(question: str, referents: Referents) -> tuple[str, tuple[tuple[Points, str], ...]]:
    """Each pronoun replaced by what it stands for, the first time it comes; and what that was."""
    given: dict[Points, str] = {}
    written, at = "", 0
    for match in _PRONOUN.finditer(question):
        points = _points(match)
        word = match.group().casefold()
        owns = word in _OWNING or (word == "her" and not _AFTER_HER.match(question, match.end()))
        if points in given or _is_empty(question, match) or _is_bound(question, match.start(), points, owns):
            continue
        # What the question names by itself is not what it points back at.
        name = referents.best(points, but=[*given.values(), *_named(question)])
        if not name or set(_words(name)) & set(_words(question[: match.start()])):
            continue
        given[points] = name
        written += question[at : match.start()] + (possessive(name) if owns else name)
        at = match.end()
    return written + question[at:], tuple(given.items())


def _points(pronoun: re.Match[str]) -> Points:
    return next(points for points in _PRONOUNS if pronoun.group(points))


def _is_empty(question: str, pronoun: re.Match[str]) -> bool:
    spans = (match.span() for match in _EMPTY_IT.finditer(question))
    return pronoun.group().casefold() == "it" and any(start <= pronoun.start() < end for start, end in spans)


def _is_bound(question: str, at: int, points: Points, owns: bool) -> bool:
    """Whether a pronoun stands for what its own question says before it: "When did Larsson leave his club?"."""
    before = [
        phrase
        for phrase in find_phrases(question)
        if phrase.end <= at
        and phrase.kind != "time"
        and (phrase.named or (points == "they" and phrase.plural) or question[phrase.end : phrase.end + 1] == ",")
    ]
    if not before or not (owns or _NEW_CLAUSE.search(question[before[-1].end : at])):
        return False
    if points in ("he", "she"):
        return any(phrase.kind in ("person", "unsure") and not phrase.plural for phrase in before)
    if points == "it":
        return any(phrase.kind != "person" and not phrase.plural for phrase in before)
    return any(phrase.plural or phrase.kind in ("thing", "unsure") for phrase in before)


def _with_topic(question: str, referents: Referents) -> str:
    """A question that names nothing, or says little, with what the conversation is about behind it."""
    if _DEFINES.match(question) or (_named(question) and len(content_words(question)) > _MEANT_BY_ALL):
        return question
    topic = referents.topic()
    if not topic or set(_words(topic)) & set(_words(question)):
        return question
    return f"{question.rstrip(' ?')} ({topic})?"


def _named(question: str) -> list[str]:
    return [phrase.text for phrase in find_phrases(question) if phrase.named]


def _words(text: str) -> list[str]:
    return re.findall(r"\w{4,}", text.casefold())
