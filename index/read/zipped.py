"""Zip files: which document one is, told by its parts, and what is none."""

from __future__ import annotations

from collections.abc import Collection
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from .draft import Draft, Unreadable

PARTS = 10_000
UNPACKED_BYTES = 200_000_000  # a document of 50 MB that holds text and pictures stays below this
_OTHERS = (
    ("xl/workbook.xml", "a spreadsheet", "save it as PDF"),
    ("ppt/presentation.xml", "a presentation", "save it as PDF"),
    ("content.xml", "an OpenDocument file", "save it as PDF or Word"),
)


def read_zipped(data: bytes) -> Draft:
    """The draft of a Word file or an e-book (EPUB). Raises Unreadable for other zip files, damaged ones, and bombs."""
    names = _names(data)
    for name, what, cure in _OTHERS:
        if name in names:
            raise Unreadable(f"it is {what}, which pincite does not read: {cure}, and add that")
    if "META-INF/container.xml" in names:
        from .epub import read_epub

        return read_epub(data)
    if "word/document.xml" in names or "[Content_Types].xml" in names:
        from .word import read_word

        return read_word(data)
    raise Unreadable("it is an archive (zip), which pincite does not read: unpack it, and add what is in it")


def _names(data: bytes) -> Collection[str]:
    """The names of the parts of a zip file that is fit to be opened."""
    try:
        with ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
    except (BadZipFile, ValueError, OSError, NotImplementedError) as err:
        raise Unreadable("it is cut short or damaged: get the file again, or open it and save a copy") from err
    if any(part.flag_bits & 1 for part in parts):
        raise Unreadable("it is an archive protected by a password: unpack it, and add what is in it")
    # Python's zipfile reads no more of a part than is declared here, so that a false declaration gains nothing.
    if len(parts) > PARTS or sum(part.file_size for part in parts) > UNPACKED_BYTES:
        raise Unreadable(f"it unpacks to more than {UNPACKED_BYTES // 1_000_000} MB: save its text in smaller files")
    return {part.filename for part in parts}
