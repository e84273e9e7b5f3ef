"""The `pincite` command: reads the arguments, calls one function, prints."""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from ..eval.command import app as eval_app
from .days import first_day, last_day

if TYPE_CHECKING:
    from ..rag import Library

app = typer.Typer(
    name="pincite",
    help="Ask your articles. Every answer is pinned to the exact words it came from.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Home = Annotated[
    Path | None, typer.Option("--home", metavar="FOLDER", help="Folder of the library [env: PINCITE_HOME].")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout and nothing else.")]
Model = Annotated[
    str | None, typer.Option("--model", metavar="M", help="Who answers: reader, sentences, or a chat model's name.")
]
Fallback = Annotated[
    bool | None,
    typer.Option("--fallback/--no-fallback", help="When a chat model fails, the local reader answers and says so."),
]
AllowPrivate = Annotated[
    bool, typer.Option("--allow-private", help="Let addresses lead into private networks, and to any port.")
]
Columns = Annotated[
    str | None,
    typer.Option("--columns", metavar="LIST", help="Columns of a CSV or JSON file, as text=body,title=headline."),
]
Source = Annotated[str | None, typer.Option("--source", metavar="S", help="Only articles whose source contains S.")]
Since = Annotated[str | None, typer.Option("--since", metavar="DATE", help="Only articles published on DATE or later.")]
Until = Annotated[
    str | None, typer.Option("--until", metavar="DATE", help="Only articles published on DATE or earlier.")
]


@app.callback(invoke_without_command=True)
def top(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    """Ask your articles. Every answer is pinned to the exact words it came from."""
    if version:
        from importlib.metadata import version as version_of

        print(f"pincite {version_of('pincite')}")
        raise typer.Exit


@app.command(epilog="Example: pincite add articles/ report.pdf https://example.org/story.html")
def add(
    places: Annotated[list[str], typer.Argument(metavar="PATH_OR_URL...", help="Files, folders, pages, feeds.")],
    home: Home = None,
    json: Json = False,
    columns: Columns = None,
    allow_private: AllowPrivate = False,
) -> None:
    """Add files, folders, web pages, feeds, lists of feeds (OPML), tables (CSV, JSON lines); a bad one never stops
    the rest."""
    from .show import adding, show_added

    told = _columns(columns)
    with _library(home) as library, adding(quiet=json) as on_progress:
        outcomes = library.add(places, allow_private=allow_private or None, columns=told, on_progress=on_progress)
    raise typer.Exit(show_added(outcomes, as_json=json))


@app.command(epilog="Example: pincite sync ~/articles --watch")
def sync(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder to follow.")],
    home: Home = None,
    json: Json = False,
    watch: Annotated[bool, typer.Option("--watch", help="Go on following it until stopped with Ctrl-C.")] = False,
) -> None:
    """Make the library follow a folder: add the new, replace the changed, remove the gone; a file that was moved or
    renamed stays the same article."""
    from .show import adding
    from .stored import show_synced
    from .watching import keep_up

    def look(only_changes: bool) -> int:
        with _library(home) as library, adding(quiet=json) as on_progress:
            synced = library.sync(folder, on_progress=on_progress)
        return show_synced(synced, as_json=json) if synced.changed or not only_changes else 0

    raise typer.Exit(keep_up(folder, look) if watch else look(False))


@app.command("list", epilog="Example: pincite list --json")
def list_(home: Home = None, json: Json = False) -> None:
    """List the articles, the newest added first."""
    from .show import show_entries

    with _library(home) as library:
        show_entries(library.entries(), as_json=json)


@app.command(epilog="Example: pincite show 3f2a9c0d1e4b --version 1")
def show(
    id: Annotated[str, typer.Argument(metavar="ID", help="An article's id, as `pincite list` shows it.")],
    home: Home = None,
    json: Json = False,
    versions: Annotated[bool, typer.Option("--versions", help="List its versions instead.")] = False,
    version: Annotated[int | None, typer.Option("--version", metavar="N", help="Show an older version.")] = None,
) -> None:
    """Show one article: what is known of it, and its whole stored text."""
    from .stored import show_stored, show_versions

    with _library(home) as library:
        if versions:
            show_versions(library.versions(id), as_json=json)
        else:
            show_stored(library, id, version, as_json=json)


@app.command(epilog="Example: pincite remove 3f2a9c0d1e4b")
def remove(
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="Ids, as `pincite list` shows them.")],
    home: Home = None,
    json: Json = False,
) -> None:
    """Remove articles from every store."""
    from .show import show_removed

    with _library(home) as library:
        show_removed(library.remove(ids), as_json=json)


@app.command(epilog='Example: pincite ask "How many prisoners were exchanged?" --since 2025-01-01')
def ask(
    question: Annotated[str, typer.Argument(metavar="QUESTION")],
    home: Home = None,
    json: Json = False,
    source: Source = None,
    since: Since = None,
    until: Until = None,
    model: Model = None,
    fallback: Fallback = None,
) -> None:
    """One answer from your articles, with the words it rests on."""
    from ..rag import Filters
    from .show import show_answer

    filters = Filters(source, _day(since, first_day, "--since"), _day(until, last_day, "--until"))
    with _library(home, fallback=fallback) as library:
        show_answer(library.ask(question, filters=filters, model=model), as_json=json)


@app.command(epilog="Example: pincite chat")
def chat(home: Home = None, model: Model = None, fallback: Fallback = None) -> None:
    """Ask one question after another; each may lean on those before it."""
    from .chat import converse

    with _library(home, fallback=fallback) as library:
        converse(library, model=model)


@app.command(epilog="Example: pincite serve --demo --port 7860")
def serve(
    demo: Annotated[bool, typer.Option("--demo", help="Add the demo articles to an empty library.")] = False,
    host: Annotated[str | None, typer.Option("--host", metavar="H", help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option("--port", metavar="P", help="Port; 0 takes a free one.")] = None,
    auth: Annotated[
        str | None, typer.Option("--auth", metavar="NAME:PASSWORD", help="Who may sign in; spaces between several.")
    ] = None,
    open_to_all: Annotated[
        bool, typer.Option("--open-to-all", help="Listen elsewhere than on this machine without any password.")
    ] = False,
    base_path: Annotated[
        str | None, typer.Option("--base-path", metavar="PATH", help="Path the window lives below, behind a proxy.")
    ] = None,
    allow_private: AllowPrivate = False,
    open_browser: Annotated[bool, typer.Option("--open", help="Open the window in the browser.")] = False,
    fallback: Fallback = None,
    home: Home = None,
) -> None:
    """The chat window and the HTTP API, on this machine only unless told otherwise."""
    from ..rag import open_library
    from .demo import add_demo, demo_questions
    from .server import serve as serve_library

    given = {"host": host, "port": port, "auth": auth, "open_to_all": open_to_all or None, "base_path": base_path}
    given["allow_private"] = allow_private or None
    with open_library(home, fallback=fallback, **given) as library:
        if demo:
            add_demo(library)
        # Who asks in a window cannot add a flag to the question.
        shown = library.varied(fallback=True) if library.settings.fallback is None else library
        serve_library(shown, examples=demo_questions(library), open_browser=open_browser)


app.add_typer(eval_app, name="eval")


@app.command(epilog="Example: pincite read https://example.org/story.html")
def read(
    place: Annotated[str, typer.Argument(metavar="PATH_OR_URL", help="A file, a page, a feed, a table, a folder.")],
    json: Json = False,
    columns: Columns = None,
    allow_private: AllowPrivate = False,
) -> None:
    """Show what would be stored (title, authors, date, text) and store nothing."""
    from ..index import Reading, read_all
    from .show import show_read

    found = read_all([place], Reading(allow_private, _columns(columns)))
    raise typer.Exit(show_read(found, as_json=json))


@app.command(epilog="Example: pincite ask ... --json > answer.json; pincite verify answer.json")
def verify(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="What `pincite ask --json` printed, or the window exported.")
    ],
    home: Home = None,
    json: Json = False,
) -> None:
    """Re-check an exported answer against the stored articles."""
    from ..rag import verify as verify_file
    from .show import show_verified

    with _library(home) as library:
        code = show_verified(verify_file(file, library), as_json=json)
    raise typer.Exit(code)


@app.command("export-library", epilog="Example: pincite export-library backup.zip")
def export_library(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write; it must not exist yet.")],
    home: Home = None,
) -> None:
    """Write the whole library to one file, also while it is in use: every version, conversations, own cases."""
    from ..rag import export_library as export
    from .stored import show_packed

    show_packed(export(file, home), f"written to {file}")


@app.command("import-library", epilog="Example: pincite import-library backup.zip --home restored")
def import_library(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `pincite export-library` wrote.")],
    home: Home = None,
) -> None:
    """Make a library from such a file, where there is none yet; the embedding model is not needed for it."""
    from ..rag import import_library as restore
    from .stored import show_packed

    show_packed(restore(file, home), "restored")


@app.command(epilog="Example: pincite reindex")
def reindex(home: Home = None) -> None:
    """Embed every stored article again with the configured embedder; ask as usual afterwards."""
    from ..rag import reindex as reindex_library

    print(f"{reindex_library(home):,} passages embedded again")


@app.command(epilog="Example: pincite doctor")
def doctor(
    home: Home = None,
    json: Json = False,
    repair: Annotated[bool, typer.Option("--repair", help="Mend what differs.")] = False,
) -> None:
    """What is installed and configured, whether the stores agree, what is wrong and its cure."""
    from .doctor import examine, show_findings

    raise typer.Exit(show_findings(examine(home, repair=repair), as_json=json))


def main() -> NoReturn:
    """Runs the command; every error of ours is one line on stderr and exit 1, never a traceback."""
    # Both phone home by default; the variables must stand before the libraries are imported.
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
    try:
        app()
    except KeyboardInterrupt:
        _fail("stopped", code=130)
    except BrokenPipeError:
        # Whoever read our output has left, as `pincite list | head` does; python must not complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as err:  # noqa: BLE001 - the last line of defence: no traceback for a user
        _fail(_in_words(err))
    sys.exit(0)


def _in_words(err: Exception) -> str:
    from ..index import PinciteError

    if os.environ.get("PINCITE_DEBUG"):
        raise err
    if isinstance(err, PinciteError):
        return str(err)
    return f"something went wrong inside pincite ({type(err).__name__}: {err}); PINCITE_DEBUG=1 shows where"


def _fail(message: str, *, code: int = 1) -> NoReturn:
    print(f"pincite: {' '.join(message.split())}", file=sys.stderr)
    sys.exit(code)


def _library(home: Path | None, *, fallback: bool | None = None) -> Library:
    from ..rag import open_library

    return open_library(home, fallback=fallback)


def _columns(told: str | None) -> dict[str, str]:
    from ..index import parsed_columns

    try:
        return parsed_columns(told) if told is not None else {}
    except ValueError as err:
        raise typer.BadParameter(str(err), param_hint="--columns") from err


def _day(text: str | None, parse: type | object, name: str) -> date | None:
    if text is None:
        return None
    try:
        return parse(text)  # type: ignore[operator]
    except ValueError as err:
        raise typer.BadParameter(str(err), param_hint=name) from err
