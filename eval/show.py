"""A report for people: printed in the terminal, or written as JSON, Markdown, HTML or JUnit XML."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any

from .gate import Thresholds
from .junit import write_junit
from .page import page
from .tables import (
    Rows,
    case_rows,
    flavour_rows,
    headline,
    kind_rows,
    lost_rows,
    metric_rows,
    stage_rows,
    turn_rows,
    verdict,
)

ENDINGS = (".json", ".md", ".html", ".xml")


def print_report(report: Mapping[str, Any], thresholds: Thresholds) -> None:
    """The metrics, the kinds, the stages and the verdict on stdout."""
    from rich.console import Console

    console = Console(highlight=False, markup=False)
    console.print(headline(report), style="bold")
    console.print(table(metric_rows(report, thresholds)))
    console.print(table(kind_rows(report)))
    if report["flavours"]:
        console.print(table(flavour_rows(report)))
    if report["turns"]:
        console.print(table(turn_rows(report)))
    if report["stages"]:
        console.print(table(stage_rows(report)))
    for id, stage, question, expected, came in lost_rows(report)[1:]:
        console.print(f"lost {id} ({stage}): {question} Expected: {expected}. Came: {came}", soft_wrap=True)
    for line in verdict(report):
        console.print(line, soft_wrap=True)


def write_report(report: Mapping[str, Any], thresholds: Thresholds, path: Path) -> list[Path]:
    """Writes `report` as its ending says: .json, .md, .html or .xml (JUnit); a folder gets all four, named by set,
    commit and settings. The files. Raises OSError."""
    if path.is_dir():
        return [
            file for ending in ENDINGS for file in write_report(report, thresholds, path / (report["name"] + ending))
        ]
    if path.suffix == ".xml":
        write_junit(report, path)
        return [path]
    if path.suffix == ".json":
        pieces = json_pieces(report)
    elif path.suffix == ".md":
        pieces = iter([as_markdown(report, thresholds)])
    else:
        pieces = page(report, thresholds)
    with path.open("w", encoding="utf-8") as file:
        file.writelines(pieces)
    return [path]


def json_pieces(report: Mapping[str, Any]) -> Iterator[str]:
    """The report as JSON, keys in their order, a piece for each case."""
    cases = report["cases"]
    before, after = json.dumps({**report, "cases": "\0"}, ensure_ascii=False, indent=1).split('"\\u0000"')
    yield before + "[\n"
    for number, line in enumerate(cases.lines()):
        yield (",\n" if number else "") + line
    yield "\n]" + after + "\n"


def as_markdown(report: Mapping[str, Any], thresholds: Thresholds) -> str:
    """Tables of the metrics, the kinds, the stages and the cases that were not right."""
    parts = [
        f"# {headline(report)}",
        "\n".join(f"- {_cell(line)}" for line in verdict(report)),
        markdown(lost_rows(report)) if lost_rows(report)[1:] else "",
        markdown(metric_rows(report, thresholds)),
        markdown(stage_rows(report)) if report["stages"] else "",
        markdown(kind_rows(report)),
        markdown(flavour_rows(report)) if report["flavours"] else "",
        markdown(turn_rows(report)) if report["turns"] else "",
        "<details><summary>Cases that were not right</summary>",
        markdown(case_rows(report)),
        "</details>",
        f"Made by `{report['command']}` at commit {report['commit'] or 'unknown'}.",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def table(rows: Rows) -> Any:
    """The same for the terminal."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD)
    for number, name in enumerate(rows[0]):
        table.add_column(name, justify="right" if number else "left", overflow="fold")
    for row in rows[1:]:
        table.add_row(*row)
    return table


def markdown(rows: Rows) -> str:
    """`rows`, the first of them its head, as a Markdown table."""
    lines = ["| " + " | ".join(map(_cell, row)) + " |" for row in rows]
    return "\n".join([lines[0], "|" + " --- |" * len(rows[0]), *lines[1:]])


def _cell(text: str) -> str:
    """`text` in one table cell, with what Markdown or HTML would read as theirs made plain."""
    plain = " ".join(escape(text, quote=False).split())
    return re.sub(r"([\\`*_\[\]|])", r"\\\1", plain)
