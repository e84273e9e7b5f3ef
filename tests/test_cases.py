"""Sets of cases: what is read from their files, and what a broken line is called."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from pincite.eval.cases import Case, Place, load_set, select
from pincite.eval.rows import SetBroken
from pincite.index import article_id
from pincite.rag import Turn

TEXT = "The bridge opened in May 1932. It cost 4 million pounds. It cost lives, too."
ARTICLE = {"id": "bridge", "title": "The bridge", "text": TEXT, "published": "1932-05-02", "split": "dev"}
CASE = {
    "id": "q1",
    "question": "When did the bridge open?",
    "type": "date",
    "answers": ["May 1932"],
    "evidence": [{"article_id": "bridge", "quote": "The bridge opened in May 1932."}],
}


def write_set(folder: Path, cases: list[dict[str, Any]], articles: list[dict[str, Any]] | None = None) -> Path:
    articles = [ARTICLE] if articles is None else articles
    for name, rows in (("articles.jsonl", articles), ("questions.jsonl", cases)):
        (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return folder


def test_a_case_has_its_words_placed_in_the_article(tmp_path: Path) -> None:
    loaded = load_set(write_set(tmp_path, [CASE]))
    place = Place(article_id("bridge"), 0, 30)
    assert loaded.cases == (
        Case("q1", "When did the bridge open?", "date", ("May 1932",), evidence=(place,), split="dev"),
    )
    assert loaded.articles[0].text == TEXT
    assert str(loaded.articles[0].published) == "1932-05-02"


def test_offsets_are_taken_when_they_are_given(tmp_path: Path) -> None:
    evidence = [{"article_id": "bridge", "quote": "It cost ", "start": 57, "end": 65}]
    case = {**CASE, "evidence": evidence, "context": {"article_id": "bridge", "start": 31, "end": 76}}
    loaded = load_set(write_set(tmp_path, [case])).cases[0]
    assert loaded.evidence == (Place(article_id("bridge"), 57, 65),)
    assert loaded.context == Place(article_id("bridge"), 31, 76)


def test_a_range_without_a_quote_is_evidence(tmp_path: Path) -> None:
    case = {**CASE, "evidence": [{"article_id": "bridge", "quote": None, "start": 0, "end": 76}]}
    assert load_set(write_set(tmp_path, [case])).cases[0].evidence == (Place(article_id("bridge"), 0, 76),)


def test_a_turn_of_a_conversation_knows_its_number(tmp_path: Path) -> None:
    said = [{"role": "user", "text": "Which bridge?"}, {"role": "assistant", "text": "The new one."}]
    asked = load_set(write_set(tmp_path, [CASE, {**CASE, "id": "q2", "history": said * 2}])).cases
    assert [case.turn for case in asked] == [0, 3]


def test_history_doc_ids_items_and_all_answers_are_kept(tmp_path: Path) -> None:
    history = [{"role": "user", "text": "Which bridge?"}, {"role": "assistant", "text": "The old one."}]
    more = {"history": history, "doc_ids": ["bridge"], "items": ["May"], "all_answers": ["1932", "May 1932", "1932"]}
    case = load_set(write_set(tmp_path, [{**CASE, **more}])).cases[0]
    assert case.history == (Turn("user", "Which bridge?"), Turn("assistant", "The old one."))
    assert case.article_ids == (article_id("bridge"),)
    assert case.items == ("May",)
    assert case.answers == ("1932", "May 1932")


def test_the_answers_of_an_unanswerable_case_are_passed_over(tmp_path: Path) -> None:
    case = load_set(write_set(tmp_path, [{**CASE, "unanswerable": True}])).cases[0]
    assert (case.unanswerable, case.answers, case.evidence) == (True, (), ())


def test_gzipped_files_are_read(tmp_path: Path) -> None:
    write_set(tmp_path, [CASE])
    for name in ("articles.jsonl", "questions.jsonl"):
        path = tmp_path / name
        (tmp_path / f"{name}.gz").write_bytes(gzip.compress(path.read_bytes()))
        path.unlink()
    assert [case.id for case in load_set(tmp_path).cases] == ["q1"]


def test_articles_may_be_files_and_questions_lie_in_sections(tmp_path: Path) -> None:
    (tmp_path / "articles" / "north").mkdir(parents=True)
    (tmp_path / "articles" / "north" / "bridge.md").write_text(f"# The bridge\n\n{TEXT}\n", encoding="utf-8")
    case = {**CASE, "evidence": [{"article_id": "north/bridge", "quote": "May 1932"}]}
    for section, id in (("a", "q1"), ("b", "q2")):
        (tmp_path / f"questions.{section}.jsonl").write_text(json.dumps({**case, "id": id}), encoding="utf-8")
    loaded = load_set(tmp_path)
    assert [case.id for case in loaded.cases] == ["q1", "q2"]
    place = loaded.cases[0].evidence[0]
    assert loaded.articles[0].text[place.start : place.end] == "May 1932"


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"question": None}, '"question" must be a text, and is missing'),
        ({"answers": "May"}, '"answers" must be a list of texts, and is "May"'),
        ({"unanswerable": "no"}, '"unanswerable" must be true or false'),
        ({"evidence": [{"article_id": "tower", "quote": "x"}]}, "no article of the set is called 'tower'"),
        ({"evidence": [{"article_id": "bridge", "quote": "in June"}]}, 'the quote "in June" is not in the article'),
        ({"evidence": [{"article_id": "bridge", "quote": "It cost"}]}, "stands 2 times in the article"),
        ({"evidence": [{"article_id": "bridge"}]}, "neither a quote nor"),
        ({"evidence": [{"article_id": "bridge", "start": 0, "end": 500}]}, "is not inside its article"),
        ({"evidence": [{"article_id": "bridge", "quote": "May", "start": 0, "end": 3}]}, "is not the quote"),
        ({"doc_ids": ["tower"]}, "no article of the set is called 'tower'"),
        ({"near": "tower"}, "no article of the set is called 'tower'"),
        ({"history": [{"role": "robot", "text": "x"}]}, 'needs a "role"'),
    ],
)
def test_a_broken_case_is_named_by_file_and_line(tmp_path: Path, change: dict[str, Any], fault: str) -> None:
    folder = write_set(tmp_path, [CASE, {**CASE, "id": "q2", **change}])
    with pytest.raises(SetBroken) as caught:
        load_set(folder)
    assert str(caught.value).startswith("questions.jsonl line 2: ")
    assert fault in str(caught.value)


@pytest.mark.parametrize(
    ("articles", "fault"),
    [
        ([ARTICLE, ARTICLE], 'articles.jsonl line 2: the article "bridge" stands a second time'),
        ([{**ARTICLE, "text": "  "}], 'articles.jsonl line 1: "text" must be a text'),
        ([{**ARTICLE, "published": "in May"}], "articles.jsonl line 1: "),
        ([], "it holds no article"),
    ],
)
def test_a_broken_article_is_named_by_file_and_line(tmp_path: Path, articles: list[dict[str, Any]], fault: str) -> None:
    with pytest.raises(SetBroken, match=fault.replace(".", r"\.")):
        load_set(write_set(tmp_path, [CASE], articles))


def test_a_line_that_is_not_json_is_named(tmp_path: Path) -> None:
    write_set(tmp_path, [CASE])
    with (tmp_path / "questions.jsonl").open("a") as file:
        file.write("\n{broken\n")
    with pytest.raises(SetBroken, match=r"questions\.jsonl line 3: it is not JSON"):
        load_set(tmp_path)


def test_a_second_case_of_one_id_is_named(tmp_path: Path) -> None:
    with pytest.raises(SetBroken, match=r'questions\.jsonl line 2: the id "q1" stands a second time'):
        load_set(write_set(tmp_path, [CASE, CASE]))


def test_a_set_without_cases_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SetBroken, match="its questions are empty"):
        load_set(write_set(tmp_path, []))


def test_a_folder_without_questions_or_articles_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SetBroken, match=r"there is no articles\.jsonl"):
        load_set(tmp_path)
    (tmp_path / "articles.jsonl").write_text(json.dumps(ARTICLE))
    with pytest.raises(SetBroken, match=r"there is no questions\.jsonl"):
        load_set(tmp_path)


@pytest.mark.parametrize("damage", [b"no gzip at all", gzip.compress(b"\n" * 999)[:-9]])
def test_a_damaged_gzip_file_is_named(tmp_path: Path, damage: bytes) -> None:
    write_set(tmp_path, [])
    (tmp_path / "questions.jsonl").unlink()
    (tmp_path / "questions.jsonl.gz").write_bytes(damage)
    with pytest.raises(SetBroken, match=r"questions\.jsonl\.gz: it cannot be read"):
        load_set(tmp_path)


def test_a_file_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    write_set(tmp_path, [])
    (tmp_path / "questions.jsonl").write_bytes(b'{"id": "caf\xe9"}\n')
    with pytest.raises(SetBroken, match=r"questions\.jsonl after line 0: it is not UTF-8"):
        load_set(tmp_path)


def test_a_sample_is_the_same_each_time_and_keeps_the_order() -> None:
    cases = [Case(f"q{n}", "Who?", "person", split="dev" if n % 2 else "train") for n in range(100)]
    sample = select(cases, limit=10)
    assert sample == select(list(reversed(cases)), limit=10)[::-1]
    assert len(sample) == 10
    assert max(cases.index(case) for case in sample) > 50
    assert select(cases, limit=20)[0] in cases
    assert {case.id for case in sample} <= {case.id for case in select(cases, limit=20)}


def test_a_split_is_taken_alone() -> None:
    cases = [Case("a", "Who?", "person", split="dev"), Case("b", "Who?", "person", split="test")]
    assert [case.id for case in select(cases, split="test")] == ["b"]
    assert select(cases, split="train") == []


def test_places_overlap_when_they_share_a_character() -> None:
    assert Place("a", 0, 5).overlaps(Place("a", 4, 9))
    assert not Place("a", 0, 5).overlaps(Place("a", 5, 9))
    assert not Place("a", 0, 5).overlaps(Place("b", 0, 5))
