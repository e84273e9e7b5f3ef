"""What one case scored."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, asdict, dataclass, fields
from typing import Any

from ..index import sentence_spans
from ..rag import Answer, Citation
from ..rag.check import unsupported
from ..rag.types import MARKER
from .cases import Case, Place
from .metrics import best, contains, exact_match, f1, figures

_MARK = re.compile(r"\s*" + MARKER.pattern)

UNSAID = "The articles do not say"  # begins a line about a part of the question that stays unanswered


@dataclass(frozen=True, slots=True)
class Scores:
    """What one case scored: enough to work out every metric again. None where a measure does not apply.

    `failed` means the run broke; every other value is then empty and counts nowhere.
    """

    kind: str
    unanswerable: bool
    failed: bool = False
    refused: bool = False
    turn: int = 0  # of its conversation, from 1; 0 when it is asked by itself
    flavour: str = ""  # of its case
    sought: bool = False  # the case has evidence, to be found and cited
    searched: bool = True  # nothing is, when the passage to be read is given
    ranks: tuple[int, ...] = ()  # of the passages found that overlap the evidence
    relevant: int = 0  # passages of the library that overlap it
    read_first: bool | None = None  # whether the passage that the reader put first overlaps it
    em: float | None = None
    f1: float | None = None
    number_exact: bool | None = None  # whether the figures told are those of an accepted answer that has any
    contained: bool | None = None
    confidence: float = 0.0
    sure: bool | None = None  # whether what was told, or withheld by a refusal, is right
    citations: int = 0
    exact: int = 0  # citations whose stored text equals their quote
    precise: int = 0  # citations that overlap the evidence
    evidence: int = 0  # pieces of evidence that must be cited
    cited: int = 0  # of these, the ones that a citation overlaps
    sentences: int = 0  # that the answer tells
    pinned: int = 0  # of these, the ones that a marker of their own pins to the evidence
    supported: int = 0  # of these, the ones whose numbers and names all stand in the quotes they point at
    prompt_tokens: int = 0
    completion_tokens: int = 0

    @property
    def rank(self) -> int | None:
        """Of the first passage found that overlaps the evidence."""
        return min(self.ranks, default=None)

    @property
    def right(self) -> bool:
        """Refused when it must be; else answered in accepted words, or with the evidence cited where these are long;
        without any accepted words, found among the first five."""
        if self.failed or self.unanswerable:
            return self.refused and not self.failed
        if self.contained is not None:
            return self.contained
        return not self.refused and self.precise > 0 if self.em is not None else bool(self.rank and self.rank <= 5)

    def to_json(self) -> dict[str, Any]:
        """Its values and whether it is right, shares rounded to 4 places."""
        values = {name: round(value, 4) if isinstance(value, float) else value for name, value in asdict(self).items()}
        return {"right": self.right, **values, "ranks": list(self.ranks)}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Scores:
        """The scores that `to_json` wrote; a field that was not there yet has its default. Raises KeyError."""
        given = {field.name: values.get(field.name, field.default) for field in fields(cls)}
        if missing := [name for name, value in given.items() if value is MISSING]:
            raise KeyError(missing[0])
        return cls(**{**given, "ranks": tuple(given["ranks"])})


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search brought: the passages found, best first, and how many of the library overlap the evidence."""

    found: tuple[Place, ...]
    relevant: int


def score(case: Case, answer: Answer, search: Searched | None, stored: Callable[[Citation], str]) -> Scores:
    """What `answer` to `case` scores; without a `search`, nothing is counted as searched.

    `stored` gives the text that the library holds at a citation's place.
    """
    places = [Place(citation.article.id, citation.start, citation.end) for citation in answer.citations]
    precise = [case.rests_on(place) for place in places]
    found = search.found if search else ()
    pieces = [any(place.overlaps(one) for place in places) for one in case.evidence]
    sentences = [] if answer.refused else statements(answer)
    return Scores(
        kind=case.kind,
        unanswerable=case.unanswerable,
        refused=answer.refused,
        turn=case.turn,
        flavour=case.flavour,
        sought=bool(case.evidence),
        searched=search is not None,
        ranks=tuple(rank for rank, place in enumerate(found, 1) if case.rests_on(place)),
        relevant=search.relevant if search else 0,
        read_first=_read_first(case, answer) if case.evidence and search else None,
        em=_text_score(exact_match, case, answer),
        f1=_text_score(f1, case, answer),
        number_exact=_number_exact(case, answer),
        contained=None if case.unanswerable else _contained(case, answer),
        confidence=answer.confidence,
        sure=_sure(case, answer),
        citations=len(places),
        exact=sum(stored(citation) == citation.quote for citation in answer.citations),
        precise=sum(precise),
        evidence=len(pieces) if case.needs_all else min(1, len(pieces)),
        cited=sum(pieces) if case.needs_all else int(any(pieces)),
        sentences=len(sentences),
        pinned=sum(any(case.rests_on(place) for place in _places(cited)) for _, cited in sentences),
        supported=sum(not unsupported(text, _evidence(cited)) for text, cited in sentences),
        prompt_tokens=int(answer.usage.get("prompt_tokens", 0)),
        completion_tokens=int(answer.usage.get("completion_tokens", 0)),
    )


def answer_text(answer: Answer) -> str:
    """What an answer shows, without its markers."""
    return plain(answer.text)


def answer_words(answer: Answer) -> str:
    """The words that an answer marks as its answer, those that several citations mark once; what it shows when it
    marks none. EM and F1 judge these."""
    marked = [citation.article.text[slice(*citation.span)] for citation in answer.citations if citation.span]
    return " ".join(" ".join(dict.fromkeys(marked)).split()) or answer_text(answer)


def statements(answer: Answer) -> list[tuple[str, tuple[Citation, ...]]]:
    """Each sentence that an answer tells, without its markers, and the citations that its own markers name."""
    by_marker = {citation.marker: citation for citation in answer.citations}
    told: list[tuple[str, tuple[Citation, ...]]] = []
    for line in answer.text.splitlines():
        if line.startswith(UNSAID):
            continue
        # Markers follow their sentence's full stop: put before it, they stay with it when the line is cut up.
        line = re.sub(r"([.!?…])((?:\s*\[\d+\])+)", r"\2\1", line)
        for start, end in sentence_spans(line):
            text, markers = line[start:end], MARKER.findall(line[start:end])
            if words := plain(text):
                told.append((words, tuple(by_marker[int(mark)] for mark in markers if int(mark) in by_marker)))
    return told


def plain(text: str) -> str:
    """`text` on one line, without markers."""
    return " ".join(_MARK.sub("", text).split())


def _text_score(measure: Callable[[str, str], float], case: Case, answer: Answer) -> float | None:
    """A refusal is right for an unanswerable case and worth nothing for another, as SQuAD 2.0 counts."""
    if case.unanswerable:
        return float(answer.refused)
    if not case.answers:
        return None
    return 0.0 if answer.refused else best(measure, case.answers, answer_words(answer))


def _number_exact(case: Case, answer: Answer) -> bool | None:
    wanted = [figures(one) for one in case.answers if figures(one)]
    if case.unanswerable or case.told_at_length or not case.answers or not figures(case.answers[0]):
        return None
    return not answer.refused and figures(answer_words(answer)) in wanted


def _contained(case: Case, answer: Answer) -> bool | None:
    if case.told_at_length or (not case.answers and not case.items):
        return None
    return not answer.refused and _says(case, answer_text(answer), _places(answer.citations))


def _sure(case: Case, answer: Answer) -> bool | None:
    """Whether the answer is right; of a refusal, whether what it withheld would have been."""
    if case.unanswerable:
        return False
    if not case.answers and not case.items:
        return None
    if not answer.refused:
        return _says(case, answer_text(answer), _places(answer.citations))
    withheld = answer.trace.get("withheld")
    return bool(withheld) and withheld_right(case, withheld)


def withheld_right(case: Case, withheld: Mapping[str, Any]) -> bool:
    """Whether what a refusal withheld, as its trace tells it, would have answered the case."""
    places = [Place(one["article_id"], one["start"], one["end"]) for one in withheld["citations"]]
    return _says(case, plain(withheld["text"]), places)


def _says(case: Case, text: str, cited: Sequence[Place]) -> bool:
    if case.told_at_length:
        return any(case.rests_on(place) for place in cited)
    if case.items:
        return all(contains(text, item) for item in case.items)
    # A sentence can settle a yes or no without either word: pointing at the right one is an answer too.
    settled = case.kind == "yes/no" and any(case.rests_on(place) for place in cited)
    return settled or any(contains(text, one) for one in case.answers)


def _read_first(case: Case, answer: Answer) -> bool:
    passages = (hit.passage for hit in answer.hits[:1])
    return any(case.rests_on(Place(passage.article_id, passage.start, passage.end)) for passage in passages)


def _places(citations: Sequence[Citation]) -> list[Place]:
    return [Place(citation.article.id, citation.start, citation.end) for citation in citations]


def _evidence(citations: Sequence[Citation]) -> str:
    # Its title and date are shown beside a quote, and where articles disagree the answer names them.
    return "\n".join(
        f"{one.article.title}\n{one.article.published:%d %B %Y}\n{one.quote}"
        if one.article.published
        else f"{one.article.title}\n{one.quote}"
        for one in citations
    )
