"""The name of the site: as pages, feeds, tables and Markdown give it, and where it is shown."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from hashing import Hashing
from web_server import answer, web_server

from pincite.index import Article, Reading, open_index, read, read_all
from pincite.index.read.page import read_page
from pincite.rag import open_library
from pincite.rag.export import to_json

HEADLINE = "Harbour board votes to rebuild the old pier"
STORY = (
    "<p>The harbour board met on Tuesday evening and voted to rebuild the old pier, which a storm had carried off.</p>"
)
COURIER = "Quayside Courier"


def linked(*nodes: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@graph": nodes})}</script>'


def page(head: str = "", *, title: str = HEADLINE, body: str = "") -> bytes:
    article = f"<article><h1>{HEADLINE}</h1>{STORY * 3}</article>"
    return f"<html><head><title>{title}</title>{head}</head><body>{article}{body}</body></html>".encode()


@pytest.mark.parametrize(
    "shape",
    [
        page('<meta property="og:site_name" content="Quayside Courier">'),
        page('<meta name="og:site_name" content=" Quayside Courier ">'),
        page(linked({"@type": "NewsArticle", "headline": HEADLINE, "publisher": {"name": COURIER}})),
        page(linked({"@type": "NewsArticle", "publisher": [{"@type": "Organization", "name": COURIER}]})),
        page(
            linked(
                {"@type": "Article", "publisher": {"@id": "#us"}},
                {"@type": "Person", "@id": "#ann", "name": "Ann"},
                {"@type": "Organization", "@id": "#us", "name": COURIER},
            )
        ),
        page(linked({"@type": "WebPage", "name": HEADLINE}, {"@type": ["WebSite"], "name": COURIER})),
        page(body=f'<div itemprop="publisher"><img alt="x"><meta itemprop="name" content="{COURIER}"></div>'),
        page('<meta name="citation_journal_title" content="Quayside Courier">'),
        page('<meta name="application-name" content="Quayside Courier">'),
        page(title=f"{HEADLINE} | {COURIER}"),
        page(title=f"{HEADLINE} - News - {COURIER}"),
        page(f'<meta property="og:site_name" content="Home"><meta name="application-name" content="{COURIER}">'),
        page(f'<meta property="og:site_name" content="{HEADLINE}"><meta name="application-name" content="{COURIER}">'),
    ],
)
def test_a_page_names_its_site_in_many_ways(shape: bytes) -> None:
    assert read_page(shape, url="https://www.quay.example/a").site == COURIER


@pytest.mark.parametrize(
    "shape",
    [
        page(),
        page(title=f"{HEADLINE} and more"),
        page('<meta property="og:site_name" content="https://quay.example/">'),
        page('<meta property="og:site_name" content="quay.example">'),  # its address says so already
        page('<meta name="twitter:site" content="@quay"><meta property="og:site_name" content="@quay">'),
        page(f'<meta property="og:site_name" content="{"long " * 40}">'),
        page(linked({"@type": "Article", "publisher": {"@id": "#nowhere"}})),
        page(linked({"@type": "Article", "publisher": 7})),
    ],
)
def test_a_page_that_gives_no_name_has_none(shape: bytes) -> None:
    assert read_page(shape, url="https://www.quay.example/a").site == ""


def test_a_feed_s_title_is_the_site_of_what_names_none() -> None:
    feed = (
        '<rss version="2.0"><channel><title>Quayside Courier</title>'
        "<item><title>Pier</title><link>/pier</link></item><item><title>Quay</title><link>/quay</link></item>"
        "<item><title>Gone</title><link>/gone</link><description>The ferry runs again, daily.</description></item>"
        "</channel></rss>"
    )
    own = page('<meta property="og:site_name" content="The Quay Review">')
    answers = {"/pier": answer(page()), "/quay": answer(own), "/feed": answer(feed.encode())}
    with web_server({**answers}) as server:
        found = list(read_all([server.url("/feed")], Reading(allow_private=True, pause_s=0)))
    assert [one.site for one in found if isinstance(one, Article)] == [COURIER, "The Quay Review", COURIER]


def test_tables_and_markdown_name_the_site(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text(
        f"title,text,publication\nPier,The pier is rebuilt.,{COURIER}\nQuay,No ferry.,\n"
    )
    (tmp_path / "pier.md").write_text(f"---\ntitle: Pier\nsite: {COURIER}\n---\nThe pier is rebuilt.\n")
    assert [one.site for one in read_all(tmp_path) if isinstance(one, Article)] == [COURIER, COURIER, ""]


def test_it_is_stored_listed_and_cited(tmp_path: Path) -> None:
    (tmp_path / "pier.html").write_bytes(page('<meta property="og:site_name" content="Quayside Courier">'))
    with open_library(tmp_path / "library", refuse_below=0.0) as library:
        library.add([tmp_path / "pier.html"])
        (entry,) = library.entries()
        assert (entry.site, library.article(entry.id).site) == (COURIER, COURIER)
        assert library.versions(entry.id)[0].site == COURIER
        told = to_json(library.ask("What did the harbour board vote to rebuild?"))
        assert {one["site"] for one in told["passages"] + told["citations"]} == {COURIER}
        assert library.add([tmp_path / "pier.html"])[0].status == "same"


def test_another_name_of_the_site_makes_a_new_version(tmp_path: Path) -> None:
    with open_index(tmp_path, Hashing()) as index:
        for site, status in (("", "added"), ("", "same"), (COURIER, "updated"), (COURIER, "same")):
            (added,) = index.add([Article.create("pier.html", "The pier is rebuilt.", site=site)])
            assert added.status == status


def test_a_library_from_before_there_were_sites_is_opened_and_keeps_its_texts(tmp_path: Path) -> None:
    pier = Article.create("pier.html", "The pier is rebuilt. " * 400)
    with open_index(tmp_path, Hashing()) as index:
        list(index.add([pier]))
    with sqlite3.connect(tmp_path / "catalog.sqlite") as db:  # as version 2 left it
        db.executescript("ALTER TABLE articles DROP COLUMN site; PRAGMA user_version = 2;")
    db.close()
    with open_index(tmp_path, Hashing()) as index:
        assert index.article(pier.id) == pier
        assert index.check().well
        assert [one.status for one in index.add([pier])] == ["same"]
    with sqlite3.connect(tmp_path / "catalog.sqlite") as db:
        columns = [row[1] for row in db.execute("PRAGMA table_info(articles)")]
    db.close()
    assert columns[-2:] == ["site", "text"]


def test_a_page_read_again_from_elsewhere_keeps_what_is_known_of_it() -> None:
    one = Article.create("a.pdf", "The pier.", site=COURIER, pages=(0,), authors=("Ann",), note="two pages")
    other = one.told(source="b.pdf")
    made = Article.create("b.pdf", "The pier.", site=COURIER, pages=(0,), authors=("Ann",), note="two pages")
    assert (other, other.note) == (made, "two pages")


def test_a_saved_page_is_read_with_its_site(tmp_path: Path) -> None:
    (tmp_path / "pier.html").write_bytes(page('<meta property="og:site_name" content="quay.example">'))
    assert read(tmp_path / "pier.html").site == "quay.example"
