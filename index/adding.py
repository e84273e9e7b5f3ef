"""Articles on their way in: gathered into groups that fill the embedder, split, embedded, handed on to be stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from time import monotonic
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from .catalog import Catalog
from .errors import ModelFailed, ReadFailed
from .records import Prepared
from .split import CountTokens, split
from .types import Article, Passage, article_id

if TYPE_CHECKING:
    from .embed import Embedder

# A group is stored when it holds this much: enough to fill the embedder's batches and to share the price of a
# commit, little enough that a kill costs seconds of work.
_GROUP_PASSAGES = 256
_GROUP_ARTICLES = 64
_GROUP_S = 2.0
_WAIT_S = 20.0  # for failures in a row: after it, it is the service and not the texts, and the rest fail alike
_PASSAGE_CHARS = 700  # about; the number of passages is known only after splitting
_EMBEDDED_AT_ONCE = 512  # texts in one call, so that one huge article does not hold all its vectors twice


@dataclass(frozen=True, slots=True)
class Added:
    """What became of one article. `reason` says why one failed, or what to know of another, in a sentence."""

    source: str
    status: Literal["added", "updated", "same", "failed"]
    article_id: str | None = None
    title: str = ""
    passages: int = 0
    reason: str | None = None


def grouped(articles: Iterable[Article | ReadFailed]) -> Iterator[list[Article | ReadFailed]]:
    """The articles in groups to be stored together, in order; none holds two of one id."""
    group: list[Article | ReadFailed] = []
    ids: set[str] = set()
    passages, began = 0, monotonic()
    for one in articles:
        if isinstance(one, Article):
            if one.id in ids:
                yield group
                group, ids, passages, began = [], set(), 0, monotonic()
            ids.add(one.id)
            passages += 1 + len(one.text) // _PASSAGE_CHARS
        group.append(one)
        full = passages >= _GROUP_PASSAGES or len(group) >= _GROUP_ARTICLES or monotonic() - began > _GROUP_S
        if full:
            yield group
            group, ids, passages, began = [], set(), 0, monotonic()
    if group:
        yield group


class Preparing:
    """Articles made ready to be stored: split into passages, and each passage given its vector."""

    def __init__(self, catalog: Catalog, embedder: Embedder, count_tokens: CountTokens) -> None:
        self._catalog = catalog
        self._embedder = embedder
        self._count_tokens = count_tokens

    def prepare(self, group: Sequence[Article | ReadFailed]) -> tuple[list[Added], list[Prepared]]:
        """What becomes of each of `group`, in order, if the articles beside it are stored now."""
        outcomes: list[Added] = []
        drafts: list[tuple[int, Article, list[Passage]]] = []
        for n, one in enumerate(group):
            if isinstance(one, ReadFailed):
                outcomes.append(Added(one.source, "failed", reason=one.reason))
                continue
            if one.id == article_id(one.source):  # and no id that its maker chose
                one = replace(one, id=self._catalog.settle_id(one.source, one.id))
            before = self._catalog.digest(one.id)
            if before == one.digest:
                outcomes.append(Added(one.source, "same", one.id, one.title, reason=one.note or None))
            elif reason := unfit(one):
                outcomes.append(failed(one, reason))
            else:
                article = replace(one, version=self._catalog.next_version(one.id))
                passages = split(article, self._count_tokens)
                drafts.append((n, article, passages))
                status = "updated" if before else "added"
                outcomes.append(Added(one.source, status, one.id, one.title, len(passages), one.note or None))
        prepared: list[Prepared] = []
        results = self.embed([(article, passages) for _, article, passages in drafts])
        for (n, article, passages), result in zip(drafts, results, strict=True):
            if isinstance(result, str):
                outcomes[n] = failed(article, result)
            else:
                prepared.append(Prepared(article, tuple(passages), result))
        return outcomes, prepared

    def again(self, article: Article) -> Prepared:
        """A stored article, split and embedded once more. Raises ModelFailed."""
        passages = split(article, self._count_tokens)
        [vectors] = self.embed([(article, passages)])
        if isinstance(vectors, str):
            raise ModelFailed(f"{article.source}: {vectors}")
        return Prepared(article, tuple(passages), vectors)

    def embed(self, drafts: Sequence[tuple[Article, Sequence[Passage]]]) -> list[NDArray[np.float32] | str]:
        """For each article the vectors of its passages, or why there are none."""
        try:
            vectors = self._embed([text for draft in drafts for text in embedded_texts(*draft)])
        except Exception as err:  # noqa: BLE001, whatever an embedder raises ends one article and not the rest
            return [_told(err)] if len(drafts) == 1 else self._embed_apart(drafts)
        results: list[NDArray[np.float32] | str] = []
        for _, passages in drafts:
            results.append(vectors[: len(passages)])
            vectors = vectors[len(passages) :]
        return results

    def _embed_apart(self, drafts: Sequence[tuple[Article, Sequence[Passage]]]) -> list[NDArray[np.float32] | str]:
        results: list[NDArray[np.float32] | str] = []
        waited_s = 0.0
        for draft in drafts:
            began = monotonic()
            result = self.embed([draft])[0] if waited_s < _WAIT_S else results[-1]
            waited_s = waited_s + monotonic() - began if isinstance(result, str) else 0.0
            results.append(result)
        return results

    def _embed(self, texts: list[str]) -> NDArray[np.float32]:
        """Unit vectors for `texts`. Raises ModelFailed when the embedder gives something else."""
        dim = self._embedder.dim
        vectors = np.zeros((len(texts), dim), np.float32)
        for n in range(0, len(texts), _EMBEDDED_AT_ONCE):
            some = texts[n : n + _EMBEDDED_AT_ONCE]
            found = np.asarray(self._embedder.embed(some), np.float32)
            if found.shape != (len(some), dim):
                raise ModelFailed(f"{self._embedder.name} gave vectors of shape {found.shape}, not {(len(some), dim)}")
            vectors[n : n + len(some)] = found
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not np.isfinite(lengths).all() or not lengths.all():
            raise ModelFailed(f"{self._embedder.name} gave a vector that is not finite, or has no length")
        return vectors / lengths


def embedded_texts(article: Article, passages: Sequence[Passage]) -> list[str]:
    """What the embedder reads of each passage: title, heading and text."""
    return ["\n".join(filter(None, [article.title, passage.heading, passage.text])) for passage in passages]


def unfit(article: Article) -> str | None:
    """Why this article cannot be stored, if it cannot."""
    try:
        "".join([article.id, article.title, article.source, *article.authors, article.text]).encode()
    except UnicodeEncodeError as err:
        return f"it holds a half character (\\u{ord(err.object[err.start]):x}): save it as UTF-8, then add it again"
    return None


def failed(article: Article, reason: str) -> Added:
    """The outcome of an article that is not stored."""
    return Added(article.source, "failed", article.id, article.title, reason=reason)


def _told(err: Exception) -> str:
    if isinstance(err, ModelFailed):
        return str(err)
    return f"the embedder failed on its text ({type(err).__name__}: {err})"
