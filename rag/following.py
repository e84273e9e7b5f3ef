"""A library that follows a folder: what is new is added, what changed is replaced, what is gone is removed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..index import Added, Article, Entry, Index, ReadFailed, checksum_of


@dataclass(frozen=True, slots=True)
class Moved:
    """An article whose file has another name or place now. It keeps its id, its versions and its vectors."""

    article_id: str
    title: str
    before: str
    source: str


@dataclass(frozen=True, slots=True)
class Synced:
    """What a `sync` did: what became of each file, and which articles moved or went."""

    outcomes: tuple[Added, ...]
    moved: tuple[Moved, ...] = ()
    removed: tuple[Entry, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether the library is another than before."""
        return bool(self.moved or self.removed) or any(one.status in ("added", "updated") for one in self.outcomes)


class Following:
    """One look at a folder: which articles of the library came from files that are no longer there."""

    def __init__(self, index: Index, root: Path, files: Sequence[str]) -> None:
        """`files` are all that was found below `root`, and the folders there that could not be read."""
        self._index = index
        there = set(files)
        came = dict(_came_from(index, root))
        self._missing = {id: source for id, source in came.items() if not _is_there(source, there)}
        self._present = {id: source for id, source in came.items() if id not in self._missing}
        self._by_text = index.by_text(self._missing)
        self.moved: list[Moved] = []

    def recognised(self, articles: Iterator[Article | ReadFailed]) -> Iterator[Article | ReadFailed]:
        """The same articles; one that is new here, with the text of one whose file is gone, has moved first."""
        for one in articles:
            if isinstance(one, Article) and self._by_text and self._index.id_of(one) is None:
                self._move(one)
            yield one

    def _move(self, article: Article) -> None:
        if id := self._by_text.pop(checksum_of(article.text), None):
            before = self._missing.pop(id)
            self._index.move(id, article)
            self.moved.append(Moved(id, article.title, before, article.source))

    def gone(self, outcomes: Sequence[Added]) -> list[str]:
        """The ids of the articles to be removed, now that every file was looked at: those that no file gave.

        What could not be read may hold what it held before.
        """
        kept = {outcome.article_id for outcome in outcomes}
        failed = {outcome.source for outcome in outcomes if outcome.status == "failed"}
        replaced = [id for id, source in self._present.items() if not _is_there(source, failed)]
        return [id for id in (*self._missing, *replaced) if id not in kept]


def _came_from(index: Index, root: Path) -> list[tuple[str, str]]:
    """Id and file of each article that came from below `root`; a clipping has its address as its source."""
    entries = index.entries()
    here = [(entry.id, entry.source) for entry in entries if _below(entry.source, root)]
    saved = {id: path for path, id in index.visits.below(str(root)).items()}
    known = {id for id, _ in here}
    return here + [(entry.id, saved[entry.id]) for entry in entries if entry.id in saved and entry.id not in known]


def _below(source: str, root: Path) -> bool:
    return Path(source).is_relative_to(root)


def _is_there(source: str, there: set[str]) -> bool:
    """Whether a file is among `there`, itself or by a folder above it."""
    file = source.rpartition("#")[0]  # of a table's row
    return source in there or file in there or any(str(parent) in there for parent in Path(source).parents)
