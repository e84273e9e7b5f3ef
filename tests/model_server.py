"""A real HTTP server on this machine that speaks OpenAI's API (chat, streamed or not, embeddings, models), scripted."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

Reply = Callable[[dict[str, Any]], str]
Breaks = Literal[
    "",
    "hangs",  # takes the request and says nothing
    "stalls",  # stops in the middle and keeps the line open
    "comments",  # sends nothing but comments, for ever
    "cut",  # closes the line in the middle
    "bad json",  # an event that is no JSON, in the middle
    "error inside",  # an event that tells of an error, in the middle
    "no choices",  # events without any choice
    "page",  # a web page instead of an answer
    "tool",  # calls a tool
    "declines",  # the API's own refusal
    "floods",  # words without an end
]


@dataclass(frozen=True)
class Turnout:
    """How one request goes: an error `status`, or a stream that `breaks`."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    code: str | None = None
    breaks: Breaks = ""


@dataclass
class ModelServer:
    """What the server answers, and what it was asked. `status` other than 200 is answered as an error.

    `turnouts` are of the next requests, in order; after them it is as `status` says.
    """

    reply: Reply = lambda request: "NOT IN THE ARTICLES"
    status: int = 200
    finish_reason: str | None = "stop"
    pause_s: float = 0.0  # before each piece of a stream
    counts: bool = True  # whether it tells how many tokens were used
    turnouts: list[Turnout] = field(default_factory=list)
    requests: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)  # when each came
    url: str = ""

    @property
    def prompt(self) -> str:
        """All that the last chat request told the model."""
        return "\n".join(turn["content"] for turn in self.requests[-1][1]["messages"])


@contextmanager
def model_server() -> Iterator[ModelServer]:
    script = ModelServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: Any) -> None:
            pass

        def do_GET(self) -> None:
            models = [{"id": "gpt-4.1-mini", "object": "model", "created": 1, "owned_by": "test"}]
            self._send(200, {"object": "list", "data": models})

        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            script.requests.append((self.path, request))
            script.seconds.append(time.monotonic())
            turnout = script.turnouts.pop(0) if script.turnouts else Turnout(script.status)
            if turnout.status != 200:
                # A careless server repeats the key.
                told = f"no: {self.headers.get('Authorization', '')}"
                error = {"error": {"message": told, "type": "test", "code": turnout.code}}
                self._send(turnout.status, error, turnout.headers)
            elif turnout.breaks == "hangs":
                time.sleep(30)
                self.close_connection = True
            elif turnout.breaks == "page":
                self._begin("text/html")
                self.wfile.write(b"<html><body>Welcome to nginx</body></html>")
                self.close_connection = True
            elif self.path.endswith("/embeddings"):
                self._send(200, _embeddings(request))
            elif request.get("stream"):
                with suppress(BrokenPipeError, ConnectionResetError):
                    self._stream(request, turnout.breaks)
                self.close_connection = True
            else:
                self._send(200, _whole(request, script))

        def _send(self, status: int, value: dict[str, Any], headers: Mapping[str, str] | None = None) -> None:
            body = json.dumps(value).encode()
            self.send_response(status)
            for name, text in (headers or {}).items():
                self.send_header(name, text)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _begin(self, kind: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Connection", "close")
            self.end_headers()

        def _stream(self, request: dict[str, Any], breaks: Breaks) -> None:
            self._begin("text/event-stream")
            text = script.reply(request)
            # Three characters at a time, so that every marker comes in pieces.
            pieces = [text[at : at + 3] for at in range(0, len(text), 3)]
            for n, piece in enumerate(pieces):
                if breaks and n == len(pieces) * 2 // 3:
                    if breaks == "cut":
                        return
                    self._break(request, breaks)
                time.sleep(script.pause_s)
                delta = {"refusal": piece} if breaks == "declines" else {"content": piece}
                chunk = _chunk(request, delta, None)
                self._event({**chunk, "choices": []} if breaks == "no choices" else chunk)
            if script.finish_reason is None:
                return
            end = {**_chunk(request, {}, "tool_calls" if breaks == "tool" else script.finish_reason)}
            self._event({**end, "choices": []} if breaks == "no choices" else end)
            if script.counts:
                usage = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
                self._event({**_chunk(request, {}, None), "choices": [], "usage": usage})
            self.wfile.write(b"data: [DONE]\n\n")

        def _break(self, request: dict[str, Any], breaks: Breaks) -> None:
            if breaks == "stalls":
                time.sleep(30)
            elif breaks == "comments":
                for _ in range(600):
                    self.wfile.write(b": still here\n\n")
                    self.wfile.flush()
                    time.sleep(0.05)
            elif breaks == "bad json":
                self.wfile.write(b'data: {"choices": [{"del\n\n')
            elif breaks == "error inside":
                told = self.headers.get("Authorization", "")
                self._event({"error": {"message": f"overloaded {told}", "type": "server_error", "code": None}})
            elif breaks == "floods":
                for _ in range(4_000):
                    self._event(_chunk(request, {"content": "more and "}, None))

        def _event(self, value: dict[str, Any]) -> None:
            self.wfile.write(b"data: " + json.dumps(value).encode() + b"\n\n")
            self.wfile.flush()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    script.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield script
    finally:
        server.shutdown()
        server.server_close()


def _chunk(request: dict[str, Any], delta: dict[str, Any], finish: str | None) -> dict[str, Any]:
    choice = {"index": 0, "delta": {"role": "assistant", **delta}, "finish_reason": finish}
    return {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": request["model"], "choices": [choice]}


def _whole(request: dict[str, Any], script: ModelServer) -> dict[str, Any]:
    message = {"role": "assistant", "content": script.reply(request)}
    choice = {"index": 0, "message": message, "finish_reason": script.finish_reason}
    return {"id": "c1", "object": "chat.completion", "created": 1, "model": request["model"], "choices": [choice]}


def _embeddings(request: dict[str, Any]) -> dict[str, Any]:
    texts = request["input"] if isinstance(request["input"], list) else [request["input"]]
    data = [{"object": "embedding", "index": n, "embedding": _vector(str(t))} for n, t in enumerate(texts)]
    return {"object": "list", "data": data, "model": request["model"], "usage": {"prompt_tokens": 1, "total_tokens": 1}}


def _vector(text: str) -> list[float]:
    """64 counts of hashed words: texts with the same words lie close together."""
    counts = [0.0] * 64
    for word in text.lower().split():
        counts[hashlib.sha256(word.strip(".,?!").encode()).digest()[0] % 64] += 1.0
    return counts if any(counts) else [1.0] * 64
