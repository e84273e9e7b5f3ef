"""A window in a real browser: one server and one Chromium for a whole file of tests, one page for each."""

from __future__ import annotations

import os
import re
import shutil
import socket
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from pincite.index import Article
    from pincite.rag import Library

CHROMIUM = next((path for path in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if path), None)
QUIET = """--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync
    --no-first-run --disable-quic""".split()
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
ARTEFACTS = "PINCITE_ARTEFACTS"  # the variable that names a folder for pictures; .ci/run sets it
KEPT_IN = os.environ.get(ARTEFACTS)  # read at once: no test keeps a variable of ours


def needs_browser() -> None:
    """Skips the file where there is no Chromium, with the reason; in CI that is a failure."""
    if CHROMIUM or os.environ.get("CI"):
        return
    pytest.skip("no Chromium on this machine: apt-get install chromium", allow_module_level=True)


@contextmanager
def serving(library: Library, **settings: Any) -> Iterator[str]:
    """The address of a real server over `library`, stopped in the end."""
    import uvicorn

    from pincite.rag import open_conversations
    from pincite.ui.server import build_app

    examples, port = settings.pop("examples", ()), settings.pop("port", 0)
    kept = open_conversations(library.home)
    app = build_app(library, library.settings.model_copy(update=settings), kept, examples=examples)
    listening = socket.create_server(("127.0.0.1", port))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server ended while starting"
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()
        kept.close()


class Served(NamedTuple):
    """A library and the address of its window."""

    library: Library
    address: str


@contextmanager
def library_served(home: Path, articles: Iterable[Article], **given: Any) -> Iterator[Served]:
    """A window over a new library with `articles`, both closed in the end; `given` are examples and settings."""
    from pincite.rag import open_library

    own = {name: given.pop(name) for name in ("refuse_below", "allow_private") if name in given}
    with open_library(home, **own) as library:
        outcomes = library.add_articles(articles)
        assert not [outcome for outcome in outcomes if outcome.status == "failed"]
        with serving(library, **given) as address:
            yield Served(library, address)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium that keeps to itself."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


class Log:
    """What a page did besides what it showed: hosts it contacted, errors it logged."""

    def __init__(self, page: Page, address: str) -> None:
        home = address.partition("#")[0]
        self.foreign: list[str] = []
        self.errors: list[str] = []
        page.on("request", lambda request: self._asked(request.url, home))
        page.on("console", lambda message: message.type == "error" and self.errors.append(message.text))
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _asked(self, url: str, home: str) -> None:
        if not url.startswith((home, "data:", "blob:")):
            self.foreign.append(url)


@contextmanager
def window(browser: Browser, address: str, size: dict[str, int] = WIDE) -> Iterator[Page]:
    """A page with the window open in it, of a visitor of its own; in the end it must have kept quiet."""
    context = browser.new_context(viewport=size, has_touch=size["width"] < 500)  # pyright: ignore[reportArgumentType]
    context.set_default_timeout(30_000)  # a busy machine is no failure
    page = context.new_page()
    log = Log(page, address)
    page.goto(address)
    page.wait_for_selector("#pc-question textarea", state="attached")  # hidden while the library is empty
    page.wait_for_function("document.querySelector('#pc-articles li') || document.body.matches('.pc-empty')")
    try:
        yield page
        assert not log.foreign + log.errors, log.foreign + log.errors
    finally:
        test = os.environ.get("PYTEST_CURRENT_TEST", "window").rpartition("/")[2].rpartition(" ")[0]
        keep_picture(page, f"{test}-{size['width']}")
        context.close()


def keep_picture(page: Page, name: str) -> None:
    """Writes what the page shows into the folder of artefacts, when one is named: a browser test's last view."""
    if KEPT_IN and not page.is_closed():
        Path(KEPT_IN).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(KEPT_IN, f"{re.sub(r'[^A-Za-z0-9.-]+', '_', name)[:120]}.png"))


def ask(page: Page, question: str) -> str:
    """Asks and waits; the text of what came of it."""
    rows = page.locator("#pc-chat .bot-row")
    row = rows.nth(rows.count())
    page.fill("#pc-question textarea", question)
    page.press("#pc-question textarea", "Enter")
    row.locator(".pc-acts").wait_for(timeout=60_000)
    return row.inner_text()


def upload(page: Page, paths: Sequence[Path]) -> None:
    """Chooses files in the library pane."""
    page.set_input_files("#pc-files", [str(path) for path in paths])
