"""What a question asks for."""

from __future__ import annotations

import re
from typing import Literal

from ..index import QuestionRefused

MAX_QUESTION_CHARS = 2_000  # longer than any question a person types; a pasted article is not a question

Kind = Literal["number", "date", "person", "place", "reason", "list", "yes/no", "other"]

# What a question may ask for by name: "what year", "in which of the ports". The first kind that fits is taken.
_NOUNS: dict[Kind, str] = {
    "number": """number|share|percentage|per cent|proportion|amount|sum|price|cost|age|height|size|toll|score|speed|
        magnitude|length|weight|depth|distance|budget|salary|margin""",
    "date": "year|date|day|month|century|time|decade",
    "reason": "reasons?|causes?|purpose|aim|explains|explained|caused|led to",
    "list": """countries|people|cities|places|things|states|items|topics|subjects|names|members|leaders|nations|
        companies|teams|players|regions|issues|awards|prizes|goods|animals|planets|instruments|parties|conditions|
        steps|measures|scientists|researchers|agencies|firms|banks|universities|authors|writers|islands|rivers|
        languages|ships|airlines|newspapers|two|three|four|five|six""",
    "person": """person|man|woman|president|minister|author|player|scientist|leader|captain|chancellor|king|queen|
        pilot|architect|astronaut|director|engineer""",
    "place": """country|city|town|place|state|region|river|lake|island|village|continent|province|capital|venue|
        street|building|port|airport|stadium""",
}
_WORDS: dict[Kind, str] = {
    "number": r"how (many|much|old|long|far|tall|high|big|large|fast|deep|heavy|wide|often|late|close)",
    # Elsewhere "when" opens a clause that says of what time the question asks: "who was king when it burnt?"
    "date": r"(?:^|[,;:?] |(?:and|but|since|until|by) )when",
    "reason": r"why|how (come|did|do|does|was|were|is|are|could|can)|what happened",
    "list": "who were|name (all|some|two|three|four|five)|list",
    "person": "who|whom|whose",
    "place": "where",
}
_YES_NO = re.compile(
    r"^((and|but|so|then) )?(is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|must|may)(n't)?\b",
    re.IGNORECASE,
)


def _pattern(kind: Kind) -> re.Pattern[str]:
    nouns = re.sub(r"\s*\n\s*", "", _NOUNS[kind])
    asked_by_name = rf"(?:\b(?:what|which)(?: (?:is|was|are|were) the)?|^name(?: the)?) (?:\w+ )?(?:{nouns})\b"
    return re.compile(rf"\b(?:{_WORDS[kind]})\b|{asked_by_name}", re.IGNORECASE)


_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = tuple((kind, _pattern(kind)) for kind in _WORDS)


def kind_of(question: str) -> Kind:
    """What would answer `question`, judged by its words: the first pattern that fits, else "other"."""
    # A question with its topic put in front ("Halifax explosion: was it an accident?") is judged by the rest.
    asked = question.rsplit(": ", 1)[-1].strip()
    if _YES_NO.search(asked):
        return "yes/no"
    for kind, pattern in _KINDS:
        if pattern.search(asked):
            return kind
    return "other"


_NEXT_PART = re.compile(
    r"(?:,? (?:and|but)|\?(?: and| but)?) "
    r"(?=(?:(?:from|in|on|by|at|to|for) )?(?:how|what|when|whom?|whose|where|why|which)\b)",
    re.IGNORECASE,
)
_PART_WORDS = 4  # "and how many?" is no question of its own
_VERB = r"(?:did|does|do|was|were|is|are|has|have|had|can|could|will|would)"
# "what did she find there", but not "what it cost", which goes on from "he knew".
_ASKS = re.compile(rf"^(?:\w+ )?(?:what|which|who)(?: [\w’'-]+){{0,2}} {_VERB}\b", re.IGNORECASE)
_HOW_MUCH_OF = re.compile(rf"^how (?:much|many)(?P<what>(?: [\w’'-]+){{1,4}}?) {_VERB}\b", re.IGNORECASE)
_HOW_MUCH = re.compile(rf"^how (?:much|many)(?= {_VERB}\b)", re.IGNORECASE)


def parts_of(question: str) -> tuple[str, ...]:
    """The questions that `question` asks at once: "When did it open, and who built it?" asks two.

    "How much" of a later part that does not say of what is of what the first part says.
    """
    parts = [part.strip(" ?") for part in _NEXT_PART.split(question)]
    if len(parts) < 2 or any(len(part.split()) < _PART_WORDS or not _is_question(part) for part in parts):
        return (question,)
    if counted := _HOW_MUCH_OF.match(parts[0]):
        parts[1:] = [_filled(part, counted["what"]) for part in parts[1:]]
    return tuple(f"{part}?" for part in parts)


def _filled(part: str, what: str) -> str:
    """ "How much did it weigh" or "how much was collected" with what is counted: " dust", " money"."""
    match = _HOW_MUCH.match(part)
    if not match:
        return part
    named, times = re.subn(r" (?:it|they)\b", what, part, count=1)
    return named if times else match.group() + what + part[match.end() :]


def _is_question(part: str) -> bool:
    return kind_of(part) != "other" or bool(_ASKS.match(part))


def checked(question: str) -> str:
    """`question` with its white space made single. Raises QuestionRefused when it is empty or too long."""
    if len(question) > MAX_QUESTION_CHARS:
        raise QuestionRefused(
            f"the question has {len(question):,} characters, and {MAX_QUESTION_CHARS:,} is the most: "
            "ask for one thing, and add long text as an article"
        )
    plain = " ".join(question.encode("utf-8", "replace").decode().replace("\0", " ").split())
    if not any(char.isalnum() for char in plain):
        raise QuestionRefused("the question is empty: write what you want to know")
    return plain
