"""The way of a question: retrieve, read, answer; each step timed and traced."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..index import Filters, Hit, Index, ModelFailed, content_words
from .call import Call
from .choice import Models
from .compose import compose, in_turn, refuse
from .copies import name_copies
from .events import Event, told_in_pieces
from .followup import Asked
from .reading import Reading
from .retrieve import Clock, Retriever
from .settings import Settings
from .types import Answer

if TYPE_CHECKING:
    from .generate import Writer

# Cosine similarity of question and passage from which other words may say the same: "prisoners exchanged" and "captives
# swapped" have 0.46, questions on other subjects mostly under 0.2.
ALIKE = 0.25


class Pipeline:
    """Answers questions from one index with the models of one library."""

    def __init__(self, index: Index, models: Models, settings: Settings) -> None:
        self._index = index
        self._models = models
        self._settings = settings
        self._retriever = Retriever(index, models.embedder, fusion=settings.fusion)

    def search(self, question: str, k: int, filters: Filters) -> list[Hit]:
        """The `k` passages nearest to `question`, best first."""
        return list(self._retriever.retrieve(question, k, filters).hits)

    def events(self, asked: Asked, filters: Filters, model: str, hits: Sequence[Hit] | None = None) -> Iterator[Event]:
        """The answer as it comes; with `hits`, these are read and nothing is searched."""
        count = self._index.count(filters)
        if not count:
            reason = "filter_empty" if filters and self._index.count() else "library_empty"
            yield from told_in_pieces(refuse(asked.question, reason, filters=filters))
            return
        clock = Clock()
        writer = self._models.writer(model)
        call = writer.new_call() if writer else None
        if writer and call and asked.history:
            yield Event("stage", f"Understanding the question with {writer.name}")
            asked = asked.rewritten(writer.rewrite(asked.question, asked.history, call))
            clock.mark("rewrite", by=writer.name if asked.by_model else "rules")
        parts = asked.parts()
        if hits is None:
            yield Event("stage", f"Searching {count:,} {'article' if count == 1 else 'articles'}")
            k = self._settings.top_k
            found = [self._retriever.retrieve(part.stand_alone, k, filters, beside=part.beside) for part in parts]
            clock.stages.extend(stage for one in found for stage in one.stages)
            given = [one.hits for one in found]
        else:
            given = [tuple(hits)] * len(parts)
        retrieved = in_turn(given)
        trace = {
            "question": asked.stand_alone,
            "stand_alone": asked.stand_alone,
            "articles": count,
            "retrieved": [hit.passage.id for hit in retrieved],
        }
        yield Event("stage", f"Reading {len(retrieved)} passages")
        local, read = self._read(asked.question, list(zip(parts, given, strict=True)), model, clock)
        trace["confidence"] = round(local.confidence, 4)
        for event in self._told(asked, local, read, writer, call):
            event = self._copies_named(event, filters)
            if event.answer is not None:
                clock.mark("answer", model=event.answer.model)
                event = replace(event, answer=replace(event.answer, trace=_traced(trace, clock, event.answer)))
            yield event

    def _copies_named(self, event: Event, filters: Filters) -> Event:
        """`event`, each citation in it with the copies of its article that pass `filters`."""
        if event.citation:
            [citation] = name_copies([event.citation], self._index, filters)
            return replace(event, citation=citation)
        if event.answer and event.answer.citations:
            cited = tuple(name_copies(event.answer.citations, self._index, filters))
            return replace(event, answer=replace(event.answer, citations=cited))
        return event

    def _read(
        self, question: str, parts: Sequence[tuple[Asked, Sequence[Hit]]], model: str, clock: Clock
    ) -> tuple[Answer, tuple[Hit, ...]]:
        """What the reader answers to the parts of `question`, and all hits in its order."""
        reader = self._models.reader(model)
        clock.skip()
        readings: list[tuple[str, Reading]] = [
            (part.question, reader.read(part.stand_alone, hits)) for part, hits in parts
        ]
        spans = sum(len(reading.spans) for _, reading in readings)
        clock.mark("read", reader=reader.name, parts=len(readings), spans=spans)
        threshold = self._settings.refuse_below
        below = reader.refuse_below if threshold is None else threshold
        answer = compose(question, readings, refuse_below=below)
        if answer.refused:
            answer = replace(answer, trace=_withheld(compose(question, readings, refuse_below=0.0)))
        return replace(answer, model=reader.name), in_turn([reading.hits for _, reading in readings])

    def _told(
        self, asked: Asked, local: Answer, read: tuple[Hit, ...], writer: Writer | None, call: Call | None
    ) -> Iterator[Event]:
        if writer is None or call is None or _nothing_found(local):
            yield from told_in_pieces(local)
            return
        yield Event("stage", f"Writing with {writer.name}")
        said = False
        try:
            for event in writer.write(asked.stand_alone, local, read, call):
                said = said or event.kind == "text"
                yield event
        except ModelFailed as err:
            if not self._settings.fallback:
                raise
            trace = {**local.trace, "fallback": str(err), "requests": call.requests}
            answer = replace(local, note=f"The local reader answers here. {err}.", usage=call.usage, trace=trace)
            # Words that came already cannot be taken back; whoever shows them shows the answer in their place.
            yield from [Event("answer", answer=answer)] if said else told_in_pieces(answer)


def _nothing_found(local: Answer) -> bool:
    """Whether neither retrieval nor the reader found a thing, so that there is nothing to write from."""
    words = content_words(local.question)
    nowhere = bool(words) and len(local.missing) == len(words)
    alike = max((hit.likeness or 0.0 for hit in local.hits), default=0.0)
    return local.reason == "nothing_found" or (local.reason == "not_answered" and nowhere and alike < ALIKE)


def _withheld(answer: Answer) -> dict[str, Any]:
    """For the trace of a refusal: what would have been told at any confidence, and the places it would have cited."""
    if answer.refused:
        return {}
    cited = [{"article_id": c.article.id, "start": c.start, "end": c.end, "span": c.span} for c in answer.citations]
    return {"withheld": {"text": answer.text, "citations": cited}}


def _traced(given: dict[str, Any], clock: Clock, answer: Answer) -> dict[str, Any]:
    ranks = [
        {"passage": hit.passage.id, "title": hit.article.title, "score": round(hit.score, 3), **hit.ranks}
        for hit in answer.hits
    ]
    return {**answer.trace, **given, "stages": clock.stages, "ms": clock.total_ms, "passages": ranks}
