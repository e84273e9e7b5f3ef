"""The reading process: what a file does to a parser stays in it."""

from __future__ import annotations

import os
import signal
from threading import Timer

import pytest

from pincite.index.read.draft import Unreadable
from pincite.index.read.worker import Worker

PAGE = b"# Bridge talks\n\nDelegates met in the old town."


def pid(worker: Worker) -> int:
    process = worker._process  # what is tested is the process, which has no public name
    assert process
    return process.pid


def test_one_process_reads_all_files() -> None:
    with Worker() as worker:
        assert worker.parse(PAGE, kind="markdown").title == "Bridge talks"
        first = pid(worker)
        worker.parse(PAGE, kind="markdown")
        assert pid(worker) == first


def test_a_file_that_takes_too_long_is_given_up_and_the_next_is_read() -> None:
    with Worker(time_limit_s=3) as worker:
        with pytest.raises(Unreadable, match="given up after 3 seconds"):
            worker.parse(b"[" * 2_000_000, kind="markdown")
        assert worker.parse(PAGE, kind="markdown").title == "Bridge talks"


def test_a_file_that_takes_too_much_memory_is_refused_and_the_next_is_read() -> None:
    with Worker(memory_limit_bytes=100_000_000) as worker:
        with pytest.raises(Unreadable, match="it takes too much memory to read"):
            worker.parse("fünf € ".encode() * 2_500_000, kind="text")
        assert worker.parse(PAGE, kind="markdown").title == "Bridge talks"


def test_a_crash_is_one_sentence_and_the_next_is_read() -> None:
    with Worker() as worker:
        worker.parse(PAGE, kind="markdown")
        Timer(0.5, os.kill, (pid(worker), signal.SIGSEGV)).start()
        with pytest.raises(Unreadable, match="breaks the program that reads it"):
            worker.parse(b"[" * 2_000_000, kind="markdown")
        assert worker.parse(PAGE, kind="markdown").title == "Bridge talks"


def test_an_error_that_no_one_thought_of_is_one_sentence() -> None:
    with Worker() as worker, pytest.raises(Unreadable, match="it is damaged \\(TypeError while reading\\)"):
        worker.parse(PAGE, kind="markdown", nonsense="x")


def test_the_process_ends_with_the_worker() -> None:
    with Worker() as worker:
        worker.parse(PAGE, kind="markdown")
        ended = pid(worker)
    with pytest.raises(ProcessLookupError):
        os.kill(ended, 0)


def test_no_process_is_started_for_nothing() -> None:
    with Worker() as worker:
        assert worker._process is None
