"""PDF files: their lines with where they stand, put together again as paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from .dates import first_day
from .draft import TEXT_CHARS, TITLE_CHARS, Draft, Unreadable, clean_line, clean_text
from .paragraphs import HYPHEN, PAGE, Line, headline, paragraphs, unmarked
from .text import text_draft

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfTextPage

_LOOKED_AT = 200  # pages without text; beyond that, nobody counts them
_LINE_ENDS = frozenset("\r\n")
_HYPHENS = frozenset("\x02\ufffe\xad")  # how pdfium writes a hyphen at a line end; the line break it leaves out


def read_pdf(data: bytes) -> Draft:
    """The draft of a PDF. Raises Unreadable when it is locked, cut short, damaged or a scan without text."""
    tail = data[-4_096:]
    if b"startxref" not in tail and b"%%EOF" not in tail:
        raise Unreadable("it is cut short, its end is missing: get the file again, and add that")
    document = _opened(data)
    try:
        pages = list(_pages(document))
        text, starts = unmarked(clean_text("\n\n".join(paragraphs(pages))))
        if sum(map(str.isalnum, text[:1_000])) < 20 * min(len(pages), 3) and _has_pictures(document):
            raise Unreadable(
                "its pages are pictures of text (a scan): have the text recognised (OCR), and add the result"
            )
        fields = document.get_metadata_dict(skip_empty=True)
        note = _note(_pictures(document, pages), len(document))
    finally:
        document.close()
    draft = text_draft(text)
    return replace(
        draft,
        title=_title(fields) or clean_line(headline(pages), TITLE_CHARS) or draft.title,
        authors=_authors(fields) or draft.authors,
        published=draft.published or _created(fields),
        pages=starts if draft.text == text else (),
        note=note,
    )


def _pictures(document: PdfDocument, pages: list[list[Line]]) -> list[int]:
    """The numbers of the pages that show a picture and hold no text."""
    empty = [n for n, lines in enumerate(pages) if not any(char.isalnum() for line in lines for char in line.text)]
    return [n + 1 for n in empty[:_LOOKED_AT] if _shows_picture(document, n)]


def _note(numbers: list[int], count: int) -> str:
    if not numbers:
        return ""
    named = ", ".join(map(str, numbers[:10])) + (" and more" if len(numbers) > 10 else "")
    return (
        f"{len(numbers)} of its {count} pages are pictures without text (page {named}), and what they say is not stored"
        ": have the text recognised (OCR), and add the result"
    )


def _opened(data: bytes) -> PdfDocument:
    from pypdfium2 import PdfDocument, PdfiumError
    from pypdfium2.raw import FPDF_ERR_PASSWORD

    try:
        document = PdfDocument(data)
        len(document)
    except PdfiumError as err:
        if err.err_code == FPDF_ERR_PASSWORD:
            raise Unreadable("it is protected by a password: save a copy without one, and add that") from err
        raise Unreadable("it is damaged: get the file again, or print it to a new PDF, and add that") from err
    return document


def _pages(document: PdfDocument) -> Iterator[list[Line]]:
    """The lines of each page; a page that cannot be read has none."""
    from pypdfium2 import PdfiumError

    chars = 0
    for n in range(len(document)):
        try:
            page = document[n]
            text = page.get_textpage()
            lines = list(_lines(text, n, page.get_height()))
        except PdfiumError:
            yield []
            continue
        text.close()
        page.close()
        chars += sum(len(line.text) for line in lines)
        yield lines
        if chars > TEXT_CHARS:  # the draft will say so
            return


def _lines(text: PdfTextPage, page: int, height: float) -> Iterator[Line]:
    """The lines of a page in the file's order; what stands far apart on one line is two."""
    for start, end, words in _stretches(text):
        if words.strip(f" {HYPHEN}"):
            left, bottom, _, top = text.get_charbox(start, loose=True)
            right = text.get_charbox(end - 1, loose=True)[2]
            # UTF-16 halves that the file wrote apart belong together; one that stands alone is dropped.
            words = words.encode("utf-16", "surrogatepass").decode("utf-16", "ignore").replace(PAGE, "")
            yield Line(words.strip(), left, right, top, abs(top - bottom), page, height)


def _stretches(text: PdfTextPage) -> Iterator[tuple[int, int, str]]:
    """The page's characters from one line end or wide gap to the next: first, one past the last, words."""
    from pypdfium2.raw import FPDFText_GetUnicode

    start, chars, count = 0, list[str](), text.count_chars()
    for n in range(count):
        char = chr(FPDFText_GetUnicode(text, n))
        if char in _LINE_ENDS or char in _HYPHENS or (char == " " and _is_gap(text, n)):
            if chars:
                yield start, n, "".join(chars) + HYPHEN * (char in _HYPHENS)
            start, chars = n + 1, []
        else:
            chars.append(char)
    if chars:
        yield start, count, "".join(chars)


def _is_gap(text: PdfTextPage, n: int) -> bool:
    """Whether the space at `n` is wider than any between words: the next column or table cell follows."""
    if not 0 < n < text.count_chars() - 1:
        return False
    _, bottom, right, top = text.get_charbox(n - 1, loose=True)
    return text.get_charbox(n + 1, loose=True)[0] - right > 1.5 * abs(top - bottom)


def _has_pictures(document: PdfDocument) -> bool:
    return any(_shows_picture(document, n) for n in range(min(len(document), 5)))


def _shows_picture(document: PdfDocument, n: int) -> bool:
    from pypdfium2 import PdfiumError
    from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

    try:
        return any(document[n].get_objects(filter=[FPDF_PAGEOBJ_IMAGE], max_depth=3))
    except PdfiumError:
        return False


_FILE_NAME = re.compile(
    r"\.(?:docx?|pdf|tex|indd|qxd|dvi|rtf|odt|pptx?|html?|txt)\b|^(?:microsoft|untitled|document\d*$|\W)", re.IGNORECASE
)
_NOBODY = re.compile(
    r"^(?:admin(?:istrator)?|user|unknown|author|owner|root|guest|.*office user.*|.*[@/\\].*)$", re.IGNORECASE
)
# Programs that print or save what is on a screen: their day is the day of saving, not of publication.
_PRINTERS = re.compile(
    r"skia|chrom|quartz|print|wkhtml|cairo|firefox|webkit|ghostscript|scan|distiller.*html", re.IGNORECASE
)


def _title(fields: dict[str, Any]) -> str:
    title = clean_line(fields.get("Title", ""), TITLE_CHARS)
    return title if sum(map(str.isalpha, title)) > 3 and not _FILE_NAME.search(title) else ""


def _authors(fields: dict[str, Any]) -> tuple[str, ...]:
    names = re.split(r"\s*(?:;|,| and )\s*", clean_line(fields.get("Author", ""), TITLE_CHARS))
    return tuple(name for name in names if len(name) > 2 and not _NOBODY.match(name))


def _created(fields: dict[str, Any]) -> date | None:
    """The day the file was made, unless by a program that only prints."""
    match = re.match(r"D:(\d{4})(\d\d)(\d\d)", fields.get("CreationDate", ""))
    if not match or _PRINTERS.search(f"{fields.get('Creator', '')} {fields.get('Producer', '')}"):
        return None
    day = first_day("-".join(match.groups()))
    return day if day and date(1990, 1, 1) < day <= date.today() else None
