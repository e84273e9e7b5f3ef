"""Chat and embedding models that speak OpenAI's API, through LlamaIndex's classes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import httpx
import openai
from llama_index.core.base.llms.types import ChatMessage, LLMMetadata
from llama_index.embeddings.openai import OpenAIEmbedding
from llama_index.llms.openai import OpenAI

from ..index import Embedder, ModelBusy, ModelFailed
from ..index.llama import LlamaEmbedder
from .settings import Settings

CONNECT_S = 5.0
GAP_S = 15.0  # the longest silence between two pieces of an answer
NO_KEY = "no-key"  # a local server wants a header, not a secret


class AnyChat(OpenAI):
    """LlamaIndex's OpenAI model without its table of names, so that a local server's model works as well."""

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata(context_window=8192, is_chat_model=True, model_name=self.model)


class OpenAIChat:
    """Streams the words of one chat model."""

    def __init__(self, model: str, llm: OpenAI) -> None:
        self._model = model
        self._llm = llm

    def stream(self, turns: Sequence[tuple[str, str]], usage: dict[str, int]) -> Iterator[str]:
        """The answer piece by piece; `usage` then holds the tokens, if the server counts them.

        Raises ModelBusy over a rate limit, ModelFailed for every other fault and for an answer that was cut off.
        """
        messages = [ChatMessage(role=role, content=text) for role, text in turns]
        ended = None
        with translated(self._model):
            for part in self._llm.stream_chat(messages):
                raw: Any = part.raw
                for choice in getattr(raw, "choices", None) or []:
                    ended = choice.finish_reason or ended
                if getattr(raw, "usage", None):
                    usage.update(prompt_tokens=raw.usage.prompt_tokens, completion_tokens=raw.usage.completion_tokens)
                if part.delta:
                    yield part.delta
        if ended != "stop":
            told = {"length": "its answer grew too long", "content_filter": "its provider's filter stopped it"}
            why = told.get(str(ended), "the connection ended before the answer did")
            raise ModelFailed(f"{self._model} did not finish: {why}; ask again, or use --model reader")


def make_chat(model: str, settings: Settings) -> OpenAIChat:
    """The chat model `model` at the address and with the key of `settings`."""
    return OpenAIChat(model, AnyChat(model=model, **_connection(settings), additional_kwargs=_COUNTED))


def make_embedder(model: str, settings: Settings) -> Embedder:
    """The embedding model `model` at the address and with the key of `settings`, as an embedder of ours."""
    if not settings.writes:
        raise ModelFailed(f'the embedding "openai:{model}" needs OPENAI_API_KEY or OPENAI_BASE_URL: set one')
    return LlamaEmbedder(OpenAIEmbedding(model_name=model, **_connection(settings)), name=f"openai:{model}")


# Without it a streamed answer comes without its token counts.
_COUNTED = {"stream_options": {"include_usage": True}}


def _connection(settings: Settings) -> dict[str, Any]:
    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else ""
    return {
        "api_key": key or NO_KEY,
        "api_base": settings.openai_base_url or "https://api.openai.com/v1",
        # LlamaIndex retries around a client that retries as well: twelve requests for one failing question.
        "max_retries": 0,
        "http_client": httpx.Client(
            timeout=httpx.Timeout(settings.timeout_s, connect=CONNECT_S, read=min(GAP_S, settings.timeout_s))
        ),
    }


@contextmanager
def translated(model: str) -> Iterator[None]:
    """Turns the client's errors into ours, without the server's own words: they may hold the key."""
    try:
        yield
    except openai.AuthenticationError as err:
        raise ModelFailed(f"{model}: the key was refused; check OPENAI_API_KEY, or use --model reader") from err
    except openai.PermissionDeniedError as err:
        raise ModelFailed(f"{model}: this key may not use it; choose another with --model") from err
    except openai.NotFoundError as err:
        raise ModelFailed(f"{model}: the server does not have it; check --model and OPENAI_BASE_URL") from err
    except openai.RateLimitError as err:
        raise ModelBusy(f"{model} is over its rate limit or budget: wait and ask again, or use --model reader") from err
    except openai.APITimeoutError as err:
        raise ModelFailed(f"{model} did not answer in time: ask again, or use --model reader") from err
    except openai.APIConnectionError as err:
        raise ModelFailed(
            f"{model}: its server cannot be reached; check OPENAI_BASE_URL and that it runs, or use --model reader"
        ) from err
    except openai.APIStatusError as err:
        raise ModelFailed(f"{model}: its server answered {err.status_code}; ask again, or use --model reader") from err
    except (openai.OpenAIError, httpx.HTTPError, ValueError) as err:
        raise ModelFailed(f"{model}: its answer could not be understood; ask again, or use --model reader") from err
