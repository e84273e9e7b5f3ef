"""Chat and embedding models that speak OpenAI's API, through LlamaIndex's classes."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from typing import Any

import httpx
from llama_index.core.base.llms.types import ChatMessage, LLMMetadata
from llama_index.embeddings.openai import OpenAIEmbedding
from llama_index.llms.openai import OpenAI

from ..index import Embedder, ModelFailed
from ..index.llama import LlamaEmbedder
from .call import Call, Told
from .model_faults import UNREADABLE, ended_badly, fault_of
from .prompts import tokens_of
from .redact import hide, password_in, shown_address
from .settings import Settings

log = logging.getLogger(__name__)

OPENAI = "https://api.openai.com/v1"
CONNECT_S = 5.0
GAP_S = 15.0  # the longest silence between two pieces of an answer
NO_KEY = "no-key"  # a local server wants a header, not a secret
_MOST_BYTES = 4_000_000  # of one answer as it travels: a server that sends more is broken


class AnyChat(OpenAI):
    """LlamaIndex's OpenAI model without its table of names, so that a local server's model works as well."""

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata(context_window=8192, is_chat_model=True, model_name=self.model)


class OpenAIChat:
    """Streams the words of one chat model."""

    def __init__(self, llm: OpenAI, *, place: str, context_tokens: int, answer_tokens: int) -> None:
        self.name = llm.model
        self.place = place
        self.context_tokens = context_tokens
        self.answer_tokens = answer_tokens
        self._llm = llm

    def stream(self, turns: Told, call: Call) -> Iterator[str]:
        """The answer piece by piece; a request that fails before the first of them is made again, if that may help.

        Raises ModelBusy over a rate limit, ModelFailed for every other fault and for an answer that was cut off.
        """
        prompt_tokens = tokens_of("".join(text for _, text in turns))
        for attempt in range(9):  # `call` allows fewer
            call.begin(prompt_tokens, self.answer_tokens)
            told = False
            try:
                for piece in self._once(turns, call):
                    told = True
                    yield piece
                return
            except UNREADABLE as err:
                call.end(refused=not told)
                fault = fault_of(self.name, err, attempt=attempt)
                log.info("%s: %s (request %d)", self.name, type(err).__name__, call.requests)
                if told or fault.pause_s is None or not call.may_go_on(fault.pause_s):
                    # The client's error is not passed on: its text may hold the key.
                    raise fault.error from None
                time.sleep(fault.pause_s)
            finally:
                call.end()

    def _once(self, turns: Told, call: Call) -> Iterator[str]:
        messages = [ChatMessage(role=role, content=text) for role, text in turns]
        ended, parts, said, declined = None, 0, False, False
        for part in self._llm.stream_chat(messages, timeout=_timeout(call.left_s)):
            call.check_time()
            raw: Any = part.raw
            parts += 1
            for choice in getattr(raw, "choices", None) or []:
                ended = choice.finish_reason or ended
                declined = declined or bool(getattr(choice.delta, "refusal", None))
            if getattr(raw, "usage", None):
                call.count(raw.usage.prompt_tokens or 0, raw.usage.completion_tokens or 0)
            if part.delta:
                said = said or bool(part.delta.strip())
                yield part.delta
        if not parts:
            raise ended_badly(self.name, "no stream")
        if declined:
            raise ended_badly(self.name, "refusal")
        if ended != "stop":
            raise ended_badly(self.name, ended)
        if not said:
            raise ended_badly(self.name, "empty")


def make_chat(model: str, settings: Settings) -> OpenAIChat:
    """The chat model `model` at the address and with the key of `settings`."""
    # Without the option a streamed answer comes without its token counts.
    counted = {"stream_options": {"include_usage": True}}
    llm = AnyChat(model=model, max_tokens=settings.answer_tokens, additional_kwargs=counted, **_connection(settings))
    return OpenAIChat(
        llm,
        place=place_of(settings),
        context_tokens=settings.context_tokens,
        answer_tokens=settings.answer_tokens,
    )


def make_embedder(model: str, settings: Settings) -> Embedder:
    """The embedding model `model` at the address and with the key of `settings`, as an embedder of ours."""
    if not settings.writes:
        raise ModelFailed(f'the embedding "openai:{model}" needs OPENAI_API_KEY or OPENAI_BASE_URL: set one')
    return LlamaEmbedder(OpenAIEmbedding(model_name=model, **_connection(settings)), name=f"openai:{model}")


def place_of(settings: Settings) -> str:
    """Where the models run, for people."""
    return shown_address(settings.openai_base_url) if settings.openai_base_url else "OpenAI"


def _connection(settings: Settings) -> dict[str, Any]:
    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else ""
    hide(key, password_in(settings.openai_base_url))
    return {
        "api_key": key or NO_KEY,
        "api_base": settings.openai_base_url or OPENAI,
        # LlamaIndex retries around a client that retries as well: twelve requests for one failing question.
        "max_retries": 0,
        "timeout": min(GAP_S, settings.timeout_s),
        "http_client": httpx.Client(
            timeout=_timeout(settings.timeout_s),
            event_hooks={"response": [lambda response: _bounded(response, settings.timeout_s)]},
        ),
    }


def _timeout(left_s: float) -> httpx.Timeout:
    gap = max(0.1, min(GAP_S, left_s))
    return httpx.Timeout(gap, connect=min(CONNECT_S, gap))


def _bounded(response: httpx.Response, whole_s: float) -> None:
    """Ends a response that goes on and on, be it with nothing but comments, which the client never shows us."""
    assert isinstance(response.stream, httpx.SyncByteStream)
    response.stream = _Bounded(response.stream, time.monotonic() + whole_s)


class _Bounded(httpx.SyncByteStream):
    def __init__(self, stream: httpx.SyncByteStream, until: float) -> None:
        self._stream = stream
        self._until = until

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for chunk in self._stream:
            size += len(chunk)
            if time.monotonic() > self._until:
                raise httpx.ReadTimeout("the whole answer took too long")
            if size > _MOST_BYTES:
                raise httpx.ReadError("the answer has no end")
            yield chunk

    def close(self) -> None:
        self._stream.close()
