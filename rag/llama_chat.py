"""Any LlamaIndex language model, passed from code, as a chat model of ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from llama_index.core.base.llms.types import ChatMessage
from llama_index.core.llms import LLM

from ..index import ModelBusy, ModelFailed, PinciteError
from .call import Call, Told
from .prompts import tokens_of

ANSWER_TOKENS = 800  # its own setting is not known; room is left for so many


class LlamaChat:
    """Streams the words of `llm`. Its retries, time limits and key are its own; the answer's time is ours."""

    place = "as its LlamaIndex class has it"

    def __init__(self, llm: LLM) -> None:
        self._llm = llm
        told = llm.metadata
        # A model whose class does not know its name or its size says "unknown", or 3,900 tokens.
        self.name = told.model_name if told.model_name not in ("", "unknown") else llm.class_name()
        self.context_tokens = told.context_window
        self.answer_tokens = min(told.num_output if told.num_output > 0 else ANSWER_TOKENS, told.context_window // 4)

    def stream(self, turns: Told, call: Call) -> Iterator[str]:
        """The answer piece by piece, or whole from a model that cannot stream. Raises ModelBusy or ModelFailed."""
        messages = [ChatMessage(role=role, content=text) for role, text in turns]
        call.begin(tokens_of("".join(text for _, text in turns)), self.answer_tokens)
        said = False
        try:
            for part in self._parts(messages):
                call.check_time()
                _count(call, part)
                if part.delta:
                    said = True
                    yield part.delta
        except PinciteError:
            raise
        except Exception as err:  # noqa: BLE001 - each provider has errors of its own, and this file knows none of them
            # The provider's own words stay out of the message: they may hold a key or a part of the text.
            if getattr(err, "status_code", None) == 429:
                raise ModelBusy(
                    f"{self.name} is over its rate limit: wait and ask again, or use --model reader"
                ) from None
            raise ModelFailed(
                f"{self.name} did not answer ({type(err).__name__}): see to its key, address and network, or use "
                "--model reader"
            ) from None
        finally:
            call.end()
        if not said:
            raise ModelFailed(f"{self.name} answered nothing: ask again, or use --model reader")

    def _parts(self, messages: list[ChatMessage]) -> Iterator[Any]:
        try:
            stream = iter(self._llm.stream_chat(messages))
            first = next(stream, None)
        except NotImplementedError:
            whole = self._llm.chat(messages)
            whole.delta = whole.message.content or ""
            yield whole
            return
        if first is not None:
            yield first
            yield from stream


def _count(call: Call, part: Any) -> None:
    raw: Any = part.raw
    usage: Any = raw.get("usage") if isinstance(raw, dict) else getattr(raw, "usage", None)
    if usage is None:
        return
    told = usage if isinstance(usage, dict) else vars(usage)
    if told.get("prompt_tokens"):
        call.count(int(told["prompt_tokens"]), int(told.get("completion_tokens") or 0))
