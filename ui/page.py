"""The page around the conversation: our library and source panes beside Gradio's app, under a strict policy.

Gradio's page arrives with inline scripts and marks for social networks. Here its scripts get this reply's nonce, so
that no other inline script runs, and the panes are put in before a byte is sent: they stand before Gradio has loaded.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .markup import escape

# Gradio puts style attributes on its elements and style sheets into its head, hence 'unsafe-inline' for styles only.
# It evaluates strings as code only for gr.HTML templates and `js=`, which the window does not use.
POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; connect-src 'self'; "
    "img-src 'self' data:; font-src 'self' data:; manifest-src 'self'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'none'"
)

_SOCIAL = re.compile(r'<meta\s+(?:property="og:|name="twitter:)[^>]*>|<link rel="manifest"[^>]*>')
_BEGIN, _END = "<gradio-app", "</gradio-app>"


class Page:
    """Serves `/` as the app's page with our panes around it. `notes` gives the words put into the panes' marks."""

    def __init__(self, app: ASGIApp, notes: Callable[[], Mapping[str, str]]) -> None:
        self.app = app
        self._notes = notes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != "/" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        reply = Reply()
        await self.app(scope, receive, reply.take)
        body = reply.body
        headers = [pair for pair in reply.headers if pair[0] not in (b"content-length", b"etag")]
        if reply.status == 200:
            nonce = secrets.token_urlsafe(16)
            body = around(body.decode("utf-8"), nonce=nonce, notes=self._notes()).encode("utf-8")
            headers += [
                (b"content-security-policy", POLICY.format(nonce=nonce).encode()),
                (b"cache-control", b"no-store"),
            ]
        headers.append((b"content-length", str(len(body)).encode()))
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


class Reply:
    """A reply of the app, kept whole."""

    def __init__(self) -> None:
        self.status = 500
        self.headers: list[tuple[bytes, bytes]] = []
        self.body = b""

    async def take(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], list(message.get("headers", []))
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")


def around(page: str, *, nonce: str, notes: Mapping[str, str]) -> str:
    """Gradio's `page` with our head and panes, its scripts under `nonce`.

    Raises RuntimeError when the page has no place for them: a Gradio that this was not built for.
    """
    if page.count(_BEGIN) != 1 or page.count(_END) != 1 or "</head>" not in page:
        raise RuntimeError("this Gradio's page is not the one the window was built around: install Gradio 6.31")
    head, before, after = (_part(name) for name in ("head.html", "before.html", "after.html"))
    for name, words in notes.items():
        before = before.replace("{{" + name + "}}", escape(words))
    page = _SOCIAL.sub("", page)
    page = page.replace("</head>", head + "</head>", 1)
    page = page.replace(_BEGIN, before + _BEGIN, 1).replace(_END, _END + after, 1)
    return page.replace("<script", f'<script nonce="{nonce}"')


def _part(name: str) -> str:
    return Path(__file__).with_name("static").joinpath(name).read_text(encoding="utf-8")
