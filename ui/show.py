"""What the terminal prints: results on stdout, everything for people about them on stderr."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from ..index import Added, Article, Entry, ReadFailed
from ..rag import Answer, Citation, Verified, to_json
from ..rag import Progress as Step
from .exchange import near

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def print_json(value: Any) -> None:
    """One JSON document on stdout; days and times in ISO form."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=_plain) + "\n")


def _plain(value: Any) -> str:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")


@contextmanager
def adding(*, quiet: bool) -> Iterator[Callable[[Step], None]]:
    """A progress bar for an `add`: done, total, articles a second, time left. On stderr, and only for people."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err, transient=True, disable=quiet or not err.is_terminal) as bar:
        task = bar.add_task("Adding", total=None)

        def on_progress(step: Step) -> None:
            bar.update(task, completed=step.done, total=step.total)

        yield on_progress


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.1f} articles/s" if task.speed else "")


def show_added(outcomes: Sequence[Added], *, as_json: bool) -> int:
    """Prints what became of each place; the exit code: 1 when any failed."""
    counts = Counter(outcome.status for outcome in outcomes)
    if as_json:
        print_json({**counted(counts), "articles": [asdict(outcome) for outcome in outcomes]})
    else:
        failures(outcomes)
        notes(outcomes)
        out.print(summary(counts))
    return 1 if counts["failed"] else 0


def counted(counts: Counter[str]) -> dict[str, int]:
    """How many of each outcome."""
    return {status: counts[status] for status in ("added", "updated", "same", "failed")}


def summary(counts: Counter[str]) -> str:
    """The same in a line."""
    return ", ".join(f"{count} {status}" for status, count in counted(counts).items())


def failures(outcomes: Sequence[Added]) -> None:
    """Prints what failed, and why."""
    for outcome in outcomes:
        if outcome.status == "failed":
            err.print(f"[red]failed[/red] {escape(outcome.source)}: {escape(outcome.reason or '')}")


def notes(outcomes: Sequence[Added]) -> None:
    """Prints what is to be known of the others."""
    for outcome in outcomes:
        if outcome.status != "failed" and outcome.reason:
            err.print(f"[yellow]note[/yellow] {escape(outcome.source)}: {escape(outcome.reason)}")


def show_entries(entries: Sequence[Entry], *, as_json: bool) -> None:
    """Prints a table of articles."""
    if as_json:
        print_json([asdict(entry) for entry in entries])
        return
    if not entries:
        err.print("There are no articles yet: add some with `pincite add PATH_OR_URL...`")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    sites = any(entry.site for entry in entries)
    for name in ("id", "published", "title", *(["site"] if sites else []), "source"):
        table.add_column(name, overflow="ellipsis", no_wrap=name != "title", max_width=24 if name == "site" else 48)
    table.add_column("passages", justify="right")
    for entry in entries:
        day = entry.published.isoformat() if entry.published else "–"
        site = [escape(entry.site)] if sites else []
        table.add_row(entry.id, day, escape(entry.title), *site, escape(_tail(entry.source)), str(entry.passages))
    # Piped to another program, rows are not folded to the width of a terminal that is not there.
    Console(highlight=False, width=None if out.is_terminal else 200).print(table)
    err.print("1 article" if len(entries) == 1 else f"{len(entries):,} articles")


def _tail(source: str, *, chars: int = 48) -> str:
    return source if len(source) <= chars else "…" + source[-chars + 1 :]


def show_article(article: Article, passages: int | None, *, as_json: bool) -> None:
    """Prints one article whole."""
    if as_json:
        known = asdict(article) | ({} if passages is None else {"passages": passages})
        print_json(known)
        return
    err.print(f"[bold]{escape(article.title)}[/bold]")
    known = {
        "id": article.id,
        "version": str(article.version) if passages is not None else "",
        "source": article.source,
        "site": article.site,
        "authors": ", ".join(article.authors),
        "published": article.published.isoformat() if article.published else "unknown",
        "language": article.language or "",
        "length": f"{len(article.text):,} characters" + (f" in {passages} passages" if passages else ""),
    }
    for name, value in known.items():
        if value:
            err.print(f"[dim]{name:>9}[/dim]  {escape(value)}")
    err.print()
    sys.stdout.write(article.text + "\n")


def show_read(found: Iterable[Article | ReadFailed], *, as_json: bool) -> int:
    """Prints one article whole, several in a line each; the exit code: 1 when any cannot be read.

    Raises ReadFailed when there is one place and nothing in it can be read.
    """
    everything = list(found)
    articles = [one for one in everything if isinstance(one, Article)]
    failed = [one for one in everything if isinstance(one, ReadFailed)]
    if not articles and len(failed) == 1:
        raise failed[0]
    if not failed and len(articles) == 1:
        if articles[0].note:
            err.print(f"[yellow]note[/yellow] {escape(articles[0].note)}")
        show_article(articles[0], None, as_json=as_json)
        return 0
    if as_json:
        reasons = [{"source": one.source, "reason": one.reason} for one in failed]
        print_json({"articles": [asdict(one) for one in articles], "failed": reasons})
        return 1 if failed else 0
    for one in everything:
        if isinstance(one, ReadFailed):
            err.print(f"[red]failed[/red] {escape(one.source)}: {escape(one.reason)}")
            continue
        if one.note:
            err.print(f"[yellow]note[/yellow] {escape(one.source)}: {escape(one.note)}")
        known = [
            str(one.published or "–"),
            f"{len(one.text):,} characters",
            ", ".join(one.authors),
            one.site,
            one.source,
        ]
        out.print(f"[bold]{escape(one.title)}[/bold]\n    {escape(' · '.join(filter(None, known)))}")
    err.print(f"{len(articles):,} articles, {len(failed):,} failed")
    return 1 if failed or not articles else 0


def show_removed(removed: Sequence[Entry], *, as_json: bool) -> None:
    """Prints what was removed."""
    if as_json:
        print_json([asdict(entry) for entry in removed])
        return
    for entry in removed:
        out.print(f"removed {entry.id} {escape(entry.title)}")


def show_answer(answer: Answer, *, as_json: bool) -> None:
    """Prints an answer and, below it, the words it rests on."""
    if as_json:
        print_json(to_json(answer))
        return
    out.print(escape(answer.text), style="yellow" if answer.refused else "bold")
    show_evidence(answer)


def show_evidence(answer: Answer) -> None:
    """Prints an answer's citations, or the passages nearest to a refused question."""
    for citation in answer.citations:
        out.print(f"\n[cyan]{escape(f'[{citation.marker}]')}[/cyan] {_whence(citation.article)}{_copies(citation)}")
        out.print(_quoted(citation))
        if not citation.supported:
            why = citation.why or "The statement says more than these words do."
            out.print(f"    [red]not borne out by these words:[/red] {escape(why)}")
    for doubt in (one for one in answer.doubts if not one.markers):
        out.print(f"\n[red]not borne out:[/red] “{escape(answer.text[doubt.start : doubt.end])}” {escape(doubt.why)}")
    if answer.note:
        out.print(f"\n{escape(answer.note)}", style="yellow")
    if answer.refused and answer.hits:
        out.print("\nNearest:", style="dim")
        for hit, pin in zip(answer.hits, near(to_json(answer)), strict=True):
            out.print(f"  {_whence(hit.article)}", style="dim")
            out.print(f"    {escape(pin.quote)}", style="dim")


def _whence(article: Article) -> str:
    day = f", {article.published}" if article.published else ""
    return f"{escape(article.title)} [dim]({escape(article.source)}{day})[/dim]"


def _copies(citation: Citation) -> str:
    count = len(citation.copies)
    return f" and {count} {'copy' if count == 1 else 'copies'}" if count else ""


def _quoted(citation: Citation) -> Text:
    text = Text("    “", style="")
    start, end = citation.span or (citation.start, citation.start)
    quote, at = citation.quote, citation.start
    text.append(" ".join(quote[: start - at].split(" ")))
    text.append(quote[start - at : end - at], style="bold green")
    text.append(quote[end - at :])
    text.append("”")
    return text


def show_verified(results: Sequence[Verified], *, as_json: bool) -> int:
    """Prints which citations hold; the exit code: 1 when any does not."""
    broken = [result for result in results if not result.holds]
    if as_json:
        print_json({"holds": not broken, "citations": [asdict(result) for result in results]})
    else:
        asked = ""
        for result in results:
            if result.question != asked and len({one.question for one in results}) > 1:
                out.print(escape(result.question), style="bold")
            asked = result.question
            mark = "[green]holds[/green] " if result.holds else "[red]broken[/red]"
            why = f": {escape(result.why)}" if result.why else ""
            out.print(f"{mark} {escape(f'[{result.marker}]')} {escape(result.title)}{why}")
        out.print(f"{len(results) - len(broken)} of {len(results)} citations hold")
    return 1 if broken else 0
