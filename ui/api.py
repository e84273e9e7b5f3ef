"""The HTTP API: the same questions and articles for programs, and for the window's own panes.

    GET    /api/health            whether the server answers
    POST   /api/ask               {"question", "history"?, "filters"?, "model"?, "stream"?}: an answer
    GET    /api/articles          every article without its text, the newest added first
    POST   /api/articles          files (multipart), or {"articles": [...], "urls": [...]}: what became of each
    GET    /api/articles/{id}     one article with its text; ?version=N for an older one
    DELETE /api/articles/{id}     the article that was removed, with its text

An answer has the schema that `pincite ask --json` prints. With "stream" it comes as server-sent events named stage,
text, citation, value, answer or error. Asked with `Accept: text/event-stream`, adding sends progress events, then added
or error. Every error is {"error": one sentence}. The window's conversations have routes of their own (`talks_api.py`).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, FastAPI, Request, Response  # at the top: FastAPI looks the routes' types up here
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import iterate_in_threadpool, run_in_threadpool
from starlette.exceptions import HTTPException

from ..index import (
    LibraryBusy,
    ModelBusy,
    ModelFailed,
    Passage,
    StoreFailed,
    StoreMismatch,
    UnknownArticle,
)
from ..rag import Answer, Event, Filters, Library, PinciteError, Turn, UnknownConversation, to_json
from .intake import added_as_it_goes, added_by, server_sent, work_of
from .plainly import SORRY, fault_of, sentence_of

log = logging.getLogger(__name__)

STATUS: dict[type[Exception], int] = {
    UnknownArticle: 404,
    UnknownConversation: 404,
    ModelBusy: 503,
    LibraryBusy: 503,
    ModelFailed: 502,
    StoreFailed: 500,
    StoreMismatch: 500,
    PinciteError: 422,  # the rest is what a caller can mend: an empty question, a setting with an unknown value
    ValueError: 422,
}


class _Given(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TurnGiven(_Given):
    """One turn of a history."""

    role: Literal["user", "assistant"]
    text: Annotated[str, Field(max_length=40_000)]


class FiltersGiven(_Given):
    """Which articles may answer."""

    source: str | None = None
    since: date | None = None
    until: date | None = None
    article_ids: tuple[str, ...] | None = None


class QuestionGiven(_Given):
    """What `POST /api/ask` takes."""

    question: str
    history: Annotated[tuple[TurnGiven, ...], Field(max_length=200)] = ()
    filters: FiltersGiven = FiltersGiven()
    model: str | None = None
    stream: bool = False


class Turnstile:
    """Lets `at_once` through, keeps `waiting` more waiting and turns the others away with ModelBusy."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self._inside = asyncio.Semaphore(at_once)
        self._most = at_once + waiting
        self._here = 0

    @asynccontextmanager
    async def passed(self) -> AsyncIterator[None]:
        """A place inside, for as long as the `with` lasts."""
        if self._here >= self._most:
            raise ModelBusy(f"{self._here} questions are being answered or waiting: ask again in a moment")
        self._here += 1
        try:
            async with self._inside:
                yield
        finally:
            self._here -= 1


def build_api(library: Library, *, at_once: int = 16, waiting: int = 200) -> APIRouter:
    """The routes above, over `library`; `at_once` questions are answered at a time and `waiting` more may wait."""
    api = APIRouter(prefix="/api")
    turnstile = Turnstile(at_once, waiting)

    @api.get("/health")
    def health() -> dict[str, Any]:
        return {"status": "ok", "articles": library.index.count()}

    @api.post("/ask")
    async def ask(given: QuestionGiven) -> Response:
        asked = _arguments(given)
        if given.stream:
            events = await run_in_threadpool(
                library.stream, given.question, **asked
            )  # raises here what is wrong with the question
            return StreamingResponse(_sent(turnstile, events), 200, _NOT_KEPT, "text/event-stream")
        async with turnstile.passed():
            return JSONResponse(to_json(await run_in_threadpool(library.ask, given.question, **asked)))

    @api.get("/articles")
    def articles() -> dict[str, Any]:
        return {"articles": [asdict(entry) for entry in library.entries()]}

    @api.post("/articles")
    async def add(request: Request) -> Response:
        work = await work_of(library, request)
        if "text/event-stream" in request.headers.get("accept", ""):
            return StreamingResponse(added_as_it_goes(work), 200, _NOT_KEPT, "text/event-stream")
        return JSONResponse({"added": [asdict(one) for one in await added_by(work)]})

    @api.get("/articles/{id:path}")
    def article(id: str, version: int | None = None) -> dict[str, Any]:
        found = library.article(id, version)
        passages = [passage for passage in library.passages(id) if passage.version == found.version]
        newest = library.article(id).version if version else found.version
        return asdict(found) | {"newest": newest, "passages": [_passage_json(passage) for passage in passages]}

    @api.delete("/articles/{id:path}")
    def remove(id: str) -> dict[str, Any]:
        article = library.article(id)  # sent back whole, so that removing can be undone
        library.remove([id])
        return {"removed": asdict(article)}

    return api


def answer_errors(app: FastAPI) -> None:
    """Makes every error of `app` one sentence of JSON with a fitting status, and a stack trace only of the log."""

    def refusal(status: int, sentence: str) -> Response:
        return JSONResponse({"error": sentence}, status)

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> Response:
        return refusal(422, fault_of(error.errors()[0]))

    @app.exception_handler(HTTPException)
    def http(request: Request, error: HTTPException) -> Response:
        return refusal(error.status_code, str(error.detail))

    @app.exception_handler(Exception)
    def unknown(request: Request, error: Exception) -> Response:
        return refusal(500, SORRY)  # the log has it already, from Starlette

    def ours(request: Request, error: Exception) -> Response:
        return refusal(_status(error), sentence_of(error))

    for kind in (PinciteError, ValueError):
        app.add_exception_handler(kind, ours)


_NOT_KEPT = {"cache-control": "no-store", "x-accel-buffering": "no"}  # a proxy must pass each event on at once


def _arguments(given: QuestionGiven) -> dict[str, Any]:
    """What `Library.ask` takes besides the question. Raises ValueError when `since` is after `until`."""
    return {
        "history": tuple(Turn(turn.role, turn.text) for turn in given.history),
        "filters": Filters(**given.filters.model_dump()),
        "model": given.model,
    }


async def _sent(turnstile: Turnstile, events: Iterator[Event]) -> AsyncIterator[str]:
    """The events as server-sent ones; a failure is the last of them."""
    try:
        async with turnstile.passed():
            async for event in iterate_in_threadpool(events):
                yield server_sent(event.kind, _event_json(event))
    except PinciteError as err:
        yield server_sent("error", {"error": sentence_of(err)})
    except Exception:  # the reply has begun, so its status can no longer say it
        log.exception("a question could not be answered")
        yield server_sent("error", {"error": SORRY})


def _event_json(event: Event) -> dict[str, Any]:
    if event.answer is not None:
        return to_json(event.answer)
    if event.citation is not None:
        return to_json(Answer("", "", (event.citation,)))["citations"][0]
    if event.value is not None:
        return asdict(event.value)
    return {"text": event.text}


def _passage_json(passage: Passage) -> dict[str, Any]:
    return {"id": passage.id, "start": passage.start, "end": passage.end, "heading": passage.heading}


def _status(error: Exception) -> int:
    return next(status for kind, status in STATUS.items() if isinstance(error, kind))
