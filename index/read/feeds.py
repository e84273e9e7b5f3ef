"""Feeds (RSS, Atom, JSON Feed): what they announce."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256
from html import escape
from io import BytesIO
from typing import Any
from urllib.parse import urljoin

from .draft import SITE_CHARS, TITLE_CHARS, Draft, Unreadable, clean_line
from .json_feed import is_json_feed, json_feed
from .page import read_page

ENTRIES = 200  # the newest; a feed that holds more is an archive


@dataclass(frozen=True, slots=True)
class Entry:
    """One article that a feed announces, with what the feed itself says of it."""

    link: str
    title: str
    authors: tuple[str, ...]
    published: date | None
    html: str
    updated: str = ""
    site: str = ""  # the feed's own title

    @property
    def stamp(self) -> str:
        """A digest of all that the feed says of it, so that a change is seen without opening its page."""
        said = "\x1f".join([self.link, self.title, str(self.published), self.updated, self.html])
        return sha256(said.encode("utf-8", "replace")).hexdigest()[:16]

    def to_json(self) -> dict[str, Any]:
        """The entry as JSON can carry it."""
        return asdict(self) | {"published": str(self.published) if self.published else None}

    @classmethod
    def from_json(cls, fields: dict[str, Any]) -> Entry:
        """The entry that `to_json` gave `fields` for."""
        published = fields["published"] and date.fromisoformat(fields["published"])
        return cls(
            fields["link"],
            fields["title"],
            tuple(fields["authors"]),
            published,
            fields["html"],
            fields["updated"],
            fields["site"],
        )


def read_entries(data: bytes, *, url: str | None = None) -> list[Entry]:
    """What the feed `data`, found at `url`, announces, in its order. Raises Unreadable when it announces nothing."""
    feed = _parsed(data, url or "")
    site = clean_line(str(feed["feed"].get("title", "")), SITE_CHARS)
    entries = [_entry(found, url or "", site) for found in feed["entries"][:ENTRIES]]
    entries = [entry for entry in entries if entry.link or entry.html]
    if not entries:
        raise Unreadable("the feed announces no articles: check it in a browser, or try again later")
    return entries


def _parsed(data: bytes, url: str) -> dict[str, Any]:
    if is_json_feed(data):
        return json_feed(data)
    import feedparser

    # As a stream: feedparser takes a string for an address or a path, and opens it.
    return feedparser.parse(BytesIO(data), response_headers={"content-location": url})


def read_entry(entry: Entry) -> Draft:
    """The draft of what the feed itself holds of `entry`. Raises Unreadable when that is no text."""
    page = f"<html><head><title>{escape(entry.title)}</title></head><body><article>{entry.html}</article></body></html>"
    draft = read_page(page.encode())
    return Draft.create(
        draft.text,
        title=entry.title or draft.title,
        authors=entry.authors,
        published=entry.published,
        language=draft.language,
        site=entry.site,
    )


def _entry(found: Any, url: str, site: str) -> Entry:
    contents = [str(part.get("value", "")) for part in found.get("content", [])]
    when = found.get("published_parsed") or found.get("created_parsed")
    names = [str(author.get("name", "")) for author in found.get("authors", []) if author.get("name")]
    return Entry(
        urljoin(url, str(found.get("link", ""))) if found.get("link") else "",
        clean_line(str(found.get("title", "")), TITLE_CHARS),
        tuple(names),
        _day(when),
        max([*contents, str(found.get("summary", ""))], key=len),
        str(dict.get(found, "updated", ""))[:100],
        site,
    )


def _day(when: Any) -> date | None:
    try:
        return date(when.tm_year, when.tm_mon, when.tm_mday) if when else None
    except ValueError:
        return None
