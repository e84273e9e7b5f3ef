"""Lines of printed pages, with where they stand, put together as paragraphs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from statistics import median

PAGE = (
    "\U0010fffd"  # stands where a page begins, until the offsets are known; of private use, so that cleaning keeps it
)
HYPHEN = "\xad"  # ends a line whose last word may go on in the next; clean text has none

_TERMINAL = re.compile(r"[.!?…:。！？][\"'”’»)\]]*$")
_BROKEN = re.compile(rf"(\w+)[-‐{HYPHEN}]$")
_ITEM = re.compile(r"(?:[•▪◦‣·–—*\uf0b7-]|\(?\d{1,2}[.)]|\(?[a-z][.)])\s")
_PAGE_NUMBER = re.compile(
    r"\W*(?:page|seite|p\.?|стр\.?)?\W*(?:\d{1,4}|[ivxl]{1,6})\W*(?:(?:of|von|/|de|из)\W*\d{1,4})?\W*", re.I
)
_MARGIN = 0.12  # of a page's height, at its top and at its bottom


@dataclass(frozen=True, slots=True)
class Line:
    """A line on a page, in the page's units; `top` grows upwards."""

    text: str
    left: float
    right: float
    top: float
    height: float
    page: int
    page_height: float


def paragraphs(pages: Sequence[Sequence[Line]]) -> list[str]:
    """The text of `pages` as paragraphs: running heads and page numbers out, lines and broken words joined.

    PAGE stands before the first character of each page, once more for each page before it that has no text.
    """
    kept = [_in_columns(page) for page in _without_running_lines(pages)]
    lines = [line for page in kept for line in page]
    if not lines:
        return []
    vocabulary = Counter(word.lower() for line in lines for word in re.findall(r"[\w-]+", line.text))
    leading = _leading(lines)
    edges = _right_edges(lines)
    texts: list[list[str]] = [[PAGE * (lines[0].page + 1) + lines[0].text]]
    for before, line in pairwise(lines):
        turned = PAGE * (line.page - before.page)
        if _begins(line, before, leading, edges):
            texts.append([turned + line.text])
        else:
            ended, following = _joined(texts[-1][-1], line.text, vocabulary)
            texts[-1][-1:] = ended, turned + following
    return ["".join(parts).replace(HYPHEN, "-") for parts in texts]


def unmarked(text: str) -> tuple[str, tuple[int, ...]]:
    """`text` without its PAGE marks, and where each page begins in it."""
    parts = text.split(PAGE)
    starts = list(accumulate(map(len, parts)))[:-1]
    return "".join(parts), tuple(starts)


def headline(pages: Sequence[Sequence[Line]]) -> str:
    """The largest lines at the top of the first page, if they are larger than the rest; else ""."""
    lines = [line for page in pages[:3] for line in page]
    first = list(pages[0][:12]) if pages else []
    if len(lines) < 3 or not first:
        return ""
    largest = max(first, key=lambda line: line.height)
    if largest.height < 1.2 * median(line.height for line in lines):
        return ""
    at = first.index(largest)
    title = [line.text for line in first[at : at + 4] if abs(line.height - largest.height) < 0.5]
    return " ".join(title).replace(HYPHEN + " ", "")


def _without_running_lines(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """The pages without lines that stand in the margin of many of them, and without page numbers there."""
    marks = [[_mark(line) if _in_margin(line) else "" for line in page] for page in pages]
    counts = Counter(mark for page in marks for mark in set(page) if mark)
    needed = max(2, min(3, len(pages)), len(pages) // 4)
    return [
        [
            line
            for line, mark in zip(page, page_marks, strict=True)
            if not (mark and (counts[mark] >= needed or _PAGE_NUMBER.fullmatch(line.text)))
        ]
        for page, page_marks in zip(pages, marks, strict=True)
    ]


def _in_margin(line: Line) -> bool:
    return not _MARGIN * line.page_height < line.top < (1 - _MARGIN) * line.page_height


def _mark(line: Line) -> str:
    return re.sub(r"\d+", "#", line.text.casefold())


def _in_columns(page: list[Line]) -> list[Line]:
    """`page` column by column, if it has two and the file goes back and forth between them."""
    if len(page) < 8:
        return page
    low, high = min(line.left for line in page), max(line.right for line in page)
    middle = (low + high) / 2
    near = (high - low) * 0.03
    sides = [-1 if line.right < middle + near else 1 if line.left > middle - near else 0 for line in page]
    turns = sum(a * b < 0 for a, b in pairwise(sides))
    if min(sides.count(-1), sides.count(1)) < 4 or turns < min(sides.count(-1), sides.count(1)) * 0.6:
        return page
    # Lines across the whole page part it into bands; each band is read left column first.
    ordered = sorted(zip(page, sides, strict=True), key=lambda pair: -pair[0].top)
    result: list[Line] = []
    band: list[tuple[Line, int]] = []
    for line, side in ordered:
        if side == 0:
            result += _columns(band)
            result.append(line)
            band = []
        else:
            band.append((line, side))
    return result + _columns(band)


def _columns(band: list[tuple[Line, int]]) -> list[Line]:
    return [line for line, side in band if side < 0] + [line for line, side in band if side > 0]


def _leading(lines: Sequence[Line]) -> float:
    """The usual distance from line to line, in heights of a line."""
    steps = [(a.top - b.top) / max(a.height, 1) for a, b in pairwise(lines)]
    usual = [step for step in steps if 0.5 < step < 3]
    return median(usual) if usual else 1.2


def _right_edges(lines: Sequence[Line]) -> dict[int, float]:
    """How far the lines go that begin in each strip of a page."""
    edges: dict[int, float] = {}
    for line in lines:
        edges[_strip(line)] = max(edges.get(_strip(line), 0), line.right)
    return edges


def _strip(line: Line) -> int:
    return int(line.left // 60)


def _begins(line: Line, before: Line, leading: float, edges: dict[int, float]) -> bool:
    """Whether `line` begins a paragraph."""
    height = max(before.height, 1)
    if _BROKEN.search(before.text) and line.text[0].islower():
        return False
    if abs(line.height - before.height) > 0.15 * height or _ITEM.match(line.text):
        return True
    ended = _TERMINAL.search(before.text) is not None
    step = (before.top - line.top) / height
    if step < -0.5 or line.page != before.page:  # the next column or page
        return ended or (not line.text[0].islower() and _is_short(before, edges))
    if abs(step) < 0.3:  # the next cell of the same line
        return line.left - before.right > 3 * height
    if step > 1.35 * leading:
        return True
    indented = line.left - before.left > 0.8 * height
    return (ended and (indented or _is_short(before, edges))) or _is_short(before, edges, by=0.4)


def _is_short(line: Line, edges: dict[int, float], *, by: float = 0.12) -> bool:
    """Whether `line` ends well before its column does, by that share of its width."""
    edge = max(edges[_strip(line)], edges.get(_strip(line) - 1, 0))  # an item is set in from its column
    return line.right < edge - by * (edge - line.left)


def _joined(line: str, following: str, vocabulary: Counter[str]) -> tuple[str, str]:
    """`line` with what stands between it and the line `following`: a word broken at the end is whole again."""
    broken = _BROKEN.search(line)
    if not broken or not following[0].isalnum():
        return f"{line} ", following
    head = broken.group(1)
    tail = re.match(r"\w+", following)
    whole, hyphened = (head + sign + (tail.group() if tail else "") for sign in ("", "-"))
    keeps = not following[0].islower() or vocabulary[hyphened.lower()] > vocabulary[whole.lower()]
    return line[:-1] + ("-" if keeps or head.isdigit() else ""), following
