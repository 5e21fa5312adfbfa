"""Tests share helpers through modules that hold no tests."""

from __future__ import annotations

import ast
from pathlib import Path

TESTS = Path(__file__).parent


def test_no_test_module_is_imported_by_another() -> None:
    wrong = {}
    for file in sorted(TESTS.rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        modules = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        bad = [name for name in modules if name.startswith("tests.") and name.rpartition(".")[2].startswith("test_")]
        if bad:
            wrong[str(file.relative_to(TESTS))] = bad
    assert not wrong


def test_no_test_module_measures_or_simulates_while_it_is_imported() -> None:
    """Work at import is paid by every run, also of other tests; it belongs into a fixture or a cached function."""
    heavy = {"backtest", "make_phantom", "assess_folder", "assess", "reconstruct", "plan", "outlook", "measured"}
    wrong = {}
    for file in sorted(TESTS.rglob("*.py")):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                continue
            calls = [call.func for call in ast.walk(node) if isinstance(call, ast.Call)]
            names = {func.id for func in calls if isinstance(func, ast.Name)} & heavy
            if names:
                wrong[str(file.relative_to(TESTS))] = sorted(names)
    assert not wrong
