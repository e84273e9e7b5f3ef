"""E-books, written here as zip files and read as anyone's."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from pincite.index import Article, ReadFailed, read_all
from pincite.index.read.draft import Draft, Unreadable
from pincite.index.read.kinds import kind_of
from pincite.index.read.parse import parse

CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles>'
    '<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)
ABOUT = (
    "<dc:title>The river talks</dc:title><dc:creator>Jane Doe</dc:creator><dc:language>en-GB</dc:language>"
    "<dc:date>2021-05-03</dc:date>"
)
GOING = "<p>They go on.</p>"


def package(chapters: dict[str, str], *, about: str = ABOUT, more: str = "") -> str:
    """The package file of a book: its chapters by file name, each with further attributes of its manifest item."""
    items = "".join(
        f'<item id="i{n}" href="{name}" media-type="application/xhtml+xml" {extra}/>'
        for n, (name, extra) in enumerate(chapters.items())
    )
    spine = "".join(f'<itemref idref="i{n}"/>' for n in range(len(chapters)))
    return (
        '<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" xmlns:opf="http://www.idpf.org/2007/opf" '
        'version="3.0"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"{about}</metadata><manifest>{items}</manifest><spine>{spine}</spine>{more}</package>"
    )


def page(body: str, *, head: str = "<title/>", prologue: str = '<?xml version="1.0" encoding="utf-8"?>') -> str:
    return (
        f'{prologue}<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops">'
        f"<head>{head}</head><body>{body}</body></html>"
    )


def zipped(parts: dict[str, str | bytes]) -> bytes:
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/epub+zip")
        for name, part in parts.items():
            archive.writestr(name, part)
    return stream.getvalue()


def book(*bodies: str, about: str = ABOUT, **parts: str | bytes) -> bytes:
    """A book of chapters with these bodies."""
    chapters = {f"chapter{n}.xhtml": "" for n in range(len(bodies))}
    files = {f"OEBPS/{name}": page(body) for name, body in zip(chapters, bodies, strict=True)}
    return zipped(
        {"META-INF/container.xml": CONTAINER, "OEBPS/book.opf": package(chapters, about=about), **files, **parts}
    )


def draft(data: bytes) -> Draft:
    return parse(data, kind_of(data, ".epub"))


def failure(data: bytes) -> str:
    with pytest.raises(Unreadable) as failed:
        draft(data)
    return str(failed.value)


def test_chapters_stand_in_the_order_of_the_spine_and_not_of_the_files() -> None:
    order = {"z.xhtml": "", "a.xhtml": ""}
    data = zipped(
        {
            "OEBPS/a.xhtml": page("<h1>Second</h1><p>They went on.</p>"),
            "OEBPS/z.xhtml": page("<h1>First</h1><p>Delegates met.</p>"),
            "OEBPS/left-out.xhtml": page("<p>In no spine.</p>"),
            "META-INF/container.xml": CONTAINER,
            "OEBPS/book.opf": package(order),
        }
    )
    assert draft(data).text == "First\n\nDelegates met.\n\nSecond\n\nThey went on."


def test_title_authors_day_and_language_come_from_the_package() -> None:
    found = draft(book(GOING))
    assert (found.title, found.authors, found.language) == ("The river talks", ("Jane Doe",), "en")
    assert found.published == date(2021, 5, 3)


@pytest.mark.parametrize(
    ("about", "authors"),
    [
        ('<dc:creator opf:role="ill">Ann Roe</dc:creator><dc:creator opf:role="aut">Jane Doe</dc:creator>', "Jane Doe"),
        (
            '<dc:creator id="a">Ann Roe</dc:creator><dc:creator id="b">Jane Doe</dc:creator>'
            '<meta refines="#a" property="role">trl</meta><meta refines="#b" property="role">aut</meta>',
            "Jane Doe",
        ),
        ('<dc:creator opf:role="edt">Ann Roe</dc:creator>', "Ann Roe"),
        ("<dc:creator>Unknown</dc:creator>", ""),
    ],
)
def test_authors_are_those_who_wrote_it(about: str, authors: str) -> None:
    assert ", ".join(draft(book(GOING, about=about)).authors) == authors


@pytest.mark.parametrize(
    ("about", "day"),
    [
        ('<dc:date opf:event="publication">1998-11-02</dc:date>', date(1998, 11, 2)),
        (
            '<dc:date opf:event="modification">2020-01-01</dc:date>'
            '<dc:date opf:event="publication">1998-11-02</dc:date>',
            date(1998, 11, 2),
        ),
        ('<dc:date opf:event="modification">2020-01-01</dc:date>', None),
        ('<meta property="dcterms:modified">2020-01-01T00:00:00Z</meta>', None),
        ("<dc:date>1998-11-02T23:00:00+00:00</dc:date>", date(1998, 11, 2)),
        ("<dc:date>1998</dc:date>", None),
        ("<dc:date>0101-01-01T00:00:00+00:00</dc:date>", None),  # what Calibre writes for none
        ("<dc:date>2999-01-01</dc:date>", None),
    ],
)
def test_the_day_is_that_of_publication_or_none(about: str, day: date | None) -> None:
    assert draft(book(GOING, about=about)).published == day


def test_the_main_title_is_the_title() -> None:
    about = (
        '<dc:title id="s">A history</dc:title><dc:title id="m">The river talks</dc:title>'
        '<meta refines="#s" property="title-type">subtitle</meta>'
        '<meta refines="#m" property="title-type">main</meta>'
    )
    assert draft(book(GOING, about=about)).title == "The river talks"


def test_headings_paragraphs_lists_and_tables_are_blocks() -> None:
    body = (
        "<section><h2>What\n they   asked</h2><div>Loose <em>words</em>.<p>A line<br/>and another.</p></div>"
        "<ul><li><p>one boat</p></li><li>two crews<ol><li>of five</li></ol></li></ul>"
        "<table><caption>Fleet</caption><tbody><tr><th>Year</th><th>Boats</th></tr>"
        "<tr><td>2020</td><td>15</td></tr></tbody></table>"
        "<table><tr><td><p>Framed.</p><p>Twice.</p></td></tr></table><pre>a  b\nc</pre></section>"
    )
    assert draft(book(body)).text.split("\n\n") == [
        "What they asked",
        "Loose words.",
        "A line\nand another.",
        "- one boat\n- two crews\n- of five",
        "Fleet",
        "Year | Boats\n2020 | 15",
        "Framed.",
        "Twice.",
        "a b\nc",
    ]


def test_signs_of_notes_and_ends_of_pages_are_left_out_and_notes_are_not() -> None:
    body = (
        '<p>They went on<a epub:type="noteref" href="#n1">1</a>. <span epub:type="pagebreak" title="12">12</span>'
        'Then<sup><a href="#n2">[2]</a></sup> they met in <a href="#n3">1998</a>, at 10<sup>2</sup> metres.</p>'
        '<aside epub:type="footnote" id="n1"><p>For nine days. <a href="#r1">↩</a></p></aside>'
    )
    assert draft(book(body)).text == ("They went on. Then they met in 1998, at 102 metres.\n\nFor nine days.")


def test_tables_of_contents_and_empty_pages_are_left_out() -> None:
    links = "".join(f'<p><a href="chapter1.xhtml#{n}">Chapter {n}</a></p>' for n in range(8))
    assert draft(book(f"<h1>Contents</h1>{links}", "<img src='x.png'/>", GOING)).text == "They go on."
    marked = {"nav.xhtml": 'properties="nav"', "chapter.xhtml": ""}
    data = zipped(
        {
            "META-INF/container.xml": CONTAINER,
            "OEBPS/book.opf": package(marked),
            "OEBPS/nav.xhtml": page('<nav><ol><li><a href="chapter.xhtml">Going</a></li></ol></nav><p>Menu</p>'),
            "OEBPS/chapter.xhtml": page(GOING),
        }
    )
    assert draft(data).text == "They go on."


def test_entities_and_encodings_of_html_are_read() -> None:
    prologue = '<?xml version="1.0" encoding="iso-8859-1"?><!DOCTYPE html>'
    chapter = page("<p>Caf\xe9&nbsp;Noir &mdash; &lt;3 &amp; more.</p>", prologue=prologue).encode("latin-1")
    assert draft(book(GOING, **{"OEBPS/chapter0.xhtml": chapter})).text == "Café Noir — <3 & more."


def test_a_chapter_that_is_no_xml_is_read_as_html() -> None:
    chapter = "<html><head><title>x</title></head><body><p>They go on.<p>And <b>on<br></body></html>"
    assert draft(book(GOING, **{"OEBPS/chapter0.xhtml": chapter})).text == "They go on.\n\nAnd on"


def test_chapters_have_escaped_names_and_are_read_once() -> None:
    opf = package({"part%20one/a.xhtml": "", "./part%20one/a.xhtml": ""})
    data = zipped({"META-INF/container.xml": CONTAINER, "OEBPS/book.opf": opf, "OEBPS/part one/a.xhtml": page(GOING)})
    assert draft(data).text == "They go on."


def test_a_missing_part_is_told_and_the_others_are_read() -> None:
    chapters = {"a.xhtml": "", "gone.xhtml": "", "../../../etc/passwd": ""}
    data = zipped(
        {"META-INF/container.xml": CONTAINER, "OEBPS/book.opf": package(chapters), "OEBPS/a.xhtml": page(GOING)}
    )
    found = draft(data)
    assert found.text == "They go on."
    assert found.note == "2 of its 3 parts are missing or damaged, and the others were read"


def test_a_locked_book_is_named_so_and_one_with_locked_fonts_is_read() -> None:
    def locks(name: str) -> str:
        return (
            '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><EncryptedData '
            'xmlns="http://www.w3.org/2001/04/xmlenc#"><CipherData>'
            f'<CipherReference URI="{name}"/></CipherData></EncryptedData></encryption>'
        )

    assert "copy protection" in failure(book(GOING, **{"META-INF/encryption.xml": locks("OEBPS/chapter0.xhtml")}))
    assert draft(book(GOING, **{"META-INF/encryption.xml": locks("OEBPS/font.otf")})).text == "They go on."


@pytest.mark.parametrize(
    "parts",
    [
        {"META-INF/container.xml": "<x/>"},
        {"META-INF/container.xml": "no XML"},
        {"OEBPS/book.opf": "<package/>"},
        {"OEBPS/book.opf": b""},
        {"OEBPS/chapter0.xhtml": b""},
    ],
)
def test_a_damaged_book_is_named_so(parts: dict[str, str | bytes]) -> None:
    assert failure(book(GOING, **parts)).startswith("it is damaged inside")


def test_a_book_of_pictures_holds_no_text() -> None:
    assert "holds no text" in failure(book("<img src='1.png'/>", "<img src='2.png'/>"))


def test_entities_of_its_own_are_not_expanded(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("hidden words")
    laughs = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    bomb = f'<!DOCTYPE html [<!ENTITY a "aaaaaaaaaa">{laughs}]>'
    file = f'<!DOCTYPE package [<!ENTITY f SYSTEM "file://{tmp_path}/secret">]>'
    opf = package({"chapter0.xhtml": ""}, about="<dc:title>Talks&f;</dc:title>").replace("?>", f"?>{file}", 1)
    chapter = page("<p>They go on.&i;&f;</p>", prologue=bomb)
    found = draft(book(GOING, **{"OEBPS/chapter0.xhtml": chapter, "OEBPS/book.opf": opf}))
    assert found.text.startswith("They go on.")
    assert len(found.text) < 100
    assert found.title == "Talks&f;"


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    data = book(GOING, **{"OEBPS/chapter0.xhtml": bytes(250_000_000)})
    assert len(data) < 300_000
    assert "unpacks to more than 200 MB" in failure(data)


def test_a_folder_with_an_e_book_is_read(tmp_path: Path) -> None:
    (tmp_path / "talks.epub").write_bytes(book("<h1>Talks</h1>", GOING))
    (tmp_path / "cut.epub").write_bytes(book(GOING)[:-300])
    cut, talks = read_all(tmp_path)
    assert isinstance(talks, Article)
    assert (talks.title, talks.text) == ("The river talks", "Talks\n\nThey go on.")
    assert isinstance(cut, ReadFailed)
    assert cut.reason.startswith("it is cut short or damaged")
