"""The folders of the indexes: named in the catalog, switched by one write there, known again by their files."""

from __future__ import annotations

import json
import logging
import re
import shutil
import zlib
from pathlib import Path

from .catalog import Catalog
from .faults import DiskFull

log = logging.getLogger(__name__)

KINDS = ("vectors", "keywords")
_GRAPH = "graph"


class Folders:
    """Where the indexes live, and whether they are as an orderly close left them.

    The seal of an index is a list of its files with sizes, times and checksums. It is broken before the first
    write and set again at an orderly close, so a missing seal is an unclean end, and one that does not fit the
    files is a folder that was deleted or scribbled over.

    Chroma's graph, the files in its folder's own folders, has a seal that is set again after each write. When
    the end was unclean and the graph fits its seal, the end did not come inside the one write that is not safe.
    """

    def __init__(self, home: Path, catalog: Catalog) -> None:
        self.home = home
        self._catalog = catalog
        self.intact = {kind: self._fits(kind) for kind in (*KINDS, _GRAPH)}

    def current(self, kind: str) -> Path:
        """The folder of the index `kind`, "vectors" or "keywords"."""
        return self.home / (self._catalog.setting(f"{kind}_folder") or f"{kind}-1")

    def fresh(self, kind: str) -> Path:
        """An empty folder name beside the current one, for building a new index in."""
        current = self.current(kind)
        number = int(current.name.rsplit("-", 1)[1])
        folder = self.home / f"{kind}-{number + 1}" if current.exists() else current
        self.discard(folder)
        return folder

    def discard(self, folder: Path) -> None:
        """Deletes a folder that is not in use."""
        shutil.rmtree(folder, ignore_errors=True)

    def switch(self, kind: str, folder: Path) -> None:
        """Makes `folder` the current one, by one write, and deletes the one before."""
        before = self.current(kind)
        self._catalog.remember(**{f"{kind}_folder": folder.name})
        if before != folder:
            self.discard(before)

    def sweep(self) -> None:
        """Deletes what an unfinished rebuilding left."""
        kept = {self.current(kind) for kind in KINDS}
        for folder in self.home.iterdir():
            if re.fullmatch(r"(vectors|keywords)-\d+", folder.name) and folder not in kept:
                self.discard(folder)

    def break_seal(self) -> None:
        """Says, before the first write, that from here on only an orderly close makes the indexes trusted."""
        if any(self._sealing(kind) is not None for kind in KINDS):
            self._catalog.remember(**{f"{kind}_seal": None for kind in KINDS})

    def seal(self, kind: str) -> None:
        """Remembers the files of the index `kind` as they are, closed; of "graph" as they are after a write."""
        known = self._sealing(kind)
        seal = self._files(kind, known or {})
        if seal == known:
            return
        try:
            self._catalog.remember(**{f"{kind}_seal": json.dumps(seal)})
        except DiskFull:
            log.warning("%s: no room to note how its indexes are; the next start builds them anew", self.home)

    def _sealing(self, kind: str) -> dict[str, list[int]] | None:
        seal = self._catalog.setting(f"{kind}_seal")
        return json.loads(seal) if seal else None

    def _fits(self, kind: str) -> bool:
        seal = self._sealing(kind)
        try:
            return seal is not None and {
                name: (size, sum) for name, (size, _, sum) in self._files(kind, seal).items()
            } == {name: (size, sum) for name, (size, _, sum) in seal.items()}
        except OSError:
            return False

    def _files(self, kind: str, known: dict[str, list[int]]) -> dict[str, list[int]]:
        """Name, size, time and checksum of each file; sums of those that look untouched are taken from `known`."""
        folder = self.current("vectors" if kind == _GRAPH else kind)
        files: dict[str, list[int]] = {}
        for path in sorted(folder.glob("*/*") if kind == _GRAPH else folder.rglob("*")):
            if not path.is_file() or path.name.endswith(".lock"):
                continue
            stat, name = path.stat(), path.relative_to(folder).as_posix()
            before = known.get(name, [-1, -1, -1])
            untouched = before[:2] == [stat.st_size, stat.st_mtime_ns]
            files[name] = [stat.st_size, stat.st_mtime_ns, before[2] if untouched else _checksum(path)]
        return files


def _checksum(path: Path) -> int:
    sum = 0
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            sum = zlib.crc32(block, sum)
    return sum
