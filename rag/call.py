"""What one question may use of a chat model: requests, time, money; and what it has used."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from ..index import ModelFailed
from .spend import Purse

MOST_REQUESTS = 3
Told = Sequence[tuple[str, str]]  # turns as (role, text)


class ChatModel(Protocol):
    """Streams a model's words."""

    name: str
    place: str  # where it runs, for people
    context_tokens: int
    answer_tokens: int  # the most it writes

    def stream(self, turns: Told, call: Call) -> Iterator[str]:
        """The answer piece by piece. Raises ModelFailed or ModelBusy, also when it breaks off."""
        ...


@dataclass
class Call:
    """One question's dealings with a model. `usage` adds up over its requests."""

    model: str
    timeout_s: float
    purse: Purse | None = None
    usage: dict[str, int] = field(default_factory=dict)
    requests: int = 0
    spent: float = 0.0
    _reserved: int | None = None
    _most: float = 0.0
    _before: dict[str, int] = field(default_factory=dict)
    _until: float = 0.0
    _open: bool = False

    def __post_init__(self) -> None:
        self._until = time.monotonic() + self.timeout_s

    @property
    def left_s(self) -> float:
        """Seconds until the answer must be there."""
        return self._until - time.monotonic()

    def begin(self, prompt_tokens: int, answer_tokens: int) -> None:
        """A request is about to be made. Raises ModelFailed when the question may not make it."""
        if self.requests >= MOST_REQUESTS:
            raise ModelFailed(
                f"{self.model} did not answer in {MOST_REQUESTS} requests: ask again, or use --model reader"
            )
        self.check_time()
        if self.purse:
            # A prompt can have more tokens than estimated; it is paid as if it had half as many again.
            self._most = self.purse.cost(self.model, prompt_tokens * 3 // 2, answer_tokens)
            self._reserved = self.purse.reserve(self._most, self.spent)
        self.requests += 1
        self._open = True
        self._before = dict(self.usage)

    def count(self, prompt_tokens: int, completion_tokens: int) -> None:
        """What the request used, as its server counts it."""
        used = {"prompt_tokens": prompt_tokens, "completion_tokens": completion_tokens}
        self.usage.update({name: self._before.get(name, 0) + tokens for name, tokens in used.items()})

    def end(self, *, refused: bool = False) -> None:
        """The request is over; `refused` when its server did nothing for it. Ending twice does nothing."""
        if not self.purse or not self._open:
            return
        self._open = False
        used = {name: self.usage.get(name, 0) - self._before.get(name, 0) for name in self.usage}
        counted = self.purse.cost(self.model, used.get("prompt_tokens", 0), used.get("completion_tokens", 0))
        # A server that does not count, or a stream that broke off before the count: the most it can have cost.
        dollars = 0.0 if refused else counted if any(used.values()) else self._most
        self.spent += dollars
        self.purse.settle(self._reserved, dollars)
        self._reserved = None

    def may_go_on(self, pause_s: float) -> bool:
        """Whether another request may be made after `pause_s`."""
        return self.requests < MOST_REQUESTS and pause_s < self.left_s

    def check_time(self) -> None:
        """Raises ModelFailed when the time is over."""
        if self.left_s <= 0:
            raise ModelFailed(
                f"{self.model} took longer than {self.timeout_s:.0f} s: ask again, raise PINCITE_TIMEOUT_S, or use "
                "--model reader"
            )
