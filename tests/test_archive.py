"""A library goes into one file and comes back the same; a file that is not what it should be makes nothing."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from hashing import Hashing, written

from pincite.index import Index, StoreFailed, archive, open_index, pack, unpack
from pincite.index.faults import DiskFull

BESIDE = ("notes.jsonl",)
CHECKS = {"notes.jsonl": lambda path: None}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    with open_index(tmp_path / "home", Hashing()) as index:
        list(index.add(written(n) for n in range(12)))
        list(index.add([written(3, edition=2)]))
        index.remove([written(5).id])
    (tmp_path / "home" / "notes.jsonl").write_text('{"a": 1}\n')
    return tmp_path / "home"


@pytest.fixture
def file(home: Path, tmp_path: Path) -> Path:
    pack(home, tmp_path / "export.zip", BESIDE)
    return tmp_path / "export.zip"


def held(index: Index) -> dict[tuple[str, int], str]:
    entries = [version for entry in index.entries() for version in index.versions(entry.id)]
    return {(one.id, one.version): index.article(one.id, one.version).text for one in entries}


def test_what_was_packed_comes_back_with_versions_vectors_and_whole_indexes(home: Path, file: Path) -> None:
    other = home.parent / "other"
    packed = unpack(file, other, CHECKS)
    assert (packed.articles, set(packed.files)) == (11, {"catalog.sqlite", "notes.jsonl"})
    embedder = Hashing()
    with open_index(home, embedder) as one, open_index(other, embedder) as two:
        assert held(one) == held(two)
        ids = [f"{entry.id}:{entry.version}:0" for entry in one.entries()]
        assert (one.vectors(ids) == two.vectors(ids)).all()
        assert two.check().well
    assert embedder.calls == []
    assert (other / "notes.jsonl").read_text() == '{"a": 1}\n'
    assert other.stat().st_mode & 0o077 == 0


def test_a_library_in_use_is_packed_as_it_is_at_one_moment(home: Path, tmp_path: Path) -> None:
    with open_index(home, Hashing()) as index:
        list(index.add([written(20)]))
        assert pack(home, tmp_path / "now.zip").articles == 12
        list(index.add([written(21)]))
        assert index.check().well
    unpack(tmp_path / "now.zip", tmp_path / "again")
    with open_index(tmp_path / "again", Hashing()) as index:
        assert {written(20).id} == {entry.id for entry in index.entries()} & {written(20).id, written(21).id}


def test_nothing_is_overwritten(home: Path, file: Path, tmp_path: Path) -> None:
    before = file.read_bytes()
    with pytest.raises(StoreFailed, match="exists already"):
        pack(home, file)
    assert file.read_bytes() == before
    with pytest.raises(StoreFailed, match="not empty"):
        unpack(file, home, CHECKS)
    with pytest.raises(StoreFailed, match="no library"):
        pack(tmp_path / "nowhere", tmp_path / "none.zip")
    with pytest.raises(StoreFailed, match="no such file"):
        unpack(tmp_path / "none.zip", tmp_path / "other")


def rewritten(file: Path, change: Callable[[dict[str, bytes]], None], *, resum: bool = True) -> Path:
    """A copy of the export with other members; with `resum` its list of contents is made to fit."""
    with zipfile.ZipFile(file) as source:
        members = {info.filename: source.read(info) for info in source.infolist()}
    change(members)
    manifest = json.loads(members["manifest.json"])
    if resum:
        manifest["files"] = {
            name: {"bytes": len(data), "sha256": sha256(data).hexdigest()}
            for name, data in members.items()
            if name != "manifest.json"
        }
    members["manifest.json"] = json.dumps(manifest).encode()
    made = file.with_name("hostile.zip")
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in members.items():
            out.writestr(name, data)
    return made


def altered_catalog(*statements: str) -> Callable[[dict[str, bytes]], None]:
    def change(members: dict[str, bytes]) -> None:
        db = sqlite3.connect(":memory:")
        db.deserialize(members["catalog.sqlite"])
        for statement in statements:
            db.execute(statement)
        db.commit()
        members["catalog.sqlite"] = db.serialize()

    return change


def put(name: str, data: bytes) -> Callable[[dict[str, bytes]], None]:
    return lambda members: members.update({name: data})


def test_a_flipped_byte_is_noticed(file: Path, tmp_path: Path) -> None:
    def flip(members: dict[str, bytes]) -> None:
        data = members["catalog.sqlite"]
        members["catalog.sqlite"] = data[:5000] + bytes([data[5000] ^ 1]) + data[5001:]

    with pytest.raises(StoreFailed, match="damaged"):
        unpack(rewritten(file, flip, resum=False), tmp_path / "other", CHECKS)
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (put("../outside.txt", b"x"), "no library has"),
        (put("/tmp/outside.txt", b"x"), "no library has"),
        (put("vectors-1/chroma.sqlite3", b"x"), "no library has"),
        (put("catalog.sqlite", b""), "other tables"),
        (put("catalog.sqlite", b"this is no database" * 100), "no database"),
        (altered_catalog("CREATE TRIGGER t AFTER INSERT ON articles BEGIN DELETE FROM settings; END"), "other tables"),
        (altered_catalog("CREATE VIEW v AS SELECT 1"), "other tables"),
        (altered_catalog("PRAGMA user_version = 99"), "newer pincite"),
        (altered_catalog("UPDATE articles SET text = 'changed'"), "not fit together"),
        (altered_catalog("UPDATE passages SET vector = x'00'"), "not fit together"),
        (altered_catalog("UPDATE passages SET stop = 9999999"), "not fit together"),
        (altered_catalog("UPDATE settings SET value = 'many' WHERE name = 'dim'"), "not fit together"),
        (lambda members: members.pop("catalog.sqlite"), "does not hold"),
        (put("manifest.json", b'{"format": 99, "files": {}}'), "newer pincite"),
        (put("manifest.json", b'{"files": 7}'), "no sense"),
    ],
)
def test_a_hostile_file_makes_nothing(
    file: Path, tmp_path: Path, change: Callable[[dict[str, bytes]], None], why: str
) -> None:
    hostile = rewritten(file, change)
    before = {path for path in tmp_path.rglob("*") if "home" not in path.parts}
    with pytest.raises(StoreFailed, match=why):
        unpack(hostile, tmp_path / "other", CHECKS)
    assert {path for path in tmp_path.rglob("*") if "home" not in path.parts} == before


def test_settings_in_the_file_lead_nowhere(file: Path, tmp_path: Path) -> None:
    victim = tmp_path / "victim-1"
    victim.mkdir()
    change = altered_catalog("INSERT INTO settings VALUES ('vectors_folder', '../victim-1')")
    unpack(rewritten(file, change), tmp_path / "other", CHECKS)
    with open_index(tmp_path / "other", Hashing()) as index:
        assert index.repair().well
    assert victim.is_dir()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 half a zip", b"no zip at all" * 50])
def test_what_is_no_zip_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad.zip").write_bytes(content)
    with pytest.raises(StoreFailed, match="no whole export"):
        unpack(tmp_path / "bad.zip", tmp_path / "other")


def test_a_cut_file_is_refused(file: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.zip"
    cut.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    with pytest.raises(StoreFailed, match="no whole export"):
        unpack(cut, tmp_path / "other")


def test_a_file_that_claims_more_than_there_is_room_is_refused(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive.shutil, "disk_usage", lambda path: type("Usage", (), {"free": 10})())
    with pytest.raises(DiskFull):
        unpack(file, tmp_path / "other", CHECKS)
