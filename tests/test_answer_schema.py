"""One schema of answers, whoever wrote them: every field of the JSON has the same kind of value in both modes."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from model_server import ModelServer, model_server

from pincite.index import Article
from pincite.rag import Answer, Citation, Doubt, Library, Value, open_library, to_json, verify

TOWN = "The council of Ferrow met on Monday. {} It then spoke of the two schools in the north."
ARTICLES = [
    Article.create(
        "https://news.example/a", TOWN.format("The new Alder bridge cost 412 million euros."), title="The bridge",
        published=date(2024, 3, 1),
    ),
    Article.create(
        "https://news.example/b", TOWN.format("In the end the Alder bridge cost 503 million euros."), title="The bill",
        published=date(2024, 9, 1),
    ),
]  # fmt: skip
ASKED = "How much did the Alder bridge cost?"
NOT_SAID = "Who composed the opera Zaubernacht?"

STR, INT, FLOAT, BOOL, LIST = {"str"}, {"int"}, {"float"}, {"bool"}, {"list"}
KINDS: dict[str, set[str]] = {
    "schema": INT, "question": STR, "text": STR, "refused": BOOL, "reason": {"str", "NoneType"}, "confidence": FLOAT,
    "missing": LIST, "missing[]": STR, "note": STR, "model": STR, "usage": {"dict"}, "trace": {"dict"},
    "citations": LIST, "citations[]": {"dict"}, "citations[].marker": INT, "citations[].article_id": STR,
    "citations[].version": INT, "citations[].title": STR, "citations[].source": STR, "citations[].site": STR,
    "citations[].published": {"str", "NoneType"}, "citations[].quote": STR, "citations[].start": INT,
    "citations[].end": INT, "citations[].span": {"list", "NoneType"}, "citations[].span[]": INT,
    "citations[].supported": BOOL, "citations[].why": STR, "citations[].page": {"int", "NoneType"},
    "citations[].copies": LIST, "citations[].copies[]": {"dict"}, "citations[].copies[].article_id": STR,
    "citations[].copies[].version": INT, "citations[].copies[].title": STR, "citations[].copies[].source": STR,
    "doubts": LIST, "doubts[]": {"dict"}, "doubts[].start": INT, "doubts[].end": INT, "doubts[].text": STR,
    "doubts[].markers": LIST, "doubts[].markers[]": INT, "doubts[].why": STR,
    "values": LIST, "values[]": {"dict"}, "values[].text": STR, "values[].markers": LIST, "values[].markers[]": INT,
    "passages": LIST, "passages[]": {"dict"}, "passages[].id": STR, "passages[].article_id": STR,
    "passages[].version": INT, "passages[].title": STR, "passages[].source": STR, "passages[].site": STR,
    "passages[].published": {"str", "NoneType"}, "passages[].text": STR, "passages[].start": INT,
    "passages[].end": INT, "passages[].score": FLOAT,
}  # fmt: skip
TRACED = {"question", "stand_alone", "articles", "retrieved", "confidence", "stages", "ms", "passages"}


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    with model_server() as running:
        yield running


@pytest.fixture(scope="module")
def library(server: ModelServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with open_library(tmp_path_factory.mktemp("one"), openai_base_url=server.url, refuse_below=0.05) as opened:
        opened.add_articles(ARTICLES)
        yield opened


def written(server: ModelServer, library: Library, model: str) -> Answer:
    server.reply = lambda request: "It cost 412 million euros [2]. It cost 503 million euros [5]. Paris paid 9 of them."
    return library.ask(ASKED, model=model)


def fields(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Each path in `value` and the kind of what stands there; what `usage` and `trace` hold is their own."""
    if path:
        yield path, type(value).__name__
    if isinstance(value, Mapping) and path not in ("usage", "trace"):
        for name, inner in value.items():
            yield from fields(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for inner in value:
            yield from fields(inner, f"{path}[]")


@pytest.mark.parametrize("model", ["reader", "sentences", "gpt-4.1-mini"])
@pytest.mark.parametrize("refused", [False, True])
def test_every_field_has_its_kind_whoever_answers(
    server: ModelServer, library: Library, model: str, refused: bool
) -> None:
    answer = library.ask(NOT_SAID, model=model) if refused else written(server, library, model)
    assert answer.refused == refused
    told = json.loads(json.dumps(to_json(answer)))
    top = {name for name in KINDS if "[" not in name and "." not in name}
    assert set(told) == top
    for path, kind in fields(told):
        assert kind in KINDS[path], path
    for name in ("citations", "doubts", "values", "passages"):
        wanted = {path.removeprefix(f"{name}[].") for path in KINDS if path.startswith(f"{name}[].")}
        assert all(set(one) == {path for path in wanted if "[" not in path and "." not in path} for one in told[name])
    assert set(told["trace"]) >= TRACED


def test_every_part_of_an_answer_is_in_its_json() -> None:
    names = {field.name for field in dataclasses.fields(Answer)}
    assert names - {"hits"} | {"schema", "passages"} == {name for name in KINDS if "[" not in name and "." not in name}
    article = {"article_id", "version", "title", "source", "site", "published", "page"}
    assert {field.name for field in dataclasses.fields(Citation)} - {"article"} | article == {
        path.removeprefix("citations[].") for path in KINDS if path.count("[]") == 1 and path.startswith("citations[].")
    }
    for kind, name, more in ((Doubt, "doubts", {"text"}), (Value, "values", set[str]())):
        parts = {field.name for field in dataclasses.fields(kind)} | more
        assert parts == {path.split(".")[1] for path in KINDS if path.startswith(f"{name}[].") and path[-1] != "]"}


@pytest.mark.parametrize("model", ["reader", "gpt-4.1-mini"])
def test_an_answer_of_either_mode_is_verified_from_its_json(
    server: ModelServer, library: Library, tmp_path: Path, model: str
) -> None:
    answer = written(server, library, model)
    file = tmp_path / "answer.json"
    file.write_text(json.dumps(to_json(answer)))
    assert answer.citations
    assert all(result.holds for result in verify(file, library))


def test_a_model_s_doubted_statement_is_in_the_json(server: ModelServer, library: Library) -> None:
    told = to_json(written(server, library, "gpt-4.1-mini"))
    assert [(one["text"], one["markers"]) for one in told["doubts"]] == [("Paris paid 9 of them.", [])]
