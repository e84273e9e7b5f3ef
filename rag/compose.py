"""An answer without a language model: the words found, cited; or a refusal that says why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..index import Filters, Hit, content_words, stems
from .question import kind_of
from .reading import Reading, Span
from .types import MARKER, Answer, Citation, Reason

SECOND_SENTENCE = 1.0  # how many logits below the best a further sentence may lie to be told as well
MOST_ITEMS = 6  # spans told in a list
NEAREST = 3  # passages shown with a refusal


@dataclass(frozen=True, slots=True)
class Told:
    """One statement of an answer: its words, and the spans it rests on."""

    text: str
    spans: tuple[Span, ...]


def compose(question: str, reading: Reading, *, refuse_below: float) -> Answer:
    """The answer that `reading` supports, or a refusal when it is less sure than `refuse_below` (0 to 1)."""
    if not reading.hits:
        return refuse(question, "nothing_found")
    if not reading.spans:
        return refuse(question, "not_answered", hits=reading.hits)
    if reading.confidence < refuse_below:
        reason: Reason = "not_answered" if reading.confidence < refuse_below / 2 else "low_confidence"
        return refuse(question, reason, hits=reading.hits, confidence=reading.confidence)
    return _cited(question, told(question, reading), reading)


def told(question: str, reading: Reading) -> list[Told]:
    """What the answer says, one item a statement, best first."""
    kind = kind_of(question)
    best = reading.spans[0]
    close = [span for span in reading.spans if best.score - span.score <= SECOND_SENTENCE]
    if not reading.exact or kind in ("reason", "yes/no"):
        wanted = 2 if kind in ("reason", "list") else 1
        return [Told(plain(spans[0].sentence), spans) for spans in _same_sentence(close)[:wanted]]
    groups = _same_words(reading.spans if kind == "list" else close)
    if kind == "list":
        groups = [group for group in groups if best.score - group[0].score <= SECOND_SENTENCE][:MOST_ITEMS]
    else:
        groups = groups[:1]
    return [Told(_ended(spans[0].text), spans) for spans in groups]


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


def _cited(question: str, statements: list[Told], reading: Reading) -> Answer:
    citations: list[Citation] = []
    parts: list[str] = []
    for statement in statements:
        markers: list[str] = []
        for span in statement.spans:
            citation = _citation(span, len(citations) + 1, exact=reading.exact)
            known = next((c for c in citations if _same_place(c, citation)), None)
            if known is None:
                citations.append(citation)
            mark = f"[{(known or citation).marker}]"
            if mark not in markers:
                markers.append(mark)
        parts.append(f"{statement.text} {''.join(markers)}")
    return Answer(question, "\n\n".join(parts), tuple(citations), reading.hits, confidence=reading.confidence)


def _citation(span: Span, marker: int, *, exact: bool) -> Citation:
    place = (span.start, span.end) if exact else None
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
    return " ".join(MARKER.sub("", text).split())


def _ended(text: str) -> str:
    text = plain(text).rstrip(",;:")
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
