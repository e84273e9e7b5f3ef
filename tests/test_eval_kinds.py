"""What else `pincite eval` reads and writes: tables, own cases, Ragas, JUnit, plots, grids, new sets, pytest."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest
from model_server import model_server
from test_eval_run import ARTICLES, BRIDGE, CASES, COST, run, told, write_set

from pincite.eval.grid import variants
from pincite.eval.loose import load_loose, load_mine
from pincite.eval.proposals import candidates
from pincite.eval.rows import SetBroken
from pincite.index import Article
from pincite.rag import Library, add_own_case, open_library

QUESTION = "How much did the bridge over the Wend cost?"


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[Library]:
    with open_library(tmp_path / "mine") as library:
        library.add_articles([Article.create(one["id"], one["text"], title=one["title"]) for one in ARTICLES])
        yield library


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("asked.csv", f'Question;Answer\n"{QUESTION}";4 million crowns | 4 million\nWho sang there?;\n'),
        (
            "asked.jsonl",
            json.dumps({"question": QUESTION, "answer": "4 million crowns | 4 million"})
            + '\n{"question": "Who sang there?", "answer": ""}\n',
        ),
    ],
)
def test_a_table_of_questions_and_answers_is_asked_over_the_library(
    filled: Library, tmp_path: Path, name: str, text: str
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    priced, sung = load_loose(tmp_path / name, filled).cases
    assert (priced.question, priced.answers) == (QUESTION, ("4 million crowns", "4 million"))
    assert (sung.unanswerable, sung.kind) == (True, "unanswerable")


def test_a_table_without_answers_is_told_what_is_missing(filled: Library, tmp_path: Path) -> None:
    (tmp_path / "asked.csv").write_text("question\nWhy?\n")
    with pytest.raises(SetBroken, match=r'asked\.csv line 2: it has no answer; name its column "answer"'):
        load_loose(tmp_path / "asked.csv", filled)


def test_a_ragas_data_set_brings_its_contexts_and_conversations(filled: Library, tmp_path: Path) -> None:
    said = [
        {"type": "human", "content": "Who opened the bridge?"},
        {"type": "ai", "content": "Clara Osei."},
        {"type": "human", "content": "What did it cost?"},
    ]
    sample = {"user_input": said, "reference": "4 million crowns", "reference_contexts": [COST, "Gone."]}
    (tmp_path / "ragas.jsonl").write_text(json.dumps(sample) + "\n")
    [case] = load_loose(tmp_path / "ragas.jsonl", filled).cases
    assert (case.question, case.turn, case.lost) == ("What did it cost?", 2, 1)
    assert [BRIDGE[place.start : place.end] for place in case.evidence] == [COST]


def test_a_ragas_csv_file_holds_its_lists_as_python_writes_them(filled: Library, tmp_path: Path) -> None:
    said = [{"content": "Who opened the bridge?", "type": "human"}, {"content": "And its cost?", "type": "human"}]
    path = tmp_path / "ragas.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["user_input", "reference_contexts", "reference"])
        rows.writerow([QUESTION, [COST], "4 million crowns"])
        rows.writerow([said, [], "4 million crowns"])
    priced, followed = load_loose(path, filled).cases
    assert [BRIDGE[place.start : place.end] for place in priced.evidence] == [COST]
    assert (followed.question, followed.turn, followed.lost) == ("And its cost?", 2, 0)


def test_own_cases_follow_their_words_into_a_new_version(filled: Library) -> None:
    with pytest.raises(SetBroken, match="there are no own cases yet"):
        load_mine(filled)
    start = BRIDGE.index(COST)
    evidence = {"version": 1, "quote": COST, "start": start, "end": start + len(COST)}
    home = next(entry.id for entry in filled.entries() if entry.source == "bridge")
    case = {"id": "own-1", "question": QUESTION, "type": "own", "answers": ["4 million crowns"], "unanswerable": False}
    add_own_case(filled.home, {**case, "evidence": [{**evidence, "article_id": home}]})
    filled.add_articles([Article.create("bridge", "First a line.\n\n" + BRIDGE, title="The Wend bridge opens")])
    [loaded] = load_mine(filled).cases
    assert (loaded.evidence[0].start, loaded.lost) == (start + len("First a line.\n\n"), 0)


def test_every_form_of_a_report_is_written_and_named_by_commit_and_settings(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "small")
    reports, plots, ragas = tmp_path / "reports", tmp_path / "plots", tmp_path / "ragas.jsonl"
    reports.mkdir()
    assert run(folder, "--report", reports, "--plots", plots, "--ragas", ragas, "--jobs", "2").exit_code == 0
    files = sorted(path.name for path in reports.iterdir())
    assert [name.rpartition(".")[2] for name in files] == ["html", "json", "md", "xml"]
    assert len({name.rpartition(".")[0] for name in files}) == 1
    report = json.loads((reports / files[1]).read_text(encoding="utf-8"))
    assert files[1] == f"{report['name']}.json"
    assert [case["id"] for case in report["cases"]] == ["cost", "days", "egg"]
    suites = ET.parse(reports / files[3]).getroot()
    assert [(suite.get("name"), suite.get("tests")) for suite in suites] == [("small gate", "1"), ("small cases", "3")]
    drawn = sorted(path.name for path in plots.iterdir())
    assert drawn == ["calibration.svg", "latency.svg", "ranks.svg", "risk-coverage.svg"]
    assert all(ET.parse(plots / name).getroot().tag.endswith("svg") for name in drawn)
    sample = json.loads(ragas.read_text(encoding="utf-8").splitlines()[0])
    assert (sample["user_input"], sample["reference_contexts"]) == (QUESTION, [COST])
    page = (reports / files[0]).read_text(encoding="utf-8")
    assert page.count('class="case"') == 3
    assert "<mark>" in page


def test_a_baseline_is_written_small_and_compared_with(tmp_path: Path) -> None:
    folder, baseline = write_set(tmp_path / "small"), tmp_path / "baseline.json"
    assert run(folder, "--update-baseline").exit_code == 2
    assert run(folder, "--baseline", baseline, "--update-baseline").exit_code == 0
    assert set(json.loads(baseline.read_text())["cases"][0]) == {"id", "scores"}
    assert told(folder, "--baseline", baseline)["baseline"]["paired"] == 3


def test_the_flavours_and_the_turns_of_cases_have_tables_of_their_own(tmp_path: Path) -> None:
    said = [{"role": "user", "text": "Who opened the bridge?"}, {"role": "assistant", "text": "Clara Osei."}]
    asked = [
        {**CASES[0], "flavour": "misspelt", "question": "How much did the brigde over the Wend cost?"},
        {**CASES[1], "type": "follow-up", "history": said},
        CASES[2],
    ]
    report = tmp_path / "report.md"
    assert run(write_set(tmp_path / "small", asked), "--report", report).exit_code == 0
    lines = report.read_text(encoding="utf-8").splitlines()
    heads = {line: lines[n + 2 :] for n, line in enumerate(lines) if line.startswith(("| flavour |", "| turn |"))}
    flavours, turns = heads.values()
    assert [line.split(" | ")[:3] for line in flavours[:2]] == [
        ["| misspelt", "number", "1"],
        ["| plain", "every kind", "2"],
    ]
    assert turns[0].startswith("| 2 | 1 | ")


def test_to_fail_fast_is_to_stop_at_the_first_case_that_is_lost(tmp_path: Path) -> None:
    wrong = {**CASES[0], "id": "wrong", "answers": ["nine thalers"]}
    result = run(write_set(tmp_path / "fast", [wrong, *CASES]), "--fail-fast", "--json")
    assert result.exit_code == 1
    assert [case["id"] for case in json.loads(result.stdout)["cases"]] == ["wrong"]


def test_a_grid_tries_every_combination_over_one_library(tmp_path: Path) -> None:
    assert variants(["top_k=4,8 fusion=all", "model=reader"]) == [
        {"top_k": "4", "fusion": "all", "model": "reader"},
        {"top_k": "8", "fusion": "all", "model": "reader"},
    ]
    with pytest.raises(SetBroken, match=r'--grid cannot use "pool=3": write NAME=VALUE'):
        variants(["pool=3"])
    tried = told(write_set(tmp_path / "small"), "--grid", "refuse_below=0,1", "model=reader")
    assert [(one["variant"], one["metrics"]["refused_share"]) for one in tried] == [
        ("refuse_below=0 model=reader", 0.0),
        ("refuse_below=1 model=reader", 1.0),
    ]


def test_questions_are_made_of_sentences_that_have_a_date_or_a_count() -> None:
    article = Article.create(
        "a", "The mill opened on 4 June 1890. It had 12 wheels. The dam held 40 boats. The three millers met."
    )
    assert [(one.question, one.answer) for one in candidates(article)] == [
        ("On which day was it that the mill opened?", "4 June 1890"),
        ("The dam held how many boats?", "40 boats"),
        ("How many millers met?", "three millers"),
    ]


def test_a_new_set_is_begun_from_a_library_and_can_be_measured(filled: Library, tmp_path: Path) -> None:
    home, folder = filled.home, tmp_path / "begun"
    filled.close()
    assert run("new", folder, "--home", home).exit_code == 2  # nobody to ask
    assert run("new", folder, "--home", home, "--all").exit_code == 0
    report = told(folder)
    assert report["set"]["articles"] == 2
    assert report["metrics"]["n"] >= 1
    assert "there is a set already" in str(run("new", folder, "--home", home, "--all").exception)


def test_cases_appear_as_tests_of_pytest(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "asked", [CASES[0], {**CASES[1], "answers": ["nine weeks"]}])
    command = [sys.executable, "-m", "pytest", "-p", "pincite.eval.plugin", "-p", "no:cacheprovider", "-q", "-rA"]
    done = subprocess.run(
        [*command, folder / "questions.jsonl"], cwd=tmp_path, capture_output=True, text=True, timeout=200
    )
    assert "1 failed, 1 passed" in done.stdout
    assert "expected: nine weeks" in done.stdout
    assert "lost at: read wrongly" in done.stdout


def test_a_chat_model_may_grade_the_answers_and_gates_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_set(tmp_path / "graded", CASES[:1])
    assert "needs OPENAI_API_KEY or OPENAI_BASE_URL" in str(run(folder, "--graded", "judge").exception)
    with model_server() as server:
        server.reply = lambda request: "Wrong, borne."
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("OPENAI_API_KEY", "none")
        report = told(folder, "--graded", "judge")
    graded = report["graded"]
    assert (graded["graded"], graded["right"], graded["borne"]) == (1, 0.0, 1.0)
    assert report["passed"] is True
    assert report["cases"][0]["graded"] == {"right": False, "borne": True}
