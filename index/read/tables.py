"""Exports of a collection (CSV, JSON lines, JSON): a row for each article."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from io import StringIO
from typing import Any

from .columns import columns_of
from .draft import TEXT_CHARS, Unreadable
from .encoding import decode

ROWS = 200_000  # in one file
_KEY_CHARS = 80
_BAD_CHARS = 60
_WRAPPERS = ("articles", "items", "data", "results", "rows", "documents", "posts", "entries")


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it was found: what each role's column holds, or why it cannot be read."""

    number: int  # as a spreadsheet or an editor counts
    key: str  # names the row within its file, and stays when others come and go
    values: Mapping[str, str]  # by role
    bad: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file, and the column that stands for each role."""

    columns: Mapping[str, str]
    rows: tuple[Row, ...]

    def to_json(self) -> dict[str, Any]:
        """The table as JSON can carry it."""
        return asdict(self)

    @classmethod
    def from_json(cls, fields: dict[str, Any]) -> Table:
        """The table that `to_json` gave `fields` for."""
        return cls(fields["columns"], tuple(Row(**row) for row in fields["rows"]))


@dataclass(frozen=True, slots=True)
class _Raw:
    number: int
    values: Mapping[str, Any]
    bad: str = ""


def read_table(data: bytes, *, suffix: str, columns: Mapping[str, str]) -> Table:
    """The rows of `data`, whose file name ends in `suffix`; `columns` are those that are told, by role.

    Raises Unreadable when there are none, or no column of texts.
    """
    text = decode(data).removeprefix("\ufeff")
    raw = list(_limited(_rows(text, suffix.lower())))
    good = [row.values for row in raw if not row.bad]
    if not good:
        why = f" ({raw[0].bad})" if raw else ""
        raise Unreadable(f"it holds no rows that can be read{why}: export it again, as CSV or JSON lines")
    chosen = columns_of(good, columns)
    cells = [{} if row.bad else {role: _plain(row.values.get(name)) for role, name in chosen.items()} for row in raw]
    keys = _keys(raw, cells)
    rows = (Row(row.number, key, held, row.bad) for row, held, key in zip(raw, cells, keys, strict=True))
    return Table(chosen, tuple(rows))


def _rows(text: str, suffix: str) -> Iterator[_Raw]:
    begins = text.lstrip()[:1]
    if suffix in (".csv", ".tsv") or begins not in ("[", "{"):
        return _csv_rows(text, suffix)
    if begins == "[" or suffix == ".json":
        return _json_rows(text)
    return _line_rows(text)


def _limited(rows: Iterator[_Raw]) -> Iterator[_Raw]:
    for n, row in enumerate(rows):
        if n >= ROWS:
            raise Unreadable(f"it holds more than {ROWS:,} rows: cut it into several files")
        yield row


def _csv_rows(text: str, suffix: str) -> Iterator[_Raw]:
    csv.field_size_limit(TEXT_CHARS)
    delimiter = "\t" if suffix == ".tsv" else max(",;\t|", key=lambda sign: _fit(text, sign))
    found = _cells(text, delimiter)
    header = next((cells for _, cells, bad in found if cells and not bad), [])
    names = _names(header)
    for number, cells, bad in found:
        if bad:
            yield _Raw(number, {}, bad)
        elif len(cells) > len(names):
            cure = "put text that holds the separator in quotation marks"
            yield _Raw(number, {}, f"it has {len(cells)} cells, and there are {len(names)} columns: {cure}")
        elif any(cells):
            yield _Raw(number, dict(zip(names, cells, strict=False)))


def _cells(text: str, delimiter: str) -> Iterator[tuple[int, list[str], str]]:
    """The rows as numbered by a spreadsheet, with their cells or why they have none."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        try:
            yield number, next(reader), ""
        except StopIteration:
            return
        except csv.Error as err:
            what = "a quotation mark in it is never closed" if "end of data" in str(err) else str(err)
            yield number, [], f"it is no row of a CSV file ({what}): write a quotation mark inside a cell twice"


def _fit(text: str, delimiter: str) -> tuple[int, int]:
    """How well `delimiter` cuts the first rows: how many have the header's number of cells, and that number."""
    sample = [cells for _, (_, cells, bad) in zip(range(6), _cells(text[:200_000], delimiter), strict=False) if not bad]
    width = len(sample[0]) if sample else 0
    return (sum(len(cells) == width for cells in sample), width) if width > 1 else (0, 0)


def _names(header: Sequence[str]) -> list[str]:
    names: dict[str, None] = {}
    for n, cell in enumerate(header, start=1):
        name = " ".join(cell.split())[:200] or f"column {n}"
        names[name if name not in names else f"{name} ({n})"] = None
    return list(names)


def _line_rows(text: str) -> Iterator[_Raw]:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield _json_row(number, line)


def _json_row(number: int, line: str) -> _Raw:
    try:
        return _record(number, json.loads(line))
    except (ValueError, RecursionError) as err:
        return _Raw(number, {}, f"it is no JSON ({_fault(err)}): mend the line, or export the file again")


def _fault(err: ValueError | RecursionError) -> str:
    if isinstance(err, RecursionError):
        return "nested too deeply"
    return err.msg.lower() if isinstance(err, json.JSONDecodeError) else str(err)[:_BAD_CHARS]


def _json_rows(text: str) -> Iterator[_Raw]:
    """The rows of one JSON document: a list of objects, or an object that holds one."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as err:
        lines = list(_line_rows(text))  # JSON lines under another name
        if len(lines) > 1 and not lines[0].bad:
            yield from lines
            return
        raise Unreadable(f"it is no JSON that can be read ({_fault(err)}): export it again") from err
    if isinstance(document, dict):
        lists = [document[name] for name in _WRAPPERS if isinstance(document.get(name), list)]
        document = lists[0] if lists else [document]
    if not isinstance(document, list):
        raise Unreadable("it is JSON, but no list of articles: export one object for each article")
    for number, item in enumerate(document, start=1):
        yield _record(number, item)


def _record(number: int, item: Any) -> _Raw:
    if isinstance(item, dict):
        return _Raw(number, {str(name)[:200]: value for name, value in item.items()})
    return _Raw(number, {}, "it is JSON, but no object with named values: export one object for each article")


def _plain(value: Any) -> str:
    """A cell's value as text; a list's parts become paragraphs."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "\n\n".join(filter(None, map(_plain, value)))
    if isinstance(value, dict):
        return _plain(value.get("name") or value.get("text") or value.get("rendered") or "")
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _keys(raw: Sequence[_Raw], cells: Sequence[Mapping[str, str]]) -> list[str]:
    """For each row what names it: its address, its id or its title, whichever no other row has; or its number."""
    kinds: tuple[Callable[[Mapping[str, str]], str], ...] = (
        lambda row: row.get("url", "") if re.match(r"https?://[^\s/]", row.get("url", "")) else "",
        lambda row: _slug(row["id"]) if row.get("id") else "",
        lambda row: _slug(row["title"]) if row.get("title") else "",
    )
    counts = [Counter(map(kind, cells)) for kind in kinds]
    return [
        next(
            (key for kind, count in zip(kinds, counts, strict=True) if (key := kind(row)) and count[key] == 1),
            f"row-{one.number}",
        )
        for one, row in zip(raw, cells, strict=True)
    ]


def _slug(text: str) -> str:
    """`text` as a short part of a source: no spaces, and nothing that separates folders."""
    return re.sub(r"[\W_]+", "-", text[: 4 * _KEY_CHARS]).strip("-")[:_KEY_CHARS].lower()
