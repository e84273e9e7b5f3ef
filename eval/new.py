"""A new set of cases, begun from a library: its articles, and the proposals that a person accepted."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..index import PinciteError
from ..rag import Library
from .proposals import Proposal, propose

Ask = Callable[[str], str]  # what a person says to a proposal: "y", "n", "q", or a better question


def start_set(library: Library, folder: Path, count: int, *, ask: Ask | None = None) -> tuple[Path, int, int]:
    """The file of questions in `folder`, how many cases were kept, and how many were proposed.

    Each proposal is kept as `ask` says, all of them without it. Raises PinciteError when the library has no articles,
    or the folder has a set already.
    """
    entries = library.entries()
    if not entries:
        raise PinciteError(f"{library.home} holds no articles: add some with `pincite add`, then start a set from them")
    questions, articles = folder / "questions.jsonl", folder / "articles.jsonl"
    if taken := next((path for path in (questions, articles) if path.exists()), None):
        raise PinciteError(f"{taken}: there is a set already; name another folder")
    folder.mkdir(parents=True, exist_ok=True)
    kept: list[dict[str, Any]] = []
    proposed = 0
    for one in propose(library, count):
        proposed += 1
        said = "y" if ask is None else ask(_shown(one))
        if said.lower() in ("q", "quit"):
            break
        if said.lower() not in ("n", "no"):
            question = one.question if said.lower() in ("", "y", "yes") else said
            kept.append(_case(one, question, f"{folder.name}-{len(kept) + 1:03d}"))
    _write(questions, kept)
    _write(
        articles,
        [
            {"id": one.id, "title": one.title, "text": one.text, "published": str(one.published or "") or None}
            for one in (library.article(entry.id) for entry in entries)
        ],
    )
    return questions, len(kept), proposed


def _case(one: Proposal, question: str, id: str) -> dict[str, Any]:
    case: dict[str, Any] = {"id": id, "question": question, "type": one.kind, "unanswerable": not one.answer}
    if not one.answer:
        return {**case, "answers": [], "evidence": [], "near": one.article.id}
    evidence = {"article_id": one.article.id, "quote": one.quote, "start": one.start, "end": one.end}
    # "30,000 messages" may be told as "30,000" alone.
    answers = [one.answer, one.answer.split()[0]] if one.kind == "number" else [one.answer]
    return {**case, "answers": answers, "evidence": [evidence]}


def _shown(one: Proposal) -> str:
    expected = f"expects: {one.answer}\nfrom: {one.quote}" if one.answer else "expects a refusal"
    return f"{one.article.title}\nasks: {one.question}\n{expected}"


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
