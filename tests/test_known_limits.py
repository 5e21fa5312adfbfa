"""The page on known limits lists every test that is expected to fail, and no other."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "known-limits.md"


def _marks_failure(node: ast.AST) -> bool:
    return any(isinstance(part, ast.Attribute) and part.attr == "xfail" for part in ast.walk(node))


def _cases(decorator: ast.expr) -> list[str]:
    """Values of the ``pytest.param`` entries of a decorator that are expected to fail."""
    params = [call for call in ast.walk(decorator) if isinstance(call, ast.Call) and call.args]
    params = [call for call in params if isinstance(call.func, ast.Attribute) and call.func.attr == "param"]
    return [ast.literal_eval(call.args[0]) for call in params if _marks_failure(call)]


def expected_failures() -> set[str]:
    """``path::test`` of each test that is expected to fail, with ``[case]`` where only one case is."""
    found = set()
    for file in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef):
                name = f"{file.relative_to(ROOT)}::{node.name}"
                for decorator in filter(_marks_failure, node.decorator_list):
                    found |= {f"{name}[{case}]" for case in _cases(decorator)} or {name}
    return found


def test_every_test_that_is_expected_to_fail_is_a_known_limit() -> None:
    listed = set(re.findall(r"`(tests/[^`]+::[^`]+)`", PAGE.read_text(encoding="utf-8")))
    assert listed == expected_failures()
    assert listed


def test_the_readme_and_the_decision_on_the_card_point_to_the_page() -> None:
    for file in (ROOT / "README.md", ROOT / "docs" / "decisions" / "0018-card.md"):
        assert "known-limits.md" in file.read_text(encoding="utf-8")


def test_a_page_that_is_written_by_a_command_agrees_with_what_the_limits_quote() -> None:
    quoted = re.search(r"true depth of (\d+) % of (\d+) linear scars", PAGE.read_text(encoding="utf-8"))
    assert quoted is not None
    accuracy = (ROOT / "docs" / "accuracy.md").read_text(encoding="utf-8")
    measured = re.search(r"for linear \((\d+)\.\d+ % of (\d+)\)", accuracy)
    assert measured is not None
    assert measured.groups() == quoted.groups()
