"""Markdown: what its front matter says, and its text without the markup."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from .dates import first_day
from .draft import Draft, check_size
from .encoding import decode
from .text import text_draft

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.{0,20000}?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_NOT_SHOWN = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")


def read_markdown(data: bytes, *, declared: str | None = None) -> Draft:
    """The draft of a Markdown file; `declared` is the encoding a server named.

    What the front matter does not say is taken from the text, if it is there.
    """
    text = decode(data, declared=declared).replace("\r\n", "\n")
    check_size(text)
    match = _FRONT_MATTER.match(text)
    fields = _front_matter(match.group(1)) if match else {}
    blocks, heading = _plain(text[match.end() :] if match else text)
    found = text_draft("\n\n".join(blocks))
    return Draft.create(
        found.text,
        title=_words(fields, "title", "headline") or heading or found.title,
        authors=_people(fields) or found.authors,
        published=_day(fields) or found.published,
        language=_words(fields, "language", "lang") or None,
        source=_words(fields, "source", "url", "canonical_url", "canonical", "link") or None,
        site=_words(fields, "site", "site_name", "publication", "publisher"),
    )


def _front_matter(text: str) -> dict[str, Any]:
    """The fields of a front matter; line by line when it is not quite YAML, as "title: A: b" is not."""
    import yaml

    try:
        found = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError):  # ValueError: 2021-02-31
        pairs = (line.partition(":") for line in text.split("\n") if ":" in line)
        found = {key.strip(): value.strip().strip("\"'") for key, _, value in pairs}
    return {str(key).lower(): value for key, value in found.items()} if isinstance(found, dict) else {}


def _words(fields: Mapping[str, Any], *names: str) -> str:
    return next((str(fields[name]) for name in names if isinstance(fields.get(name), str | int | float)), "")


def _people(fields: Mapping[str, Any]) -> list[str]:
    value = fields.get("authors") or fields.get("author") or fields.get("by") or []
    if not isinstance(value, list):
        words = str(value).strip("[]")
        value = words.split(";") if ";" in words else re.split(r", and |,| and | & ", words)
    names = [one.get("name", "") if isinstance(one, dict) else one for one in value[:100]]
    return [str(name) for name in names if isinstance(name, str | int)]


def _day(fields: Mapping[str, Any]) -> date | None:
    for name in ("published", "date", "publish_date", "pubdate", "publishdate", "created"):
        value = fields.get(name)
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        if isinstance(value, str) and (day := first_day(value)):
            return day
    return None


def _plain(text: str) -> tuple[list[str], str]:
    """The blocks of a Markdown text as plain text, and its first heading of the first level."""
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)
    title = next(
        (
            _inline(tokens[n + 1])
            for n, token in enumerate(tokens)
            if token.type == "heading_open" and token.tag == "h1"
        ),
        "",
    )
    return list(_blocks(tokens)), title


def _blocks(tokens: list[Token]) -> Iterator[str]:
    """Paragraphs, headings, whole lists and whole tables, each as one string."""
    lists: list[int | None] = []  # for each open list the number of its next item, None for bullets
    lines: list[str] = []  # of the list or table that is open
    row: list[str] | None = None
    mark = ""
    for token in tokens:
        if token.type in ("bullet_list_open", "ordered_list_open"):
            lists.append(int(token.attrGet("start") or 1) if token.tag == "ol" else None)
        elif token.type == "list_item_open":
            number = lists[-1]
            mark, lists[-1] = ("- ", None) if number is None else (f"{number}. ", number + 1)
        elif token.type == "tr_open":
            row = []
        elif token.type == "tr_close" and row is not None:
            lines.append(" | ".join(row))
            row = None
        elif token.type in ("inline", "fence", "code_block", "html_block"):
            shown = _shown(token)
            if row is not None:
                row.append(shown)
            elif lists and shown:
                lines.append(mark + shown)
                mark = ""
            elif shown:
                yield shown
        if token.type in ("bullet_list_close", "ordered_list_close"):
            lists.pop()
        if lines and not lists and row is None and token.type.endswith(("list_close", "table_close")):
            yield "\n".join(lines)
            lines = []


def _shown(token: Token) -> str:
    """The words of a token with content."""
    if token.type == "inline":
        return _inline(token)
    if token.type == "html_block":
        return _TAG.sub(" ", _NOT_SHOWN.sub("", token.content)).strip()
    return token.content.strip("\n")


def _inline(token: Token) -> str:
    """The words of a line: links by their text, no images, no tags."""
    parts: list[str] = []
    for child in token.children or []:
        if child.type in ("text", "code_inline"):
            parts.append(child.content)
        elif child.type == "softbreak":
            parts.append(" ")
        elif child.type == "hardbreak":
            parts.append("\n")
    return "".join(parts).strip()
