"""What sites ask of programs that read them (robots.txt)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ..errors import ReadFailed
from .body import SAVE_IT
from .fetch import AGENT, Fetched, NotGiven, Unwelcome

_MOST_BYTES = 512_000  # RFC 9309 asks for at least 500 KiB
_MOST_SITES = 1_000  # remembered at a time
_LONGEST_PAUSE_S = 10.0  # of those that a site may ask for


@dataclass(frozen=True, slots=True)
class _Rules:
    """What one site asks for; or why it could not be asked."""

    parsed: Any = None  # protego's
    failure: str = ""


class Robots:
    """The robots.txt of each site, fetched with `fetch` when first needed and then remembered."""

    def __init__(self, fetch: Callable[[str], Fetched]) -> None:
        self._fetch = fetch
        self._rules: dict[str, _Rules] = {}

    def pause_s(self, url: str) -> float:
        """The seconds that `url`'s site wants between two requests, if it says, at most ten.

        Raises Unwelcome when it asks that `url` be left alone, or when nobody can know.
        """
        rules = self._of(url)
        if rules.failure:
            raise Unwelcome(rules.failure)
        if rules.parsed is None:
            return 0.0
        if not rules.parsed.can_fetch(url, AGENT):
            raise Unwelcome(f"its site asks programs not to read it (robots.txt): {SAVE_IT}")
        return min(float(rules.parsed.crawl_delay(AGENT) or 0), _LONGEST_PAUSE_S)

    def _of(self, url: str) -> _Rules:
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in self._rules:
            if len(self._rules) >= _MOST_SITES:
                self._rules.clear()
            self._rules[site] = self._asked(site)
        return self._rules[site]

    def _asked(self, site: str) -> _Rules:
        """What `site` answers, read as RFC 9309 has it: no such file allows everything, a fault nothing."""
        from protego import Protego

        try:
            answer = self._fetch(f"{site}/robots.txt")
        except NotGiven as err:
            if err.status < 500 and err.status != 429:
                return _Rules()
            return _Rules(
                failure=f"the site's robots.txt has a fault ({err.status}), so that nobody knows whether the page may "
                "be read: try again later"
            )
        except ReadFailed as err:
            return _Rules(failure=err.reason)
        return _Rules(Protego.parse(answer.data[:_MOST_BYTES].decode("utf-8", "replace")))
