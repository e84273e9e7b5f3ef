"""Values as HTML for the conversation. Every word that came from an article, a model or a visitor goes through
`escape`, and nothing else here makes HTML out of text.

Gradio's Chatbot reads its messages as Markdown with HTML in it, so `escape` leaves neither anything to act on. It
takes `aria-` and `data-` attributes away: an element is named by its `title`, and window.js knows it by its class.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from urllib.parse import quote

from .exchange import Exchange, Pin
from .plainly import suggestion, told_by, trace_steps

_MARKER = re.compile(r"\[(\d+)\]")
_FACE = re.compile(r"[^\W_]")  # a full stop by itself says nothing that could be doubted
_PLAIN = re.compile(r"[^\w ]|_")
_LONG_QUOTE = 240  # characters of a quote in the table of differing values
_LONG_WORDS = 80  # of a doubted statement that is named by its words


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
        return f'<div class="pc-failed"><p>{escape(exchange.text)}</p>{_acts(exchange)}</div>'
    if exchange.refused:
        return _refusal(exchange)
    parts = [_differing(exchange) if exchange.values else "", _paragraphs(exchange)]
    if exchange.state == "working":
        return _growing(exchange, parts)
    if exchange.state == "stopped":
        parts.append('<p class="pc-note">Stopped here.</p>')
    parts.append(_note(exchange))
    parts.append(_doubts(exchange))
    if exchange.pins:
        parts.append(_sources(exchange.pins))
    if exchange.state == "done":
        parts.append(_foot(exchange))
    parts.append(_acts(exchange))
    return f'<div class="pc-answer">{"".join(parts)}</div>'


def _growing(exchange: Exchange, parts: Sequence[str]) -> str:
    """An answer on its way. Nothing stands below its words, since every new line would push it down: what is being
    done is told until they begin, and the quotes wait for the end (hidden, they serve the pointer and the cards)."""
    said = "".join(parts)
    if not said:
        said = f'<p class="pc-stage">{escape(exchange.stage or "Thinking")}</p>'
    quotes = _sources(exchange.pins) if exchange.pins else ""
    return f'<div class="pc-answer pc-growing">{said}{quotes}</div>'


def _paragraphs(exchange: Exchange) -> str:
    pins = {pin.marker: pin for pin in exchange.pins}
    parts, at = list[str](), 0
    for line in exchange.text.split("\n"):
        if line.strip() and not _in_table(line, exchange):
            first = len(line) - len(line.lstrip())
            doubts = [(doubt.start - at - first, doubt.end - at - first, doubt.why) for doubt in exchange.doubts]
            parts.append(f'<p class="pc-text" dir="auto">{_marked(line.strip(), pins, doubts)}</p>')
        at += len(line) + 1
    return "".join(parts)


def _in_table(line: str, exchange: Exchange) -> bool:
    """Whether the line only says what a row of the table of differing values says, or begins to while it comes."""
    markers = {int(number) for number in _MARKER.findall(line) if len(number) < 6}
    coming = exchange.state == "working" and exchange.text.endswith(line)
    return any(
        (line.startswith(value) and (markers == set(of) or (coming and markers <= set(of))))
        or (coming and value.startswith(line))
        for value, of in exchange.values
    )


def _marked(text: str, pins: dict[int, Pin], doubts: Sequence[tuple[int, int, str]]) -> str:
    """`text` escaped, its markers made links to their places; a marker without a place is only text.

    Of `doubts` (start, end, why) the words are marked.
    """
    parts, at = list[str](), 0
    for match in _MARKER.finditer(text):
        number = match.group(1)
        pin = pins.get(int(number)) if len(number) < 6 else None
        words = text[at : match.start()].rstrip(" ")
        parts.append(_doubted(words, at, doubts))
        parts.append(_marker(pin) if pin else escape(match.group()))
        at = match.end()
    return "".join([*parts, _doubted(text[at:], at, doubts)])


def _doubted(words: str, at: int, doubts: Sequence[tuple[int, int, str]]) -> str:
    """The `words`, which stand at `at`, with what is doubted of them marked."""
    parts, done = list[str](), 0
    for start, end, why in doubts:
        first, last = max(start - at, done), min(end - at, len(words))
        if first < last and _FACE.search(words[first:last]):
            parts.append(escape(words[done:first]))
            parts.append(_unsaid(words[first:last], why))
            done = last
    return "".join([*parts, escape(words[done:])])


def _unsaid(words: str, why: str) -> str:
    return f'<mark class="pc-unsaid" title="{escape(why)}">{escape(words)}</mark>'


def _why(pin: Pin) -> str:
    return pin.why or "The statement says more than the cited words do"


def _marker(pin: Pin) -> str:
    title = f"{pin.title}, {_day(pin.published)}" if pin.published else pin.title
    return f'<a class="pc-pin{_doubt(pin)}" href="{address(pin)}" title="{escape(title)}">{pin.marker}</a>'


def _doubt(pin: Pin) -> str:
    return "" if pin.supported else " pc-doubt"


def _note(exchange: Exchange) -> str:
    return f'<p class="pc-note">{escape(exchange.note)}</p>' if exchange.note else ""


def _doubts(exchange: Exchange) -> str:
    """Each doubted statement by its markers, or by its words when it has none, and why."""
    told = [(doubt.markers, exchange.text[doubt.start : doubt.end], doubt.why) for doubt in exchange.doubts]
    told = told or [((pin.marker,), "", _why(pin)) for pin in exchange.pins if not pin.supported]
    items = "".join(f"<li>{escape(_named(markers, words))} {escape(why)}</li>" for markers, words, why in told)
    return f'<p class="pc-small">Not borne out by its source</p><ul class="pc-doubts">{items}</ul>' if items else ""


def _named(markers: Sequence[int], words: str) -> str:
    if markers:
        return "".join(f"[{marker}]" for marker in markers)
    return f"“{words}”" if len(words) <= _LONG_WORDS else f"“{words[:_LONG_WORDS].rsplit(' ', 1)[0]} …”"


def _sources(pins: Iterable[Pin]) -> str:
    items = "".join(
        f'<li><a class="pc-source{_doubt(pin)}" href="{address(pin)}"><span class="pc-number">{pin.marker}</span>'
        f'<span class="pc-title"><bdi>{escape(pin.title)}</bdi></span>{_origin(pin)}'
        f'<span class="pc-quote" dir="auto">{_quoted(pin)}</span></a></li>'
        for pin in pins
    )
    return f'<ul class="pc-sources">{items}</ul>'


def _quoted(pin: Pin) -> str:
    """The quote with the answer in it marked."""
    if not pin.span:
        return escape(pin.quote)
    start, end = pin.span[0] - pin.start, pin.span[1] - pin.start
    return f"{escape(pin.quote[:start])}<mark>{escape(pin.quote[start:end])}</mark>{escape(pin.quote[end:])}"


def _differing(exchange: Exchange) -> str:
    """The table of the values that articles differ in, in their order: the newest article's first."""
    pins = {pin.marker: pin for pin in exchange.pins}
    rows = ""
    for value, markers in exchange.values:
        cited = [pins[marker] for marker in markers if marker in pins]
        links = "".join(_marker(pin) for pin in cited)
        first = cited[0] if cited else None
        day = _day(first.published) if first and first.published else "no date"
        title = f'<span class="pc-title"><bdi>{escape(first.title)}</bdi></span>' if first else ""
        quoted = " ".join(first.quote.split()) if first else ""
        short = quoted if len(quoted) <= _LONG_QUOTE else quoted[:_LONG_QUOTE].rsplit(" ", 1)[0] + " …"
        rows += (
            f'<tr><th scope="row" dir="auto">{escape(value)}{links}</th><td>{title}</td>'
            f'<td class="pc-when">{day}</td><td class="pc-quote" dir="auto">{escape(short)}</td></tr>'
        )
    head = "".join(f'<th scope="col">{name}</th>' for name in ("Value", "Article", "Date", "Its words"))
    return (
        '<p class="pc-text">The articles differ, the newest first:</p>'
        f'<table class="pc-differ"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
    )


def _refusal(exchange: Exchange) -> str:
    parts = [f'<p class="pc-text" dir="auto">{escape(_sentence(exchange))}</p>']
    parts.append(f'<p class="pc-advice">{escape(suggestion(exchange))}</p>')
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
    parts.append(_note(exchange) + _foot(exchange) + _acts(exchange))
    return f'<div class="pc-refusal">{"".join(parts)}</div>'


def _sentence(exchange: Exchange) -> str:
    """The refusal's own words, without the list of words that follows as a list here."""
    return exchange.text.partition(" Not found near by:")[0] if exchange.missing else exchange.text


def _foot(exchange: Exchange) -> str:
    """How sure, who answered, how long, over how many articles; and, unfolded, how it came about."""
    steps = "".join(
        f"<li>{escape(step.words)}" + (f' <span class="pc-ms">{escape(step.ms)}</span>' if step.ms else "") + "</li>"
        for step in trace_steps(exchange)
    )
    trace = f'<ol class="pc-steps">{steps}</ol>{_ranked(exchange)}'
    return (
        f'<details class="pc-trace"><summary><span class="pc-note">{escape(told_by(exchange))}</span></summary>'
        f"{trace}</details>"
    )


def _ranked(exchange: Exchange) -> str:
    """The passages read, in the order they ended in, with the places they had before."""
    ranked = (exchange.trace or {}).get("passages") or ()
    cited = {pin.article_id for pin in exchange.pins if pin.marker}
    rows = ""
    for number, one in enumerate(ranked, 1):
        used = str(one.get("passage", "")).split(":")[0] in cited
        places = "".join(f"<td>{escape(str(one.get(name, '–')))}</td>" for name in ("vector", "keyword"))
        score = f"{float(one.get('score', 0)):.2f}"
        title = f"<td><bdi>{escape(str(one.get('title', '')))}</bdi></td>"
        rows += f"<tr><td>{number}</td>{title}{places}<td>{escape(score)}</td><td>{'yes' if used else 'no'}</td></tr>"
    if not rows:
        return ""
    names = ("", "Passage of", "By meaning", "By words", "Score", "Article cited")
    head = "".join(f'<th scope="col">{name}</th>' for name in names)
    caption = "<caption>Passages read, the most promising first, with their place in each search</caption>"
    return (
        f'<div class="pc-scroll"><table class="pc-ranks">{caption}<thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _acts(exchange: Exchange) -> str:
    """What can be done with an answer, as buttons that window.js knows by their class."""
    acts = [("redo", "Ask again"), ("edit", "Edit question")]
    if exchange.state != "failed":
        acts = [("good", "Good"), ("bad", "Not good"), *acts, ("copy", "Copy"), ("case", "Make this a test")]
    verdict = {"": "", "good": "good"}.get(exchange.verdict, "bad")
    buttons = "".join(
        f'<button type="button" class="pc-do pc-do-{name}{" pc-on" if name == verdict else ""}">{words}</button>'
        for name, words in acts
    )
    return f'<div class="pc-acts">{buttons}</div>'


def _origin(pin: Pin) -> str:
    more = [_day(pin.published)] if pin.published else []
    more += [f"page {pin.page}"] if pin.page else []
    more += [f"and {pin.copies} {'copy' if pin.copies == 1 else 'copies'}"] if pin.copies else []
    rest = "".join(f'<span class="pc-day">{escape(words)}</span>' for words in more)
    return f'<span class="pc-origin"><bdi>{escape(_place(pin.source))}</bdi>{rest}</span>'


def _place(source: str) -> str:
    """The part of a source that a reader knows it by: the host of a URL, the name of a file."""
    url = re.match(r"https?://(?:www\.)?([^/?#]+)", source)
    return url.group(1) if url else re.split(r"[/\\]", source.rstrip("/\\"))[-1] or source


def _day(published: date) -> str:
    return f"{published.day} {published:%B %Y}"


def address(pin: Pin) -> str:
    """The link to a place, `#pin=<article>/<version>/<start>-<end>[/<span start>-<span end>]`."""
    parts = [quote(pin.article_id, safe=""), str(pin.version), f"{pin.start}-{pin.end}"]
    if pin.span:
        parts.append(f"{pin.span[0]}-{pin.span[1]}")
    return "#pin=" + "/".join(parts)
