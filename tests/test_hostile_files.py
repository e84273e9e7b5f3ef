"""Files made to break what reads them: each ends as an article or with its sentence.

`benchmarks/hostile.py` has all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hostile_files import GOOD, hostile_files

from pincite.index import Article, ReadFailed, Reading
from pincite.index.read import Place
from pincite.index.read.articles import Reader
from pincite.index.read.worker import Worker

FILES = hostile_files()
# Of each family a few that are quick.
SAMPLE = """
deep-div-10000.html ok-charset-rot13.html ok-entities-that-are-none.html ok-entity-of-a-file.xhtml ok-json-deep.html
no-empty-page.html ok-cp1252.txt no-zeros.txt no-noise.txt no-zero-width.txt yaml-bomb.md yaml-object.md broken-1.pdf
table-in-a-circle.pdf pages-in-a-circle.pdf no-root-is-a-number.pdf no-scanned.pdf ok-plain.docx entity-bomb.docx
no-cut.docx no-document.docx ok-plain.epub broken-3.epub ok-entity-bomb.epub ok-read-once.epub
ok-paths-out.epub no-cut.epub entity-of-a-file.xml ok-link-inwards.xml no-entity-bomb.opml no-inwards.opml
no-bad-rows.csv
no-deep.json ok-one-deep-line.jsonl ok-wrong-types.jsonl no-png.txt no-zip.txt ok-page.csv ok-word.pdf
""".split()


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Worker() as worker:
        yield Reader(worker, Reading())


def test_there_are_enough_of_them() -> None:
    assert len(FILES) >= 150


@pytest.mark.parametrize("name", SAMPLE)
def test_a_hostile_file_ends_with_its_text_or_its_sentence(name: str, reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / f"article{Path(name).suffix}"
    path.write_bytes(FILES[name]())
    try:
        found = list(reader.at(Place(str(path))))
    except ReadFailed as failed:
        found = [failed]
    assert found
    articles = [one for one in found if isinstance(one, Article)]
    assert all(": " in one.reason for one in found if isinstance(one, ReadFailed))
    assert not any("root:" in one.text for one in articles)  # of /etc/passwd
    if name.startswith("ok-"):
        assert any(GOOD in " ".join(one.text.split()) for one in articles)
    if name.startswith("no-"):
        assert not articles
