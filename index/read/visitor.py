"""Pages fetched as a guest: what the site asks is done, and it is not asked too often."""

from __future__ import annotations

from time import monotonic, sleep
from urllib.parse import urlsplit

from ..errors import ReadFailed
from ..visits import Validators
from .body import SAVE_IT
from .fetch import Fetched, NotGiven, fetch
from .robots import Robots

PAUSE_S = 1.0  # between two requests to one host, unless it asks for more
_WORTH_WAITING_S = 10.0  # when a busy site says how long


class Visitor:
    """Fetches pages, one after the other, with a pause between two from one host."""

    def __init__(self, *, allow_private: bool = False, pause_s: float = PAUSE_S) -> None:
        self._allow_private = allow_private
        self._pause_s = pause_s
        self._free_at: dict[str, float] = {}  # by host: when it may be asked again
        self._robots = Robots(lambda url: fetch(url, allow_private=allow_private))

    def fetch(self, url: str, known: Validators | None = None) -> Fetched:
        """What is at `url`, or that it still is what `known` names. Raises ReadFailed."""
        try:
            answer = self._fetched(url, known)
        except NotGiven as err:
            if err.retry_after_s is None or err.retry_after_s > _WORTH_WAITING_S:
                raise
            sleep(err.retry_after_s)
            answer = self._fetched(url, known)
        if not answer.data and not answer.unchanged:
            raise ReadFailed(url, f"the answer is empty: {SAVE_IT}")
        return answer

    def _fetched(self, url: str, known: Validators | None) -> Fetched:
        return fetch(url, allow_private=self._allow_private, known=known or Validators(), before=self._wait)

    def _wait(self, url: str) -> None:
        """Returns when `url` may be asked for. Raises Unwelcome."""
        pause_s = max(self._pause_s, self._robots.pause_s(url))
        host = urlsplit(url).netloc
        sleep(max(0.0, self._free_at.get(host, 0.0) - monotonic()))
        self._free_at[host] = monotonic() + pause_s
