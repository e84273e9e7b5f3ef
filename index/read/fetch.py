"""Web addresses fetched, and nothing else reached by them: no private network, no file, no endless answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from time import monotonic
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from ..errors import ReadFailed
from ..visits import Validators
from .body import SAVE_IT, BadBody, unpacked

REDIRECTS = 5
TIME_LIMIT_S = 20.0
AGENT = "pincite"  # the name that a site's robots.txt may call us by
_PORTS = frozenset((80, 443))
_REDIRECTED = frozenset((301, 302, 303, 307, 308))
_ACCEPT = "text/html, application/xhtml+xml, application/pdf, application/rss+xml, application/atom+xml, */*;q=0.5"
_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|dclid|msclkid|mc_[ce]id|igshid|yclid|_hs\w+|cmpid|ocid|smid|ref_src")
_NOTHING_KNOWN = Validators()


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address answered."""

    url: str  # the address that answered, after redirects, without tracking
    data: bytes
    charset: str | None = None
    validators: Validators = field(default_factory=Validators)
    unchanged: bool = False  # it is what the validators asked with name; `data` is empty then


class NotGiven(ReadFailed):
    """A site answered with another status than 200."""

    def __init__(self, source: str, status: int, retry_after_s: float | None) -> None:
        super().__init__(source, _refusal(status))
        self.status = status
        self.retry_after_s = retry_after_s  # when the site names a time


class Unwelcome(Exception):
    """A site does not want an address to be fetched; the message says so, with the cure."""


def fetch(
    url: str,
    *,
    allow_private: bool = False,
    time_limit_s: float = TIME_LIMIT_S,
    known: Validators = _NOTHING_KNOWN,
    before: Callable[[str], None] | None = None,
) -> Fetched:
    """What is at `url`, or that it still is what `known` names. Raises ReadFailed.

    Only http and https, ports 80 and 443 and public addresses, checked on the address connected to, for every
    redirect anew; `allow_private` lifts the last two. All of it together takes `time_limit_s` at most, without the
    time of `before`, which is told each address about to be asked and may raise Unwelcome.
    """
    deadline = monotonic() + time_limit_s
    at = url
    for _ in range(REDIRECTS + 1):
        at = _checked(at, url, allow_private)
        if before:
            began = monotonic()
            try:
                before(at)
            except Unwelcome as err:
                raise ReadFailed(url, str(err)) from err
            deadline += monotonic() - began
        answer = _answer(at, url, deadline, allow_private, known)
        if isinstance(answer, Fetched):
            return answer
        at = urljoin(at, answer)
    raise ReadFailed(url, f"it redirects more than {REDIRECTS} times: {SAVE_IT}")


def plain_address(url: str) -> str:
    """`url` without its fragment and the parameters that only say where a reader came from."""
    parts = urlsplit(url)
    kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.fullmatch(pair[0])]
    all_kept = len(kept) == len(parse_qsl(parts.query, keep_blank_values=True))
    return parts._replace(fragment="", query=parts.query if all_kept else urlencode(kept)).geturl()


def _checked(url: str, asked: str, allow_private: bool) -> str:
    """`url` in the form that goes on the wire, if it is one that may be fetched."""
    import httpx

    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, ValueError, TypeError) as err:
        raise ReadFailed(asked, "it is not a web address: check it for typing errors") from err
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise ReadFailed(asked, "it leads to something that is no http or https address: give the page's own")
    if parsed.userinfo:
        raise ReadFailed(asked, "it has a user name in it: give it without, or save the page and add the file")
    if not allow_private and (parsed.port or 80) not in _PORTS:
        reason = f"port {parsed.port} is not a web site's usual one: {SAVE_IT}, or give --allow-private"
        raise ReadFailed(asked, reason)
    return str(parsed.copy_with(fragment=None))


def _answer(url: str, asked: str, deadline: float, allow_private: bool, known: Validators) -> Fetched | str:
    """What `url` answers, or where it redirects to."""
    import httpcore

    from .network import GuardedBackend, PrivateAddress, Unresolved

    backend = GuardedBackend(deadline, allow_private=allow_private)
    try:
        with (
            httpcore.ConnectionPool(network_backend=backend) as pool,
            pool.stream("GET", url, headers=_headers(url, known)) as response,
        ):
            told = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
            if response.status in _REDIRECTED and told.get("location"):
                return told["location"]
            if response.status == 304 and known and known.answered == plain_address(url):
                return Fetched(plain_address(url), b"", validators=known, unchanged=True)
            if response.status != 200:
                raise NotGiven(asked, response.status, _pause(told.get("retry-after", "")))
            data = unpacked(response.iter_stream(), told.get("content-encoding", ""))
    except BadBody as err:
        raise ReadFailed(asked, str(err)) from err
    except PrivateAddress as err:
        raise ReadFailed(
            asked,
            f"it leads to {err}, an address inside a private network: {SAVE_IT}, "
            "or allow it with --allow-private if that network is yours",
        ) from err
    except Unresolved as err:
        raise ReadFailed(asked, f"the site {_host(url)} cannot be found: check the address and the network") from err
    except httpcore.TimeoutException as err:
        raise ReadFailed(asked, f"the site did not answer in full in time: try again later, or {SAVE_IT}") from err
    except httpcore.ConnectError as err:
        raise ReadFailed(asked, f"no connection to {_host(url)} ({err}): check the address and the network") from err
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol) as err:
        raise ReadFailed(asked, f"the site broke off its answer: try again later, or {SAVE_IT}") from err
    charset = re.search(r"charset\s*=\s*\"?([\w.:-]{2,40})", told.get("content-type", ""), re.IGNORECASE)
    validators = Validators(plain_address(url), told.get("etag", "")[:1_000], told.get("last-modified", "")[:100])
    return Fetched(plain_address(url), data, charset.group(1) if charset else None, validators)


def _headers(url: str, known: Validators) -> list[tuple[str, str]]:
    headers = [("Host", _host(url)), ("User-Agent", f"{AGENT}/{version('pincite')}"), ("Accept", _ACCEPT)]
    headers += [("Accept-Encoding", "gzip, deflate"), ("Connection", "close")]
    if known.answered == plain_address(url):
        asked = (("If-None-Match", known.etag), ("If-Modified-Since", known.modified))
        headers += [(name, value) for name, value in asked if value]
    return headers


def _host(url: str) -> str:
    return urlsplit(url).netloc


def _pause(retry_after: str) -> float | None:
    return float(retry_after) if re.fullmatch(r"\d{1,6}", retry_after.strip()) else None


def _refusal(status: int) -> str:
    if status in (404, 410):
        return f"there is no such page ({status}): check the address"
    if status == 429:
        return f"the site asks for a pause ({status}): try again later"
    if status >= 500:
        return f"the site has a fault ({status}): try again later"
    return f"the site does not give it to programs ({status}): {SAVE_IT}"
