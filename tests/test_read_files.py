"""Folders walked and files opened, links, devices and permissions minded."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pincite.index import Article, ReadFailed, find_places, read, read_all

TEXT = "Delegates met in the old town."


def texts_and_reasons(place: Path) -> dict[str, str]:
    """By path below `place`: the text of an article, or why there is none."""
    found = list(read_all(place))
    return {os.path.relpath(one.source, place): one.text if isinstance(one, Article) else one.reason for one in found}


def test_a_folder_is_read_in_sorted_order_with_its_folders(tmp_path: Path) -> None:
    for name in ("b.txt", "a/2.txt", "a/1.md", "c.html", "README"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"<html><body><p>{TEXT}" if name.endswith("html") else TEXT)
    assert texts_and_reasons(tmp_path) == dict.fromkeys(["README", "a/1.md", "a/2.txt", "b.txt", "c.html"], TEXT)
    assert len(find_places(tmp_path)) == 5


def test_hidden_files_pictures_and_programs_are_passed_over(tmp_path: Path) -> None:
    for name in (".git/config", ".hidden.txt", "photo.jpg", "script.py", "data.zip"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(TEXT)
    assert find_places(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "cure"),
    [
        ("letter.doc", "save it as PDF"),
        ("book.mobi", "save it as PDF"),
        ("table.prn", "name the file itself"),
        ("feeds.opml", "name the file itself"),
    ],
)
def test_other_kinds_in_a_folder_are_listed_as_not_read(tmp_path: Path, name: str, cure: str) -> None:
    (tmp_path / name).write_text(TEXT)
    assert cure in texts_and_reasons(tmp_path)[name]


def test_a_text_file_of_an_unknown_name_is_read_when_it_is_named(tmp_path: Path) -> None:
    (tmp_path / "table.prn").write_text("Year,Boats\n2020,15")
    assert read(tmp_path / "table.prn").text == "Year,Boats\n2020,15"


def test_a_bad_file_does_not_stop_the_rest(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT)
    (tmp_path / "b.txt").write_bytes(b"")
    (tmp_path / "c.pdf").write_bytes(b"%PDF-1.4 %%EOF")
    (tmp_path / "d.md").write_text(TEXT)
    found = texts_and_reasons(tmp_path)
    assert (found["a.txt"], found["d.md"]) == (TEXT, TEXT)
    assert (found["b.txt"], found["c.pdf"][:13]) == ("the file is empty: there is nothing to read", "it is damaged")


def test_a_missing_place_is_said_to_be_missing(tmp_path: Path) -> None:
    (failed,) = read_all(tmp_path / "none.txt")
    assert isinstance(failed, ReadFailed)
    assert str(failed) == f"{(tmp_path / 'none.txt').as_posix()}: there is no such file: check its name and folder"


def test_a_file_of_100_mb_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with (tmp_path / "big.txt").open("wb") as file:
        file.truncate(100_000_000)
    assert texts_and_reasons(tmp_path)["big.txt"].startswith("it is 100 MB, and 50 MB is the most")


def test_a_link_in_a_folder_is_not_followed_out_of_it(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "a.txt").write_text(TEXT)
    (folder / "out.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "up").symlink_to(tmp_path)
    (folder / "gone.txt").symlink_to(tmp_path / "none.txt")
    (folder / "same.txt").symlink_to(folder / "a.txt")
    (folder / "round").symlink_to(folder)
    assert texts_and_reasons(folder) == {
        "a.txt": TEXT,
        "gone.txt": "it is a link to a place that is missing: mend or remove the link",
        "out.txt": "it is a link that leads out of the folder: add the file it leads to itself",
        "up": "it is a link that leads out of the folder: add the file it leads to itself",
    }


def test_a_file_that_becomes_a_link_after_the_walk_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "a.txt").write_text(TEXT)
    places = find_places(folder)
    (folder / "a.txt").unlink()
    (folder / "a.txt").symlink_to(tmp_path / "secret.txt")
    (failed,) = read_all(places)
    assert isinstance(failed, ReadFailed)
    assert failed.reason.startswith("it is a link")


def test_a_link_that_is_named_is_followed(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT)
    (tmp_path / "link.txt").symlink_to(tmp_path / "a.txt")
    assert read(tmp_path / "link.txt").text == TEXT


def test_links_in_a_circle_are_named_so(tmp_path: Path) -> None:
    (tmp_path / "a.txt").symlink_to(tmp_path / "b.txt")
    (tmp_path / "b.txt").symlink_to(tmp_path / "a.txt")
    with pytest.raises(ReadFailed, match="circle of links"):
        read(tmp_path / "a.txt")


def test_pipes_sockets_and_devices_are_no_articles(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "s.txt"))
        found = texts_and_reasons(tmp_path)
    assert found["pipe.txt"].startswith("it is a pipe, not a file")
    assert found["s.txt"].startswith("it is a socket, not a file")
    with pytest.raises(ReadFailed, match="a device, not a file"):
        read("/dev/zero")


@contextmanager
def as_nobody() -> Iterator[None]:
    """Another user, since nothing is closed to root."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65_534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_what_may_not_be_opened_is_said_with_the_cure(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
        folder.chmod(0o755)  # pytest closes its folders to others
    (tmp_path / "a.txt").write_text(TEXT)
    (tmp_path / "closed.txt").write_text(TEXT)
    (tmp_path / "shut").mkdir()
    (tmp_path / "shut" / "b.txt").write_text(TEXT)
    (tmp_path / "closed.txt").chmod(0)
    (tmp_path / "shut").chmod(0)
    try:
        with as_nobody():
            found = texts_and_reasons(tmp_path)
    finally:
        (tmp_path / "shut").chmod(0o700)
    assert found == {
        "a.txt": TEXT,
        "closed.txt": "it may not be opened by this user: change its permissions (chmod u+r)",
        "shut": "the folder may not be listed by this user: change its permissions (chmod u+rx)",
    }


def test_names_that_are_no_text_are_sources_all_the_same(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt")).write_text(TEXT)
    (article,) = read_all(tmp_path)
    assert isinstance(article, Article)
    assert article.source == f"{tmp_path.as_posix()}/caf\ufffd.txt"


def test_other_kinds_of_address_are_refused() -> None:
    (failed,) = read_all(["ftp://example.org/a.txt"])
    assert isinstance(failed, ReadFailed)
    assert failed.reason.startswith("ftp addresses are not read")


def test_read_wants_one_article(tmp_path: Path) -> None:
    with pytest.raises(ReadFailed, match="it is a folder"):
        read(tmp_path)
