"""Reads files made to break what reads them (`tests/hostile_files.py`), and says how each ended.

    python benchmarks/hostile.py [--only PART] [--all]

Each must end within half a minute, as an article or with a sentence, and leave the next file readable. A file named
`ok-…` must be read, one named `no-…` refused. A crash of the reading process is counted too: it is contained, and its
file refused, but each one is a parser's fault to know about.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from hostile_files import GOOD, hostile_files

from pincite.index import Article, ReadFailed, Reading
from pincite.index.read import Place
from pincite.index.read.articles import Reader
from pincite.index.read.worker import Worker

LIMIT_S = 30.0


@dataclass(frozen=True, slots=True)
class Ending:
    """How one file ended."""

    name: str
    how: str  # "read", "refused", or what was wrong
    seconds: float
    said: str

    @property
    def is_right(self) -> bool:
        return self.how in ("read", "refused") and self.seconds <= LIMIT_S


def ending(name: str, make: Callable[[], bytes], folder: Path, reader: Reader) -> Ending:
    """How reading the file `name` ends."""
    path = folder / f"article{Path(name).suffix}"
    path.write_bytes(make())
    began = time.perf_counter()
    try:
        found = list(reader.at(Place(str(path))))
    except ReadFailed as failed:
        found = [failed]
    except Exception as err:  # noqa: BLE001, an error that reaches the caller is what is looked for
        return Ending(name, "an error came out", time.perf_counter() - began, repr(err)[:200])
    finally:
        path.unlink()
    seconds = time.perf_counter() - began
    articles = [one for one in found if isinstance(one, Article)]
    failed = [one for one in found if isinstance(one, ReadFailed)]
    said = failed[0].reason if failed else articles[0].title if articles else ""
    return Ending(name, _how(name, articles, failed), seconds, " ".join(said.split())[:200])


def _how(name: str, articles: list[Article], failed: list[ReadFailed]) -> str:
    if not articles and not failed:
        return "silence"
    if any(": " not in one.reason for one in failed):
        return "a sentence without its cure"
    if name.startswith("ok-") and not any(GOOD in " ".join(one.text.split()) for one in articles):
        return "its text was not read"
    if name.startswith("no-") and articles:
        return "it passed for an article"
    return "read" if articles else "refused"


def main() -> None:
    """Prints what ended wrongly, and the figures."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--only", default="", help="only files whose name holds this")
    options.add_argument("--all", action="store_true", help="print how every file ended")
    chosen = options.parse_args()
    endings = []
    with tempfile.TemporaryDirectory() as folder, Worker() as worker:
        reader = Reader(worker, Reading())
        for name, make in hostile_files().items():
            if chosen.only in name:
                one = ending(name, make, Path(folder), reader)
                endings.append(one)
                if chosen.all or not one.is_right:
                    print(f"{one.how:22} {one.seconds:5.1f} s  {name[:44]:44} {one.said}", flush=True)
    counts = Counter(one.how for one in endings)
    broke = sum("breaks the program that reads it" in one.said for one in endings)
    longest = max(endings, key=lambda one: one.seconds)
    print(f"{len(endings)} files: {', '.join(f'{count} {how}' for how, count in counts.most_common())}")
    print(f"crashes contained in the reading process: {broke}; given up for time: "
          f"{sum('given up after' in one.said for one in endings)}")  # fmt: skip
    print(f"longest {longest.seconds:.1f} s ({longest.name}), over {LIMIT_S:.0f} s: "
          f"{sum(one.seconds > LIMIT_S for one in endings)}")  # fmt: skip
    print(f"peak of this process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    sys.exit(0 if all(one.is_right for one in endings) else 1)


if __name__ == "__main__":
    main()
