"""Passages by nearness of their vectors: Chroma when it is open and well, the catalog's own vectors otherwise."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from threading import RLock, Thread
from time import perf_counter
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from .catalog import Catalog
from .errors import PinciteError, StoreFailed
from .exact import Exact
from .faults import IndexHurt
from .folders import Folders
from .probe import strays
from .records import Row
from .vectors import Vectors

log = logging.getLogger(__name__)

# Up to here building Chroma anew (0.5 ms a passage) is quicker than the child process that would check it.
_CHECKED_FROM = 4_000


class Nearest:
    """The vectors of a library. A search never waits for Chroma: until that is open it is exact, and slower."""

    def __init__(self, catalog: Catalog, folders: Folders, dim: int) -> None:
        self.dim = dim
        self._catalog = catalog
        self._folders = folders
        self._state: Literal["whole", "unclean", "hurt"] = "whole" if folders.intact["vectors"] else "unclean"
        self._chroma: Vectors | None = None
        self._hurt: list[Vectors] = []  # to be closed before another is opened
        self._opener: Thread | None = None
        self._lock = RLock()  # of whatever opens, closes or changes Chroma
        self._searches = 0
        self._exact = Exact(catalog, dim)

    # Searching

    def search(self, vector: NDArray[np.float32], k: int) -> list[tuple[str, float]]:
        """About `k` passage ids with their cosine similarity, best first; some may be of no ready version."""
        self._searches += 1
        if chroma := self._chroma:
            try:
                return chroma.search(vector, k)
            except IndexHurt as err:
                if chroma is self._chroma:  # and not closed meanwhile, to be built anew
                    self._distrust(chroma, err)
        elif self._searches > 1:
            # Opening Chroma takes over a second, most of it Python's import: one question alone is answered
            # sooner without it.
            self.open_behind()
        return self.exact(vector, k)

    def exact(
        self, vector: NDArray[np.float32], k: int, article_ids: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        """The `k` nearest ready passages, of these articles or of all, compared one by one."""
        return self._exact.search(vector, k, article_ids)

    # Changing

    def put(self, rows: Sequence[Row]) -> None:
        """Adds rows, or replaces those of the same ids."""
        self._change(lambda chroma: chroma.put(rows))

    def drop(self, ids: Sequence[str]) -> None:
        """Takes rows out."""
        self._change(lambda chroma: chroma.drop(ids))

    def _change(self, change: Callable[[Vectors], None]) -> None:
        """`change` done in Chroma; when that fails, done by building Chroma anew from the catalog."""
        with self._lock:
            chroma = self.opened()
            try:
                change(chroma)
                self._folders.seal("graph")
            except IndexHurt as err:
                self._distrust(chroma, err)
                self.rebuild()

    # Opening, mending, closing

    def open_behind(self) -> None:
        """Opens Chroma, mended if need be, while searches go on."""
        if self._opener is None:
            self._opener = Thread(target=self._try_open, name="pincite-vectors", daemon=True)
            self._opener.start()

    def _try_open(self) -> None:
        try:
            self.opened()
        except PinciteError as err:
            log.warning("%s; questions are answered by exact search", err)

    def opened(self) -> Vectors:
        """Chroma, opened, and checked and mended if need be. Raises StoreFailed when even a new one cannot be made."""
        with self._lock:
            if self._chroma is None:
                try:
                    self._chroma = self._open()
                except IndexHurt as err:
                    self._distrust(None, err)
            return self._chroma or self.rebuild()

    def _open(self) -> Vectors | None:
        """The index as it stands in its folder; None when it is not to be trusted."""
        self._let_go()
        folder, gone = self._folders.current("vectors"), list[str]()
        if self._state == "hurt":
            return None
        if self._state == "unclean":
            _, passages = self._catalog.count()
            if passages < _CHECKED_FROM or not self._folders.intact["graph"]:
                if passages:  # none in a library that has just begun
                    why = "was not closed in order" if folder.exists() else "is not there"
                    log.warning("%s: the vector index %s; it is built anew", folder.parent, why)
                return None
            gone = strays(self._catalog.path, folder, passages)
            log.warning("%s: the vector index was not closed in order; it was checked and is well", folder.parent)
        chroma = Vectors(folder)
        chroma.drop(gone)
        self._state = "whole"
        return chroma

    def rebuild(self) -> Vectors:
        """Chroma built anew from the catalog's vectors, beside the old one and then in its place."""
        with self._lock:
            self._let_go()
            start, folder = perf_counter(), self._folders.fresh("vectors")
            built: Vectors | None = None
            try:
                built = Vectors(folder)
                for rows in self._catalog.rows("ready", "pending"):
                    built.put(rows)
                log.info("built the vector index: %d passages in %.1f s", built.count(), perf_counter() - start)
                self._folders.switch("vectors", folder)
                self._folders.seal("graph")
            except BaseException as err:
                self._hurt += [built] if built else []
                self._let_go()
                self._folders.discard(folder)
                if isinstance(err, IndexHurt):
                    raise StoreFailed(f"{folder}: the vector index cannot be built ({err}): try again") from err
                raise
            self._chroma, self._state = built, "whole"
            return built

    def scrub(self) -> None:
        """Builds a small index anew, so that no file keeps a removed vector: Chroma's log would for long."""
        if self._catalog.count()[1] < _CHECKED_FROM:
            self.rebuild()

    def _distrust(self, chroma: Vectors | None, err: IndexHurt) -> None:
        """Stops using `chroma`; the next start, or the next write, builds it anew."""
        with self._lock:
            if chroma is not self._chroma:
                return  # another thread's search met the same fault first
            log.warning("%s; it is built anew from the catalog", err)
            self._hurt += [chroma] if chroma else []
            self._chroma, self._state, self._opener = None, "hurt", None
            with suppress(StoreFailed):
                self._folders.break_seal()

    def _let_go(self) -> None:
        held = [*self._hurt, self._chroma] if self._chroma else self._hurt
        self._chroma, self._hurt = None, []
        for chroma in held:
            with suppress(IndexHurt):
                chroma.close()

    def close(self) -> None:
        """Lets go of the folder, and seals it when it is well."""
        if self._opener:
            self._opener.join()
        with self._lock:
            was_open = self._chroma is not None
            self._let_go()
            if was_open:
                self._folders.seal("vectors")
