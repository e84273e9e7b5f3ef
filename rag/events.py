"""What a streamed answer is made of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from .types import Answer, Citation, Value

_PIECES = re.compile(r"\s*(?:\[\d+\]|\S+)|\s+$")


@dataclass(frozen=True, slots=True)
class Event:
    """One step of an answer as it comes. The last one has kind "answer" and holds the whole of it.

    "stage" tells in `text` what is being done; "text" brings more of the answer, to be put behind what came before;
    "citation" comes before the text that holds its marker, and "value", one that articles give where they disagree,
    before the text that tells it.
    """

    kind: Literal["stage", "text", "citation", "value", "answer"]
    text: str = ""
    citation: Citation | None = None
    value: Value | None = None
    answer: Answer | None = None


def told_in_pieces(answer: Answer) -> Iterator[Event]:
    """A finished answer as a stream: its citations and differing values, its text word by word, and itself."""
    yield from (Event("citation", citation=citation) for citation in answer.citations)
    yield from (Event("value", value=value) for value in answer.values)
    yield from (Event("text", piece) for piece in _PIECES.findall(answer.text))
    yield Event("answer", answer=answer)
