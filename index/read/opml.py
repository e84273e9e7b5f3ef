"""Lists of subscriptions (OPML), as feed readers export them."""

from __future__ import annotations

from .draft import Unreadable
from .xml_tree import xml_tree

FEEDS = 2_000  # in one list


def read_subscriptions(data: bytes) -> list[str]:
    """The addresses of the feeds that the list `data` holds, each once, in its order; folders are opened.

    Raises Unreadable when it holds none.
    """
    tree = xml_tree(data)
    if tree is None:
        raise Unreadable("it is no list of feeds that can be read (OPML): export it from the feed reader again")
    feeds: dict[str, None] = {}
    for outline in tree.iter("{*}outline"):
        named = {name.lower(): str(value).strip() for name, value in outline.attrib.items()}
        if address := named.get("xmlurl", ""):
            feeds.setdefault(address)
    if not feeds:
        raise Unreadable("the list names no feeds: export it from the feed reader again, as OPML")
    if len(feeds) > FEEDS:
        raise Unreadable(f"the list names {len(feeds):,} feeds, and {FEEDS:,} is the most: cut it into several files")
    return list(feeds)
