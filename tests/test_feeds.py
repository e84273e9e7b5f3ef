"""Feeds: each entry's own page is read, and the feed's text only where that fails."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from web_server import answer, web_server

from pincite.index import Article, ReadFailed, Reading, read_all
from pincite.index.read.draft import Unreadable
from pincite.index.read.feeds import read_entries, read_entry
from pincite.index.read.kinds import kind_of

LOCAL = Reading(allow_private=True, pause_s=0)
PAGE = (
    "<html><body><article><h1>{0}</h1><p>{0}: the whole story, as the page at its own address tells it.</p></article>"
)

RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>Daily Bridge</title><link>{url}</link>
<item><title>Talks go on</title><link>{url}talks?utm_source=rss</link><pubDate>Mon, 03 May 2021 10:00:00 GMT</pubDate>
<author>jane@example.org (Jane Doe)</author><description>A summary.</description></item>
<item><title>Ferry back</title><link>/gone</link>
<description>&lt;p&gt;The ferry runs again, daily.&lt;/p&gt;</description></item>
<item><title>Nothing</title><link>/gone2</link></item>
</channel></rss>"""

ATOM = """<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Daily Bridge</title>
<entry><title>Talks go on</title><link href="talks"/><published>2021-05-03T10:00:00Z</published>
<author><name>Jane Doe</name></author><content type="html">&lt;p&gt;Whole.&lt;/p&gt;</content></entry></feed>"""


def test_entries_are_read_at_their_own_address() -> None:
    with web_server({"/talks": answer(PAGE.format("Talks go on").encode())}) as server:
        server.answers["/feed"] = answer(RSS.format(url=server.url()).encode())
        talks, ferry, nothing = read_all([server.url("/feed")], LOCAL)
    assert isinstance(talks, Article)
    assert talks.source == server.url("/talks")
    assert talks.text == "Talks go on: the whole story, as the page at its own address tells it."
    assert talks.published == date(2021, 5, 3)
    assert isinstance(ferry, Article)  # its page is gone, and the feed has its text
    assert (ferry.source, ferry.title) == (server.url("/gone"), "Ferry back")
    assert ferry.text == "The ferry runs again, daily."
    assert ferry.note == (
        "only the feed's own text is stored, since its page cannot be read "
        "(there is no such page (404): check the address)"
    )
    assert talks.note == ""
    assert isinstance(nothing, ReadFailed)
    assert "no such page" in nothing.reason


def test_atom_entries_have_links_days_and_names() -> None:
    (entry,) = read_entries(ATOM.encode(), url="https://example.org/news/feed")
    assert entry.link == "https://example.org/news/talks"
    assert (entry.title, entry.authors, entry.published) == ("Talks go on", ("Jane Doe",), date(2021, 5, 3))
    assert entry.html == "<p>Whole.</p>"


JSON = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Daily Bridge",
    "authors": [{"name": "Ann Roe"}],
    "items": [
        {
            "id": 1,
            "url": "talks",
            "title": "Talks go on",
            "date_published": "2021-05-03T10:00:00+02:00",
            "content_html": "<p>Whole.</p>",
            "authors": [{"name": "Jane Doe"}],
        },
        {"id": "2", "external_url": "https://example.com/ferry", "content_text": "A <ferry>.\n\nAgain."},
        "no item",
        {"id": "3", "title": "Nothing of it"},
    ],
}


@pytest.mark.parametrize("written", [json.dumps(JSON), json.dumps(JSON, indent=1).replace("/", "\\/")])
def test_a_json_feed_is_a_feed(written: str) -> None:
    assert kind_of(written.encode(), ".json") == "feed"
    talks, ferry = read_entries(written.encode(), url="https://example.org/news/feed.json")
    assert (talks.link, talks.title, talks.site) == ("https://example.org/news/talks", "Talks go on", "Daily Bridge")
    assert (talks.authors, talks.published, talks.html) == (("Jane Doe",), date(2021, 5, 3), "<p>Whole.</p>")
    assert (ferry.link, ferry.authors) == ("https://example.com/ferry", ("Ann Roe",))
    assert read_entry(ferry).text == "A <ferry>.\n\nAgain."


@pytest.mark.parametrize("items", ["[]", "7", "[7]", '[{"url": 7}]', '[{"authors": {}}]', "[", "[" * 100_000])
def test_a_json_feed_that_announces_nothing_is_refused(items: str) -> None:
    with pytest.raises(Unreadable, match="the feed "):
        read_entries(f'{{"version": "https://jsonfeed.org/version/1", "items": {items}}}'.encode())


def test_json_that_speaks_of_feeds_is_a_table() -> None:
    assert kind_of(b'[{"text": "See https://jsonfeed.org/version/1.1"}]', ".json") == "table"
    assert kind_of(b'{"text": "See https://jsonfeed.org/version/1.1"}', ".jsonl") == "table"


def test_a_saved_feed_is_a_feed(tmp_path: Path) -> None:
    (tmp_path / "feed.txt").write_text(ATOM.replace('href="talks"', 'href="ftp://example.org/talks"'))
    (article,) = read_all(tmp_path / "feed.txt")
    assert isinstance(article, Article)
    assert article.text == "Whole."


@pytest.mark.parametrize(
    "data", [b"<rss version='2.0'><channel></channel></rss>", b"<feed>", b"<rss>" + b"<a>" * 100_000]
)
def test_a_feed_that_announces_nothing_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable, match="announces no articles"):
        read_entries(data)


def test_entities_in_a_feed_lead_nowhere(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("hidden words")
    bomb = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x SYSTEM "file://{tmp_path}/secret"><!ENTITY a "aaaaaaaaaa">'
    bomb += (
        '<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><rss version="2.0">'
    )
    bomb += (
        "<channel><item><title>T &x;</title><link>http://example.org/</link><description>&c; words</description></item>"
    )
    (entry,) = read_entries((bomb + "</channel></rss>").encode())
    assert "hidden" not in entry.title + entry.html
    assert len(entry.html) < 2_000
