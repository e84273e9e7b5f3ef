"""What models cost is counted before it is spent, and a limit is never passed."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from model_server import ModelServer, Turnout, model_server

from pincite.index import Article, ModelFailed, SettingRefused
from pincite.rag import Library, open_library, read_settings
from pincite.rag.spend import Limits, Purse

CALL = Article.create("call.txt", "Both sides will swap 175 captives. Russia gives 23 soldiers.", title="A call")
ASKED = "How many captives will both sides swap?"
PRICES = {"gpt-4.1-mini": (10_000.0, 100_000.0)}  # a cent for a token told, ten for one written


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server() as running:
        running.reply = lambda request: "They swap 175 captives [1]."
        yield running


def opened(server: ModelServer, home: Path, **settings: Any) -> Library:
    library = open_library(home, openai_base_url=server.url, answer_tokens=100, prices=PRICES, **settings)
    library.add_articles([CALL])
    return library


def test_a_question_that_could_cost_too_much_is_not_sent(server: ModelServer, tmp_path: Path) -> None:
    said = r"a question may cost \$1.0000: raise PINCITE_SPEND_PER_QUESTION"
    with opened(server, tmp_path, spend_per_question=1.0) as library, pytest.raises(ModelFailed, match=said):
        library.ask(ASKED)
    assert server.requests == []


def test_the_day_ends_when_the_next_answer_could_pass_its_limit(server: ModelServer, tmp_path: Path) -> None:
    with opened(server, tmp_path, spend_per_day=30.0) as library:
        dollars = [library.ask(ASKED).trace["dollars"], library.ask(ASKED).trace["dollars"]]
        assert dollars == [3.0, 3.0]  # 100 tokens told and 20 written, as the server counts them
        said = r"today's spending limit of \$30.00 leaves \$.*: raise PINCITE_SPEND_PER_DAY, wait for tomorrow, or use"
        with pytest.raises(ModelFailed, match=said):
            [library.ask(ASKED) for _ in range(9)]
        asked = len(server.requests)
        with pytest.raises(ModelFailed):
            library.ask(ASKED)
        assert len(server.requests) == asked
        assert library.ask(ASKED, model="reader").model == "reader"


def test_the_limit_of_a_day_outlives_the_process(server: ModelServer, tmp_path: Path) -> None:
    for _ in range(2):
        with opened(server, tmp_path, spend_per_day=25.0) as library:
            library.ask(ASKED)
    assert Purse(tmp_path, Limits(per_day=25.0), PRICES, free=False).today() == 6.0


def test_a_server_that_does_not_count_is_paid_the_most(server: ModelServer, tmp_path: Path) -> None:
    server.counts = False
    with opened(server, tmp_path, spend_per_day=100.0) as library:
        assert library.ask(ASKED).trace["dollars"] > 10.0  # 100 tokens might have been written


def test_a_request_that_was_refused_costs_nothing(server: ModelServer, tmp_path: Path) -> None:
    server.turnouts = [Turnout(503, {"Retry-After": "0"})]
    with opened(server, tmp_path, spend_per_day=100.0) as library:
        answer = library.ask(ASKED)
        assert (answer.trace["requests"], answer.trace["dollars"]) == (2, 3.0)


def test_a_model_without_a_price_is_not_asked_under_a_limit(tmp_path: Path) -> None:
    purse = Purse(tmp_path, Limits(per_day=5.0), PRICES, free=False)
    with pytest.raises(ModelFailed, match=r'no-such has no price, .* add it to PINCITE_PRICES as {"no-such": '):
        purse.cost("no-such", 1, 1)


def test_a_model_near_by_costs_nothing(server: ModelServer, tmp_path: Path) -> None:
    with open_library(tmp_path, openai_base_url=server.url, spend_per_day=0.0, chat_model="llama") as library:
        library.add_articles([CALL])
        assert library.ask(ASKED).text == "They swap 175 captives [1]."


def test_many_at_once_do_not_pass_the_limit_together(tmp_path: Path) -> None:
    purse = Purse(tmp_path, Limits(per_day=1.0), {"m": (1.0, 1.0)}, free=False)

    def reserved(_: int) -> bool:
        try:
            purse.reserve(0.1, 0.0)
        except ModelFailed:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(reserved, range(40))) == 10
    assert round(purse.today(), 6) == 1.0


@pytest.mark.parametrize(("model", "dollars"), [("gpt-4.1-mini", 0.4), ("gpt-4.1-mini-2025-04-14", 0.4)])
def test_a_dated_model_has_the_price_of_its_name(tmp_path: Path, model: str, dollars: float) -> None:
    purse = Purse(tmp_path, Limits(per_day=1.0), read_settings().prices, free=False)
    assert purse.cost(model, 1_000_000, 0) == dollars


def test_a_price_of_ones_own_is_added_to_those_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PINCITE_PRICES", '{"mine": [1, 2]}')
    prices = read_settings().prices
    assert (prices["mine"], prices["gpt-4.1-mini"]) == ((1.0, 2.0), (0.4, 1.6))
    monkeypatch.setenv("PINCITE_PRICES", '{"mine": 1}')
    with pytest.raises(SettingRefused, match="PINCITE_PRICES"):
        read_settings()
