"""Conversations in a real Chromium: kept, continued, judged, given away, asked of chosen articles; and who may read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser import PHONE, WIDE, Served, ask, library_served, needs_browser, serving, upload, window

from pincite.index import Article
from pincite.rag import Answer, Citation, Doubt, Said, open_conversations, own_cases_file, to_json, verify
from pincite.rag.types import Value

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from pincite.rag import Library

needs_browser()
pytestmark = pytest.mark.browser

BRIDGE = Article.create(
    "https://news.example/bridge",
    "The Alder bridge was opened on 4 May 1931. It is 412 metres long.",
    title="The Alder bridge opens",
    published=date(1931, 5, 5),
)
MOOR = Article.create("notes/moor.txt", "The Hale moor burned for nine days in August 1976.", title="Fire on Hale moor")
OTHERS = [
    Article.create(f"notes/{n}.txt", f"The mill of Orra {n} has {n + 20} sails.", title=f"Mill {n}") for n in range(8)
]
LENGTH, BURNED = "How long is the Alder bridge?", "How long did the Hale moor burn?"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("talks")
    with library_served(home, [MOOR, *OTHERS, BRIDGE], examples=[f"{LENGTH} Then: {BURNED}"], refuse_below=0.1) as one:
        yield one


@pytest.fixture
def library(served: Served) -> Library:
    return served.library


def said(page: Page) -> list[str]:
    return page.locator("#pc-chat .pc-asked").all_inner_texts()


def open_talks(page: Page) -> None:
    page.click("#pc-tab-talks")
    page.locator("#pc-talks li").first.wait_for()


def test_a_conversation_goes_on_after_a_restart_with_its_citations(browser: Browser, library: Library) -> None:
    context = browser.new_context(viewport=WIDE)  # pyright: ignore[reportArgumentType]
    with serving(library) as address:
        page = context.new_page()
        page.goto(address)
        page.wait_for_selector("#pc-question textarea")
        ask(page, LENGTH)
        port = int(address.rstrip("/").rsplit(":", 1)[1])
        page.close()
    with serving(library, port=port) as address:
        page = context.new_page()
        page.goto(address)
        page.wait_for_selector("#pc-question textarea")
        open_talks(page)
        page.locator("#pc-talks .pc-entry", has_text=LENGTH).click()
        page.locator("a.pc-pin").first.click()
        page.locator("#pc-article-text mark").first.wait_for()
        assert "".join(page.locator("#pc-article-text mark").all_inner_texts()) == "It is 412 metres long."
        ask(page, BURNED)
        page.reload()
        page.locator("#pc-chat .pc-asked").nth(1).wait_for()
        assert said(page) == [LENGTH, BURNED]
    context.close()


def test_a_conversation_is_renamed_searched_deleted_and_brought_back(page: Page) -> None:
    ask(page, LENGTH)
    open_talks(page)
    page.locator(".pc-more summary").click()
    page.get_by_role("button", name="Rename").click()
    page.fill(".pc-rename input", "Bridges <b>")
    page.press(".pc-rename input", "Enter")
    page.locator("#pc-talks .pc-title", has_text="Bridges <b>").wait_for()
    page.fill("#pc-talk-search", "zebra")
    page.get_by_text("No conversation has these words.").wait_for()
    page.fill("#pc-talk-search", "412")
    page.locator("#pc-talks .pc-title", has_text="Bridges <b>").wait_for()
    page.locator(".pc-more summary").click()
    page.get_by_role("button", name="Delete").click()
    page.locator("#pc-chat .example").first.wait_for()
    page.get_by_role("button", name="Undo").click()
    page.locator("#pc-talks .pc-title", has_text="Bridges <b>").wait_for()


@pytest.mark.parametrize("form", ["Save as Markdown", "Save as web page", "Save as JSON"])
def test_an_exported_conversation_is_verified(page: Page, library: Library, tmp_path: Path, form: str) -> None:
    ask(page, LENGTH)
    open_talks(page)
    page.locator(".pc-more summary").click()
    with page.expect_download() as download:
        page.get_by_role("button", name=form).click()
    path = tmp_path / "export"
    download.value.save_as(path)
    assert [(one.question, one.holds) for one in verify(path, library)] == [(LENGTH, True)]


def test_asking_again_and_editing_replace_what_followed(page: Page) -> None:
    ask(page, LENGTH)
    ask(page, BURNED)
    page.evaluate("document.querySelectorAll('#pc-chat .pc-answer')[1].dataset.before = 'yes'")
    page.locator(".pc-do-redo").nth(1).click()
    page.wait_for_function("() => !document.querySelector('#pc-chat [data-before]')")
    page.locator("#pc-chat .pc-acts").nth(1).wait_for()
    page.locator("#pc-question .submit-button").wait_for()
    assert said(page) == [LENGTH, BURNED]
    page.locator(".pc-do-edit").first.click()
    assert page.input_value("#pc-question textarea") == LENGTH
    page.locator("#pc-editing").wait_for()
    page.fill("#pc-question textarea", "When was the Alder bridge opened?")
    page.press("#pc-question textarea", "Enter")
    page.wait_for_function("() => document.querySelectorAll('#pc-chat .pc-asked').length === 1")
    page.locator("#pc-chat .pc-acts").wait_for()
    assert "1931" in page.locator("#pc-chat .bot-row").inner_text()
    page.locator("#pc-editing").wait_for(state="hidden")


def test_an_example_of_two_questions_shows_a_follow_up(page: Page) -> None:
    page.locator("#pc-chat .example").click()
    page.locator("#pc-chat .pc-acts").nth(1).wait_for(timeout=60_000)
    assert said(page) == [LENGTH, BURNED]


def test_one_visitor_reaches_nothing_of_another(browser: Browser, address: str) -> None:
    with window(browser, address) as one, window(browser, address) as other:
        ask(one, LENGTH)
        id = one.input_value("#pc-talk textarea")
        assert id
        other.click("#pc-tab-talks")
        other.get_by_text("Ask something: the conversation is kept here.").wait_for()
        for path in ("", "/export?form=json"):
            assert other.request.get(f"{address}api/conversations/{id}{path}").status == 404
        assert other.request.delete(f"{address}api/conversations/{id}").status == 404
        other.evaluate(f"sessionStorage.setItem('pincite-talk', '{id}')")
        other.reload()
        other.locator("#pc-chat .example").first.wait_for()
        assert "412" not in other.locator("#pc-chat").inner_text()


def test_a_verdict_and_a_test_are_kept(page: Page, library: Library, address: str) -> None:
    ask(page, LENGTH)
    page.locator(".pc-do-bad").click()
    page.get_by_label("It does not stand in the article").check()
    page.get_by_label("A note").fill("Look again.")
    page.get_by_role("button", name="Keep").click()
    page.locator(".pc-do-bad.pc-on").wait_for()
    id = page.input_value("#pc-talk textarea")
    (kept,) = page.request.get(f"{address}api/conversations/{id}").json()["said"]
    assert (kept["judged"]["verdict"], kept["judged"]["note"]) == ("not_in_article", "Look again.")
    assert kept["answer"]["citations"][0]["quote"] == "It is 412 metres long."
    page.locator(".pc-do-case").click()
    page.locator("#pc-case").get_by_role("button", name="Make the test").click()
    page.get_by_text("Kept: pincite eval --mine asks it again").wait_for()
    case = json.loads(own_cases_file(library.home).read_text().splitlines()[-1])
    assert (case["question"], case["unanswerable"], case["evidence"][0]["quote"]) == (
        LENGTH,
        False,
        "It is 412 metres long.",
    )
    assert case["answers"][0] in "It is 412 metres long."


def test_only_chosen_articles_are_asked_and_shown_as_chips(page: Page) -> None:
    page.get_by_role("checkbox", name="Ask only Fire on Hale moor").check()
    assert page.locator("#pc-chips .pc-chip").inner_text().startswith("Fire on Hale moor")
    assert "412" not in ask(page, LENGTH)
    page.get_by_role("button", name="No longer only Fire on Hale moor").click()
    assert not page.get_by_role("checkbox", name="Ask only Fire on Hale moor").is_checked()
    page.locator("#pc-filter summary").click()
    page.fill("#pc-since", "1931-01-01")
    page.click("#pc-ask-these")
    page.locator("#pc-chips .pc-chip", has_text="since 1 January 1931").wait_for()
    assert page.locator("#pc-articles li").count() == 1
    assert "412" in ask(page, LENGTH)


def test_the_list_is_searched_sorted_and_filtered(page: Page) -> None:
    page.fill("#pc-search", "mill")
    assert page.locator("#pc-found").inner_text() == "8 of 10"
    page.locator("#pc-filter summary").click()
    page.select_option("#pc-sort", "title")
    assert page.locator("#pc-articles .pc-title").first.inner_text() == "Mill 0"
    page.fill("#pc-search", "")
    page.select_option("#pc-from", "news.example")
    assert page.locator("#pc-articles .pc-title").all_inner_texts() == ["The Alder bridge opens"]


def test_how_an_answer_came_about_is_told_below_it(page: Page) -> None:
    ask(page, LENGTH)
    assert "10 articles searched" in page.locator(".pc-trace summary").inner_text()
    assert not page.locator(".pc-steps").is_visible()
    page.locator(".pc-trace summary").click()
    steps = page.locator(".pc-steps").inner_text()
    assert [words in steps for words in ("Searched by meaning", "Searched by words", "Read each passage")] == [True] * 3
    assert "The Alder bridge opens" in page.locator(".pc-ranks").inner_text()


def test_the_quote_shows_beside_its_marker_under_the_pointer_and_the_keyboard(page: Page) -> None:
    ask(page, LENGTH)
    page.locator("a.pc-pin").hover()
    peek = page.locator("#pc-peek")
    assert "It is 412 metres long." in peek.inner_text()
    assert "5 May 1931" in peek.inner_text()
    page.keyboard.press("Escape")
    assert not peek.is_visible()
    page.locator("a.pc-pin").focus()
    assert peek.is_visible()


def test_an_older_version_says_that_a_newer_one_exists(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "well.txt"
    for depth in (37, 38):
        path.write_text(f"The well of Tarn is {depth} metres deep.")
        upload(page, [path])
        page.locator(f"#pc-outcomes [data-status={'added' if depth == 37 else 'updated'}]").wait_for()
    page.locator("#pc-articles .pc-entry", has_text="The well of Tarn").click()
    page.locator("#pc-article-versions", has_text="Version 2, 1").wait_for()
    page.locator("#pc-article-versions a", has_text="1").click()
    page.get_by_text("An older version; the library has a newer one.").wait_for()
    assert "37 metres" in page.locator("#pc-article-text").inner_text()
    page.get_by_role("button", name="Remove The well of Tarn").click()
    page.locator("#pc-outcomes [data-status=removed]").wait_for()


def test_values_that_differ_stand_in_a_table_and_what_is_not_borne_out_is_marked(
    browser: Browser, served: Served
) -> None:
    new = Citation(1, MOOR, MOOR.text, 0, len(MOOR.text), span=(25, 34))
    old = Citation(2, BRIDGE, "It is 412 metres long.", 43, 65, supported=False)
    text = "nine days (“Fire on Hale moor”). [1]\n412 metres (“The Alder bridge opens”). [2]\nIt is blue. [2]"
    values = (Value("nine days", (1,)), Value("412 metres", (2,)))
    doubt = Doubt(text.index("It is blue"), len(text), (2,), "The cited words do not have “blue”.")
    answer = to_json(Answer(LENGTH, text, (new, old), values=values, confidence=0.8, doubts=(doubt,)))
    with window(browser, served.address) as page:
        ask(page, BURNED)
        cookies = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
        kept = open_conversations(served.library.home)
        owner = f"browser:{sha256(cookies['pincite_visitor'].encode()).hexdigest()}"
        kept.keep(owner, page.input_value("#pc-talk textarea"), Said(LENGTH, "done", answer))
        kept.close()
        page.reload()
        rows = page.locator(".pc-differ tbody tr")
        rows.nth(1).wait_for()
        assert [row.split("\t")[1:3] for row in rows.all_inner_texts()] == [
            ["Fire on Hale moor", "no date"],
            ["The Alder bridge opens", "5 May 1931"],
        ]
        assert page.locator("mark.pc-unsaid").inner_text() == "It is blue."
        assert page.locator(".pc-doubts").inner_text() == "[2] The cited words do not have “blue”."


AXE = "(async () => (await axe.run({resultTypes: ['violations']})).violations)()"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_axe_finds_nothing_serious(browser: Browser, address: str, size: dict[str, int], scheme: str) -> None:
    axe = files("axe_playwright_python") / "axe.min.js"
    with window(browser, address, size) as page:
        page.emulate_media(color_scheme=scheme)  # pyright: ignore[reportArgumentType]
        ask(page, LENGTH)
        ask(page, "Which poet was born in Zanzibar?")
        page.locator(".pc-trace summary").first.click()
        page.evaluate("location.hash = document.querySelector('a.pc-pin').getAttribute('href')")
        page.locator("#pc-article-text mark").first.wait_for()
        page.wait_for_timeout(1_300)  # the arriving mark fades
        page.evaluate(axe.read_text(encoding="utf-8"))
        for tab in ("articles", "talks"):
            if size == WIDE:
                page.click(f"#pc-tab-{tab}")
            found = page.evaluate(AXE)
            serious = [
                (one["id"], [node["html"][:120] for node in one["nodes"]][:3])
                for one in found
                if one["impact"] in ("serious", "critical")
            ]
            assert serious == []


def test_below_a_path_the_window_asks_and_keeps(browser: Browser, library: Library) -> None:
    with serving(library, base_path="/deep/pincite") as address:
        page = browser.new_page()
        failed: list[str] = []
        page.on("response", lambda reply: reply.status >= 400 and failed.append(reply.url))
        page.goto(f"{address}deep/pincite/")
        page.wait_for_selector("#pc-question textarea")
        assert "412 metres" in ask(page, LENGTH)
        open_talks(page)
        assert page.locator("#pc-talks .pc-title").inner_text() == LENGTH
        assert failed == []
        page.context.close()
