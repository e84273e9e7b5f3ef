"""What model answers cost, counted so that a limit is never passed."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ..index import ModelFailed

FILE = "spending.sqlite3"  # in the library's folder: its processes share one limit
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that may be spent, in dollars; None for no limit."""

    per_day: float | None = None
    per_question: float | None = None

    def __bool__(self) -> bool:
        return self.per_day is not None or self.per_question is not None


class Purse:
    """Counts what is spent, before it is: a request is paid in advance at the most it can cost."""

    def __init__(self, home: Path, limits: Limits, prices: Mapping[str, tuple[float, float]], *, free: bool) -> None:
        """`prices` are dollars for a million tokens told and written, by model; `free` models need none."""
        self._file = home / FILE
        self._limits = limits
        self._prices = prices
        self._free = free

    def cost(self, model: str, told: int, written: int) -> float:
        """Dollars for so many tokens. Raises ModelFailed when a limit stands and the model has no price."""
        price = self._prices.get(model) or next(
            (
                self._prices[name]
                for name in sorted(self._prices, key=len, reverse=True)
                if model.startswith(f"{name}-20")
            ),
            None,
        )
        if price is None and self._limits and not self._free:
            raise ModelFailed(
                f"{model} has no price, and a spending limit is set: add it to PINCITE_PRICES "
                f'as {{"{model}": [dollars a million tokens told, written]}}'
            )
        told_price, written_price = price or (0.0, 0.0)
        return (told * told_price + written * written_price) / _MILLION

    def reserve(self, most: float, spent: float) -> int | None:
        """Puts `most` dollars aside for a request of a question that has cost `spent`; for `settle`.

        Raises ModelFailed when a limit would be passed.
        """
        limits = self._limits
        if limits.per_question is not None and spent + most > limits.per_question:
            raise ModelFailed(
                f"the answer could cost ${spent + most:.4f}, and a question may cost ${limits.per_question:.4f}: "
                "raise PINCITE_SPEND_PER_QUESTION, lower PINCITE_TOP_K, or use --model reader"
            )
        if limits.per_day is None:
            return None
        with closing(self._opened()) as store, store:
            store.execute("BEGIN IMMEDIATE")
            today = self._today(store)
            if today + most > limits.per_day:
                raise ModelFailed(
                    f"today's spending limit of ${limits.per_day:.2f} leaves ${max(0.0, limits.per_day - today):.4f}, "
                    f"and the answer could cost ${most:.4f}: raise PINCITE_SPEND_PER_DAY, wait for tomorrow, or use "
                    "--model reader"
                )
            made = store.execute("INSERT INTO spent (day, dollars) VALUES (?, ?)", (date.today().isoformat(), most))
            return made.lastrowid

    def settle(self, reserved: int | None, dollars: float) -> None:
        """What the request has cost in the end, in place of what was put aside."""
        if reserved is not None:
            with closing(self._opened()) as store, store:
                store.execute("UPDATE spent SET dollars = ? WHERE id = ?", (dollars, reserved))

    def today(self) -> float:
        """Dollars spent or put aside today; only counted while there is a limit for the day."""
        with closing(self._opened()) as store:
            return self._today(store)

    def _today(self, store: sqlite3.Connection) -> float:
        row = store.execute("SELECT total(dollars) FROM spent WHERE day = ?", (date.today().isoformat(),)).fetchone()
        return float(row[0])

    def _opened(self) -> sqlite3.Connection:
        try:
            store = sqlite3.connect(self._file, timeout=10, isolation_level=None)
            store.execute(
                "CREATE TABLE IF NOT EXISTS spent (id INTEGER PRIMARY KEY, day TEXT NOT NULL, dollars REAL NOT NULL)"
            )
            return store
        except sqlite3.Error as err:
            raise ModelFailed(
                f"what was spent cannot be counted ({err}), so no model is asked: see to {self._file}, "
                "or use --model reader"
            ) from err
