"""Web pages: the main text, and what the page says of itself."""

# ruff: noqa: E501 - markup is best seen on one line

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from pincite.index import read
from pincite.index.read.draft import Draft, Unreadable
from pincite.index.read.page import read_page
from pincite.index.read.worker import Worker

STORY = "".join(
    f"<p>Delegates met for the {time} time in the old town and agreed to go on talking about the bridge.</p>"
    for time in ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
)


def page(*, head: str = "", top: str = "", story: str = STORY, after: str = "") -> Draft:
    html = (
        f"<!doctype html><html lang=en-GB><head><title>Bridge talks go on | Daily Bridge</title>{head}</head><body>"
        f"<nav><a href=/>Home</a> <a href=/news>News</a></nav><article><h1>Bridge talks go on</h1>{top}{story}"
        f"</article>{after}<footer>© 2024 Daily Bridge. Last change 2024-03-02.</footer></body></html>"
    )
    return read_page(html.encode())


def test_only_the_article_is_left_of_a_page() -> None:
    beside = (
        "<aside><h3>Most read</h3><a href=/x>Ferry sinks</a></aside><form>Your comment: <textarea></textarea></form>"
    )
    share = "<div class=share>Share this on Facebook</div><p>Read more: <a href=/y>The last bridge</a></p>"
    text = page(story=STORY + share, after=beside).text
    assert text.startswith("Delegates met")
    for other in ("Home", "Most read", "Ferry sinks", "comment", "Facebook", "last bridge", "2024"):
        assert other not in text


def test_paragraphs_headings_lists_and_tables_keep_apart() -> None:
    parts = "<h2>What comes next</h2><p>The <b>ferry</b> runs<br>daily.</p><ul><li>one boat<li>two crews</ul>"
    parts += "<table><tr><th>Year<th>Boats<tr><td>2020<td>15</table><blockquote><p>We go on.</p></blockquote>"
    assert page(story=STORY + parts).text.split("\n\n")[8:] == [
        "What comes next",
        "The ferry runs\ndaily.",
        "- one boat\n- two crews",
        "Year | Boats\n2020 | 15",
        "We go on.",
    ]


def test_a_page_of_few_words_is_read_too() -> None:
    assert "It opened on Monday." in page(story="<p>It opened on Monday.</p>").text


LINKED = '<script type="application/ld+json">%s</script>'
DAY = date(2021, 5, 3)


@pytest.mark.parametrize(
    ("head", "top", "day"),
    [
        (LINKED % '{"@type":"NewsArticle","datePublished":"2021-05-03T10:00:00+02:00","dateModified":"2022-02-02"}', "", DAY),
        (LINKED % '{"@graph":[{"@type":"WebPage","datePublished":"2019-01-01"},{"@type":"BlogPosting","datePublished":"2021-05-03"}]}', "", DAY),
        (LINKED % '[{"@type":["Article","Report"],"datePublished":"2021-05-03"}]', "", DAY),
        (LINKED % "{broken", '<time datetime="2021-05-03">May 3</time>', DAY),
        ('<meta property="article:published_time" content="2021-05-03T23:30:00-05:00">', "", DAY),
        ('<meta property="article:modified_time" content="2022-01-01"><meta property="article:published_time" content="2021-05-03">', "", DAY),
        ('<meta name="parsely-pub-date" content="2021-05-03T08:00:00Z">', "", DAY),
        ('<meta name="DC.date.issued" content="2021-05-03">', "", DAY),
        ('<meta name="citation_publication_date" content="2021/05/03">', "", DAY),
        ("", '<span itemprop="datePublished" content="2021-05-03">3 May</span>', DAY),
        ("", '<time class="updated" datetime="2022-01-01">x</time><time datetime="2021-05-03">May 3</time>', DAY),
        ("", '<p class="byline">By Jane Doe | 3 May 2021</p>', DAY),
        ("", '<div class="post-date">3. Mai 2021</div>', DAY),
        ("", '<span class="date">Publié le 3 mai 2021</span>', DAY),
        ("", '<span class="fecha">3 de mayo de 2021</span>', DAY),
        ("", '<div class="date">3 мая 2021</div>', DAY),
        ("", "<p>Published: May 3, 2021</p>", DAY),
        ("", "", None),
        ("", "<p>On May 3, 2021 the war ended, and the bridge was opened again a month later.</p>", None),
        ('<meta property="article:modified_time" content="2022-01-01">', "", None),
        ('<meta property="og:updated_time" content="2022-01-01">', "", None),
        ("", '<p>Last updated: <time datetime="2022-01-01">1 January</time></p>', None),
        ("", '<div class="comments"><time datetime="2022-01-01">x</time> I was there.</div>', None),
        ("", '<aside><a href=/x>Ferry sinks</a> <time datetime="2022-01-01">x</time></aside>', None),
        ('<meta name="date" content="2999-01-01">', "", None),
    ],
)  # fmt: skip
def test_the_day_of_publication_is_found_and_never_made_up(head: str, top: str, day: date | None) -> None:
    assert page(head=head, top=top).published == day


@pytest.mark.parametrize(
    ("head", "top", "authors"),
    [
        (LINKED % '{"@type":"Article","author":[{"name":"Jane Doe"},{"name":"John Roe"}]}', "", ("Jane Doe", "John Roe")),
        (LINKED % '{"@type":"Article","author":"Jane Doe and John Roe"}', "", ("Jane Doe", "John Roe")),
        ('<meta name="author" content="By Jane Doe, Staff Writer">', "", ("Jane Doe",)),
        ('<meta property="article:author" content="https://example.org/jane">', "", ()),
        ("", '<span itemprop="author"><b itemprop="name">Jane Doe</b>, Paris</span>', ("Jane Doe",)),
        ("", '<a rel="author" href="/jane">Jane Doe</a>', ("Jane Doe",)),
        ("", '<p class="byline">By Jane Doe | 3 May 2021</p>', ("Jane Doe",)),
        ("", "", ()),
    ],
)  # fmt: skip
def test_authors_are_people(head: str, top: str, authors: tuple[str, ...]) -> None:
    assert page(head=head, top=top).authors == authors


def test_the_title_is_the_headline_without_the_site() -> None:
    article = page(head='<meta property="og:title" content="Bridge talks go on - Daily Bridge">')
    assert article.title == "Bridge talks go on"
    assert article.language == "en"


def test_the_encoding_a_page_declares_is_believed() -> None:
    html = (
        "<html><head><meta charset=windows-1251><title>Мост</title></head><body><p>Мост открыт снова, и паром тоже.</p>"
    )
    assert read_page(html.encode("cp1251")).text == "Мост открыт снова, и паром тоже."


def test_a_page_is_known_by_its_content_not_its_name(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text(f"<!DOCTYPE html><html><body>{STORY}</body></html>")
    assert read(tmp_path / "page.txt").text.startswith("Delegates met")


def test_a_page_that_shows_nothing_without_a_browser_is_named_so() -> None:
    with pytest.raises(Unreadable, match="without a browser"):
        read_page(b"<html><head><script>run()</script></head><body><div id=root></div></body></html>")


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with Worker() as opened:
        yield opened


@pytest.mark.parametrize(
    "html",
    [
        "<html><body>" + "<div>" * 200_000 + "deep" + "</div>" * 200_000,
        "<html><body><p " + "a=b " * 500_000 + ">text</p>",
        "<html><body><p title='" + "x" * 2_000_000 + "'>text</p>",
        '<!DOCTYPE html [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><html><body><p>&b;&b; text</p>',
        "<html><body><p>cut short in the mid",
    ],
    ids=["deep", "attributes", "long attribute", "entities", "cut short"],
)
def test_hostile_pages_are_read_or_refused(worker: Worker, html: str) -> None:
    try:
        said = worker.parse(html.encode(), kind="page").text
    except Unreadable as err:
        said = str(err)
    assert said
