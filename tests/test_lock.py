"""One owner: a second one is told who holds the library, and a dead one holds nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hashing import Hashing

from pincite.index import LibraryBusy, open_index
from pincite.index.lock import Lock

HOLDING = """
import sys
sys.argv = ["/usr/bin/pincite", "serve", "--password", "hunter2"]
from pathlib import Path
from pincite.index.lock import Lock
lock = Lock(Path({home!r}))
lock.announce("http://127.0.0.1:7860")
print("held", flush=True)
sys.stdin.read()
"""


def holder(home: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDING.format(home=str(home))], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_process_is_told_who_holds_the_library_and_what_to_do(tmp_path: Path) -> None:
    process = holder(tmp_path)
    with pytest.raises(LibraryBusy) as refusal:
        open_index(tmp_path, Hashing())
    told = str(refusal.value)
    assert f"{tmp_path} is in use by `pincite serve` (process {process.pid}, since " in told
    assert "ask through its window at http://127.0.0.1:7860, or use another --home" in told
    assert "hunter2" not in told
    assert not (tmp_path / "catalog.sqlite").exists()
    process.communicate("")


def test_a_killed_owner_holds_nothing(tmp_path: Path) -> None:
    process = holder(tmp_path)
    process.send_signal(signal.SIGKILL)
    process.wait()
    Lock(tmp_path).close()


def test_a_second_open_in_the_same_program_is_refused(tmp_path: Path) -> None:
    with open_index(tmp_path, Hashing()), pytest.raises(LibraryBusy, match="already open in this program"):
        open_index(tmp_path, Hashing())
    open_index(tmp_path, Hashing()).close()


def test_a_library_that_cannot_be_opened_is_not_left_locked(tmp_path: Path) -> None:
    (tmp_path / "catalog.sqlite").write_text("this is no database" * 100)
    for _ in range(2):
        with pytest.raises(Exception, match="damaged"):
            open_index(tmp_path, Hashing())


def test_an_unreadable_note_of_the_owner_is_no_hindrance(tmp_path: Path) -> None:
    lock = Lock(tmp_path)
    for note in ("", "[1]", '{"pid":', json.dumps({"pid": 1, "since": "then", "host": "elsewhere"})):
        (tmp_path / "owner.json").write_text(note)
        with pytest.raises(LibraryBusy, match="is in use by another process"):
            Lock(tmp_path)
    lock.close()
    assert sorted(os.listdir(tmp_path)) == ["lock"]
