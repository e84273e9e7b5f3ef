"""A library: articles in, answers out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from ..index import (
    NO_FILTERS,
    Added,
    Article,
    Embedder,
    Entry,
    Filters,
    Hit,
    Index,
    Passage,
    Place,
    ReadFailed,
    Reading,
    find_places,
    open_index,
    read_all,
    source_of,
)
from .choice import Models
from .events import Event
from .following import Following, Synced
from .followup import understood
from .pipeline import Pipeline
from .question import checked
from .settings import Settings, read_settings
from .types import Answer, Turn

if TYPE_CHECKING:
    from llama_index.core.llms import LLM


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an `add` has come: places done of places found, and the last outcome."""

    done: int
    total: int
    last: Added


class Library:
    """Articles and the answers they give. Made by `open_library`; close it, or use it in a `with`."""

    def __init__(self, index: Index, models: Models, settings: Settings) -> None:
        self.index = index
        self.settings = settings
        self._models = models
        self._pipeline = Pipeline(index, models, settings)

    def varied(self, **settings: Any) -> Library:
        """The same articles and models, asked under other `settings`; close the first and both are closed.

        Raises SettingRefused for a value that cannot be.
        """
        chosen = read_settings(**{**dict(self.settings), **settings})
        return Library(self.index, self._models, chosen)

    @property
    def home(self) -> Path:
        """The folder it lives in."""
        return self.settings.home

    @property
    def embedder(self) -> Embedder:
        """What its texts are embedded with."""
        return self._models.embedder

    # Articles

    def add(
        self,
        places: Iterable[str | Path],
        *,
        allow_private: bool | None = None,
        columns: Mapping[str, str] | None = None,
        on_progress: Callable[[Progress], None] | None = None,
    ) -> list[Added]:
        """What became of each file, folder and URL in `places`, in order; a bad one never stops the rest.

        `allow_private` lets addresses lead into private networks, as the settings say by default. `columns` name those
        of a table (CSV, JSON lines) by role, as in {"text": "body"}; the others are guessed. A page that has not
        changed is not fetched again.
        """
        private = self.settings.allow_private if allow_private is None else allow_private
        how = Reading(private, columns or {}, visits=self.index.visits)
        return self._add(find_places(places), how, iter, on_progress)

    def _add(
        self,
        found: Sequence[Place | ReadFailed],
        how: Reading,
        through: Callable[[Iterator[Article | ReadFailed]], Iterator[Article | ReadFailed]],
        on_progress: Callable[[Progress], None] | None,
    ) -> list[Added]:
        """What became of what is at these places; `through` sees each article before it is added."""
        expected = len(found)

        def on_found(more: int) -> None:
            nonlocal expected
            expected += more

        def on_outcome(step: Progress) -> None:
            if on_progress:
                on_progress(replace(step, total=max(step.done, expected)))

        articles = read_all(found, replace(how, on_found=on_found))
        return self.add_articles(through(articles), on_progress=on_outcome)

    def add_articles(
        self,
        articles: Iterable[Article | ReadFailed],
        *,
        total: int = 0,
        on_progress: Callable[[Progress], None] | None = None,
    ) -> list[Added]:
        """What became of each article; one that could not be read comes back as failed with its reason."""
        outcomes: list[Added] = []
        for outcome in self.index.add(articles):
            outcomes.append(outcome)
            if on_progress:
                on_progress(Progress(len(outcomes), max(total, len(outcomes)), outcome))
        return outcomes

    def sync(self, folder: str | Path, *, on_progress: Callable[[Progress], None] | None = None) -> Synced:
        """What became of each file in `folder`, of articles whose files have moved, and of those whose files are gone.

        Only articles that came from below `folder` are removed, and none whose file could merely not be read.
        Raises ReadFailed when there is no such folder.
        """
        root = Path(folder).expanduser().resolve()
        if not root.is_dir():
            raise ReadFailed(str(folder), "there is no such folder; nothing was added or removed")
        found = find_places([root])
        names = [one.source if isinstance(one, ReadFailed) else source_of(one.name) for one in found]
        following = Following(self.index, root, names)
        outcomes = self._add(found, Reading(visits=self.index.visits), following.recognised, on_progress)
        gone = following.gone(outcomes)
        return Synced(tuple(outcomes), tuple(following.moved), tuple(self.remove(gone) if gone else ()))

    def entries(self) -> list[Entry]:
        """Every article without its text, the newest added first."""
        return self.index.entries()

    def article(self, id: str, version: int | None = None) -> Article:
        """One article with its whole stored text. Raises UnknownArticle."""
        return self.index.article(id, version)

    def versions(self, id: str) -> list[Entry]:
        """Every version of an article, the newest first. Raises UnknownArticle."""
        return self.index.versions(id)

    def copies(self, id: str) -> tuple[Entry, ...]:
        """The other articles with the same text, perhaps edited or cut, the first stored first."""
        return self.index.copies([id]).get(id, ())

    def passages(self, id: str) -> list[Passage]:
        """The passages of one article, in order. Raises UnknownArticle."""
        return self.index.passages(id)

    def remove(self, ids: Sequence[str]) -> list[Entry]:
        """What was removed, from every store. Raises UnknownArticle, and removes nothing, when one is unknown."""
        return self.index.remove(ids)

    # Answers

    def search(self, question: str, *, k: int | None = None, filters: Filters = NO_FILTERS) -> list[Hit]:
        """The `k` passages nearest to `question`, best first (`top_k` of the settings by default)."""
        return self._pipeline.search(checked(question), k or self.settings.top_k, filters)

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters = NO_FILTERS,
        model: str | None = None,
        hits: Sequence[Hit] | None = None,
    ) -> Answer:
        """The answer to `question`, or a refusal, with its citations.

        `history` are the turns before it, oldest first. `model` is "reader", "sentences" or a chat model's name.
        With `hits`, these are read and nothing is searched.
        Raises QuestionRefused when it is empty or too long, ModelFailed when a chat model does not answer.
        """
        for event in self.stream(question, history=history, filters=filters, model=model, hits=hits):
            if event.answer is not None:
                return event.answer
        raise AssertionError("a stream ends with its answer")

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters = NO_FILTERS,
        model: str | None = None,
        hits: Sequence[Hit] | None = None,
    ) -> Iterator[Event]:
        """The same answer as it comes; the last event holds the whole. Raises as `ask` does, before or between."""
        asked = understood(checked(question), history)
        return self._pipeline.events(asked, filters, self._models.resolve(model), hits)

    async def aask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters = NO_FILTERS,
        model: str | None = None,
    ) -> Answer:
        """`ask`, in a thread of its own."""
        return await asyncio.to_thread(self.ask, question, history=history, filters=filters, model=model)

    async def astream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters = NO_FILTERS,
        model: str | None = None,
    ) -> AsyncIterator[Event]:
        """`stream`, each step in a thread of its own."""
        events = self.stream(question, history=history, filters=filters, model=model)
        while (event := await asyncio.to_thread(next, events, None)) is not None:
            yield event

    # Life

    @property
    def answers_with(self) -> str:
        """The name of who answers when no model is named, and where it runs."""
        name = self._models.resolve(None)
        return f"{name}, {self._models.place(name)}"

    def try_model(self, model: str | None = None) -> str:
        """Asks the chat model one small thing; what it used, in words, "" when none is configured.

        Raises ModelFailed when it does not answer.
        """
        writer = self._models.writer(self._models.resolve(model))
        return writer.try_once() if writer else ""

    def close(self) -> None:
        """Lets go of the folder. Closing twice does nothing."""
        self.index.close()

    def __enter__(self) -> Library:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_library(home: str | Path | None = None, *, llm: LLM | None = None, **settings: Any) -> Library:
    """The library in the folder `home`, made when missing; `settings` are fields of `Settings`.

    `llm` is any LlamaIndex language model: it then writes the answers, and our code cites and checks them.
    Raises LibraryBusy when another process holds it, StoreMismatch when it was built with another embedder,
    StoreFailed when its files cannot be used, SettingRefused for a value that cannot be.
    """
    chosen = read_settings(home=Path(home).expanduser() if home is not None else None, **settings)
    models = Models(chosen, llm)
    return Library(open_index(chosen.home, models.embedder), models, chosen)


def reindex(home: str | Path | None = None, **settings: Any) -> int:
    """Embeds every stored passage again with the configured embedder; how many there were.

    It is the cure for StoreMismatch. Raises as `open_library` does.
    """
    chosen = read_settings(home=Path(home).expanduser() if home is not None else None, **settings)
    with open_index(chosen.home, Models(chosen).embedder, reindex=True) as index:
        return sum(entry.passages for entry in index.entries())
