"""The vector index: a Chroma collection in a folder of its own. A copy of the catalog that can be thrown away."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from .faults import index_errors
from .records import Row

# Chroma keeps new rows in a log, which it searches exactly and survives a kill, and moves them into its graph when
# this many have come. That move is the one write that a kill makes unreadable for good (1.5.9), so it must be rare:
# a library of under 10,000 passages never makes it. More would slow searches: the log costs 0.2 ms a thousand rows.
_SYNC_ROWS = 10_000
_NAME = "passages"

T = TypeVar("T")


class Vectors:
    """Passage ids by nearness to a vector. Raises IndexHurt when Chroma fails, DiskFull when there is no room."""

    def __init__(self, folder: Path) -> None:
        """Opens the index in `folder`, made when missing. Only one object may have a folder open."""
        self._folder = folder
        with index_errors(folder, "opening the vector index"):
            import chromadb
            from chromadb.api.shared_system_client import SharedSystemClient
            from chromadb.config import Settings

            # Every setting that matters is given here: Chroma would read the rest from the environment and a `.env`.
            settings = Settings(
                _env_file=None,  # pyright: ignore[reportCallIssue]
                chroma_api_impl="chromadb.api.rust.RustBindingsAPI",
                anonymized_telemetry=False,
                allow_reset=False,
                is_persistent=True,
                persist_directory=str(folder),
            )
            folder.mkdir(mode=0o700, exist_ok=True)
            try:
                self._client = chromadb.PersistentClient(path=str(folder), settings=settings)
                self._collection = self._client.get_or_create_collection(
                    _NAME,
                    embedding_function=None,  # the default one downloads a model
                    configuration={"hnsw": {"space": "cosine", "ef_search": 200, "sync_threshold": _SYNC_ROWS}},
                )
                self._batch = self._client.get_max_batch_size()
            except BaseException:
                # Chroma (1.5.9) keeps what failed to start, and would hand it out for this folder ever after.
                SharedSystemClient._identifier_to_system.pop(str(folder), None)
                SharedSystemClient._identifier_to_refcount.pop(str(folder), None)
                raise

    def put(self, rows: Sequence[Row]) -> None:
        """Adds rows, or replaces those of the same ids."""
        # The text stays in the catalog, from where it is shown and where removing it is certain. One field of
        # metadata costs nothing; a second one adds half to the time of a write.
        with index_errors(self._folder, "writing to the vector index"):
            for some in _batches(rows, self._batch):
                self._collection.upsert(
                    ids=[row.id for row in some],
                    embeddings=np.stack([row.vector for row in some]),
                    metadatas=[{"article_id": row.article_id} for row in some],
                )

    def drop(self, ids: Sequence[str]) -> None:
        """Takes rows out; ids that are not there are no error."""
        with index_errors(self._folder, "deleting from the vector index"):
            for some in _batches(ids, self._batch):
                self._collection.delete(ids=list(some))

    def search(self, vector: NDArray[np.float32], k: int) -> list[tuple[str, float]]:
        """At most `k` passage ids with their cosine similarity, best first."""
        with index_errors(self._folder, "searching the vector index"):
            found = self._collection.query(query_embeddings=[vector], n_results=k, include=["distances"])
            # Chroma answers with cosine distance, 0 best; ours is similarity, 1 best.
            return [
                (id, 1.0 - distance)
                for id, distance in zip(found["ids"][0], (found["distances"] or [[]])[0], strict=True)
            ]

    def count(self) -> int:
        """How many rows it holds."""
        with index_errors(self._folder, "counting the vector index"):
            return self._collection.count()

    def ids(self) -> list[str]:
        """Every id it holds."""
        with index_errors(self._folder, "listing the vector index"):
            return self._collection.get(include=[])["ids"]

    def vectors(self, ids: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """The vectors it holds for these ids."""
        with index_errors(self._folder, "reading the vector index"):
            found: dict[str, NDArray[np.float32]] = {}
            for some in _batches(ids, self._batch):
                got = self._collection.get(ids=list(some), include=["embeddings"])
                found |= zip(got["ids"], np.asarray(got["embeddings"], np.float32), strict=True)
            return found

    def close(self) -> None:
        """Lets go of the folder."""
        with index_errors(self._folder, "closing the vector index"):
            self._client.close()  # pyright: ignore[reportAttributeAccessIssue]


def _batches(items: Sequence[T], size: int) -> list[Sequence[T]]:
    return [items[n : n + size] for n in range(0, len(items), size)]
