"""Cases: questions with what is expected of the answer, and the sets they come in.

A set is a folder: articles (`articles.jsonl`, gzipped or not, or a folder `articles` of files) and questions
(`questions.jsonl`, gzipped or not, or several `questions.<section>.jsonl`). eval/data/README.md describes the form.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from ..index import Article
from ..rag import Turn
from .articles import ArticleNames, load_articles
from .rows import Row, SetBroken, read_rows

OWN_SET = Path(__file__).resolve().parent / "data"
LONG = 30  # words of an accepted answer: no other answer holds as many in the same order
NEED_ALL = frozenset({"several articles", "list", "disagreement"})  # kinds that rest on all of their evidence
OWN_NAME = "demo"  # the demo library has the same articles, under the same ids


@dataclass(frozen=True, slots=True)
class Place:
    """Words of an article, `article.text[start:end]`; `article_id` is the library's id."""

    article_id: str
    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"place {self.start}:{self.end} in {self.article_id} holds no characters")

    def overlaps(self, other: Place) -> bool:
        """Whether the two share a character."""
        return self.article_id == other.article_id and self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Case:
    """A question with its expectation.

    `evidence` holds the places of the words that the answer rests on. Any one of them bears it out, unless the case
    `needs_all`. An unanswerable case expects a refusal; one with neither answers nor items is asked for what is found
    only.
    """

    id: str
    question: str
    kind: str
    answers: tuple[str, ...] = ()  # accepted texts
    items: tuple[str, ...] = ()  # each must be in the answer to a list
    unanswerable: bool = False
    evidence: tuple[Place, ...] = ()
    history: tuple[Turn, ...] = ()
    article_ids: tuple[str, ...] | None = None  # only these articles may answer
    context: Place | None = None  # the passage the question was asked on
    split: str | None = None
    turn: int = 0  # of its conversation, from 1; 0 when it is asked by itself
    flavour: str = ""  # how it is asked or what is special about it, such as misspelt; empty when nothing is
    lost: int = 0  # pieces of evidence whose words are in no article any more

    @property
    def needs_all(self) -> bool:
        """Whether the answer is only borne out by all of its evidence."""
        return self.kind in NEED_ALL

    @property
    def told_at_length(self) -> bool:
        """Whether every accepted answer is so long that only the evidence tells whether another one is right."""
        return bool(self.evidence and self.answers) and all(len(one.split()) > LONG for one in self.answers)

    def rests_on(self, place: Place) -> bool:
        """Whether `place` shares a character with the evidence."""
        return any(place.overlaps(one) for one in self.evidence)

    def __post_init__(self) -> None:
        if not self.id or not self.question.strip():
            raise ValueError("a case needs an id and a question")
        if self.unanswerable and (self.answers or self.items or self.evidence):
            raise ValueError(f"case {self.id} is unanswerable and yet has an answer")


@dataclass(frozen=True, slots=True)
class CaseSet:
    """Cases with the articles they are asked over."""

    name: str
    folder: Path
    articles: tuple[Article, ...]
    cases: tuple[Case, ...]

    @property
    def digest(self) -> str:
        """Changes whenever an article of the set does."""
        shown = "\n".join(f"{article.id} {article.digest}" for article in self.articles)
        return sha256(shown.encode()).hexdigest()


def load_set(folder: Path | None = None) -> CaseSet:
    """The set in `folder`, this project's own by default, with every quote found in its article.

    Raises SetBroken naming the file and line when something in it cannot be used.
    """
    folder = (folder or OWN_SET).resolve()
    name = OWN_NAME if folder == OWN_SET else folder.name
    articles, names = load_articles(folder, name)
    files = sorted(path for path in folder.glob("questions*.jsonl*") if path.name.endswith((".jsonl", ".jsonl.gz")))
    if not files:
        raise SetBroken(f"{folder}: there is no questions.jsonl or questions.jsonl.gz in it; add one, or name a set")
    cases: dict[str, Case] = {}
    for row in (row for path in files for row in read_rows(path)):
        case = read_case(row, names)
        if case.id in cases:
            raise row.broken(f'the id "{case.id}" stands a second time; give each case its own')
        cases[case.id] = case
    if not cases:
        raise SetBroken(f"{folder}: its questions are empty; add at least one case")
    return CaseSet(name, folder, tuple(articles), tuple(cases.values()))


def select(cases: Sequence[Case], *, split: str | None = None, limit: int | None = None) -> list[Case]:
    """The cases of one split, and of those a sample of `limit`, in their order.

    The sample is the same each time and spread over the set: the cases whose hashed ids are lowest.
    """
    chosen = [case for case in cases if split is None or case.split == split]
    if limit is None or limit >= len(chosen):
        return chosen
    kept = sorted(chosen, key=lambda case: sha256(case.id.encode()).digest())[:limit]
    ids = {case.id for case in kept}
    return [case for case in chosen if case.id in ids]


def read_case(row: Row, names: ArticleNames) -> Case:
    """The case in `row`, whose articles are called as `names` says. Raises SetBroken."""
    unanswerable = row.flag("unanswerable")
    near = row.text("near", default="")
    if near:
        names.find(near, row)
    answers = row.texts("all_answers") or row.texts("answers")
    ids = row.texts("doc_ids") if row.has("doc_ids") else None
    context = row.mapping("context")
    place = _place(context, names, row, "context") if context else None
    given = () if unanswerable else row.mappings("evidence")
    evidence = tuple(_place(one, names, row, "evidence") for one in given)
    about = place or next(iter(evidence), None)
    history = tuple(_turns(row))
    try:
        return Case(
            id=row.text("id"),
            question=row.text("question"),
            kind=row.text("type", default="other"),
            answers=() if unanswerable else tuple(dict.fromkeys(answers)),
            items=() if unanswerable else tuple(row.texts("items")),
            unanswerable=unanswerable,
            evidence=evidence,
            history=history,
            turn=_turn(row, history),
            flavour=row.text("flavour", default=""),
            article_ids=None if ids is None else tuple(names.find(id, row).id for id in ids),
            context=place,
            split=row.text("split", default="") or (names.split_of(about.article_id) if about else None),
        )
    except ValueError as err:
        raise row.broken(str(err)) from err


def _place(given: Mapping[str, Any], names: ArticleNames, row: Row, key: str) -> Place:
    article = names.find(given.get("article_id"), row)
    quote, start, end = given.get("quote"), given.get("start"), given.get("end")
    if isinstance(start, int) and isinstance(end, int):
        if not 0 <= start < end <= len(article.text):
            raise row.broken(
                f'"{key}" {start}:{end} is not inside its article, which has {len(article.text)} characters'
            )
        if isinstance(quote, str) and article.text[start:end] != quote:
            raise row.broken(f'the article\'s {start}:{end} is not the quote "{_short(quote)}"; correct one of them')
        return Place(article.id, start, end)
    if not isinstance(quote, str) or not quote:
        raise row.broken(f'"{key}" has neither a quote nor "start" and "end"; give it one of them')
    times = article.text.count(quote)
    if times != 1:
        found = "is not in the article" if not times else f"stands {times} times in the article"
        raise row.broken(f'the quote "{_short(quote)}" {found} "{article.title}"; quote words that stand there once')
    start = article.text.index(quote)
    return Place(article.id, start, start + len(quote))


def _turns(row: Row) -> Iterator[Turn]:
    for turn in row.mappings("history"):
        role, text = turn.get("role"), turn.get("text")
        if role not in ("user", "assistant") or not isinstance(text, str):
            raise row.broken('a turn of "history" needs a "role" (user or assistant) and a "text"')
        yield Turn(role, text)


def _turn(row: Row, history: Sequence[Turn]) -> int:
    """Which turn of a conversation the row is: as it says, or counted from those before it."""
    given = row.values.get("turn")
    if isinstance(given, int) and not isinstance(given, bool):
        return given
    return 1 + sum(turn.role == "user" for turn in history) if history else 0


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"
