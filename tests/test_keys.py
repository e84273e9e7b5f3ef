"""A key is in nothing that anybody reads: no log, error, trace, answer, export, page or file of the library."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import httpx
import pytest
from browser import serving
from model_server import ModelServer, Turnout, model_server

from pincite.index import Article, PinciteError
from pincite.rag import (
    Library,
    Said,
    export_library,
    new_id,
    open_conversations,
    open_library,
    to_json,
    transcript,
)
from pincite.rag.redact import shown_address
from pincite.ui.doctor import examine

KEY, PASSWORD = "sk-canary-2718281828459045", "pass-canary-1618033"
CALL = Article.create("call.txt", "Both sides will swap 175 captives. Russia gives 23 soldiers.", title="A call")
ASKED = "How many captives will both sides swap?"


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server() as running:
        running.reply = lambda request: "They swap 175 captives [1]."
        yield running


@pytest.fixture
def library(server: ModelServer, tmp_path: Path) -> Iterator[Library]:
    address = server.url.replace("//", f"//user:{PASSWORD}@")
    with open_library(tmp_path / "library", openai_base_url=address, openai_api_key=KEY, fallback=True) as opened:
        opened.add_articles([CALL])
        yield opened


def clean(text: str) -> bool:
    return KEY not in text and PASSWORD not in text


@pytest.mark.parametrize("turnout", [None, Turnout(401), Turnout(400), Turnout(breaks="error inside")])
def test_no_log_error_trace_or_export_has_the_key(
    server: ModelServer, library: Library, caplog: pytest.LogCaptureFixture, turnout: Turnout | None
) -> None:
    caplog.set_level(logging.DEBUG)
    server.turnouts = [turnout] if turnout else []
    answer = library.ask(ASKED)
    logging.getLogger("elsewhere").warning("sent %s to %s", f"Bearer {KEY}", f"http://user:{PASSWORD}@host")
    assert clean(caplog.text)
    assert clean(repr(answer) + json.dumps(to_json(answer)) + repr(library.settings) + library.answers_with)
    kept = open_conversations(library.home)
    talk = new_id()
    kept.keep("me", talk, Said(ASKED, "done", to_json(answer)))
    conversation = kept.read("me", talk)
    kept.close()
    assert all(clean(transcript(conversation, form)) for form in ("markdown", "html", "json"))


def test_no_page_and_no_route_has_the_key(server: ModelServer, library: Library) -> None:
    server.turnouts = [Turnout(401)]
    with serving(library) as address, httpx.Client(base_url=address, timeout=60) as client:
        page = client.get("/")
        asked = client.post("/api/ask", json={"question": ASKED})
        unknown = client.post("/api/ask", json={"question": ASKED, "model": KEY[:3]})
        assert (page.status_code, asked.status_code) == (200, 200)
        assert "gpt-4.1-mini, at http://127.0.0.1" in unescape(page.text)
        assert all(clean(reply.text + str(reply.headers)) for reply in (page, asked, unknown))


def test_no_file_of_the_library_has_the_key(server: ModelServer, library: Library, tmp_path: Path) -> None:
    server.turnouts = [Turnout(401)]
    library.ask(ASKED)
    export_library(tmp_path / "all.zip", library.home)
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert len(files) > 3
    assert all(secret.encode() not in file.read_bytes() for file in files for secret in (KEY, PASSWORD))


def test_doctor_and_an_error_have_neither(server: ModelServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", server.url.replace("//", f"//user:{PASSWORD}@"))
    server.status = 400
    assert clean(str(examine(tmp_path / "new")))
    with open_library(tmp_path / "new") as library:
        library.add_articles([CALL])
        with pytest.raises(PinciteError) as caught:
            library.ask(ASKED)
    assert clean(f"{caught.value!r} {caught.value.__cause__!r}")


def test_an_address_is_shown_without_what_is_secret_in_it() -> None:
    assert shown_address(f"http://user:{PASSWORD}@host:8080/v1?key={KEY}#x") == "http://host:8080/v1"
