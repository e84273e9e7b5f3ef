"""What is installed is what is in the tree."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = ("index", "rag", "ui", "eval")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist and the wheel that was built from it."""
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return out


def in_the_tree() -> set[str]:
    files = (path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.is_file())
    return {path.relative_to(ROOT).as_posix() for path in files if "__pycache__" not in path.parts}


def test_the_wheel_built_from_the_sdist_holds_every_file_of_the_four_folders(built: Path) -> None:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        names = {name.removeprefix("pincite/") for name in wheel.namelist() if name.startswith("pincite/")}
    assert names == in_the_tree()


def test_the_wheel_puts_nothing_else_into_site_packages(built: Path) -> None:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        tops = {name.split("/")[0] for name in wheel.namelist()}
    assert tops == {"pincite", "pincite-0.1.0.dist-info"}


def test_the_wheel_brings_licence_and_notice(built: Path) -> None:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        brought = {Path(name).name for name in wheel.namelist() if "/licenses/" in name}
    assert brought == {"LICENSE", "NOTICE"}


def test_the_sdist_leaves_out_the_shared_data_and_what_tests_leave(built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as sdist:
        folders = {name.split("/")[1] for name in sdist.getnames() if name.count("/") > 1}
    assert folders <= {*FOLDERS, "pincite.egg-info", "tests"}


def test_torch_and_transformers_are_not_run_time_dependencies(built: Path) -> None:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        metadata = wheel.read(next(n for n in wheel.namelist() if n.endswith("METADATA"))).decode()
    lines = [line for line in metadata.splitlines() if line.startswith("Requires-Dist") and "extra ==" not in line]
    required = {re.split(r"[<>=;\[ ]", line.removeprefix("Requires-Dist: "))[0] for line in lines}
    assert {"llama-index", "chromadb", "gradio", "openai"} <= required
    assert not {"torch", "transformers", "sentence-transformers"} & required
