"""The library that a set is asked over: made once, and kept so that the next run embeds nothing."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

from .. import index
from ..index import LibraryBusy, PinciteError, StoreMismatch
from ..rag import Library, Progress, open_library, read_settings
from .cases import CaseSet
from .rows import SetBroken

KEPT_DAYS = 14  # a kept library that no run has used for so long is removed


@contextmanager
def indexed(
    case_set: CaseSet,
    *,
    home: Path | None = None,
    fresh: bool = False,
    on_progress: Callable[[Progress], None] | None = None,
) -> Iterator[Library]:
    """A library that holds the set's articles and no others, in `home` or in the platform's cache folder.

    `fresh` makes the kept one anew. Raises SetBroken when an article cannot be stored, StoreMismatch when the library
    holds anything else, and whatever opening a library raises.
    """
    folder = home or kept_folder(case_set)
    if home is None:
        folder.parent.mkdir(parents=True, exist_ok=True)
        _forget_unused(folder.parent)
        if fresh:
            _remove(folder)
    with open_library(folder) as library:
        _fill(library, case_set, on_progress)
        if home is None:
            (folder / "used").touch()
        yield library


def kept_folder(case_set: CaseSet) -> Path:
    """Where the library of a set is kept: named by all that its contents come from."""
    from platformdirs import user_cache_path

    made_from = f"{case_set.digest} {read_settings().embedding} {_index_digest()}"
    key = sha256(made_from.encode()).hexdigest()[:16]
    return user_cache_path("pincite", appauthor=False) / "eval" / f"{case_set.name}-{key}"


def _fill(library: Library, case_set: CaseSet, on_progress: Callable[[Progress], None] | None) -> None:
    here = {entry.id for entry in library.entries()}
    if others := here - {article.id for article in case_set.articles}:
        raise StoreMismatch(
            f"{library.home} holds {len(others)} articles that are not in the set {case_set.name}: name another folder"
        )
    outcomes = library.add_articles(case_set.articles, total=len(case_set.articles), on_progress=on_progress)
    if failed := next((outcome for outcome in outcomes if outcome.status == "failed"), None):
        raise SetBroken(f"{failed.source}: {failed.reason}")
    for article in case_set.articles:
        # Evidence is counted in characters of the set's text: the library must hold the same.
        if library.article(article.id).text != article.text:
            raise StoreMismatch(f'{library.home} holds another text of "{article.title}": run again with --fresh')


def _index_digest() -> str:
    """Changes when the code that splits and embeds does, or its models: an old library is not what they would make.

    What reads files is left out: the texts it gave are in the set's own digest.
    """
    root = Path(index.__path__[0])
    digest = sha256()
    files = (path for path in root.rglob("*") if path.is_file() and path.suffix != ".pyc")
    for path in sorted(path for path in files if root / "read" not in path.parents):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes() if path.suffix == ".py" else str(path.stat().st_size).encode())
    return digest.hexdigest()


def _remove(folder: Path) -> None:
    try:
        open_library(folder).close()
    except LibraryBusy:
        raise
    except PinciteError:
        pass  # hurt, or made by another pincite: what `fresh` is there for
    shutil.rmtree(folder, ignore_errors=True)


def _forget_unused(kept: Path) -> None:
    limit = time.time() - KEPT_DAYS * 24 * 3600
    for used in kept.glob("*/used"):
        with suppress(OSError):
            if used.stat().st_mtime < limit:
                shutil.rmtree(used.parent, ignore_errors=True)
