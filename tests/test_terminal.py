"""The `pincite` command, run as a user runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pincite.ui.terminal import main

CALL = """A phone call

By Jane Doe
18 March 2025

Putin and Trump spoke on Tuesday for two hours. Under the agreement both sides will exchange 175 prisoners.
Russia will also hand over 23 severely wounded soldiers as a gesture of goodwill.
"""
BEES = "How bees dance\n\nA bee that has found flowers dances in the hive. The dance tells the others the way.\n"


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "call.txt").write_text(CALL)
    (folder / "bees.md").write_text(BEES)
    return folder


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "library"
    monkeypatch.setenv("PINCITE_HOME", str(folder))
    return folder


class Command:
    def __init__(self, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self._capfd, self._monkeypatch = capfd, monkeypatch

    def __call__(self, *words: str) -> tuple[int, str, str]:
        """Exit code, stdout, stderr."""
        self._monkeypatch.setattr(sys, "argv", ["pincite", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = self._capfd.readouterr()
        return int(ended.value.code or 0), out, err


@pytest.fixture
def pincite(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, home: Path) -> Command:
    return Command(capfd, monkeypatch)


def test_add_ask_show_remove(pincite: Command, articles: Path) -> None:
    assert pincite("add", str(articles))[:2] == (0, "2 added, 0 updated, 0 same, 0 failed\n")
    code, out, _ = pincite("ask", "How many prisoners were exchanged?")
    assert code == 0
    assert "175 prisoners" in out
    assert "[1]" in out
    entries = json.loads(pincite("list", "--json")[1])
    assert {entry["title"] for entry in entries} == {"A phone call", "How bees dance"}
    id = next(entry["id"] for entry in entries if entry["title"] == "A phone call")
    shown = json.loads(pincite("show", id, "--json")[1])
    assert "exchange 175 prisoners" in shown["text"]
    assert shown["published"] == "2025-03-18"
    assert pincite("remove", id)[:2] == (0, f"removed {id} A phone call\n")
    assert [entry["title"] for entry in json.loads(pincite("list", "--json")[1])] == ["How bees dance"]


def test_adding_twice_changes_nothing(pincite: Command, articles: Path) -> None:
    pincite("add", str(articles))
    before = pincite("list", "--json")[1]
    assert pincite("add", str(articles))[:2] == (0, "0 added, 0 updated, 2 same, 0 failed\n")
    assert pincite("list", "--json")[1] == before


def test_a_bad_file_is_named_with_its_reason_and_the_rest_is_added(pincite: Command, articles: Path) -> None:
    (articles / "empty.txt").write_bytes(b"")
    code, out, err = pincite("add", str(articles))
    assert (code, out) == (1, "2 added, 0 updated, 0 same, 1 failed\n")
    assert "empty.txt" in err


def test_json_is_one_document_on_stdout_and_nothing_else(pincite: Command, articles: Path) -> None:
    code, out, err = pincite("add", "--json", str(articles))
    assert (code, json.loads(out)["added"], err) == (0, 2, "")
    code, out, err = pincite("ask", "--json", "How many prisoners were exchanged?")
    answer = json.loads(out)
    assert (code, answer["schema"], answer["refused"], err) == (0, 1, False, "")
    assert list(answer) == [
        "schema", "question", "text", "refused", "reason", "confidence", "missing", "citations", "doubts", "note",
        "values", "passages",
        "model", "usage", "trace",
    ]  # fmt: skip


def test_every_citation_is_the_stored_text_at_its_place(pincite: Command, articles: Path) -> None:
    pincite("add", str(articles))
    answer = json.loads(pincite("ask", "--json", "How many prisoners were exchanged?")[1])
    assert answer["citations"]
    for citation in answer["citations"]:
        text = json.loads(pincite("show", citation["article_id"], "--json")[1])["text"]
        assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_read_shows_what_would_be_stored_and_stores_nothing(pincite: Command, articles: Path, home: Path) -> None:
    read = json.loads(pincite("read", "--json", str(articles / "call.txt"))[1])
    assert (read["title"], read["published"], read["authors"]) == ("A phone call", "2025-03-18", ["Jane Doe"])
    assert not home.exists()


def test_a_table_is_added_row_by_row_and_its_columns_are_told(pincite: Command, tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("a,b\nThe moor,It burned for nine days.\nThe dune,It moves.\n")
    code, out, err = pincite("add", str(tmp_path / "rows.csv"), "--columns", "text=b,title=a")
    assert (code, out) == (0, "2 added, 0 updated, 0 same, 0 failed\n")
    assert "columns of rows.csv read as text=b, title=a; --columns names others" in " ".join(err.split())
    code, out, err = pincite("read", str(tmp_path / "rows.csv"), "--columns", "text=b")
    assert (code, "It burned for nine days." in out, "2 articles, 0 failed" in err) == (0, True, True)
    assert "names no column" in pincite("add", str(tmp_path / "rows.csv"), "--columns", "nonsense")[2]


def test_sync_adds_replaces_and_removes(pincite: Command, articles: Path) -> None:
    pincite("sync", str(articles))
    (articles / "bees.md").unlink()
    (articles / "call.txt").write_text(CALL.replace("175", "180"))
    (articles / "ants.txt").write_text("Ants\n\nAnts follow a trail of scent to their food, and lay it for others.\n")
    assert pincite("sync", str(articles))[:2] == (0, "1 added, 1 updated, 0 same, 0 failed, 0 moved, 1 removed\n")


def test_an_old_version_is_shown_with_a_word_that_there_is_a_newer(pincite: Command, articles: Path) -> None:
    pincite("add", str(articles))
    call = articles / "call.txt"
    call.write_text(CALL.replace("175", "180"))
    _, out, _ = pincite("add", "--json", str(call))
    id = json.loads(out)["articles"][0]["article_id"]
    code, out, _ = pincite("show", id, "--versions", "--json")
    assert (code, [one["version"] for one in json.loads(out)]) == (0, [2, 1])
    code, out, err = pincite("show", id, "--version", "1")
    assert (code, "175" in out, "version 2 is newer" in err) == (0, True, True)
    code, out, _ = pincite("show", id, "--json")
    assert (json.loads(out)["version"], json.loads(out)["newest"], json.loads(out)["copies"]) == (2, 2, [])
    code, _, err = pincite("show", id, "--version", "9")
    assert (code, "--versions" in err) == (1, True)


def test_a_library_goes_to_one_file_and_comes_back(pincite: Command, articles: Path, tmp_path: Path) -> None:
    pincite("add", str(articles))
    file, restored = str(tmp_path / "library.zip"), str(tmp_path / "restored")
    assert pincite("export-library", file)[0] == 0
    code, _, err = pincite("export-library", file)
    assert (code, "exists already" in err, err.count("\n")) == (1, True, 1)
    assert pincite("import-library", file, "--home", restored)[1].startswith("2 articles")
    code, out, _ = pincite("ask", "How many prisoners were exchanged?", "--home", restored)
    assert (code, "175" in out) == (0, True)
    assert pincite("import-library", file, "--home", restored)[0] == 1


def test_sync_of_a_missing_folder_removes_nothing(pincite: Command, articles: Path) -> None:
    pincite("sync", str(articles))
    code, _, err = pincite("sync", str(articles / "gone"))
    assert code == 1
    assert "there is no such folder; nothing was added or removed" in err
    assert len(json.loads(pincite("list", "--json")[1])) == 2


def test_filters_fail_closed_and_say_so(pincite: Command, articles: Path) -> None:
    pincite("add", str(articles))
    answer = json.loads(pincite("ask", "--json", "--since", "2026", "How many prisoners were exchanged?")[1])
    assert (answer["refused"], answer["reason"], answer["citations"]) == (True, "filter_empty", [])
    assert "published since 2026-01-01" in answer["text"]
    answer = json.loads(pincite("ask", "--json", "--source", "call.txt", "How many prisoners were exchanged?")[1])
    assert answer["refused"] is False


def test_verify_holds_and_then_names_what_no_longer_does(pincite: Command, articles: Path, tmp_path: Path) -> None:
    pincite("add", str(articles))
    exported = tmp_path / "answer.json"
    exported.write_text(pincite("ask", "--json", "How many prisoners were exchanged?")[1])
    code, out, _ = pincite("verify", str(exported))
    assert (code, out.splitlines()[-1]) == (0, "1 of 1 citations hold")
    answer = json.loads(exported.read_text())
    answer["citations"][0]["quote"] = answer["citations"][0]["quote"].replace("175", "275")
    exported.write_text(json.dumps(answer))
    code, out, _ = pincite("verify", str(exported))
    assert (code, out.splitlines()[-1]) == (1, "0 of 1 citations hold")
    assert "does not have these words at this place" in out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("ask", "  "), 1, "the question is empty: write what you want to know"),
        (("ask", "x" * 100_000), 1, "the question has 100,000 characters"),
        (("show", "nosuchid"), 1, "nosuchid"),
        (("remove", "nosuchid"), 1, "nosuchid"),
        (("ask", "--since", "soon", "Why?"), 2, "'soon' is no day: write it as 2025-03-18, 2025-03 or 2025"),
        (("ask", "--model", "gpt-9", "Why did they?"), 1, "needs OPENAI_API_KEY or OPENAI_BASE_URL"),
        (("verify", "no-such-file.json"), 1, "no-such-file.json: cannot be read"),
        (("read", "no-such-file.txt"), 1, "no-such-file.txt"),
        (("nosuchcommand",), 2, "nosuchcommand"),
    ],
)
def test_bad_input_gets_one_sentence_and_its_exit_code(
    pincite: Command, words: tuple[str, ...], code: int, said: str
) -> None:
    ended, out, err = pincite(*words)
    assert (ended, out) == (code, "")
    assert said in err
    assert "Traceback" not in err


def test_a_setting_that_cannot_be_is_named(pincite: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PINCITE_TOP_K", "many")
    code, _, err = pincite("list")
    assert code == 1
    assert err.startswith("pincite: PINCITE_TOP_K cannot be 'many'")


def test_an_empty_library_says_how_to_fill_it(pincite: Command) -> None:
    answer = json.loads(pincite("ask", "--json", "How many prisoners were exchanged?")[1])
    assert (answer["refused"], answer["reason"]) == (True, "library_empty")
    assert "pincite add PATH_OR_URL" in pincite("list")[2]


def test_doctor_finds_a_new_library_well(pincite: Command, articles: Path) -> None:
    pincite("add", str(articles))
    code, out, _ = pincite("doctor", "--json")
    assert (code, json.loads(out)["well"]) == (0, True)


def test_the_chat_answers_until_an_empty_line_and_leans_on_what_was_asked(
    pincite: Command, articles: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pincite("add", str(articles))
    said = iter(["How many prisoners did Putin and Trump agree to exchange?", "And how many wounded soldiers?", ""])
    monkeypatch.setattr("builtins.input", lambda prompt: next(said))
    code, out, _ = pincite("chat")
    assert code == 0
    assert "175 prisoners" in out
    assert "23 severely wounded soldiers" in out


def test_a_second_process_is_told_who_holds_the_library(home: Path, articles: Path) -> None:
    from pincite.rag import open_library

    with open_library(home) as library:
        library.add([articles])
        command = [str(Path(sys.executable).with_name("pincite")), "list"]
        done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PINCITE_HOME": str(home)})
    assert done.returncode == 1
    assert str(os.getpid()) in done.stderr
    assert done.stderr.count("\n") == 1


def test_every_command_ends_its_help_with_an_example(pincite: Command) -> None:
    top = pincite("--help")[1]
    for name in ("add", "sync", "list", "show", "remove", "ask", "chat", "serve", "eval", "read", "verify", "doctor"):
        assert name in top
        assert (
            "Example: pincite " in pincite(name, "--help")[1].splitlines()[-1] or "Example:" in pincite(name, "-h")[1]
        )


def test_help_loads_none_of_the_heavy_libraries() -> None:
    code = (
        "import sys; sys.argv = ['pincite', '--help']\n"
        "from pincite.ui.terminal import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print(sorted({'chromadb', 'llama_index', 'gradio', 'onnxruntime', 'trafilatura', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "[]"
