"""Rows of a table to articles."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime

from ..errors import ReadFailed
from ..types import Article
from .dates import first_day
from .draft import Draft, Unreadable
from .feeds import Entry
from .fetch import plain_address
from .files import is_url
from .tables import Row, Table
from .worker import Worker

BAD_TOLD = 100  # rows told one by one; after that they are counted
_HTML = re.compile(r"</(?:p|div|a|em|strong|h[1-6]|li|span|article|body)>|<(?:br|p)\s*/?>", re.IGNORECASE)
_SLASHED = re.compile(r"\s*(\d{1,2})/(\d{1,2})/(\d{4})\b")
_EPOCH = re.compile(r"-?\d{9,10}(?:\.\d+)?|\d{12,13}")


def row_articles(table: Table, file: str, worker: Worker) -> Iterator[Article | ReadFailed]:
    """The articles of `table`, read from `file`; the first of them says which columns were taken for what.

    Bad rows are ReadFailed in their place; past a hundred of them the rest are counted in one.
    """
    days = _days([row.values.get("date", "") for row in table.rows])
    dated = sum(bool(row.values.get("date", "").strip()) for row in table.rows)
    undated = dated - sum(day is not None for day in days)
    unread = f"; {undated:,} of {dated:,} dates could not be told" if undated else ""
    told = ", ".join(f"{role}={name}" for role, name in table.columns.items())
    note = f"columns of {os.path.basename(file)} read as {told}{unread}; --columns names others"
    bad = 0
    for row, day in zip(table.rows, days, strict=True):
        try:
            article = _article(row, day, file, worker, note)
        except Unreadable as err:
            bad += 1
            if bad <= BAD_TOLD:
                yield ReadFailed(_source(row, file), f"row {row.number}: {err}")
        else:
            note = ""
            yield article
    if bad > BAD_TOLD:
        yield ReadFailed(file, f"{bad - BAD_TOLD:,} more rows cannot be read: mend the first ones and add it again")


def _article(row: Row, day: date | None, file: str, worker: Worker, note: str) -> Article:
    if row.bad:
        raise Unreadable(row.bad)
    draft = _draft(row.values, day, worker)
    return Article.create(
        _source(row, file),
        draft.text,
        title=draft.title,
        published=draft.published,
        authors=draft.authors,
        language=draft.language,
        site=draft.site,
        note=note,
    )


def _source(row: Row, file: str) -> str:
    return plain_address(row.key) if is_url(row.key) else f"{file}#{row.key}"


def _draft(values: Mapping[str, str], day: date | None, worker: Worker) -> Draft:
    text, title, authors = values["text"], values.get("title", ""), _names(values.get("authors", ""))
    if _HTML.search(text):
        read = worker.entry(Entry("", title, authors, day, text))
        text, title = read.text, title or read.title
    site = "" if is_url(values.get("site", "")) else values.get("site", "")
    return Draft.create(text, title=title, authors=authors, published=day, language=values.get("language"), site=site)


def _names(authors: str) -> tuple[str, ...]:
    names = re.split(r"\s*[;|\n]\s*|\s+and\s+", authors.strip().removeprefix("By ").removeprefix("by "))
    # "Jane Doe, John Roe" are two people; "Doe, Jane" is one.
    return tuple(
        one
        for name in names
        for one in (name.split(", ") if all(" " in part for part in name.split(", ")) else [name])
        if one
    )


def _days(cells: Sequence[str]) -> list[date | None]:
    """The day in each cell. 3/4/2021 is read as the rest of the column writes its days, and else as none."""
    pairs = [(int(match[1]), int(match[2])) for cell in cells if (match := _SLASHED.match(cell))]
    day_first, month_first = any(a > 12 for a, _ in pairs), any(b > 12 for _, b in pairs)
    if day_first == month_first:
        return [_day(cell) if cell else None for cell in cells]
    order = r"\3-\2-\1" if day_first else r"\3-\1-\2"
    return [_day(_SLASHED.sub(order, cell, count=1)) if cell else None for cell in cells]


def _day(cell: str) -> date | None:
    cell = cell.strip()[:100]
    if _EPOCH.fullmatch(cell):
        seconds = float(cell) if len(cell.split(".")[0].lstrip("-")) < 12 else float(cell) / 1_000
        return datetime.fromtimestamp(seconds, UTC).date()
    if re.fullmatch(r"[12]\d{7}", cell):
        cell = f"{cell[:4]}-{cell[4:6]}-{cell[6:]}"
    return first_day(cell)
