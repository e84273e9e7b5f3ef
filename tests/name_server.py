"""A real name server on this machine for tests (DNS over UDP), and a resolver that asks it and nobody else."""

from __future__ import annotations

import ipaddress
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from threading import Thread
from typing import Any

_A, _AAAA = 1, 28


@dataclass
class NameServer:
    """Where it listens, and what it was asked."""

    port: int
    names: dict[str, list[list[str]]]  # by name: the addresses of the first answer, of the second, and so on, round
    asked: list[str] = field(default_factory=list)

    def getaddrinfo(self, host: str | bytes | None, port: Any, *_: Any, **__: Any) -> list[tuple[Any, ...]]:
        """As `socket.getaddrinfo`, but every name is asked of this server. Numbers are the system's to read."""
        name = host.decode() if isinstance(host, bytes) else host
        if name not in self.names:
            return _system(name, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
        found = [
            (socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in self._ask(name)
        ]
        if not found:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return found

    def _ask(self, name: str) -> list[str]:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
            asking.settimeout(10)
            labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"
            asking.sendto(struct.pack(">6H", 7, 0x100, 1, 0, 0, 0) + labels + struct.pack(">2H", 255, 1), self._place)
            reply = asking.recv(4_096)
        count, at, addresses = struct.unpack(">H", reply[6:8])[0], 12 + len(labels) + 4, []
        for _ in range(count):
            size = struct.unpack(">H", reply[at + 10 : at + 12])[0]
            addresses.append(str(ipaddress.ip_address(reply[at + 12 : at + 12 + size])))
            at += 12 + size
        return addresses

    @property
    def _place(self) -> tuple[str, int]:
        return "127.0.0.1", self.port


_system = socket.getaddrinfo


@contextmanager
def name_server(names: dict[str, list[list[str]]]) -> Iterator[NameServer]:
    """A name server that knows `names`, with answers that are good for no time at all."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listening.bind(("127.0.0.1", 0))
    server = NameServer(listening.getsockname()[1], names)
    rounds = {name: cycle(answers) for name, answers in names.items()}

    def serve() -> None:
        while True:
            try:
                query, whence = listening.recvfrom(4_096)
            except OSError:
                return
            if len(query) < 12:
                return  # the end
            labels, at = [], 12
            while query[at]:
                labels.append(query[at + 1 : at + 1 + query[at]].decode())
                at += 1 + query[at]
            name = ".".join(labels)
            server.asked.append(name)
            addresses = next(rounds[name]) if name in rounds else []
            head = query[:2] + struct.pack(">5H", 0x8180, 1, len(addresses), 0, 0) + query[12 : at + 5]
            listening.sendto(head + b"".join(map(_record, addresses)), whence)

    Thread(target=serve, daemon=True).start()
    try:
        yield server
    finally:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
            asking.sendto(b"end", server._place)
        listening.close()


def _record(address: str) -> bytes:
    packed = ipaddress.ip_address(address).packed
    return b"\xc0\x0c" + struct.pack(">2HIH", _A if len(packed) == 4 else _AAAA, 1, 0, len(packed)) + packed
