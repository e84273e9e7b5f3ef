"""An article cut into passages: whole sentences, about 120 to 180 tokens, exact offsets, no overlap."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from .sentences import ends_sentence, sentence_spans
from .types import Article, Passage

# The embedder reads 256 tokens, of which the title and the heading get what these leave over.
PASSAGE_TOKENS = 160  # what a passage aims at
PASSAGE_TOKENS_MOST = 200  # what none exceeds
HEADING_CHARS = 120

CountTokens = Callable[[Sequence[str]], Sequence[int]]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A sentence, or a part of one that is too long for a passage."""

    start: int
    end: int
    tokens: int
    ends_paragraph: bool


def split(
    article: Article,
    count_tokens: CountTokens,
    *,
    tokens: int = PASSAGE_TOKENS,
    most: int = PASSAGE_TOKENS_MOST,
) -> list[Passage]:
    """The passages of `article` in order; every character that is not white space is in exactly one.

    `count_tokens` says how many tokens each of several texts has, special ones aside. A passage ends where a
    paragraph does if that makes no odd size, begins anew at a heading, and exceeds `most` tokens never: a
    sentence that is longer is cut at a clause mark or a space.
    """
    pieces = _pieces(article.text, count_tokens, most)
    passages: list[Passage] = []
    for heading, section in _sections(article, pieces, tokens):
        for start, end in _packed(section, tokens, most):
            id = f"{article.id}:{article.version}:{len(passages)}"
            text = article.text[start:end]
            passages.append(Passage(id, article.id, article.version, text, start, end, heading))
    return passages


def _pieces(text: str, count_tokens: CountTokens, most: int) -> list[_Piece]:
    spans = sentence_spans(text)
    counts = count_tokens([text[start:end] for start, end in spans])
    if any(count > most for count in counts):
        spans, counts = _shortened(text, spans, counts, count_tokens, most)
    nexts = [start for start, _ in spans[1:]] + [len(text)]
    return [
        _Piece(start, end, max(1, count), next == len(text) or text.count("\n", end, next) > 1)
        for (start, end), count, next in zip(spans, counts, nexts, strict=True)
    ]


_WORDS = re.compile(r"\S{1,40}\s*")
_CLAUSE_END = re.compile(r"[;:,–—，、；)\]]\s*$")


def _shortened(
    text: str, spans: list[tuple[int, int]], counts: Sequence[int], count_tokens: CountTokens, most: int
) -> tuple[list[tuple[int, int]], list[int]]:
    """`spans` with those over `most` tokens cut up, and the counts of all."""
    words = {
        span: [match.span() for match in _WORDS.finditer(text, *span)]
        for span, count in zip(spans, counts, strict=True)
        if count > most
    }
    sizes = iter(count_tokens([text[start:end].strip() for parts in words.values() for start, end in parts]))
    cut: list[tuple[int, int]] = []
    cut_counts: list[int] = []
    for span, count in zip(spans, counts, strict=True):
        parts = [(start, end, next(sizes)) for start, end in words.get(span, [])]
        for start, end, size in _grouped(text, parts, most) if parts else [(*span, count)]:
            cut.append((start, end))
            cut_counts.append(size)
    return cut, cut_counts


def _grouped(text: str, words: list[tuple[int, int, int]], most: int) -> Iterator[tuple[int, int, int]]:
    """Words in groups of at most `most` tokens: a group is left at its last clause mark, if that is late enough."""
    first, clause, size, size_at_clause = 0, 0, 0, 0
    for n, (start, end, count) in enumerate(words):
        while n > first and size + count > most:
            at, left = (clause, size_at_clause) if size_at_clause > most // 2 else (n, size)
            yield words[first][0], _right(text, words[at - 1][1]), left
            first, size, size_at_clause = at, size - left, 0
        size += count
        if _CLAUSE_END.search(text[start:end]):
            clause, size_at_clause = n + 1, size
    yield words[first][0], _right(text, words[-1][1]), size


def _right(text: str, end: int) -> int:
    """`end` moved left over white space."""
    while text[end - 1].isspace():
        end -= 1
    return end


def _sections(article: Article, pieces: list[_Piece], tokens: int) -> list[tuple[str, list[_Piece]]]:
    """The pieces from one heading to the next, with the heading.

    A very short section goes on into the next, and one at the end belongs to the section before.
    """
    sections: list[tuple[str, list[_Piece]]] = []
    size = 0
    for piece, begins in zip(pieces, _heading_marks(article.text, pieces), strict=True):
        if not sections or (begins and size >= tokens // 5):
            heading = article.text[piece.start : piece.end].lstrip("# ") if begins else ""
            sections.append(("" if heading.casefold() == article.title.casefold() else heading, []))
            size = 0
        sections[-1][1].append(piece)
        size += piece.tokens
    if len(sections) > 1 and size < tokens // 5:
        sections[-2][1].extend(sections.pop()[1])
    return sections


def _heading_marks(text: str, pieces: list[_Piece]) -> list[bool]:
    """For each piece, whether it is a heading that begins a section."""
    befores: list[_Piece | None] = [None, *pieces[:-1]]
    looks = [_looks_like_heading(text, before, piece) for before, piece in zip(befores, pieces, strict=True)]
    marks = [False] * len(pieces)
    for n in range(len(pieces) - 1):
        # A heading stands over something that is none: of a stack of short lines only the last could be one,
        # and a heading right under another begins no section of its own.
        if looks[n]:
            marks[n] = not (n and looks[n - 1]) and _stands_over_prose(text, pieces, looks, n)
    return marks


def _looks_like_heading(text: str, before: _Piece | None, piece: _Piece) -> bool:
    line = text[piece.start : piece.end]
    if line.startswith("#"):
        return True
    alone = piece.ends_paragraph and (before is None or before.ends_paragraph)
    return (
        alone
        and len(line) <= HEADING_CHARS
        and len(line.split()) <= 14
        and not line[0].islower()
        and line[0] not in "-*•|>"
        and any(char.isalpha() for char in line)
        and not (ends_sentence(line) and not line.endswith("?"))
        and line[-1] not in ":;,"
    )


def _stands_over_prose(text: str, pieces: list[_Piece], looks: list[bool], n: int) -> bool:
    """Whether a sentence follows within two further headings."""
    for after in range(n + 1, min(n + 3, len(pieces))):
        if not looks[after]:
            return ends_sentence(text[pieces[after].start : pieces[after].end])
    return False


def _packed(pieces: list[_Piece], tokens: int, most: int) -> Iterator[tuple[int, int]]:
    """The passages of one section as offsets: of all ways to group its pieces, the cheapest by `_cost`."""
    units = list(_units(pieces, least=most // 20, most=most))
    best: list[tuple[float, int]] = [(0.0, 0)]  # by number of units: cost, and where the last passage begins
    for n in range(1, len(units) + 1):
        size, options = 0, list[tuple[float, int]]()
        for first in range(n - 1, -1, -1):
            size += units[first].tokens
            if size > most and options:
                break
            cost = best[first][0] + _cost(size, units[n - 1].ends_paragraph, tokens, most)
            options.append((cost, first))
        best.append(min(options))
    bounds, at = list[tuple[int, int]](), len(units)
    while at:
        first = best[at][1]
        bounds.append((units[first].start, units[at - 1].end))
        at = first
    yield from reversed(bounds)


def _cost(size: int, ends_paragraph: bool, tokens: int, most: int) -> float:
    """How unwelcome a passage of `size` tokens is; 0.1 for a good one, so that fewer are better."""
    low, high = tokens * 3 // 4, tokens * 9 // 8  # 120 and 180
    short = max(0, low - size) / low
    long = max(0, size - high) / max(1, most - high)
    return 0.1 + short**2 + 0.5 * long + (0.0 if ends_paragraph else 0.25)


def _units(pieces: list[_Piece], *, least: int, most: int) -> Iterator[_Piece]:
    """Pieces with the tiny ones joined, so that a megabyte of one-word sentences is packed in linear time."""
    unit: _Piece | None = None
    for piece in pieces:
        if unit and (unit.tokens >= least or unit.tokens + piece.tokens > most):
            yield unit
            unit = None
        if unit:
            piece = _Piece(unit.start, piece.end, unit.tokens + piece.tokens, piece.ends_paragraph)
        unit = piece
    if unit:
        yield unit
