"""Cases proposed from articles: a question made of a sentence by rule, kept when the reader finds its words again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from ..index import Article, Filters, sentence_spans
from ..rag import Library

_YEAR = re.compile(r"\b[Ii]n (1[5-9]\d\d|20\d\d)\b(?!\w)")
_DATE = re.compile(
    r"\b[Oo]n (\d{1,2} (?:January|February|March|April|May|June|July|August|September|October|November|December)"
    r"(?: \d{4})?)\b"
)
_COUNT = re.compile(
    r"(?<![\w$£€.,])(?:(?:[Tt]he|[Ss]ome|[Tt]hese|[Tt]hose) )?"  # "the how many" is no English
    r"((?:\d{1,3}(?:,\d{3})+|\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty) "
    r"([a-z]{3,}s))\b"
)
_NAME = re.compile(r"(?<![.?!] )(?<!^)\b([A-Z][a-z]+(?: [A-Z][a-z]+)+)\b")
_OPENS_VAGUELY = re.compile(r"(?:He|She|It|They|This|That|These|Those|But|And|His|Her|Its|Their|There|Then)\b")

LONGEST = 220  # characters of a sentence that makes a clear question
PER_ARTICLE = 4


@dataclass(frozen=True, slots=True)
class Proposal:
    """A question for a person to accept; without an answer, one that no article seems to answer."""

    question: str
    kind: str
    answer: str
    article: Article
    start: int  # of the quote that the answer stands in
    end: int

    @property
    def quote(self) -> str:
        """The sentence it was made of."""
        return self.article.text[self.start : self.end]


def propose(library: Library, count: int) -> Iterator[Proposal]:
    """At most `count` proposals over the articles of `library`, by turns one of each; the same ones each time.

    An answerable one is proposed when the reader, asked over that article, points at its sentence. An unanswerable one
    has a name of it put in place of another article's, and is proposed when the library refuses it.
    """
    articles = [library.article(entry.id) for entry in library.entries()]
    articles.sort(key=lambda article: sha256(article.id.encode()).digest())
    names = {article.id: _names(article) for article in articles}
    made = 0
    for article in articles:
        kept = 0
        for one in candidates(article):
            if made >= count:
                return
            if kept >= PER_ARTICLE:
                break
            if _found_again(library, one):
                kept, made = kept + 1, made + 1
                yield one
                other = _unanswerable(one, names, articles) if kept == 1 and made < count else None
                if other is not None and library.ask(other.question).refused:
                    made += 1
                    yield other


def candidates(article: Article) -> Iterator[Proposal]:
    """Questions made of the sentences of one article, in their order."""
    for start, end in sentence_spans(article.text):
        sentence = article.text[start:end]
        if len(sentence) > LONGEST or "\n" in sentence or _OPENS_VAGUELY.match(sentence):
            continue
        for made in (_when(sentence), _how_many(sentence)):
            if made is not None:
                question, kind, answer = made
                yield Proposal(question, kind, answer, article, start, end)
                break


def _when(sentence: str) -> tuple[str, str, str] | None:
    for pattern, words in ((_DATE, "On which day"), (_YEAR, "In which year")):
        if found := pattern.search(sentence):
            rest = _without(sentence, found)
            return f"{words} was it that {rest}?", "date", found[1]
    return None


def _how_many(sentence: str) -> tuple[str, str, str] | None:
    found = _COUNT.search(sentence)
    if found is None:
        return None
    rest = f"{sentence[: found.start()]}how many {found[2]}{sentence[found.end() :]}"
    return f"{rest[:1].upper()}{rest[1:].rstrip('.!')}?", "number", found[1]


def _without(sentence: str, found: re.Match[str]) -> str:
    rest = f"{sentence[: found.start()].rstrip(' ,')} {sentence[found.end() :].lstrip(' ,')}"
    return _as_part(" ".join(rest.split())).rstrip(" .!").replace(" ,", ",")


def _as_part(sentence: str) -> str:
    """A sentence's beginning as it stands within another: "The bridge" becomes "the bridge"; a name stays."""
    first = sentence.split(" ", 1)[0]
    return sentence[:1].lower() + sentence[1:] if first in ("The", "A", "An", "In", "On", "Some", "About") else sentence


def _found_again(library: Library, one: Proposal) -> bool:
    answer = library.ask(one.question, filters=Filters(article_ids=(one.article.id,)))
    return any(citation.start < one.end and one.start < citation.end for citation in answer.citations)


def _names(article: Article) -> list[str]:
    return list(dict.fromkeys(_NAME.findall(article.text)))


def _unanswerable(one: Proposal, names: dict[str, list[str]], articles: Sequence[Article]) -> Proposal | None:
    """`one` with its first name swapped for one that its article does not hold."""
    here = next((name for name in names[one.article.id] if name in one.question), None)
    if here is None:
        return None
    for other in articles:
        for name in names[other.id]:
            if name not in one.article.text:
                return replace(one, question=one.question.replace(here, name), kind="unanswerable", answer="")
    return None
