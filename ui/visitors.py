"""Who asks: each browser is known by a cookie, and behind a login with names by the name.

Conversations are kept for a visitor, and no visitor is handed another's. The cookie is a long random text that the
page gets with its first reply; the server writes down only its hash, so that the kept file opens nobody's door.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from http.cookies import CookieError, SimpleCookie
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "pincite_visitor"
KEPT_S = 400 * 24 * 3600  # the longest that browsers allow
_TOKEN = re.compile(r"[\w-]{32,64}")


class Visitors:
    """Puts into each request's state who asks, and gives a browser its cookie with the page."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        token = _given(Headers(scope=scope))
        user = state.get("user", "")  # who signed in, where the login has names
        fresh = secrets.token_urlsafe(32) if not (token or user) and scope["path"] == "/" else ""
        state["visitor"] = f"user:{user}" if user else f"browser:{_hashed(token)}" if token else ""
        secure = scope.get("scheme") == "https"
        await self.app(scope, receive, _with_cookie(send, fresh, secure) if fresh else send)


def visitor_of(request: Any) -> str:
    """Who sent a request (Starlette's, or Gradio's around it); "" for one who cannot be known again."""
    inner = getattr(request, "request", request)
    return str(inner.scope.get("state", {}).get("visitor", ""))


def _given(headers: Headers) -> str:
    """The cookie's token, "" when there is none that this server could have given."""
    try:
        cookie = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return cookie.value if cookie and _TOKEN.fullmatch(cookie.value) else ""


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _with_cookie(send: Send, token: str, secure: bool) -> Send:
    rest = f"Path=/; Max-Age={KEPT_S}; HttpOnly; SameSite=Lax" + ("; Secure" if secure else "")

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).append("set-cookie", f"{COOKIE}={token}; {rest}")
        await send(message)

    return sending
