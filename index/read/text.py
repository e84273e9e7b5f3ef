"""Plain text: the title, byline and date that stand in its first lines."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from .dates import find_days
from .draft import Draft, check_size, clean_text
from .encoding import decode
from .leftovers import cut_leftovers


def read_text(data: bytes, *, declared: str | None = None) -> Draft:
    """The draft of a plain text file; `declared` is the encoding a server named."""
    text = decode(data, declared=declared)
    check_size(text)
    draft = text_draft(clean_text(text))
    return replace(draft, text=cut_leftovers(draft.text))


def text_draft(text: str) -> Draft:
    """The draft of clean plain text: title, byline and date from its first lines, where they clearly stand there."""
    lines = [line for line in text.split("\n", 400)[:400] if line.strip()]
    head, tail = lines[:10], text[-2_000:].split("\n")
    authors = next((names for line in head if (names := byline(line))), ())
    authors = authors or next((names for line in tail if (names := byline(line, labelled=True))), ())
    published = next((day for line in head if (day := dateline(line))), None)
    return Draft.create(text, title=_title(text), authors=authors, published=published)


def _title(text: str) -> str:
    """The first line, if it stands alone and is no sentence."""
    line, _, rest = text.partition("\n")
    alone = rest.startswith("\n") and len(line) <= 200 and "://" not in line
    return line if alone and not line.endswith((".", ":", ";", ",")) else ""


_NAME = r"[A-ZÀ-ÞА-ЯĀ-Ž][\w.’'-]*(?: (?:[a-zà-þ]{1,3}|[A-ZÀ-ÞА-ЯĀ-Ž][\w.’'-]*)){0,3} [A-ZÀ-ÞА-ЯĀ-Ž][\w’'-]+"
_LABEL = r"(?i:(?:story |written |text |words )?by|authors?(?:[`´'’]s name)?|von|par|por|автор)"
_NAMES = rf"{_NAME}(?:(?:, | and | & |, and ){_NAME}){{0,5}}"
_BYLINE = re.compile(rf"\W{{0,3}}{_LABEL}:? +({_NAMES})(?= *$|,| *[|•·(–—/]| - | on )")
ROLE = re.compile(r"\b(?:writer|reporter|correspondent|editor|staff|desk|columnist|reports|news)$", re.IGNORECASE)
_LABELLED = re.compile(r"\W{0,3}(?i:author|автор)")


def byline(line: str, *, labelled: bool = False) -> tuple[str, ...]:
    """The names in a line such as "By Jane Doe and John Roe"; with `labelled`, only after the word "author"."""
    match = _BYLINE.match(line) if len(line) <= 120 else None
    if not match or (labelled and not _LABELLED.match(line)):
        return ()
    return tuple(name for name in re.split(r", and |, | and | & ", match.group(1)) if not ROLE.search(name))


_PUBLISHED = re.compile(
    r"\W{0,3}(?:(?:first |last )?(?:published|posted|publication date|date)|veröffentlicht|publié|publicado|"
    r"pubblicato|опубликовано)\b",
    re.IGNORECASE,
)
_BESIDE_A_DATE = re.compile(
    r"[\d\W_]+|\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b|\b(?:at|on|am|pm|a\.m|p\.m|utc|gmt|cet|"
    r"cest|est|edt|pst|pdt|bst|ist)\b|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|t(?=\d)|(?<=\d)z\b",
    re.IGNORECASE,
)


def dateline(line: str) -> date | None:
    """The day in a line that is there to say when: a date and nothing else, or one after "Published"."""
    if len(line) > 120:
        return None
    days = sorted(find_days(line), key=lambda found: found[1])
    byline = _BYLINE.match(line)
    rest = line[byline.end() :] if byline else line
    for day, start, end in days:
        left = (rest.replace(line[start:end], "", 1)).strip()
        if _PUBLISHED.match(rest.strip(" ,|•·–—-")) or not _BESIDE_A_DATE.sub("", left):
            return day
    return None
