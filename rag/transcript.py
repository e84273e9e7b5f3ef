"""A conversation as a file to pass on: Markdown, HTML or JSON, each holding the answers whole, so that
`pincite verify` can check every quote in it again."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from html import escape
from typing import Any, Literal

from .conversations import Conversation, Said

Form = Literal["markdown", "html", "json"]
SUFFIX: Mapping[Form, str] = {"markdown": "md", "html": "html", "json": "json"}

_IN_MARKDOWN = re.compile(r"<!-- pincite\n(.*?)\n-->", re.DOTALL)
_IN_HTML = re.compile(r'<script type="application/json" id="pincite">(.*?)</script>', re.DOTALL)
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~$&])")
_MARKER = re.compile(r"\[(\d+)\]")


def transcript(conversation: Conversation, form: Form) -> str:
    """The conversation in `form`. Neither a browser nor a Markdown reader acts on any word of an article in it."""
    if form == "json":
        return json.dumps(_answers(conversation.said), ensure_ascii=False, indent=2) + "\n"
    return _markdown(conversation) if form == "markdown" else _html(conversation)


def embedded(text: str) -> str:
    """The JSON inside an exported Markdown or HTML file; `text` itself when it is neither."""
    found = list(_IN_HTML.finditer(text)) or list(_IN_MARKDOWN.finditer(text))
    return found[-1].group(1) if found else text


def _answers(said: Sequence[Said]) -> list[Mapping[str, Any]]:
    return [one.answer for one in said if one.state != "failed"]


def _data(conversation: Conversation) -> str:
    # "<", ">" and "-" as escapes: the data can end neither its comment nor its element, and stays JSON.
    text = json.dumps(_answers(conversation.said), ensure_ascii=False)
    return re.sub("[<>&]|-(?=-)", lambda match: f"\\u{ord(match.group()):04x}", text)


def _markdown(conversation: Conversation) -> str:
    parts = [f"# {_plain(conversation.title)}"]
    for one in conversation.said:
        parts.append(f"## {_plain(one.question)}")
        parts.extend(_plain(line) for line in _lines(one))
        for citation in one.answer.get("citations", ()):
            quote = _plain(citation["quote"])
            parts.append(f"> {quote}\n>\n> \\[{citation['marker']}\\] {_link(citation)}")
    parts.append(f"<!-- pincite\n{_data(conversation)}\n-->")
    return "\n\n".join(parts) + "\n"


def _link(citation: Mapping[str, Any]) -> str:
    title, source = _plain(citation["title"]), str(citation["source"])
    whence = f"[{title}](<{_safe(source)}>)" if _is_url(source) else f"{title} ({_plain(source)})"
    return whence + (f", {_day(citation['published'])}" if citation.get("published") else "")


def _html(conversation: Conversation) -> str:
    blocks = "\n".join(_block(number, one) for number, one in enumerate(conversation.said, 1))
    title = escape(conversation.title)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>{_STYLE}</style>
</head>
<body>
<main>
<h1>{title}</h1>
{blocks}
<footer><p>Made with pincite: <code>pincite verify FILE</code> checks each quote here against the articles.</p></footer>
</main>
<script type="application/json" id="pincite">{_data(conversation)}</script>
</body>
</html>
"""


_STYLE = """
:root { color-scheme: light dark; --soft: #5f5b55; --line: #d9d4c9; --link: #1b4d8a; }
@media (prefers-color-scheme: dark) { :root { --soft: #a9a69f; --line: #34373d; --link: #93bbf2; } }
body { margin: 0; font: 18px/1.6 Charter, Georgia, "Noto Serif", serif; }
main { max-width: 42rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.25; }
h2 { margin-top: 2.5rem; font: 600 1.1rem/1.4 system-ui, sans-serif; }
a { color: var(--link); }
blockquote { margin: 1rem 0 0; padding: 0 0 0 1rem; border-left: 3px solid var(--line); }
blockquote footer, main > footer { color: var(--soft); font: .85rem/1.5 system-ui, sans-serif; }
mark { font-weight: 600; }
sup a { text-decoration: none; font: 600 .75em system-ui, sans-serif; }
"""


def _block(number: int, said: Said) -> str:
    citations = {citation["marker"]: citation for citation in said.answer.get("citations", ())}

    def marked(match: re.Match[str]) -> str:
        marker = match.group(1)
        return f'<sup><a href="#q{number}c{marker}">[{marker}]</a></sup>' if int(marker) in citations else match.group()

    parts = [f'<section id="q{number}">', f'<h2 dir="auto">{escape(said.question)}</h2>']
    parts += [f'<p dir="auto">{_MARKER.sub(marked, escape(line))}</p>' for line in _lines(said)]
    for marker, citation in citations.items():
        source, title = str(citation["source"]), escape(citation["title"])
        named = (
            f'<a href="{escape(source)}" rel="noreferrer">{title}</a>'
            if _is_url(source)
            else f"{title} ({escape(source)})"
        )
        day = f", {_day(citation['published'])}" if citation.get("published") else ""
        quote = f'<p dir="auto">{_quoted(citation)}</p><footer>[{marker}] <bdi>{named}</bdi>{day}</footer>'
        parts.append(f'<blockquote id="q{number}c{marker}">{quote}</blockquote>')
    return "\n".join([*parts, "</section>"])


def _quoted(citation: Mapping[str, Any]) -> str:
    quote, at = str(citation["quote"]), int(citation["start"])
    if not citation.get("span"):
        return escape(quote)
    start, end = (int(place) - at for place in citation["span"])
    return f"{escape(quote[:start])}<mark>{escape(quote[start:end])}</mark>{escape(quote[end:])}"


def _lines(said: Said) -> list[str]:
    text = str(said.answer.get("text", ""))
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    doubts = [f"Not borne out: “{one['text']}” {one['why']}" for one in said.answer.get("doubts", ())]
    note = [str(said.answer["note"])] if said.answer.get("note") else []
    return [*lines, *doubts, *note, *(["(Stopped here.)"] if said.state == "stopped" else [])]


def _plain(text: str) -> str:
    """`text` on one line, with nothing that Markdown would act on."""
    return _SPECIAL.sub(r"\\\1", " ".join(str(text).split()))


def _is_url(source: str) -> bool:
    return re.match(r"https?://[^\s/]", source, re.IGNORECASE) is not None


def _safe(url: str) -> str:
    return re.sub(r"[<>\s\\]", lambda match: f"%{ord(match.group()):02X}", url)


def _day(published: str) -> str:
    day = date.fromisoformat(published)
    return f"{day.day} {day:%B %Y}"
