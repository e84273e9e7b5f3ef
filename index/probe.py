"""Whether a vector index that was not closed in order is whole, found out in a child process.

A hurt Chroma folder (1.5.9) can crash the process that opens it, or grow until the disk is full. So a child
opens it first, with a limit on time and on the size of files, and compares every id and vector with the catalog.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from .catalog_reader import CatalogReader
from .compare import compared
from .faults import IndexHurt
from .vectors import Vectors


def strays(catalog: Path, folder: Path, passages: int) -> list[str]:
    """The ids that the index in `folder` holds and the catalog does not.

    Raises IndexHurt when it lacks any, holds another vector for one, does not find one, or fails otherwise.
    """
    command = [sys.executable, "-P", "-m", "pincite.index.probe", str(catalog), str(folder)]
    limit_s = 60 + passages / 500
    try:
        child = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=limit_s, check=False)
        if child.returncode == 0:
            return json.loads(child.stdout)
        told = child.stderr.decode("utf-8", "replace").strip().splitlines()
        raise IndexHurt(f"the vector index in {folder} is hurt: {told[-1] if told else child.returncode}")
    except (OSError, ValueError, subprocess.TimeoutExpired) as err:
        raise IndexHurt(f"the vector index in {folder} could not be checked: {err}") from err


def main(catalog: Path, folder: Path) -> None:
    """Prints the stray ids as JSON; ends with an error when the index is hurt."""
    _limit_files(folder)
    truth = CatalogReader(catalog)
    index = Vectors(folder)
    try:
        found = compared(index, truth, int(truth.setting("dim") or 0))
    except IndexHurt as err:
        sys.exit(str(err))
    index.close()
    sys.stdout.write(json.dumps(found))


def _limit_files(folder: Path) -> None:
    if sys.platform == "win32":
        return
    import resource

    largest = max((path.stat().st_size for path in folder.rglob("*") if path.is_file()), default=0)
    limit = 2 * largest + (64 << 20)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
