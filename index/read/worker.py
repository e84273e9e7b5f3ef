"""The reading process, seen from outside: parsers run in a child, so that what a file does to them ends there."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Mapping
from threading import Lock, Timer
from typing import Any

from .child import LENGTHS, receive
from .draft import Draft, Unreadable
from .feeds import Entry
from .tables import Table

TIME_LIMIT_S = 25.0  # and a few seconds to start, read and end: no file takes longer than half a minute
MEMORY_LIMIT_BYTES = 1_500_000_000  # of address space, beyond what an idle process has
FILES_PER_PROCESS = 500  # then a fresh one, so that what libraries keep does not add up

log = logging.getLogger(__name__)
_SECRET = ("KEY", "TOKEN", "SECRET", "PASSWORD", "CREDENTIAL")


class Worker:
    """Parses in another process, started when first needed and again after it was ended. A context manager."""

    def __init__(self, *, time_limit_s: float = TIME_LIMIT_S, memory_limit_bytes: int = MEMORY_LIMIT_BYTES) -> None:
        self._time_limit_s = time_limit_s
        self._memory_limit_bytes = memory_limit_bytes
        self._process: subprocess.Popen[bytes] | None = None
        self._files = 0
        self._lock = Lock()  # one request at a time

    def parse(self, data: bytes, **how: str | None) -> Draft:
        """What `parse.parse` gives for `data`. Raises Unreadable, also on a crash and on passing a limit."""
        return Draft.from_json(self._ask({"do": "parse", **how}, data))

    def entries(self, data: bytes, **how: str | None) -> list[Entry]:
        """What `feeds.read_entries` gives for `data`. Raises Unreadable, as `parse` does."""
        return [Entry.from_json(fields) for fields in self._ask({"do": "entries", **how}, data)["entries"]]

    def entry(self, entry: Entry) -> Draft:
        """What `feeds.read_entry` gives for `entry`. Raises Unreadable, as `parse` does."""
        return Draft.from_json(self._ask({"do": "entry", "entry": entry.to_json()}, b""))

    def subscriptions(self, data: bytes) -> list[str]:
        """What `opml.read_subscriptions` gives for `data`. Raises Unreadable, as `parse` does."""
        return self._ask({"do": "subscriptions"}, data)["feeds"]

    def table(self, data: bytes, *, suffix: str, columns: Mapping[str, str]) -> Table:
        """What `tables.read_table` gives for `data`. Raises Unreadable, as `parse` does."""
        return Table.from_json(self._ask({"do": "table", "suffix": suffix, "columns": dict(columns)}, data))

    def close(self) -> None:
        """Ends the process."""
        process, self._process = self._process, None
        if process:
            process.kill()
            process.communicate()

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ask(self, request: dict[str, Any], data: bytes) -> dict[str, Any]:
        with self._lock:
            process = self._started()
            timer = Timer(self._time_limit_s, process.kill)
            timer.start()
            try:
                answer = _exchange(process, json.dumps(request).encode(), data)
            except BaseException:  # an interrupted exchange leaves half an answer in the pipe
                self.close()
                raise
            finally:
                in_time = timer.is_alive()
                timer.cancel()
            self._files += 1
            if answer is None or answer.get("spent") or self._files >= FILES_PER_PROCESS:
                self.close()
        if answer is None and not in_time:
            raise Unreadable(
                f"reading it was given up after {self._time_limit_s:.0f} seconds: save its text in smaller files"
            )
        if answer is None:
            raise Unreadable("it breaks the program that reads it: open it yourself, save a copy, and add that")
        if "unreadable" in answer:
            raise Unreadable(answer["unreadable"])
        return answer

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._files = 0
            self._process = subprocess.Popen(
                # -P: a file called trafilatura.py in the current folder is not imported.
                [sys.executable, "-P", "-W", "ignore", "-m", "pincite.index.read.child", str(self._memory_limit_bytes)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_environment(),
            )
        return self._process


def _environment() -> dict[str, str]:
    """This process's environment without keys, and with one thread for numpy, whose others reserve memory."""
    kept = {name: value for name, value in os.environ.items() if not any(map(name.upper().count, _SECRET))}
    return kept | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def _exchange(process: subprocess.Popen[bytes], header: bytes, data: bytes) -> dict[str, Any] | None:
    """The answer of `process`; None when it ended instead."""
    if process.stdin is None or process.stdout is None:
        raise ValueError("the reading process was started without pipes")
    try:
        process.stdin.write(LENGTHS.pack(len(header), len(data)) + header)
        process.stdin.write(data)
        process.stdin.flush()
    except (BrokenPipeError, OSError):
        return None
    received = receive(process.stdout)
    return json.loads(received[0]) if received else None
