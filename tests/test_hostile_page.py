"""Articles, questions and file names written to take over the page: shown literally; nothing runs or is fetched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser import PHONE, ask, chromium, needs_browser, serving, upload, window

from pincite.index import Article
from pincite.rag import open_library
from pincite.ui import markup
from pincite.ui.exchange import Exchange, exchanges

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from pincite.rag import Library

PAYLOADS = [
    "<script>window.hit=1</script>",
    '<img src=x onerror="window.hit=1">',
    "<img src=http://evil.example/a.png>",
    "<svg/onload=window.hit=1>",
    "<iframe src=http://evil.example/></iframe>",
    "<a href=javascript:window.hit=1 class=pc-pin>1</a>",
    "<a href='http://evil.example/'>click</a>",
    "[click](javascript:window.hit=1)",
    "[click](http://evil.example/ 'title')",
    "![picture](http://evil.example/b.png)",
    "![picture][ref]\n\n[ref]: http://evil.example/c.png",
    "http://evil.example/auto www.evil.example me@evil.example",
    "</style><style>*{display:none!important}</style>",
    "<style>@import 'http://evil.example/d.css';</style>",
    "<link rel=stylesheet href=http://evil.example/e.css>",
    "<base href=http://evil.example/>",
    '<meta http-equiv="refresh" content="0;url=http://evil.example/">',
    "<form action=http://evil.example/><input autofocus onfocus=window.hit=1></form>",
    "<details open ontoggle=window.hit=1>x</details>",
    "<video><source onerror=window.hit=1></video>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=window.hit=1>",
    "<div style='position:fixed;inset:0;background:red'>cover</div>",
    "</p></div></span><h1 id=pc-bar>broken out</h1>",
    "<!-- <img src=x onerror=window.hit=1> -->",
    "<![CDATA[<script>window.hit=1</script>]]>",
    '" onmouseover="window.hit=1" x="',
    "' autofocus onfocus='window.hit=1",
    "&lt;script&gt;window.hit=1&lt;/script&gt; &#x3c;b&#x3e;",
    "$$\\href{javascript:window.hit=1}{x}$$ \\(x\\) $x$",
    "```mermaid\ngraph TD; A-->B\n```",
    "**bold** _it_ ~~no~~ `code` # head",
    "| a | b |\n|---|---|\n| c | d |",
    "{{constructor.constructor('window.hit=1')()}} ${window.hit=1} <%= 1 %>",
    "#pin=x/1/0-5 [1] [99] [[1]] [1](javascript:window.hit=1)",
    "left \u202egnp.exe\u202c right \u2066x\u2069 \u200b\ufeff",
    "\x00\x01\x1b[31m\x7f\x85\u2028\u2029\ufffe end",
]


def hostile(number: int, payload: str) -> Article:
    text = f"The keeper of lighthouse {number} is called {payload} and has 40 lamps."
    return Article.create(f"x/{payload}", text, title=f"{payload} {number}", id=f"hostile{number}")


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_escaped_text_leaves_html_and_markdown_nothing_to_act_on(payload: str) -> None:
    assert not set(markup.escape(payload)) & set("<>\"'`*_[]()!|$\\{}~:/.\n\x00\u202e")


@pytest.mark.parametrize("sent", [None, [], {}, "x", 7, [1], [{"question": 1}], [{"question": "a" * 50_000}]])
def test_a_conversation_that_is_not_one_counts_as_none(sent: object) -> None:
    assert exchanges(sent) == ()


def test_a_conversation_sent_back_is_escaped_like_any_text() -> None:
    pin = {"marker": 1, "article_id": '"><script>', "version": 1, "start": 0, "end": 1, "title": "<b>", "source": "<i>"}
    (sent,) = exchanges([{"question": "<q>", "text": "<t> [1]", "state": "done", "pins": [pin]}])
    html = markup.question(sent) + markup.answer(sent)
    assert [part in html for part in ("<q>", "<t>", "<b>", "<i>", "<script>")] == [False] * 5
    assert 'href="#pin=%22%3E%3Cscript%3E/1/0-1"' in html


def test_a_marker_without_its_place_is_only_text() -> None:
    html = markup.answer(Exchange(question="?", text="So they say [7].", state="done"))
    assert ("&#91;7&#93;" in html, "<a" in html) == (True, False)


needs_browser()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with open_library(tmp_path_factory.mktemp("hostile")) as library:
        outcomes = library.add_articles(hostile(number, payload) for number, payload in enumerate(PAYLOADS))
        assert [outcome.status for outcome in outcomes] == ["added"] * len(PAYLOADS)
        yield library


@pytest.fixture(scope="module")
def address(library: Library) -> Iterator[str]:
    with serving(library, examples=PAYLOADS[:4]) as address:
        yield address


@pytest.mark.browser
def test_hostile_questions_and_answers_are_shown_literally(browser: Browser, address: str) -> None:
    with window(browser, address) as page:
        for number in range(0, len(PAYLOADS), 3):
            called = " ".join(PAYLOADS[number : number + 3])
            ask(page, f"How many lamps has the keeper of lighthouse {number} called {called}")
        asked = " ".join(page.locator("#pc-chat .pc-asked").all_inner_texts())
        assert [PAYLOADS[number] for number in (0, 1, 7, 9, 15, 27, 28, 33) if PAYLOADS[number] not in asked] == []
        allowed = {"A", "B", "BDI", "BUTTON", "DIV", "LI", "P", "SPAN", "UL"}
        tags = page.evaluate("[...document.querySelectorAll('#pc-chat .message *')].map((one) => one.tagName)")
        assert set(tags) <= allowed
        links = page.evaluate("[...document.querySelectorAll('#pc-chat a')].map((one) => one.getAttribute('href'))")
        assert [link for link in links if not link.startswith("#pin=")] == []
        assert page.evaluate("window.hit") is None
        assert page.locator("#pc-bar").count() == 1


@pytest.mark.browser
def test_hostile_articles_are_shown_literally(browser: Browser, address: str, library: Library) -> None:
    with window(browser, address) as page:
        for number in range(len(PAYLOADS)):
            article = library.article(f"hostile{number}")
            page.evaluate(f"location.hash = '#pin=hostile{number}/1/4-{len(article.text) - 1}'")
            page.wait_for_function(
                "(title) => document.querySelector('#pc-article-title').textContent === title", arg=article.title
            )
            shown = page.locator("#pc-article-text").evaluate("(one) => one.textContent")
            assert shown.replace("\n", "") == article.text.replace("\n", "")
        tags = page.evaluate("[...document.querySelectorAll('#pc-article *')].map((one) => one.tagName)")
        assert set(tags) <= {"HEADER", "DIV", "BUTTON", "SPAN", "H2", "H3", "P", "BDI", "MARK"}
        assert page.locator("#pc-articles li").count() == len(PAYLOADS)
        assert page.evaluate("window.hit") is None


@pytest.mark.browser
def test_hostile_file_names_are_shown_literally(browser: Browser, library: Library, tmp_path: Path) -> None:
    name = "<img src=x onerror=window.hit=1> & [a](b).txt"
    (tmp_path / name).write_text("<script>window.hit=1</script> The lamp of Ness burns 12 hours.")
    with serving(library) as address, window(browser, address) as page:
        upload(page, [tmp_path / name])
        page.locator("#pc-outcomes [data-status=added]").wait_for()
        assert page.locator("#pc-outcomes .pc-name").inner_text() == name
        assert page.evaluate("window.hit") is None


@pytest.mark.browser
@pytest.mark.parametrize("size", [PHONE, {"width": 1440, "height": 900}], ids=["phone", "wide"])
def test_a_line_without_end_leaves_the_page_usable(browser: Browser, tmp_path: Path, size: dict[str, int]) -> None:
    line = "x" * 100_000
    text = f"{line} The mast is 31 metres high. {line}"
    with open_library(tmp_path / "long") as library:
        library.add_articles([Article.create("long.txt", text, title="A" * 300)])
        with serving(library) as address, window(browser, address, size) as page:
            start = text.index("The mast")
            (entry,) = library.entries()
            page.evaluate(f"location.hash = '#pin={entry.id}/1/{start}-{start + 27}'")
            page.locator("#pc-article-text mark").wait_for()
            assert page.locator("#pc-article-text mark").inner_text() == "The mast is 31 metres high."
            assert page.evaluate("document.documentElement.scrollWidth") == size["width"]
            assert page.evaluate("document.documentElement.scrollHeight") == size["height"]
