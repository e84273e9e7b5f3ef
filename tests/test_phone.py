"""What a wide window can do, on a phone: under the thumb, with the library and the sources as sheets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser import PHONE, Served, ask, library_served, needs_browser, upload, window

from pincite.index import Article
from pincite.rag import verify

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

needs_browser()
pytestmark = pytest.mark.browser

BRIDGE = Article.create(
    "https://news.example/bridge",
    "The Alder bridge was opened on 4 May 1931. It is 412 metres long.",
    title="The Alder bridge opens",
)
MOOR = Article.create("notes/moor.txt", "The Hale moor burned for nine days in August 1976.", title="Fire on Hale moor")
MILLS = [
    Article.create(f"notes/{n}.txt", f"The mill of Orra {n} has {n + 20} sails.", title=f"Mill {n}") for n in range(8)
]
LENGTH, BURNED = "How long is the Alder bridge?", "How long did the Hale moor burn?"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with library_served(
        tmp_path_factory.mktemp("phone"), [MOOR, *MILLS, BRIDGE], examples=[LENGTH], refuse_below=0.1
    ) as one:
        yield one


@pytest.fixture
def page(browser: Browser, served: Served) -> Iterator[Page]:
    with window(browser, served.address, PHONE) as page:
        yield page


def open_library_sheet(page: Page) -> None:
    page.locator("#pc-library-button").tap()
    page.locator("#pc-articles").wait_for()


def close_library_sheet(page: Page) -> None:
    page.get_by_role("button", name="Close the library").tap()
    page.locator("#pc-library").wait_for(state="hidden")


def open_talks(page: Page) -> None:
    open_library_sheet(page)
    page.locator("#pc-tab-talks").tap()
    page.locator("#pc-talks li").first.wait_for()


def test_an_example_is_asked_judged_and_asked_again(page: Page) -> None:
    page.locator("#pc-chat .example").first.tap()
    page.locator("#pc-chat .pc-acts").wait_for()
    assert "412" in page.locator("#pc-chat .bot-row").inner_text()
    page.locator(".pc-trace summary").tap()
    assert "Searched by meaning" in page.locator(".pc-steps").inner_text()
    page.locator(".pc-do-bad").tap()
    page.get_by_label("Something is missing").check()
    page.get_by_role("button", name="Keep").tap()
    page.locator(".pc-do-bad.pc-on").wait_for()
    page.locator(".pc-do-case").tap()
    page.locator("#pc-case").get_by_role("button", name="Make the test").tap()
    page.get_by_text("Kept: pincite eval --mine asks it again").wait_for()
    page.locator(".pc-do-edit").tap()
    page.fill("#pc-question textarea", BURNED)
    page.press("#pc-question textarea", "Enter")
    page.locator("#pc-chat .pc-asked", has_text="Hale moor").wait_for()
    page.locator("#pc-chat .pc-acts").wait_for()
    assert page.locator("#pc-chat .pc-asked").all_inner_texts() == [BURNED]


def test_a_file_is_added_found_read_asked_removed_and_brought_back(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "well.txt"
    path.write_text("The village well of Orra is 37 metres deep.")
    open_library_sheet(page)
    upload(page, [path])
    page.locator("#pc-outcomes [data-status=added]").wait_for()
    page.fill("#pc-search", "well")
    assert page.locator("#pc-found").inner_text() == "1 of 11"
    page.get_by_role("checkbox", name="Ask only The village well").check()
    close_library_sheet(page)
    assert page.locator("#pc-chips .pc-chip").inner_text().startswith("The village well")
    assert "37 metres" in ask(page, "How deep is the village well of Orra?")
    page.get_by_role("button", name="No longer only The village well").tap()
    open_library_sheet(page)
    page.locator("#pc-articles .pc-entry", has_text="The village well").tap()
    page.locator("#pc-article-title", has_text="The village well").wait_for()
    page.get_by_role("button", name="Close the sources").tap()
    open_library_sheet(page)
    page.get_by_role("button", name="Remove The village well").tap()
    page.get_by_role("button", name="Undo").tap()
    page.locator("#pc-articles .pc-title", has_text="The village well").wait_for()
    page.get_by_role("button", name="Remove The village well").tap()
    page.locator("#pc-outcomes [data-status=removed]").wait_for()


def test_a_conversation_is_saved_renamed_and_deleted(page: Page, served: Served, tmp_path: Path) -> None:
    ask(page, LENGTH)
    open_talks(page)
    page.locator(".pc-more summary").tap()
    with page.expect_download() as saved:
        page.get_by_text("Save as JSON").tap()
    saved.value.save_as(tmp_path / "talk.json")
    assert [one.holds for one in verify(tmp_path / "talk.json", served.library)] == [True]
    page.locator(".pc-more summary").tap()
    page.get_by_role("button", name="Rename").tap()
    page.fill(".pc-rename input", "On bridges")
    page.press(".pc-rename input", "Enter")
    page.locator("#pc-talks .pc-title", has_text="On bridges").wait_for()
    page.locator(".pc-more summary").tap()
    page.get_by_role("button", name="Delete").tap()
    page.get_by_role("button", name="Undo").wait_for()


def test_a_refusal_leads_to_a_near_passage_and_back(page: Page) -> None:
    ask(page, "What does the mayor of Zanzibar eat?")
    page.locator("#pc-chat a.pc-near, #pc-chat a.pc-pin").first.tap()
    page.locator("#pc-article-text mark").first.wait_for()
    page.get_by_role("button", name="Close the sources").tap()
    page.locator("#pc-source").wait_for(state="hidden")
    assert page.evaluate("() => document.documentElement.scrollWidth") == PHONE["width"]
