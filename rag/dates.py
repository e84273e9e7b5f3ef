"""The days in a text, absolute or relative to the day its article was published."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

_MONTHS = {
    name: n
    for n, names in enumerate(
        "january jan|february feb|march mar|april apr|may|june jun|july jul|august aug|september sept sep|october oct"
        "|november nov|december dec".split("|"),
        1,
    )
    for name in names.split()
}
_WEEKDAYS = {name: n for n, name in enumerate("monday tuesday wednesday thursday friday saturday sunday".split())}
_COUNTS = {word: n for n, word in enumerate("zero one two three four five six seven eight nine ten".split())}
_COUNTS |= {"a": 1, "an": 1, "eleven": 11, "twelve": 12, "twenty": 20, "thirty": 30, "fifty": 50}

_MONTH = r"(?P<month>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|" + (
    r"Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_DAY = r"(?P<day>0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?\b"
_YEAR = r"(?P<year>1\d{3}|20\d\d|21\d\d)\b"
_BACK = r"(?:last|past|previous|this|next|coming)"
_COUNT = r"(?P<count>\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|fifty)"


@dataclass(frozen=True, slots=True)
class Day:
    """A day or a longer time, as a text names it. `text[start:end]` says it; fields it leaves open are None.

    Relative to a known day it is the days from `first` to `last`.
    """

    words: str
    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    decade: bool = False
    first: date | None = None
    last: date | None = None
    relative: bool = False
    either: bool = False  # one of several ways to read the same words, of which one is meant

    def same(self, other: Day, years: frozenset[int]) -> bool:
        """Whether `other`, in an article, bears this one out; `years` may be meant where that names none."""
        if self.relative or other.relative:
            if self.relative and self.words.casefold() == other.words.casefold():
                return True
            if other.relative and other.first and other.last:
                return self._holds(other.first) and self._holds(other.last)
            if other.relative:
                return False
            return other.year is not None and self._spans(other)
        if self.weekday is not None:
            # That an article came out on a Tuesday is no word of what happened on one.
            return bool(other.words) and self.weekday in (other.weekday, _weekday_of(other))
        if self.decade or other.decade:
            return (
                self.year is not None
                and other.year is not None
                and self.year // 10 == other.year // 10
                and (self.decade or self.year == other.year)
            )
        if (self.month, self.day) != (None, None) and self.month != other.month:
            return False
        if self.day is not None and self.day != other.day:
            return False
        return self.year is None or self.year == other.year or (other.year is None and self.year in years)

    def _holds(self, day: date) -> bool:
        """Whether the time this names holds `day`."""
        if self.first and self.last:
            return self.first <= day <= self.last
        if self.decade:
            return self.year is not None and day.year // 10 == self.year // 10
        named = [(self.year, day.year), (self.month, day.month), (self.day, day.day), (self.weekday, day.weekday())]
        return all(mine is None or mine == theirs for mine, theirs in named)

    def _spans(self, other: Day) -> bool:
        """Whether the days that `other` names fall into this relative time."""
        if other.year is None or not (self.first and self.last):
            return False
        month, day = other.month or 1, other.day or 1
        first = _safe(other.year, month, day)
        last = first if other.day else _end_of(other.year, other.month)
        return first is not None and last is not None and self.first <= first and last <= self.last


def find_days(text: str, published: date | None = None) -> list[Day]:
    """The days named in `text`, in order; relative ones are counted from `published` when it is known.

    A lone year is among them: it may be a number as well.
    """
    found: list[Day] = []
    taken: list[tuple[int, int]] = []
    for pattern, read in _PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(s < end and start < e for s, e in taken):
                continue
            days = list(read(match, published))
            if days:
                taken.append((start, end))
                found.extend(days)
    return sorted(found, key=lambda day: day.start)


def _day(match: re.Match[str], **fields: int | bool | date | None) -> Day:
    return Day(match.group(), match.start(), match.end(), **fields)  # type: ignore[arg-type]


def _written(match: re.Match[str], published: date | None) -> Iterator[Day]:
    """ "6 December 1917", "December 6", "6-7 December", "Dec. 1917", "in December"."""
    groups = match.groupdict()
    month = _MONTHS[groups["month"].casefold()[: None if groups["month"].casefold() in _MONTHS else 3]]
    year = int(groups["year"]) if groups.get("year") else None
    days = [int(groups[name]) for name in ("day", "other") if groups.get(name)]
    for day in days or [None]:
        yield _day(match, year=year, month=month, day=day)


def _month_of_year(match: re.Match[str], published: date | None) -> Iterator[Day]:
    """ "May of last year", "last December", "next March"."""
    month = _MONTHS[match.group("month").casefold().rstrip(".")]
    told = match.group("which").casefold()
    if published is None:
        yield _day(match, month=month, relative=True)
        return
    if match.group("of") is not None:
        years = [published.year + {"last": -1, "previous": -1, "past": -1, "this": 0}.get(told, 1)]
    else:
        near = (published.year - 1, published.year, published.year + 1)
        past = [y for y in near if (y, month) < (published.year, published.month)]
        ahead = [y for y in near if (y, month) > (published.year, published.month)]
        years = [*past[-1:], published.year - 1] if told in ("last", "previous", "past") else ahead[:1]
        years = [published.year] if told == "this" else years
    for year in dict.fromkeys(years):
        yield _day(match, year=year, month=month, either=True)


def _iso(match: re.Match[str], published: date | None) -> Iterator[Day]:
    year, month, day = (int(part) for part in match.group("year", "mm", "dd"))
    if _safe(year, month, day):
        yield _day(match, year=year, month=month, day=day)


def _slashed(match: re.Match[str], published: date | None) -> Iterator[Day]:
    one, other, year = (int(part) for part in match.groups())
    year += (2000 if year < 70 else 1900) if year < 100 else 0
    for day, month in dict.fromkeys([(one, other), (other, one)]):
        if _safe(year, month, day):
            yield _day(match, year=year, month=month, day=day, either=True)


def _near(match: re.Match[str], published: date | None) -> Iterator[Day]:
    """ "yesterday", "today", "tomorrow"."""
    words = " ".join(match.group().casefold().split())
    away = {"yesterday": -1, "last night": -1, "the day before yesterday": -2, "tomorrow": 1}.get(words, 0)
    day = published + timedelta(away) if published else None
    yield _day(match, first=day, last=day, relative=True)


def _ago(match: re.Match[str], published: date | None) -> Iterator[Day]:
    """ "two days ago", "a year ago"."""
    told = match.group("count").casefold()
    count = int(told) if told.isdigit() else _COUNTS[told]
    unit = match.group("unit").casefold().rstrip("s")
    if published is None:
        yield _day(match, relative=True)
        return
    if unit in ("day", "week"):
        middle = published - timedelta(count * (7 if unit == "week" else 1))
        about = timedelta(3 if unit == "week" else 0)
        yield _day(match, first=middle - about, last=middle + about, relative=True)
    elif unit == "month":
        months = published.year * 12 + published.month - 1 - count
        yield _day(match, year=months // 12, month=months % 12 + 1)
    else:
        yield _day(match, year=published.year - count * (10 if unit == "decade" else 1))


def _period(match: re.Match[str], published: date | None) -> Iterator[Day]:
    """ "last week", "this month", "next year"."""
    unit, told = match.group("unit").casefold(), match.group("which").casefold()
    step = {"last": -1, "past": -1, "previous": -1, "this": 0}.get(told, 1)
    if published is None:
        yield _day(match, relative=True)
    elif unit == "week":
        monday = published - timedelta(published.weekday()) + timedelta(7 * step)
        yield _day(match, first=monday, last=monday + timedelta(6), relative=True)
    elif unit == "month":
        months = published.year * 12 + published.month - 1 + step
        yield _day(match, year=months // 12, month=months % 12 + 1)
    else:
        yield _day(match, year=published.year + step)


def _weekday(match: re.Match[str], published: date | None) -> Iterator[Day]:
    """A weekday: the nearest one before the publishing day or on it, or the nearest after it."""
    weekday = _WEEKDAYS[match.group("weekday").casefold()]
    if published is None:
        yield _day(match, weekday=weekday)
        return
    back = (published.weekday() - weekday) % 7
    before = published - timedelta(back)
    for day in dict.fromkeys([before, before + timedelta(7), before - timedelta(7 if not back else 0)]):
        yield _day(match, year=day.year, month=day.month, day=day.day, weekday=weekday, either=True)


def _lone_year(match: re.Match[str], published: date | None) -> Iterator[Day]:
    yield _day(match, year=int(match.group("year")))


def _decade(match: re.Match[str], published: date | None) -> Iterator[Day]:
    yield _day(match, year=int(match.group("year")), decade=True)


_TO = r"(?:\s*[-–—]\s*|\s+(?:to|and|or|until)\s+)"
_OTHER = r"(?P<other>0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?\b"
_Reader = Callable[[re.Match[str], "date | None"], Iterator[Day]]


def _compiled(pattern: str, *, cased: bool = False) -> re.Pattern[str]:
    return re.compile(pattern, 0 if cased else re.IGNORECASE)


# The first pattern that fits a stretch has it.
_PATTERNS: tuple[tuple[re.Pattern[str], _Reader], ...] = (
    (_compiled(r"\b(?P<year>\d{4})-(?P<mm>\d{2})-(?P<dd>\d{2})\b"), _iso),
    (_compiled(r"\b(\d{1,2})[./](\d{1,2})[./](\d{4}|\d{2})\b"), _slashed),
    (_compiled(rf"\b{_MONTH} of (?P<of>)(?P<which>last|this|next|the previous) year\b"), _month_of_year),
    (_compiled(rf"\b(?P<which>last|this|next)(?P<of>(?!))? {_MONTH}", cased=False), _month_of_year),
    (_compiled(rf"\b(?:{_OTHER}{_TO})?{_DAY}(?:\s+day)?(?:\s+of)?\s+{_MONTH}(?:,?\s+(?:of\s+)?{_YEAR})?"), _written),
    (_compiled(rf"\b{_MONTH}\s+(?:the\s+)?(?:{_OTHER}{_TO})?{_DAY}(?:,?\s+{_YEAR})?"), _written),
    (_compiled(rf"\b{_MONTH}(?:\s+of)?,?\s+{_YEAR}"), _written),
    (_compiled(r"\bthe day before yesterday\b|\byesterday\b|\blast night\b|\btoday\b|\btonight\b|\btomorrow\b"), _near),
    (_compiled(rf"\b{_COUNT} (?P<unit>days?|weeks?|months?|years?|decades?) ago\b"), _ago),
    (_compiled(rf"\b(?:the )?(?P<which>{_BACK}) (?P<unit>week|month|year)\b"), _period),
    (_compiled(rf"\b(?:(?P<which>{_BACK}) )?(?P<weekday>{'|'.join(_WEEKDAYS)})\b"), _weekday),
    # "May" and "March" are words as well: a month by itself has a capital and a word of time before it.
    (
        re.compile(
            r"(?:(?<=\b[Ii]n )|(?<=\bsince )|(?<=\buntil )|(?<=\bby )|(?<=\bof )|(?<=\bearly )|(?<=\blate )|"
            r"(?<=\bmid-)|(?<=\bfrom )|(?<=\bto )|(?<=\bduring )|(?<=\bfor )|(?<=\bbefore )|(?<=\bafter )|"
            r"(?=(?:January|February|April|June|July|August|September|October|November|December)\b))" + _MONTH
        ),
        _written,
    ),
    (_compiled(r"\b(?:the )?(?P<year>1\d{2}0|20\d0)['’]?s\b"), _decade),
    (_compiled(rf"(?<![\d.,$€£])\b{_YEAR}(?![.,]\d|%)"), _lone_year),
)


def _safe(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _end_of(year: int, month: int | None) -> date | None:
    following = _safe(year + (month or 12) // 12, (month or 12) % 12 + 1, 1)
    return following - timedelta(1) if following else None


def _weekday_of(day: Day) -> int | None:
    if day.year and day.month and day.day and (exact := _safe(day.year, day.month, day.day)):
        return exact.weekday()
    return None
