"""A folder of articles that is the same on every machine, such as the demo articles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from .errors import ReadFailed
from .read import read_all
from .types import Article, article_id


def read_collection(folder: Path, name: str) -> Iterator[Article | ReadFailed]:
    """The articles below `folder`, in sorted order, each with "<name>/<path below folder>" as its source.

    Ids come from sources, so here they do not depend on where the folder lies.
    """
    root = folder.resolve()
    for found in read_all([root]):
        path = Path(found.source)
        source = f"{name}/{path.relative_to(root).as_posix()}" if path.is_relative_to(root) else found.source
        if isinstance(found, ReadFailed):
            yield ReadFailed(source, found.reason)
        else:
            yield replace(found, source=source, id=article_id(source))
