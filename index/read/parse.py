"""Bytes of any kind to a draft."""

from __future__ import annotations

from .draft import Draft
from .kinds import Kind


def parse(data: bytes, kind: Kind, *, declared: str | None = None, url: str | None = None) -> Draft:
    """The draft of `data`; `declared` is the encoding a server named, `url` where it was found.

    Raises Unreadable, and whatever else a parser does on bytes made to break it.
    """
    if kind == "page":
        from .page import read_page

        return read_page(data, declared=declared, url=url)
    if kind == "pdf":
        from .pdf import read_pdf

        return read_pdf(data)
    if kind == "zipped":
        from .zipped import read_zipped

        return read_zipped(data)
    if kind == "markdown":
        from .markdown import read_markdown

        return read_markdown(data, declared=declared)
    from .text import read_text

    return read_text(data, declared=declared)
