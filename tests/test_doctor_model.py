"""`pincite doctor` asks a configured model one small thing, over the wire, and says what to do when it fails."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from model_server import ModelServer, Turnout, model_server

from pincite.ui.doctor import examine

KEY = "sk-canary-3141592653589793"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    with model_server() as running:
        running.reply = lambda request: "yes"
        monkeypatch.setenv("OPENAI_BASE_URL", running.url)
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        yield running


def found(home: Path, part: str) -> list[tuple[bool, str]]:
    findings = examine(home)
    assert KEY not in str(findings)
    return [(one.well, one.told) for one in findings if one.part == part]


def test_a_model_that_answers_is_well(server: ModelServer, tmp_path: Path) -> None:
    [(well, told)] = found(tmp_path, "model")
    assert well
    assert told.endswith("and counted 120 tokens")
    [(path, request)] = server.requests
    assert (path, len(str(request["messages"])) < 200) == ("/v1/chat/completions", True)


def test_a_model_that_fails_is_told_with_its_cure_and_the_rest_is_looked_at(
    server: ModelServer, tmp_path: Path
) -> None:
    server.turnouts = [Turnout(401)]
    told = "gpt-4.1-mini: the key was refused; check OPENAI_API_KEY, or use --model reader"
    assert found(tmp_path, "model") == [(False, told)]
    assert [well for well, _ in found(tmp_path, "stores")] == [True]


def test_an_embedding_model_is_asked_too(server: ModelServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PINCITE_EMBEDDING", "openai:text-embedding-3-small")
    assert found(tmp_path, "embedding") == [(True, "openai:text-embedding-3-small answered with 64 numbers")]


def test_without_a_model_nothing_is_asked(tmp_path: Path) -> None:
    assert (found(tmp_path, "model"), found(tmp_path, "embedding")) == ([], [])
