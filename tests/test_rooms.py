"""The arrows between the rooms, as CONTRIBUTING.md draws them."""

from __future__ import annotations

import ast
import graphlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import cicatrix

PACKAGE = Path(cicatrix.__file__).parent
GUIDE = Path(__file__).resolve().parents[1] / "CONTRIBUTING.md"

ROW = re.compile(r"^\| `(?P<room>\w+)(?:/|\.py)` \| [^|]+ \| (?P<may>[^|]+) \|$", re.MULTILINE)
MOST_LINES = 400
MOST_ROOMS = 26


def _table() -> dict[str, set[str]]:
    """Room to the rooms that it may import besides itself, as the guide says."""
    rows = {found["room"]: found["may"].strip() for found in ROW.finditer(GUIDE.read_text(encoding="utf-8"))}
    every = set(rows)
    return {
        room: every if may == "all" else set() if may == "–" else {name.strip() for name in may.split(",")}
        for room, may in rows.items()
    }


MAY_IMPORT = _table()
FRONT = {"__init__", "__main__"}
"""They hand everything out, and import it only when it is asked for."""


def _imports(file: Path, *, late: bool) -> Iterator[str]:
    """Modules of the package that a file imports; with ``late`` also inside functions and for type checkers."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for node in ast.walk(tree) if late else tree.body:
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "cicatrix":
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith("cicatrix."))


def _room(file: Path) -> str:
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


def _name(file: Path) -> str:
    parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = sorted(PACKAGE.rglob("*.py"))


def test_the_table_names_what_there_is() -> None:
    there = {_room(file) for file in FILES} - FRONT
    assert set(MAY_IMPORT) == there
    assert len(there) <= MOST_ROOMS
    assert set().union(*MAY_IMPORT.values()) <= there


@pytest.mark.parametrize("room", sorted(MAY_IMPORT))
def test_a_room_imports_along_the_arrows(room: str) -> None:
    files = [file for file in FILES if _room(file) == room]
    assert files
    allowed = MAY_IMPORT[room] | {room, "__version__"}
    against = {
        str(file.relative_to(PACKAGE)): sorted(wrong)
        for file in files
        if (wrong := {module.split(".")[1] for module in _imports(file, late=True)} - allowed)
    }
    assert not against


def test_the_arrows_run_in_no_circle() -> None:
    graphlib.TopologicalSorter(
        {room: may - {room} for room, may in MAY_IMPORT.items() if may != set(MAY_IMPORT)}
    ).prepare()


def test_no_module_imports_itself_by_a_detour() -> None:
    known = {_name(file) for file in FILES}
    arrows = {}
    for file in FILES:
        wanted = set()
        for module in _imports(file, late=False):
            name = module if module in known else module.rpartition(".")[0]
            # Every package above an imported module is imported with it, but no package imports itself that way.
            wanted |= {name} - {_name(file)}
        arrows[_name(file)] = wanted
    graphlib.TopologicalSorter(arrows).prepare()


def test_no_command_lies_loose() -> None:
    loose = {file.name for file in PACKAGE.glob("*.py")}
    assert loose == {"__init__.py", "__main__.py", "errors.py", "progress.py"}


def test_modules_stay_readable() -> None:
    long = {
        str(file.relative_to(PACKAGE)): lines
        for file in FILES
        if (lines := len(file.read_text(encoding="utf-8").splitlines())) > MOST_LINES
    }
    assert not long
