"""Questions that are no sentence: "And in 2020?", "Why?", "Who else?", put into the question before them."""

from __future__ import annotations

import re

from ..index import content_words
from .mentions import Exchange
from .phrases import Phrase, find_phrases
from .question import kind_of

LEAD = re.compile(r"^(?:(?:and|but|so|or|then|ok|okay|thanks|thank you|also)\b[,.!]?\s+)+", re.IGNORECASE)
_ABOUT = re.compile(r"^(?:what|how) about\s+", re.IGNORECASE)
_SENTENCE = re.compile(
    r"\b(?:who|whom|whose|what|when|where|why|which|how|did|does|do|was|were|is|are|has|have|had|can|could|will|would|"
    r"should|must|tell|name|list|explain|give|show|any|anything|anyone)\b",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(
    r"^(in|on|at|by|for|from|to|with|about|after|before|during|under|against|since|until|between|of)\s+", re.IGNORECASE
)
_BARE = re.compile(
    r"^(why|how|when|where|how so|how come|since when|until when|in (?:what|which) (?:year|city|country|place)|by whom|"
    r"with whom|for whom|what for|how (?:often|long|far))\W*$",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"^(?:(?:in|on|at|by|for|from|to|with|under|of) )?(?:who|whom|what|when|where|why|which|how)\b"
    r"(?:\s+[\w'-]+){0,3}?\s+"
    r"(?P<rest>(?:did|does|do|was|were|is|are|has|have|had|can|could|will|would|should|must)\s+(?!not\b).+)$",
    re.IGNORECASE,
)
_ELSE = re.compile(r"^(who|what|where|when|how|why|which|anyone|anything|any) (?:else|others?|more)\W*$", re.IGNORECASE)
_MOST_WORDS = 7  # of a fragment


def completed(question: str, before: Exchange | None) -> str:
    """A fragment of a question as the whole question it stands for; `question` itself when it is none."""
    if before is None:
        return question
    plain = LEAD.sub("", question).strip()
    if match := _ELSE.match(plain):
        return _with_else(match.group(1), before) or question
    if match := _BARE.match(plain):
        return _with_word(match.group(1), before) or question
    said = re.sub(r",? who (?:is|was) it$", "", _ABOUT.sub("", plain).rstrip("? "), flags=re.IGNORECASE)
    goes_on = said != question.rstrip("? ") or _PREPOSITION.match(said)
    if goes_on and said and len(said.split()) <= _MOST_WORDS and not _SENTENCE.search(said):
        return _grafted(said, before.question)
    return question


def _grafted(said: str, before: str) -> str:
    """The question before with `said` in place of what it is like: "And from 1998?", "And the National Party?"."""
    preposition = _PREPOSITION.match(said)
    body = said[preposition.end() :] if preposition else said
    own = next(iter(find_phrases(f"about {body}")), None)
    kind = own.kind if own else "thing"
    replaced = _alike(before, kind, own is not None and own.named, preposition.group(1) if preposition else "")
    if replaced is None and kind == "time" and (clause := re.search(r"\b(?:when|after|before|while)\s", before[1:])):
        return f"{before[: clause.start() + 1]}{'' if preposition else 'in '}{said}?"
    if replaced is None:
        return f"{before.rstrip('? ')}{'' if preposition else ' in' if kind == 'time' else ', and'} {said}?"
    # "And in Wales?" with "the share of England" before it keeps "of".
    return f"{before[: replaced.start]}{body}{before[replaced.end :]}"


def _alike(before: str, kind: str, named: bool, preposition: str) -> Phrase | None:
    """The phrase of the question before that another of this kind takes the place of; None when none is like it."""
    phrases = find_phrases(before)
    led = [p for p in phrases if preposition and re.search(rf"\b{preposition}\s+$", before[: p.start], re.IGNORECASE)]
    if kind == "time":
        return next((phrase for phrase in [*led, *phrases] if phrase.kind == "time"), None)
    others = [phrase for phrase in (led or phrases) if phrase.kind != "time"]
    if named:
        return next((phrase for phrase in others if phrase.named), None)
    if preposition:
        return led[-1] if led and led[-1].kind != "time" else None
    about = re.search(r"\babout (?P<what>[a-z]+)\b(?= (?:on|in|at|by|with|from)\b|\W*$)", before)
    if about:
        start, end = about.span("what")
        return Phrase(about.group("what"), start, end, "thing")
    return None


def _with_word(word: str, before: Exchange) -> str:
    """ "Why?" after "Did the bank fail?": "Why did the bank fail?"."""
    asked = LEAD.sub("", before.question).rstrip("? ")
    start = word.capitalize()
    if kind_of(asked) == "yes/no":
        return f"{start} {asked[0].lower()}{asked[1:]}?"
    if match := _ASKS.match(asked):
        return f"{start} {match.group('rest')}?"
    # "Who won the mile?", "Roger Bannister.", "When?"
    subject = re.match(r"^(?:who|which \w+|what)\s+(?P<rest>.+)$", asked, re.IGNORECASE)
    name = next((phrase.text for phrase in find_phrases(before.told)), "") if before.short else ""
    return f"{start} was it that {name} {subject.group('rest')}?" if subject and name else ""


def _with_else(word: str, before: Exchange) -> str:
    """ "Who else?" after "Who won?": "Who else won?"."""
    asked = LEAD.sub("", before.question).rstrip("? ")
    match = re.match(r"^(who|what|where|which [\w-]+|what [\w-]+)\s+(?P<rest>.+)$", asked, re.IGNORECASE)
    if not match or not content_words(match.group("rest")):
        return ""
    first = match.group(1).split()
    start = f"{first[0].capitalize()} other {first[1]}" if len(first) > 1 else f"{first[0].capitalize()} else"
    return f"{start} {match.group('rest')}?"
