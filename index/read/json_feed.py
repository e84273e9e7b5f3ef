"""JSON Feed: what such a feed announces, in the form that `feeds` gives that of RSS and Atom."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import escape
from typing import Any

from .dates import first_day
from .draft import Unreadable
from .encoding import decode

_MARK = re.compile(
    rb"\A\W*\{[^{}\[\]]*?\"version\"\s*:\s*\"https?:(?:\\?/){2}jsonfeed\.org\\?/version"
)  # by custom it comes first


def is_json_feed(data: bytes) -> bool:
    """Whether `data` says that it is one."""
    return bool(_MARK.match(data[:4_096]))


def json_feed(data: bytes) -> dict[str, Any]:
    """The feed `data` as feedparser would give it. Raises Unreadable when it is no JSON."""
    try:
        found = json.loads(decode(data))
    except (ValueError, RecursionError) as err:
        raise Unreadable("the feed is no JSON that can be read: check it in a browser, or try again later") from err
    feed = found if isinstance(found, dict) else {}
    items = feed.get("items")
    named = list(_authors(feed))
    entries = [_entry(item, named) for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    return {"feed": {"title": _text(feed, "title")}, "entries": entries}


def _entry(item: dict[str, Any], named: list[dict[str, str]]) -> dict[str, Any]:
    plain = "".join(f"<p>{escape(part)}</p>" for part in _text(item, "content_text").split("\n\n") if part.strip())
    day = first_day(_text(item, "date_published"))
    return {
        "link": _text(item, "url", "external_url"),
        "title": _text(item, "title"),
        "authors": list(_authors(item)) or named,
        "published_parsed": day.timetuple() if day else None,
        "content": [{"value": _text(item, "content_html") or plain}],
        "summary": escape(_text(item, "summary")),
        "updated": _text(item, "date_modified"),
    }


def _authors(of: dict[str, Any]) -> Iterator[dict[str, str]]:
    """The people named in an item or a feed: a list since version 1.1, one before."""
    listed = of.get("authors")
    for one in listed if isinstance(listed, list) else [of.get("author")]:
        if isinstance(one, dict) and _text(one, "name"):
            yield {"name": _text(one, "name")}


def _text(of: dict[str, Any], *names: str) -> str:
    return next((of[name] for name in names if isinstance(of.get(name), str) and of[name]), "")
