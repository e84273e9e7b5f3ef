"""An answer without a language model: the words found, cited; or a refusal that says why."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import zip_longest

from ..index import Filters, Hit, content_words, stems
from .amounts import find_amounts
from .dates import find_days
from .question import kind_of
from .reading import Reading, Span
from .types import MARKER, Answer, Citation, Reason, Value

CLOSE = 1.0  # logits below the best within which a further sentence or list item is told too
DIFFERS = 3.0  # logits below the best within which another article's value is told, if it is as much on the subject
ALIKE = 6.0  # the same for an amount of the same thing: "4,100 litres" and "4,500 litres"
MOST_ITEMS = 6  # spans told in a list
NEAREST = 3  # passages shown with a refusal

_FOOTNOTE = re.compile(r"\s*" + MARKER.pattern)
_ONE_VALUE = ("number", "date", "person", "place")  # kinds of question that articles can answer differently


@dataclass(frozen=True, slots=True)
class Told:
    """One statement of an answer: its words, and the spans it rests on."""

    text: str
    spans: tuple[Span, ...]
    value: str = ""  # where articles disagree: what these give


def compose(question: str, readings: Sequence[tuple[str, Reading]], *, refuse_below: float) -> Answer:
    """The answer that the readings of each part of `question` support.

    A part whose reading is less sure than `refuse_below` (0 to 1) is said to be unanswered; a refusal when all are.
    """
    hits = in_turn([reading.hits for _, reading in readings])
    sure = [(part, reading) for part, reading in readings if reading.spans and reading.confidence >= refuse_below]
    confidence = min((reading.confidence for _, reading in sure), default=0.0)
    if not sure:
        confidence = max(reading.confidence for _, reading in readings)
        return refuse(question, _reason(hits, confidence, refuse_below), hits=hits, confidence=confidence)
    statements = {told.text: told for part, reading in sure for told in tell(part, reading)}
    answer = _cited(question, list(statements.values()), hits, confidence)
    answered = {part for part, _ in sure}
    unsaid = [f"The articles do not say: {plain(part)}" for part, _ in readings if part not in answered]
    return replace(answer, text="\n".join([answer.text, *unsaid]))


def tell(question: str, reading: Reading) -> list[Told]:
    """What a reading answers to one question, one item a statement."""
    kind = kind_of(question)
    best = reading.spans[0]
    if kind in _ONE_VALUE:
        values = _values(question, reading.spans)
        if len(values) > 1:
            said = [(_words(spans[0], reading.exact), spans) for spans in values]
            return [Told(f"{words} ({_whence(spans[0])}).", spans, words) for words, spans in said]
        if reading.exact:
            return [Told(_ended(_dated(best) if kind == "date" else best.text), values[0])]
    close = [span for span in reading.spans if best.score - span.score <= CLOSE]
    if not reading.exact or kind in ("reason", "yes/no"):
        wanted = 2 if not reading.exact and kind in ("reason", "list") else 1
        return [Told(plain(spans[0].sentence), spans) for spans in _same_sentence(close)[:wanted]]
    groups = _same_words(close)
    return [Told(_ended(spans[0].text), spans) for spans in (groups[:MOST_ITEMS] if kind == "list" else groups[:1])]


def _values(question: str, spans: Sequence[Span]) -> list[tuple[Span, ...]]:
    """The best value, and those of other articles that differ from it though they are on the subject just as much.

    One value of an article, the newest article first; spans that give the same value are together.
    """
    best = spans[0]
    asked = {stem for word in content_words(question) for stem in stems(word)}
    wanted = _on_subject(best, asked)
    counted = _counted(best)

    def reach(span: Span) -> float:
        if _on_subject(span, asked) < wanted:
            return CLOSE
        return ALIKE if counted and _counted(span) == counted else DIFFERS

    near = [
        span
        for span in spans
        # A figure is differed from by figures alone, and not by "about twice as large".
        if (_counted(span) is None) == (counted is None) and best.score - span.score <= reach(span)
    ]
    homes: set[str] = set()
    kept: list[tuple[Span, ...]] = []
    for group in _same_words(near):
        first = tuple(span for span in group if span.hit.article.id not in homes)
        homes |= {span.hit.article.id for span in first}
        if first:
            kept.append(first)
    return sorted(kept, key=lambda group: group[0].hit.article.published or date.min, reverse=True)


def _on_subject(span: Span, asked: set[str]) -> int:
    """How many of the stems asked for the span's passage has, its title counted in."""
    return len(asked & set(stems(f"{span.hit.article.title}\n{span.hit.passage.text}")))


def _counted(span: Span) -> str | None:
    """What the span's figure counts, "" where that is not said; None without a figure."""
    amounts = find_amounts(span.text)
    return next((one.noun or one.unit or "" for one in amounts), None)


def _dated(span: Span) -> str:
    """The span's words, and which day "yesterday" was."""
    days = find_days(span.text, span.hit.article.published)
    near = [day.first for day in days if day.relative and day.first and day.first == day.last]
    told = f" ({near[0].day} {near[0]:%B %Y})" if len(days) == len(near) == 1 else ""
    return span.text.rstrip(" .,;:") + told if told else span.text


def _words(span: Span, exact: bool) -> str:
    return plain(span.text) if exact else plain(span.sentence).rstrip(".")


def _whence(span: Span) -> str:
    article = span.hit.article
    day = f", {article.published.day} {article.published:%B %Y}" if article.published else ""
    return f"“{plain(article.title)}”{day}"


def _reason(hits: Sequence[Hit], confidence: float, refuse_below: float) -> Reason:
    if not hits:
        return "nothing_found"
    return "low_confidence" if confidence >= refuse_below / 2 else "not_answered"


def in_turn(orders: Sequence[Sequence[Hit]]) -> tuple[Hit, ...]:
    """The hits of several readings of the same passages: first the best of each, then the second, and so on."""
    seen: dict[str, Hit] = {}
    for rank in zip_longest(*orders):
        for hit in rank:
            if hit is not None:
                seen.setdefault(hit.passage.id, hit)
    return tuple(seen.values())


def refuse(
    question: str,
    reason: Reason,
    *,
    hits: Sequence[Hit] = (),
    confidence: float = 0.0,
    filters: Filters | None = None,
) -> Answer:
    """A refusal in words, with the nearest passages and the words of the question that none of them has."""
    missing = _missing(question, hits) if hits else ()
    text = {
        "library_empty": "There are no articles yet. Add some, then ask again.",
        "filter_empty": f"No article passes the filter ({_in_words(filters)}). Widen it, then ask again.",
        "nothing_found": "The articles do not say: nothing in them is about this.",
        "not_answered": "The articles do not say. Some come near, but none answers this.",
        "low_confidence": "The articles do not say clearly enough to answer this.",
    }[reason]
    if missing:
        text += f" Not found near by: {', '.join(missing)}."
    kept = tuple(hits[:NEAREST])
    return Answer(question, text, (), kept, True, reason, confidence, missing)


def _cited(question: str, statements: Sequence[Told], hits: tuple[Hit, ...], confidence: float) -> Answer:
    citations: list[Citation] = []
    values: list[Value] = []
    parts: list[str] = []
    for told in statements:
        markers: list[str] = []
        for span in told.spans:
            citation = _citation(span, len(citations) + 1)
            known = next((c for c in citations if _same_place(c, citation)), None)
            if known is None:
                citations.append(citation)
            mark = f"[{(known or citation).marker}]"
            if mark not in markers:
                markers.append(mark)
        parts.append(f"{told.text} {''.join(markers)}")
        if told.value:
            values.append(Value(told.value, tuple(int(mark[1:-1]) for mark in markers)))
    return Answer(question, "\n".join(parts), tuple(citations), hits, confidence=confidence, values=tuple(values))


def _citation(span: Span, marker: int) -> Citation:
    whole = (span.start, span.end) == (span.sentence_start, span.sentence_end)
    place = None if whole else (span.start, span.end)
    return Citation(marker, span.hit.article, span.sentence, span.sentence_start, span.sentence_end, True, place)


def _same_place(one: Citation, other: Citation) -> bool:
    return (one.article.id, one.start, one.end) == (other.article.id, other.start, other.end)


def _same_words(spans: Sequence[Span]) -> list[tuple[Span, ...]]:
    """Spans that say the same, together: equal words, or words that hold one another. Best group first."""
    groups: list[list[Span]] = []
    for span in spans:
        words = set(stems(span.text))
        home = next((g for g in groups if _one_holds_the_other(words, set(stems(g[0].text)))), None)
        if home is None:
            groups.append([span])
        elif all(span.hit.article.id != other.hit.article.id for other in home):
            home.append(span)  # another article that says so too: one more citation
    return [tuple(group) for group in groups]


def _one_holds_the_other(one: set[str], other: set[str]) -> bool:
    return bool(one and other) and (one <= other or other <= one)


def _same_sentence(spans: Sequence[Span]) -> list[tuple[Span, ...]]:
    """Spans whose quoted sentence has the same words, together. Best group first."""
    groups: dict[str, list[Span]] = {}
    for span in spans:
        group = groups.setdefault(" ".join(stems(span.sentence)), [])
        if all(span.hit.article.id != other.hit.article.id for other in group):
            group.append(span)
    return [tuple(group) for group in groups.values()]


def plain(text: str) -> str:
    """`text` on one line, without footnote numbers such as "[3]": in an answer they would be read as ours."""
    return " ".join(_FOOTNOTE.sub("", text).split())


def _ended(text: str) -> str:
    """`text` as a sentence: a capital in front, but not of "iPhone", and a stop behind."""
    text = plain(text).rstrip(",;:")
    if text.partition(" ")[0].isalpha() and text.partition(" ")[0].islower():
        text = text[0].upper() + text[1:]
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def _missing(question: str, hits: Sequence[Hit]) -> tuple[str, ...]:
    present = {stem for hit in hits for stem in stems(f"{hit.article.title} {hit.passage.text}")}
    return tuple(word for word in content_words(question) if not present & set(stems(word)))


def _in_words(filters: Filters | None) -> str:
    if filters is None:
        return "no filter"
    parts = [
        f"source contains “{filters.source}”" if filters.source is not None else "",
        f"published since {filters.since}" if filters.since else "",
        f"published until {filters.until}" if filters.until else "",
        f"{len(filters.article_ids)} chosen articles" if filters.article_ids is not None else "",
    ]
    return ", ".join(part for part in parts if part)
