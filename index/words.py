"""Words as the keyword index sees them: lower case, accents off, English stems."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tantivy import TextAnalyzer

# Words that say nothing of what a question is about. Question words are among them: an article does not
# answer "who" by saying "who".
STOP_WORDS = frozenset(
    """a about after again all also am an and any are as at be because been before being between both but by
    can could d did do does doing done during each few for from further get give had has have having he her here hers
    him his how i if in into is it its itself just ll m many may me might mine more most much must my name no
    nor not now of off on once only or other our out over own please re s same say says she should so some
    such t tell than that the their theirs them then there these they this those through to too under until
    up us ve very was we were what when where which while who whom whose why will with would you
    your""".split()
)


def stems(text: str) -> list[str]:
    """The stems of every word in `text`, in order: "Exchanged prisoners" gives ["exchang", "prison"]."""
    return list(analyser().analyze(text))


def content_words(text: str) -> list[str]:
    """The words of `text` that say what it is about, as written, each stem once, in order."""
    seen: set[str] = set()
    found: list[str] = []
    for word in _plain_analyser().analyze(text):
        stem = " ".join(stems(word))
        if word.lower() not in STOP_WORDS and stem and stem not in seen:
            seen.add(stem)
            found.append(word)
    return found


@cache
def analyser() -> TextAnalyzer:
    from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

    builder = TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.lowercase()).filter(Filter.ascii_fold())
    return builder.filter(Filter.stemmer("English")).build()


@cache
def _plain_analyser() -> TextAnalyzer:
    from tantivy import TextAnalyzerBuilder, Tokenizer

    return TextAnalyzerBuilder(Tokenizer.simple()).build()
