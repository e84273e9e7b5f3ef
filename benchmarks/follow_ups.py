"""How well follow-up questions are understood by rule.

    python benchmarks/follow_ups.py DATA [--show N]

DATA holds the folders `canard` and `mtrag`. Prints the token F1 of stand-alone questions to those that people wrote
(CANARD: the questions after the first, with the page's title known as to those people, and without it), and how often a
passage that the answer rests on is among the 1, 4, 5 and 10 first for the later turns of MTRAG's conversations, found
as `pincite ask` finds it. Conversations fall by a hash of their name into two halves: the rules were written looking at
the first, and the second is the check. `--show N` prints N of the first half's stand-alone questions.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import string
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np

from pincite.eval.cases import Case, Place, load_set
from pincite.eval.indexed import indexed
from pincite.rag import Turn
from pincite.rag.followup import understood
from pincite.rag.retrieve import Retriever

DEPTHS = (1, 4, 5, 10)


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A question of CANARD after the first of its conversation, and a person's stand-alone form of it."""

    conversation: str
    title: str
    history: tuple[Turn, ...]
    question: str
    by_person: str


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--show", type=int, default=0)
    given = parser.parse_args()
    rows = load_follow_ups(given.data / "canard" / "rewrites.jsonl.gz")
    for row in [row for row in rows if is_tuned_on(row.conversation)][: given.show]:
        print(f"{row.question}\n    rules   {with_title(row)}\n    person  {row.by_person}")
    print_rewrites(rows)
    print_found(given.data / "mtrag")


# The stand-alone question


def with_title(row: FollowUp) -> str:
    """The rules' question when the conversation is about a page whose title is known."""
    return understood(row.question, (Turn("user", row.title), *row.history)).stand_alone


WRITTEN: dict[str, Callable[[FollowUp], str]] = {
    "the question repeated": lambda row: row.question,
    "the title in front": lambda row: f"{row.title} {row.question}",
    "rules, title unknown": lambda row: understood(row.question, row.history).stand_alone,
    "rules": with_title,
}


def print_rewrites(rows: Sequence[FollowUp]) -> None:
    """Token F1 to the person's question, by method."""
    print(f"canard: token F1 to a person's question, {len(rows):,} questions")
    print(f"{'':28}    all  first second")
    for name, write in WRITTEN.items():
        scores = [(token_f1(row.by_person, write(row)), row.conversation) for row in rows]
        print(f"{name:28}" + "".join(f" {100 * np.mean(part):6.1f}" for part in halves(scores)))


def load_follow_ups(path: Path) -> list[FollowUp]:
    """The questions of CANARD that have others before them."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [
        FollowUp(
            row["id"].rsplit("_", 1)[0],
            row["topic"],
            tuple(Turn(turn["role"], turn["text"]) for turn in row["history"]),
            row["question"],
            row["rewrite"],
        )
        for row in rows
        if row["history"]
    ]


_ARTICLES = re.compile(r"\b(a|an|the)\b")
_MARKS = str.maketrans("", "", string.punctuation)


def token_f1(one: str, other: str) -> float:
    """F1 of the words two texts share, without case, marks and articles: SQuAD's, from 0 to 1."""
    words = [Counter(_ARTICLES.sub(" ", text.lower().translate(_MARKS)).split()) for text in (one, other)]
    total = words[0].total() + words[1].total()
    return 2 * (words[0] & words[1]).total() / total if total else 1.0


# The passages found

# What is searched for, and beside it.
SEARCHED: dict[str, Callable[[Case], tuple[str, str]]] = {
    "the last turn alone": lambda case: (case.question, ""),
    "the turn before and the last": lambda case: (" ".join([*asked(case)[-1:], case.question]), ""),
    "all that the user said": lambda case: (" ".join([*asked(case), case.question]), ""),
    "rules, the stand-alone form": lambda case: (understood(case.question, case.history).stand_alone, ""),
    "rules, as pincite searches": lambda case: as_searched(case),
}


def as_searched(case: Case) -> tuple[str, str]:
    """What `pincite ask` searches for."""
    meant = understood(case.question, case.history)
    return meant.stand_alone, meant.beside


def asked(case: Case) -> list[str]:
    """What the user said before."""
    return [turn.text for turn in case.history if turn.role == "user"]


def print_found(folder: Path) -> None:
    """The share of questions with a right passage among the first, by what is searched for."""
    case_set = load_set(folder)
    cases = [case for case in case_set.cases if case.history and case.evidence]
    print(f"mtrag: a right passage among the first, {len(cases):,} later turns, {len(case_set.articles):,} passages")
    print(f"{'':28}" + "".join(f"  hit@{depth:<2}" for depth in DEPTHS) + "  hit@5: first second")
    with indexed(case_set) as library:
        retriever = Retriever(library.index, library.embedder)
        for name, write in SEARCHED.items():
            ranks = [(first_right(retriever, case, *write(case)), case.id.split("<::>")[0]) for case in cases]
            shares = [100 * np.mean([rank <= depth for rank, _ in ranks]) for depth in DEPTHS]
            _, first, second = (100 * np.mean([rank <= 5 for rank in part]) for part in halves(ranks))
            print(f"{name:28}" + "".join(f" {share:6.1f}" for share in shares) + f"        {first:6.1f} {second:6.1f}")


def first_right(retriever: Retriever, case: Case, question: str, beside: str) -> int:
    """The rank, from 1, of the first passage that the answer rests on; a large one when none is among the ten."""
    hits = retriever.retrieve(question, max(DEPTHS), beside=beside).hits
    places = [Place(hit.passage.article_id, hit.passage.start, hit.passage.end) for hit in hits]
    return next((rank for rank, place in enumerate(places, 1) if case.rests_on(place)), 1_000)


# The halves


def is_tuned_on(conversation: str) -> bool:
    """Whether a conversation is of the half that the rules were written looking at."""
    return int(sha256(conversation.encode()).hexdigest(), 16) % 2 == 0


def halves(scored: Sequence[tuple[float, str]]) -> tuple[list[float], list[float], list[float]]:
    """All scores, those of the half the rules were written on, and those of the other."""
    first = [score for score, conversation in scored if is_tuned_on(conversation)]
    second = [score for score, conversation in scored if not is_tuned_on(conversation)]
    return [score for score, _ in scored], first, second


if __name__ == "__main__":
    main()
