"""What is installed and configured, whether the stores agree, what is wrong and its cure."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from rich.markup import escape

from ..index import Health
from ..rag import Library, PinciteError, open_library, read_settings
from .show import out, print_json

PARTS = ("pincite", "chromadb", "tantivy", "onnxruntime", "tokenizers", "llama-index-core", "openai", "gradio")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. When it is not well, `told` says what is wrong and what to do."""

    part: str
    well: bool
    told: str


def examine(home: Path | None, *, repair: bool = False) -> list[Finding]:
    """What was found, in the order looked at. With `repair`, differences between the stores are mended first."""
    return [*_installed(), *_library(home, repair=repair)]


def _installed() -> Iterator[Finding]:
    yield Finding("python", True, f"{platform.python_version()} on {platform.system()} {platform.machine()}")
    for name in PARTS:
        try:
            yield Finding(name, True, version(name))
        except PackageNotFoundError:
            yield Finding(name, False, f"not installed: run `{sys.executable} -m pip install {name}`")


def _library(home: Path | None, *, repair: bool) -> Iterator[Finding]:
    try:
        settings = read_settings(home=home)
        yield Finding("library", True, str(settings.home))
        with open_library(home) as library:
            yield Finding("answers", True, library.answers_with)
            yield from _models(library)
            before = library.index.check()
            health = library.index.repair() if repair else before
            if repair:
                yield Finding("repaired", True, before.told or "nothing: the stores agree")
            counts = f"{health.articles:,} articles, {health.passages:,} passages"
            stores = f"catalog {health.passages:,}, vectors {health.vectors:,}, keywords {health.keywords:,} passages"
            yield Finding("catalog", True, counts)
            yield Finding("stores", health.well, "; ".join(filter(None, [stores, health.told, _cure(health, repair)])))
    except PinciteError as err:
        yield Finding("library", False, str(err))


def _models(library: Library) -> Iterator[Finding]:
    """Whether the models that run elsewhere answer, each by one small call; nothing where none is configured."""
    try:
        if told := library.try_model():
            yield Finding("model", True, told)
    except PinciteError as err:
        yield Finding("model", False, str(err))
    if library.settings.embedding.startswith("openai:"):
        try:
            [vector] = library.embedder.embed(["yes"])
            yield Finding("embedding", True, f"{library.embedder.name} answered with {len(vector)} numbers")
        except PinciteError as err:
            yield Finding("embedding", False, str(err))


def _cure(health: Health, repaired: bool) -> str:
    if health.well:
        return ""
    if not repaired:
        return "`pincite doctor --repair` mends it"
    return "what is left has to be added again: `pincite add` with the sources named"


def show_findings(findings: list[Finding], *, as_json: bool) -> int:
    """Prints what was found; the exit code: 1 when anything is not well."""
    sick = [finding for finding in findings if not finding.well]
    if as_json:
        print_json({"well": not sick, "findings": [asdict(finding) for finding in findings]})
    else:
        for finding in findings:
            mark = "[green]ok[/green]  " if finding.well else "[red]look[/red]"
            out.print(f"{mark} {finding.part:<17} {escape(finding.told)}")
        out.print("all is well" if not sick else f"{len(sick)} to mend")
    return 1 if sick else 0
