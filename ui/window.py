"""The conversation: a Gradio app that asks the library and shows the answer as it comes.

The panes beside it (`page.py`, `static/`) are not Gradio's: they read the HTTP API. Two things join them. The address
of a place, `#pin=…`: a marker in an answer is a link to it, and the source pane shows the article there. And the hidden
fields below: the page writes into them which conversation, which articles and which question it means.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import gradio as gr  # at the top, unlike elsewhere: Gradio looks types up in this module; `server.py` imports it late
from gradio.themes import Base as Theme

from ..rag import NO_FILTERS
from . import markup
from .exchange import Exchange
from .plainly import sentence_of
from .talks import Place, Talks, filters_of
from .visitors import visitor_of

THEN = " Then: "  # between the two questions of an example that shows a follow-up
WELCOME = (
    "<h2>Ask your articles</h2>"
    "<p>Every answer is pinned to the exact words it came from. When the articles do not say, it says so.</p>"
)


def build_window(talks: Talks, examples: Sequence[str] = (), *, at_once: int = 16, waiting: int = 200) -> gr.Blocks:
    """The conversation of `talks`, with `examples` to begin with; `at_once` questions are answered at a time, and
    `waiting` more may wait: the next visitor is told that it is busy."""
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
        # What the page means: the conversation's id, the chosen articles as JSON, the number of the exchange that the
        # question replaces. And a button it presses to have a conversation shown.
        talk = gr.Textbox(elem_id="pc-talk", visible="hidden", max_length=100)
        scope = gr.Textbox(elem_id="pc-chosen", visible="hidden", max_length=200_000)
        again = gr.Textbox(elem_id="pc-again", visible="hidden", max_length=10)
        show = gr.Button(elem_id="pc-show", visible="hidden")
        meant = [talk, scope, again]
        idle: dict[str, Any] = {"submit_btn": True, "stop_btn": False}

        def ask(question: str, talk: str, scope: str, again: str, request: gr.Request) -> Iterator[tuple[Any, ...]]:
            """Each state of the conversation while `question` is answered, and of what the page means."""
            first, _, second = question.partition(THEN) if question in examples else (question, "", "")
            for number, one in enumerate(filter(None, (first.strip(), second.strip()))):
                place, fault = placed(talk, scope, again if not number else "", request)
                talk = place.id
                asking = gr.Textbox(value="", submit_btn=False, stop_btn=True)
                states = talks.answering(place, one) if not fault else failing(place, one, fault)
                for said in states:
                    yield messages(said), talk, "", asking
                    asking = gr.skip()
            yield gr.skip(), gr.skip(), "", gr.Textbox(**idle)

        def placed(talk: str, scope: str, again: str, request: gr.Request) -> tuple[Place, str]:
            """Where the page asks, and what is wrong with what it chose ("" when nothing is)."""
            filters, fault = NO_FILTERS, ""
            try:
                filters = filters_of(json.loads(scope)) if scope else NO_FILTERS
            except (ValueError, AttributeError) as err:
                fault = sentence_of(ValueError(f"the chosen articles cannot be used: {err}"))
            at = int(again) if again.isdecimal() else None
            return talks.place(visitor_of(request), talk, filters, at), fault

        def failing(place: Place, question: str, fault: str) -> Iterator[tuple[Exchange, ...]]:
            failed = Exchange(question, state="failed", text=fault)
            yield (*talks.exchanges(place.owner, place.id), failed)

        def stop(talk: str, request: gr.Request) -> tuple[Any, ...]:
            """The conversation with what was being said kept as it stands."""
            return messages(talks.stop(visitor_of(request), talk)), gr.skip(), "", gr.Textbox(**idle)

        def open_talk(talk: str, request: gr.Request) -> tuple[Any, ...]:
            """The conversation that the page named, or an empty one."""
            said = talks.exchanges(visitor_of(request), talk)
            return messages(said), talk if said else "", "", gr.Textbox(**idle)

        def choose(chosen: gr.SelectData) -> str:
            return chosen.value["text"]

        shown = [chat, talk, again, box]
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        queued: dict[str, Any] = {"concurrency_id": "ask", "concurrency_limit": at_once, **quiet}
        unqueued: dict[str, Any] = {"concurrency_limit": None, **quiet}  # never behind a question
        asked = box.submit(ask, [box, *meant], shown, **queued)
        chosen = chat.example_select(choose, None, box, **unqueued)
        picked = chosen.then(ask, [box, *meant], shown, **queued)
        box.stop(stop, talk, shown, cancels=[asked, picked], **unqueued)
        show.click(open_talk, talk, shown, cancels=[asked, picked], **unqueued)
    return window.queue(default_concurrency_limit=at_once, max_size=waiting)


def plain_theme() -> Theme:
    """Gradio's plainest theme, with the fonts the machine has: none is fetched."""
    return Theme(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"])


def messages(conversation: Sequence[Exchange]) -> list[dict[str, str]]:
    """The conversation as the Chatbot's messages."""
    pairs = [
        ({"role": "user", "content": markup.question(one)}, {"role": "assistant", "content": markup.answer(one)})
        for one in conversation
    ]
    return [message for pair in pairs for message in pair]
