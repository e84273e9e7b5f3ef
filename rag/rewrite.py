"""A follow-up question made to stand alone by a language model, and whether what it wrote can be used."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from ..index import ModelFailed, content_words, stems
from .amounts import find_amounts
from .call import Call, ChatModel
from .names import KnownNames, find_names
from .prompts import TURNS_TOLD, rewrite_prompt
from .tainted import gives_orders, is_link, without_unseen
from .types import Turn

log = logging.getLogger(__name__)

_LONGEST = 400  # characters; a stand-alone question needs fewer
_MOST_NEW = 0.34  # share of its content words that nobody said


def rewritten(chat: ChatModel, question: str, history: Sequence[Turn], call: Call) -> str | None:
    """`question` made to stand alone; None when the model fails or writes what cannot be used."""
    told = ""
    try:
        for piece in chat.stream(rewrite_prompt(question, history), call):
            told += piece
            if len(told) > _LONGEST:
                break
    except ModelFailed as err:
        log.info("the question was not rewritten: %s", type(err).__name__)
        return None
    plain = " ".join(without_unseen(told).split()).strip("\"'“”` ")
    return plain if is_usable(plain, question, history) else None


def is_usable(written: str, question: str, history: Sequence[Turn]) -> bool:
    """Whether `written` is one question about what was said: no answer, no order, no name or number of its own."""
    if not 0 < len(written) <= _LONGEST or is_link(written) or not any(char.isalnum() for char in written):
        return False
    said = f"{question}\n" + "\n".join(turn.text for turn in history[-TURNS_TOLD:])
    if gives_orders(written) and not gives_orders(question):
        return False
    known = KnownNames(said)
    there = find_amounts(said)
    if any(not known.has(name.word) for name in find_names(written) if name.sure):
        return False
    if any(not any(amount.same(other) for other in there) for amount in find_amounts(written)):
        return False
    words, heard = content_words(written), set(stems(said))
    new = sum(1 for word in words if not set(stems(word)) <= heard)
    return new <= _MOST_NEW * len(words) + 1
