"""Articles that come over HTTP: uploaded files, articles as JSON, web addresses.

A name that a visitor's computer gives a file is only a label here: it becomes the article's source, and never a path.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, BinaryIO

from pydantic import BaseModel, ConfigDict, Field

from ..index import Added, Article, ReadFailed, read_all
from ..rag import Library, Progress

MOST_FILES = 100  # in one request

_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\:\ud800-\udfff]")


class GivenArticle(BaseModel):
    """An article as a program sends it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    source: Annotated[str, Field(min_length=1, max_length=4_000)]
    text: Annotated[str, Field(min_length=1)]
    title: Annotated[str, Field(max_length=2_000)] = ""
    published: str | None = None
    authors: tuple[str, ...] = ()
    language: str | None = None
    site: Annotated[str, Field(max_length=200)] = ""


class Given(BaseModel):
    """What `POST /api/articles` takes as JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    articles: Annotated[tuple[GivenArticle, ...], Field(max_length=1_000)] = ()
    urls: Annotated[tuple[str, ...], Field(max_length=100)] = ()


class Uploaded:
    """Files of one request, kept in a folder of their own until `close`."""

    def __init__(self) -> None:
        self._folder = TemporaryDirectory(prefix="pincite-upload-")
        self._names: dict[str, str] = {}  # where it lies: what its owner calls it

    def keep(self, name: str, content: BinaryIO) -> None:
        """Writes one file; `name` is the one it came with."""
        label = safe_name(name)
        place = Path(self._folder.name, str(len(self._names)))
        place.mkdir()
        path = place / label
        with path.open("xb") as file:
            shutil.copyfileobj(content, file, 2**20)
        self._names[str(path)] = label

    def articles(self) -> Iterator[Article | ReadFailed]:
        """What the files hold, in the order they came, under their own names."""
        for path, label in self._names.items():
            for outcome in read_all([path]):
                yield _under(outcome, path, label)

    def close(self) -> None:
        """Deletes them. Closing twice does nothing."""
        self._folder.cleanup()


def add_given(library: Library, given: Given, on_progress: Callable[[Progress], None] | None = None) -> list[Added]:
    """What became of the articles and addresses of a JSON request, in order.

    Raises ValueError for a date or an address that is none: a path of this machine is not something to ask for.
    """
    for url in given.urls:
        if not re.match(r"https?://[^\s/]", url, re.IGNORECASE):
            raise ValueError(f"{url[:200]!r} is not a web address: write it with http:// or https:// in front")
    articles = [_made(article) for article in given.articles]
    added = library.add_articles(articles, total=len(articles), on_progress=on_progress) if articles else []
    return added + (library.add(given.urls, on_progress=on_progress) if given.urls else [])


def safe_name(name: str) -> str:
    """The last part of a file's name without what could be a path or a control character; never empty."""
    last = re.split(r"[/\\]", name)[-1]
    plain = _UNSAFE.sub("", last).strip().strip(".") or "unnamed"
    stem, suffix = Path(plain).stem, Path(plain).suffix[:20]
    return stem.encode()[: 200 - len(suffix.encode())].decode("utf-8", "ignore") + suffix


def _under(outcome: Article | ReadFailed, path: str, label: str) -> Article | ReadFailed:
    """`outcome` with the label in place of the path it was read from; a file may name its own source."""
    if isinstance(outcome, ReadFailed):
        return ReadFailed(outcome.source.replace(path, label), outcome.reason.replace(path, label))
    if outcome.source != path and not outcome.source.startswith(f"{path}#"):  # "#": a row of a table
        return outcome
    return outcome.told(source=label + outcome.source.removeprefix(path))


def _made(given: GivenArticle) -> Article | ReadFailed:
    if not given.text.strip():
        return ReadFailed(given.source, "it has no text: send the words of the article")
    try:
        published = date.fromisoformat(given.published) if given.published else None
    except ValueError as err:
        raise ValueError(f"{given.published!r} is not a date: write it as 2025-03-18") from err
    return Article.create(
        given.source,
        given.text,
        title=given.title,
        published=published,
        authors=given.authors,
        language=given.language,
        site=given.site,
    )
