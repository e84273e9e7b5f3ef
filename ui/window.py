"""The conversation: a Gradio app that asks the library and shows the answer as it comes.

The panes beside it (`page.py`, `static/`) are not Gradio's: they read the HTTP API. What joins them is the address of
a place, `#pin=…`: a marker in an answer is a link to it, and the source pane shows the article there.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from typing import Any

import gradio as gr  # at the top, unlike elsewhere: Gradio looks types up in this module; `server.py` imports it late
from gradio.themes import Base as Theme

from ..rag import Event, Library, PinciteError
from . import markup
from .api import sentence_of
from .exchange import Exchange, exchanges, pin_of, turns

log = logging.getLogger(__name__)

ASKED_AT_ONCE = 16  # questions answered at the same time; Gradio's own default is one
WAITING = 200  # questions that may wait; the next visitor is told that it is busy
WELCOME = (
    "<h2>Ask your articles</h2>"
    "<p>Every answer is pinned to the exact words it came from. When the articles do not say, it says so.</p>"
)
SHOW_EVERY_S = 0.04  # words are shown in bunches: every showing sends the difference to the page


def build_window(library: Library, examples: Sequence[str] = ()) -> gr.Blocks:
    """The conversation over `library`, with `examples` to begin with."""
    with gr.Blocks(title="pincite", analytics_enabled=False, fill_height=True, fill_width=True) as window:
        chat = gr.Chatbot(
            elem_id="pc-chat",
            label="Conversation",
            show_label=False,
            container=False,
            height="100%",
            layout="panel",
            autoscroll=False,  # window.js brings the question to the top instead, and the answer grows below it
            latex_delimiters=[],
            buttons=[],
            allow_tags=False,
            line_breaks=False,
            feedback_options=None,
            group_consecutive_messages=False,
            examples=[{"text": text} for text in examples],
            placeholder=WELCOME,
        )
        with gr.Row(elem_id="pc-asking"):
            box = gr.Textbox(
                elem_id="pc-question",
                label="Question",
                show_label=False,
                container=False,
                placeholder="Ask your articles",
                lines=1,
                max_lines=6,
                max_length=20_000,
                submit_btn=True,
                stop_btn=False,
            )
        past = gr.JSON([], visible=False)  # the exchanges, held by the page and sent with each question

        def ask(question: str, sent: Any) -> Iterator[tuple[Any, ...]]:
            """Each state of the conversation while `question` is answered."""
            if not question.strip():
                yield gr.skip(), gr.skip(), gr.skip()
                return
            before = exchanges(sent)
            asking = gr.Textbox(value="", submit_btn=False, stop_btn=True)
            for exchange in answering(library, question, before):
                yield messages((*before, exchange)), as_json((*before, exchange)), asking
                asking = gr.skip()
            yield gr.skip(), gr.skip(), idle()

        def stop(sent: Any) -> tuple[Any, ...]:
            """The conversation with what was being said kept as it stands."""
            kept = tuple(one.changed(state="stopped") if one.state == "working" else one for one in exchanges(sent))
            return messages(kept), as_json(kept), idle()

        def idle() -> Any:
            return gr.Textbox(submit_btn=True, stop_btn=False)

        def choose(chosen: gr.SelectData) -> str:
            return chosen.value["text"]

        shown = [chat, past, box]
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        asking: dict[str, Any] = {"concurrency_id": "ask", "concurrency_limit": ASKED_AT_ONCE, **quiet}
        at_once: dict[str, Any] = {"concurrency_limit": None, **quiet}  # never behind a question
        asked = box.submit(ask, [box, past], shown, **asking)
        chosen = chat.example_select(choose, None, box, **at_once)
        picked = chosen.then(ask, [box, past], shown, **asking)
        box.stop(stop, past, shown, cancels=[asked, picked], **at_once)
        chat.clear(lambda: ([], [], idle()), None, shown, cancels=[asked, picked], **at_once)
    return window.queue(default_concurrency_limit=ASKED_AT_ONCE, max_size=WAITING)


def plain_theme() -> Theme:
    """Gradio's plainest theme, with the fonts the machine has: none is fetched."""
    return Theme(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"])


def answering(library: Library, question: str, before: tuple[Exchange, ...]) -> Iterator[Exchange]:
    """The exchange as it grows, finished in the end; a failure ends it with its one sentence."""
    exchange = Exchange(question=question[:30_000])
    yield exchange
    shown_at = 0.0
    try:
        for event in library.stream(question, history=turns(before)):
            exchange = after(exchange, event)
            now = time.monotonic()
            if event.kind != "text" or now - shown_at >= SHOW_EVERY_S:
                shown_at = now
                yield exchange
    except PinciteError as err:
        yield exchange.changed(state="failed", text=sentence_of(err))
    except Exception:  # whatever it is, a visitor gets a sentence and the log gets the rest
        log.exception("a question could not be answered")
        yield exchange.changed(state="failed", text="Something went wrong here; the server's log has the details.")


def after(exchange: Exchange, event: Event) -> Exchange:
    """`exchange` with what `event` brings."""
    if event.answer is not None:
        return exchange.answered(event.answer)
    if event.citation is not None:
        return exchange.changed(pins=(*exchange.pins, pin_of(event.citation)))
    if event.kind == "stage":
        return exchange.changed(stage=event.text)
    return exchange.changed(text=exchange.text + event.text)


def messages(conversation: Sequence[Exchange]) -> list[dict[str, str]]:
    """The conversation as the Chatbot's messages."""
    pairs = [
        ({"role": "user", "content": markup.question(one)}, {"role": "assistant", "content": markup.answer(one)})
        for one in conversation
    ]
    return [message for pair in pairs for message in pair]


def as_json(conversation: Sequence[Exchange]) -> list[dict[str, Any]]:
    """The conversation as the page keeps it."""
    return [one.model_dump(mode="json", exclude_defaults=True) for one in conversation]
