"""Text cut into sentences, by rules that hold for most languages and take time linear in the text.

First the text is cut into blocks: paragraphs, headings, list items, table rows. Then each block is cut after
its full stops, unless what stands before one is an abbreviation or what follows goes on in lower case.
Own code, because every citation rests on it: kept libraries need model files, or are quadratic on bad input.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

MOST_CHARS = 1_000  # a longer sentence is a list or a text without full stops, and is cut at a clause or space

_STOPS = ".!?…‽؟۔।॥։።။།"
_FULL_WIDTH_STOPS = "。！？｡．"  # end a sentence without a space after them
_CLOSERS = "\"'”’»›)]}」』】）〉》*_"
_OPENERS = "\"'“‘„‚«‹([{「『【（〈《¿¡-–—•*_#"
# A run of full stops with the quotes, brackets and footnote marks that belong to it. It never fails once it has
# begun, so that a megabyte of dots is read once and not once for each dot.
_STOP = re.compile(
    rf"[{re.escape(_STOPS + _FULL_WIDTH_STOPS)}]++(?:[{re.escape(_CLOSERS)}]|\[\d{{1,3}}\]|[ \u00a0\u202f][»›])*+"
)
_OWN_LINE = re.compile(r"[^\S\n]*(?:[-*+•‣◦▪–—·][^\S\n]|\(?(?:\d{1,3}|[a-zA-Z])[.)][^\S\n]|#{1,6}[^\S\n]|\|)")
_HEADING = re.compile(r"[^\S\n]*#{1,6}[^\S\n]")
_WORD = re.compile(r"\w+")
_ACRONYM = re.compile(r"(?:[^\W\d_]{1,2}\.)+[^\W\d_]{1,2}")  # U.S, a.m, Ph.D; not example.org

# Before a name, and never at the end of a sentence.
_TITLES = frozenset(
    """mr mrs ms mx dr prof gen sen rep gov lt col sgt capt cpl cmdr adm maj rev hon pres supt insp messrs mme
    mlle hr""".split()
)
_INNER = frozenset("e.g i.e eg ie cf vs viz z.b d.h u.a bzw т.е".split())
# Belong to the number after them; without one they are words.
_BEFORE_NUMBER = frozenset("no nos nr fig figs vol vols pp ch sec art eq para pt mar sat sun mon".split())
# End a sentence only when a word follows that usually begins one.
_SOFT = frozenset(
    """jr sr inc ltd corp co bros llc plc st ave blvd rd mt ft dept univ assn est jan feb apr jun jul aug sep
    sept oct nov dec tue tues wed thu thur thurs fri al approx ca ph.d calif conn fla kan ky mich minn mont neb
    nev okla ore pa tenn tex va vt wis wyo ala ariz ark colo del""".split()
)
_STARTERS = frozenset(
    """the a an this that these those it its he she they we you in on at but and or so if when while as after
    before since then there here however although though for from by with what why who how where his her their
    our my your not now today yesterday meanwhile some many both each also even such during despite according
    because until once still yet another several few earlier later""".split()
)
_ORDINAL_MONTHS = frozenset(  # "am 3. Oktober 1990", "3. maj"
    """januar februar märz april mai juni juli august september oktober november dezember januari februari maart
    mars maj""".split()
)


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """The sentences of `text` as (start, end) in characters, in order and apart, without white space around.

    Together they cover every character that is not white space. None crosses a blank line, and a heading, a
    list item or a table row stands alone. None is longer than `MOST_CHARS`.
    """
    spans: list[tuple[int, int]] = []
    for start, end in _blocks(text):
        for sentence in _sentences(text, start, end):
            spans.extend(_cut(text, *sentence))
    return spans


def ends_sentence(text: str) -> bool:
    """Whether `text` ends in a full stop, quotes and brackets after it aside."""
    return text.rstrip().rstrip(_CLOSERS)[-1:] in tuple(_STOPS + _FULL_WIDTH_STOPS)


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Stretches that hold whole sentences: lines that flow on from one to the next."""
    lines: list[tuple[int, int]] = []
    at = 0
    for line in text.split("\n"):
        if line.strip():
            lines.append((at, at + len(line)))
        elif lines:
            yield from _flows(text, lines)
            lines = []
        at += len(line) + 1
    if lines:
        yield from _flows(text, lines)


def _flows(text: str, lines: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The lines of one paragraph, joined where a line was only wrapped."""
    # Lines of 40 to 120 characters are wrapped text. A line that had room for the next line's first word was
    # ended on purpose.
    width = max((end - start for start, end in lines if end - start <= 120), default=0)
    punctuated = any(stop in text[lines[0][0] : lines[-1][1]] for stop in ".!?。")
    first = lines[0][0]
    for (start, end), (next_start, next_end) in pairwise(lines):
        following = text[next_start : min(next_end, next_start + 60)].strip()
        room = width - (end - start) - 1
        wrapped = width >= 40 and end - start <= 120 and len(following.split(None, 1)[0]) > room
        # A long line was not wrapped, but its sentence may have been broken, as by a subscript.
        broken = end - start > 120 and not ends_sentence(text[end - 20 : end])
        flows = wrapped or broken or (punctuated and following[0].islower())
        if not flows or _OWN_LINE.match(text, next_start, next_end) or _HEADING.match(text, start, end):
            yield first, end
            first = next_start
    yield first, lines[-1][1]


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The sentences of one block."""
    stops = list(_STOP.finditer(text, start, end))
    lower = _writes_lower_case(text, start, end, stops)
    marker = _OWN_LINE.match(text, start, end)  # the full stop of "1." is no end
    first, body = start, marker.end() if marker else start
    for stop in stops:
        if stop.end() > body and _is_end(text, stop.start(), stop.end(), end, lower):
            yield from _trimmed(text, first, stop.end())
            first = stop.end()
    yield from _trimmed(text, first, end)


def _writes_lower_case(text: str, start: int, end: int, stops: list[re.Match[str]]) -> bool:
    """Whether this block begins its sentences in lower case, as chats and some captions do."""
    letter = next((char for char in text[start : min(end, start + 80)] if char.isalpha()), "A")
    return letter.islower() and not any(_next_word(text, stop.end(), end)[:1].isupper() for stop in stops)


def _is_end(text: str, at: int, after: int, end: int, lower: bool) -> bool:
    """Whether the stop at `text[at:after]` ends a sentence."""
    if text[at] in _FULL_WIDTH_STOPS or after >= end:
        return True
    if not text[after].isspace():
        return False  # 3.4, example.org, page?id=1
    following = _next_word(text, after, end)
    if following[:1].islower() and not lower and not any(char.isupper() for char in following[1:]):
        return False
    if text[at] != "." or text[at : at + 2] == "..":
        return True
    return not _is_abbreviation(_word_before(text, at), following)


def _is_abbreviation(word: str, following: str) -> bool:
    """Whether the full stop after `word` belongs to it and `following` goes on with the sentence."""
    plain, named = word.casefold(), word[:1].isupper()
    if plain in _INNER or (plain in _TITLES and named):
        return True
    if plain in _BEFORE_NUMBER:
        return following[:1].isdigit()
    if word.isdigit() and len(word) <= 2:
        return following.casefold() in _ORDINAL_MONTHS
    initial = len(word) == 1 and word.isalpha()
    if word == "I":  # the pronoun far more often than the initial
        return len(following) == 1
    if initial or _ACRONYM.fullmatch(word) or plain in _SOFT:
        return following.casefold() not in _STARTERS or (initial and len(following) == 1)
    return False


def _word_before(text: str, at: int) -> str:
    """The word that ends at `at`, with full stops inside it; "" when it is longer than any abbreviation."""
    stretch = text[max(0, at - 16) : at]
    word = stretch.split()[-1] if stretch and not stretch[-1].isspace() else ""
    word = re.split(r"[/—–-]", word.lstrip(_OPENERS))[-1]
    return "" if len(word) > 12 or not all(char.isalnum() or char == "." for char in word) else word


def _next_word(text: str, after: int, end: int) -> str:
    """The first word from `after`, white space, opening quotes and brackets aside; "" when there is none near."""
    stretch = text[after : min(end, after + 60)].lstrip().lstrip(_OPENERS + " ")
    match = _WORD.match(stretch)
    return match.group() if match else ""


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """`start:end` in pieces of at most MOST_CHARS, cut after a clause mark if there is one, or at a space."""
    while end - start > MOST_CHARS:
        low, high = start + MOST_CHARS // 2, start + MOST_CHARS
        at = max((text.rfind(mark, low, high) + len(mark.rstrip()) for mark in _CLAUSE_MARKS), default=0)
        if at <= low:
            at = max(text.rfind(space, low, high) for space in " \n\t\u3000")
        at = at if at > low else high
        yield from _trimmed(text, start, at)
        start = at
    yield from _trimmed(text, start, end)


_CLAUSE_MARKS = ("; ", ": ", ", ", " – ", " — ", "\n", "，", "、", "；")


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """`start:end` without white space around; nothing when there is nothing else."""
    stretch = text[start:end]
    start += len(stretch) - len(stretch.lstrip())
    if stretch.strip():
        yield start, start + len(stretch.strip())
