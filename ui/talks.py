"""Conversations as they are held: the library asked, what came of it shown as it grows, and kept."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from ..rag import (
    Answer,
    Citation,
    Conversations,
    Event,
    Filters,
    Library,
    PinciteError,
    Said,
    UnknownConversation,
    new_id,
    to_json,
)
from .exchange import Exchange, pin_of, turns
from .plainly import SORRY, sentence_of

log = logging.getLogger(__name__)

SHOW_EVERY_S = 0.04  # words are shown in bunches: every showing sends the difference to the page


@dataclass(frozen=True, slots=True)
class Place:
    """Where a question is asked: whose conversation it is, which, over which articles, in place of which exchange."""

    owner: str  # "" for one who cannot be known again: nothing of theirs is kept
    id: str
    filters: Filters
    at: int | None = None  # from 0; what stands there and behind it is replaced


class Running:
    """An answer on its way."""

    def __init__(self, place: Place, question: str, before: tuple[Exchange, ...]) -> None:
        self.place = place
        self.question = question
        self.before = before
        self.text = ""
        self.citations: list[Citation] = []

    def stopped(self) -> Said:
        """What there is of it, to be kept."""
        try:
            answer = Answer(self.question, self.text, tuple(self.citations))
        except ValueError:  # cut between a marker and its citation
            answer = Answer(self.question, "")
        return self.said("stopped", answer)

    def said(self, state: Literal["done", "stopped", "failed"], answer: Answer) -> Said:
        """What came of it, to be kept."""
        return Said(self.question, state, to_json(answer), filters=_plain(self.place.filters))


class Talks:
    """The conversations over one library. Nothing of one visitor is kept where another could come by it."""

    def __init__(self, library: Library, kept: Conversations) -> None:
        self.library = library
        self.kept = kept
        self._running: dict[tuple[str, str], Running] = {}

    def exchanges(self, owner: str, id: str) -> tuple[Exchange, ...]:
        """What was said in a conversation; nothing when it is gone or another's."""
        try:
            return tuple(Exchange.of(said) for said in self.kept.read(owner, id).said) if id and owner else ()
        except UnknownConversation:
            return ()

    def place(self, owner: str, id: str, filters: Filters, at: int | None) -> Place:
        """Where to ask next; a conversation that is not there any more is begun anew."""
        known = bool(self.exchanges(owner, id))
        return Place(owner, id if known else new_id(), filters, at if known else None)

    def answering(self, place: Place, question: str) -> Iterator[tuple[Exchange, ...]]:
        """The conversation as its answer grows, kept in the end; a failure ends it with its one sentence."""
        before = self.exchanges(place.owner, place.id)[: place.at]
        running = Running(place, question[:30_000], before)
        self._running[place.owner, place.id] = running
        exchange = Exchange(running.question)
        yield (*before, exchange)
        shown_at = 0.0
        try:
            for event in self.library.stream(question, history=turns(before), filters=place.filters):
                exchange = after(exchange, running, event)
                if event.answer is not None:
                    self._keep(running, running.said("done", event.answer))
                now = time.monotonic()
                if event.kind != "text" or now - shown_at >= SHOW_EVERY_S:
                    shown_at = now
                    yield (*before, exchange)
        except GeneratorExit:  # stopped, or the page was closed
            self._keep(running, running.stopped())
            raise
        except PinciteError as err:
            yield (*before, self._failed(running, sentence_of(err)))
        except Exception:  # whatever it is, a visitor gets a sentence and the log gets the rest
            log.exception("a question could not be answered")
            yield (*before, self._failed(running, SORRY))

    def stop(self, owner: str, id: str) -> tuple[Exchange, ...]:
        """The conversation with what was being said kept as it stands."""
        running = self._running.get((owner, id))
        if running is None:
            return self.exchanges(owner, id)
        stopped = running.stopped()
        self._keep(running, stopped)
        return (*running.before, Exchange.of(stopped))

    def _failed(self, running: Running, sentence: str) -> Exchange:
        said = running.said("failed", Answer(running.question, sentence))
        self._keep(running, said)
        return Exchange.of(said)

    def _keep(self, running: Running, said: Said) -> None:
        """Keeps what came of `running`, once: whoever ends it first, its answer or its being stopped."""
        place = running.place
        if self._running.get((place.owner, place.id)) is not running:
            return
        del self._running[place.owner, place.id]
        if not place.owner:
            return
        try:
            self.kept.keep(place.owner, place.id, said, at=place.at)
        except PinciteError as err:  # an answer is shown even when it cannot be kept
            log.warning("a conversation could not be kept: %s", err)


def filters_of(chosen: Mapping[str, Any]) -> Filters:
    """The filters that a page sent. Raises ValueError when they are none."""
    ids = chosen.get("article_ids")
    if ids is not None and not (isinstance(ids, list) and all(isinstance(id, str) for id in ids)):
        raise ValueError("the chosen articles are not a list of ids")
    source = chosen.get("source")
    if source is not None and not isinstance(source, str):
        raise ValueError("the chosen source is not a text")
    since, until = (date.fromisoformat(str(chosen[name])) if chosen.get(name) else None for name in ("since", "until"))
    return Filters(source or None, since, until, tuple(ids) if ids else None)


def _plain(filters: Filters) -> dict[str, Any]:
    days = {name: day.isoformat() for name in ("since", "until") if (day := getattr(filters, name))}
    ids = {"article_ids": list(filters.article_ids)} if filters.article_ids else {}
    return {**({"source": filters.source} if filters.source else {}), **days, **ids}


def after(exchange: Exchange, running: Running, event: Event) -> Exchange:
    """`exchange` with what `event` brings."""
    if event.answer is not None:
        return exchange.answered(event.answer)
    if event.citation is not None:
        running.citations.append(event.citation)
        return replace(exchange, pins=(*exchange.pins, pin_of(event.citation)))
    if event.value is not None:
        return replace(exchange, values=(*exchange.values, (event.value.text, event.value.markers)))
    if event.kind == "stage":
        return replace(exchange, stage=event.text)
    running.text += event.text
    return replace(exchange, text=running.text)
