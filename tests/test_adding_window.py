"""Adding in the window: files, an address and a feed from a real server, with progress, and what failed and why."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser import Served, library_served, needs_browser, upload, window
from web_server import WebServer, answer, web_server

from pincite.index import Article

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

needs_browser()
pytestmark = pytest.mark.browser

STORY = "<p>The harbour board met on Tuesday evening and voted to rebuild the old pier, which a storm had taken.</p>"
ITEM = "<item><title>{0}</title><link>/{1}</link>{2}</item>"
FEED = (
    '<rss version="2.0"><channel><title>Quayside Courier</title>'
    + ITEM.format("Pier", "pier", "")
    + ITEM.format("Gone", "gone", "")
    + ITEM.format("Ferry", "lost", "<description>The ferry runs again, daily, from the north quay.</description>")
    + ITEM.format("Lamp", "lamp", "")
    + "</channel></rss>"
)


def story(name: str) -> bytes:
    page = f"<html><head><title>{name}</title></head><body><article><h1>{name}</h1>{STORY * 3}</article></body></html>"
    return answer(page.replace("pier", name.lower()).encode(), "Content-Type: text/html")


@pytest.fixture(scope="module")
def site() -> Iterator[WebServer]:
    answers = {"/pier": story("Pier"), "/lamp": story("Lamp"), "/note": story("Note")}
    with web_server({**answers, "/feed": answer(FEED.encode(), "Content-Type: application/rss+xml")}) as server:
        yield server


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    first = [Article.create("first.txt", "The first article is here.")]
    with library_served(tmp_path_factory.mktemp("adding"), first, allow_private=True) as served:
        yield served


def add(page: Page, address: str) -> None:
    page.fill("#pc-address input", address)
    page.press("#pc-address input", "Enter")


def line(page: Page, name: str) -> str:
    """What is said of `name`, once it is no longer being worked on."""
    found = page.locator("#pc-outcomes li:not([data-status=working])", has=page.get_by_text(name, exact=True))
    found.first.wait_for(timeout=60_000)
    return found.first.inner_text().replace("\n", " ")


def titles(page: Page) -> set[str]:
    return set(page.locator("#pc-articles .pc-title").all_inner_texts())


def test_a_feed_is_added_with_its_progress_and_each_failure_has_its_reason(page: Page, site: WebServer) -> None:
    page.evaluate(
        """() => {
            window.said = [];
            const list = document.getElementById("pc-outcomes");
            const note = () => list.querySelectorAll(".pc-status").forEach((one) => said.push(one.textContent));
            new MutationObserver(note).observe(list, { childList: true, subtree: true });
        }"""
    )
    add(page, site.url("/feed"))
    assert "3 added, 1 failed" in line(page, site.url("/feed"))
    assert "There is no such page (404)" in line(page, site.url("/gone"))
    assert "Only the feed's own text is stored" in line(page, "Ferry")
    said = set(page.evaluate("said"))
    assert "fetching" in said
    assert {"1 of 4", "2 of 4", "3 of 4"} & said  # what is stored together is told together
    page.locator("#pc-articles .pc-title").get_by_text("Lamp").wait_for()
    assert {"Pier", "Ferry", "Lamp"} <= titles(page)
    pier = page.locator("#pc-articles li", has_text="Pier").locator(".pc-origin")
    assert pier.inner_text().replace("\n", "").startswith("Quayside Courier")
    assert "127.0.0.1" in pier.inner_text()
    page.locator("#pc-articles .pc-entry", has_text="Pier").click()
    page.locator("#pc-article-title").get_by_text("Pier").wait_for()
    assert "Quayside Courier · http://127.0.0.1" in page.locator("#pc-article-origin").inner_text()


def test_an_address_is_added_and_one_that_is_gone_says_so(page: Page, site: WebServer) -> None:
    add(page, site.url("/note"))
    assert line(page, site.url("/note")).startswith(f"{site.url('/note')} added")
    add(page, site.url("/nothing"))
    assert "There is no such page (404)" in line(page, site.url("/nothing"))
    assert "Note" in titles(page)


def test_files_of_several_kinds_are_added_and_bad_ones_say_why(page: Page, tmp_path: Path) -> None:
    (tmp_path / "well.md").write_text("# The well\n\nThe well is 30 metres deep.")
    (tmp_path / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(500))
    (tmp_path / "rows.csv").write_text("title,text\nMill,The mill was built in 1804.\nEmpty,\n")
    upload(page, [tmp_path / "well.md", tmp_path / "picture.txt", tmp_path / "rows.csv"])
    assert "added" in line(page, "well.md")
    assert "It is a picture, not an article" in line(page, "picture.txt")
    assert "1 added, 1 failed" in line(page, "rows.csv")
    assert "Row 3: it holds no text" in line(page, "rows.csv#empty")
    assert {"The well", "Mill"} <= titles(page)


def test_without_leave_an_address_in_a_private_network_is_refused(
    browser: Browser, tmp_path: Path, site: WebServer
) -> None:
    before = site.connections
    with (
        library_served(tmp_path, [Article.create("a.txt", "Here.")]) as closed,
        window(browser, closed.address) as page,
    ):
        for address, why in ((site.url("/note"), "not a web site's usual one"), ("http://127.0.0.1/note", "private")):
            add(page, address)
            assert "failed" in line(page, address)
            assert why in line(page, address)
    assert site.connections == before
