"""Answers by a chat model: the real openai client over the wire to a server on this machine."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from model_server import ModelServer, model_server

from pincite.index import Article, ModelBusy, ModelFailed
from pincite.rag import Library, open_library

CALL = Article.create(
    "call.txt",
    "Putin and Trump spoke on Tuesday. Both sides will swap 175 captives. Russia will hand over 23 wounded soldiers.",
    title="A phone call",
)
KEY = "sk-canary-3141592653589793"


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server() as running:
        yield running


@pytest.fixture
def library(server: ModelServer, tmp_path: Path) -> Iterator[Library]:
    with open_library(tmp_path / "library", openai_base_url=server.url, openai_api_key=KEY) as opened:
        opened.add_articles([CALL])
        yield opened


def number_of(request: dict[str, Any], words: str) -> int:
    """The number under which the prompt gives the sentence with `words`."""
    text = request["messages"][-1]["content"]
    return next(int(n) for n, line in re.findall(r"\[(\d+)\] (.*)", text) if words in line)


def test_a_marker_becomes_a_quote_cut_from_the_article(server: ModelServer, library: Library) -> None:
    server.reply = lambda request: f"They swap 175 captives [{number_of(request, '175')}]."
    answer = library.ask("How many prisoners were exchanged?")
    assert answer.text == "They swap 175 captives [1]."
    assert [c.quote for c in answer.citations] == ["Both sides will swap 175 captives."]
    assert answer.citations[0].supported
    assert (answer.model, dict(answer.usage)) == ("gpt-4.1-mini", {"prompt_tokens": 100, "completion_tokens": 20})


def test_a_number_that_the_quote_lacks_is_marked_unsupported(server: ModelServer, library: Library) -> None:
    server.reply = lambda request: f"They swap 275 captives [{number_of(request, '175')}]."
    assert [c.supported for c in library.ask("How many prisoners were exchanged?").citations] == [False]


def test_a_number_that_no_sentence_has_is_dropped_and_traced(server: ModelServer, library: Library) -> None:
    server.reply = lambda request: f"They swap 175 captives [{number_of(request, '175')}][99]."
    answer = library.ask("How many prisoners were exchanged?")
    assert answer.text == "They swap 175 captives [1]."
    assert answer.trace["dangling"] == [99]


def test_an_answer_without_any_citation_becomes_a_refusal(server: ModelServer, library: Library) -> None:
    server.reply = lambda request: "About a thousand, I believe."
    answer = library.ask("How many prisoners were exchanged?")
    assert (answer.refused, answer.reason, answer.citations) == (True, "not_answered", ())


def test_a_model_that_cannot_answer_gives_the_same_refusal_as_the_reader(server: ModelServer, library: Library) -> None:
    server.reply = lambda request: "NOT IN THE ARTICLES"
    answer = library.ask("How many prisoners were exchanged?")
    assert (answer.refused, answer.reason, answer.text[:23]) == (True, "not_answered", "The articles do not say")


def test_streamed_text_adds_up_to_the_answer_and_citations_come_before_their_markers(
    server: ModelServer, library: Library
) -> None:
    server.reply = lambda request: f"They swap 175 captives [{number_of(request, '175')}]. Fine [x] ]."
    events = list(library.stream("How many prisoners were exchanged?"))
    answer = events[-1].answer
    assert answer is not None
    assert "".join(event.text for event in events if event.kind == "text").strip() == answer.text
    kinds = [event.kind for event in events if event.kind == "citation" or "[1]" in event.text]
    assert kinds == ["citation", "text"]


def test_passages_are_told_as_data_between_lines_that_an_article_cannot_guess(
    server: ModelServer, library: Library
) -> None:
    library.ask("How many prisoners were exchanged?")
    tags = re.findall(r"^<([0-9a-f]{16})>$", server.prompt, re.MULTILINE)
    assert len(tags) == 2
    assert tags[0] == tags[1]
    assert "Article: A phone call (published on an unknown day)" in server.prompt


@pytest.mark.parametrize(
    ("status", "kind", "said"),
    [
        (401, ModelFailed, "the key was refused; check OPENAI_API_KEY"),
        (404, ModelFailed, "the server does not have it; check --model"),
        (429, ModelBusy, "is over its rate limit"),
        (500, ModelFailed, "its server answered 500"),
    ],
)
def test_a_fault_is_one_sentence_without_the_key(
    server: ModelServer, library: Library, status: int, kind: type[ModelFailed], said: str
) -> None:
    server.status = status
    with pytest.raises(kind) as caught:
        library.ask("How many prisoners were exchanged?")
    assert said in str(caught.value)
    assert KEY not in str(caught.value)
    assert len(server.requests) <= 3


def test_an_unreachable_server_is_one_sentence_with_a_cure(tmp_path: Path) -> None:
    with open_library(tmp_path / "library", openai_base_url="http://127.0.0.1:9/v1") as library:
        library.add_articles([CALL])
        with pytest.raises(ModelFailed, match="its server cannot be reached; check OPENAI_BASE_URL"):
            library.ask("How many prisoners were exchanged?")


def test_a_stream_that_breaks_off_keeps_what_was_cited_and_says_so(server: ModelServer, library: Library) -> None:
    server.reply = lambda request: f"They swap 175 captives [{number_of(request, '175')}]."
    server.finish_reason = None
    answer = library.ask("How many prisoners were exchanged?")
    assert answer.text == "They swap 175 captives [1]."
    assert answer.note == (
        "The answer breaks off here: gpt-4.1-mini did not finish: the connection ended before the answer did; "
        "ask again, or use --model reader."
    )


def test_a_stream_that_breaks_off_before_anything_was_cited_is_an_error(server: ModelServer, library: Library) -> None:
    server.reply = lambda request: "They swap"
    server.finish_reason = None
    with pytest.raises(ModelFailed, match="the connection ended before the answer did"):
        library.ask("How many prisoners were exchanged?")


def test_the_reader_answers_without_a_call_when_it_is_named(server: ModelServer, library: Library) -> None:
    library.ask("How many captives will both sides swap?", model="sentences")
    assert server.requests == []
