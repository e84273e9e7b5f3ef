"""The folder of a library."""

from __future__ import annotations

from pathlib import Path

from .errors import StoreFailed
from .faults import DiskFull, is_full

CATALOG = "catalog.sqlite"


def prepared_home(home: Path) -> Path:
    """The folder `home`, made for this user alone when missing. Raises StoreFailed when it cannot hold a library."""
    try:
        if home.exists() and not home.is_dir():
            raise StoreFailed(f"{home} is a file, not a folder: give another --home")
        if not home.is_dir():
            home.mkdir(mode=0o700, parents=True)
        catalog = home / CATALOG
        emptied = catalog.exists() and not catalog.stat().st_size
        if emptied and any(home.glob("vectors-*")):
            raise StoreFailed(
                f"{catalog} is empty although there was a library: put a backup in its place, "
                "or move the folder away and add the articles again"
            )
    except OSError as err:
        if is_full(err):
            raise DiskFull(home) from err
        raise StoreFailed(f"{home} cannot be used ({err.strerror or err}): give another --home") from err
    return home
