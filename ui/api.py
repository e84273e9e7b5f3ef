"""The HTTP API: the same questions and articles for programs, and for the window's own panes.

    GET    /api/health            whether the server answers
    POST   /api/ask               {"question", "history"?, "filters"?, "model"?, "stream"?}: an answer
    GET    /api/articles          every article without its text, the newest added first
    POST   /api/articles          files (multipart), or {"articles": [...], "urls": [...]}: what became of each
    GET    /api/articles/{id}     one article with its text; ?version=N for an older one
    DELETE /api/articles/{id}     the article that was removed, with its text

An answer has the schema that `pincite ask --json` prints. With "stream" it comes as server-sent events named stage,
text, citation, answer or error. Every error is {"error": one sentence}.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, FastAPI, Request, Response  # at the top: FastAPI looks the routes' types up here
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.concurrency import iterate_in_threadpool, run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from ..index import (
    Added,
    LibraryBusy,
    ModelBusy,
    ModelFailed,
    Passage,
    StoreFailed,
    StoreMismatch,
    UnknownArticle,
)
from ..rag import Answer, Event, Filters, Library, PinciteError, Turn, to_json
from .uploads import MOST_FILES, Given, Uploaded, add_given

log = logging.getLogger(__name__)

ASKED_AT_ONCE = 16
WAITING = 200  # requests that may wait for an answer; the next is told that it is busy

STATUS: dict[type[Exception], int] = {
    UnknownArticle: 404,
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
    """Lets ASKED_AT_ONCE through, keeps WAITING waiting and turns the others away with ModelBusy."""

    def __init__(self) -> None:
        self._inside = asyncio.Semaphore(ASKED_AT_ONCE)
        self._here = 0

    @asynccontextmanager
    async def passed(self) -> AsyncIterator[None]:
        """A place inside, for as long as the `with` lasts."""
        if self._here >= ASKED_AT_ONCE + WAITING:
            raise ModelBusy(f"{self._here} questions are being answered or waiting: ask again in a moment")
        self._here += 1
        try:
            async with self._inside:
                yield
        finally:
            self._here -= 1


def build_api(library: Library) -> APIRouter:
    """The routes above, over `library`."""
    api = APIRouter(prefix="/api")
    turnstile = Turnstile()

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
    async def add(request: Request) -> dict[str, Any]:
        added = await _add(library, request)
        return {"added": [asdict(one) for one in added]}

    @api.get("/articles/{id:path}")
    def article(id: str, version: int | None = None) -> dict[str, Any]:
        found = library.article(id, version)
        passages = [passage for passage in library.passages(id) if passage.version == found.version]
        return asdict(found) | {"passages": [_passage_json(passage) for passage in passages]}

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
        return refusal(422, _fault(error.errors()[0]))

    @app.exception_handler(HTTPException)
    def http(request: Request, error: HTTPException) -> Response:
        return refusal(error.status_code, str(error.detail))

    @app.exception_handler(Exception)
    def unknown(request: Request, error: Exception) -> Response:
        return refusal(500, _SORRY)  # the log has it already, from Starlette

    def ours(request: Request, error: Exception) -> Response:
        return refusal(_status(error), sentence_of(error))

    for kind in (PinciteError, ValueError):
        app.add_exception_handler(kind, ours)


def sentence_of(error: Exception) -> str:
    """The error's message as a sentence: a capital first, a full stop last."""
    text = str(error)
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


_SORRY = "Something went wrong here; the server's log has the details."
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
                yield _server_sent(event.kind, _event_json(event))
    except PinciteError as err:
        yield _server_sent("error", {"error": sentence_of(err)})
    except Exception:  # the reply has begun, so its status can no longer say it
        log.exception("a question could not be answered")
        yield _server_sent("error", {"error": _SORRY})


def _event_json(event: Event) -> dict[str, Any]:
    if event.answer is not None:
        return to_json(event.answer)
    if event.citation is not None:
        return to_json(Answer("", "", (event.citation,)))["citations"][0]
    return {"text": event.text}


def _server_sent(kind: str, data: dict[str, Any]) -> str:
    return f"event: {kind}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


async def _add(library: Library, request: Request) -> list[Added]:
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        async with request.form(max_files=MOST_FILES, max_fields=10) as form:
            files = [part for _, part in form.multi_items() if isinstance(part, UploadFile)]
            return await run_in_threadpool(_add_files, library, files)
    try:
        given = Given.model_validate_json(await request.body())
    except ValidationError as err:
        raise ValueError(_fault(err.errors()[0])) from err
    return await run_in_threadpool(add_given, library, given)


def _add_files(library: Library, files: list[UploadFile]) -> list[Added]:
    if not files:
        raise ValueError("no file came with the request: send each as a form field with a file name")
    with Uploaded() as uploaded:
        for file in files:
            uploaded.keep(file.filename or "", file.file)
        return library.add_articles(uploaded.articles(), total=len(files))


def _passage_json(passage: Passage) -> dict[str, Any]:
    return {"id": passage.id, "start": passage.start, "end": passage.end, "heading": passage.heading}


def _status(error: Exception) -> int:
    return next(status for kind, status in STATUS.items() if isinstance(error, kind))


def _fault(fault: Any) -> str:
    """A validation fault in words, with the field it is in."""
    if fault["type"] == "json_invalid":
        return "The request's body is not JSON."
    field = ".".join(str(part) for part in fault["loc"] if part != "body")
    place = f"The request's {field}" if field else "The request"
    return f"{place}: {fault['msg'][:1].lower()}{fault['msg'][1:]}."
