"""The index of a library: a catalog that is the truth, and two indexes over it that can be built anew.

An article's new version is stored in one transaction as pending, with its passages and vectors. Then both
indexes get them. Then one transaction makes it ready and retires the old version, whose passages leave the
indexes last. Every step can be repeated, so finishing what a crash left is doing them again.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from threading import RLock, Thread
from types import TracebackType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .adding import Added, Preparing, grouped
from .catalog import Catalog
from .errors import PinciteError, ReadFailed, StoreMismatch
from .folders import Folders
from .health import Health, examined
from .home import CATALOG, prepared_home
from .lock import Lock
from .matching import Matching
from .nearest import Nearest
from .records import Entry
from .reindex import reindexed
from .search import Searches
from .split import PASSAGE_TOKENS, PASSAGE_TOKENS_MOST, CountTokens
from .types import NO_FILTERS, Article, Filters, Passage, article_id
from .visits import Visits

if TYPE_CHECKING:
    from .embed import Embedder

log = logging.getLogger(__name__)

_SPLIT = f"{PASSAGE_TOKENS}/{PASSAGE_TOKENS_MOST}"


class Index:
    """Articles that can be found. Made by `open_index`; any number of threads may use it."""

    def __init__(self, home: Path, embedder: Embedder, count_tokens: CountTokens, *, reindex: bool) -> None:
        self.home = home
        self._embedder = embedder
        self._count_tokens = count_tokens
        self._writing = RLock()
        self._settler: Thread | None = None
        self._closing = False
        self._lock = Lock(home)
        try:
            self._open(match=not reindex)
            if reindex:
                self.reindex(embedder)
        except BaseException:
            self._lock.close()
            raise

    def _open(self, *, match: bool) -> None:
        self._catalog = Catalog(self.home / CATALOG)
        self.visits = Visits(self.home, self._catalog.digest, self._catalog.article)
        try:
            self._match(match)
            self._folders = Folders(self.home, self._catalog)
            self._folders.sweep()
            self._matching = Matching(self._catalog, self._folders)
            self._nearest = Nearest(self._catalog, self._folders, int(self._catalog.setting("dim") or 0))
            self._searches = Searches(self._catalog, self._nearest, self._matching)
        except BaseException:
            self._catalog.close()
            raise
        if self._catalog.unsettled() or self._catalog.setting("unsigned"):
            self._settler = Thread(target=self._try_settle, name="pincite-settle", daemon=True)
            self._settler.start()

    def _match(self, refuse: bool) -> None:
        """Compares what the library was built with, and remembers it in a new or empty one."""
        now = {"embedder": self._embedder.name, "dim": str(self._embedder.dim), "split": _SPLIT}
        built = {name: self._catalog.setting(name) for name in now}
        if built == now:
            return
        if not any(built.values()) or not self._catalog.passage_ids("ready", "pending"):
            self._catalog.remember(**now)
        elif refuse:
            raise StoreMismatch(
                f"{self.home} was built with {built['embedder']} ({built['dim']} numbers, passages of {built['split']} "
                f"tokens) and not with {now['embedder']} ({now['dim']}, {now['split']}): open it with that one, "
                "or build it anew: `pincite reindex`, or reindex=True from code"
            )

    # Changing

    def add(self, articles: Iterable[Article | ReadFailed]) -> Iterator[Added]:
        """What became of each article, in order, each told once it is safely stored.

        One with the id and digest of a ready article is the same and costs nothing. A bad one never stops the
        rest. Nothing happens until the result is walked through. Raises StoreFailed when the library cannot be
        written; what was told until then is kept, and the same call goes on from there.
        """
        for group in grouped(articles):
            with self._writing:
                self._settle()
                outcomes, prepared = self._preparing().prepare(group)
                if prepared:
                    self._folders.break_seal()
                    self._catalog.store(prepared)
                    self._settle()
            yield from outcomes

    def _preparing(self) -> Preparing:
        return Preparing(self._catalog, self._embedder, self._count_tokens)

    def remove(self, ids: Sequence[str]) -> list[Entry]:
        """What was removed, from every store and in every version.

        Raises UnknownArticle, and removes nothing, when one is unknown.
        """
        with self._writing:
            self._settle()
            self._folders.break_seal()
            entries = self._catalog.mark_removed(ids)
            self._catalog.remember(unscrubbed="yes")
            self._settle()
            self.visits.forget([entry.id for entry in entries])
        return entries

    def id_of(self, article: Article) -> str | None:
        """The id under which this article is here, whatever its text; None when it is not."""
        id = (
            self._catalog.settle_id(article.source, article.id)
            if article.id == article_id(article.source)
            else article.id
        )
        return id if self._catalog.digest(id) is not None else None

    def by_text(self, ids: Iterable[str]) -> dict[str, str]:
        """These articles by what `checksum_of` gives for their text."""
        return self._catalog.checksums(ids)

    def move(self, id: str, article: Article) -> None:
        """Tells that the article `id` is now found at the source of `article`, which has the same text.

        It keeps its id, its versions and its vectors. Adding `article` then changes nothing, or what else it brings.
        """
        with self._writing:
            now = self._catalog.article(id)
            there = replace(article, id=id, version=now.version, digest=now.digest, pages=now.pages)
            moved = there == replace(now, source=article.source)
            self._catalog.move(id, article.source, article.digest if moved else "moved")

    def _settle(self) -> None:
        """Finishes what is begun: pending versions become ready, retired and removed ones leave the indexes."""
        with self._writing:
            unsettled = self._catalog.unsettled()
            if not unsettled:
                return
            self._folders.break_seal()
            if "pending" in unsettled:
                for rows in self._catalog.rows("pending"):
                    self._nearest.put(rows)
                    self._matching.put(rows)
                self._catalog.make_ready()
            if gone := self._catalog.passage_ids("retired", "removed"):
                self._nearest.drop(gone)
                self._matching.drop(gone)
            self._catalog.forget_gone()

    def _try_settle(self) -> None:
        try:
            self._settle()
            self._sign()
        except PinciteError as err:
            log.warning("%s; the next change to the library finishes what was begun", err)

    def _sign(self) -> None:
        """Finds the copies in a library from before copies were kept, a few articles at a time."""
        while self._catalog.setting("unsigned") and not self._closing:
            with self._writing:
                self._catalog.sign()

    # Looking

    def entries(self) -> list[Entry]:
        """Every article, without its text, the newest added first."""
        return self._catalog.entries()

    def article(self, id: str, version: int | None = None) -> Article:
        """One article with its whole text: the ready version, or the one asked for. Raises UnknownArticle."""
        return self._catalog.article(id, version)

    def passages(self, id: str) -> list[Passage]:
        """The passages of an article's ready version, in order. Raises UnknownArticle."""
        return self._catalog.passages(id)

    def versions(self, id: str) -> list[Entry]:
        """Every version of an article, the newest first. Raises UnknownArticle."""
        return self._catalog.versions(id)

    def copies(self, ids: Iterable[str]) -> dict[str, tuple[Entry, ...]]:
        """For each of these articles that has copies, those; an article is no copy of itself."""
        return self._catalog.copies(ids)

    def count(self, filters: Filters = NO_FILTERS) -> int:
        """How many articles pass `filters`."""
        return len(self._searches.admitted(filters)) if filters else self._catalog.count()[0]

    # Searching

    def by_vector(self, vector: NDArray[np.float32], k: int, filters: Filters = NO_FILTERS) -> list[tuple[str, float]]:
        """The `k` nearest passages as id and cosine similarity, -1 to 1, best first.

        Fewer only when fewer passages pass `filters`. Raises ValueError for a vector of another shape.
        """
        return self._searches.by_vector(vector, k, filters)

    def by_keywords(self, text: str, k: int, filters: Filters = NO_FILTERS) -> list[tuple[str, float]]:
        """The `k` passages that share most with `text` as id and BM25 score, best first; `text` may be anything.

        Fewer when fewer share a word with it and pass `filters`.
        """
        return self._searches.by_keywords(text, k, filters)

    def load(self, passage_ids: Sequence[str]) -> list[tuple[Passage, Article]]:
        """Passages with their articles, in the order asked; those of no ready version are left out."""
        return self._catalog.load(passage_ids)

    def vectors(self, passage_ids: Sequence[str]) -> NDArray[np.float32]:
        """Their unit vectors, shape (len(passage_ids), dim); zeros for one of no ready version."""
        return self._catalog.vectors(passage_ids, self._nearest.dim)

    # Health

    def check(self) -> Health:
        """What the catalog and both indexes hold, and where they differ."""
        with self._writing:
            return examined(self._catalog, self._nearest, self._matching)

    def repair(self) -> Health:
        """The same after mending: what was begun is finished, and an index that differs is built anew.

        Passages that do not fit their text are made anew from it. A text that was changed cannot be mended from within:
        it counts as never read, so that adding it again stores it.
        """
        with self._writing:
            self._settle()
            self._folders.break_seal()
            self._catalog.distrust_changed()
            self._settle()
            misfits = [self._catalog.article(entry.id) for entry in self._catalog.misfits(self._nearest.dim)]
            for article in misfits:
                self._catalog.replace_passages(self._preparing().again(article))
            before, anew = self.check(), bool(misfits or self._catalog.setting("unscrubbed"))
            if before.vector_faults or anew:
                self._nearest.rebuild()
            if before.keyword_faults or anew:
                self._matching.rebuild()
            self._catalog.remember(unscrubbed=None)
            return self.check()

    def reindex(self, embedder: Embedder) -> None:
        """Splits and embeds every article anew with `embedder`, beside the library; one switch at the end."""
        with self._writing:
            self._settle()
            made = reindexed(self._catalog, embedder, self._count_tokens, split_sizes=_SPLIT)
            self._close_parts()
            made.replace(self.home / CATALOG)
            self._embedder = embedder
            self._open(match=True)

    # Life

    def warm(self) -> None:
        """Begins to open Chroma while questions are answered without it: for a process that will answer many."""
        self._nearest.open_behind()

    def announce(self, window: str) -> None:
        """Lets a second process that finds the library busy name the address of its window."""
        self._lock.announce(window)

    def close(self) -> None:
        """Finishes what is under way and lets go of the folder. Closing twice does nothing."""
        self._closing = True
        if self._settler:
            self._settler.join()
        with self._writing:
            if self._lock.held:
                self._scrub()
                self._close_parts()
                self._lock.close()

    def _scrub(self) -> None:
        """Frees the indexes' files of what was removed, if anything was."""
        try:
            if self._catalog.setting("unscrubbed"):
                self._nearest.scrub()
                self._matching.scrub()
                self._catalog.remember(unscrubbed=None)
        except PinciteError as err:
            log.warning("%s; traces of removed articles stay in the index files until the next close", err)

    def _close_parts(self) -> None:
        self._matching.close()
        self._nearest.close()
        self.visits.close()
        self._catalog.close()

    def __enter__(self) -> Index:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_index(
    home: Path | str, embedder: Embedder, *, count_tokens: CountTokens | None = None, reindex: bool = False
) -> Index:
    """The index in the folder `home`, made when missing. `count_tokens` is the bundled tokenizer's by default.

    Raises LibraryBusy when it is open already, StoreMismatch when it was built with another embedder (with
    `reindex` it is built anew with this one), StoreFailed when its files cannot be used.
    """
    if count_tokens is None:
        from .embed import MiniLM

        # Whatever embeds, so that the passages are the same.
        count_tokens = (embedder if isinstance(embedder, MiniLM) else MiniLM()).count_tokens
    return Index(prepared_home(Path(home)), embedder, count_tokens, reindex=reindex)
