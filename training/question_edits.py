"""Edits of questions: into keywords, and into questions that their passage no longer answers."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

_NAME = re.compile(r"\b[A-Z][\w'-]*(?:\s+(?:of|the|de|von)?\s*[A-Z][\w'-]*)*")
_NUMBER = re.compile(r"\b\d[\d,.]*\d\b|\b\d\b")
_YEAR = re.compile(r"^(1[0-9]|20)\d\d$")
_MONTH = re.compile(r"\b(January|February|March|April|June|July|August|September|October|November|December)\b")
_ASKING = {"what", "who", "whom", "whose", "when", "where", "which", "why", "how", "in", "on", "at", "the", "a", "an"}
_ASKING |= {"is", "are", "was", "were", "did", "does", "do", "by", "for", "to", "from", "during", "according", "after"}
_EMPTY = _ASKING | {"of", "has", "have", "had", "that", "this", "it", "and", "be", "been", "with", "as", "there", "can"}

_PAIRS = """
first last|largest smallest|highest lowest|most least|more less|best worst|biggest smallest|before after|above below
north south|east west|northern southern|eastern western|increase decrease|increased decreased|high low|higher lower
old new|older newer|early late|earlier later|begin end|began ended|started stopped|win lose|won lost|strong weak
large small|larger smaller|long short|longer shorter|male female|man woman|men women|father mother|son daughter
brother sister|husband wife|king queen|buy sell|bought sold|positive negative|major minor|public private|good bad
common rare|allowed banned|accepted rejected|support oppose|supported opposed|love hate|loved hated|open close
opened closed|cause prevent|caused prevented|include exclude|included excluded|inside outside|upper lower|hot cold
warm cool|cheap expensive|easy difficult|always never|rich poor|lead follow|built destroyed|build destroy|born died
won lost|gained lost|rise fall|rose fell|arrive leave|arrived left|attack defend|attacked defended|simple complex
maximum minimum|oldest youngest|earliest latest|longest shortest|fast slow|faster slower|many few|full empty
like dislike|likes dislikes|liked disliked|recommend reject|created abolished|founded dissolved|winter summer
morning evening|young old|left right|heavy light|ancient modern|foreign domestic|direct indirect
legal illegal|wet dry|dead alive
"""
_OPPOSITE = {a: b for line in _PAIRS.split("\n") for p in line.split("|") if p for a, b in [p.split()]}
_OPPOSITE |= {b: a for a, b in _OPPOSITE.items() if b not in _OPPOSITE}
_ENDINGS = ("tion", "ment", "ness", "ists", "ers", "ity", "ing", "ed", "ist", "er", "al", "ous", "ies", "s")


def keywords(question: str) -> str:
    """The question's words that carry meaning, as typed into a search box."""
    kept = [w for w in re.findall(r"[\w'’-]+", question) if w.lower() not in _EMPTY]
    return " ".join(kept) if len(kept) >= 2 else question.rstrip("? ")


def nearby_names(passage: str, around: str) -> list[str]:
    """Names, numbers and words of the passage (thrice, so they are drawn more) and of its surroundings."""
    names = [m.group() for part in (passage, passage, passage, around) for m in _NAME.finditer(part) if _inner(part, m)]
    numbers = [m.group() for part in (passage, passage, passage, around) for m in _NUMBER.finditer(part)]
    words = re.findall(r"\b[a-z]{5,}\b", f"{passage} {around}")
    return [*names, *numbers, *words]


def _inner(text: str, m: re.Match[str]) -> bool:
    """Whether the match does not open a sentence, where any word has a capital."""
    before = text[max(0, m.start() - 3) : m.start()].rstrip()
    return bool(before) and before[-1] not in '.!?"' and m.group().lower() not in _ASKING


def spoiled(question: str, pool: Sequence[str], answer: str, draw: random.Random) -> str:
    """The question with one thing in it changed so that it no longer fits; empty when no rule applies."""
    ways: list[Callable[[], str]] = [
        lambda: _other_name(question, pool, answer, draw),
        lambda: _other_number(question, pool, answer, draw),
        lambda: _opposite(question, draw),
    ]
    draw.shuffle(ways)
    # A changed word and a negation read oddly more often than a changed name: last, and not always.
    if draw.random() < 0.6:
        ways.append(lambda: _other_word(question, pool, answer, draw))
    if draw.random() < 0.15:
        ways.insert(draw.randrange(2), lambda: _negated(question))
    for way in ways:
        changed = way()
        if changed and changed.lower() != question.lower():
            return changed
    return ""


def _put(question: str, m: re.Match[str], new: str) -> str:
    return question[: m.start()] + new + question[m.end() :]


def _fits(new: str, question: str, answer: str) -> bool:
    low = new.lower()
    return low not in question.lower() and low not in answer.lower() and answer.lower() not in low


def _other_name(question: str, pool: Sequence[str], answer: str, draw: random.Random) -> str:
    found = [m for m in _NAME.finditer(question) if m.start() > 0 and m.group().lower() not in _ASKING]
    if not found:
        return ""
    old = draw.choice(found)
    if _MONTH.fullmatch(old.group()):
        months = [x for x in _MONTH.pattern[3:-3].split("|") if x != old.group()]
        return _put(question, old, draw.choice(months))
    size = len(old.group().split())
    same = [n for n in pool if n[:1].isupper() and abs(len(n.split()) - size) <= 1 and _fits(n, question, answer)]
    same = [n for n in same if n.endswith("s") == old.group().endswith("s")] or same
    same = [n for n in same if not set(n.lower().split()) & set(old.group().lower().split())]
    return _put(question, old, draw.choice(same)) if same else ""


def _other_number(question: str, pool: Sequence[str], answer: str, draw: random.Random) -> str:
    found = list(_NUMBER.finditer(question))
    if not found:
        return ""
    old = draw.choice(found)
    year = bool(_YEAR.match(old.group()))
    same = [n for n in pool if n[:1].isdigit() and bool(_YEAR.match(n)) == year and _fits(n, question, answer)]
    if year and (not same or draw.random() < 0.4):
        same = [str(int(old.group()) + draw.choice([-30, -11, -10, -5, -3, -2, -1, 1, 2, 3, 4, 10, 12, 50, 100]))]
    return _put(question, old, draw.choice(same)) if same else ""


def _opposite(question: str, draw: random.Random) -> str:
    found = [m for m in re.finditer(r"\b[a-z]+\b", question) if m.group() in _OPPOSITE]
    if not found:
        return ""
    old = draw.choice(found)
    return _put(question, old, _OPPOSITE[old.group()])


def _other_word(question: str, pool: Sequence[str], answer: str, draw: random.Random) -> str:
    found = [m for m in re.finditer(r"\b[a-z]{5,}\b", question) if m.start() > 0 and m.group() not in _EMPTY]
    draw.shuffle(found)
    for old in found:
        ending = next((e for e in _ENDINGS if old.group().endswith(e)), "")
        same = [w for w in pool if ending and w.islower() and w.endswith(ending) and _fits(w, question, answer)]
        if same:
            return _put(question, old, draw.choice(same))
    return ""


def _negated(question: str) -> str:
    did = re.search(r"\b(did|does|do|is|are|was|were|can|could|has|have|had|will|would)\b", question)
    if not did:
        return ""
    if did.group() in ("did", "does", "do", "could", "would", "has", "have", "had"):
        return _put(question, did, did.group() + "n't")
    return _put(question, did, did.group() + " not")
