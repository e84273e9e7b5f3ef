"""The articles of a set, and the names its cases use for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath

from ..index import Article, ReadFailed, read_collection
from .rows import Row, SetBroken, read_rows


@dataclass(frozen=True, slots=True)
class ArticleNames:
    """Articles by the ids that a set's cases use, and the split some sets give an article."""

    by_name: Mapping[str, Article]
    splits: Mapping[str, str]  # by the library's article id

    def find(self, name: object, row: Row) -> Article:
        """The article called `name` in `row`. Raises SetBroken."""
        article = self.by_name.get(name) if isinstance(name, str) else None
        if article is None:
            raise row.broken(f"no article of the set is called {name!r}; correct the id, or add the article")
        return article

    def split_of(self, id: str) -> str | None:
        """The split of the article with the library's id `id`, when the set gives one."""
        return self.splits.get(id)


def load_articles(folder: Path, name: str) -> tuple[list[Article], ArticleNames]:
    """The articles in `folder`, and what the set `name` calls them. Raises SetBroken."""
    files = [folder / "articles.jsonl", folder / "articles.jsonl.gz"]
    if path := next((path for path in files if path.is_file()), None):
        articles, names = _from_lines(path)
    elif (folder / "articles").is_dir():
        articles, names = _from_files(folder / "articles", name)
    else:
        raise SetBroken(f"{folder}: there is no articles.jsonl, articles.jsonl.gz or folder articles in it; add one")
    if not articles:
        raise SetBroken(f"{folder}: it holds no article; add at least one")
    return articles, names


def _from_files(folder: Path, name: str) -> tuple[list[Article], ArticleNames]:
    """Cases name a file by its path below `folder`, with or without its ending."""
    articles: list[Article] = []
    by_name: dict[str, Article] = {}
    for found in read_collection(folder, name):
        if isinstance(found, ReadFailed):
            raise SetBroken(str(found)) from found
        articles.append(found)
        path = PurePosixPath(found.source).relative_to(name)
        by_name[path.as_posix()] = found
        by_name.setdefault(path.with_suffix("").as_posix(), found)
    return articles, ArticleNames(by_name, {})


def _from_lines(path: Path) -> tuple[list[Article], ArticleNames]:
    by_name: dict[str, Article] = {}
    splits: dict[str, str] = {}
    for row in read_rows(path):
        name = row.text("id")
        if name in by_name:
            raise row.broken(f'the article "{name}" stands a second time; give each its own id')
        article = by_name[name] = _article(row, name)
        if split := row.text("split", default=""):
            splits[article.id] = split
    return list(by_name.values()), ArticleNames(by_name, splits)


def _article(row: Row, name: str) -> Article:
    # The set's own id is the source: several articles of a set may share one URL.
    try:
        published = date.fromisoformat(day) if (day := row.text("published", default="")) else None
        return Article.create(name, row.text("text"), title=row.text("title", default=""), published=published)
    except ValueError as err:
        raise row.broken(str(err)) from err
