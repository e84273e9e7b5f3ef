"""Days found in text, as people write them; a day that could be two is none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar janvier enero gennaio janeiro januari января",
            "february feb februar février fevrier febrero febbraio fevereiro februari февраля",
            "march mar märz mars marzo março marco maart марта",
            "april apr avril abril aprile апреля",
            "may mai mayo maggio maio mei maj мая",
            "june jun juni juin junio giugno junho июня",
            "july jul juli juillet julio luglio julho июля",
            "august aug août aout agosto augustus августа",
            "september sept sep septembre septiembre settembre setembro сентября",
            "october oct oktober okt octobre octubre ottobre outubro октября",
            "november nov novembre noviembre novembro ноября",
            "december dec dezember dez décembre decembre diciembre dicembre dezembro декабря",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = r"(?P<month>[^\W\d_]{3,12})\.?"
_DAY = r"(?<!\d)(?P<day>\d{1,2})"
_YEAR = r"(?P<year>[12]\d{3})(?!\d)"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?<!\d){_YEAR}[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}})(?!\d)",
        rf"{_DAY}(?:st|nd|rd|th|er|\.|º|ª)?\s+(?:of\s+|de\s+)?{_MONTH},?\s+(?:de\s+|del\s+)?{_YEAR}",
        rf"\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+{_YEAR}",
        rf"{_DAY}\.\s?(?P<month>\d{{1,2}})\.\s?{_YEAR}",
        rf"{_YEAR}\s?年\s?(?P<month>\d{{1,2}})\s?月\s?(?P<day>\d{{1,2}})\s?日",
    )
)
_EITHER = re.compile(rf"(?<!\d)(?P<a>\d{{1,2}})/(?P<b>\d{{1,2}})/{_YEAR}")


def find_days(text: str) -> Iterator[tuple[date, int, int]]:
    """Days written in `text` with where they stand, in no order. 3/4/2021 is two days and so none; 3.4.2021 is one."""
    for form in _FORMS:
        for match in form.finditer(text):
            month = match["month"]
            number = int(month) if month.isdigit() else _MONTHS.get(month.casefold(), 0)
            yield from _valid(match, number, int(match["day"]))
    for match in _EITHER.finditer(text):
        a, b = int(match["a"]), int(match["b"])
        if max(a, b) > 12 or a == b:
            yield from _valid(match, min(a, b), max(a, b))


def first_day(text: str) -> date | None:
    """The day that `text` names first, if it names one."""
    return min(((start, day) for day, start, _ in find_days(text)), default=(0, None))[1]


def _valid(match: re.Match[str], month: int, day: int) -> Iterator[tuple[date, int, int]]:
    try:
        yield date(int(match["year"]), month, day), match.start(), match.end()
    except ValueError:
        return  # 31 February
