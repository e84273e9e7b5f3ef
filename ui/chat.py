"""A conversation in the terminal."""

from __future__ import annotations

from contextlib import suppress

from ..rag import Library, PinciteError, Turn
from .show import err, out, show_evidence

REMEMBERED = 8  # turns passed on with a question


def converse(library: Library, *, model: str | None = None) -> None:
    """Asks for questions and answers them until an empty line, "exit" or the end of the input."""
    with suppress(ImportError):
        import readline  # noqa: F401 - line editing and history, where the platform has it
    count = len(library.entries())
    err.print(f"{count:,} articles. Ask; an empty line ends.", style="dim")
    history: list[Turn] = []
    while question := _asked():
        try:
            text = _answered(library, question, history, model)
        except PinciteError as fault:
            err.print(f"pincite: {fault}", style="red", markup=False)
            continue
        history = [*history, Turn("user", question), Turn("assistant", text)][-REMEMBERED:]


def _asked() -> str:
    try:
        question = input("\n> ").strip()
    except EOFError:
        return ""
    return "" if question.lower() in ("exit", "quit", "bye") else question


def _answered(library: Library, question: str, history: list[Turn], model: str | None) -> str:
    text = ""
    for event in library.stream(question, history=history, model=model):
        if event.kind == "text":
            out.print(event.text, end="", markup=False)
        if event.answer is not None:
            out.print()
            show_evidence(event.answer)
            text = event.answer.text
    return text
