"""Days found in text, as people write them; a day that could be two is none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar jänner janvier janv enero ene gennaio gen janeiro januari января січня stycznia "
            "ocak ledna ianuarie januárja tammikuuta يناير",
            "february feb februar feber février fevrier févr fevr fév febrero febbraio fevereiro fev februari "
            "февраля лютого lutego şubat února helmikuuta فبراير",
            "march mar märz mrz mars marzo março marco maart marts марта березня marca mart března maaliskuuta maret "
            "مارس",
            "april apr avril avr abril abr aprile aprilie апреля квітня kwietnia nisan dubna huhtikuuta أبريل",
            "may mai mayo maggio mag maio mei maj мая травня maja mayıs května toukokuuta مايو",
            "june jun juni juin junio giugno giu junho июня червня czerwca haziran června kesäkuuta يونيو",
            "july jul juli juillet juil julio luglio lug julho июля липня lipca temmuz července heinäkuuta يوليو",
            "august aug août aout agosto ago augustus augusti августа серпня sierpnia ağustos srpna elokuuta agustus "
            "أغسطس",
            "september sept sep septembre septiembre settembre setembro set сентября вересня września eylül září "
            "syyskuuta سبتمبر",
            "october oct oktober okt octobre octubre ottobre ott outubro out октября жовтня października ekim října "
            "lokakuuta أكتوبر",
            "november nov novembre noviembre novembro ноября листопада listopada kasım listopadu marraskuuta نوفمبر",
            "december dec dezember dez décembre decembre déc diciembre dic dicembre dezembro desember декабря грудня "
            "grudnia aralık prosince joulukuuta ديسمبر",
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
        rf"\b{_MONTH}\s+(?P<day>\d{{1,2}})\s\d\d:\d\d(?::\d\d)?\s(?:[A-Z]{{2,5}}\s|[+-]\d{{4}}\s)?{_YEAR}",
        r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<month>[01]\d)(?P<day>[0-3]\d)(?=T?\d{0,6}Z?$)",
        rf"{_YEAR}\s?년\s?(?P<month>\d{{1,2}})\s?월\s?(?P<day>\d{{1,2}})\s?일",
        rf"{_YEAR}\s?年\s?(?P<month>\d{{1,2}})\s?月\s?(?P<day>\d{{1,2}})\s?日",
    )
)
_EITHER = re.compile(rf"(?<!\d)(?P<a>\d{{1,2}})(?P<sign>[/-])(?P<b>\d{{1,2}})(?P=sign){_YEAR}")
# English is written both ways, and "en-US" is what much software says by default.
_DAY_FIRST = frozenset("bg ca cs da de el es et fi fr he hr id it lv nb nl no pl pt ro ru sk sl sr sv tr uk vi".split())


def day_comes_first(language: str | None) -> bool | None:
    """Whether 3/4/2021 is 3 April in `language`, a code such as "fr" or "en-GB"; None when it can be either."""
    code = (language or "").replace("_", "-").casefold()
    return True if code.split("-")[0] in _DAY_FIRST or code in ("en-gb", "en-ie", "en-au", "en-nz", "en-in") else None


def find_days(text: str, *, day_first: bool | None = None) -> Iterator[tuple[date, int, int]]:
    """Days written in `text` with where they stand, in no order.

    3.4.2021 is 3 April. 3/4/2021 is two days and so none, unless `day_first` says which.
    """
    for form in _FORMS:
        for match in form.finditer(text):
            month = match["month"]
            number = int(month) if month.isdigit() else _MONTHS.get(month.casefold(), 0)
            yield from _valid(match, number, int(match["day"]))
    for match in _EITHER.finditer(text):
        a, b = int(match["a"]), int(match["b"])
        if day_first and b <= 12:
            yield from _valid(match, b, a)
        elif max(a, b) > 12 or a == b:
            yield from _valid(match, min(a, b), max(a, b))


def first_day(text: str, *, day_first: bool | None = None) -> date | None:
    """The day that `text` names first, if it names one."""
    found = find_days(text, day_first=day_first)
    return min(((start, day) for day, start, _ in found), default=(0, None))[1]


def _valid(match: re.Match[str], month: int, day: int) -> Iterator[tuple[date, int, int]]:
    try:
        yield date(int(match["year"]), month, day), match.start(), match.end()
    except ValueError:
        return  # 31 February
