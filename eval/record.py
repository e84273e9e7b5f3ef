"""What came of each case as plain values, written to disk while a run goes on: memory stays flat over any number."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from typing import Any

from ..index import Article, Hit
from ..rag import Answer, to_json
from .cases import Case, Place
from .run import Outcome

AROUND = 300  # characters told on either side of a quote whose passage is not among those found


class CaseLog:
    """Cases as JSON lines in a temporary file, gone when closed; iterating reads them again, in their order."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - open as long as the log is
        self._count = 0

    def add(self, case: Mapping[str, Any]) -> None:
        """Writes one case behind the others."""
        self._file.write(json.dumps(case, ensure_ascii=False) + "\n")
        self._count += 1

    def lines(self) -> Iterator[str]:
        """The JSON of each case."""
        self._file.seek(0)
        for line in self._file:
            yield line.rstrip("\n")

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return map(json.loads, self.lines())

    def __len__(self) -> int:
        return self._count

    def close(self) -> None:
        """Removes the file."""
        self._file.close()


def case_record(outcome: Outcome, texts: Mapping[str, Article]) -> dict[str, Any]:
    """A case with what was expected, what came, what it scored, and the stage it was lost at; without any times."""
    case = outcome.case
    return {
        "id": case.id,
        "question": case.question,
        "type": case.kind,
        "flavour": case.flavour,
        "history": [{"role": turn.role, "text": turn.text} for turn in case.history],
        "expected": _expected(case, texts),
        "answer": _answer(outcome.answer),
        "failure": outcome.failure or None,
        "stage": outcome.stage,
        "scores": outcome.scores.to_json(),
    }


def _expected(case: Case, texts: Mapping[str, Article]) -> dict[str, Any]:
    return {
        "unanswerable": case.unanswerable,
        "answers": list(case.answers),
        "items": list(case.items),
        "evidence": [_place(place, texts[place.article_id]) for place in case.evidence],
    }


def _place(place: Place, article: Article) -> dict[str, Any]:
    return {
        "article_id": place.article_id,
        "source": article.source,
        "title": article.title,
        "quote": article.text[place.start : place.end],
        "start": place.start,
        "end": place.end,
    }


def _answer(answer: Answer | None) -> dict[str, Any] | None:
    """The answer less what would make a report of thousands of cases too large: the texts of uncited passages."""
    if answer is None:
        return None
    told = to_json(answer)
    told["passages"] = [{k: v for k, v in passage.items() if k != "text"} for passage in told["passages"]]
    for citation, cited in zip(told["citations"], answer.citations, strict=True):
        start, end = _around(cited.article, cited.start, cited.end, answer.hits)
        citation["around"] = {"start": start, "text": cited.article.text[start:end]}
    trace = told["trace"]
    told["asked_as"] = trace.get("question", told["question"])
    told["trace"] = {
        "retrieved": len(trace.get("retrieved", ())),
        "stages": [{k: v for k, v in one.items() if k != "ms"} for one in trace.get("stages", ())],
        "passages": trace.get("passages", []),
        "withheld": (trace.get("withheld") or {}).get("text"),
    }
    return told


def _around(article: Article, start: int, end: int, hits: tuple[Hit, ...]) -> tuple[int, int]:
    """The passage that a quote was cut from, or some characters around it."""
    for hit in hits:
        passage = hit.passage
        if passage.article_id == article.id and passage.start <= start and end <= passage.end:
            return passage.start, passage.end
    return max(0, start - AROUND), min(len(article.text), end + AROUND)
