"""What the program knows of an answer, in words that anyone can read: how it came about, and what to try instead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .exchange import Exchange

SORRY = "Something went wrong here; the server's log has the details."

_READERS = {"reader": "Local reader", "sentences": "Local sentence reader"}

# The pipeline's stages, each as a sentence with the stage's own counts in it.
_STAGES = {
    "embed question": "Turned the question into numbers that stand for its meaning",
    "vectors": "Searched by meaning: {found} passages",
    "keywords": "Searched by words: {found} passages",
    "fuse": "Put both lists together and ranked all {candidates} passages",
    "copies": "Kept the best {kept}; copies of the same text left out: {dropped}",
    "read": "Read each passage for the answer: {spans} possible places",
    "answer": "Put the answer together and checked each quote against its article",
}

_SUGGESTIONS = {
    "library_empty": "Add files or a web address on the left.",
    "filter_empty": "Take a limit away below the question box.",
    "nothing_found": "Try the words an article would use, or add an article about this.",
    "not_answered": "Look at the nearest passages, or ask about what they do say.",
    "low_confidence": "Ask about one thing at a time and name it: who, where or when.",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step on the way to an answer, and how long it took ("" when nobody measured it)."""

    words: str
    ms: str = ""


def told_by(exchange: Exchange) -> str:
    """How sure, who answered, how long, over how many articles."""
    articles = int((exchange.trace or {}).get("articles") or 0)
    sure = f"{exchange.confidence:.0%} sure" if exchange.confidence and not exchange.refused else ""
    model = _READERS.get(exchange.model, exchange.model)
    searched = f"{articles:,} {'article' if articles == 1 else 'articles'} searched" if articles else ""
    parts = [part for part in (sure, model, _time(exchange.ms), searched) if part]
    return " · ".join(parts) or "Nothing was searched"


def suggestion(exchange: Exchange) -> str:
    """What to try after a refusal."""
    if exchange.missing and exchange.reason in ("not_answered", "nothing_found"):
        return "Check the spelling, try the words an article would use, or add an article about it."
    return _SUGGESTIONS.get(exchange.reason, _SUGGESTIONS["nothing_found"])


def trace_steps(exchange: Exchange) -> Iterator[Step]:
    """What was done for the answer, in its order."""
    trace = exchange.trace or {}
    searched = str(trace.get("question") or "")
    if searched and searched != exchange.question:
        yield Step(f"Understood the question as: {searched}")
    for stage in trace.get("stages") or ():
        yield Step(_stage(stage), _time(float(stage.get("ms") or 0)))
    for dropped in trace.get("dropped") or ():
        yield Step(f"Left out: {_pairs(dropped) if isinstance(dropped, Mapping) else dropped}")
    if addressing := trace.get("addressing"):
        yield Step(f"Told the model not to follow what speaks to it: in {len(addressing)} of the passages")
    if checked := trace.get("checked"):
        told = "Held each statement to the words it cites: {doubted} of {statements} doubted".format(**checked)
        yield Step(told, _time(float(checked.get("ms") or 0)))
    if "confidence" in trace:
        yield Step(f"Judged how sure the reader may be: {float(trace['confidence']):.0%}")


def _stage(stage: Mapping[str, Any]) -> str:
    name = str(stage.get("name", ""))
    try:
        return _STAGES[name].format(**stage)
    except KeyError:  # a stage, or a count, that this page has no sentence for
        rest = _pairs({key: value for key, value in stage.items() if key not in ("name", "ms")})
        return f"{name[:1].upper()}{name[1:]}" + (f": {rest}" if rest else "")


def _pairs(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{key} {value}" for key, value in values.items())


def _time(ms: float) -> str:
    if not ms:
        return ""
    return f"{ms / 1000:.1f} s" if ms >= 1000 else f"{max(ms, 1):.0f} ms"


def sentence_of(error: Exception) -> str:
    """The error's message as a sentence: a capital first, a full stop last."""
    text = str(error)
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def fault_of(fault: Any) -> str:
    """A validation fault in words, with the field it is in."""
    if fault["type"] == "json_invalid":
        return "The request's body is not JSON."
    field = ".".join(str(part) for part in fault["loc"] if part != "body")
    place = f"The request's {field}" if field else "The request"
    return f"{place}: {fault['msg'][:1].lower()}{fault['msg'][1:]}."
