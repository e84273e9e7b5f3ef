"""What a parser makes of bytes: clean text, and what is known of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from unicodedata import normalize

TITLE_CHARS = 300
AUTHOR_CHARS = 100
SITE_CHARS = 80
AUTHORS = 20
TEXT_CHARS = 20_000_000


class Unreadable(Exception):
    """Bytes cannot become an article; the message says why and what to do, and goes into a ReadFailed."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An article that has no source yet."""

    text: str
    title: str = ""
    authors: tuple[str, ...] = ()
    published: date | None = None
    language: str | None = None  # ISO 639-1
    source: str | None = None  # the address it names as its own, when that is a web address
    pages: tuple[int, ...] = ()  # where each page begins in the text, of a file that has pages
    site: str = ""  # the name of the site or the paper, as it gives it
    note: str = ""  # what a person should know of how it was read, in a sentence

    @classmethod
    def create(
        cls,
        text: str,
        *,
        title: str = "",
        authors: Iterable[str] = (),
        published: date | None = None,
        language: str | None = None,
        source: str | None = None,
        site: str = "",
    ) -> Draft:
        """A draft of cleaned values. Raises Unreadable when no text is left, or too much."""
        check_size(text)
        text = clean_text(text)
        if not any(char.isalnum() for char in text):
            raise Unreadable("it holds no text: there is nothing to answer from")
        names = [clean_line(name, AUTHOR_CHARS) for name in authors]
        return cls(
            text,
            clean_line(title, TITLE_CHARS),
            tuple(dict.fromkeys(name for name in names if name))[:AUTHORS],
            published,
            _language_code(language),
            source if source and re.fullmatch(r"https?://[^\s\x00-\x1f]{1,2000}", source) else None,
            site=clean_line(site, SITE_CHARS),
        )

    def to_json(self) -> dict[str, Any]:
        """The draft as JSON can carry it."""
        return asdict(self) | {"published": str(self.published) if self.published else None}

    @classmethod
    def from_json(cls, fields: dict[str, Any]) -> Draft:
        """The draft that `to_json` gave `fields` for."""
        published = fields["published"]
        return cls(
            fields["text"],
            fields["title"],
            tuple(fields["authors"]),
            date.fromisoformat(published) if published else None,
            fields["language"],
            fields["source"],
            tuple(fields["pages"]),
            fields["site"],
            fields["note"],
        )


def check_size(text: str) -> None:
    """Raises Unreadable when `text` is longer than an article may be."""
    if len(text) > TEXT_CHARS:
        raise Unreadable(
            f"it holds {len(text) / 1e6:,.0f} million characters, and {TEXT_CHARS / 1e6:,.0f} million is the most: "
            "cut it into several files"
        )


# What no reader sees and what could make shown words differ from stored ones: control characters, the soft
# hyphen, zero-width characters, bidirectional controls, lone surrogates, noncharacters and tag characters.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffc\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)
# Joiners belong to the spelling of Persian, Indic scripts and emoji, and to nothing else.
_JOINING = "\u0600-\u1fff\u2600-\U0001ffff"
_STRAY_JOINER = re.compile(f"(?<![{_JOINING}])[\u200c\u200d]|[\u200c\u200d](?![{_JOINING}])")
_LINE_BREAK = re.compile("\r\n?|[\x0b\x0c\x85\u2028]")
_SPACES = re.compile("[ \t\xa0\u1680\u2000-\u200a\u202f\u205f]+")
_BLANK_LINES = re.compile("\n{3,}")
_COMPOSED = re.compile("[A-Za-z\u00c0-\u04ff][\u0300-\u036f]{1,4}")


def clean_text(text: str) -> str:
    """`text` with plain spaces and line breaks, at most one blank line at a time, and nothing unseen in it."""
    text = _LINE_BREAK.sub("\n", text).replace("\u2029", "\n\n")
    text = _STRAY_JOINER.sub("", _UNSEEN.sub("", text)).replace("\uf0b7", "•")
    # Not `normalize` on the whole: it takes quadratic time on a long run of accents.
    text = _COMPOSED.sub(lambda match: normalize("NFC", match.group()), text)
    text = _SPACES.sub(" ", text).replace(" \n", "\n").replace("\n ", "\n")
    return _BLANK_LINES.sub("\n\n", text).strip()


def clean_line(text: str, most: int) -> str:
    """`text` cleaned and on one line, cut at a space to at most `most` characters."""
    line = " ".join(clean_text(text[: most * 20]).split())
    return line if len(line) <= most else line[: most - 2].rsplit(" ", 1)[0] + " …"


def _language_code(language: str | None) -> str | None:
    code = re.match(r"([a-zA-Z]{2})(?:[-_]|$)", language or "")
    return code.group(1).lower() if code else None
