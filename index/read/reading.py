"""How places are read, apart from what they hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ..visits import Visits
from .visitor import PAUSE_S


@dataclass(frozen=True, slots=True)
class Reading:
    """What a caller may say of it."""

    allow_private: bool = False  # addresses may lead into private networks
    columns: Mapping[str, str] = field(default_factory=dict)  # of a table, by role; the others are guessed
    pause_s: float = PAUSE_S  # between two requests to one host
    visits: Visits | None = None  # what is known of earlier ones; what has not changed is then not fetched again
    on_found: Callable[[int], None] | None = None  # told how many more articles a place holds than the one expected

    def found(self, articles: int) -> None:
        """Tells that one place holds so many articles."""
        if self.on_found and articles > 1:
            self.on_found(articles - 1)
