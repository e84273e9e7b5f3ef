"""Lists of subscriptions (OPML), as feed readers export them."""

from __future__ import annotations

from .draft import Unreadable

FEEDS = 2_000  # in one list


def read_subscriptions(data: bytes) -> list[str]:
    """The addresses of the feeds that the list `data` holds, each once, in its order; folders are opened.

    Raises Unreadable when it holds none.
    """
    import lxml.etree as etree

    # Entities stay what they are, nothing is loaded, and what is broken is read as far as it goes.
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, recover=True)
    try:
        tree = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as err:
        raise Unreadable(
            "it is no list of feeds that can be read (OPML): export it from the feed reader again"
        ) from err
    feeds: dict[str, None] = {}
    for outline in tree.iter("{*}outline") if tree is not None else ():
        named = {name.lower(): str(value).strip() for name, value in outline.attrib.items()}
        if address := named.get("xmlurl", ""):
            feeds.setdefault(address)
    if not feeds:
        raise Unreadable("the list names no feeds: export it from the feed reader again, as OPML")
    if len(feeds) > FEEDS:
        raise Unreadable(f"the list names {len(feeds):,} feeds, and {FEEDS:,} is the most: cut it into several files")
    return list(feeds)
