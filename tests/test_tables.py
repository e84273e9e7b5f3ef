"""Tables: a row is an article, its columns are guessed or told, and a bad row never stops the rest."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from pincite.index import Article, ReadFailed, Reading, parsed_columns, read_all
from pincite.index.read.columns import columns_of
from pincite.index.read.draft import Unreadable
from pincite.index.read.tables import read_table

TEXT = "Delegates met in the old town."


def articles(path: Path, **columns: str) -> list[Article | ReadFailed]:
    return list(read_all([path], Reading(columns=columns)))


def test_each_row_of_a_csv_file_is_an_article(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(
        "headline,body,pubDate,link,byline\n"
        f'Bridge,"{TEXT}\n\nThey ""talked"", and left.",25/05/2021,'
        "https://news.example/bridge?utm_source=x,Ann Lee; Bo Ek\n"
        f"Ferry,{TEXT},3/4/2021,,By Ann Lee and Bo Ek\n"
    )
    bridge, ferry = articles(path)
    assert isinstance(bridge, Article)
    assert isinstance(ferry, Article)
    assert (bridge.title, bridge.text) == ("Bridge", f'{TEXT}\n\nThey "talked", and left.')
    assert (bridge.source, bridge.authors) == ("https://news.example/bridge", ("Ann Lee", "Bo Ek"))
    assert (ferry.source, ferry.authors) == (f"{path.as_posix()}#ferry", ("Ann Lee", "Bo Ek"))
    # 25/05 shows that this column writes the day first.
    assert (bridge.published, ferry.published) == (date(2021, 5, 25), date(2021, 4, 3))
    assert bridge.note == (
        "columns of rows.csv read as text=body, title=headline, date=pubDate, url=link, authors=byline; "
        "--columns names others"
    )
    assert ferry.note == ""


def test_each_line_of_json_is_an_article(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    lines = [
        {
            "id": 7,
            "title": "One",
            "content": [TEXT, "And left."],
            "created_at": 1_620_000_000,
            "author": [{"name": "Ann"}],
        },
        {
            "id": 8,
            "title": "One",
            "content": "<p>Delegates <b>met</b>.</p><script>x</script>",
            "created_at": "20210504",
        },
    ]
    path.write_text("\n".join(map(json.dumps, lines)))
    one, two = articles(path)
    assert isinstance(one, Article)
    assert isinstance(two, Article)
    assert (one.source, one.text) == (f"{path.as_posix()}#7", f"{TEXT}\n\nAnd left.")
    assert (one.published, one.authors) == (date(2021, 5, 3), ("Ann",))
    assert (two.source, two.text, two.published) == (f"{path.as_posix()}#8", "Delegates met.", date(2021, 5, 4))


@pytest.mark.parametrize("wrapper", ["{0}", '{{"articles": {0}}}', '{{"meta": 1, "items": {0}}}'])
def test_a_json_list_is_a_table_too(wrapper: str) -> None:
    data = wrapper.format(json.dumps([{"text": TEXT}, {"text": "x"}])).encode()
    assert [row.values["text"] for row in read_table(data, suffix=".json", columns={}).rows] == [TEXT, "x"]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found(separator: str) -> None:
    data = f"title{separator}text\nA{separator}Delegates met\n".encode()
    (row,) = read_table(data, suffix=".csv", columns={}).rows
    assert row.values == {"text": "Delegates met", "title": "A"}


def test_bad_rows_are_told_with_their_number_and_the_rest_go_on(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(f'title,text\nA,{TEXT}\nB,\nC,a,b\n"D"x,{TEXT}\nE,{TEXT}\n')
    a, b, c, d, e = articles(path)
    assert isinstance(a, Article)
    assert isinstance(e, Article)
    assert isinstance(b, ReadFailed)
    assert (b.source, b.reason) == (
        f"{path.as_posix()}#b",
        "row 3: it holds no text: there is nothing to answer from",
    )
    assert isinstance(c, ReadFailed)
    assert c.reason.startswith("row 4: it has 3 cells, and there are 2 columns: ")
    assert isinstance(d, ReadFailed)
    assert d.reason.startswith("row 5: it is no row of a CSV file")


def test_bad_lines_are_told_with_their_number() -> None:
    data = b'{"text": "a"}\n{broken\n[1]\n{"text": "b"}'
    rows = read_table(data, suffix=".jsonl", columns={}).rows
    assert [row.number for row in rows if not row.bad] == [1, 4]
    assert rows[1].bad.startswith("it is no JSON (expecting property name")
    assert rows[2].bad.startswith("it is JSON, but no object with named values")


def test_after_a_hundred_bad_rows_the_rest_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(f"title,text\nA,{TEXT}\n" + "b,\n" * 150)
    found = articles(path)
    assert len(found) == 102
    assert isinstance(found[-1], ReadFailed)
    assert found[-1].reason == "50 more rows cannot be read: mend the first ones and add it again"


def test_a_row_keeps_its_source_when_others_come_and_go() -> None:
    def keys(*titles: str) -> list[str]:
        lines = "\n".join(f"{title},x" for title in titles)
        return [row.key for row in read_table(f"title,text\n{lines}".encode(), suffix=".csv", columns={}).rows]

    assert keys("One", "Two: a/b") == ["one", "two-a-b"]
    assert keys("Zero", "One", "Two: a/b") == ["zero", "one", "two-a-b"]
    assert keys("Same", "Same") == ["row-2", "row-3"]


def test_columns_can_be_told() -> None:
    rows = [{"a": "x", "b": "y", "title": "z"}]
    assert columns_of(rows, parsed_columns("text=b, title=")) == {"text": "b"}
    assert columns_of(rows, parsed_columns("body=a")) == {"text": "a", "title": "title"}
    with pytest.raises(Unreadable, match="it has no column 'c' \\(its columns: a, b, title\\)"):
        columns_of(rows, {"text": "c"})
    with pytest.raises(ValueError, match="'x=y' names no column: write it as text=body"):
        parsed_columns("x=y")


@pytest.mark.parametrize(
    ("names", "text"),
    [
        (["Title", "Body_Text"], "Body_Text"),
        (["text", "body"], "text"),
        (["name", "description"], "description"),
        (["title", "blurb"], "blurb"),  # by its length
    ],
)
def test_the_column_of_texts_is_guessed(names: list[str], text: str) -> None:
    assert columns_of([{names[0]: "A", names[1]: TEXT * 10}], {})["text"] == text


def test_a_table_without_texts_is_refused_with_its_columns() -> None:
    with pytest.raises(Unreadable, match=r"no column .* \(its columns: Year, Boats\): name it with --columns"):
        read_table(b"Year,Boats\n2020,15\n", suffix=".csv", columns={})


def test_a_folder_with_a_table_is_followed(tmp_path: Path) -> None:
    from hashing import Hashing

    from pincite.index import open_index

    (tmp_path / "rows.csv").write_text(f"title,text\nOne,{TEXT}\nTwo,{TEXT} Again.\n")
    with open_index(tmp_path / "library", Hashing()) as index:
        assert [one.status for one in index.add(read_all([tmp_path / "rows.csv"]))] == ["added", "added"]
        (tmp_path / "rows.csv").write_text(f"title,text\nTwo,{TEXT} Again!\nThree,{TEXT} Later.\n")
        assert [one.status for one in index.add(read_all([tmp_path / "rows.csv"]))] == ["updated", "added"]
