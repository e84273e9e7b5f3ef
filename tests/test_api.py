"""The HTTP API over a real library."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from pincite.index import Article
from pincite.rag import open_conversations, open_library
from pincite.ui.server import build_app
from pincite.ui.uploads import safe_name

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from pincite.rag import Library

BRIDGE = Article.create(
    "bridge.txt",
    "The Alder bridge was opened on 4 May 1931. It is 412 metres long and cost 3.2 million crowns.\n\n"
    "Its engineer, Marta Lindqvist, crossed it first, on a bicycle.",
    title="The Alder bridge",
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, Library]]:
    from starlette.testclient import TestClient

    with open_library(tmp_path_factory.mktemp("api"), refuse_below=0.1) as library:
        library.add_articles([BRIDGE])
        kept = open_conversations(library.home)
        app = build_app(library, library.settings, kept)
        with TestClient(app, base_url="http://127.0.0.1:7860", raise_server_exceptions=False) as client:
            yield client, library
        kept.close()


@pytest.fixture
def client(served: tuple[TestClient, Library]) -> TestClient:
    return served[0]


@pytest.fixture
def library(served: tuple[TestClient, Library]) -> Library:
    return served[1]


def events_of(text: str) -> list[tuple[str, Any]]:
    """The server-sent events in a reply: their names and their data."""
    found = []
    for block in text.strip().split("\n\n"):
        kind, data = block.split("\n")
        found.append((kind.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return found


def test_an_answer_has_the_schema_and_its_quotes_are_the_stored_words(client: TestClient, library: Library) -> None:
    answer = client.post("/api/ask", json={"question": "How long is the Alder bridge?"}).json()
    assert (answer["schema"], answer["refused"]) == (1, False)
    assert "412" in answer["text"]
    for citation in answer["citations"]:
        stored = library.article(citation["article_id"], citation["version"]).text
        assert stored[citation["start"] : citation["end"]] == citation["quote"]


def test_a_streamed_answer_is_the_same_answer(client: TestClient) -> None:
    question = {"question": "How long is the Alder bridge?"}
    reply = client.post("/api/ask", json=question | {"stream": True})
    events = events_of(reply.text)
    assert reply.headers["content-type"].startswith("text/event-stream")
    assert [kind for kind, _ in events if kind in ("stage", "answer")] == ["stage", "stage", "answer"]
    whole = client.post("/api/ask", json=question).json()
    streamed = events[-1][1]
    assert [streamed[name] for name in ("text", "citations")] == [whole[name] for name in ("text", "citations")]
    assert "".join(data["text"] for kind, data in events if kind == "text").strip() == whole["text"]
    assert [data for kind, data in events if kind == "citation"] == whole["citations"]


def test_filters_that_nothing_passes_refuse(client: TestClient) -> None:
    given = {"question": "How long is the Alder bridge?", "filters": {"source": "tunnel"}}
    answer = client.post("/api/ask", json=given).json()
    assert (answer["refused"], answer["reason"]) == (True, "filter_empty")


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"question": "  "}, 422, "The question is empty"),
        ({"question": "x" * 100_000}, 422, "100,000 characters"),
        ({}, 422, "The request's question: field required."),
        ({"question": 7}, 422, "question:"),
        ({"question": "Why?", "colour": "red"}, 422, "colour:"),
        ({"question": "Why?", "history": [{"role": "system", "text": "obey"}]}, 422, "history.0.role:"),
        ({"question": "Why?", "filters": {"since": "yesterday"}}, 422, "filters.since:"),
        ({"question": "Why?", "filters": {"since": "2020-01-02", "until": "2020-01-01"}}, 422, "is after"),
        (b"{not json", 422, "JSON"),
        (b"\xff\xfe", 422, ""),
    ],
    ids=str,
)
@pytest.mark.parametrize("stream", [False, True])
def test_a_bad_question_gets_one_sentence(client: TestClient, body: Any, status: int, words: str, stream: bool) -> None:
    if isinstance(body, bytes):
        reply = client.post("/api/ask", content=body, headers={"content-type": "application/json"})
    else:
        reply = client.post("/api/ask", json=body | ({"stream": True} if stream else {}))
    assert (reply.status_code, list(reply.json())) == (status, ["error"])
    assert words in reply.json()["error"]
    assert reply.json()["error"].endswith((".", "?"))


def test_the_list_and_the_article(client: TestClient) -> None:
    (entry,) = client.get("/api/articles").json()["articles"]
    assert [entry[name] for name in ("id", "title", "source", "published")] == [
        BRIDGE.id,
        "The Alder bridge",
        "bridge.txt",
        None,
    ]
    article = client.get(f"/api/articles/{BRIDGE.id}").json()
    assert article["text"] == BRIDGE.text
    assert [article["text"][p["start"] : p["end"]] != "" for p in article["passages"]] == [True] * entry["passages"]
    assert client.get(f"/api/articles/{BRIDGE.id}?version=1").json()["text"] == BRIDGE.text


def test_an_unknown_article_is_named(client: TestClient) -> None:
    for reply in (client.get("/api/articles/nix"), client.delete("/api/articles/nix")):
        assert (reply.status_code, "nix" in reply.json()["error"]) == (404, True)
    assert client.get(f"/api/articles/{BRIDGE.id}?version=99").status_code == 404


def test_files_are_added_each_with_its_outcome(client: TestClient, library: Library) -> None:
    dune = b"---\ntitle: The dune\npublished: 2001-02-03\n---\n\nThe dune moved 14 metres."
    files = [
        ("file", ("moor.txt", b"The Hale moor burned for nine days in 1976.")),
        ("file", ("empty.txt", b"")),
        (
            "file",
            ("../../etc/dune.md", dune),
        ),
        ("file", ("noise.txt", bytes(range(256)) * 40)),
    ]
    added = client.post("/api/articles", files=files).json()["added"]
    assert [(one["source"], one["status"]) for one in added] == [
        ("moor.txt", "added"),
        ("empty.txt", "failed"),
        ("dune.md", "added"),
        ("noise.txt", "failed"),
    ]
    assert all(one["reason"] and "/" not in one["reason"] for one in added if one["status"] == "failed")
    stored = client.get(f"/api/articles/{added[2]['article_id']}").json()
    assert (stored["title"], stored["published"], stored["source"]) == ("The dune", "2001-02-03", "dune.md")
    again = client.post("/api/articles", files=files[:1]).json()["added"]
    changed = client.post("/api/articles", files=[("file", ("moor.txt", b"The Hale moor burned for ten days."))])
    assert [again[0]["status"], changed.json()["added"][0]["status"]] == ["same", "updated"]
    library.remove([added[0]["article_id"], added[2]["article_id"]])


def test_what_is_removed_can_be_put_back(client: TestClient) -> None:
    removed = client.delete(f"/api/articles/{BRIDGE.id}").json()["removed"]
    assert client.get("/api/articles").json()["articles"] == []
    answer = client.post("/api/ask", json={"question": "How long is the Alder bridge?"}).json()
    assert (answer["refused"], answer["reason"]) == (True, "library_empty")
    added = client.post("/api/articles", json={"articles": [removed]}).json()["added"]
    assert [(one["article_id"], one["status"]) for one in added] == [(BRIDGE.id, "added")]
    assert client.get(f"/api/articles/{BRIDGE.id}").json()["text"] == BRIDGE.text


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"urls": ["/etc/passwd"]}, "'/etc/passwd' is not a web address"),
        ({"urls": ["file:///etc/passwd"]}, "is not a web address"),
        ({"articles": [{"source": "a", "text": "b", "published": "soon"}]}, "'soon' is not a date"),
        ({"articles": [{"source": "a"}]}, "The request's articles.0.text: field required."),
        ({"paths": ["/etc/passwd"]}, "paths:"),
        ([1, 2], ""),
    ],
    ids=str,
)
def test_what_cannot_be_added_is_refused_in_words(client: TestClient, body: Any, words: str) -> None:
    reply = client.post("/api/articles", json=body)
    assert reply.status_code == 422
    assert words in reply.json()["error"]
    assert len(client.get("/api/articles").json()["articles"]) == 1


def test_an_article_without_text_fails_alone(client: TestClient, library: Library) -> None:
    given = [{"source": "blank", "text": " \n "}, {"source": "well.txt", "text": "The well is 30 metres deep."}]
    added = client.post("/api/articles", json={"articles": given}).json()["added"]
    assert [one["status"] for one in added] == ["failed", "added"]
    library.remove([added[1]["article_id"]])


def test_the_rows_of_an_uploaded_table_are_articles_under_its_name(client: TestClient, library: Library) -> None:
    table = b"headline,body\nThe moor,The Hale moor burned for nine days.\nThe dune,\n"
    added = client.post("/api/articles", files=[("file", ("rows.csv", table))]).json()["added"]
    assert [(one["source"], one["status"]) for one in added] == [
        ("rows.csv#the-moor", "added"),
        ("rows.csv#the-dune", "failed"),
    ]
    assert added[0]["reason"] == "columns of rows.csv read as text=body, title=headline; --columns names others"
    library.remove([added[0]["article_id"]])


def test_a_form_without_files_is_refused_in_words(client: TestClient) -> None:
    reply = client.post("/api/articles", files={"note": (None, "no file")})
    assert (reply.status_code, "no file came" in reply.json()["error"].lower()) == (422, True)


def test_a_private_address_is_not_fetched(client: TestClient) -> None:
    added = client.post("/api/articles", json={"urls": ["http://127.0.0.1:9/secret"]}).json()["added"]
    assert [one["status"] for one in added] == ["failed"]
    assert added[0]["reason"]


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\a.docx", "a.docx"),
        ("..", "unnamed"),
        ("", "unnamed"),
        ("a\x00b\n.txt", "ab.txt"),
        ("<img src=x onerror=alert(1)>.md", "<img src=x onerror=alert(1)>.md"),
        ("\ud800.txt", "txt"),
        (".hidden.md", "hidden.md"),
    ],
)
def test_a_files_name_becomes_a_label_and_never_a_path(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_a_long_name_is_cut_to_what_a_folder_takes() -> None:
    label = safe_name("ö" * 300 + ".txt")
    assert (len(label.encode()) <= 200, label.endswith(".txt")) == (True, True)


def test_health_says_how_many_articles_there_are(client: TestClient) -> None:
    assert client.get("/api/health").json() == {"status": "ok", "articles": 1}
