"""What the terminal prints of a library as it is kept: versions, copies, changes of a `sync`, contents of an export."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ..index import Entry, Packed
from ..rag import Library, Synced
from .show import counted, err, failures, notes, out, print_json, show_article, summary

SYNCED_SHOWN = 20  # changes of a `sync` that are named; the others are counted


def show_synced(synced: Synced, *, as_json: bool) -> int:
    """Prints what a `sync` changed; the exit code: 1 when any failed."""
    counts = Counter(outcome.status for outcome in synced.outcomes)
    if as_json:
        gone = [{"article_id": entry.id, "title": entry.title, "source": entry.source} for entry in synced.removed]
        moved = [asdict(one) for one in synced.moved]
        articles = [asdict(outcome) for outcome in synced.outcomes]
        print_json({**counted(counts), "articles": articles, "moved": moved, "removed": gone})
        return 1 if counts["failed"] else 0
    lines = [f"{one.status} {one.source}" for one in synced.outcomes if one.status in ("added", "updated")]
    lines += [f"moved {one.before} to {one.source}" for one in synced.moved]
    lines += [f"removed {entry.source}" for entry in synced.removed]
    for line in lines[:SYNCED_SHOWN]:
        err.print(escape(line))
    if len(lines) > SYNCED_SHOWN:
        err.print(f"and {len(lines) - SYNCED_SHOWN:,} more")
    failures(synced.outcomes)
    notes(synced.outcomes)
    out.print(f"{summary(counts)}, {len(synced.moved)} moved, {len(synced.removed)} removed")
    return 1 if counts["failed"] else 0


def show_stored(library: Library, id: str, version: int | None, *, as_json: bool) -> None:
    """Prints a stored article, the newest version or the one asked for; an old one says that there is a newer."""
    article = library.article(id, version)
    newest, copies = library.versions(id)[0].version, library.copies(id)
    passages = len(library.passages(id)) if article.version == newest else None
    if as_json:
        known = asdict(article) | ({} if passages is None else {"passages": passages})
        print_json(known | {"newest": newest, "copies": [asdict(copy) for copy in copies]})
        return
    if article.version != newest:
        err.print(f"[yellow]version {article.version}[/yellow]; version {newest} is newer: `pincite show {escape(id)}`")
    show_article(article, passages, as_json=False)
    for copy in copies:
        err.print(f"[dim]copy[/dim] {copy.id} {escape(copy.title)} [dim]({escape(copy.source)})[/dim]")


def show_versions(versions: Sequence[Entry], *, as_json: bool) -> None:
    """Prints a table of an article's versions, the newest first."""
    if as_json:
        print_json([asdict(one) for one in versions])
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("version", "stored", "published", "title"):
        table.add_column(name, overflow="ellipsis", no_wrap=name != "title", max_width=60)
    table.add_column("characters", justify="right")
    for one in versions:
        stored = f"{one.added_at.astimezone():%Y-%m-%d %H:%M}"
        table.add_row(str(one.version), stored, str(one.published or "–"), escape(one.title), f"{one.characters:,}")
    Console(highlight=False, width=None if out.is_terminal else 200).print(table)
    err.print(f"`pincite show {versions[0].id} --version N` shows one of them; questions are answered from the newest")


def show_packed(packed: Packed, where: str) -> None:
    """Prints what an export holds."""
    size = sum(int(known["bytes"]) for known in packed.files.values())
    out.print(escape(f"{packed.articles:,} articles, {packed.passages:,} passages, {size / 1e6:,.1f} MB: {where}"))
