"""Who embeds, who reads and who writes, chosen by the settings and by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from ..index import Embedder, MiniLM, SettingRefused
from .call import Call, ChatModel
from .reading import Reader
from .redact import is_near, shown_address
from .settings import Settings
from .spend import Limits, Purse

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

    from .generate import Writer
    from .prompts import Numbered

LOCAL = ("reader", "sentences")  # answer without a language model, on this machine


class Models:
    """The models of one library, each made when it is first needed."""

    def __init__(self, settings: Settings, llm: LLM | None = None) -> None:
        """`llm` is any LlamaIndex language model; it then writes, unless another is named."""
        self._settings = settings
        self._given = llm
        self._readers: dict[str, Reader] = {}
        self._writers: dict[str, Writer] = {}

    def resolve(self, model: str | None) -> str:
        """The name of who answers: `model`, else the setting, else the chat model if there is one, else the reader."""
        chosen = (model or self._settings.model or "").strip()
        given = self._given_chat.name if self._given_chat else None
        if not chosen:
            return given or (self._settings.chat_model if self._settings.writes else LOCAL[0])
        if chosen not in LOCAL and chosen != given and not self._settings.writes:
            raise SettingRefused(
                f'the model "{chosen}" needs OPENAI_API_KEY or OPENAI_BASE_URL: set one, or use "reader" or "sentences"'
            )
        return chosen

    @cached_property
    def embedder(self) -> Embedder:
        """The bundled embedder, or OpenAI's when `embedding` names it."""
        name = self._settings.embedding.strip()
        if name in ("minilm", MiniLM.name):
            return MiniLM()
        provider, _, model = name.partition(":")
        if provider != "openai" or not model:
            raise SettingRefused(
                f'PINCITE_EMBEDDING cannot be "{name}": write "minilm", or "openai:" and a name such as '
                '"openai:text-embedding-3-small"'
            )
        from .openai_models import make_embedder

        return make_embedder(model, self._settings)

    def reader(self, model: str) -> Reader:
        """Who reads when `model` answers; a chat model writes from what the span reader found."""
        name = "sentences" if model == "sentences" else "reader"
        if name not in self._readers:
            self._readers[name] = self._make_reader(name)
        return self._readers[name]

    def writer(self, model: str) -> Writer | None:
        """Who writes when `model` answers; None when the reader's own words are the answer."""
        if model in LOCAL:
            return None
        if model not in self._writers:
            from .generate import Writer

            self._writers[model] = Writer(self._chat(model), lambda: self._new_call(model), self._judge)
        return self._writers[model]

    def place(self, model: str) -> str:
        """Where `model` runs, for people."""
        if model in LOCAL:
            return "on this machine"
        if self._given_chat and model == self._given_chat.name:
            return self._given_chat.place
        return f"at {shown_address(self._settings.openai_base_url)}" if self._settings.openai_base_url else "at OpenAI"

    @cached_property
    def _given_chat(self) -> ChatModel | None:
        if self._given is None:
            return None
        from .llama_chat import LlamaChat

        return LlamaChat(self._given)

    def _chat(self, model: str) -> ChatModel:
        if self._given_chat and model == self._given_chat.name:
            return self._given_chat
        from .openai_models import make_chat

        return make_chat(model, self._settings)

    def _new_call(self, model: str) -> Call:
        return Call(model, self._settings.timeout_s, self._purse)

    @cached_property
    def _purse(self) -> Purse | None:
        limits = Limits(self._settings.spend_per_day, self._settings.spend_per_question)
        if not limits:
            return None
        # A server near by, as Ollama, costs nothing by the token.
        free = is_near(self._settings.openai_base_url) and self._given is None
        return Purse(self._settings.home, limits, self._settings.prices, free=free)

    def _judge(self, question: str, sentences: Sequence[Numbered]) -> float:
        """How sure the local reader is that one of the sentences answers `question`."""
        hits = [
            replace(
                one.hit, passage=replace(one.hit.passage, text=one.text, start=one.start, end=one.end), likeness=None
            )
            for one in sentences
        ]
        return self.reader(LOCAL[0]).read(question, hits).confidence

    def _make_reader(self, name: str) -> Reader:
        # What a reader concludes from likeness was fitted with the bundled embedder, whichever one the index has.
        bundled = isinstance(self.embedder, MiniLM)
        embedder = self.embedder if bundled else MiniLM()
        if name == "sentences":
            from .sentence_reader import SentenceReader

            return SentenceReader(embedder)
        from .exact_reader import ExactReader

        return ExactReader(embedder, as_searched=bundled)
