"""Word files, written here by python-docx and read as anyone's."""

from __future__ import annotations

import re
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from docx import Document

from pincite.index import Article, ReadFailed, read_all
from pincite.index.read.draft import Draft, Unreadable
from pincite.index.read.kinds import kind_of
from pincite.index.read.parse import parse
from pincite.index.read.word import read_word


def saved(document: Any) -> bytes:
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def changed(data: bytes, pattern: str, replacement: str) -> bytes:
    """The Word file `data` with its main part edited as text."""
    result = BytesIO()
    with ZipFile(BytesIO(data)) as old, ZipFile(result, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "word/document.xml":
                part = re.sub(pattern, replacement, part.decode(), count=1).encode()
            new.writestr(name, part)
    return result.getvalue()


def draft(document: Any) -> Draft:
    return read_word(saved(document))


def test_headings_paragraphs_lists_and_tables_stand_in_their_order() -> None:
    document = Document()
    document.add_heading("Bridge talks go on", 0)
    document.add_paragraph("Delegates met in the old town.")
    document.add_paragraph("one boat", style="List Bullet")
    document.add_paragraph("two crews", style="List Number")
    document.add_heading("What comes next", 1)
    table = document.add_table(2, 2)
    for n, word in enumerate(("Year", "Boats", "2020", "15")):
        table.cell(n // 2, n % 2).text = word
    document.add_paragraph("They go on.")
    assert draft(document).text.split("\n\n") == [
        "Bridge talks go on",
        "Delegates met in the old town.",
        "- one boat\n- two crews",
        "What comes next",
        "Year | Boats\n2020 | 15",
        "They go on.",
    ]


def test_title_authors_day_and_language_come_from_the_file() -> None:
    document = Document()
    document.add_paragraph("They go on.")
    properties = document.core_properties
    properties.title, properties.author, properties.language = "Bridge talks", "Jane Doe; John Roe", "en-GB"
    properties.created = datetime(2021, 5, 3)
    found = draft(document)
    assert (found.title, found.authors, found.language) == ("Bridge talks", ("Jane Doe", "John Roe"), "en")
    assert found.published == date(2021, 5, 3)


def test_a_template_s_author_and_day_are_no_one_s() -> None:
    document = Document()
    document.add_heading("Bridge talks", 1)
    document.add_paragraph("They go on.")
    found = draft(document)
    assert (found.title, found.authors, found.published) == ("Bridge talks", (), None)


def test_insertions_are_read_and_deletions_are_not() -> None:
    document = Document()
    document.add_paragraph("They go on.")
    run = "<w:r><w:t>They go on.</w:t></w:r>"
    edits = "<w:ins><w:r><w:t>Talks go on.</w:t></w:r></w:ins><w:del><w:r><w:delText>Nothing.</w:delText></w:r></w:del>"
    assert read_word(changed(saved(document), re.escape(run), edits)).text == "Talks go on."


def failure(data: bytes) -> str:
    with pytest.raises(Unreadable) as failed:
        parse(data, kind_of(data, ".docx"))
    return str(failed.value)


def test_a_word_file_is_known_by_its_content(tmp_path: Path) -> None:
    document = Document()
    document.add_paragraph("They go on.")
    (tmp_path / "talks.txt").write_bytes(saved(document))
    (tmp_path / "cut.docx").write_bytes(saved(document)[:-3_000])
    cut, talks = read_all(tmp_path)
    assert isinstance(talks, Article)
    assert talks.text == "They go on."
    assert isinstance(cut, ReadFailed)
    assert cut.reason.startswith("it is cut short or damaged")


def test_a_word_file_cut_short_is_named_so() -> None:
    document = Document()
    document.add_paragraph("They go on.")
    assert failure(saved(document)[:-3_000]).startswith("it is cut short")


def test_a_word_file_with_broken_xml_is_named_so() -> None:
    document = Document()
    document.add_paragraph("They go on.")
    assert failure(changed(saved(document), "</w:body>", "</w:bod>")).startswith("it is damaged")


def test_a_word_file_with_a_password_is_named_so() -> None:
    container = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600)
    assert failure(container).startswith("it is protected by a password")


def test_a_word_file_from_before_2007_is_named_so() -> None:
    container = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "WordDocument".encode("utf-16-le") + bytes(600)
    assert "Word before 2007" in failure(container)


def zipped(**parts: bytes) -> bytes:
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return stream.getvalue()


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = zipped(**{"[Content_Types].xml": b"<x/>", "word/document.xml": bytes(250_000_000)})
    assert len(bomb) < 300_000
    assert "unpacks to more than 200 MB" in failure(bomb)


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("xl/workbook.xml", "a spreadsheet"),
        ("ppt/presentation.xml", "a presentation"),
        ("META-INF/container.xml", "an e-book"),
        ("content.xml", "OpenDocument"),
        ("letter.txt", "an archive"),
    ],
)
def test_other_files_that_are_zips_are_named(part: str, said: str) -> None:
    assert said in failure(zipped(**{part: b"<x/>"}))


def test_entities_lead_to_no_file() -> None:
    document = Document()
    document.add_paragraph("They go on.")
    data = changed(saved(document), r"\?>", '?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>')
    data = changed(data, "They go on", "They go on &a; and")
    assert read_word(data).text == "They go on"
