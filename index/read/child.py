"""The reading process itself: takes a file's bytes on its standard input, answers with what the parsers make of them.

A message, either way, is two lengths, a JSON object and bytes. Parsers that print cannot disturb the answers, and
a process whose parent has gone ends with its input.
"""

from __future__ import annotations

import json
import os
import struct
import sys
from typing import IO, Any

from .draft import Unreadable

LENGTHS = struct.Struct("<QQ")
_CPU_LIMIT_S = 60  # for one file, in case the parent that would stop us at its own time limit has gone


def receive(stream: IO[bytes]) -> tuple[bytes, bytes] | None:
    """The next message of `stream`; None at its end."""
    lengths = stream.read(LENGTHS.size)
    if len(lengths) < LENGTHS.size:
        return None
    header_size, size = LENGTHS.unpack(lengths)
    header, data = stream.read(header_size), stream.read(size)
    return (header, data) if len(header) == header_size and len(data) == size else None


def main() -> None:
    """Answers until there is no more input."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    _limit_memory(int(sys.argv[1]))
    while message := receive(requests):
        _limit_time()
        answer = json.dumps(_answer(json.loads(message[0]), message[1])).encode()
        answers.write(LENGTHS.pack(len(answer), 0) + answer)
        answers.flush()


def _answer(request: dict[str, Any], data: bytes) -> dict[str, Any]:
    try:
        match request.pop("do"):
            case "entries":
                from .feeds import read_entries

                return {"entries": [entry.to_json() for entry in read_entries(data, **request)]}
            case "entry":
                from .feeds import Entry, read_entry

                return read_entry(Entry.from_json(request["entry"])).to_json()
            case "subscriptions":
                from .opml import read_subscriptions

                return {"feeds": read_subscriptions(data)}
            case "table":
                from .tables import read_table

                return read_table(data, **request).to_json()
            case _:
                from .parse import parse

                return parse(data, **request).to_json()
    except Unreadable as err:
        return {"unreadable": str(err)}
    except MemoryError:
        # What is left of the memory may be in pieces: the next file gets a fresh process.
        return {"unreadable": "it takes too much memory to read: save its text in smaller files", "spent": True}
    except Exception as err:  # noqa: BLE001 - parsers raise anything on broken files
        kind = type(err).__name__
        return {"unreadable": f"it is damaged ({kind} while reading): open it yourself, save a copy, and add that"}


def _limit_memory(more: int) -> None:
    """Lets this process take `more` bytes of address space beyond what it has."""
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        with open("/proc/self/statm") as file:
            taken = int(file.read().split()[0]) * resource.getpagesize()
    except OSError:  # only Linux tells; elsewhere half a gigabyte is a good guess
        taken = 500_000_000
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    most = taken + more
    resource.setrlimit(resource.RLIMIT_AS, (most if hard < 0 else min(most, hard), hard))


def _limit_time() -> None:
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + _CPU_LIMIT_S, hard))


if __name__ == "__main__":
    main()
