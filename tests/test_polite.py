"""Visits: what a site asks is done, and nothing is fetched twice without need."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hashing import Hashing
from web_server import WebServer, answer, web_server

from pincite.index import Article, Index, ReadFailed, Reading, open_index, read_all
from pincite.index.read import visitor
from pincite.index.read.draft import Unreadable
from pincite.index.read.fetch import Fetched
from pincite.index.read.opml import read_subscriptions
from pincite.index.read.robots import Robots
from pincite.index.visits import VISITS

LOCAL = Reading(allow_private=True, pause_s=0)
PAGE = "<html><body><article><h1>{0}</h1><p>{0}: delegates met in the old town and went on talking.</p></article>"


def page(title: str, *headers: str) -> bytes:
    return answer(PAGE.format(title).encode(), *headers)


def robots(text: str) -> bytes:
    return answer(text.encode(), "Content-Type: text/plain")


def asked(server: WebServer) -> list[str]:
    """The paths that were asked for, in order, and nothing of them after."""
    paths = [request.split(" ")[1] for request in server.requests]
    server.requests.clear()
    return paths


def outcome(server: WebServer, path: str = "/a") -> str:
    """The title at `path`, or why there is none."""
    (found,) = read_all([server.url(path)], LOCAL)
    return found.title if isinstance(found, Article) else found.reason


# What a site asks


@pytest.mark.parametrize(
    "rules",
    [
        "User-agent: *\nDisallow: /a",
        "User-agent: pincite\nDisallow: /\nUser-agent: *\nAllow: /",
        "User-agent: *\nDisallow: /*a$",
    ],
)
def test_a_page_that_robots_txt_closes_is_not_asked_for(rules: str) -> None:
    with web_server({"/robots.txt": robots(rules), "/a": page("Bridge")}) as server:
        assert outcome(server).startswith("its site asks programs not to read it (robots.txt): open it in a browser")
        assert asked(server) == ["/robots.txt"]


@pytest.mark.parametrize(
    "rules",
    [
        robots("User-agent: *\nDisallow: /b"),
        robots("User-agent: *\nDisallow:"),
        robots(""),
        robots("<html>no rules, but a page</html>"),
        answer(b"\xff\xfe\x00junk"),
        answer(b"no", status="404 Not Found"),
        answer(b"no", status="403 Forbidden"),
    ],
)
def test_a_page_that_no_rule_closes_is_read(rules: bytes) -> None:
    with web_server({"/robots.txt": rules, "/a": page("Bridge")}) as server:
        assert outcome(server) == "Bridge"


def test_a_robots_txt_with_a_fault_closes_the_site() -> None:
    with web_server({"/robots.txt": answer(b"", status="503 Down"), "/a": page("Bridge")}) as server:
        assert outcome(server).startswith("the site's robots.txt has a fault (503)")
        assert asked(server) == ["/robots.txt"]


def test_rules_are_asked_for_once_a_site_and_hold_for_redirects() -> None:
    away = answer(b"", "Location: /closed", status="302 Found")
    rules = robots("User-agent: *\nDisallow: /closed")
    with web_server({"/robots.txt": rules, "/a": page("A"), "/b": away, "/closed": page("C")}) as server:
        a, b = read_all([server.url("/a"), server.url("/b")], LOCAL)
        assert isinstance(a, Article)
        assert isinstance(b, ReadFailed)
        assert b.source == server.url("/b")
        assert asked(server) == ["/robots.txt", "/a", "/b"]


def test_a_host_is_given_a_pause_between_two_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    paused: list[float] = []
    monkeypatch.setattr(visitor, "sleep", paused.append)  # what is tested is how long, not the waiting
    with web_server({"/a": page("A"), "/b": page("B")}) as server:
        list(read_all([server.url("/a"), server.url("/b")], Reading(allow_private=True, pause_s=60)))
    assert paused[0] == 0
    assert 0 < paused[1] <= 60


@pytest.mark.parametrize(("rules", "pause_s"), [("Crawl-delay: 3", 3.0), ("Crawl-delay: 9000", 10.0), ("", 0.0)])
def test_a_site_may_ask_for_a_longer_pause(rules: str, pause_s: float) -> None:
    sites = Robots(lambda url: Fetched(url, f"User-agent: *\n{rules}".encode()))
    assert sites.pause_s("https://example.org/a") == pause_s


def test_a_busy_site_that_names_a_short_time_is_asked_once_more() -> None:
    def busy_once(connection: socket.socket) -> None:
        first = sum("GET /a " in request for request in server.requests) == 1
        busy = answer(b"", "Retry-After: 0", status="503 Busy")
        connection.sendall(busy if first else page("Bridge"))

    with web_server({"/a": busy_once}) as server:
        assert outcome(server) == "Bridge"
        server.answers["/a"] = answer(b"", "Retry-After: 3600", status="429 Too Many")
        assert outcome(server).startswith("the site asks for a pause (429)")


# What has not changed


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    with open_index(tmp_path / "library", Hashing()) as opened:
        yield opened


def statuses(index: Index, *places: str) -> list[str]:
    how = Reading(allow_private=True, pause_s=0, visits=index.visits)
    return [outcome.status for outcome in index.add(read_all(places, how))]


def marked(server: WebServer, title: str, mark: str) -> Callable[[socket.socket], None]:
    """A page that its server sends only to those who do not have it."""

    def give(connection: socket.socket) -> None:
        has_it = f"If-None-Match: {mark}" in server.requests[-1]
        connection.sendall(answer(b"", status="304 Not Modified") if has_it else page(title, f"ETag: {mark}"))

    return give


def test_a_page_that_has_not_changed_is_not_sent_again(index: Index) -> None:
    with web_server({}) as server:
        server.answers["/a"] = marked(server, "Bridge", '"v1"')
        assert statuses(index, server.url("/a")) == ["added"]
        assert statuses(index, server.url("/a?utm_source=mail")) == ["same"]
        assert 'If-None-Match: "v1"' in server.requests[-1]
        server.answers["/a"] = marked(server, "Ferry", '"v2"')
        assert statuses(index, server.url("/a")) == ["updated"]
    assert [entry.title for entry in index.entries()] == ["Ferry"]


def test_a_page_is_asked_for_by_its_day_where_it_has_no_mark(index: Index) -> None:
    day = "Mon, 03 May 2021 10:00:00 GMT"
    with web_server({"/a": page("Bridge", f"Last-Modified: {day}")}) as server:
        assert statuses(index, server.url("/a")) == ["added"]
        assert statuses(index, server.url("/a")) == ["same"]  # the server sent it whole, and may
        assert f"If-Modified-Since: {day}" in server.requests[-1]


def test_an_article_that_was_removed_is_fetched_whole(index: Index) -> None:
    with web_server({}) as server:
        server.answers["/a"] = marked(server, "Bridge", '"v1"')
        statuses(index, server.url("/a"))
        index.remove([entry.id for entry in index.entries()])
        assert statuses(index, server.url("/a")) == ["added"]
        assert "If-None-Match" not in server.requests[-1]


def test_marks_outlive_the_process_and_a_damaged_file_only_costs_a_fetch(tmp_path: Path) -> None:
    home = tmp_path / "library"
    with web_server({}) as server:
        server.answers["/a"] = marked(server, "Bridge", '"v1"')
        for _ in range(2):
            with open_index(home, Hashing()) as index:
                statuses(index, server.url("/a"))
        assert "If-None-Match" in server.requests[-1]
        (home / VISITS).write_bytes(b"scribbled over" * 100)
        for _ in range(2):
            with open_index(home, Hashing()) as index:
                assert statuses(index, server.url("/a")) == ["same"]
        assert "If-None-Match" not in server.requests[-3]
        assert "If-None-Match" in server.requests[-1]


def feed(*titles: str) -> bytes:
    items = "".join(
        f"<item><title>{t}</title><link>/{t}</link><description>{t}, in short.</description></item>" for t in titles
    )
    return f"<rss version='2.0'><channel><title>Daily</title>{items}</channel></rss>".encode()


def test_a_feed_added_again_opens_only_what_is_new(index: Index) -> None:
    with web_server({"/one": page("one"), "/two": page("two"), "/three": page("three")}) as server:
        server.answers["/feed"] = answer(feed("two", "one"))
        assert statuses(index, server.url("/feed")) == ["added", "added"]
        asked(server)
        server.answers["/feed"] = answer(feed("three", "two", "one"))
        assert statuses(index, server.url("/feed")) == ["added", "same", "same"]
        assert asked(server) == ["/robots.txt", "/feed", "/three"]


def test_a_feed_that_has_not_changed_is_one_request(index: Index) -> None:
    def give(connection: socket.socket) -> None:
        has_it = 'If-None-Match: "f1"' in server.requests[-1]
        connection.sendall(
            answer(b"", status="304 Not Modified") if has_it else answer(feed("two", "one"), 'ETag: "f1"')
        )

    with web_server({"/one": page("one"), "/two": page("two"), "/feed": give}) as server:
        assert statuses(index, server.url("/feed")) == ["added", "added"]
        asked(server)
        assert statuses(index, server.url("/feed")) == ["same", "same"]
        assert asked(server) == ["/robots.txt", "/feed"]


def test_an_entry_that_the_feed_says_has_changed_is_opened_again(index: Index) -> None:
    with web_server({"/one": page("one"), "/feed": answer(feed("one"))}) as server:
        statuses(index, server.url("/feed"))
        asked(server)
        server.answers["/feed"] = answer(feed("one").replace(b"in short", b"corrected"))
        server.answers["/one"] = page("one, corrected")
        assert statuses(index, server.url("/feed")) == ["updated"]
        assert asked(server) == ["/robots.txt", "/feed", "/one"]


def test_a_page_that_was_gone_is_tried_again_and_replaces_the_feeds_text(index: Index) -> None:
    with web_server({"/feed": answer(feed("one"))}) as server:
        how = Reading(allow_private=True, pause_s=0, visits=index.visits)
        (added,) = index.add(read_all([server.url("/feed")], how))
        assert added.status == "added"
        assert added.reason
        assert added.reason.startswith("only the feed's own text is stored, since its page cannot be read (there is no")
        server.answers["/one"] = page("one")
        assert statuses(index, server.url("/feed")) == ["updated"]
    (entry,) = index.entries()
    assert "delegates met" in index.article(entry.id).text


# Lists of feeds

OPML = """<?xml version="1.0"?><opml version="2.0"><head><title>Mine</title></head><body>
<outline text="News"><outline text="Daily" type="rss" xmlUrl="{0}feed"/>
<outline text="Gone" type="rss" xmlUrl="{0}gone"/></outline>
<outline text="A page" type="rss" xmlUrl="{0}one"/><outline text="Again" xmlurl="{0}feed"/>
<outline text="Local" xmlUrl="file:///etc/passwd"/></body></opml>"""


def test_a_list_of_feeds_adds_what_each_announces(index: Index, tmp_path: Path) -> None:
    found: list[int] = []
    with web_server({"/one": page("one"), "/two": page("two"), "/feed": answer(feed("one", "two"))}) as server:
        (tmp_path / "mine.opml").write_text(OPML.format(server.url()))
        how = Reading(allow_private=True, pause_s=0, visits=index.visits, on_found=found.append)
        outcomes = list(index.add(read_all([tmp_path / "mine.opml"], how)))
    assert [one.status for one in outcomes] == ["added", "added", "failed", "failed", "failed"]
    assert sum(found) == 4  # beyond the one place that was named
    gone, page_, local = (one.reason or "" for one in outcomes[2:])
    assert gone.startswith("there is no such page")
    assert page_.startswith("there is no feed at this address")
    assert local.startswith("it is no web address, though ")


@pytest.mark.parametrize(
    "body",
    [
        "<opml><body></body></opml>",
        '<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]><opml><body>&x;</body></opml>',
        "<opml><body>" + "<outline>" * 2_000,
    ],
)
def test_a_list_without_feeds_is_refused(body: str) -> None:
    with pytest.raises(Unreadable, match="the list names no feeds"):
        read_subscriptions(body.encode())
