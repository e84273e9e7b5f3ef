"""What the README shows is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_ten_lines_of_python_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code = re.search(r"```python\n(.*?)```", README, re.DOTALL)
    assert code is not None
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "call.txt").write_text("A call\n\nUnder the agreement 175 prisoners on each side are to be exchanged.\n")
    (tmp_path / "report.pdf").write_bytes(b"not a PDF: reported as failed, and the rest goes on")
    monkeypatch.chdir(tmp_path)
    exec(compile(code.group(1), "README.md", "exec"), {})
    printed = capsys.readouterr().out.splitlines()
    assert printed == [
        "175 prisoners. [1]",
        "1 A call Under the agreement 175 prisoners on each side are to be exchanged.",
    ]


def test_the_two_commands_stand_at_the_top() -> None:
    assert README.splitlines()[5:9] == [
        "```",
        "make chat        # fresh machine: makes .venv, installs, adds the demo articles, opens the chat window",
        "make test        # fresh machine: makes .venv, installs, runs every test",
        "```",
    ]


@pytest.mark.parametrize(
    "path", sorted(set(re.findall(r"(?:\]\(|`)((?:docs|benchmarks|eval|training)/[\w./-]+)", README)))
)
def test_every_file_it_names_is_there(path: str) -> None:
    assert (ROOT / path).exists()


def test_every_command_in_its_table_exists() -> None:
    from typer.main import get_command

    from pincite.ui.terminal import app

    commands = set(get_command(app).commands)
    assert set(re.findall(r"^\| `pincite (\w[\w-]*)", README, re.MULTILINE)) <= commands
