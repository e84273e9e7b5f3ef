"""Where it went wrong: the first stage on the way of a question at which a case was lost, told from its trace."""

from __future__ import annotations

from ..rag import Answer, Library
from ..rag.exact_reader import READ
from .cases import Case
from .ground import Ground
from .metrics import contains
from .scores import Scores

# In the order of the way, with what a person reads beside the count.
STAGES = {
    "broke": "no answer came: the run of the case failed",
    "not read": "the words it rests on are in no article",
    "not split well": "no passage holds the words it rests on whole, and what was found of them did not do",
    "not retrieved": "no passage with the words it rests on was found",
    "ranked low": "a passage with them was found, behind those that are read",
    "read wrongly": "a passage with them was read, and other words were taken from it, or from another",
    "refused wrongly": "the right words were found, and withheld as too unsure",
    "cited wrongly": "the answer is right, and no citation points at the words it rests on",
    "answered in vain": "no article says it, and an answer came",
}


def stage(case: Case, answer: Answer, scores: Scores, ground: Ground, library: Library) -> str | None:
    """The stage at which `case` was lost; None when nothing is wrong with it."""
    if case.unanswerable:
        return None if answer.refused else "answered in vain"
    if scores.right and (not scores.sought or answer.refused or scores.precise):
        return None
    if case.lost and not case.evidence:
        return "not read"
    if not scores.sought:
        return _without_evidence(case, answer, scores, library)
    if not ground.has_article_of(case):
        return "not read"
    if scores.right:
        return "cited wrongly"
    if scores.searched:
        if not scores.ranks:
            return "not retrieved" if ground.holds_whole(case) else "not split well"
        if (scores.rank or 0) > READ:
            return "ranked low"
    if answer.refused and scores.sure:
        return "refused wrongly"
    return "read wrongly" if ground.holds_whole(case) or not scores.searched else "not split well"


def _without_evidence(case: Case, answer: Answer, scores: Scores, library: Library) -> str:
    """Where only the accepted words are known, a passage that holds them is taken for the evidence."""
    if answer.refused and scores.sure:
        return "refused wrongly"
    wanted = (*case.answers, *case.items)
    retrieved = list(answer.trace.get("retrieved", ()))
    found = [passage.text for passage, _ in library.index.load(retrieved)]
    seen = any(contains(text, one) for text in found for one in wanted)
    return "read wrongly" if seen else "not retrieved"
