"""Cases asked of a library, one after another, and what came of each."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from time import perf_counter
from typing import Literal

from ..index import NO_FILTERS, Filters, Hit, Passage, PinciteError, SettingRefused
from ..rag import Answer, Citation, Library
from .cases import Case, CaseSet, Place
from .ground import Ground
from .rows import SetBroken
from .scores import Scores, score
from .stages import stage

log = logging.getLogger(__name__)

Context = Literal["open", "given"]

# A context up to this long is read in one piece, as its question was asked; the reader cuts what its window cannot
# hold. A longer one (a whole paper, a chapter) is searched like an article of its own.
WHOLE_CHARS = 5_000
# Passages of an article that are ranked to find those inside a long context.
RANKED = 50


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one case: an answer, or the sentence that says why there is none."""

    case: Case
    answer: Answer | None
    failure: str
    scores: Scores
    ms: float | None  # from question to answer; None when it failed
    stage: str | None  # at which it was lost; None when nothing is wrong with it


def evaluate(
    library: Library,
    case_set: CaseSet,
    cases: Sequence[Case],
    *,
    context: Context = "open",
    model: str | None = None,
    jobs: int = 1,
) -> Iterator[Outcome]:
    """The outcome of each of `cases`, in order. One that breaks is counted as failed, and the rest goes on.

    "open" searches every article; "given" reads the passage that a question was asked on and searches nothing.
    `jobs` questions are asked at once; none is kept once it was handed out.
    Raises SetBroken when "given" is asked for and a case has no such passage, SettingRefused for a model that
    cannot be used.
    """
    if context == "given" and (lacking := next((case for case in cases if case.context is None), None)):
        raise SetBroken(f'case "{lacking.id}" has no "context" to be given: leave out --context given')
    ground = Ground(library, (article.id for article in case_set.articles))

    def ask(case: Case) -> Outcome:
        try:
            return _ask(library, case, ground, context=context, model=model)
        except SettingRefused:
            raise  # no case could be asked
        except PinciteError as err:
            return _failed(case, str(err))
        except Exception as err:  # one broken case must not hide what the others scored
            log.info("case %s failed", case.id, exc_info=True)
            return _failed(case, f"{type(err).__name__}: {err}")

    if jobs == 1:
        yield from map(ask, cases)
        return
    with ThreadPoolExecutor(jobs) as pool:
        under_way: deque[Future[Outcome]] = deque()
        try:
            for case in cases:
                under_way.append(pool.submit(ask, case))
                if len(under_way) > 2 * jobs:
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
        finally:
            for one in under_way:
                one.cancel()


def _ask(library: Library, case: Case, ground: Ground, *, context: Context, model: str | None) -> Outcome:
    filters = Filters(article_ids=case.article_ids) if case.article_ids is not None else NO_FILTERS
    hits = _given(library, case) if context == "given" else None
    start = perf_counter()
    answer = library.ask(case.question, history=case.history, filters=filters, model=model, hits=hits)
    ms = (perf_counter() - start) * 1000
    search = ground.searched(case, answer.trace.get("retrieved", ())) if hits is None else None
    scores = score(case, answer, search, lambda citation: stored(library, citation))
    return Outcome(case, answer, "", scores, ms, stage(case, answer, scores, ground, library))


def stored(library: Library, citation: Citation) -> str:
    """The text that the library holds, read anew, at the citation's place."""
    return library.article(citation.article.id, citation.article.version).text[citation.start : citation.end]


def _given(library: Library, case: Case) -> list[Hit]:
    """The case's own passage as the only hit, or the best parts of one that is too long to be read whole."""
    place = case.context
    if place is None:
        raise SetBroken(f'case "{case.id}" has no "context" to be given')
    if place.end - place.start > WHOLE_CHARS:
        filters = Filters(article_ids=(place.article_id,))
        ranked = library.search(case.question, k=RANKED, filters=filters)
        return [hit for hit in ranked if _place(hit).overlaps(place)][: library.settings.top_k]
    article = library.article(place.article_id)
    text = article.text[place.start : place.end]
    passage = Passage(
        f"{article.id}:{article.version}:given", article.id, article.version, text, place.start, place.end
    )
    return [Hit(passage, article, 0.0)]


def _place(hit: Hit) -> Place:
    return Place(hit.passage.article_id, hit.passage.start, hit.passage.end)


def _failed(case: Case, failure: str) -> Outcome:
    return Outcome(case, None, failure, Scores(case.kind, case.unanswerable, failed=True), None, "broke")
