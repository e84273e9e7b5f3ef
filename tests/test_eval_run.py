"""Whole runs of `pincite eval` over a small set: the real library, the real reader, files on disk."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from pincite.eval.cases import CaseSet, load_set
from pincite.eval.indexed import KEPT_DAYS, indexed, kept_folder
from pincite.eval.report import without_times
from pincite.eval.rows import SetBroken
from pincite.eval.run import Outcome, evaluate
from pincite.index import SettingRefused, StoreMismatch
from pincite.rag import Library, open_library
from pincite.ui.terminal import app

BRIDGE = """The bridge over the Wend was opened on 3 May 1932 by the engineer Clara Osei.

The bridge over the Wend cost 4 million crowns and took six years to build.
Some 15,000 people walked across it on the first day."""
HARBOUR = """The harbour of Innesport froze on 9 January 1940, for the first time in the memory of the town.

Coal ships were locked in for eleven days, until an icebreaker came from the capital."""
ARTICLES = [
    {"id": "bridge", "title": "The Wend bridge opens", "text": BRIDGE, "published": "1932-05-04"},
    {"id": "harbour", "title": "Innesport harbour freezes", "text": HARBOUR, "published": "1940-01-21"},
]


def case(id: str, question: str, article: str, quote: str, answers: list[str], **more: Any) -> dict[str, Any]:
    text = BRIDGE if article == "bridge" else HARBOUR
    start = text.index(quote)
    return {
        "id": id,
        "question": question,
        "type": "number",
        "answers": answers,
        "evidence": [{"article_id": article, "quote": quote}],
        "context": {"article_id": article, "start": start, "end": start + len(quote)},
        **more,
    }


COST = "The bridge over the Wend cost 4 million crowns and took six years to build."
CASES = [
    case("cost", "How much did the bridge over the Wend cost?", "bridge", COST, ["4 million crowns", "4 million"]),
    case(
        "days",
        "For how many days were coal ships locked in at Innesport?",
        "harbour",
        "Coal ships were locked in for eleven days, until an icebreaker came from the capital.",
        ["eleven days", "eleven"],
    ),
    {"id": "egg", "question": "How long should I boil an egg?", "type": "unanswerable", "unanswerable": True},
]


def write_set(folder: Path, cases: list[dict[str, Any]] = CASES, thresholds: dict[str, Any] | None = None) -> Path:
    folder.mkdir(exist_ok=True)
    for name, rows in (("articles.jsonl", ARTICLES), ("questions.jsonl", cases)):
        (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    if thresholds is not None:
        (folder / "thresholds.json").write_text(json.dumps(thresholds), encoding="utf-8")
    return folder


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["eval", *map(str, arguments)])


def told(*arguments: str | Path) -> dict[str, Any]:
    return json.loads(run(*arguments, "--json").stdout)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return write_set(tmp_path / "small")


@pytest.fixture
def case_set(small: Path) -> CaseSet:
    return load_set(small)


@pytest.fixture
def filled(case_set: CaseSet, tmp_path: Path) -> Iterator[Library]:
    with indexed(case_set, home=tmp_path / "library") as library:
        yield library


def by_id(outcomes: Iterator[Outcome]) -> dict[str, Outcome]:
    return {outcome.case.id: outcome for outcome in outcomes}


def test_every_case_is_asked_and_scored(filled: Library, case_set: CaseSet) -> None:
    outcomes = by_id(evaluate(filled, case_set, case_set.cases))
    assert list(outcomes) == ["cost", "days", "egg"]
    assert [outcome.failure for outcome in outcomes.values()] == ["", "", ""]
    assert outcomes["cost"].scores.rank == 1
    assert outcomes["cost"].scores.contained is True
    assert outcomes["cost"].scores.citations == outcomes["cost"].scores.exact > 0
    assert outcomes["egg"].scores.unanswerable


def test_the_given_context_is_all_that_is_read(filled: Library, case_set: CaseSet) -> None:
    outcome = by_id(evaluate(filled, case_set, case_set.cases[:1], context="given"))["cost"]
    assert outcome.answer is not None
    assert [hit.passage.text for hit in outcome.answer.hits] == [COST]
    assert {citation.quote for citation in outcome.answer.citations} <= {COST}


def test_a_case_without_a_context_cannot_be_given_it(filled: Library, case_set: CaseSet) -> None:
    with pytest.raises(SetBroken, match='case "egg" has no "context"'):
        list(evaluate(filled, case_set, case_set.cases, context="given"))


def test_only_the_articles_a_case_names_may_answer(filled: Library, case_set: CaseSet) -> None:
    harbour = case_set.articles[1].id
    restricted = replace(case_set.cases[0], article_ids=(harbour,))
    outcome = by_id(evaluate(filled, case_set, [restricted]))["cost"]
    assert outcome.answer is not None
    assert {hit.article.id for hit in outcome.answer.hits} == {harbour}
    assert outcome.scores.rank is None


def test_the_history_of_a_case_is_passed_on(tmp_path: Path) -> None:
    history = [{"role": "user", "text": "Who opened the bridge over the Wend?"}, {"role": "assistant", "text": "Osei."}]
    follow_up = {**CASES[0], "question": "And what did it cost?", "type": "follow-up", "history": history}
    report = told(write_set(tmp_path / "talk", [follow_up]))
    assert "Wend" in report["cases"][0]["answer"]["asked_as"]
    assert report["cases"][0]["history"] == history


def test_a_case_that_breaks_is_counted_apart_and_the_rest_goes_on(filled: Library, case_set: CaseSet) -> None:
    endless = replace(case_set.cases[0], question="why " * 1_000)
    outcomes = by_id(evaluate(filled, case_set, [endless, case_set.cases[1]]))
    assert outcomes["cost"].scores.failed
    assert outcomes["cost"].answer is None
    assert "4,000 characters" in outcomes["cost"].failure or "3,999 characters" in outcomes["cost"].failure
    assert not outcomes["days"].scores.failed


def test_a_model_that_cannot_be_used_stops_the_run(small: Path) -> None:
    result = run(small, "--model", "gpt-9")
    assert isinstance(result.exception, SettingRefused)
    assert 'the model "gpt-9" needs OPENAI_API_KEY' in str(result.exception)


def test_a_second_run_embeds_nothing(case_set: CaseSet) -> None:
    with indexed(case_set):
        pass
    with open_library(kept_folder(case_set)) as library:
        assert [outcome.status for outcome in library.add_articles(case_set.articles)] == ["same", "same"]


def test_fresh_makes_a_hurt_library_anew(case_set: CaseSet) -> None:
    with indexed(case_set) as library:
        catalog = library.home / "catalog.sqlite"
    assert catalog.is_file()
    catalog.write_bytes(b"hurt")
    with indexed(case_set, fresh=True) as library:
        assert len(library.entries()) == 2


def test_a_library_that_no_run_has_used_for_long_is_removed(case_set: CaseSet) -> None:
    with indexed(case_set):
        pass
    old, young = (kept_folder(case_set).parent / name for name in ("old", "young"))
    for folder, days in ((old, KEPT_DAYS + 1), (young, KEPT_DAYS - 1)):
        folder.mkdir()
        (folder / "used").touch()
        os.utime(folder / "used", (0, time.time() - days * 24 * 3600))
    with indexed(case_set):
        pass
    assert (old.exists(), young.exists()) == (False, True)


def test_another_text_gets_another_library(case_set: CaseSet) -> None:
    changed = replace(case_set.articles[0], text=BRIDGE + " It is blue.", digest="0" * 64)
    assert kept_folder(replace(case_set, articles=(changed, case_set.articles[1]))) != kept_folder(case_set)


def test_a_library_with_other_articles_is_refused(filled: Library, case_set: CaseSet) -> None:
    home = filled.home
    filled.close()
    with (
        pytest.raises(StoreMismatch, match="holds 1 articles that are not in the set small"),
        indexed(replace(case_set, articles=case_set.articles[:1]), home=home),
    ):
        pass


def test_two_runs_are_the_same_but_for_their_times(small: Path) -> None:
    first, second, together = told(small), told(small), told(small, "--jobs", "2")
    written = json.dumps(without_times(first))
    assert json.dumps(without_times(second)) == written
    assert json.dumps(without_times(together)) == written
    assert set(first) - set(without_times(first)) == {"times"}


def test_the_report_carries_what_makes_it_again(small: Path) -> None:
    report = told(small, "--limit", "2")
    assert report["schema"] == 2
    assert report["command"] == f"pincite eval {small} --limit 2"
    assert report["settings"]["model"] == "reader"
    assert report["settings"]["top_k"] == 10
    assert report["set"] | {"digest": ""} == {"name": "small", "articles": 2, "cases": 3, "digest": ""}
    assert report["metrics"]["n"] == 2
    assert {"python", "pincite", "onnxruntime"} <= set(report["versions"])


def test_every_case_stands_in_the_report_with_what_was_expected_and_what_came(small: Path) -> None:
    cost = next(case for case in told(small)["cases"] if case["id"] == "cost")
    assert cost["question"] == CASES[0]["question"]
    assert cost["expected"]["answers"] == ["4 million crowns", "4 million"]
    assert cost["expected"]["evidence"][0]["quote"] == COST
    assert "4 million crowns" in cost["answer"]["text"]
    assert cost["scores"]["right"] is True


def test_one_case_more_than_was_right_flips_the_exit_code(tmp_path: Path) -> None:
    half = [CASES[0], {**CASES[1], "answers": ["nine weeks"]}]
    assert run(write_set(tmp_path / "half", half, {"contained": {"min": 0.5}})).exit_code == 0
    assert run(write_set(tmp_path / "half", half, {"contained": {"min": 1.0}})).exit_code == 1


def test_a_broken_threshold_fails_and_says_by_how_much(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "strict", thresholds={"answer_em": {"min": 1.5}})
    result = run(folder)
    assert result.exit_code == 1
    assert "must be at least 1.5" in result.stdout
    assert run(write_set(folder, thresholds={"exact_pointers": {"min": 1}})).exit_code == 0


def test_a_retriever_broken_on_purpose_fails_against_the_baseline_and_names_the_lost(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tmp_path / "before.json"
    assert run(small, "--report", before).exit_code == 0
    assert run(small, "--baseline", before).exit_code == 0

    def worst_first(*given: Any, **named: Any) -> Any:
        found = retrieve(*given, **named)
        return replace(found, hits=found.hits[-1:])

    from pincite.rag.retrieve import Retriever

    retrieve = Retriever.retrieve
    monkeypatch.setattr(Retriever, "retrieve", worst_first)
    result = run(small, "--baseline", before)
    assert result.exit_code == 1
    assert "hit@1 was 1 in the baseline and is 0: 1 worse" in result.stdout
    assert "lost 2 (cost, days); won none; no more than chance (p = 0.5)" in result.stdout
    named = " ".join(result.stdout.split())
    assert "How much did the bridge" in named
    assert "For how many days" in named


@pytest.mark.parametrize("ending", ["md", "html"])
def test_a_report_for_people_escapes_every_text(tmp_path: Path, ending: str) -> None:
    question = "Is <script>alert(1)</script> | `x` *bold* so?"
    hostile = {**CASES[2], "question": question, "unanswerable": False, "answers": ["no"]}
    path = tmp_path / f"report.{ending}"
    run(write_set(tmp_path / "hostile", [CASES[0], hostile]), "--report", path)
    text = path.read_text(encoding="utf-8")
    assert "<script>alert" not in text
    assert "&lt;script&gt;" in text
    assert "hit@5" in text


def test_the_same_numbers_stand_in_the_json_file_and_on_stdout(small: Path, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    assert json.loads(run(small, "--json", "--report", path).stdout) == json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["missing-folder"], "is no folder"),
        (["SET", "--report", "report.pdf"], "must end in .json, .md, .html or .xml"),
        (["SET", "--report", "nowhere/report.md"], "there is no folder"),
        (["SET", "--split", "test"], "it is not split"),
        (["SET", "--context", "closed"], "--context"),
        (["SET", "--limit", "0"], "--limit"),
        (["SET", "--fresh", "--home", "somewhere"], "--fresh"),
    ],
)
def test_wrong_use_is_told_with_exit_2(small: Path, arguments: list[str], said: str) -> None:
    result = run(*(str(small) if argument == "SET" else argument for argument in arguments))
    assert result.exit_code == 2
    assert said in " ".join(result.output.replace("│", " ").split())


def test_a_broken_set_is_told_in_a_sentence(small: Path) -> None:
    (small / "questions.jsonl").write_text("{\n")
    result = run(small)
    assert isinstance(result.exception, SetBroken)
    assert str(result.exception).startswith("questions.jsonl line 1: it is not JSON")


def test_a_test_split_is_announced_as_held_out(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "split", [{**CASES[0], "split": "test"}, {**CASES[1], "split": "dev"}])
    result = run(folder, "--split", "test", "--json")
    assert "never tune on them" in result.stderr
    assert json.loads(result.stdout)["metrics"]["n"] == 1
