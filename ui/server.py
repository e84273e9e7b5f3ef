"""One process: the chat window, its panes and the HTTP API.

Every request passes the guard (`access.py`), then the login where there is a password, then reaches the page, the API
or Gradio. Nothing here contacts another host.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..index import SettingRefused
from ..rag import Conversations, Library, Settings, open_conversations
from .access import LOOPBACK, Guard, Rules
from .login import Login, accounts_of
from .page import Page
from .plainly import sentence_of
from .visitors import Visitors

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import ASGIApp, Receive, Scope, Send

log = logging.getLogger(__name__)

STATIC = Path(__file__).parent / "static"


def serve(
    library: Library,
    *,
    examples: Sequence[str] = (),
    open_browser: bool = False,
    on_ready: Callable[[str], None] | None = None,
) -> None:
    """Serves the window until it is interrupted, where the library's settings say (host, port, password).

    `examples` are questions to begin with; `on_ready` is called with the window's address once it answers, and by
    default prints it.
    Raises SettingRefused when the address cannot be listened on, or is open to others without a password.
    """
    import uvicorn

    settings = library.settings
    listening = listen(settings)
    kept = open_conversations(library.home)
    app = build_app(library, settings, kept, examples=examples)
    address = f"http://{_in_url(settings.host)}:{listening.getsockname()[1]}{base_path(settings)}/"

    warming = threading.Thread(target=_warm, args=(library,), daemon=True)

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            (on_ready or _announce)(address)
            if open_browser:
                webbrowser.open(address)
            warming.start()

    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=3,  # an open page holds a connection; Ctrl+C must not wait for it
    )
    if threading.current_thread() is threading.main_thread():
        # After its own orderly end uvicorn sends itself the signal anew, which would end us before the library closes.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        Server(config).run([listening])
    except KeyboardInterrupt:
        pass  # Ctrl+C is how a window is closed
    finally:
        listening.close()
        kept.close()
        if warming.is_alive():
            warming.join(30)  # a library is not closed under a question: its models would take the process down


def listen(settings: Settings) -> socket.socket:
    """A socket bound to the settings' host and port, before anything slow is begun.

    Raises SettingRefused when others could reach it without a password, or when it is taken.
    """
    host, port = settings.host, settings.port
    if host not in LOOPBACK and not accounts(settings) and not settings.open_to_all:
        raise SettingRefused(
            f"PINCITE_HOST {host} can be reached by others: set PINCITE_PASSWORD, give --auth NAME:PASSWORD, "
            "listen on 127.0.0.1, or say --open-to-all"
        )
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(place)
    except OSError as err:
        raise SettingRefused(
            f"PINCITE_HOST {host}, PINCITE_PORT {port}: cannot be listened on ({err.strerror}); name another port"
        ) from err
    return listening


def build_app(library: Library, settings: Settings, kept: Conversations, *, examples: Sequence[str] = ()) -> FastAPI:
    """The whole server as an ASGI app: guard, login, visitors, page, API, window. `kept` are the conversations."""
    # Gradio reads these when it is imported, and asks its makers' servers for news unless they say no.
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    import gradio as gr
    from fastapi import FastAPI
    from starlette.staticfiles import StaticFiles

    from .api import answer_errors, build_api
    from .talks import Talks
    from .talks_api import build_talks_api
    from .window import build_window, plain_theme

    app = FastAPI(title="pincite", docs_url=None, redoc_url=None, openapi_url=None)
    answer_errors(app)
    pace = {"at_once": settings.asked_at_once, "waiting": settings.waiting}
    app.include_router(build_api(library, **pace))
    app.include_router(build_talks_api(library, kept))
    app.mount("/ui", StaticFiles(directory=STATIC))
    gr.mount_gradio_app(
        app,
        build_window(Talks(library, kept), examples, **pace),
        path="/",
        root_path=base_path(settings) or None,
        server_name=settings.host,
        footer_links=[],
        run_history=False,
        app_kwargs={"docs_url": None, "redoc_url": None, "openapi_url": None},
        blocked_paths=[str(settings.home)],
        show_error=False,
        max_file_size="1b",  # the window has no upload of Gradio's: files come through the API
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        theme=plain_theme(),
    )
    app.add_middleware(Page, notes=lambda: notes(library))
    app.add_middleware(Visitors)
    if known := accounts(settings):
        app.add_middleware(Login, accounts=known)
    names = settings.host_names.replace(",", " ").split()
    rules = Rules.listening_on(settings.host, upload_bytes=settings.max_upload_mb * 2**20, names=names)
    app.add_middleware(Guard, rules=rules)
    app.add_middleware(Below, path=base_path(settings))  # added last: it stands before all others
    return app


class Below:
    """Takes the base path off each request's path, for a proxy that passes it on; one that does not is as well."""

    def __init__(self, app: ASGIApp, path: str) -> None:
        self.app = app
        self._path = path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if self._path and (path == self._path or path.startswith(f"{self._path}/")):
            rest = path.removeprefix(self._path)
            if not rest and scope["type"] == "http":  # relative addresses need the slash
                from starlette.responses import RedirectResponse

                await RedirectResponse(f"{self._path}/", 307)(scope, receive, send)
                return
            scope = {**scope, "path": rest, "raw_path": rest.encode()}
        await self.app(scope, receive, send)


def notes(library: Library) -> Mapping[str, str]:
    """What the page says about this library: who answers and where, and what leaves the machine."""
    try:
        writer, _, place = library.answers_with.partition(", ")
    except SettingRefused as err:  # said of each question too
        return {"privacy": sentence_of(err)}
    if writer in ("reader", "sentences"):
        return {"privacy": "Answers come from your articles only. Nothing leaves this machine."}
    return {"privacy": f"Answers are written by {writer}, {place}: your question and the passages found go there."}


def _warm(library: Library) -> None:
    """Loads the models before the first visitor asks, so that nobody waits for them."""
    try:
        if library.index.count():
            library.ask("What is this about?", model="reader")
    except Exception:  # a courtesy: a visitor's own question will say what is wrong
        log.debug("the models could not be loaded ahead", exc_info=True)


def _announce(address: str) -> None:
    import typer

    typer.echo(f"The window is open at {address} (Ctrl+C closes it).", err=True)


def accounts(settings: Settings) -> dict[str, str]:
    """Passwords by name, "" for one that is everybody's; nothing when nobody needs to sign in.

    Raises SettingRefused when PINCITE_AUTH names nobody.
    """
    if settings.auth and settings.auth.get_secret_value().strip():
        try:
            return accounts_of(settings.auth.get_secret_value())
        except ValueError as err:
            raise SettingRefused(f"PINCITE_AUTH cannot be used: {err}") from err
    password = settings.password.get_secret_value() if settings.password else ""
    return {"": password} if password else {}


def base_path(settings: Settings) -> str:
    """The path the window lives below, "" for none: with a slash before it and none behind."""
    path = settings.base_path.strip().strip("/")
    return f"/{path}" if path else ""


def _in_url(host: str) -> str:
    """The host as a browser on this machine would write it."""
    if host in ("0.0.0.0", "::", ""):
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host
