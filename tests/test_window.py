"""The chat window in a real Chromium, over a real library."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser import PHONE, Served, ask, library_served, needs_browser, serving, upload, window
from model_server import model_server

from pincite.index import Article
from pincite.rag import open_library

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from pincite.rag import Library

needs_browser()
pytestmark = pytest.mark.browser

FILLER = "\n\n".join(f"Paragraph {number} tells of the weather over the valley that spring." for number in range(40))
ARTICLES = [
    Article.create(
        "https://news.example/bridge",
        f"{FILLER}\n\nThe Alder bridge was opened on 4 May 1931. It is 412 metres long.\n\n{FILLER}",
        title="The Alder bridge opens",
    ),
    Article.create("notes/moor.txt", "The Hale moor burned for nine days in August 1976.", title="Fire on Hale moor"),
    Article.create("notes/dune.txt", "The Råbjerg dune 🏜️ moves 14 metres a year, the rangers say.", title="A dune"),
]
SURE = 0.1  # the window is tested here, not how sure the reader must be
LENGTH = "How long is the Alder bridge?"
BURNED = "How long did the Hale moor burn?"
UNKNOWN = "Which poet was born in Zanzibar?"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("window")
    with library_served(home, ARTICLES, examples=(LENGTH, BURNED), refuse_below=SURE) as served:
        yield served


@pytest.fixture
def library(served: Served) -> Library:
    return served.library


MARK = "#pc-article-text mark"


def seen(page: Page, selector: str) -> bool:
    """Whether the first element lies wholly inside the pane's and the window's visible part."""
    return page.evaluate(
        """(selector) => {
            const box = document.querySelector(selector).getBoundingClientRect();
            const pane = document.querySelector('#pc-article-text').getBoundingClientRect();
            return box.height > 0 && box.top >= pane.top && box.bottom <= Math.min(pane.bottom, innerHeight)
                && box.left >= 0 && box.right <= innerWidth;
        }""",
        selector,
    )


def test_an_answer_has_its_citation_beside_it(page: Page) -> None:
    assert "412 metres" in ask(page, LENGTH)
    card = page.locator("#pc-cards .pc-card").first
    card.locator(".pc-quote").wait_for()
    assert card.locator(".pc-title").inner_text() == "The Alder bridge opens"
    assert card.locator(".pc-origin").inner_text() == "news.example"
    assert card.locator(".pc-quote").inner_text() == "It is 412 metres long."
    assert "412 metres" in card.locator("mark").inner_text()


@pytest.mark.parametrize("way", ["a.pc-pin", "a.pc-source", ".pc-card"])
def test_choosing_a_citation_shows_the_marked_words_in_the_article(page: Page, way: str) -> None:
    ask(page, LENGTH)
    page.locator(way).first.click()
    page.locator(MARK).first.wait_for()
    assert "".join(page.locator(MARK).all_inner_texts()) == "It is 412 metres long."
    assert "412 metres" in page.locator(f"{MARK}.pc-span").inner_text()
    assert page.locator("#pc-article-title").inner_text() == "The Alder bridge opens"
    assert seen(page, MARK)


def test_offsets_hold_behind_characters_that_javascript_counts_twice(page: Page) -> None:
    ask(page, "How far does the Råbjerg dune move a year?")
    page.locator("a.pc-pin").first.click()
    page.locator(MARK).first.wait_for()
    assert "14 metres" in page.locator(f"{MARK}.pc-span").inner_text()


def test_a_link_to_a_place_opens_the_article_there(browser: Browser, address: str) -> None:
    bridge = ARTICLES[0]
    start = bridge.text.index("412 metres")
    with window(browser, f"{address}#pin={bridge.id}/1/{start}-{start + 10}") as page:
        page.locator(MARK).wait_for()
        assert page.locator(MARK).inner_text() == "412 metres"
        assert seen(page, MARK)


def test_a_link_to_an_article_that_is_gone_says_so(browser: Browser, library: Library) -> None:
    # The 404 is logged by the browser itself, so this page is not held to an empty log.
    with serving(library) as address:
        page = browser.new_page()
        page.goto(f"{address}#pin=gone/1/0-5")
        page.get_by_text("This article cannot be shown").wait_for()
        page.context.close()


def test_a_refusal_looks_different_from_an_answer(page: Page) -> None:
    said = ask(page, UNKNOWN)
    refusal = page.locator("#pc-chat .pc-refusal")
    assert "The articles do not say" in said
    assert page.locator("#pc-chat .pc-answer").count() == 0
    assert refusal.locator(".pc-near").count() > 0
    assert "zanzibar" in refusal.locator(".pc-words").inner_text().lower()
    ask(page, LENGTH)
    colours = "(element) => getComputedStyle(element).backgroundColor"
    assert refusal.evaluate(colours) != page.locator("#pc-chat .pc-answer").evaluate(colours)


def test_the_nearest_passages_of_a_refusal_open_in_their_articles(page: Page) -> None:
    ask(page, UNKNOWN)
    page.locator(".pc-near").first.click()
    page.locator(MARK).first.wait_for()
    assert page.locator("#pc-source-title").inner_text() == "" or page.locator("#pc-article").is_visible()


def test_an_example_is_asked_when_chosen(page: Page) -> None:
    page.locator("#pc-chat .example").get_by_text(BURNED).click()
    page.locator("#pc-chat .pc-acts").wait_for()
    assert "Nine days" in page.locator("#pc-chat .bot-row").inner_text()


def test_a_question_that_cannot_be_asked_gets_its_sentence(page: Page) -> None:
    assert "2,000 is the most" in ask(page, "why " * 1_000)
    assert "412 metres" in ask(page, LENGTH)


def test_two_visitors_never_see_each_other(browser: Browser, address: str) -> None:
    with window(browser, address) as one, window(browser, address) as other:
        ask(one, LENGTH)
        ask(other, BURNED)
        assert "412" not in other.locator("#pc-chat").inner_text()
        assert "nine days" not in one.locator("#pc-chat").inner_text()
        assert one.locator("#pc-chat .user-row").count() == 1


def test_new_begins_an_empty_conversation(page: Page) -> None:
    ask(page, LENGTH)
    page.click("#pc-new")
    page.locator("#pc-chat .example").first.wait_for()
    assert page.locator("#pc-chat .bot-row").count() == 0
    page.locator("#pc-no-source").wait_for()


def test_uploaded_files_are_answered_from_and_each_gets_its_outcome(page: Page, tmp_path: Path) -> None:
    good, empty = tmp_path / "well.txt", tmp_path / "empty.txt"
    good.write_text("The village well of Orra is 37 metres deep.")
    empty.write_text("")
    upload(page, [good, empty])
    page.locator("#pc-outcomes [data-status=added]").wait_for()
    failed = page.locator("#pc-outcomes [data-status=failed]")
    failed.wait_for()
    assert failed.locator(".pc-name").inner_text() == "empty.txt"
    assert "empty" in failed.locator(".pc-why").inner_text()
    assert page.locator("#pc-count").inner_text() == "4"
    assert "37 metres" in ask(page, "How deep is the village well of Orra?")
    upload(page, [good])
    page.locator("#pc-outcomes [data-status=same]").wait_for()
    good.write_text("The village well of Orra is 38 metres deep.")
    upload(page, [good])
    page.locator("#pc-outcomes [data-status=updated]").wait_for()
    page.get_by_role("button", name="Remove The village well").click()
    page.get_by_role("button", name="Undo").wait_for()


def test_a_removed_article_is_gone_and_comes_back_by_undo(page: Page) -> None:
    page.get_by_role("button", name="Remove Fire on Hale moor").click()
    page.get_by_role("button", name="Undo").wait_for()
    assert page.locator("#pc-articles").get_by_text("Fire on Hale moor").count() == 0
    assert "nine days" not in ask(page, BURNED)
    page.get_by_role("button", name="Undo").click()
    page.locator("#pc-articles").get_by_text("Fire on Hale moor").wait_for()
    assert "Nine days" in ask(page, BURNED)


def test_the_list_shows_title_source_date_and_size(page: Page) -> None:
    line = page.locator("#pc-articles li", has_text="The Alder bridge opens")
    assert line.locator(".pc-origin").inner_text() == "news.example"
    assert "no date · " in line.locator(".pc-size").inner_text()
    line.locator(".pc-entry").click()
    page.locator("#pc-article-title", has_text="The Alder bridge opens").wait_for()
    assert page.locator(MARK).count() == 0


def test_keys_reach_the_question_and_walk_the_citations(page: Page) -> None:
    ask(page, UNKNOWN)
    page.locator(".pc-near").first.click()
    page.locator("#pc-where", has_text="1 of").wait_for()
    page.keyboard.press("ArrowRight")
    page.locator("#pc-where", has_text="2 of").wait_for()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.matches('#pc-question textarea')")
    assert page.input_value("#pc-question textarea") == ""


def test_on_a_phone_the_source_is_a_sheet_over_one_column(browser: Browser, address: str) -> None:
    with window(browser, address, PHONE) as page:
        ask(page, LENGTH)
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        assert not page.locator("#pc-source").is_visible()
        page.locator("a.pc-pin").first.tap()
        page.locator(MARK).first.wait_for()
        assert seen(page, MARK)
        page.get_by_role("button", name="Close the sources").tap()
        assert not page.locator("#pc-source").is_visible()
        page.locator("#pc-library-button").tap()
        page.locator("#pc-articles li").first.wait_for()
        page.keyboard.press("Escape")
        assert not page.locator("#pc-library").is_visible()


def test_the_panes_fold_away_and_come_back(page: Page) -> None:
    for button, pane in (("#pc-library-button", "#pc-library"), ("#pc-source-button", "#pc-source")):
        for state, told in (("hidden", "false"), ("visible", "true")):
            page.click(button)
            page.locator(pane).wait_for(state=state)  # pyright: ignore[reportArgumentType]
            assert page.get_attribute(button, "aria-expanded") == told


def test_a_file_dropped_anywhere_is_added(page: Page) -> None:
    dragged = page.evaluate_handle(
        """() => {
            const dragged = new DataTransfer();
            dragged.items.add(new File(["The tower of Brill is 61 metres high."], "tower.txt", { type: "text/plain" }));
            return dragged;
        }"""
    )
    page.dispatch_event("#pc-chat", "dragenter", {"dataTransfer": dragged})
    page.locator("#pc-drop").wait_for()
    page.dispatch_event("#pc-chat", "drop", {"dataTransfer": dragged})
    page.locator("#pc-outcomes [data-status=added]").wait_for()
    assert not page.locator("#pc-drop").is_visible()
    assert "61 metres" in ask(page, "How high is the tower of Brill?")
    page.get_by_role("button", name="Remove The tower of Brill").click()
    page.locator("#pc-outcomes [data-status=removed]").wait_for()


def test_an_empty_library_says_how_to_fill_it(browser: Browser, tmp_path: Path) -> None:
    with (
        open_library(tmp_path / "empty", refuse_below=SURE) as library,
        serving(library) as address,
        window(browser, address) as page,
    ):
        page.get_by_text("Add articles, then ask").wait_for()
        note = tmp_path / "note.txt"
        note.write_text("The mill of Tarn turned for 212 years.")
        upload(page, [note])
        page.locator("#pc-articles li").wait_for()
        assert not page.get_by_text("Add articles, then ask").is_visible()
        assert "212 years" in ask(page, "For how long did the mill of Tarn turn?")


def test_a_password_is_asked_for_once(browser: Browser, library: Library) -> None:
    from pydantic import SecretStr

    with serving(library, password=SecretStr("honey")) as address:
        page = browser.new_page()
        page.goto(address)
        page.fill("#password", "wax")
        page.click("button")
        page.get_by_text("This is not the password.").wait_for()
        page.fill("#password", "honey")
        page.click("button")
        assert "412 metres" in ask(page, LENGTH)
        page.context.close()


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[str]]]:
    """A window whose answers a slow chat model writes, and what it will write."""
    script = ["The Alder bridge is 412 metres long [1]. " + "It took many years to build it. " * 4]
    with (
        model_server() as server,
        open_library(tmp_path_factory.mktemp("written"), refuse_below=SURE, openai_base_url=server.url) as library,
        serving(library) as address,
    ):
        server.reply = lambda request: script[0]
        server.pause_s = 0.03
        library.add_articles(ARTICLES)
        yield address, script


def test_an_answer_streams(browser: Browser, written: tuple[str, list[str]]) -> None:
    with window(browser, written[0]) as page:
        page.evaluate(
            """() => {
                window.states = [];
                new MutationObserver(() => {
                    const text = document.querySelector('#pc-chat .pc-text')?.innerText;
                    if (text && text !== window.states.at(-1)) window.states.push(text);
                }).observe(document.querySelector('#pc-chat'), {childList: true, subtree: true, characterData: true});
            }"""
        )
        ask(page, LENGTH)
        states = page.evaluate("window.states")
        assert len(states) > 5
        assert all(later.startswith(earlier.rstrip()) for earlier, later in itertools.pairwise(states))
        assert not any("[" in state for state in states)
        assert page.locator("#pc-chat a.pc-pin").inner_text() == "1"


def test_stop_keeps_what_was_said(browser: Browser, written: tuple[str, list[str]]) -> None:
    written[1][0] += "It took many years to build it. " * 60  # not at its end before a busy machine comes to stop it
    with window(browser, written[0]) as page:
        page.fill("#pc-question textarea", LENGTH)
        page.press("#pc-question textarea", "Enter")
        page.locator("#pc-chat .pc-text", has_text="The Alder bridge").wait_for()
        page.keyboard.press("Escape")
        page.get_by_text("Stopped here.").wait_for()
        kept = page.locator("#pc-chat .pc-text").inner_text()
        page.wait_for_timeout(300)
        assert page.locator("#pc-chat .pc-text").inner_text() == kept
        assert len(kept) < len(written[1][0])
        assert page.get_by_role("button", name="Ask", exact=True).is_visible()
