"""Questions that are asked over a library, and not over articles of their own: a table with questions and answers, a
Ragas data set, or the cases that a person made in the window."""

from __future__ import annotations

import csv
import io
import json
from ast import literal_eval
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..index import Article
from ..rag import Library, own_cases_file
from .articles import ArticleNames
from .cases import Case, CaseSet, read_case
from .rows import Row, SetBroken, read_rows

LOOSE_ENDINGS = (".csv", ".tsv", ".jsonl", ".jsonl.gz")

# What others call a question and its accepted answer; Ragas says user_input and reference.
_QUESTION = ("question", "user_input", "query", "prompt")
_ANSWER = ("answers", "all_answers", "answer", "reference", "ground_truth", "ground_truths", "expected")
_CONTEXTS = ("reference_contexts", "ground_truth_contexts")
_ROLES = {"human": "user", "user": "user", "ai": "assistant", "assistant": "assistant"}


def load_loose(path: Path, library: Library) -> CaseSet:
    """The cases in the file `path`, asked over all articles of `library`. Raises SetBroken naming the line.

    Each row has a question and an accepted answer ("a | b" for either of two); an empty answer expects a refusal.
    """
    articles = [library.article(entry.id) for entry in library.entries()]
    names = _names(articles)
    cases: dict[str, Case] = {}
    for row in _rows(path):
        case = _case(row, names)
        if case.id in cases:
            raise row.broken(f'the id "{case.id}" stands a second time; give each case its own')
        cases[case.id] = case
    if not cases:
        raise SetBroken(f"{path}: it holds no question; add at least one")
    return CaseSet(path.name.partition(".")[0], path.parent, tuple(articles), tuple(cases.values()))


def load_mine(library: Library) -> CaseSet:
    """The cases that were made in the window of this library. Raises SetBroken when there are none yet."""
    path = own_cases_file(library.home)
    if not path.is_file():
        raise SetBroken(f"{path}: there are no own cases yet; make one from an answer in the window, then ask again")
    return load_loose(path, library)


def _rows(path: Path) -> Iterator[Row]:
    if path.suffix not in (".csv", ".tsv"):
        yield from read_rows(path)
        return
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as err:
        raise SetBroken(f"{path}: it cannot be read ({err}); save it as UTF-8") from err
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    for number, values in enumerate(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter), start=2):
        named = {name.strip().lower(): value for name, value in values.items() if name}
        if any(value and value.strip() for value in named.values() if isinstance(value, str)):
            yield Row(path, number, named)


def _case(row: Row, names: ArticleNames) -> Case:
    values = dict(row.values)
    question, history = _asked(row)
    answers = _answers(row)
    evidence, lost = _found(row, names)
    unanswerable = bool(values.get("unanswerable", not answers and not values.get("items")))
    given: dict[str, Any] = {
        "id": str(values.get("id") or f"{row.path.name.partition('.')[0]}-{row.line}"),
        "question": question,
        "type": values.get("type") or ("unanswerable" if unanswerable else "question"),
        "flavour": values.get("flavour"),
        "answers": [] if unanswerable else answers,
        "items": values.get("items"),
        "unanswerable": unanswerable,
        "evidence": evidence,
        "history": values.get("history") or history,
        "doc_ids": values.get("doc_ids"),
    }
    case = read_case(Row(row.path, row.line, given), names)
    return Case(**{**{name: getattr(case, name) for name in Case.__dataclass_fields__}, "lost": lost})


def _asked(row: Row) -> tuple[str, list[dict[str, str]]]:
    """The question, and the turns before it when a Ragas conversation is given."""
    key = next((key for key in _QUESTION if row.has(key)), None)
    if key is None:
        raise row.broken('it has no question; name its column "question"')
    said = row.values[key]
    said = _listed(said) if isinstance(said, str) and said.startswith("[{") else said
    if isinstance(said, str) and said.strip():
        return said.strip(), []
    turns = [
        {"role": _ROLES[one["type"]], "text": one["content"]}
        for one in (said if isinstance(said, list) else ())
        if isinstance(one, dict) and one.get("type") in _ROLES and isinstance(one.get("content"), str)
    ]
    last = next((n for n in reversed(range(len(turns))) if turns[n]["role"] == "user"), None)
    if last is None:
        raise row.broken(f'"{key}" holds no question')
    return turns[last]["text"], turns[:last]


def _answers(row: Row) -> list[str]:
    key = next((key for key in _ANSWER if key in row.values), None)
    if key is None:
        raise row.broken('it has no answer; name its column "answer", and leave it empty to expect a refusal')
    given = row.values[key]
    several = given.split(" | ") if isinstance(given, str) else given or []
    if not isinstance(several, list) or not all(isinstance(one, str) for one in several):
        raise row.broken(f'"{key}" must be a text or a list of texts')
    return [one.strip() for one in several if one.strip()]


def _found(row: Row, names: ArticleNames) -> tuple[list[dict[str, Any]], int]:
    """The evidence that still stands in an article, in an evaluation set's form, and how many pieces do not."""
    pieces = [*row.mappings("evidence"), *({"quote": text} for text in _contexts(row))]
    places = [place for piece in pieces if (place := _place(piece, names))]
    return places, len(pieces) - len(places)


def _contexts(row: Row) -> list[str]:
    given = next((row.values[key] for key in _CONTEXTS if row.has(key)), [])
    if isinstance(given, str):
        listed = _listed(given)
        given = [given] if listed is None else listed
    return [one.strip() for one in given if isinstance(one, str) and one.strip()] if isinstance(given, list) else []


def _listed(text: str) -> list[Any] | None:
    """The list that a table's cell holds: JSON, or Python's own form, which is what Ragas writes into a CSV file."""
    for read in (json.loads, literal_eval):
        with suppress(ValueError, SyntaxError):
            if isinstance(found := read(text), list):
                return found
    return None


def _place(piece: Mapping[str, Any], names: ArticleNames) -> dict[str, Any] | None:
    """Where the words of `piece` stand now: an article may have got another text since the case was made."""
    quote, start = piece.get("quote"), piece.get("start")
    home = names.by_name.get(str(piece.get("article_id", "")))
    if home is not None and isinstance(start, int) and isinstance(end := piece.get("end"), int):
        stands = home.text[start:end]
        if 0 <= start < end <= len(home.text) and quote in (None, stands):
            return {"article_id": home.id, "start": start, "end": end, "quote": stands}
    if not isinstance(quote, str) or not quote:
        return None
    for article in [home] if home is not None else dict.fromkeys(names.by_name.values()):
        at = article.text.find(quote)
        if at >= 0:
            return {"article_id": article.id, "start": at, "end": at + len(quote), "quote": quote}
    return None


def _names(articles: list[Article]) -> ArticleNames:
    """A library's articles go by their id or their source."""
    return ArticleNames({name: one for one in articles for name in (one.source, one.id)}, {})
