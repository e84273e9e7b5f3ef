"""Files found in folders and opened, links and devices minded."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..errors import ReadFailed
from .kinds import READ_SUFFIXES

FILE_BYTES = 50_000_000

# In a folder these are no articles, and nobody wonders why they were not read.
_PASSED_OVER = frozenset(
    """.png .jpg .jpeg .gif .webp .svg .ico .bmp .tif .tiff .heic .avif .mp3 .wav .ogg .flac .m4a .mp4 .mov .avi
    .mkv .webm .zip .gz .tgz .bz2 .xz .zst .7z .rar .tar .iso .dmg .exe .dll .so .dylib .bin .dat .db .sqlite
    .sqlite3 .wasm .py .pyc .ipynb .js .mjs .ts .tsx .jsx .css .scss .less .c .h .cc .cpp .hpp .rs .go .java .kt
    .class .jar .rb .php .pl .lua .swift .sh .bash .bat .ps1 .sql .r .m .json .toml .yaml .yml .ini .cfg
    .conf .lock .xml .xsl .map .log .tmp .bak .woff .woff2 .ttf .otf .eot .pem .key .crt .pickle .pkl .npy .npz
    .parquet .onnx .safetensors""".split()
)
# Documents all the same, which another program can save as a kind that is read.
_DOCUMENTS = frozenset(".doc .dot .rtf .odt .ott .pages .mobi .azw3 .djvu .ps .ppt .pptx .odp .xls .xlsx .ods".split())


@dataclass(frozen=True, slots=True)
class Place:
    """Something to read: a file or an address."""

    name: str  # absolute path or URL
    folder: str | None = None  # the folder it was found in, whose bounds it must keep

    @property
    def is_url(self) -> bool:
        return is_url(self.name)


def is_url(name: str) -> bool:
    """Whether `name` is a web address rather than a path."""
    return name[:8].lower().startswith(("http://", "https://"))


def find_places(places: Iterable[str | Path | Place | ReadFailed] | str | Path) -> list[Place | ReadFailed]:
    """What `read_all` reads for `places`, in its order: folders become the files in them, sorted by path.

    A folder that cannot be listed, a link that leads nowhere or out of its folder, and a file of an unknown kind
    are ReadFailed. Hidden files, links to what is in the folder anyway, and pictures, programs, data are left out.
    """
    if isinstance(places, str | Path):
        places = [places]
    return [found for place in places for found in _expanded(place)]


def _expanded(place: str | Path | Place | ReadFailed) -> Iterator[Place | ReadFailed]:
    if isinstance(place, Place | ReadFailed):
        yield place
        return
    name = str(place).strip() if isinstance(place, str) and is_url(place.strip()) else os.path.expanduser(place)
    if is_url(name):
        yield Place(name)
        return
    if "://" in name:
        scheme = name.split(":")[0]
        yield ReadFailed(name, f"{scheme} addresses are not read: give a path, or an http or https address")
        return
    path = os.path.abspath(name)
    if os.path.isdir(path):
        yield from _walked(path)
    else:
        yield Place(path)


def _walked(top: str) -> Iterator[Place | ReadFailed]:
    """The files below the folder `top`, sorted."""
    waiting: list[str | os.DirEntry[str]] = [top]
    while waiting:
        entry = waiting.pop()
        if isinstance(entry, str) or entry.is_dir(follow_symlinks=False):
            path = os.fspath(entry)
            try:
                with os.scandir(path) as listing:
                    shown = (entry for entry in listing if not entry.name.startswith("."))
                    waiting += sorted(shown, key=lambda entry: entry.name, reverse=True)
            except OSError as err:
                yield ReadFailed(source_of(path), _folder_reason(err))
        elif entry.is_symlink():
            yield from _link(entry.path, top)
        elif _suffix(entry.name) not in _PASSED_OVER:
            yield Place(entry.path, top)


def _suffix(name: str) -> str:
    return os.path.splitext(name)[1].lower()


def _link(path: str, top: str) -> Iterator[ReadFailed]:
    """Why the link at `path` is not read; nothing when it leads to what is read anyway."""
    target, bounds = os.path.realpath(path), os.path.realpath(top)
    if not os.path.exists(target):
        yield ReadFailed(source_of(path), "it is a link to a place that is missing: mend or remove the link")
    elif os.path.commonpath((target, bounds)) != bounds:
        yield ReadFailed(source_of(path), "it is a link that leads out of the folder: add the file it leads to itself")


def source_of(path: str) -> str:
    """`path` as an article's source: with "/" between its parts, and U+FFFD for bytes that are no text."""
    return Path(os.fsencode(path).decode("utf-8", "replace")).as_posix()


def read_bytes(place: Place, *, most: int = FILE_BYTES) -> bytes:
    """The bytes of the file at `place`. Raises ReadFailed when it cannot be opened, is no plain file, or too large."""
    source = source_of(place.name)
    if place.folder is not None and (suffix := _suffix(place.name)) not in READ_SUFFIXES:
        cure = "save it as PDF, Word (.docx) or text" if suffix in _DOCUMENTS else "name the file itself, if it is text"
        reason = f"{suffix} is not a kind pincite reads: {cure}"
        if suffix == ".opml":  # a folder is read for what is in it, and not for what that leads to
            reason = "it is a list of feeds: name the file itself to add what they announce"
        raise ReadFailed(source, reason)
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    if place.folder is not None:
        flags |= getattr(os, "O_NOFOLLOW", 0)
    try:
        descriptor = os.open(place.name, flags)
    except (OSError, ValueError) as err:
        raise ReadFailed(source, _file_reason(err)) from err
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise ReadFailed(
                source, f"it is {_special(status.st_mode)}, not a file: add files, folders or web addresses"
            )
        if status.st_size > most:
            size = f"{status.st_size / 1e6:,.0f} MB"
            raise ReadFailed(source, f"it is {size}, and {most / 1e6:,.0f} MB is the most: cut it into smaller files")
        try:
            data = file.read(most + 1)
        except OSError as err:
            raise ReadFailed(source, _file_reason(err)) from err
    if not data:
        raise ReadFailed(source, "the file is empty: there is nothing to read")
    if len(data) > most:
        raise ReadFailed(source, f"it grew beyond {most / 1e6:,.0f} MB while it was read: add it when it is finished")
    return data


def _file_reason(err: OSError | ValueError) -> str:
    if isinstance(err, FileNotFoundError) or (isinstance(err, OSError) and err.errno == errno.ENOTDIR):
        return "there is no such file: check its name and folder"
    if isinstance(err, PermissionError):
        return "it may not be opened by this user: change its permissions (chmod u+r)"
    if isinstance(err, OSError) and err.errno == errno.ELOOP:
        return "it is a link, or a circle of links: add the file it leads to itself"
    if isinstance(err, OSError) and err.errno == errno.ENXIO:
        return "it is a socket, not a file: add files, folders or web addresses"
    if isinstance(err, OSError) and err.strerror:
        return f"it cannot be opened ({err.strerror}): check its name and the disk it is on"
    return "that is no name a file can have: check it"


def _folder_reason(err: OSError) -> str:
    if isinstance(err, PermissionError):
        return "the folder may not be listed by this user: change its permissions (chmod u+rx)"
    return f"the folder cannot be listed ({err.strerror}): check it and the disk it is on"


def _special(mode: int) -> str:
    if stat.S_ISDIR(mode):
        return "a folder"
    if stat.S_ISFIFO(mode):
        return "a pipe"
    return "a socket" if stat.S_ISSOCK(mode) else "a device"
