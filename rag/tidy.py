"""A span's edges put right: no half brackets or quotation marks, no loose words, and a list told whole."""

from __future__ import annotations

import re

from ..index import STOP_WORDS

_CLOSING = {")": "(", "]": "[", "”": "“", "»": "«"}
_LOOSE_START = re.compile(r"(?:[\s,.;:–—-]|(?:and|or|but|of|by|with|that|which)\s)+", re.IGNORECASE)
_LOOSE_END = re.compile(
    r"(?:[\s,;:–—-]|\s(?:and|or|but|of|by|with|that|which|who|the|an?|in|on|at|to|for|from|of which \S+))+$",
    re.IGNORECASE,
)
_NEXT_ITEM = re.compile(r"(?:,? (?:and|or|as well as)|,)(?: now| also| then| finally)? (?P<item>(?:[\w.'’&-]+ ?){1,7})")
_BEFORE_ITEM = re.compile(r"(?P<item>(?:[\w.'’&-]+ ?){1,7}?)(?:,? (?:and|or|as well as)|,) (?:now |also |then )?$")
_LEADING = re.compile(r"^(?:(?:the|an?|its|his|her|their|our)\s)+", re.IGNORECASE)


def tidied(text: str, start: int, end: int) -> tuple[int, int]:
    """`start:end` without loose words, commas or unpaired brackets and quotation marks at its edges.

    What is left always holds a word; where nothing sensible would be left, `start:end` as it is.
    """
    first, last = _unpaired(text, start, end)
    lead = _LOOSE_START.match(text, first, last)
    if lead:
        first = lead.end()
    tail = _LOOSE_END.search(text[:last], first)
    if tail:
        last = tail.start()
    words = re.findall(r"\w+", text[first:last])
    return (first, last) if any(word not in STOP_WORDS for word in words) else (start, end)


def _unpaired(text: str, start: int, end: int) -> tuple[int, int]:
    """`start:end` with the partner of a bracket or mark at hand taken in, or the lonely one left out."""
    inside = text[start:end]
    for closing, opening in _CLOSING.items():
        missing = inside.count(opening) - inside.count(closing)
        quoted = opening in "“«"  # a whole quotation is better than a bare one; a bracket adds nothing at an edge
        if missing == 1 and text[end : end + 1] == closing and (quoted or not inside.startswith(opening)):
            end += 1
        elif missing == 1 and inside.startswith(opening):
            start += 1
        elif missing == -1 and text[start - 1 : start] == opening and (quoted or not inside.endswith(closing)):
            start -= 1
        elif missing == -1 and inside.endswith(closing):
            end -= 1
        inside = text[start:end]
    if inside.count('"') == 1:
        start, end = start + inside.startswith('"'), end - inside.endswith('"')
    return start, end


def whole_list(text: str, start: int, end: int, within: tuple[int, int]) -> tuple[int, int]:
    """`start:end`, a name, widened to all of the enumeration of names that it stands in, inside `within`.

    "Germany" in "they beat Portugal, Paraguay, Germany and now the Netherlands" becomes all four. Only names are
    followed: where lower-case words begin or end, no rule could tell.
    """
    if not _is_name(text[start:end]):
        return start, end
    items = 1
    first, last = start, end
    # "Canadian" of "the Canadian Space Agency".
    if goes_on := re.match(r"(?: [A-Z][\w.'’&-]*)+", text[end : within[1]]):
        last += goes_on.end()
    if article := re.search(r"\b[Tt]he $", text[within[0] : start]):
        first -= len(article.group())
    while match := _NEXT_ITEM.match(text, last, within[1]):
        name = _name_at_start(match["item"])
        if not name:
            break
        last, items = match.start("item") + len(name), items + 1
    while match := _BEFORE_ITEM.search(text[:first], max(within[0], first - 80)):
        name = _name_at_end(match["item"])
        if not name:
            break
        first, items = match.end("item") - len(name), items + 1
    return (first, last) if items > 1 else (start, end)


def _is_name(words: str) -> bool:
    bare = _LEADING.sub("", words)
    return bare[:1].isupper()


def _name_at_start(item: str) -> str:
    """The name that `item` begins with, its article included: "the Carina Nebula" of "the Carina Nebula were seen"."""
    lead = _LEADING.match(item)
    at = lead.end() if lead else 0
    found = re.match(r"[A-Z][\w.'’&-]*(?: (?:of |de |the |von |van )?[A-Z0-9][\w.'’&-]*)*", item[at:])
    return item[: at + found.end()].rstrip(".") if found else ""


def _name_at_end(item: str) -> str:
    """The name that `item` ends with: "Portugal" of "they beat Portugal"."""
    found = re.search(r"(?:\b[Tt]he )?\b[A-Z][\w.'’&-]*(?: (?:of |de |the |von |van )?[A-Z0-9][\w.'’&-]*)*$", item)
    return found.group() if found else ""
