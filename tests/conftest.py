"""For every test: no network but this machine, none of our variables, a library of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

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


@pytest.fixture
def library(tmp_path: Path) -> Iterator[object]:
    """An empty library in a temporary folder."""
    from pincite.rag import open_library

    with open_library(tmp_path / "library") as opened:
        yield opened
