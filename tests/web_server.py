"""A real web server on this machine for tests: answers by path, and counts what reaches it."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Thread


@dataclass
class WebServer:
    """Where it listens, and what it was asked."""

    port: int
    answers: dict[str, bytes | Callable[[socket.socket], None]]  # by path: the whole answer, or what to do
    connections: int = 0
    requests: list[str] = field(default_factory=list)

    def url(self, path: str = "/") -> str:
        return f"http://127.0.0.1:{self.port}{path}"


def answer(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    """A whole HTTP answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


@contextmanager
def web_server(answers: dict[str, bytes | Callable[[socket.socket], None]]) -> Iterator[WebServer]:
    """A server that gives `answers`, and 404 for other paths."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = WebServer(listening.getsockname()[1], answers)

    def serve(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            request = connection.recv(65_536).decode("latin-1")
            server.requests.append(request)
            found = server.answers.get(request.split(" ")[1].split("?")[0], answer(b"none", status="404 Not Found"))
            if callable(found):
                found(connection)
            else:
                connection.sendall(found)

    def accept() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            server.connections += 1
            Thread(target=serve, args=(connection,), daemon=True).start()

    Thread(target=accept, daemon=True).start()
    try:
        yield server
    finally:
        listening.shutdown(socket.SHUT_RDWR)  # wakes `accept`
        listening.close()
