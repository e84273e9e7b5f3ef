"""Who embeds, who reads and who writes, chosen by the settings and by name."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from ..index import Embedder, MiniLM, SettingRefused
from .reading import Reader
from .settings import Settings

if TYPE_CHECKING:
    from .generate import Writer

LOCAL = ("reader", "sentences")  # answer without a language model, on this machine


class Models:
    """The models of one library, each made when it is first needed."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._readers: dict[str, Reader] = {}
        self._writers: dict[str, Writer] = {}

    def resolve(self, model: str | None) -> str:
        """The name of who answers: `model`, else the setting, else the chat model if there is one, else the reader."""
        chosen = (model or self._settings.model or "").strip()
        if not chosen:
            return self._settings.chat_model if self._settings.writes else LOCAL[0]
        if chosen not in LOCAL and not self._settings.writes:
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
            from .openai_models import make_chat

            self._writers[model] = Writer(model, make_chat(model, self._settings))
        return self._writers[model]

    def _make_reader(self, name: str) -> Reader:
        # What a reader concludes from likeness was fitted with the bundled embedder, whichever one the index has.
        bundled = isinstance(self.embedder, MiniLM)
        embedder = self.embedder if bundled else MiniLM()
        if name == "sentences":
            from .sentence_reader import SentenceReader

            return SentenceReader(embedder)
        from .exact_reader import ExactReader

        return ExactReader(embedder, as_searched=bundled)
