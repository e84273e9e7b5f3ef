"""A library follows a folder: new, changed, gone, moved; and goes on doing so."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import pytest

from pincite.rag import Library, Synced, open_library, to_json, verify
from pincite.ui.watching import keep_up

BEES = "How bees dance\n\nA bee that has found food dances on the comb. Karl von Frisch read the dance in 1927."
TOWER = "The tower of Hanoi\n\nEdouard Lucas sold the puzzle in 1883. Sixty-four discs take longer than the world."
TEA = "Tea\n\nTea reached London in 1657. Thomas Garway sold it in Exchange Alley."
ROWS = "title,text\nOne,The first lamp was lit on a Monday in the harbour.\nTwo,The second ship came in with salt.\n"
CLIPPED = """---
title: Page {n}
source: https://example.org/{n}
---
Number {n} was clipped from the web, and tells that the mill of Aarn{n} burned down in 1890.
"""


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with open_library(tmp_path_factory.mktemp("shared")) as opened:
        yield opened


@pytest.fixture
def library(shared: Library) -> Library:
    """An empty library."""
    if entries := shared.entries():
        shared.remove([entry.id for entry in entries])
    return shared


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "articles"
    (made / "old").mkdir(parents=True)
    for name, text in (("bees.txt", BEES), ("old/tower.txt", TOWER), ("tea.txt", TEA)):
        (made / name).write_text(text)
    return made


def told(synced: Synced) -> dict[str, int]:
    statuses = [one.status for one in synced.outcomes]
    found = {status: statuses.count(status) for status in ("added", "updated", "same", "failed")}
    return {name: n for name, n in (found | {"moved": len(synced.moved), "removed": len(synced.removed)}).items() if n}


def test_new_changed_and_gone_files_are_added_replaced_and_removed(library: Library, folder: Path) -> None:
    assert told(library.sync(folder)) == {"added": 3}
    (folder / "bees.txt").write_text(BEES + " He was given a Nobel Prize in 1973.")
    (folder / "tea.txt").unlink()
    (folder / "new.txt").write_text("Salt\n\nSalt was carried from Hallstatt for three thousand years.")
    synced = library.sync(folder)
    assert told(synced) == {"added": 1, "updated": 1, "same": 1, "removed": 1}
    assert synced.changed
    assert [Path(entry.source).name for entry in synced.removed] == ["tea.txt"]
    assert told(library.sync(folder)) == {"same": 3}
    assert not library.sync(folder).changed


def test_a_moved_file_keeps_its_id_its_answers_and_its_vectors(
    library: Library, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.sync(folder)
    answer = library.ask("When was the tower of Hanoi puzzle sold?")
    [citation] = answer.citations
    export = tmp_path / "answer.json"
    import json

    export.write_text(json.dumps(to_json(answer)))
    with monkeypatch.context() as patched:
        patched.setattr(type(library.embedder), "embed", lambda *_: pytest.fail("the model was asked"))
        (folder / "puzzles").mkdir()
        shutil.move(folder / "old" / "tower.txt", folder / "puzzles" / "hanoi.txt")
        synced = library.sync(folder)
    assert told(synced) == {"same": 3, "moved": 1}
    assert (Path(synced.moved[0].before).name, Path(synced.moved[0].source).name) == ("tower.txt", "hanoi.txt")
    article = library.article(citation.article.id)
    assert (article.version, Path(article.source).name) == (1, "hanoi.txt")
    assert [one.holds for one in verify(export, library)] == [True]
    assert library.index.check().well
    assert told(library.sync(folder)) == {"same": 3}


def test_what_comes_to_a_moved_files_old_place_is_an_article_of_its_own(library: Library, folder: Path) -> None:
    library.sync(folder)
    (folder / "bees.txt").rename(folder / "insects.txt")
    library.sync(folder)
    (folder / "bees.txt").write_text("Wasps\n\nWasps build with paper. They chew it from old wood near the nest.")
    assert told(library.sync(folder)) == {"added": 1, "same": 3}
    texts = {Path(entry.source).name: library.article(entry.id).text for entry in library.entries()}
    assert texts["insects.txt"].startswith("How bees dance")
    assert texts["bees.txt"].startswith("Wasps")
    (folder / "bees.txt").write_text("Wasps\n\nWasps build with paper, which they chew from old wood near their nest.")
    assert told(library.sync(folder)) == {"updated": 1, "same": 3}
    (folder / "insects.txt").rename(folder / "bees.txt")
    library.sync(folder)
    assert {Path(entry.source).name for entry in library.entries()} == {"bees.txt", "tea.txt", "tower.txt"}
    assert told(library.sync(folder)) == {"same": 3}


def test_two_files_that_change_places_are_followed(library: Library, folder: Path) -> None:
    library.sync(folder)
    (folder / "bees.txt").rename(folder / "x.txt")
    (folder / "tea.txt").rename(folder / "bees.txt")
    (folder / "x.txt").rename(folder / "tea.txt")
    library.sync(folder)
    texts = {Path(entry.source).name: library.article(entry.id).text for entry in library.entries()}
    assert (texts["bees.txt"], texts["tea.txt"]) == (TEA, BEES)


def test_a_clipping_that_is_gone_is_removed_though_its_source_is_an_address(library: Library, folder: Path) -> None:
    for n in (1, 2):
        (folder / f"page{n}.md").write_text(CLIPPED.format(n=n))
    library.sync(folder)
    assert "https://example.org/1" in {entry.source for entry in library.entries()}
    (folder / "page1.md").unlink()
    (folder / "page2.md").rename(folder / "renamed.md")
    synced = library.sync(folder)
    assert [entry.source for entry in synced.removed] == ["https://example.org/1"]
    assert "https://example.org/2" in {entry.source for entry in library.entries()}


def test_a_row_that_left_a_table_is_removed(library: Library, folder: Path) -> None:
    (folder / "rows.csv").write_text(ROWS)
    assert told(library.sync(folder)) == {"added": 5}
    (folder / "rows.csv").write_text("\n".join(ROWS.splitlines()[:2]) + "\n")
    synced = library.sync(folder)
    assert (len(synced.removed), len(library.entries())) == (1, 4)


def test_what_cannot_be_read_is_not_removed(library: Library, folder: Path) -> None:
    library.sync(folder)
    (folder / "tea.txt").write_bytes(b"")
    assert told(library.sync(folder)) == {"failed": 1, "same": 2}
    assert len(library.entries()) == 3


def test_a_file_is_read_again_only_when_its_bytes_changed(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pincite.index.read import text

    library.add([folder])
    read = text.read_text
    calls: list[bytes] = []
    monkeypatch.setattr(text, "read_text", lambda data: calls.append(data) or read(data))
    assert {one.status for one in library.add([folder])} == {"same"}
    assert calls == []
    (folder / "tea.txt").write_text(TEA.replace("1657", "1658"))
    assert sorted(one.status for one in library.add([folder])) == ["same", "same", "updated"]
    assert len(calls) == 1


def test_a_changed_article_keeps_its_old_version_for_old_answers(
    library: Library, folder: Path, tmp_path: Path
) -> None:
    import json

    library.sync(folder)
    answer = library.ask("When did tea reach London?")
    export = tmp_path / "answer.json"
    export.write_text(json.dumps(to_json(answer)))
    (folder / "tea.txt").write_text(TEA.replace("in 1657", "about 1650"))
    library.sync(folder)
    id = answer.citations[0].article.id
    assert [one.version for one in library.versions(id)] == [2, 1]
    assert library.article(id, 1).text == TEA
    [checked] = verify(export, library)
    assert (checked.holds, "newer version" in checked.why) == (True, True)


def test_watching_brings_each_change_in_until_stopped(library: Library, folder: Path) -> None:
    stop, looked = Event(), Event()

    def look(only_changes: bool) -> int:
        if library.sync(folder).changed and only_changes:
            looked.set()
        return 0

    watcher = Thread(target=keep_up, args=(folder, look, stop))
    watcher.start()
    try:
        until = 100
        while len(library.entries()) < 3 and until:
            until -= not looked.wait(0.1)
        (folder / "late.txt").write_text("Ink\n\nInk was made from oak galls and iron for a thousand years.")
        assert looked.wait(60)
        assert len(library.entries()) == 4
    finally:
        stop.set()
        watcher.join(30)
