"""The pictures that `.ci/run` keeps: what the window looked like, wide, on a phone and in the dark."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import browser as browsers
import pytest
from browser import PHONE, WIDE, ask, keep_picture, library_served, needs_browser, window

from pincite.index import Article

if TYPE_CHECKING:
    from playwright.sync_api import Browser

needs_browser()
pytestmark = pytest.mark.browser

BRIDGE = Article.create("bridge.txt", "The Alder bridge is 412 metres long.", title="The Alder bridge opens")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with library_served(tmp_path_factory.mktemp("pictures"), [BRIDGE], refuse_below=0.1) as one:
        yield one


@pytest.mark.parametrize(
    ("name", "size", "scheme"),
    [("wide", WIDE, "light"), ("phone", PHONE, "light"), ("dark", WIDE, "dark"), ("dark-phone", PHONE, "dark")],
)
def test_a_picture_of_each_view_is_kept(
    browser: Browser,
    address: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    name: str,
    size: dict[str, int],
    scheme: Literal["light", "dark"],
) -> None:
    folder = browsers.KEPT_IN or str(tmp_path)
    monkeypatch.setattr(browsers, "KEPT_IN", folder)
    with window(browser, address, size) as page:
        page.emulate_media(color_scheme=scheme)
        ask(page, "How long is the Alder bridge?")
        page.locator("a.pc-pin").click()
        page.locator("#pc-article-text mark").first.wait_for()
        keep_picture(page, name)
    header = Path(folder, f"{name}.png").read_bytes()[:24]
    assert header[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", header[16:24]) == (size["width"], size["height"])
