"""The folders import along index <- rag <- {ui, eval}, and by relative imports between them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAY_IMPORT = {
    "index": {"index"},
    "rag": {"rag", "index"},
    "ui": {"ui", "rag", "index"},
    "eval": {"eval", "rag", "index"},
}
# The terminal's command table registers the eval command.
ALLOWED = {("ui/terminal.py", "eval")}


def imported_folders(path: Path) -> set[str]:
    depth = len(path.relative_to(ROOT).parts) - 1
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            parts = [*path.relative_to(ROOT).parts[: depth + 1 - node.level], *(node.module or "").split(".")]
            found.add(parts[0] or (node.names[0].name if not node.module else parts[0]))
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add("absolute " + node.module if node.module.split(".")[0] in {*MAY_IMPORT, "pincite"} else "")
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names if alias.name.split(".")[0] in {*MAY_IMPORT, "pincite"}]
            found.update("absolute " + name for name in names)
    return found - {""}


@pytest.mark.parametrize("folder", MAY_IMPORT)
def test_a_folder_imports_only_what_its_arrow_allows(folder: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sorted((ROOT / folder).rglob("*.py"))
        for name in imported_folders(path) - MAY_IMPORT[folder]
        if (path.relative_to(ROOT).as_posix(), name) not in ALLOWED
    ]
    assert wrong == []


def test_no_folder_called_pincite_shadows_the_installed_package() -> None:
    assert not (ROOT / "pincite").exists()
