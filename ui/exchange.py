"""One question and what came of it, as the page shows it: read from an answer's JSON, kept or just made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from ..rag import Answer, Citation, Doubt, Said, Turn, to_json

TURNS_SENT = 6  # exchanges before a question that are its history
NEAR_CHARS = 180  # of a passage shown beneath a refusal


@dataclass(frozen=True, slots=True)
class Pin:
    """A place in an article, and what a reader wants to know before going there."""

    marker: int  # 0: a passage that no marker points at
    article_id: str
    version: int
    start: int
    end: int
    title: str
    source: str
    quote: str
    span: tuple[int, int] | None = None
    published: date | None = None
    page: int | None = None
    supported: bool = True
    why: str = ""  # not supported: the reason
    copies: int = 0  # other articles with the same text


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question with the answer so far. `state` tells how the page shows it."""

    question: str
    state: Literal["working", "done", "stopped", "failed"] = "working"
    stage: str = ""
    text: str = ""
    pins: tuple[Pin, ...] = ()
    values: tuple[tuple[str, tuple[int, ...]], ...] = ()  # where articles disagree: value, markers
    refused: bool = False
    reason: str = ""
    missing: tuple[str, ...] = ()
    doubts: tuple[Doubt, ...] = ()  # statements in `text` that nothing bears out
    note: str = ""  # of how it came about: broken off, or another answered
    model: str = ""
    confidence: float = 0.0
    trace: Mapping[str, Any] | None = None
    verdict: str = ""  # what its reader thinks of it

    @classmethod
    def of(cls, said: Said) -> Exchange:
        """What was kept, as it was shown."""
        exchange = cls(said.question, verdict=str(said.judged.get("verdict", "")))
        return replace(exchange.shown(said.answer), state=said.state)

    def answered(self, answer: Answer) -> Exchange:
        """This exchange, finished with `answer`."""
        return self.shown(to_json(answer))

    def shown(self, told: Mapping[str, Any]) -> Exchange:
        """This exchange, finished with an answer as `to_json` makes it."""
        refused = bool(told["refused"])
        pins = near(told) if refused else [_pin(one) for one in told["citations"]]
        return replace(
            self,
            state="done",
            stage="",
            text=told["text"],
            pins=tuple(pins),
            values=tuple((one["text"], tuple(one["markers"])) for one in told.get("values", ())),
            refused=refused,
            reason=told["reason"] or "",
            missing=tuple(told["missing"]),
            doubts=tuple(
                Doubt(one["start"], one["end"], tuple(one["markers"]), one["why"]) for one in told.get("doubts", ())
            ),
            note=told.get("note", ""),
            model=told["model"],
            confidence=told["confidence"],
            trace=told["trace"],
        )

    @property
    def ms(self) -> float:
        """How long the answer took, 0 when nobody measured it."""
        return float((self.trace or {}).get("ms") or 0.0)


def turns(past: tuple[Exchange, ...]) -> tuple[Turn, ...]:
    """The history for the next question, oldest first; what failed is left out."""
    said = [one for one in past if one.state != "failed"][-TURNS_SENT:]
    pairs = [(Turn("user", one.question), Turn("assistant", one.text)) for one in said]
    return tuple(turn for pair in pairs for turn in pair if turn.text)


def pin_of(citation: Citation) -> Pin:
    """The place of a citation."""
    return _pin(to_json(Answer("", "", (citation,)))["citations"][0])


def _pin(citation: Mapping[str, Any]) -> Pin:
    span = citation.get("span")
    copies = citation.get("copies") or ()
    return Pin(
        marker=citation["marker"],
        quote=citation["quote"],
        span=(span[0], span[1]) if span else None,
        page=citation.get("page"),
        supported=citation["supported"],
        why=citation.get("why") or "",
        copies=copies if isinstance(copies, int) else len(copies),
        **_about(citation),
    )


def near(told: Mapping[str, Any]) -> list[Pin]:
    """The passages nearest to a refused question: how each begins, or the sentence in it that came closest."""
    closest = ((told["trace"] or {}).get("withheld") or {}).get("citations", ())
    return [_near(passage, closest) for passage in told["passages"]]


def _near(passage: Mapping[str, Any], closest: Iterable[Mapping[str, Any]]) -> Pin:
    for place in closest:
        start, end = place["start"], place["end"]
        if place["article_id"] == passage["article_id"] and passage["start"] <= start < end <= passage["end"]:
            sentence = passage["text"][start - passage["start"] : end - passage["start"]]
            return Pin(marker=0, quote=beginning(sentence), **_about({**passage, "start": start, "end": end}))
    return Pin(marker=0, quote=beginning(passage["text"]), **_about(passage))


def beginning(text: str) -> str:
    """How a passage begins, on one line: at most NEAR_CHARS characters, a dot between a heading and what follows it."""
    line = " · ".join(" ".join(block.split()) for block in text.split("\n\n") if block.strip())
    return line if len(line) <= NEAR_CHARS else line[:NEAR_CHARS].rsplit(" ", 1)[0] + " …"


def _about(place: Mapping[str, Any]) -> dict[str, Any]:
    published = place["published"]
    return {
        "article_id": place["article_id"],
        "version": place["version"],
        "start": place["start"],
        "end": place["end"],
        "title": place["title"],
        "source": place["source"],
        "published": date.fromisoformat(published) if published else None,
    }
