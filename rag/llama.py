"""A library inside a LlamaIndex program: a retriever and a query engine."""

from __future__ import annotations

from typing import Any

from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.response.schema import Response
from llama_index.core.callbacks.base import CallbackManager
from llama_index.core.prompts.mixin import PromptMixinType
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from ..index import NO_FILTERS, Filters, Hit
from .export import to_json
from .library import Library


class PinciteRetriever(BaseRetriever):
    """Finds passages of a library; each node's offsets are exact: they count characters of the stored article."""

    def __init__(self, library: Library, *, top_k: int = 10, filters: Filters = NO_FILTERS) -> None:
        super().__init__(callback_manager=CallbackManager())
        self._library = library
        self._top_k = top_k
        self._filters = filters

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        hits = self._library.search(query_bundle.query_str, k=self._top_k, filters=self._filters)
        return [to_node(hit) for hit in hits]


class PinciteQueryEngine(BaseQueryEngine):
    """Answers from a library; the whole answer, as JSON values, is in the response's `metadata["answer"]`.

    A refusal is a response without source nodes, whose text says why.
    """

    def __init__(self, library: Library, *, model: str | None = None, filters: Filters = NO_FILTERS) -> None:
        super().__init__(callback_manager=CallbackManager())
        self._library = library
        self._model = model
        self._filters = filters

    def _query(self, query_bundle: QueryBundle) -> Response:
        answer = self._library.ask(query_bundle.query_str, filters=self._filters, model=self._model)
        nodes = [] if answer.refused else [to_node(hit) for hit in answer.hits]
        return Response(answer.text, nodes, {"answer": to_json(answer)})

    async def _aquery(self, query_bundle: QueryBundle) -> Response:
        import asyncio

        return await asyncio.to_thread(self._query, query_bundle)

    def _get_prompt_modules(self) -> PromptMixinType:
        return {}

    def _get_prompts(self) -> dict[str, Any]:
        return {}

    def _update_prompts(self, prompts: dict[str, Any]) -> None:
        """It has no prompts of LlamaIndex's kind."""


def to_node(hit: Hit) -> NodeWithScore:
    """The hit as a LlamaIndex node, under the passage's id."""
    passage, article = hit.passage, hit.article
    node = TextNode(
        id_=passage.id,
        text=passage.text,
        start_char_idx=passage.start,
        end_char_idx=passage.end,
        metadata={
            "article_id": article.id,
            "version": article.version,
            "title": article.title,
            "source": article.source,
            "published": article.published.isoformat() if article.published else None,
            "heading": passage.heading,
        },
    )
    return NodeWithScore(node=node, score=hit.score)
