"""Values as HTML for the conversation. Every word that came from an article, a model or a visitor goes through
`escape`, and nothing else here makes HTML out of text.

Gradio's Chatbot reads its messages as Markdown with HTML in it, so `escape` leaves neither anything to act on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from urllib.parse import quote

from .exchange import Exchange, Pin

_MARKER = re.compile(r"\[(\d+)\]")
_READERS = {"reader": "Local reader", "sentences": "Local sentence reader"}
_PLAIN = re.compile(r"[^\w ]|_")


def escape(text: str) -> str:
    """`text` shown literally in HTML and in Markdown: all but letters, digits and spaces becomes a reference.

    That leaves no tag, no attribute's end, no link, no image, no emphasis and no formula. A control character, which
    a reference cannot name, becomes the replacement character; a line's end becomes a space.
    """
    return _PLAIN.sub(_reference, text)


def _reference(match: re.Match[str]) -> str:
    char = match.group()
    code = ord(char)
    if char in "\n\r\t\v\f\x85\u2028\u2029":
        return " "
    if code < 32 or 0x7F <= code < 0xA0 or 0xD800 <= code < 0xE000 or code & 0xFFFE == 0xFFFE:
        return "\ufffd"
    return f"&#{code};"


def question(exchange: Exchange) -> str:
    """What was asked."""
    return f'<p class="pc-asked" dir="auto">{escape(exchange.question)}</p>'


def answer(exchange: Exchange) -> str:
    """What came of it, whatever its state."""
    if exchange.state == "failed":
        return f'<div class="pc-failed"><p>{escape(exchange.text)}</p></div>'
    if exchange.refused:
        return _refusal(exchange)
    parts = [_paragraphs(exchange)]
    if exchange.state == "working":
        parts.append(f'<p class="pc-stage">{escape(exchange.stage or "Thinking")}</p>')
    if exchange.state == "stopped":
        parts.append('<p class="pc-note">Stopped here.</p>')
    if exchange.pins:
        parts.append(_sources(exchange.pins))
    if exchange.state == "done":
        parts.append(f'<p class="pc-note">{escape(_told_by(exchange))}</p>')
    return f'<div class="pc-answer">{"".join(parts)}</div>'


def _paragraphs(exchange: Exchange) -> str:
    pins = {pin.marker: pin for pin in exchange.pins}
    paragraphs = [part for part in re.split(r"\n\s*\n", exchange.text.strip()) if part.strip()]
    return "".join(f'<p class="pc-text" dir="auto">{_marked(part, pins)}</p>' for part in paragraphs)


def _marked(text: str, pins: dict[int, Pin]) -> str:
    """`text` escaped, its markers made links to their places; a marker without a place is only text."""
    pieces = _MARKER.split(text)
    parts = [escape(pieces[0].rstrip(" ") if len(pieces) > 1 else pieces[0])]
    for number, after in zip(pieces[1::2], pieces[2::2], strict=True):
        pin = pins.get(int(number)) if len(number) < 6 else None
        parts.append(_marker(pin) if pin else escape(f"[{number}]"))
        parts.append(escape(after))
    return "".join(parts)


def _marker(pin: Pin) -> str:
    return f'<a class="pc-pin{_doubt(pin)}" href="{address(pin)}" title="{escape(pin.title)}">{pin.marker}</a>'


def _doubt(pin: Pin) -> str:
    return "" if pin.supported else " pc-doubt"


def _sources(pins: Iterable[Pin]) -> str:
    items = "".join(
        f'<li><a class="pc-source{_doubt(pin)}" href="{address(pin)}"><span class="pc-number">{pin.marker}</span>'
        f'<span class="pc-title"><bdi>{escape(pin.title)}</bdi></span>{_origin(pin)}</a></li>'
        for pin in pins
    )
    return f'<ul class="pc-sources">{items}</ul>'


def _refusal(exchange: Exchange) -> str:
    parts = [f'<p class="pc-text" dir="auto">{escape(_sentence(exchange))}</p>']
    if exchange.missing:
        words = "".join(f"<li><bdi>{escape(word)}</bdi></li>" for word in exchange.missing)
        parts.append(f'<p class="pc-small">Not found near by</p><ul class="pc-words">{words}</ul>')
    if exchange.pins:
        near = "".join(
            f'<li><a class="pc-near" href="{address(pin)}"><span class="pc-title"><bdi>{escape(pin.title)}</bdi></span>'
            f'{_origin(pin)}<span class="pc-quote" dir="auto">{escape(pin.quote)}</span></a></li>'
            for pin in exchange.pins
        )
        parts.append(f'<p class="pc-small">Nearest passages</p><ul class="pc-nearest">{near}</ul>')
    parts.append(f'<p class="pc-note">{escape(_told_by(exchange))}</p>')
    return f'<div class="pc-refusal">{"".join(parts)}</div>'


def _sentence(exchange: Exchange) -> str:
    """The refusal's own words, without the list of words that follows as a list here."""
    return exchange.text.partition(" Not found near by:")[0] if exchange.missing else exchange.text


def _origin(pin: Pin) -> str:
    day = f'<span class="pc-day">{_day(pin.published)}</span>' if pin.published else ""
    return f'<span class="pc-origin"><bdi>{escape(_place(pin.source))}</bdi>{day}</span>'


def _place(source: str) -> str:
    """The part of a source that a reader knows it by: the host of a URL, the name of a file."""
    url = re.match(r"https?://(?:www\.)?([^/?#]+)", source)
    return url.group(1) if url else re.split(r"[/\\]", source.rstrip("/\\"))[-1] or source


def _day(published: date) -> str:
    return f"{published.day} {published:%B %Y}"


def _told_by(exchange: Exchange) -> str:
    time = f"{exchange.ms / 1000:.1f} s" if exchange.ms >= 1000 else f"{exchange.ms:.0f} ms"
    sure = f"{exchange.confidence:.0%} sure" if exchange.confidence and not exchange.refused else ""
    model = _READERS.get(exchange.model, exchange.model)
    return " · ".join(part for part in (model, time if exchange.ms else "", sure) if part)


def address(pin: Pin) -> str:
    """The link to a place, `#pin=<article>/<version>/<start>-<end>[/<span start>-<span end>]`."""
    parts = [quote(pin.article_id, safe=""), str(pin.version), f"{pin.start}-{pin.end}"]
    if pin.span:
        parts.append(f"{pin.span[0]}-{pin.span[1]}")
    return "#pin=" + "/".join(parts)
