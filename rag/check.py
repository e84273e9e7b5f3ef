"""Whether what a statement says stands in the words it cites."""

from __future__ import annotations

import re

from ..index import STOP_WORDS, stems

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NAME = re.compile(r"(?<![.?!]\s)(?<!^)\b[A-Z][\w'’-]+")
_NUMBER_WORDS = dict(
    zip(
        """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
        seventeen eighteen nineteen twenty""".split(),
        map(str, range(21)),
        strict=True,
    )
)


def unsupported(statement: str, evidence: str) -> tuple[str, ...]:
    """The numbers and names of `statement` that `evidence` does not hold, as written, in order.

    Thousands separators do not count, small numbers may be words on either side, and a name may be inflected.
    """
    present = _numbers(evidence)
    known = set(stems(evidence))
    lost = [found for found in _NUMBER.findall(statement) if _plain(found) not in present]
    names = [name for name in _NAME.findall(statement) if name.lower() not in STOP_WORDS]
    return (*lost, *(name for name in names if not set(stems(name)) <= known))


def _numbers(text: str) -> set[str]:
    words = {_NUMBER_WORDS[word] for word in re.findall(r"[a-z]+", text.lower()) if word in _NUMBER_WORDS}
    return words | {_plain(found) for found in _NUMBER.findall(text)}


def _plain(number: str) -> str:
    return re.sub(r",(?=\d{3}\b)", "", number)
