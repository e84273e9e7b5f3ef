"""Days as people write them in a filter: 2025-03-18, 2025-03 or 2025."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")


def first_day(text: str) -> date:
    """The first day that `text` can mean: "2025-03" is 1 March 2025. Raises ValueError."""
    year, month, day = _parts(text)
    return _made(text, year, month or 1, day or 1)


def last_day(text: str) -> date:
    """The last day that `text` can mean: "2025-03" is 31 March 2025. Raises ValueError."""
    year, month, day = _parts(text)
    month = month or 12
    return _made(text, year, month, day or (monthrange(year, month)[1] if 1 <= month <= 12 and year else 1))


def _parts(text: str) -> tuple[int, int | None, int | None]:
    match = _DAY.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is no day: write it as 2025-03-18, 2025-03 or 2025")
    year, month, day = match.groups()
    return int(year), int(month) if month else None, int(day) if day else None


def _made(text: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as err:
        raise ValueError(f"{text!r} is no day: {err}") from err
