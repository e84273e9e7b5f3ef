"""Web addresses fetched, and nothing else reached by them: no private network, no file, no endless answer."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from time import monotonic
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from ..errors import ReadFailed

REDIRECTS = 5
TIME_LIMIT_S = 20.0
BODY_BYTES = 50_000_000  # before decompression, and again after it
_PORTS = frozenset((80, 443))
_REDIRECTED = frozenset((301, 302, 303, 307, 308))
_ACCEPT = "text/html, application/xhtml+xml, application/pdf, application/rss+xml, application/atom+xml, */*;q=0.5"
_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|dclid|msclkid|mc_[ce]id|igshid|yclid|_hs\w+|cmpid|ocid|smid|ref_src")
_SAVE_IT = "open it in a browser, save it, and add the file"


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address answered."""

    url: str  # the address that answered, after redirects, without tracking
    data: bytes
    charset: str | None


def fetch(url: str, *, allow_private: bool = False, time_limit_s: float = TIME_LIMIT_S) -> Fetched:
    """What is at `url`. Raises ReadFailed.

    Only http and https, ports 80 and 443 and public addresses, checked on the address connected to, for every
    redirect anew; `allow_private` lifts the last two. All of it together takes `time_limit_s` at most.
    """
    deadline = monotonic() + time_limit_s
    at = url
    for _ in range(REDIRECTS + 1):
        answer = _answer(_checked(at, url, allow_private), url, deadline, allow_private)
        if isinstance(answer, Fetched):
            return answer
        at = urljoin(at, answer)
    raise ReadFailed(url, f"it redirects more than {REDIRECTS} times: {_SAVE_IT}")


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
        raise ReadFailed(asked, f"port {parsed.port} is not a web site's usual one: {_SAVE_IT}")
    return str(parsed.copy_with(fragment=None))


def _answer(url: str, asked: str, deadline: float, allow_private: bool) -> Fetched | str:
    """What `url` answers, or where it redirects to."""
    import httpcore

    from .network import GuardedBackend, PrivateAddress, Unresolved

    headers = [("Host", _host(url)), ("User-Agent", f"pincite/{version('pincite')}"), ("Accept", _ACCEPT)]
    headers += [("Accept-Encoding", "gzip, deflate"), ("Connection", "close")]
    backend = GuardedBackend(deadline, allow_private=allow_private)
    try:
        with (
            httpcore.ConnectionPool(network_backend=backend) as pool,
            pool.stream("GET", url, headers=headers) as response,
        ):
            told = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
            if response.status in _REDIRECTED and told.get("location"):
                return told["location"]
            if response.status != 200:
                raise ReadFailed(asked, _refusal(response.status))
            data = _body(response.iter_stream(), told.get("content-encoding", ""), asked)
    except PrivateAddress as err:
        raise ReadFailed(asked, f"it leads to {err}, an address inside a private network: {_SAVE_IT}") from err
    except Unresolved as err:
        raise ReadFailed(asked, f"the site {_host(url)} cannot be found: check the address and the network") from err
    except httpcore.TimeoutException as err:
        raise ReadFailed(asked, f"the site did not answer in full in time: try again later, or {_SAVE_IT}") from err
    except httpcore.ConnectError as err:
        raise ReadFailed(asked, f"no connection to {_host(url)} ({err}): check the address and the network") from err
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol) as err:
        raise ReadFailed(asked, f"the site broke off its answer: try again later, or {_SAVE_IT}") from err
    charset = re.search(r"charset\s*=\s*\"?([\w.:-]{2,40})", told.get("content-type", ""), re.IGNORECASE)
    return Fetched(plain_address(url), data, charset.group(1) if charset else None)


def _host(url: str) -> str:
    return urlsplit(url).netloc


def _refusal(status: int) -> str:
    if status in (404, 410):
        return f"there is no such page ({status}): check the address"
    if status == 429:
        return f"the site asks for a pause ({status}): try again later"
    if status >= 500:
        return f"the site has a fault ({status}): try again later"
    return f"the site does not give it to programs ({status}): {_SAVE_IT}"


def _body(chunks: Iterable[bytes], encoding: str, asked: str) -> bytes:
    """The bytes of `chunks`, decompressed. Raises ReadFailed when they are too many, before or after."""
    encoding = encoding.strip().lower()
    if encoding not in ("", "identity", "gzip", "x-gzip", "deflate"):
        raise ReadFailed(asked, f"it is compressed in a way that was not asked for ({encoding[:40]}): {_SAVE_IT}")
    body = bytearray()
    for chunk in _capped(chunks, asked) if encoding in ("", "identity") else _inflated(_capped(chunks, asked), asked):
        body += chunk
        if len(body) > BODY_BYTES:
            raise ReadFailed(asked, _too_large())
    if not body:
        raise ReadFailed(asked, f"the answer is empty: {_SAVE_IT}")
    return bytes(body)


def _capped(chunks: Iterable[bytes], asked: str) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > BODY_BYTES:
            raise ReadFailed(asked, _too_large())
        yield chunk


def _too_large() -> str:
    return f"it is over {BODY_BYTES / 1e6:.0f} MB: {_SAVE_IT} in parts"


def _inflated(chunks: Iterator[bytes], asked: str) -> Iterator[bytes]:
    """`chunks` decompressed, at most a megabyte at a time, whatever they claim to hold."""
    stream = zlib.decompressobj(wbits=47)  # gzip or zlib, by its first bytes
    begun = False
    try:
        for chunk in chunks:
            left = chunk
            while left:
                if not begun and not _is_wrapped(left):
                    stream = zlib.decompressobj(wbits=-15)  # some servers send deflate without its wrapping
                begun = True
                yield stream.decompress(left, 1_000_000)
                left = stream.unconsumed_tail
                if stream.eof and stream.unused_data:
                    left, stream = stream.unused_data, zlib.decompressobj(wbits=47)
    except zlib.error as err:
        raise ReadFailed(asked, f"its compression is damaged: try again later, or {_SAVE_IT}") from err
    if not stream.eof:
        raise ReadFailed(asked, f"it came cut short: try again later, or {_SAVE_IT}")


def _is_wrapped(head: bytes) -> bool:
    return head[:1] == b"\x1f" or (head[0] & 0x0F == 8 and len(head) > 1 and (head[0] * 256 + head[1]) % 31 == 0)
