"""PDF files, written here by fpdf2 and read as anyone's."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from fpdf import FPDF
from PIL import Image

from pincite.index import Article, ReadFailed, read_all
from pincite.index.read.draft import Draft, Unreadable
from pincite.index.read.kinds import kind_of
from pincite.index.read.paragraphs import HYPHEN, Line, paragraphs, unmarked
from pincite.index.read.parse import parse
from pincite.index.read.pdf import read_pdf

ONE = (
    "Delegates met in the old town for the third time that week and agreed to go on talking about the bridge, which "
    "has been closed to all but walkers since the flood."
)
TWO = "Nobody had expected more. A spokeswoman said that the ferry would run daily until the last day of the month."


def document(*paragraphs: str, title: str = "", author: str = "") -> FPDF:
    pdf = FPDF()
    pdf.set_creation_date(datetime(2021, 5, 3, 10, tzinfo=UTC))
    if title:
        pdf.set_title(title)
    if author:
        pdf.set_author(author)
    pdf.add_page()
    pdf.set_font("helvetica", size=11)
    for paragraph in paragraphs:
        pdf.multi_cell(120, 5, paragraph, new_x="LMARGIN", new_y="NEXT")
        pdf.ln(4)
    return pdf


def draft(pdf: FPDF) -> Draft:
    return read_pdf(bytes(pdf.output()))


def test_lines_are_joined_to_paragraphs() -> None:
    assert draft(document(ONE, TWO)).text == f"{ONE}\n\n{TWO}"


def test_title_author_and_day_come_from_the_file() -> None:
    found = draft(document(ONE, title="Bridge talks go on", author="Jane Doe; John Roe"))
    assert (found.title, found.authors) == ("Bridge talks go on", ("Jane Doe", "John Roe"))
    assert found.published == date(2021, 5, 3)


@pytest.mark.parametrize("title", ["Microsoft Word - talks.doc", "talks_final.indd", "untitled", "12345"])
def test_a_title_that_is_a_file_name_is_none(title: str) -> None:
    assert draft(document("Bridge talks", ONE, title=title)).title == "Bridge talks"


def test_a_byline_and_date_in_the_text_go_before_the_day_the_file_was_made() -> None:
    found = draft(document("Bridge talks go on", "By Jane Doe", "1 May 2021", ONE))
    assert (found.authors, found.published) == (("Jane Doe",), date(2021, 5, 1))


def test_the_day_of_a_file_that_a_browser_printed_is_not_the_day_of_publication() -> None:
    pdf = document(ONE)
    pdf.set_producer("Skia/PDF m120")
    assert draft(pdf).published is None


def test_a_line_in_larger_print_is_the_title_and_a_paragraph() -> None:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("helvetica", size=22)
    pdf.multi_cell(120, 10, "Bridge talks go on in the old town", new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("helvetica", size=11)
    pdf.multi_cell(120, 5, ONE)
    found = draft(pdf)
    assert found.title == "Bridge talks go on in the old town"
    assert found.text == f"Bridge talks go on in the old town\n\n{ONE}"


def test_words_broken_at_line_ends_are_whole_again() -> None:
    pdf = document()
    for line in ("The nego-", "tiations about the well-", "known bridge and a well-known boat."):
        pdf.cell(0, 5, line, new_x="LMARGIN", new_y="NEXT")
    assert draft(pdf).text == "The negotiations about the well-known bridge and a well-known boat."


def test_running_heads_and_page_numbers_go() -> None:
    class Paper(FPDF):
        def header(self) -> None:
            self.set_font("helvetica", size=9)
            self.cell(0, 8, "The Daily Bridge - Vol. 12", new_x="LMARGIN", new_y="NEXT")

        def footer(self) -> None:
            self.set_y(-12)
            self.cell(0, 8, f"Page {self.page_no()} of 3")

    pdf = Paper()
    for paragraph in (ONE, TWO, "It was over by noon."):
        pdf.add_page()
        pdf.set_font("helvetica", size=11)
        pdf.multi_cell(120, 5, paragraph)
    assert draft(pdf).text == f"{ONE}\n\n{TWO}\n\nIt was over by noon."


def test_a_paragraph_goes_on_over_the_page() -> None:
    pdf = document("The delegates met and")
    pdf.add_page()
    pdf.cell(0, 5, "agreed on a date.")
    assert draft(pdf).text == "The delegates met and agreed on a date."


def test_the_page_of_each_word_is_kept(tmp_path: Path) -> None:
    pdf = document("The delegates met and")
    for text in ("agreed on a nego-", "", "tiated date. They left."):
        pdf.add_page()
        pdf.cell(0, 5, text)
    (tmp_path / "talks.pdf").write_bytes(bytes(pdf.output()))
    [article] = read_all(tmp_path)
    assert isinstance(article, Article)
    assert article.text == "The delegates met and agreed on a negotiated date. They left."
    assert [
        article.page_at(article.text.index(word)) for word in ("delegates", "agreed", "nego", "tiated", "left")
    ] == [
        1,
        2,
        2,
        4,
        4,
    ]


def test_pages_that_are_pictures_are_told_of(tmp_path: Path) -> None:
    pdf = document(ONE, TWO)
    pdf.add_page()
    pdf.image(Image.new("L", (200, 200), 128), w=100)
    (tmp_path / "talks.pdf").write_bytes(bytes(pdf.output()))
    [article] = read_all(tmp_path)
    assert isinstance(article, Article)
    assert article.note.startswith("1 of its 2 pages are pictures without text (page 2)")


def test_two_columns_are_read_one_after_the_other() -> None:
    left, right = ONE.split(), TWO.split()
    pdf = document()
    for n in range(10):  # written line by line across both, as some programs do
        for x, words in ((10, left), (110, right)):
            pdf.set_xy(x, 20 + n * 6)
            pdf.cell(80, 5, " ".join(words[n * 3 : n * 3 + 3]))
    text = draft(pdf).text
    assert " ".join(text.split()) == " ".join([*left[:30], *right[:30]])


def test_columns_of_lines_are_put_in_order() -> None:
    lines = [
        Line(f"{side}{n}", x, x + 200, 700 - n * 15, 12, 0, 800)
        for n in range(6)
        for side, x in (("left", 50), ("right", 300))
    ]
    assert unmarked(" ".join(paragraphs([lines])))[0].split() == [
        f"{s}{n}" for s in ("left", "right") for n in range(6)
    ]


def test_a_hyphen_that_pdfium_marks_is_undone() -> None:
    lines = [Line(f"cele{HYPHEN}", 50, 300, 700, 12, 0, 800), Line("bration", 50, 90, 686, 12, 0, 800)]
    assert unmarked("\n".join(paragraphs([lines])))[0] == "celebration"


def failure(data: bytes) -> str:
    with pytest.raises(Unreadable) as failed:
        parse(data, kind_of(data, ".pdf"))
    return str(failed.value)


def test_a_pdf_is_known_by_its_content(tmp_path: Path) -> None:
    data = bytes(document(ONE, TWO).output())
    (tmp_path / "talks.txt").write_bytes(data)
    (tmp_path / "cut.pdf").write_bytes(data[: len(data) // 2])
    cut, talks = read_all(tmp_path)
    assert isinstance(talks, Article)
    assert talks.text == f"{ONE}\n\n{TWO}"
    assert isinstance(cut, ReadFailed)
    assert cut.reason.startswith("it is cut short")


def test_a_pdf_with_a_password_is_named_so() -> None:
    pdf = document(ONE)
    pdf.set_encryption(owner_password="owner", user_password="user")
    assert failure(bytes(pdf.output())).startswith("it is protected by a password")


def test_a_pdf_that_only_forbids_printing_is_read() -> None:
    pdf = document(ONE)
    pdf.set_encryption(owner_password="owner", user_password="")
    assert draft(pdf).text == ONE


def test_a_scan_without_text_is_named_so() -> None:
    pdf = document()
    pdf.image(Image.new("L", (200, 200), 128), w=100)
    assert "scan" in failure(bytes(pdf.output()))


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.4\njunk\nstartxref\n0\n%%EOF",
        b"%PDF-1.7\n" + bytes(1_000) + b"%%EOF",
        b"%PDF-1.4 startxref 99999999999 %%EOF",
    ],
)
def test_a_damaged_pdf_is_named_so(data: bytes) -> None:
    assert failure(data).startswith("it is damaged")
