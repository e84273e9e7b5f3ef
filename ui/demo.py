"""The demo articles: the same that the evaluation set asks about."""

from __future__ import annotations

import logging
from pathlib import Path

from ..index import ReadFailed, read_collection
from ..rag import Library

log = logging.getLogger(__name__)

NAME = "demo"
FOLDER = Path(__file__).resolve().parent.parent / "eval" / "data" / "articles"

# One of each kind: a number, a date, one of two articles, one on which articles differ, one with a follow-up (the
# window asks what stands behind "Then:" as a second question), and one that the articles do not answer.
QUESTIONS = (
    "How many prisoners were exchanged?",
    "When did Hong Kong return to China?",
    "Where did the Webb telescope lift off, and from where was its first set of colour pictures broadcast?",
    "How many people died when the Titanic sank?",
    "Who was the last human being to be infected with smallpox in nature? Then: Where did he work?",
    "Who was the captain of the Ever Given?",
)


def add_demo(library: Library) -> int:
    """Adds the demo articles when the library is empty; how many were added."""
    own = [entry for entry in library.entries() if not entry.source.startswith(f"{NAME}/")]
    if own:
        log.warning("the library has articles of its own: the demo articles are left out (--home sets another)")
        return 0
    outcomes = library.add_articles(read_collection(FOLDER, NAME), total=sum(1 for _ in FOLDER.rglob("*.md")))
    failed = [outcome for outcome in outcomes if outcome.status == "failed"]
    if failed:
        raise ReadFailed(failed[0].source, failed[0].reason or "it could not be read")
    return sum(outcome.status in ("added", "updated") for outcome in outcomes)


def demo_questions(library: Library) -> tuple[str, ...]:
    """Questions to begin with, when the library holds the demo articles."""
    return QUESTIONS if any(entry.source.startswith(f"{NAME}/") for entry in library.entries()) else ()
