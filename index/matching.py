"""Passages by the words they share with a question: tantivy, built anew from the catalog whenever it is in doubt."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from pathlib import Path
from threading import RLock
from time import perf_counter

from .catalog import Catalog
from .errors import StoreFailed
from .faults import DiskFull, IndexHurt
from .folders import Folders
from .keywords import Keywords
from .records import Row

log = logging.getLogger(__name__)

_SCRUBBED_TO = 50_000  # passages: more take too long for the end of a session


class Matching:
    """The keyword index of a library, always whole: 10,000 passages are built anew in about a second."""

    def __init__(self, catalog: Catalog, folders: Folders) -> None:
        """Opens the index. One that was not closed in order, or was touched since, is built anew."""
        self._catalog = catalog
        self._folders = folders
        self._lock = RLock()
        self._tantivy: Keywords | None = None
        if folders.intact["keywords"]:
            with suppress(IndexHurt):
                self._tantivy = Keywords(folders.current("keywords"))
        if self._tantivy is None:
            if catalog.count()[1]:  # none in a library that has just begun
                why = "was not closed in order" if folders.current("keywords").exists() else "is not there"
                log.warning("%s: the keyword index %s; it is built anew", folders.home, why)
            self.rebuild()

    def search(self, text: str, k: int, article_ids: Collection[str] | None = None) -> list[tuple[str, float]]:
        """At most `k` passage ids with their BM25 score, best first; some may be of no ready version."""
        tantivy = self._tantivy or self.opened()
        try:
            return tantivy.search(text, k, article_ids)
        except IndexHurt as err:
            log.warning("%s; it is built anew from the catalog", err)
        with self._lock:
            if self._tantivy is tantivy:
                self.rebuild()
        try:
            return self.opened().search(text, k, article_ids)
        except IndexHurt as err:
            raise StoreFailed(f"{self._folders.home}: {err}: run `pincite doctor --repair`") from err

    def put(self, rows: Sequence[Row]) -> None:
        """Adds rows, or replaces those of the same ids."""
        self._change(lambda tantivy: tantivy.put(rows))

    def drop(self, ids: Sequence[str]) -> None:
        """Takes rows out."""
        self._change(lambda tantivy: tantivy.drop(ids))

    def _change(self, change: Callable[[Keywords], None]) -> None:
        with self._lock:
            try:
                change(self.opened())
            except IndexHurt as err:
                log.warning("%s; it is built anew from the catalog", err)
                self.rebuild()

    def opened(self) -> Keywords:
        """The index."""
        with self._lock:
            return self._tantivy or self.rebuild()

    def rebuild(self) -> Keywords:
        """The index built anew, beside the old one and then in its place; in memory when the disk is full."""
        with self._lock:
            start, folder = perf_counter(), self._folders.fresh("keywords")
            try:
                built = self._filled(folder)
                self._folders.switch("keywords", folder)
            except DiskFull:
                self._folders.discard(folder)
                built = self._filled(None)
                log.warning("%s: the disk is full: the keyword index stays in memory", self._folders.home)
            log.info("built the keyword index: %d passages in %.1f s", built.count(), perf_counter() - start)
            self._tantivy = built
            return built

    def scrub(self) -> None:
        """Builds the index anew, so that no file keeps a removed word: tantivy keeps them until it merges."""
        if self._catalog.count()[1] < _SCRUBBED_TO:
            self.rebuild()

    def _filled(self, folder: Path | None) -> Keywords:
        try:
            built = Keywords(folder)
            for rows in self._catalog.rows("ready", "pending", articles=2_000):
                built.put(rows)
            return built
        except IndexHurt as err:
            raise StoreFailed(f"{folder}: the keyword index cannot be built ({err}): try again") from err

    def close(self) -> None:
        """Lets go of the folder, and seals it."""
        with self._lock:
            tantivy, self._tantivy = self._tantivy, None
            if not tantivy:
                return
            try:
                tantivy.close()
            except IndexHurt as err:
                log.warning("%s; the next start builds it anew", err)
                return
            if tantivy.folder:
                self._folders.seal("keywords")
