"""Nothing on the page moves while an answer comes: held to the browser's own account of shifted elements."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from browser import PHONE, WIDE, library_served, needs_browser, serving, window
from model_server import model_server

from pincite.index import Article
from pincite.rag import NO_FILTERS, Answer, Citation, open_library
from pincite.rag.events import told_in_pieces
from pincite.rag.types import Value
from pincite.ui import markup
from pincite.ui.exchange import Exchange
from pincite.ui.talks import Place, Running, after

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

needs_browser()
pytestmark = pytest.mark.browser

TANKS = [
    Article.create(
        "minutes.txt",
        "The rainwater tank of the allotments holds 4,500 litres.",
        title="Minutes",
        published=date(2025, 3, 1),
    ),
    Article.create(
        "letter.txt",
        "The rainwater tank of the allotments holds 4,100 litres.",
        title="A letter",
        published=date(2025, 5, 2),
    ),
]
HOLDS = "What does the rainwater tank hold?"

# A click by a script is no visitor's, so that the browser forgives no shift that comes soon after it.
WATCH = """() => {
    window.shifts = [];
    new PerformanceObserver((list) => {
        for (const one of list.getEntries()) {
            const moved = one.sources.map(({node, previousRect: from, currentRect: to}) =>
                `${node?.className || node?.parentElement?.className || node?.nodeName} ${from.y} -> ${to.y}`);
            window.shifts.push(`${one.value.toFixed(4)}: ${moved}`);
        }
    }).observe({type: 'layout-shift'});
    document.querySelector('#pc-question .submit-button').click();
}"""


def shifts(page: Page, question: str) -> list[str]:
    """What moved from the asking of `question` until half a second after its answer."""
    page.fill("#pc-question textarea", question)
    page.wait_for_timeout(700)  # a box that grows under typing is no jump; half a second is forgiven
    page.evaluate(WATCH)
    page.locator("#pc-chat .pc-acts").wait_for(timeout=60_000)
    page.wait_for_timeout(500)
    return page.evaluate("window.shifts")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with library_served(tmp_path_factory.mktemp("steady"), TANKS, refuse_below=0.05) as one:
        yield one


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_nothing_moves_while_the_local_reader_answers(browser: Browser, address: str, size: dict[str, int]) -> None:
    with window(browser, address, size) as page:
        assert shifts(page, HOLDS) == []


def test_values_that_differ_are_a_table_from_the_first_word_on() -> None:
    cited = tuple(Citation(n, article, article.text, 0, len(article.text)) for n, article in enumerate(TANKS, 1))
    values = (Value("4,500 litres", (1,)), Value("4,100 litres", (2,)))
    answer = Answer(HOLDS, "4,500 litres (“Minutes”). [1]\n4,100 litres (“A letter”). [2]", cited, values=values)
    running = Running(Place("", "", NO_FILTERS), HOLDS, ())
    exchange, shown = Exchange(HOLDS), list[str]()
    for event in told_in_pieces(answer):
        exchange = after(exchange, running, event)
        if event.kind == "text":
            shown.append(markup.answer(exchange))
    assert len(shown) > 6
    assert len(set(shown)) == 1
    assert shown[0].count("<tr>") == 3


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_nothing_moves_while_a_model_writes_several_lines_with_their_sources(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory, size: dict[str, int]
) -> None:
    with (
        model_server() as server,
        open_library(tmp_path_factory.mktemp("written"), refuse_below=0.05, openai_base_url=server.url) as library,
    ):
        library.add_articles(TANKS)
        server.reply = lambda request: f"{TANKS[0].text} [1]\n\n{TANKS[1].text} [2]\n\nThe two differ."
        server.pause_s = 0.02
        with serving(library) as address, window(browser, address, size) as page:
            assert shifts(page, HOLDS) == []
            assert page.locator("#pc-chat .pc-text").count() == 3
            assert page.locator("#pc-chat a.pc-source").count() == 2
