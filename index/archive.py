"""A library in one file: packed while it is in use, and unpacked where there is none.

The file is a zip: `manifest.json` names the other members with their sizes and checksums. Members are the catalog, as
it was at one moment, and what else stands beside it and is no index. Indexes are built anew from the catalog.

Nothing in such a file is believed: it may come from anywhere. Only names that are expected are read, they are written
under those names, sizes are kept to while reading, and a database must have our tables and nothing besides.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

from .catalog import Catalog
from .errors import PinciteError, StoreFailed
from .faults import DiskFull, is_full
from .home import CATALOG
from .schema import SCHEMA, own_tables, read_catalog, tables_of

FORMAT = 1  # of the file: raised when an older pincite could not read it
MANIFEST = "manifest.json"

_MANIFEST_BYTES = 100_000
_CHUNK = 1 << 20
_KEPT = ("embedder", "dim", "split", "unsigned")  # settings that say what the catalog holds, and not where indexes are
_TIGHTEST = 200  # times smaller a large member may be packed: a real one gets to 10

Check = Callable[[Path], None]  # raises PinciteError when a file is not what it should be


@dataclass(frozen=True, slots=True)
class Packed:
    """What a file holds."""

    articles: int
    passages: int
    made_at: str
    files: Mapping[str, Mapping[str, Any]]  # by name: "bytes", "sha256"


def pack(home: Path, file: Path, beside: tuple[str, ...] = ()) -> Packed:
    """Writes the library in `home` to `file`, with those files `beside` the catalog that are there.

    It may be in use meanwhile, here or in another process. Raises StoreFailed when there is no library, when `file`
    exists, or when it cannot be written.
    """
    if not (home / CATALOG).exists():
        raise StoreFailed(f"{home} holds no library: give the --home of one")
    if file.exists():
        raise StoreFailed(f"{file} exists already: name another file, or move that one away")
    with _written(file.parent), tempfile.TemporaryDirectory(dir=file.parent, prefix=".pincite-") as work:
        folder = Path(work)
        for name in (CATALOG, *beside):
            if name.endswith(".sqlite") and (home / name).exists():
                _copy_database(home / name, folder / name)
            elif (home / name).exists():
                shutil.copyfile(home / name, folder / name)
        articles, passages = _stripped(folder / CATALOG)
        files = {path.name: _known(path) for path in sorted(folder.iterdir())}
        packed = Packed(articles, passages, datetime.now(UTC).isoformat(timespec="seconds"), files)
        made = folder / "archive"
        with zipfile.ZipFile(made, "x", zipfile.ZIP_DEFLATED) as archive:
            told = {"format": FORMAT, "pincite": version("pincite"), **asdict(packed)}
            archive.writestr(MANIFEST, json.dumps(told, indent=2))
            for name in files:
                archive.write(folder / name, name)
        with made.open("rb+") as whole:
            os.fsync(whole.fileno())
        made.replace(file)
    return packed


def unpack(file: Path, home: Path, beside: Mapping[str, Check] | None = None) -> Packed:
    """Makes the library in `home` from `file`: all of it, or nothing.

    `beside` names what may come with the catalog, each with its check. Raises StoreFailed when `home` holds anything,
    when `file` is no whole export, or when there is no room.
    """
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise StoreFailed(f"{home} is not empty: import into a new folder, with --home FOLDER")
    checks = {CATALOG: _check_catalog, **(beside or {})}
    parent = home.resolve().parent
    with _written(parent):
        parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=parent, prefix=".pincite-") as work, _opened(file) as archive:
            packed = _manifest(file, archive, set(checks))
            _make_room(parent, sum(int(known["bytes"]) for known in packed.files.values()))
            folder = Path(work) / "library"
            folder.mkdir(mode=0o700)
            for name, known in packed.files.items():
                _take(file, archive, name, known, folder / name)
                checks[name](folder / name)
            if home.exists():
                home.rmdir()
            folder.rename(home)
    return packed


def _copy_database(path: Path, copy: Path) -> None:
    """One moment of a database, whoever is writing to it."""
    with closing(read_catalog(path)) as db, closing(sqlite3.connect(copy)) as made:
        db.backup(made)
        made.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it


def _stripped(path: Path) -> tuple[int, int]:
    """Takes out what says where the indexes are; how many articles and passages there are."""
    catalog = Catalog(path)
    try:
        catalog.keep_settings(_KEPT)
        return catalog.count()
    finally:
        catalog.close()
        with closing(sqlite3.connect(path)) as db:
            db.execute("PRAGMA journal_mode = DELETE")


def _known(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        sum = sha256()
        while chunk := file.read(_CHUNK):
            sum.update(chunk)
    return {"bytes": path.stat().st_size, "sha256": sum.hexdigest()}


@contextmanager
def _opened(file: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive
    except FileNotFoundError as err:
        raise StoreFailed(f"{file}: there is no such file: name what `pincite export-library` wrote") from err
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, RuntimeError) as err:
        raise _no_export(file, str(err)) from err
    except OSError as err:
        if is_full(err):
            raise
        raise StoreFailed(f"{file} cannot be read ({err.strerror or err}): see that it is all there") from err
    except Exception as err:
        if isinstance(err, PinciteError) or type(err).__module__ != "zlib":
            raise
        raise _no_export(file, str(err)) from err


def _manifest(file: Path, archive: zipfile.ZipFile, expected: set[str]) -> Packed:
    """What the file says of itself, held against what is in it."""
    held = [info.filename for info in archive.infolist()]
    if MANIFEST not in held or archive.getinfo(MANIFEST).file_size > _MANIFEST_BYTES:
        raise _no_export(file, "it has no list of its contents")
    try:
        told = json.loads(archive.read(MANIFEST))
        if int(told["format"]) > FORMAT:
            raise StoreFailed(f"{file} was written by a newer pincite (format {told['format']}): upgrade pincite")
        files = {
            str(name): {"bytes": int(known["bytes"]), "sha256": str(known["sha256"])}
            for name, known in told["files"].items()
        }
        packed = Packed(int(told["articles"]), int(told["passages"]), str(told["made_at"]), files)
    except (ValueError, KeyError, TypeError, AttributeError) as err:
        raise _no_export(file, "its list of contents makes no sense") from err
    if strange := set(held) - expected - {MANIFEST}:
        raise _no_export(file, f"it holds {min(strange)!r}, which no library has")
    if sorted(held) != sorted([MANIFEST, *files]) or CATALOG not in files:
        raise _no_export(file, "it does not hold what its list says")
    return packed


def _make_room(folder: Path, wanted: int) -> None:
    if wanted > shutil.disk_usage(folder).free:
        raise DiskFull(folder)


def _take(file: Path, archive: zipfile.ZipFile, name: str, known: Mapping[str, Any], path: Path) -> None:
    """Writes one member, if it is what the list says: as long, and with that checksum."""
    info, size = archive.getinfo(name), int(known["bytes"])
    if info.file_size != size or (size > 100 * _CHUNK and size > _TIGHTEST * info.compress_size):
        raise _no_export(file, f"{name} is not as long as its list says")
    sum, left = sha256(), size
    with archive.open(info) as member, _created(path) as out:
        while chunk := member.read(min(_CHUNK, left + 1)):
            left -= len(chunk)
            if left < 0:
                break
            sum.update(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    if left or sum.hexdigest() != known["sha256"]:
        raise _no_export(file, f"{name} is damaged")


def _created(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _check_catalog(path: Path) -> None:
    """Raises StoreFailed unless the file is a catalog of ours and nothing besides, and its parts fit together."""
    with _database(path) as db:
        [tables] = db.execute("PRAGMA user_version").fetchone()
        if tables > SCHEMA:
            raise StoreFailed("the export was written by a newer pincite: upgrade pincite, then import it")
        if not tables or tables_of(db) != own_tables(tables):
            raise StoreFailed("the export's catalog has other tables than ours: it was not made by pincite")
    catalog = Catalog(path)
    try:
        catalog.keep_settings(_KEPT)
        dim = catalog.setting("dim") or "0"
        if faults := catalog.faults():
            raise StoreFailed(f"the export cannot be used: {faults[0]}")
        if catalog.changed_texts() or not dim.isdecimal() or catalog.misfits(int(dim)):
            raise StoreFailed("the export's catalog does not fit together: its texts, passages and vectors differ")
    finally:
        catalog.close()


def check_database(path: Path, tables: set[tuple[str, ...]]) -> None:
    """Raises StoreFailed unless the file is a SQLite database with just these `tables`, as `tables_of` gives them."""
    with _database(path) as db:
        if tables_of(db) != tables:
            raise StoreFailed(f"the export's {path.name} has other tables than ours: it was not made by pincite")


@contextmanager
def _database(path: Path) -> Iterator[sqlite3.Connection]:
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
            db.execute("PRAGMA trusted_schema = OFF")
            yield db
    except sqlite3.Error as err:
        raise StoreFailed(f"the export's {path.name} is no database ({err}): export the library again") from err


@contextmanager
def _written(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as err:
        if is_full(err):
            raise DiskFull(folder) from err
        raise StoreFailed(f"{folder} cannot be written ({err.strerror or err}): name another place") from err


def _no_export(file: Path, why: str) -> StoreFailed:
    return StoreFailed(f"{file} is no whole export of a library ({why}): name what `pincite export-library` wrote")
