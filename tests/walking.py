"""A library that is added to, changed, hurt and killed in any order, next to a plain account of what it should hold.

After every step the account and the library must agree: articles, texts, passages, vectors, keywords and counts.
"""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from hashing import Hashing, written
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from pincite.index import Filters, Index, open_index

NUMBERS = st.integers(0, 11)
EDITIONS = st.integers(1, 3)
KILLS = 1  # of one walk: each costs the start of a process

_ADDING = """
import sys
sys.path.insert(0, sys.argv[1])
from hashing import Hashing, written
from pincite.index import adding, open_index
adding._GROUP_ARTICLES = 2
with open_index(sys.argv[2], Hashing()) as index:
    print("open", flush=True)
    for _ in index.add(written(int(n), edition=int(sys.argv[3])) for n in sys.argv[4:]):
        pass
"""


class Walk(RuleBasedStateMachine):
    """Steps on a library, and the edition of each article that it should hold."""

    def __init__(self) -> None:
        super().__init__()
        self.home = Path(tempfile.mkdtemp())
        self.held: dict[int, int] = {}
        self.kills = 0
        self.index: Index = open_index(self.home, Hashing())

    def teardown(self) -> None:
        self.index.close()
        shutil.rmtree(self.home)

    @rule(numbers=st.lists(NUMBERS, min_size=1, max_size=6), edition=EDITIONS)
    def add(self, numbers: list[int], edition: int) -> None:
        told = list(self.index.add(written(n, edition=edition) for n in numbers))
        for n, one in zip(numbers, told, strict=True):
            before = self.held.get(n)
            assert one.status == ("added" if before is None else "same" if before == edition else "updated")
            self.held[n] = edition

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        numbers = data.draw(st.lists(st.sampled_from(sorted(self.held)), min_size=1, max_size=3, unique=True))
        removed = self.index.remove([written(n).id for n in numbers])
        assert {entry.id for entry in removed} == {written(n).id for n in numbers}
        for n in numbers:
            del self.held[n]

    @rule()
    def open_again(self) -> None:
        self.index.close()
        self.index = open_index(self.home, Hashing())

    @rule()
    def reindex(self) -> None:
        self.index.reindex(Hashing())

    @rule(folder=st.sampled_from(["vectors", "keywords"]), choice=st.integers(0, 99), cut=st.booleans())
    def hurt(self, folder: str, choice: int, cut: bool) -> None:
        """Another hand deletes an index folder, or scribbles over one of its files, while nobody looks."""
        self.index.close()
        files = sorted(path for path in self.home.glob(f"{folder}*/**/*") if path.is_file())
        if cut:
            for path in self.home.glob(f"{folder}*"):
                shutil.rmtree(path)
        elif files:
            hurt = files[choice % len(files)]
            hurt.write_bytes(random.Random(choice).randbytes(hurt.stat().st_size))
        self.index = open_index(self.home, Hashing())
        self.index.repair()

    @precondition(lambda self: self.kills < KILLS)
    @rule(numbers=st.lists(NUMBERS, min_size=4, max_size=12, unique=True), edition=EDITIONS, after=st.floats(0, 0.4))
    def kill(self, numbers: list[int], edition: int, after: float) -> None:
        self.kills += 1
        self.index.close()
        given = [str(Path(__file__).parent), str(self.home), str(edition), *map(str, numbers)]
        process = subprocess.Popen([sys.executable, "-c", _ADDING, *given], stdout=subprocess.PIPE)
        assert process.stdout
        process.stdout.readline()
        time.sleep(after)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        open_index(self.home, Hashing()).close()  # what was begun is finished behind the first opening
        self.index = open_index(self.home, Hashing())
        # Each article is what it was or what it was to become; which, only the library can tell.
        for n in numbers:
            versions = [e for e in self.index.entries() if e.id == written(n).id]
            if versions and _edition(self.index, n) == edition:
                self.held[n] = edition

    @invariant()
    def agrees(self) -> None:
        entries = self.index.entries()
        assert sorted(entry.id for entry in entries) == sorted(written(n).id for n in self.held)
        for n, edition in self.held.items():
            article = written(n, edition=edition)
            assert self.index.article(article.id).text == article.text
            passages = self.index.passages(article.id)
            assert all(article.text[p.start : p.end] == p.text for p in passages)
            [vector] = self.index.vectors([passages[0].id])
            [(found, cosine)] = self.index.by_vector(vector, 1, Filters(article_ids=(article.id,)))
            assert (found, round(cosine, 3)) == (passages[0].id, 1.0)
            ready = {p.id for p in passages}
            assert {id for id, _ in self.index.by_keywords(f"town{n}", 20)} <= ready
            assert {id for id, _ in self.index.by_keywords(article.text, 3)} & ready
        health = self.index.check()
        assert health.well, health.told
        assert (health.articles, health.passages) == (len(entries), health.vectors)
        assert health.keywords == health.passages


def _edition(index: Index, n: int) -> int:
    return int(index.article(written(n).id).text.split()[1])
