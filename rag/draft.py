"""A model's words turned into answer text while they come.

What is let out is the same however the words are cut into pieces: nothing is decided before all it depends on is there.
A model names sentences by number, `[4]`; our markers replace them, counted from 1 in the order cited. No other square
bracket is let out, so that nothing can look like a marker and not be one. Of quotation marks only those around words of
an article are kept, and of addresses only those of the articles given.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ..index import sentence_spans
from ..index.sentences import ends_sentence
from .events import Event
from .prompts import NO_ANSWER, Numbered
from .tainted import is_link, without_unseen
from .types import Citation

LONGEST_ANSWER_CHARS = 8_000  # past it a model is not answering a question any more
LONGEST_MARK = 40  # characters of "[4, 7, 12]"; a longer bracket holds something else
LONGEST_QUOTE = 400
LONGEST_WORD = 300
FIRST_CHARS = 60  # within which a model says that it cannot answer
MOST_IN_RANGE = 8  # sentences of "[4-9]"; more is no pointing

_OPEN, _CLOSE, _QUOTES = "[【［", "]】］", '"“”„«»＂'
_MARK = re.compile(rf"[{re.escape(_OPEN)}]\s*\^?((?:\d[\d\s,;–—‑-]*))(?:†[^\]】］]*)?[{re.escape(_CLOSE)}]")
_WORD = re.compile(rf"[^\s{re.escape(_OPEN + _CLOSE + _QUOTES)}]{{1,{LONGEST_WORD}}}")
_SPACE = re.compile(r"\s+")
_OUR_MARKERS = re.compile(r"(?:\s*\[\d+\])+$")
LEFT_OUT = "(link left out)"

Matched = Callable[[str], Numbered | None]


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer, `text[start:end]`, and the markers in it. `told` are those the model gave itself."""

    start: int
    end: int
    markers: tuple[int, ...]
    told: bool


class Draft:
    """Takes a model's words as they come and gives events; afterwards it holds what came of them."""

    def __init__(self, sentences: Sequence[Numbered], match: Matched = lambda statement: None) -> None:
        """`match` finds the sentence that bears a statement out when the model names none that there is."""
        self.text = ""
        self.citations: list[Citation] = []
        self.statements: list[Statement] = []
        self.dangling: list[int] = []
        self.declined = False
        self.full = False
        self._sentences = sentences
        self._match = match
        self._sources = {sentence.hit.article.source for sentence in sentences}
        self._known = " ".join(" ".join(sentence.text for sentence in sentences).split())
        self._held = ""
        self._space = ""  # white space that comes before what follows, if anything does
        self._first = 0  # where the sentence being written begins
        self._markers: list[int] = []
        self._begun = False
        self._in_long_word = False
        self._dropped_quote = False  # whether a quotation mark without its quote stood just before
        self._dropped_last = False  # whether what stood after the last white space was a marker without a sentence

    def take(self, delta: str) -> Iterator[Event]:
        """What `delta` adds that is certain."""
        self._held += without_unseen(delta)
        yield from self._go_on(last=False)

    def finish(self) -> Iterator[Event]:
        """What was held back, now that nothing follows."""
        yield from self._go_on(last=True)
        if not self.declined:
            yield from self._end_sentence()

    def _go_on(self, *, last: bool) -> Iterator[Event]:
        if not self._begun and not self._begins(last=last):
            return
        while self._held and not self.full and not self.declined:
            step = self._step(last=last)
            if step is None:
                return
            yield from step
        if self.full or self.declined:
            self._held = ""

    def _begins(self, *, last: bool) -> bool:
        """Whether the answer's first words are there; a model that says it cannot answer says nothing else."""
        # No more than so many characters are looked at, or what had come by chance would decide.
        letters = " ".join(re.findall(r"[^\W\d_]+", self._held[:FIRST_CHARS]))
        if letters.startswith(NO_ANSWER):
            self.declined = self._begun = True
            self._held = ""
        elif not last and len(self._held) < FIRST_CHARS and NO_ANSWER.startswith(letters):
            return False
        self._begun = True
        return True

    def _step(self, *, last: bool) -> Iterator[Event] | None:
        """The events of the next thing in what is held, which it takes; None when more must come first."""
        held = self._held
        char = held[0]
        self._in_long_word = self._in_long_word and bool(_WORD.match(char))
        if char.isspace():
            space = _SPACE.match(held)
            assert space
            self._held = held[space.end() :]
            self._space = "\n" if "\n" in self._space + space.group() else " "
            return iter(())
        if char in _OPEN:
            return self._bracket(last=last)
        if char in _CLOSE:
            return self._taken(1, ")")
        if char in _QUOTES:
            return self._quotation(last=last)
        word = _WORD.match(held)
        assert word
        if word.end() == len(held) and not last and word.end() < LONGEST_WORD:
            return None
        # What has no end is no word; and its pieces, each harmless, could make an address together.
        said = "" if self._in_long_word else self._without_links(word.group())
        self._in_long_word = word.end() == LONGEST_WORD
        return self._taken(word.end(), said)

    def _taken(self, count: int, said: str) -> Iterator[Event]:
        self._held = self._held[count:]
        return self._say(said)

    def _without_links(self, word: str) -> str:
        if not is_link(word):
            return word
        return word if any(word.strip("().,;:!?‘’'") == source for source in self._sources) else LEFT_OUT

    def _bracket(self, *, last: bool) -> Iterator[Event] | None:
        """A marker, or a bracket that is none."""
        near = self._held[:LONGEST_MARK]
        if mark := _MARK.match(near):
            self._held = self._held[mark.end() :]
            return self._cite(_numbers(mark.group(1)))
        # It may still become one when nothing but digits and what may stand between them has come.
        open_yet = re.fullmatch(r".\s*\^?[\d\s,;–—‑-]*(?:†[^\]】］]*)?", near, re.DOTALL)
        if open_yet and len(near) < LONGEST_MARK and not last:
            return None
        return self._taken(1, "(")

    def _quotation(self, *, last: bool) -> Iterator[Event] | None:
        """Quotation marks around words of an article, or the words without them: a quote is ours to make."""
        held = self._held[:LONGEST_QUOTE]
        closing = next((n for n in range(1, len(held)) if held[n] in _QUOTES), None)
        broken = next((n for n in range(1, len(held)) if held[n] in _OPEN + _CLOSE), None)
        if broken is not None and (closing is None or broken < closing):
            return self._without_quote()
        if closing is None:
            return self._without_quote() if last or len(held) == LONGEST_QUOTE else None
        words = " ".join(held[1:closing].split())
        if words and words.strip(" .,;:!?") in self._known and not is_link(words):
            return self._taken(closing + 1, f"“{words}”")
        return self._without_quote()

    def _without_quote(self) -> Iterator[Event]:
        self._held = self._held[1:]
        self._dropped_quote = not self._space
        return iter(())

    def _say(self, words: str) -> Iterator[Event]:
        if not words:
            return
        yield from self._before(words[0])
        if self._space and not (words[0] in ".,;:!?)" and self._space == " " and self._dropped_last):
            yield from self._out(self._space if self.text else "")
        # What the mark held apart must not grow together: two halves of an address, say.
        apart = "'" if self._dropped_quote and not self._space and (words[0].isalnum() or words[0] in ":/") else ""
        if words[0] == "(" and not self._space and self.text.endswith("]"):
            apart = " "  # a marker with a bracket at it would be a link in Markdown
        self._space, self._dropped_last, self._dropped_quote = "", False, False
        yield from self._out(apart + words)

    def _before(self, char: str) -> Iterator[Event]:
        """What is to be said before `char`, when a sentence ended before it."""
        if self._space and (self._space == "\n" or self._ended(char)):
            yield from self._end_sentence()

    def _ended(self, char: str) -> bool:
        if self.text[-1:].isalnum() or self.text[-1:] in ",;:-":
            return False
        tail = _OUR_MARKERS.sub("", self.text[self._first :])
        if not ends_sentence(tail):
            return False
        follows = f"{char}avier" if char.isalnum() else "Xavier"
        return len(sentence_spans(f"{tail} {follows}")) > len(sentence_spans(tail))

    def _end_sentence(self) -> Iterator[Event]:
        """Closes the sentence being written; one that cites nothing gets what bears it out, if anything does."""
        said = self.text[self._first :].strip()
        told = bool(self._markers)
        if said and not told and not self.full and not declines(said) and (found := self._match(said)):
            yield from self._mark(found, " ")
        end = len(self.text.rstrip())
        start = self._first + len(self.text[self._first :]) - len(self.text[self._first :].lstrip())
        if start < end:
            self.statements.append(Statement(start, end, tuple(dict.fromkeys(self._markers)), told))
        self._first, self._markers = len(self.text), []

    def _cite(self, numbers: Sequence[int]) -> Iterator[Event]:
        found = False
        for number in numbers:
            sentence = self._sentences[number - 1] if 1 <= number <= len(self._sentences) else None
            if sentence is None or not self.text:
                self.dangling.append(number)
                continue
            yield from self._mark(sentence, self._space)
            self._space, found = "", True
        self._dropped_last = not found

    def _mark(self, sentence: Numbered, space: str) -> Iterator[Event]:
        article = sentence.hit.article
        place = (article.id, sentence.start, sentence.end)
        known = next((c for c in self.citations if (c.article.id, c.start, c.end) == place), None)
        if known is None:
            known = Citation(len(self.citations) + 1, article, sentence.text, sentence.start, sentence.end)
            self.citations.append(known)
            yield Event("citation", citation=known)
        if self.text.endswith(f"[{known.marker}]"):
            return
        self._markers.append(known.marker)
        # On a line of its own a marker would belong to nothing.
        yield from self._out(f"{' ' if space else ''}[{known.marker}]", whole=True)

    def _out(self, text: str, *, whole: bool = False) -> Iterator[Event]:
        room = LONGEST_ANSWER_CHARS - len(self.text)
        if len(text) > room and not whole:
            text, self.full = text[: max(0, room)], True
        if text:
            self.text += text
            yield Event("text", text)


def _numbers(told: str) -> list[int]:
    """The numbers in "4, 7-9"; of a range that is too wide, its ends."""
    found: list[int] = []
    for part in re.split(r"[\s,;]*[,;][\s,;]*|\s+(?![–—‑-])(?<![–—‑-]\s)", told.strip(" ,;–—‑-\t\n")):
        ends = [int(number) for number in re.findall(r"\d+", part)]
        if len(ends) == 2 and 0 < ends[1] - ends[0] < MOST_IN_RANGE:
            found.extend(range(ends[0], ends[1] + 1))
        else:
            found.extend(ends)
    return found


_DECLINES = re.compile(
    r"\b(?:articles?|sentences?|passages?|texts?|sources?|information|data|context|they|excerpts?|documents?|it|i)\b"
    r"[^.]{0,60}\b(?:not|n['’]t|cannot|no|unable|nothing|neither)\b[^.]{0,60}\b(?:say|state|mention|specif\w+|provid\w+|"
    r"contain\w*|answer\w*|information|indicat\w+|given?|tell|address\w*|includ\w+|discuss\w*|found|reveal\w*|clear|"
    r"determine|disclose\w*|report\w*)\b|^\W*(?:no|not enough|insufficient|there is no) "
    r"(?:information|answer|mention|data)\b|\bi (?:cannot|can['’]t|am unable|do not know|don['’]t know)\b",
    re.IGNORECASE,
)


def declines(statement: str) -> bool:
    """Whether `statement` says that the articles do not answer: it needs no citation."""
    letters = " ".join(re.findall(r"[^\W\d_]+", statement)).upper()
    return letters == NO_ANSWER or _DECLINES.search(statement) is not None
