"""An answer written by a language model, with citations cut by our code and every statement checked against them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from time import perf_counter
from typing import Any

from ..index import Hit, ModelFailed
from .call import Call, ChatModel
from .compose import refuse
from .draft import Draft
from .events import Event, told_in_pieces
from .prompts import Prompt, fit_prompt
from .rewrite import rewritten
from .support import Judge, Support
from .tainted import gives_orders
from .types import Answer, Citation, Doubt, Turn

_SPARE_TOKENS = 256  # of the context, for what a server adds of its own


class Writer:
    """Has a chat model write from numbered sentences; only numbers of sentences it was given become citations."""

    def __init__(self, chat: ChatModel, new_call: Callable[[], Call], judge: Judge | None = None) -> None:
        self.name = chat.name
        self.place = chat.place
        self.new_call = new_call
        self._chat = chat
        self._judge = judge

    def try_once(self) -> str:
        """Asks for one word; what came, in words. Raises ModelFailed when the model does not answer."""
        started, call = perf_counter(), self.new_call()
        for _ in self._chat.stream([("user", "Write the word yes and nothing else.")], call):
            pass
        tokens = sum(call.usage.values())
        return f"answered in {perf_counter() - started:.1f} s" + (f" and counted {tokens:,} tokens" if tokens else "")

    def rewrite(self, question: str, history: Sequence[Turn], call: Call) -> str | None:
        """`question` made to stand alone by the model; None when it gives nothing that can be used."""
        return rewritten(self._chat, question, history, call)

    def write(self, question: str, local: Answer, hits: tuple[Hit, ...], call: Call) -> Iterator[Event]:
        """The answer to `question` from `hits`, as it comes; `local` is what the reader made of them.

        Raises ModelFailed or ModelBusy when nothing came that can be cited. What did come is kept, with a note.
        """
        room = self._chat.context_tokens - self._chat.answer_tokens - _SPARE_TOKENS
        prompt = fit_prompt(question, hits, room=room)
        if prompt is None:
            raise ModelFailed(
                f"{self.name}: not one passage fits into its context of {self._chat.context_tokens:,} tokens; "
                "raise PINCITE_CONTEXT_TOKENS, lower PINCITE_ANSWER_TOKENS, or use --model reader"
            )
        support = Support(question, prompt.sentences, self._judge)
        draft = Draft(prompt.sentences, support.best)
        broken = yield from self._drafted(draft, prompt, call)
        trace = _trace(draft, prompt, call)
        told: dict[str, Any] = {"model": self.name, "usage": call.usage}
        if draft.citations and draft.text:
            text = draft.text.rstrip()
            started = perf_counter()
            doubts = support.doubts(text, draft.statements, draft.citations)
            trace["checked"] = {
                "statements": len(draft.statements),
                "doubted": len(doubts),
                "matched": sum(1 for one in draft.statements if one.markers and not one.told),
                "ms": round((perf_counter() - started) * 1000, 2),
            }
            cited = tuple(_judged(citation, doubts) for citation in draft.citations)
            note = _note(broken, full=draft.full)
            kept = {"confidence": local.confidence, "doubts": doubts, "note": note, "trace": trace}
            yield Event("answer", answer=Answer(local.question, text, cited, hits, **kept, **told))
            return
        if broken:
            raise broken
        refusal = refuse(local.question, "not_answered", hits=hits, confidence=local.confidence)
        refusal = replace(refusal, trace=trace, **told)
        # Words that came already cannot be taken back; whoever shows them shows the refusal in their place.
        yield from [Event("answer", answer=refusal)] if draft.text.strip() else told_in_pieces(refusal)

    def _drafted(self, draft: Draft, prompt: Prompt, call: Call) -> Iterator[Event]:
        """Fills `draft` from the model; gives back the error that ended it before its time, if one did."""
        broken: ModelFailed | None = None
        stream = self._chat.stream(prompt.turns, call)
        try:
            for delta in stream:
                yield from draft.take(delta)
                if draft.full or draft.declined:
                    break
        except ModelFailed as err:
            broken = err
        finally:
            # Whoever stops reading stops the server's writing too.
            getattr(stream, "close", lambda: None)()
        yield from draft.finish()
        return broken


def _trace(draft: Draft, prompt: Prompt, call: Call) -> dict[str, Any]:
    """What is worth knowing of how it was written."""
    trace: dict[str, Any] = {"dangling": list(draft.dangling), "requests": call.requests}
    if prompt.left_out:
        why = "the model's context has no room for it"
        trace["dropped"] = [{"passage": hit.passage.id, "why": why} for hit in prompt.left_out]
    orders = dict.fromkeys(one.hit.passage.id for one in prompt.sentences if gives_orders(one.text))
    if orders:
        trace["addressing"] = list(orders)
    if call.spent:
        trace["dollars"] = round(call.spent, 6)
    return trace


def _judged(citation: Citation, doubts: Sequence[Doubt]) -> Citation:
    """`citation`, with why when a statement that cites it is doubted."""
    doubt = next((doubt for doubt in doubts if citation.marker in doubt.markers), None)
    return replace(citation, supported=False, why=doubt.why) if doubt else citation


def _note(broken: ModelFailed | None, *, full: bool) -> str:
    if full:
        return "The answer was cut off here: it grew too long."
    return f"The answer breaks off here: {broken}." if broken else ""
