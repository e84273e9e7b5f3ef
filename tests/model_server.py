"""A real HTTP server on this machine that speaks OpenAI's API, scripted per test."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reply = Callable[[dict[str, Any]], str]


@dataclass
class ModelServer:
    """What the server answers, and what it was asked. `status` other than 200 is answered as an error."""

    reply: Reply = lambda request: "NOT IN THE ARTICLES"
    status: int = 200
    finish_reason: str | None = "stop"
    pause_s: float = 0.0  # before each piece of a stream
    requests: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
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

        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            script.requests.append((self.path, request))
            if script.status != 200:
                secret = self.headers.get("Authorization", "")
                self._send(script.status, {"error": {"message": f"no: {secret}", "type": "test", "code": None}})
            elif self.path.endswith("/embeddings"):
                self._send(200, _embeddings(request))
            elif request.get("stream"):
                self._stream(request)
            else:
                self._send(200, _whole(request, script))

        def _send(self, status: int, value: dict[str, Any]) -> None:
            body = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _stream(self, request: dict[str, Any]) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Connection", "close")
            self.end_headers()
            text = script.reply(request)
            # Three characters at a time, so that every marker comes in pieces.
            for at in range(0, len(text), 3):
                time.sleep(script.pause_s)
                self._event(_chunk(request, {"content": text[at : at + 3]}, None))
            if script.finish_reason is not None:
                self._event(_chunk(request, {}, script.finish_reason))
                usage = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
                self._event({**_chunk(request, {}, None), "choices": [], "usage": usage})
                self.wfile.write(b"data: [DONE]\n\n")
            self.close_connection = True

        def _event(self, value: dict[str, Any]) -> None:
            self.wfile.write(b"data: " + json.dumps(value).encode() + b"\n\n")
            self.wfile.flush()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
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
