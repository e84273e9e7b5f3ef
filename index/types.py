"""The words of this package: articles, passages, hits."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class Article:
    """One text as it was read, with what is known of it.

    `id` comes from `source`, so reading the same place again finds the same article; `text` never changes
    for a `version` (counted from 1 by the catalog). `digest` changes whenever anything shown changes.
    """

    id: str
    version: int
    title: str
    text: str
    source: str  # URL or path, as the reader knows it
    published: date | None
    authors: tuple[str, ...]
    language: str | None  # ISO 639-1, when known
    digest: str
    pages: tuple[int, ...] = ()  # where each page begins in `text`, of an article that has pages
    site: str = ""  # the name of the site or the paper, as that names itself; `source` says where it really is from
    note: str = field(default="", compare=False)  # what a person should know of how it was read; told, not stored

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise ValueError(f"article {self.source}: it has no text")
        if self.version < 1:
            raise ValueError(f"article {self.source}: version {self.version} is below 1")

    @classmethod
    def create(
        cls,
        source: str,
        text: str,
        *,
        title: str = "",
        published: date | None = None,
        authors: tuple[str, ...] = (),
        language: str | None = None,
        id: str | None = None,
        pages: tuple[int, ...] = (),
        site: str = "",
        note: str = "",
    ) -> Article:
        """An article of version 1, its id and digest worked out; without a title, its first line is one."""
        title = title.strip() or first_line(text)
        digest = _digest(title, published, authors, language, source, text, site)
        known = (title, text, source, published, authors, language, digest, pages, site, note)
        return cls(id or article_id(source), 1, *known)

    def told(
        self,
        *,
        source: str | None = None,
        published: date | None = None,
        authors: tuple[str, ...] | None = None,
        site: str | None = None,
    ) -> Article:
        """The same article with what is told of it in place of its own; of another source it is another article."""
        source, site = source or self.source, site or self.site
        published, authors = published or self.published, authors or self.authors
        digest = _digest(self.title, published, authors, self.language, source, self.text, site)
        id = self.id if source == self.source else article_id(source)
        return replace(self, id=id, source=source, published=published, authors=authors, site=site, digest=digest)

    def page_at(self, offset: int) -> int | None:
        """The number of the page, from 1, that the character at `offset` stands on; None without pages."""
        return bisect_right(self.pages, offset) or None


def _digest(
    title: str,
    published: date | None,
    authors: tuple[str, ...],
    language: str | None,
    source: str,
    text: str,
    site: str,
) -> str:
    # Without a site as it was before there were any, so that no article seems to have changed.
    shown = "\x1f".join([title, str(published), *authors, str(language), source, text, *filter(None, [site])])
    return sha256(shown.encode("utf-8", "replace")).hexdigest()


def article_id(source: str) -> str:
    """Twelve hexadecimal digits, the same for the same source."""
    return sha256(source.encode("utf-8", "replace")).hexdigest()[:12]


def first_line(text: str, *, chars: int = 120) -> str:
    """The first line with words in it, cut at a space to at most `chars` characters."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return line if len(line) <= chars else line[:chars].rsplit(" ", 1)[0] + " …"


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of one article that can be found and cited on its own.

    `start` and `end` count characters, and `article.text[start:end] == text`.
    """

    id: str  # "<article id>:<version>:<ordinal>", so equal texts in two articles stay apart
    article_id: str
    version: int
    text: str
    start: int
    end: int
    heading: str = ""  # the nearest heading above it

    def __post_init__(self) -> None:
        if self.start < 0 or self.end - self.start != len(self.text):
            size = len(self.text)
            raise ValueError(f"passage {self.id}: {self.start}:{self.end} is not {size} characters")


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found, with its article. List order is the rank; a higher score is better."""

    passage: Passage
    article: Article
    score: float
    ranks: Mapping[str, int] = field(default_factory=dict)  # rank from 1 by method: "vector", "keyword", …
    likeness: float | None = None  # cosine similarity of the question to the passage under its title, when searched

    def __post_init__(self) -> None:
        passage, article = self.passage, self.article
        if (passage.article_id, passage.version) != (article.id, article.version):
            raise ValueError(f"passage {passage.id} is not of article {article.id}, version {article.version}")


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles may answer. All that are given must hold; none given lets every article answer.

    An article without a publish date never passes `since` or `until`: filters fail closed.
    """

    source: str | None = None  # a part of the source (URL, host, folder, file name), case ignored
    since: date | None = None  # published on this day or later
    until: date | None = None  # published on this day or earlier
    article_ids: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        if self.since and self.until and self.since > self.until:
            raise ValueError(f"since {self.since} is after until {self.until}")

    def __bool__(self) -> bool:
        return any(value is not None for value in (self.source, self.since, self.until, self.article_ids))

    def admit(self, article_id: str, source: str, published: date | None) -> bool:
        """Whether an article with these values may answer."""
        if self.article_ids is not None and article_id not in self.article_ids:
            return False
        if self.source is not None and self.source.casefold() not in source.casefold():
            return False
        if self.since is None and self.until is None:
            return True
        if published is None:
            return False
        return (self.since is None or published >= self.since) and (self.until is None or published <= self.until)


NO_FILTERS = Filters()
