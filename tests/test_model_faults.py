"""Every fault of a model's server, over the wire: one sentence with a cure, few requests, and never the key."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from model_server import Breaks, ModelServer, Turnout, model_server

from pincite.index import Article, ModelBusy, ModelFailed
from pincite.rag import Library, open_library, to_json

CALL = Article.create(
    "call.txt", "Both sides will swap 175 captives. Russia will hand over 23 soldiers.", title="A call"
)
KEY = "sk-canary-3141592653589793"
ASKED = "How many captives will both sides swap?"


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server() as running:
        running.reply = lambda request: "They swap 175 captives [1]."
        yield running


@pytest.fixture
def library(server: ModelServer, tmp_path: Path) -> Iterator[Library]:
    with open_library(tmp_path / "library", openai_base_url=server.url, openai_api_key=KEY) as opened:
        opened.add_articles([CALL])
        yield opened


FAULTS = [
    (Turnout(401), 1, ": the key was refused; check OPENAI_API_KEY"),
    (Turnout(403), 1, ": this key may not use it; choose another with --model"),
    (Turnout(404), 1, ": the server does not have it; check --model and OPENAI_BASE_URL"),
    (Turnout(429, {"Retry-After": "0.01"}), 3, " is over its rate limit: wait and ask again"),
    (Turnout(429, {"Retry-After": "60"}), 1, " is over its rate limit: wait 60 s and ask again"),
    (Turnout(429, code="insufficient_quota"), 1, ": the account has no money left; top it up with its provider"),
    (Turnout(500, {"Retry-After": "0"}), 3, ": its server answered 500; ask again"),
    (Turnout(503, {"Retry-After": "0"}), 3, ": its server answered 503; ask again"),
    (Turnout(400, code="context_length_exceeded"), 1, ": the passages do not fit into its context; lower "
     "PINCITE_CONTEXT_TOKENS or PINCITE_TOP_K"),
    (Turnout(400, code="content_filter"), 1, " did not finish: its provider's content filter stopped it; ask in "
     "other words"),
    (Turnout(400), 1, ": its server refused the request (400); choose another with --model"),
    (Turnout(breaks="bad json"), 1, ": its answer could not be understood; ask again, check OPENAI_BASE_URL"),
    (Turnout(breaks="error inside"), 1, ": its server told of an error in the middle; ask again"),
    (Turnout(breaks="cut"), 1, " did not finish: the connection ended before the answer did; ask again"),
    (Turnout(breaks="no choices"), 1, " did not finish: the connection ended before the answer did; ask again"),
    (Turnout(breaks="page"), 1, " did not finish: its server sent no chat answer; check OPENAI_BASE_URL (it "
     "mostly ends in /v1)"),
    (Turnout(breaks="tool"), 1, " did not finish: it called a tool, and there is none; choose another model"),
    (Turnout(breaks="declines"), 1, " did not finish: it declined to answer; ask in other words"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("turnout", "requests", "said"), FAULTS, ids=lambda value: getattr(value, "breaks", None) or None
)
def test_a_fault_is_one_sentence_with_a_cure(
    server: ModelServer, library: Library, caplog: pytest.LogCaptureFixture, turnout: Turnout, requests: int, said: str
) -> None:
    caplog.set_level(logging.DEBUG)
    server.reply = lambda request: "Words that cite nothing at all."
    server.turnouts = [turnout] * 3
    with pytest.raises(ModelFailed) as caught:
        library.ask(ASKED)
    assert str(caught.value) == f"gpt-4.1-mini{said}, or use --model reader"
    assert isinstance(caught.value, ModelBusy) == (turnout.status == 429)
    assert len(server.requests) == requests
    shown = [str(caught.value), repr(caught.value.__cause__), caplog.text, repr(library.settings)]
    assert not any(KEY in text for text in shown)


@pytest.mark.parametrize(
    ("breaks", "said"),
    [
        ("hangs", "did not answer in time"),
        ("stalls", "stopped in the middle for too long"),
        ("comments", "stopped in the middle for too long"),
    ],
)
def test_what_takes_too_long_is_given_up_after_one_request(
    server: ModelServer, tmp_path: Path, breaks: Breaks, said: str
) -> None:
    server.reply = lambda request: "Words that cite nothing at all."
    server.turnouts = [Turnout(breaks=breaks)]
    with open_library(tmp_path / "library", openai_base_url=server.url, timeout_s=2.5) as library:
        library.add_articles([CALL])
        library.ask(ASKED, model="reader")  # what is read from disk once is no time of the model's
        with pytest.raises(ModelFailed, match=f"^gpt-4.1-mini {said}: ask again, or use --model reader$"):
            library.ask(ASKED)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("finish", "said"), [("length", "its answer grew too long"), ("content_filter", "its provider's content filter")]
)
def test_an_answer_cut_off_is_kept_as_far_as_it_is_cited(
    server: ModelServer, library: Library, finish: str, said: str
) -> None:
    server.finish_reason = finish
    answer = library.ask(ASKED)
    assert answer.text == "They swap 175 captives [1]."
    assert said in answer.note


def test_an_empty_answer_is_a_fault(server: ModelServer, library: Library) -> None:
    server.reply = lambda request: "   "
    with pytest.raises(ModelFailed, match="it answered nothing; ask again"):
        library.ask(ASKED)


def test_a_fault_that_passes_is_tried_again(server: ModelServer, library: Library) -> None:
    server.turnouts = [Turnout(503, {"Retry-After": "0.2"}), Turnout(429, {"Retry-After": "0.2"})]
    answer = library.ask(ASKED)
    assert (answer.text, answer.trace["requests"]) == ("They swap 175 captives [1].", 3)
    assert [round(b - a, 1) >= 0.2 for a, b in zip(server.seconds, server.seconds[1:], strict=False)] == [True, True]


def test_a_line_cut_in_the_middle_keeps_what_was_cited(server: ModelServer, library: Library) -> None:
    server.reply = lambda request: "They swap 175 captives [1]. Russia will give 23 soldiers [2]."
    server.turnouts = [Turnout(breaks="cut")]
    answer = library.ask(ASKED)
    assert answer.text.startswith("They swap 175 captives [1]. Russia")
    assert "[" not in answer.text.replace("[1]", "")
    assert answer.note.startswith("The answer breaks off here: ")


def test_words_without_an_end_are_cut_off(server: ModelServer, library: Library) -> None:
    server.turnouts = [Turnout(breaks="floods")]
    answer = library.ask(ASKED)
    assert answer.refused or len(answer.text) <= 8_100


@pytest.mark.parametrize("turnout", [Turnout(401), Turnout(500), Turnout(breaks="cut")])
def test_with_fallback_the_reader_answers_and_says_so(server: ModelServer, tmp_path: Path, turnout: Turnout) -> None:
    server.turnouts = [turnout] * 3
    server.reply = lambda request: "Words that cite nothing at all."
    given = {
        "openai_base_url": server.url,
        "openai_api_key": KEY,
        "fallback": True,
        "refuse_below": 0.0,
    }
    with open_library(tmp_path / "library", **given) as library:
        library.add_articles([CALL])
        answer = library.ask(ASKED)
        assert (answer.model, answer.refused) == ("reader", False)
        assert "175" in answer.text
        assert answer.note.startswith("The local reader answers here. gpt-4.1-mini")
        assert KEY not in str(to_json(answer))


def test_an_unreachable_server_is_asked_once(tmp_path: Path) -> None:
    with open_library(tmp_path / "library", openai_base_url="http://user:pass-canary@127.0.0.1:9/v1") as library:
        library.add_articles([CALL])
        with pytest.raises(ModelFailed, match="its server cannot be reached; check OPENAI_BASE_URL and that it runs"):
            library.ask(ASKED)
        assert library.answers_with == "gpt-4.1-mini, at http://127.0.0.1:9/v1"
        assert "pass-canary" not in repr(library.settings)


def test_the_key_is_in_no_log_record_whoever_writes_it(
    server: ModelServer, library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    library.ask(ASKED)
    logging.getLogger("elsewhere").warning("sent %s", f"Bearer {KEY}")
    assert "sent Bearer (hidden)" in caplog.text
    assert KEY not in caplog.text
