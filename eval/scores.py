"""What one case scored, and what many add up to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from ..rag import Answer, Citation
from ..rag.types import MARKER
from .cases import Case, Place
from .metrics import best, contains, exact_match, f1, first_right, mean, percentile, ratio, reciprocal

Metrics = dict[str, float | int | None]

RANKS = (1, 5, 10)  # of hit@k


@dataclass(frozen=True, slots=True)
class Scores:
    """What one case scored: enough to work out every metric again. None where a measure does not apply.

    `failed` means the run broke; every other value is then empty and counts nowhere.
    """

    kind: str
    unanswerable: bool
    failed: bool = False
    refused: bool = False
    sought: bool = False  # the case has evidence, to be found and cited
    searched: bool = True  # nothing is, when the passage to be read is given
    rank: int | None = None  # of the first passage found that overlaps the evidence
    read_first: bool | None = None  # whether the passage that the reader put first overlaps it
    em: float | None = None
    f1: float | None = None
    contained: bool | None = None
    citations: int = 0
    exact: int = 0  # citations whose stored text equals their quote
    precise: int = 0  # citations that overlap the evidence
    evidence: int = 0
    cited: int = 0  # pieces of evidence that a citation overlaps

    @property
    def right(self) -> bool:
        """Refused when it must be; else answered in accepted words; without any, found among the first five."""
        if self.failed or self.unanswerable:
            return self.refused and not self.failed
        return self.contained if self.contained is not None else bool(self.rank and self.rank <= 5)

    def to_json(self) -> dict[str, Any]:
        """Its values and whether it is right, shares rounded to 4 places."""
        values = {name: round(value, 4) if isinstance(value, float) else value for name, value in asdict(self).items()}
        return {"right": self.right, **values}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Scores:
        """The scores that `to_json` wrote."""
        return cls(**{field.name: values[field.name] for field in fields(cls)})


def score(case: Case, answer: Answer, found: Sequence[Place] | None, stored: Callable[[Citation], str]) -> Scores:
    """What `answer` to `case` scores; `found` are the passages retrieved, best first; None when nothing was searched.

    `stored` gives the text that the library holds at a citation's place.
    """
    places = [Place(citation.article.id, citation.start, citation.end) for citation in answer.citations]
    precise = [_rests_on(place, case) for place in places]
    sought = bool(case.evidence)
    accepted = case.answers or case.items
    return Scores(
        kind=case.kind,
        unanswerable=case.unanswerable,
        refused=answer.refused,
        sought=sought,
        searched=found is not None,
        rank=first_right(_rests_on(place, case) for place in found or ()) if sought else None,
        read_first=_read_first(case, answer) if sought and found is not None else None,
        em=_text_score(exact_match, case, answer),
        f1=_text_score(f1, case, answer),
        contained=_contained(case, answer, any(precise)) if accepted and not case.unanswerable else None,
        citations=len(places),
        exact=sum(stored(citation) == citation.quote for citation in answer.citations),
        precise=sum(precise),
        evidence=len(case.evidence),
        cited=sum(any(place.overlaps(one) for place in places for one in group) for group in case.evidence),
    )


def summarise(scores: Iterable[Scores], latencies_ms: Iterable[float] = ()) -> Metrics:
    """Every metric over `scores`, shares rounded to 4 places; None where no case is measured by it."""
    every = list(scores)
    ran = [one for one in every if not one.failed]
    none = [one for one in ran if one.unanswerable]
    some = [one for one in ran if not one.unanswerable]
    sought = [one for one in ran if one.sought]
    searched = [one for one in sought if one.searched]
    told = [one for one in sought if not one.refused]
    refused = [one for one in ran if one.refused]
    times = list(latencies_ms)
    metrics: Metrics = {
        **{f"hit@{k}": mean(bool(one.rank and one.rank <= k) for one in searched) for k in RANKS},
        "mrr": mean(reciprocal(one.rank) for one in searched),
        "read_hit@1": mean(one.read_first for one in searched if one.read_first is not None),
        "answer_em": mean(one.em for one in ran if one.em is not None),
        "answer_f1": mean(one.f1 for one in ran if one.f1 is not None),
        "answerable_f1": mean(one.f1 for one in some if one.f1 is not None),
        "contained": mean(one.contained for one in some if one.contained is not None),
        "refusal_precision": mean(one.unanswerable for one in refused),
        "refusal_recall": mean(one.refused for one in none),
        "false_answer_rate": mean(not one.refused for one in none),
        "refused_share": mean(one.refused for one in some),
        "exact_pointers": ratio(sum(one.exact for one in ran), sum(one.citations for one in ran)),
        "citation_precision": ratio(sum(one.precise for one in told), sum(one.citations for one in told)),
        "citation_recall": ratio(sum(one.cited for one in sought), sum(one.evidence for one in sought)),
        "n": len(every),
        "unanswerable": sum(one.unanswerable for one in every),
        "failed": len(every) - len(ran),
        "latency_ms_p50": percentile(times, 0.5),
        "latency_ms_p95": percentile(times, 0.95),
    }
    return {name: _rounded(name, value) for name, value in metrics.items()}


def by_kind(scores: Iterable[Scores]) -> dict[str, Metrics]:
    """The metrics of each kind of case, without times, kinds in alphabetical order."""
    kinds: dict[str, list[Scores]] = {}
    for one in scores:
        kinds.setdefault(one.kind, []).append(one)
    return {
        kind: {name: value for name, value in summarise(kinds[kind]).items() if not is_time(name)}
        for kind in sorted(kinds)
    }


def is_time(metric: str) -> bool:
    """Whether a metric changes from run to run."""
    return metric.startswith("latency_ms")


def answer_text(answer: Answer) -> str:
    """What an answer says, without its markers."""
    return " ".join(MARKER.sub("", answer.text).split())


def _text_score(measure: Callable[[str, str], float], case: Case, answer: Answer) -> float | None:
    """A refusal is right for an unanswerable case and worth nothing for another, as SQuAD 2.0 counts."""
    if case.unanswerable:
        return float(answer.refused)
    if not case.answers:
        return None
    return 0.0 if answer.refused else best(measure, case.answers, answer_text(answer))


def _contained(case: Case, answer: Answer, cites_evidence: bool) -> bool:
    if answer.refused:
        return False
    text = answer_text(answer)
    if case.items:
        return all(contains(text, item) for item in case.items)
    # A sentence can settle a yes or no without either word: pointing at the right one is an answer too.
    return any(contains(text, one) for one in case.answers) or (case.kind == "yes/no" and cites_evidence)


def _read_first(case: Case, answer: Answer) -> bool:
    passages = (hit.passage for hit in answer.hits[:1])
    return any(_rests_on(Place(passage.article_id, passage.start, passage.end), case) for passage in passages)


def _rests_on(place: Place, case: Case) -> bool:
    return any(place.overlaps(one) for group in case.evidence for one in group)


def _rounded(name: str, value: float | int | None) -> float | int | None:
    if not isinstance(value, float):
        return value
    return round(value, 2 if is_time(name) else 4)
