"""An answer written by a language model, with citations cut by our code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from ..index import Hit
from .check import unsupported
from .compose import refuse
from .events import Event, told_in_pieces
from .prompts import NO_ANSWER, Numbered, build_prompt, number_sentences
from .types import MARKER, Answer, Citation

LONGEST_ANSWER_CHARS = 8_000  # past it a model is not answering a question any more


class ChatModel(Protocol):
    """Streams a model's words. `usage` is filled when the stream has ended."""

    def stream(self, turns: Sequence[tuple[str, str]], usage: dict[str, int]) -> Iterator[str]: ...


class Writer:
    """Has a chat model write from numbered sentences; only numbers of sentences it was given become citations."""

    def __init__(self, name: str, chat: ChatModel) -> None:
        self.name = name
        self._chat = chat

    def write(self, question: str, local: Answer, hits: tuple[Hit, ...]) -> Iterator[Event]:
        """The answer to `question` from `hits`, as it comes; `local` is what the reader made of them.

        Raises ModelFailed or ModelBusy.
        """
        sentences = number_sentences(hits)
        usage: dict[str, int] = {}
        draft = Draft(sentences)
        for delta in self._chat.stream(build_prompt(question, sentences), usage):
            yield from draft.take(delta)
            if len(draft.text) > LONGEST_ANSWER_CHARS:
                break
        yield from draft.finish()
        told = {"model": self.name, "usage": usage, "trace": {"dangling": list(draft.dangling)}}
        if draft.citations:
            citations = tuple(_checked(draft.text, citation) for citation in draft.citations)
            written = Answer(local.question, draft.text.strip(), citations, hits, confidence=local.confidence, **told)
            yield Event("answer", answer=written)
            return
        refusal = replace(refuse(local.question, "not_answered", hits=hits, confidence=local.confidence), **told)
        # Words that came already cannot be taken back; whoever shows them shows the refusal in their place.
        yield from [Event("answer", answer=refusal)] if draft.text.strip() else told_in_pieces(refusal)


@dataclass
class Draft:
    """A model's words turned into answer text while they come.

    Sentence numbers become our markers, counted from 1 in the order cited; a number that no sentence has is
    dropped and kept in `dangling`. Nothing is let out that may still become part of a marker.
    """

    sentences: Sequence[Numbered]
    text: str = ""
    citations: list[Citation] = field(default_factory=list)
    dangling: list[int] = field(default_factory=list)
    declined: bool = False
    _held: str = ""

    def take(self, delta: str) -> Iterator[Event]:
        """What `delta` adds that is certain."""
        self._held += delta
        if not self.text and NO_ANSWER.startswith(self._held.strip()[: len(NO_ANSWER)]):
            return  # it may be about to say that it cannot answer
        cut = self._held.rfind("[")
        unfinished = cut >= 0 and "]" not in self._held[cut:] and len(self._held) - cut <= 8
        ready, self._held = (self._held[:cut], self._held[cut:]) if unfinished else (self._held, "")
        yield from self._let_out(ready)

    def finish(self) -> Iterator[Event]:
        """What was held back, now that nothing follows."""
        if not self.text and self._held.strip().strip(".").upper().startswith(NO_ANSWER):
            self.declined = True
            return
        ready, self._held = self._held, ""
        yield from self._let_out(ready)

    def _let_out(self, ready: str) -> Iterator[Event]:
        at = 0
        for match in MARKER.finditer(ready):
            yield from self._say(ready[at : match.start()])
            yield from self._cite(int(match.group(1)))
            at = match.end()
        yield from self._say(ready[at:])

    def _say(self, text: str) -> Iterator[Event]:
        if text:
            self.text += text
            yield Event("text", text)

    def _cite(self, number: int) -> Iterator[Event]:
        sentence = self.sentences[number - 1] if 1 <= number <= len(self.sentences) else None
        if sentence is None:
            self.dangling.append(number)
            return
        article = sentence.hit.article
        place = (article.id, sentence.start, sentence.end)
        known = next((c for c in self.citations if (c.article.id, c.start, c.end) == place), None)
        if known is None:
            known = Citation(len(self.citations) + 1, article, sentence.text, sentence.start, sentence.end)
            self.citations.append(known)
            yield Event("citation", citation=known)
        yield from self._say(f"[{known.marker}]")


def _checked(text: str, citation: Citation) -> Citation:
    """`citation`, marked unsupported when a statement that cites it holds what its cited words do not."""
    statement = _statement_of(text, citation.marker)
    return replace(citation, supported=not unsupported(statement, _beside(citation)))


def _beside(citation: Citation) -> str:
    published: Any = citation.article.published or ""
    return f"{citation.quote} {citation.article.title} {published}"


def _statement_of(text: str, marker: int) -> str:
    """The words before a marker, back to the statement before them."""
    at = text.find(f"[{marker}]")
    before = MARKER.split(text[:at])[-1] if at >= 0 else ""
    return before.lstrip(".,; \n")
