"""Lines of a set's files, each knowing where it stands, so that a fault can be named."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..index import PinciteError


class SetBroken(PinciteError):
    """A file of a set of cases, or a report, holds something that cannot be used."""


@dataclass(frozen=True, slots=True)
class Row:
    """One JSON object of a file, and its line number from 1."""

    path: Path
    line: int
    values: Mapping[str, Any]

    def broken(self, fault: str) -> SetBroken:
        """The error that names this row."""
        return SetBroken(f"{self.path.name} line {self.line}: {fault}")

    def has(self, key: str) -> bool:
        """Whether a value other than null is given."""
        return self.values.get(key) is not None

    def text(self, key: str, *, default: str | None = None) -> str:
        """A text; `default` when none is given, which is a fault without a default."""
        value = self.values.get(key)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise self.broken(f'"{key}" must be a text, and is {_told(value)}')
        return value

    def flag(self, key: str) -> bool:
        """True or false; false when it is not given."""
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            raise self.broken(f'"{key}" must be true or false, and is {_told(value)}')
        return value

    def texts(self, key: str) -> list[str]:
        """A list of texts; empty when none is given."""
        return self._list(key, str, "texts")

    def mapping(self, key: str) -> Mapping[str, Any]:
        """An object; empty when none is given."""
        value = self.values.get(key)
        if value is not None and not isinstance(value, dict):
            raise self.broken(f'"{key}" must be an object, and is {_told(value)}')
        return value or {}

    def mappings(self, key: str) -> list[Mapping[str, Any]]:
        """A list of objects; empty when none is given."""
        return self._list(key, dict, "objects")

    def _list(self, key: str, kind: type, name: str) -> list[Any]:
        value = self.values.get(key)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(item, kind) for item in value):
            raise self.broken(f'"{key}" must be a list of {name}, and is {_told(value)}')
        return value


def read_rows(path: Path) -> Iterator[Row]:
    """The objects of a file of JSON lines, gzipped when its name ends in ".gz"; empty lines are passed over.

    Raises SetBroken naming the file, and the line where there is one.
    """
    number = 0
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rt", encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield _row(path, number, line)
    except UnicodeDecodeError as err:
        raise SetBroken(f"{path.name} after line {number}: it is not UTF-8; save it as UTF-8") from err
    except (OSError, EOFError, zlib.error) as err:
        raise SetBroken(f"{path}: it cannot be read ({err}); check the file, or make it again") from err


def _row(path: Path, number: int, line: str) -> Row:
    try:
        values = json.loads(line)
    except ValueError as err:
        raise SetBroken(f"{path.name} line {number}: it is not JSON ({err}); correct the line") from err
    if not isinstance(values, dict):
        raise SetBroken(f"{path.name} line {number}: it must be one JSON object, and is {_told(values)}")
    return Row(path, number, values)


def _told(value: Any) -> str:
    told = "missing" if value is None else json.dumps(value, ensure_ascii=False)
    return told if len(told) <= 60 else told[:59] + "…"
