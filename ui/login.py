"""The password of a window that others on the network can reach.

A browser signs in on a form and gets a cookie; a program sends the password with each request (HTTP Basic). There is
one password for all (any user name goes with it), or one for each name; a name is then who the visitor is. Wrong
passwords are counted by address and in all, and past the limit nobody gets to try for a while.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import time
from collections import deque
from collections.abc import Callable, Mapping
from math import ceil
from pathlib import Path
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

COOKIE = "pincite"
SIGNED_IN_S = 30 * 24 * 3600
WINDOW_S = 60.0
WRONG_BY_ADDRESS = 10  # wrong passwords in WINDOW_S from one address: enough for a person, useless for guessing
WRONG_IN_ALL = 60  # and from everywhere together, against many addresses
PUBLIC = ("/login", "/ui/login.css", "/ui/icon.svg", "/api/health")

_PAGE_POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'"


class Login:
    """Lets nobody past who has not signed in. `accounts` are passwords by name, "" for one that is everybody's."""

    def __init__(self, app: ASGIApp, accounts: Mapping[str, str], clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` counts seconds."""
        self.app = app
        self._accounts = {name: password.encode() for name, password in accounts.items()}
        self._named = "" not in accounts
        self._key = secrets.token_bytes(32)  # signs the cookies: everybody signs in again after a restart
        self._tries = Tries(clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        reply = await self._reply(request)
        await (reply or self.app)(scope, receive, send)

    async def _reply(self, request: Request) -> Response | None:
        """What to answer in place of the app, or None when the request may go on."""
        path = request.url.path
        if path == "/logout":
            return _to("./login", cookie="")
        if path == "/login":
            return await self._sign_in(request) if request.method == "POST" else _form(named=self._named)
        user = self._signed(request.cookies.get(COOKIE, ""))
        if path in PUBLIC or user is not None:
            return self._go_on(request, user or "")
        given = _basic(request.headers)
        if given is not None:
            return self._tried(request, *given) or self._go_on(request, given[0])
        if request.method == "GET" and path == "/":
            return _to("./login")
        return _refusal(401, "Sign in first: open the window, or send the password with HTTP Basic.", request.headers)

    async def _sign_in(self, request: Request) -> Response:
        fields = parse_qs((await request.body()).decode("utf-8", "replace"))
        name, password = (fields.get(field, [""])[0].strip() for field in ("name", "password"))
        wrong = self._tried(request, name, password)
        if wrong is None:
            cookie = self._cookie(name if self._named else "")
            return _to("./", cookie=cookie, secure=request.url.scheme == "https")
        return _form(wrong.status_code, "wait" if wrong.status_code == 429 else "wrong", named=self._named)

    def _go_on(self, request: Request, user: str) -> None:
        """Lets the request through, with who sent it in its state."""
        request.scope.setdefault("state", {})["user"] = user if self._named else ""

    def _tried(self, request: Request, name: str, given: str) -> Response | None:
        """None when `given` is the password of `name`; past the limit even the right one has to wait."""
        address = request.client.host if request.client else ""
        wait = self._tries.wait_s(address)
        if wait:
            sentence = f"Too many wrong passwords: try again in {ceil(wait)} seconds."
            return JSONResponse({"error": sentence}, 429, {"retry-after": str(ceil(wait))})
        password = self._accounts.get(name if self._named else "", secrets.token_bytes(16))
        if hmac.compare_digest(given.encode(), password):
            return None
        self._tries.wrong(address)
        wrong = "This is not the name and its password." if self._named else "This is not the password."
        return _refusal(401, wrong, request.headers)

    def _cookie(self, user: str) -> str:
        until = f"{int(time.time()) + SIGNED_IN_S}.{user.encode().hex()}"
        return f"{until}.{self._sign(until)}"

    def _signed(self, cookie: str) -> str | None:
        """Whom the cookie was given to ("" where there are no names); None when this server did not give it."""
        until, _, signature = cookie.rpartition(".")
        if not hmac.compare_digest(signature.encode(), self._sign(until).encode()):
            return None
        at, _, user = until.partition(".")
        return bytes.fromhex(user).decode() if int(at) > time.time() else None

    def _sign(self, until: str) -> str:
        return hmac.new(self._key, until.encode(), hashlib.sha256).hexdigest()


class Tries:
    """Remembers wrong passwords for WINDOW_S."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._wrong: deque[tuple[float, str]] = deque()

    def wrong(self, address: str) -> None:
        """Notes one more from `address`."""
        self._wrong.append((self._clock(), address))

    def wait_s(self, address: str) -> float:
        """Seconds until `address` may try, 0 when it may now."""
        now = self._clock()
        while self._wrong and now - self._wrong[0][0] >= WINDOW_S:
            self._wrong.popleft()
        own = [at for at, who in self._wrong if who == address]
        if len(own) >= WRONG_BY_ADDRESS:
            return own[-WRONG_BY_ADDRESS] + WINDOW_S - now
        if len(self._wrong) >= WRONG_IN_ALL:
            return self._wrong[-WRONG_IN_ALL][0] + WINDOW_S - now
        return 0.0


def accounts_of(auth: str) -> dict[str, str]:
    """Passwords by name, of "anna:secret ben:other". Raises ValueError when a name or a password is missing."""
    pairs = [one.partition(":") for one in auth.split()]
    if not pairs or not all(name and password for name, _, password in pairs):
        raise ValueError("write NAME:PASSWORD, with a space between one and the next")
    return {name: password for name, _, password in pairs}


def _basic(headers: Headers) -> tuple[str, str] | None:
    """The name and password of an `Authorization: Basic` header; None without one."""
    kind, _, value = headers.get("authorization", "").partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        name, _, password = base64.b64decode(value, validate=True).decode("utf-8", "replace").partition(":")
    except (binascii.Error, ValueError):
        return "", ""
    return name, password


def _refusal(status: int, sentence: str, headers: Headers) -> Response:
    # A browser would put its own password box over our page; a program is told which way to sign in.
    asked = {} if "sec-fetch-mode" in headers else {"www-authenticate": 'Basic realm="pincite", charset="UTF-8"'}
    return JSONResponse({"error": sentence}, status, asked)


def _form(status: int = 200, state: str = "", *, named: bool) -> Response:
    page = Path(__file__).with_name("static").joinpath("login.html").read_text(encoding="utf-8")
    return HTMLResponse(
        page.replace("{{state}}", state).replace("{{named}}", "named" if named else "unnamed"),
        status,
        # Under "no-referrer" a browser sends the form with `Origin: null`, which the guard turns away.
        {"content-security-policy": _PAGE_POLICY, "referrer-policy": "same-origin", "cache-control": "no-store"},
    )


def _to(place: str, *, cookie: str | None = None, secure: bool = False) -> Response:
    reply = RedirectResponse(place, 303)
    if cookie is not None:
        age = SIGNED_IN_S if cookie else 0
        reply.set_cookie(COOKIE, cookie, max_age=age, httponly=True, samesite="lax", secure=secure, path="/")
    return reply
