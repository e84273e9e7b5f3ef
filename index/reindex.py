"""A catalog made anew with another embedder, beside the one in use."""

from __future__ import annotations

import logging
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from .adding import Preparing
from .catalog import Catalog
from .errors import ModelFailed
from .records import Prepared
from .split import CountTokens, split

if TYPE_CHECKING:
    from .embed import Embedder

log = logging.getLogger(__name__)

_AT_ONCE = 64  # articles embedded and stored together


def reindexed(catalog: Catalog, embedder: Embedder, count_tokens: CountTokens, *, split_sizes: str) -> Path:
    """The file of a closed catalog with the same articles, split and embedded anew, its indexes yet to be built.

    Raises ModelFailed, and leaves nothing, when an article cannot be embedded.
    """
    path = catalog.path.with_name("next.sqlite")
    discard(path)
    start = perf_counter()
    catalog.copy_to(path)
    made = Catalog(path)
    try:
        entries = made.entries()
        preparing = Preparing(made, embedder, count_tokens)
        for n in range(0, len(entries), _AT_ONCE):
            articles = [made.article(entry.id) for entry in entries[n : n + _AT_ONCE]]
            drafts = [(article, split(article, count_tokens)) for article in articles]
            for (article, passages), vectors in zip(drafts, preparing.embed(drafts), strict=True):
                if isinstance(vectors, str):
                    raise ModelFailed(f"{article.source}: {vectors}")
                made.replace_passages(Prepared(article, tuple(passages), vectors))
        made.remember(
            embedder=embedder.name,
            dim=str(embedder.dim),
            split=split_sizes,
            vectors_seal=None,
            graph_seal=None,
            keywords_seal=None,
        )
        made.close()
    except BaseException:
        made.close()
        discard(path)
        raise
    log.info("embedded %d articles anew in %.1f s", len(entries), perf_counter() - start)
    return path


def discard(path: Path) -> None:
    """Deletes a catalog with the files SQLite keeps beside it."""
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        path.with_name(name).unlink(missing_ok=True)
