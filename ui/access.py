"""Who may talk to the server, and the headers every reply carries.

Each request passes here first. A page of another site cannot reach the library through a visitor's browser: a
foreign `Host` (DNS rebinding) or `Origin` is turned away, and so is every path of Gradio that the window does not use.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = ("localhost", "127.0.0.1", "::1")

# What Gradio's page asks for when it shows the conversation. Its file, proxy, upload, monitoring, docs and editing
# routes are not among them, so a hole in one of those is no hole here.
GRADIO_PATHS = (
    "/",
    "/config",
    "/theme.css",
    "/favicon.ico",
    "/gradio_api/queue/join",
    "/gradio_api/queue/data",
    "/gradio_api/cancel",
    "/gradio_api/reset",
    "/gradio_api/startup-events",
)
GRADIO_FOLDERS = ("/assets/", "/static/", "/gradio_api/heartbeat/")
OUR_PATHS = ("/login", "/logout")
OUR_FOLDERS = ("/api/", "/ui/")

SMALL_BODY = 4 * 2**20  # bytes: a question with the longest conversation fits many times

HEADERS = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


@dataclass(frozen=True, slots=True)
class Rules:
    """What the server answers to: host names without port, in lower case; bodies up to `upload_bytes`."""

    hosts: frozenset[str]
    any_address: bool  # it listens on every address, so a literal IP address is one of its own names
    upload_bytes: int

    @classmethod
    def listening_on(cls, host: str, *, upload_bytes: int, names: Iterable[str] = ()) -> Rules:
        """The rules for a server bound to `host`; `names` are further names it is known by."""
        everywhere = host in ("0.0.0.0", "::", "")
        known = {*LOOPBACK, *names, socket.gethostname() if everywhere else host}
        return cls(frozenset(name.lower() for name in known), everywhere, upload_bytes)

    def admits(self, host: str) -> bool:
        """Whether a request's `Host` names this server. A rebinding attack needs a name, so an address is safe."""
        name = _without_port(host)
        return name in self.hosts or (self.any_address and _is_address(name))


class Guard:
    """Turns away what the rules do not allow, caps bodies, and puts `HEADERS` on every reply that lacks them."""

    def __init__(self, app: ASGIApp, rules: Rules) -> None:
        self.app = app
        self.rules = rules

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, _with_headers(send))
        # A websocket is left unanswered, which closes it: neither we nor Gradio's page use one.

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = refused(scope, self.rules)
        if refusal is not None:
            status, sentence = refusal
            await JSONResponse({"error": sentence}, status)(scope, receive, send)
            return
        body = Body(receive, send, limit=_limit(scope, self.rules))
        await self.app(scope, body.receive, body.send)


def refused(scope: Scope, rules: Rules) -> tuple[int, str] | None:
    """Status and sentence for a request that must not go on, or None when it may."""
    headers = Headers(scope=scope)
    path, method = scope["path"], scope["method"]
    host = headers.get("host", "")
    if not rules.admits(host):
        return 421, f"This server is not known as {host[:80]!r}: open it under the address it was started with."
    if not _same_site(headers, method):
        return 403, "A page of another site asked for this: open the window itself."
    if not _known(path):
        return 404, "There is nothing at this address."
    length = headers.get("content-length", "0")
    if not length.isdigit():
        return 400, "The length of the body is not a number."
    if int(length) > _limit(scope, rules):
        return _too_large(_limit(scope, rules))
    return None


class Body:
    """Counts a request's bytes as they come; past `limit` the reply is a 413, whatever the app makes of the rest."""

    def __init__(self, receive: Receive, send: Send, *, limit: int) -> None:
        self._receive, self._send = receive, send
        self._left, self._limit = limit, limit
        self._over = self._started = False

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._left -= len(message.get("body", b""))
            if self._left < 0:
                self._over = True
                return {"type": "http.request", "body": b"", "more_body": False}
        return message

    async def send(self, message: Message) -> None:
        if self._started or not self._over:
            self._started = True
            await self._send(message)
        elif message["type"] == "http.response.start":
            status, sentence = _too_large(self._limit)
            reply = JSONResponse({"error": sentence}, status, {"connection": "close"})
            await self._send({"type": "http.response.start", "status": status, "headers": reply.raw_headers})
            await self._send({"type": "http.response.body", "body": reply.body})


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return sending


def _same_site(headers: Headers, method: str) -> bool:
    """Whether the request comes from our own page, or from no page at all (curl, a script, the address bar)."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        opened = method in ("GET", "HEAD") and headers.get("sec-fetch-mode") == "navigate"  # a link elsewhere
        return site in ("same-origin", "none") or opened
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc.lower() == headers.get("host", "").lower()


def _known(path: str) -> bool:
    return path in (*GRADIO_PATHS, *OUR_PATHS) or path.startswith((*GRADIO_FOLDERS, *OUR_FOLDERS))


def _limit(scope: Scope, rules: Rules) -> int:
    return rules.upload_bytes if scope["path"] == "/api/articles" else SMALL_BODY


def _too_large(limit: int) -> tuple[int, str]:
    return 413, f"This is larger than the {limit / 2**20:.0f} MB allowed at once: send less, or raise the limit."


def _without_port(host: str) -> str:
    """The name in a `Host` header, in lower case, without its port and without the brackets of an IPv6 address."""
    host = host.strip().lower()
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].rstrip(".")


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
