"""Copies of one text count once: one is read, the others are named beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from ..index import Entry, Filters, Hit, Index, held_by, shingles
from .types import Citation

HELD = 0.6  # share of a passage's runs of words that say it is in another text too: copies cut passages elsewhere

_FIGURE = re.compile(r"\d[\d.,]*")


def without_copies(hits: Sequence[Hit], groups: Mapping[str, Sequence[Entry]]) -> tuple[Hit, ...]:
    """The hits without those whose words a better article of their group brings too, in their order.

    `groups` are the copies of each article that has any. The article of a group that is found first stands for it.
    A copy's passage stays when it says more than that one's passages among the hits: a paragraph of its own, or
    another figure, which is a disagreement and no copy.
    """
    standing: dict[str, str] = {}
    for hit in hits:
        first = standing.setdefault(hit.article.id, hit.article.id)
        for copy in groups.get(hit.article.id, ()):
            standing.setdefault(copy.id, first)
    texts: dict[str, list[str]] = {}
    for hit in hits:
        if hit.article.id in groups:
            texts.setdefault(hit.article.id, []).append(hit.passage.text)
    return tuple(
        hit
        for hit in hits
        if standing[hit.article.id] == hit.article.id
        or not _says_no_more(hit.passage.text, "\n".join(texts.get(standing[hit.article.id], ())))
    )


def _says_no_more(text: str, other: str) -> bool:
    runs = shingles(text)
    if not set(_figures(text)) <= set(_figures(other)):
        return False
    return bool(np.size(runs)) and held_by(runs, shingles(other)) >= HELD


def _figures(text: str) -> list[str]:
    return [figure.rstrip(".,") for figure in _FIGURE.findall(text)]


def name_copies(citations: Sequence[Citation], index: Index, filters: Filters) -> list[Citation]:
    """The citations, each with the copies of its article that pass `filters`."""
    groups = index.copies({citation.article.id for citation in citations})
    if not groups:
        return list(citations)
    return [
        replace(
            citation,
            copies=tuple(
                copy
                for copy in groups.get(citation.article.id, ())
                if filters.admit(copy.id, copy.source, copy.published)
            ),
        )
        for citation in citations
    ]
