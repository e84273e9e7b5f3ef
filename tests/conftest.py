"""For every test: no network but this machine, none of our variables, a library of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_socket import socket_allow_hosts

LOOPBACK = ["127.0.0.1", "::1", "localhost"]

# Before chromadb or gradio is imported by any test.
os.environ["ANONYMIZED_TELEMETRY"] = "False"
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"


@pytest.fixture(autouse=True)
def _only_this_machine() -> None:
    socket_allow_hosts(LOOPBACK, allow_unix_socket=True)


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    for name in list(os.environ):
        if name.startswith(("PINCITE_", "OPENAI_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    home = tmp_path_factory.mktemp("home")
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(home))


@pytest.fixture(scope="session")
def demo_folder() -> Path:
    """The demo articles as they lie in the tree."""
    return Path(__file__).parent.parent / "eval" / "data" / "articles"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One headless Chromium for a file of tests."""
    from browser import chromium

    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def address(served: Any) -> str:
    """Where the window is that the file's own fixture `served` opened (`browser.library_served`)."""
    return served.address


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    """That window in a page of a visitor of its own, held to an empty log."""
    from browser import window

    with window(browser, address) as opened:
        yield opened


@pytest.fixture
def library(tmp_path: Path) -> Iterator[object]:
    """An empty library in a temporary folder."""
    from pincite.rag import open_library

    with open_library(tmp_path / "library") as opened:
        yield opened
