"""Connections to public addresses only, ended by one deadline."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import Any

import httpcore

_Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# Beside what Python's `is_global` leaves out: IETF protocol assignments, and the ways IPv6 has of carrying an
# IPv4 address inside (NAT64, 6to4, Teredo, mapped, compatible), any of which may lead into a private network.
_REFUSED: tuple[_Network, ...] = tuple(
    map(
        ipaddress.ip_network,
        ("192.0.0.0/24", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::ffff:0:0/96", "::/96"),
    )
)
# All of IPv6 that is handed out to the internet. Python 3.11 calls some of the rest global, such as fec0::/10.
_UNICAST = ipaddress.ip_network("2000::/3")


class PrivateAddress(Exception):
    """A name leads to an address that is not public."""


class Unresolved(Exception):
    """A name has no address, or the answer did not come in time."""


def is_public(address: str) -> bool:
    """Whether `address`, an IP address in numbers, is one of the public internet."""
    ip = ipaddress.ip_address(address.split("%")[0])
    if not ip.is_global or ip.is_multicast or ip.is_reserved or ip.is_unspecified:
        return False
    if ip.version == 6 and ip not in _UNICAST:
        return False
    return not any(ip in network for network in _REFUSED if network.version == ip.version)


class GuardedBackend(httpcore.NetworkBackend):
    """Resolves a name once, checks every address it has, and connects to what it checked, until `deadline`."""

    def __init__(self, deadline: float, *, allow_private: bool) -> None:
        self._deadline = deadline  # of `time.monotonic`
        self._allow_private = allow_private
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to `host`. Raises PrivateAddress, Unresolved, or httpcore's ConnectError and ConnectTimeout."""
        addresses = _resolved(host, port, left(self._deadline))
        if not self._allow_private:
            for address in addresses:
                if not is_public(address):
                    raise PrivateAddress(address)
        failure: Exception = Unresolved(host)
        for address in addresses[:4]:
            try:
                stream = self._inner.connect_tcp(address, port, left(self._deadline), local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as err:
                failure = err
            else:
                return _TimedStream(stream, self._deadline)
        raise failure

    def connect_unix_socket(self, path: str, *_: Any, **__: Any) -> httpcore.NetworkStream:
        """Never."""
        raise PrivateAddress(path)


class _TimedStream(httpcore.NetworkStream):
    """A connection whose every wait ends by the deadline, so that a server cannot hold it a byte at a time."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: float) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, left(self._deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, left(self._deadline))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        inner = self._inner.start_tls(ssl_context, server_hostname, left(self._deadline))
        return _TimedStream(inner, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def left(deadline: float) -> float:
    """The seconds until `deadline`. Raises httpcore's ReadTimeout when there are none."""
    seconds = deadline - monotonic()
    if seconds <= 0:
        raise httpcore.ReadTimeout("the deadline has passed")
    return seconds


def _resolved(host: str, port: int, timeout_s: float) -> list[str]:
    """The addresses of `host`, asked for in a thread, because the system's resolver knows no time limit."""
    answers: SimpleQueue[list[str] | Exception] = SimpleQueue()

    def resolve() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.put(list(dict.fromkeys(str(info[4][0]) for info in found)))
        except (OSError, UnicodeError) as err:
            answers.put(err)

    Thread(target=resolve, daemon=True, name="pincite-resolver").start()
    try:
        answer = answers.get(timeout=timeout_s)
    except Empty as err:
        raise Unresolved(host) from err
    if isinstance(answer, Exception) or not answer:
        raise Unresolved(host)
    return answer
