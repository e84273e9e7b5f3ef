"""Lines that a page leaves in its text and that belong to no article: share, subscribe, read more, report an error."""

from __future__ import annotations

import re
from collections.abc import Sequence

_CHARS = 220  # a leftover is short; a long paragraph that begins like one is kept
_LEFTOVER = re.compile(
    r"""\W*(?:
    (?:read|see|learn|discover)\s(?:more|also|next|on)\b.{0,5}[:|>]
    | (?:also\sread|more\son\sthis|related(?:\s(?:stor(?:y|ies)|articles?|links?|posts?))?|don['’]t\smiss|must\sread
      | recommended|you\smay\salso\slike|most\spopular|trending\snow)\s*(?::|$)
    | (?:like|enjoy(?:ed)?)\sth(?:is|e)\s(?:story|article|post)\b
    | share\s(?:this|on|with|via)\b.{0,60}$ | share:?$ | print\s(?:this|article|page)
    | (?:please\s)?(?:subscribe|sign\sup)\s(?:to|for|now|here|today)\b
    | (?:get|have|receive)\s.{0,60}\b(?:in|to)\syour\s(?:in)?box
    | (?:follow|like|join|find)\s.{0,60}\son\s(?:twitter|facebook|instagram|telegram|x|tiktok|youtube|linkedin)\b
    | (?:tell\sus\swhat\syou\sthink|leave\sa\s(?:reply|comment)|post\sa\scomment|your\scomment|join\sthe\sconversation)
    | (?:\d+\s)?comments?:?$ | (?:no\scomments|reply|advertisement|sponsored(?:\scontent)?|tags?|loading)\W*$
    | (?:all\srights\sreserved|copyright\b|©) | (?:accept|we\suse)\s.{0,30}cookies
    | report\s(?:a\s)?(?:spelling\s)?error | error\spage\surl | text\scontaining\serror
    | (?:author|editor)[`´'’]?s?(?:\sname)?:?\s(?-i:[A-ZÀ-Þ])[\w.\s'’-]{2,40}$
    | filed\sunder | got\sa\s(?:tip|story) | have\sa\stip\b
    )""",
    re.IGNORECASE | re.VERBOSE,
)


def is_leftover(line: str) -> bool:
    """Whether `line` is such a line."""
    return len(line) <= _CHARS and _LEFTOVER.match(line) is not None


def without_leftovers(blocks: Sequence[str], title: str) -> list[str]:
    """`blocks` without leftovers, and without the title when it stands above the text once more."""
    kept = [block for block in blocks if not is_leftover(block)]
    if len(kept) > 1 and _plain(kept[0]) == _plain(title):
        kept = kept[1:]
    return kept or list(blocks)


def cut_leftovers(text: str) -> str:
    """`text` without the leftovers at its end, as in an article copied from a page."""
    lines = text.rstrip().split("\n")
    while len(lines) > 1 and (not any(map(str.isalnum, lines[-1])) or is_leftover(lines[-1])):
        lines.pop()
    return "\n".join(lines)


def _plain(text: str) -> str:
    return re.sub(r"\W+", "", text).casefold()
