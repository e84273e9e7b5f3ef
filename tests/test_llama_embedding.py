"""Our embedder inside LlamaIndex, and LlamaIndex's embedders inside our index. The real LlamaIndex."""

from __future__ import annotations

import asyncio
import math

import numpy as np
import pytest
from llama_index.core import Document, VectorStoreIndex
from llama_index.core.base.embeddings.base import BaseEmbedding

from pincite.index import ModelBusy, ModelFailed
from pincite.index.embed import Embedder, MiniLM
from pincite.index.llama import LlamaEmbedder, PinciteEmbedding

BEES = "Honey bees tell each other where flowers are by dancing."
RATES = "The central bank raised interest rates by a quarter of a point."


class Scripted(BaseEmbedding):
    """A LlamaIndex embedding that answers each text with `rows[text]`, or raises it."""

    rows: dict[str, object] = {}  # noqa: RUF012 - pydantic copies defaults

    def _get_text_embedding(self, text: str) -> list[float]:
        row = self.rows[text]
        if isinstance(row, Exception):
            raise row
        return row  # type: ignore[return-value]

    _get_query_embedding = _get_text_embedding

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)


class OverLimit(Exception):
    status_code = 429


@pytest.fixture(scope="module")
def embedding() -> PinciteEmbedding:
    return PinciteEmbedding(threads=1)


def scripted(**rows: object) -> LlamaEmbedder:
    return LlamaEmbedder(Scripted(model_name="scripted", rows=rows))


def test_a_llamaindex_index_finds_with_our_embedder(embedding: PinciteEmbedding) -> None:
    index = VectorStoreIndex.from_documents(
        [Document(text=RATES), Document(text=BEES)], embed_model=embedding, transformations=[]
    )
    found = index.as_retriever(similarity_top_k=1).retrieve("How do bees show where food is?")
    assert [hit.node.get_content() for hit in found] == [BEES]


def test_text_query_and_batch_give_the_same_vector(embedding: PinciteEmbedding) -> None:
    vector = MiniLM(threads=1).embed([BEES])[0].tolist()
    assert embedding.get_text_embedding(BEES) == vector
    assert embedding.get_query_embedding(BEES) == vector
    assert embedding.get_text_embedding_batch([RATES, BEES])[1] == vector


def test_the_async_ways_give_the_same_vector(embedding: PinciteEmbedding) -> None:
    async def three_ways() -> list[list[float]]:
        return [
            await embedding.aget_text_embedding(BEES),
            await embedding.aget_query_embedding(BEES),
            (await embedding.aget_text_embedding_batch([RATES, BEES]))[1],
        ]

    assert asyncio.run(three_ways()) == [MiniLM(threads=1).embed([BEES])[0].tolist()] * 3


def test_it_names_its_model(embedding: PinciteEmbedding) -> None:
    assert embedding.model_name == "all-MiniLM-L6-v2-int8"
    assert embedding.class_name() == "PinciteEmbedding"


def test_ours_through_llamaindex_and_back_is_ours(embedding: PinciteEmbedding) -> None:
    wrapped: Embedder = LlamaEmbedder(embedding)
    assert wrapped.name == "PinciteEmbedding:all-MiniLM-L6-v2-int8"
    assert wrapped.dim == 384
    assert wrapped.embed([BEES, RATES]) == pytest.approx(MiniLM().embed([BEES, RATES]), abs=1e-6)
    assert wrapped.embed([]).shape == (0, 384)


def test_vectors_of_any_length_become_unit_vectors() -> None:
    vectors = scripted(a=[3.0, 4.0], b=[0.0, 0.5]).embed(["a", "b"])
    assert vectors.dtype == np.float32
    assert vectors == pytest.approx(np.array([[0.6, 0.8], [0.0, 1.0]]))


def test_an_empty_text_is_sent_as_a_space() -> None:
    embedder = LlamaEmbedder(Scripted(rows={" ": [1.0, 0.0]}))
    assert embedder.embed([""]).tolist() == [[1.0, 0.0]]


def test_a_given_dim_is_believed_until_the_model_gives_another() -> None:
    embedder = LlamaEmbedder(Scripted(rows={"a": [1.0, 0.0]}), dim=3)
    assert embedder.dim == 3
    with pytest.raises(ModelFailed, match=r"vectors of \[2\] numbers .* 3 numbers for each"):
        embedder.embed(["a"])


@pytest.mark.parametrize("row", [[0.0, 0.0], [math.nan, 1.0], [math.inf, 1.0]])
def test_a_vector_without_a_direction_is_refused(row: list[float]) -> None:
    with pytest.raises(ModelFailed, match="zero or not finite"):
        scripted(a=row).embed(["a"])


def test_vectors_of_unequal_size_are_refused() -> None:
    with pytest.raises(ModelFailed, match=r"\[1, 2\] numbers"):
        scripted(a=[1.0], b=[1.0, 0.0]).embed(["a", "b"])


def test_a_rate_limit_is_busy_and_the_cause_is_kept() -> None:
    cause = OverLimit("slow down")
    with pytest.raises(ModelBusy, match="over its rate limit") as caught:
        scripted(a=cause).embed(["a"])
    assert caught.value.__cause__ is cause


def test_what_the_provider_says_stays_out_of_the_message() -> None:
    with pytest.raises(ModelFailed, match="ConnectionError") as caught:
        scripted(a=ConnectionError("refused for key sk-secret")).embed(["a"])
    assert "sk-secret" not in str(caught.value)
    assert not isinstance(caught.value, ModelBusy)


def test_a_dim_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="dim is 0"):
        LlamaEmbedder(Scripted(), dim=0)
