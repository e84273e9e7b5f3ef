"""Web addresses fetched, and nothing else reached by them: no private network, no file, no endless answer."""

from __future__ import annotations

import ipaddress
import socket
import zlib
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from importlib.metadata import version
from time import monotonic
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from ..errors import ReadFailed

if TYPE_CHECKING:
    import httpcore
    import httpx

REDIRECTS = 5
TIME_LIMIT_S = 20.0
BODY_BYTES = 50_000_000  # as many before decompression as after
_PORTS = frozenset((80, 443))
_REDIRECT_CODES = frozenset((301, 302, 303, 307, 308))
_ACCEPT = "text/html,application/xhtml+xml,application/pdf,application/rss+xml,application/atom+xml,text/*;q=0.9,*/*;q=0.5"


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address answered."""

    url: str  # the address that answered, after redirects
    data: bytes
    charset: str | None
