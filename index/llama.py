"""LlamaIndex at both ends: our embedder in their pipelines, their embedders in our index.

Importing llama_index takes seconds, so `index/__init__.py` leaves this file out; who needs it imports it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.bridge.pydantic import PrivateAttr
from numpy.typing import NDArray

from .embed import MiniLM
from .errors import ModelBusy, ModelFailed


class PinciteEmbedding(BaseEmbedding):
    """The bundled embedder as LlamaIndex knows one: no key, no download, no server."""

    _model: MiniLM = PrivateAttr()

    def __init__(self, *, threads: int | None = None, **settings: Any) -> None:
        """`settings` are BaseEmbedding's own, such as `callback_manager`."""
        # Their default batch of 10 would leave threads waiting at the end of each.
        super().__init__(**({"model_name": MiniLM.name, "embed_batch_size": 256} | settings))
        self._model = MiniLM(threads=threads)

    @classmethod
    def class_name(cls) -> str:
        return "PinciteEmbedding"

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return self._model.embed(texts).tolist()

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return await asyncio.to_thread(self._get_query_embedding, query)

    async def _aget_text_embedding(self, text: str) -> list[float]:
        return await asyncio.to_thread(self._get_text_embedding, text)

    async def _aget_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return await asyncio.to_thread(self._get_text_embeddings, texts)


class LlamaEmbedder:
    """Any LlamaIndex embedding, such as OpenAIEmbedding, as an `Embedder`.

    Batches are of its `embed_batch_size`, retries are its own. Without `dim`, the first use asks the model.
    """

    def __init__(self, embedding: BaseEmbedding, *, name: str | None = None, dim: int | None = None) -> None:
        if dim is not None and dim < 1:
            raise ValueError(f"dim is {dim}, and at least 1 is needed")
        self.name = name or f"{embedding.class_name()}:{embedding.model_name}"
        self._embedding = embedding
        self._dim = dim

    @property
    def dim(self) -> int:
        if self._dim is None:
            self.embed(["How long is a vector?"])
        assert self._dim is not None
        return self._dim

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors, shape (len(texts), self.dim), in the order of `texts`.

        Raises ModelBusy over a rate limit, and ModelFailed when the model does not answer or its answer is
        not one finite, non-zero vector of `dim` numbers for each text.
        """
        if not texts:
            return np.empty((0, self.dim), dtype=np.float32)
        vectors = self._checked(self._asked(texts), len(texts))
        self._dim = vectors.shape[1]
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def _asked(self, texts: Sequence[str]) -> list[list[float]]:
        # OpenAI refuses an empty text, and lone surrogates do not travel as JSON.
        sent = [text.encode("utf-8", "replace").decode("utf-8") or " " for text in texts]
        try:
            return self._embedding.get_text_embedding_batch(sent)
        except Exception as err:  # each provider has errors of its own, and this file knows none of them
            # The provider's own words stay out of the message: they may hold a key or a part of the text.
            if getattr(err, "status_code", None) == 429:
                raise ModelBusy(f"{self.name} is over its rate limit: wait, then try again") from err
            kind = type(err).__name__
            raise ModelFailed(
                f"{self.name} did not embed {len(sent)} texts ({kind}): check its key, address and network"
            ) from err

    def _checked(self, answer: list[list[float]], count: int) -> NDArray[np.float32]:
        lengths = {len(vector) for vector in answer}
        expected = {self._dim} if self._dim else lengths
        if len(answer) != count or lengths != expected or len(lengths) != 1:
            raise ModelFailed(
                f"{self.name} gave {len(answer)} vectors of {sorted(lengths)} numbers for {count} texts: "
                f"{self._dim or 'as many'} numbers for each are needed; check the model's name and dim"
            )
        vectors = np.array(answer, dtype=np.float32)
        if not np.isfinite(vectors).all() or not vectors.any(axis=1).all():
            raise ModelFailed(f"{self.name} gave a vector that is zero or not finite: use another model")
        return vectors
