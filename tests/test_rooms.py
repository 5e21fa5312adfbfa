"""The arrows between the rooms, as CONTRIBUTING.md draws them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import cicatrix

PACKAGE = Path(cicatrix.__file__).parent

MAY_IMPORT = {
    "model": {"errors"},
    "knowledge": {"model", "errors", "files", "toml_text"},
    "capture": {"model", "errors", "files", "toml_text"},
    "relief": {"model", "errors"},
    "scars": {"model", "errors", "relief"},
    "colour": {"model", "errors"},
    "cases": {"model", "errors", "files", "toml_text", "output"},
    "grading": {"model", "errors", "knowledge"},
    "care": {"model", "errors", "knowledge"},
    "corrections": {"model", "errors", "files", "cases", "colour", "scars"},
    "outlook": {"model", "errors", "knowledge", "care", "relief"},
    "phantom": {"model", "errors", "files"},
    "record": {"model", "errors", "files", "output", "toml_text", "relief", "scars", "colour"},
    "report": {"model", "errors", "knowledge"},
}
"""Room to the rooms and modules that it may import besides itself."""


def _imported(file: Path) -> set[str]:
    """Rooms of the package that a module imports, also inside functions."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("cicatrix."):
            names.add(node.module.split(".")[1])
        elif isinstance(node, ast.Import):
            names |= {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("cicatrix.")}
    return names


@pytest.mark.parametrize("room", sorted(MAY_IMPORT))
def test_a_room_imports_along_the_arrows(room: str) -> None:
    files = sorted((PACKAGE / room).rglob("*.py"))
    assert files
    against = {
        str(file.relative_to(PACKAGE)): sorted(wrong)
        for file in files
        if (wrong := _imported(file) - MAY_IMPORT[room] - {room})
    }
    assert not against


def test_every_room_is_known() -> None:
    rooms = {folder.name for folder in PACKAGE.iterdir() if (folder / "__init__.py").exists()}
    assert rooms - set(MAY_IMPORT) == {"study", "web"}, "study and web look at all of them"


def test_modules_stay_readable() -> None:
    long = {
        str(file.relative_to(PACKAGE)): lines
        for file in PACKAGE.rglob("*.py")
        if (lines := len(file.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert not long
