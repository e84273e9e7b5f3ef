"""What the window keeps, and the files it gives away."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pincite.index import Article, PinciteError
from pincite.rag import (
    Answer,
    Citation,
    Conversations,
    Library,
    Said,
    UnknownConversation,
    new_id,
    open_conversations,
    to_json,
    transcript,
    verify,
)

BRIDGE = Article.create(
    "https://news.example/bridge", "It is 412 metres long. It cost <b>3</b> million.", title="The *Alder* bridge"
)


def said(question: str, text: str = "412 metres. [1]", quote: str = "It is 412 metres long.") -> Said:
    start = BRIDGE.text.index(quote)
    citation = Citation(1, BRIDGE, quote, start, start + len(quote))
    return Said(question, "done", to_json(Answer(question, text, (citation,))))


LENGTH = said("How long is it?")
COST = said("What did it cost?", "Three. [1] <script>x</script> --> ok", "It cost <b>3</b> million.")


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Conversations]:
    kept = open_conversations(tmp_path)
    yield kept
    kept.close()


def questions(kept: Conversations, owner: str, id: str) -> list[str]:
    return [one.question for one in kept.read(owner, id).said]


def test_a_conversation_is_there_after_the_file_is_opened_anew(tmp_path: Path) -> None:
    first = open_conversations(tmp_path)
    first.keep("anna", "c1", LENGTH)
    first.close()
    second = open_conversations(tmp_path)
    (one,) = second.read("anna", "c1").said
    second.close()
    assert one == LENGTH
    assert stat.S_IMODE((tmp_path / "conversations.sqlite").stat().st_mode) == 0o600


def test_nobody_reaches_the_conversation_of_another(kept: Conversations) -> None:
    kept.keep("anna", "c1", LENGTH)
    for act in (
        lambda: kept.read("ben", "c1"),
        lambda: kept.keep("ben", "c1", COST),
        lambda: kept.rename("ben", "c1", "mine"),
        lambda: kept.delete("ben", "c1"),
        lambda: kept.judge("ben", "c1", 0, {"verdict": "good"}),
        lambda: kept.read("", "c1"),
    ):
        with pytest.raises(UnknownConversation):
            act()
    assert (kept.list("ben"), questions(kept, "anna", "c1")) == ([], ["How long is it?"])


def test_they_are_listed_last_changed_first_and_found_by_title_question_and_answer(kept: Conversations) -> None:
    kept.keep("anna", "c1", LENGTH)
    kept.keep("anna", "c2", COST)
    kept.rename("anna", "c2", "Prices über alles")
    assert [one.id for one in kept.list("anna")] == ["c2", "c1"]
    kept.keep("anna", "c1", COST)
    assert [(one.id, one.questions) for one in kept.list("anna")] == [("c1", 2), ("c2", 1)]
    found = {wanted: [one.id for one in kept.list("anna", wanted)] for wanted in ("ÜBER", "how LONG", "412 m", "zebra")}
    assert found == {"ÜBER": ["c2"], "how LONG": ["c1"], "412 m": ["c1"], "zebra": []}


def test_asking_again_replaces_the_exchange_and_what_followed_it(kept: Conversations) -> None:
    for one in (LENGTH, COST, LENGTH):
        kept.keep("anna", "c1", one)
    kept.keep("anna", "c1", said("And its height?"), at=1)
    assert questions(kept, "anna", "c1") == ["How long is it?", "And its height?"]


def test_what_was_deleted_comes_back_until_the_file_is_opened_anew(tmp_path: Path) -> None:
    kept = open_conversations(tmp_path)
    kept.keep("anna", "c1", LENGTH)
    kept.delete("anna", "c1")
    assert kept.list("anna") == []
    kept.restore("anna", "c1")
    assert questions(kept, "anna", "c1") == ["How long is it?"]
    kept.delete("anna", "c1")
    kept.close()
    again = open_conversations(tmp_path)
    with pytest.raises(UnknownConversation):
        again.restore("anna", "c1")
    again.close()


def test_a_verdict_stands_with_the_whole_answer(kept: Conversations) -> None:
    kept.keep("anna", "c1", LENGTH)
    kept.judge("anna", "c1", 0, {"verdict": "wrong", "note": "It is 413."})
    (one,) = kept.read("anna", "c1").said
    assert one == replace(LENGTH, judged={"verdict": "wrong", "note": "It is 413."})
    with pytest.raises(UnknownConversation, match="no exchange 2"):
        kept.judge("anna", "c1", 1, {})


def test_ids_cannot_be_guessed() -> None:
    assert len({new_id() for _ in range(100)}) == 100
    assert len(new_id()) == 16


@pytest.mark.parametrize("form", ["markdown", "html", "json"])
def test_an_export_is_verified_and_names_each_citation_that_no_longer_holds(
    kept: Conversations, library: Library, tmp_path: Path, form: Any
) -> None:
    library.add_articles([BRIDGE])
    for one in (LENGTH, COST):
        kept.keep("anna", "c1", one)
    path = tmp_path / "export"
    path.write_text(transcript(kept.read("anna", "c1"), form), encoding="utf-8")
    assert [(one.question, one.marker, one.holds) for one in verify(path, library)] == [
        ("How long is it?", 1, True),
        ("What did it cost?", 1, True),
    ]
    changed = path.read_text(encoding="utf-8").replace("412 metres long", "512 metres long")
    path.write_text(changed, encoding="utf-8")
    assert [one.holds for one in verify(path, library)] == [False, True]


def test_an_exported_page_holds_the_quotes_and_nothing_that_runs(kept: Conversations) -> None:
    kept.keep("anna", "c1", COST)
    page = transcript(kept.read("anna", "c1"), "html")
    assert "It cost &lt;b&gt;3&lt;/b&gt; million." in page
    assert '<a href="https://news.example/bridge" rel="noreferrer">The *Alder* bridge</a>' in page
    assert (page.count("<script"), page.count("</script>")) == (1, 1)
    assert "<b>" not in page


def test_exported_markdown_is_plain_words_and_one_comment(kept: Conversations) -> None:
    kept.keep("anna", "c1", COST)
    text = transcript(kept.read("anna", "c1"), "markdown")
    assert r"> It cost \<b\>3\</b\> million." in text
    assert r"[The \*Alder\* bridge](<https://news.example/bridge>)" in text
    assert (text.count("<!--"), text.count("-->"), text.rstrip().endswith("-->")) == (1, 1, True)
    assert json.loads(text.split("<!-- pincite\n")[1].split("\n-->")[0])[0]["question"] == "What did it cost?"


def test_a_file_that_is_no_export_is_refused_in_words(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "notes.md"
    path.write_text("# Notes")
    with pytest.raises(PinciteError, match="is no export; name what"):
        verify(path, library)
