"""Adding articles over HTTP: what a request brings, and what becomes of it, at once or as it goes."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict, dataclass
from typing import Any

from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request

from ..index import Added
from ..rag import Library, PinciteError, Progress
from .plainly import SORRY, fault_of, sentence_of
from .uploads import MOST_FILES, Given, Uploaded, add_given

log = logging.getLogger(__name__)

OnProgress = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class Work:
    """Articles to be added: `run` adds them, `close` lets go of what was kept for it."""

    run: Callable[[OnProgress | None], list[Added]]
    close: Callable[[], None] = lambda: None


async def work_of(library: Library, request: Request) -> Work:
    """What `request` asks to add: files (multipart), or articles and addresses (JSON).

    Raises ValueError when it holds nothing of the kind.
    """
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        try:
            given = Given.model_validate_json(await request.body())
        except ValidationError as err:
            raise ValueError(fault_of(err.errors()[0])) from err
        return Work(lambda on_progress: add_given(library, given, on_progress))
    uploaded = Uploaded()
    async with request.form(max_files=MOST_FILES, max_fields=10) as form:
        files = [part for _, part in form.multi_items() if isinstance(part, UploadFile)]
        await run_in_threadpool(_keep, uploaded, files)
    if not files:
        uploaded.close()
        raise ValueError("no file came with the request: send each as a form field with a file name")
    count = len(files)
    return Work(
        lambda on_progress: library.add_articles(uploaded.articles(), total=count, on_progress=on_progress),
        uploaded.close,
    )


async def added_by(work: Work) -> list[Added]:
    """What became of each article of `work`, in order."""
    try:
        return await run_in_threadpool(work.run, None)
    finally:
        work.close()


async def added_as_it_goes(work: Work) -> AsyncIterator[str]:
    """The same as server-sent events: "progress" for each article, then "added" with all, or "error"."""
    loop, steps = asyncio.get_running_loop(), asyncio.Queue[Progress | None]()

    def adding() -> list[Added]:
        try:
            return work.run(lambda step: loop.call_soon_threadsafe(steps.put_nowait, step) and None)
        finally:
            loop.call_soon_threadsafe(steps.put_nowait, None)

    running = asyncio.ensure_future(run_in_threadpool(adding))
    running.add_done_callback(lambda _: work.close())  # also when nobody listens any more: what is begun is finished
    while (step := await steps.get()) is not None:
        yield server_sent("progress", {"done": step.done, "total": step.total, "last": asdict(step.last)})
    try:
        yield server_sent("added", {"added": [asdict(one) for one in await running]})
    except (PinciteError, ValueError) as err:
        yield server_sent("error", {"error": sentence_of(err)})
    except Exception:  # the reply has begun, so its status can no longer say it
        log.exception("articles could not be added")
        yield server_sent("error", {"error": SORRY})


def server_sent(kind: str, data: dict[str, Any]) -> str:
    """One server-sent event."""
    return f"event: {kind}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


def _keep(uploaded: Uploaded, files: list[UploadFile]) -> None:
    for file in files:
        uploaded.keep(file.filename or "", file.file)
