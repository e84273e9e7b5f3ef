"""A report as JUnit XML, which build servers show test by test."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_junit(report: Mapping[str, Any], path: Path) -> None:
    """Writes one suite of what the run must reach, and one of its cases. Raises OSError.

    A case fails when it broke, or was right in the baseline and is not any more. One that is merely not right is
    skipped: whether there are too many of those is for the thresholds to say.
    """
    with path.open("w", encoding="utf-8") as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n')
        file.write(_gate(report))
        lost = set((report["baseline"] or {"lost": ()})["lost"])
        told = {case["id"]: case["scores"] for case in report["cases"]}
        failures = sum(id in lost or one["failed"] for id, one in told.items())
        skipped = sum(not (one["right"] or id in lost or one["failed"]) for id, one in told.items())
        name = _attribute(f"{report['set']['name']} cases")
        file.write(f'<testsuite name={name} tests="{len(told)}" failures="{failures}" skipped="{skipped}">\n')
        for case in report["cases"]:
            file.write(_case(case, report, case["id"] in lost))
        file.write("</testsuite>\n</testsuites>\n")


def _gate(report: Mapping[str, Any]) -> str:
    breaches = report["breaches"]
    suite = _attribute(f"{report['set']['name']} gate")
    lines = [
        f'<testcase classname={suite} name="must hold {n}"><failure message={_attribute(breach)}/></testcase>'
        for n, breach in enumerate(breaches, 1)
    ] or [f'<testcase classname={suite} name="thresholds and baseline"/>']
    body = "\n".join(lines)
    return f'<testsuite name={suite} tests="{len(lines)}" failures="{len(breaches)}">\n{body}\n</testsuite>\n'


def _case(case: Mapping[str, Any], report: Mapping[str, Any], lost: bool) -> str:
    seconds = report["times"]["latency_ms"].get(case["id"], 0.0) / 1000
    head = (
        f"<testcase classname={_attribute(report['set']['name'] + '.' + case['type'])} "
        f'name={_attribute(case["id"] + ": " + case["question"])} time="{seconds:.3f}"'
    )
    why = f"{case['stage'] or 'not right'}: {case['failure'] or (case['answer'] or {}).get('text', '')}"
    if lost or case["scores"]["failed"]:
        return f"{head}><failure message={_attribute(why)}>{escape(_clean(why))}</failure></testcase>\n"
    return f"{head}/>\n" if case["scores"]["right"] else f"{head}><skipped message={_attribute(why)}/></testcase>\n"


def _attribute(text: str) -> str:
    return quoteattr(_clean(text))


def _clean(text: str) -> str:
    return _NOT_XML.sub("�", text)
