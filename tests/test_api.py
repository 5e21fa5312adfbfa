"""The public interface: what it is, that it loads lazily, and that its examples run."""

from __future__ import annotations

import doctest
import inspect
import subprocess
import sys
import typing
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import cicatrix as cx
from cicatrix.pipeline import public
from cicatrix.pipeline.result import Result

ROOT = Path(__file__).resolve().parents[1]

PUBLIC = [
    "Assessment",
    "Case",
    "Change",
    "CicatrixError",
    "Grades",
    "InputError",
    "Mark",
    "Measured",
    "Outlook",
    "Plan",
    "Relief",
    "Result",
    "Scar",
    "__version__",
    "assess",
    "compare",
    "grade",
    "outlook",
    "plan",
    "read_capture",
    "read_case",
    "repeatability",
]
"""Covered by semantic versioning: a name that leaves this list is a breaking change."""

NAMED = [name for name in PUBLIC if name != "__version__"]
FUNCTIONS = [name for name in NAMED if name.islower()]
MEASURING = {"assess", "compare", "repeatability", "Result"}
"""Their examples measure a capture, which takes seconds."""


def _function(name: str) -> Any:
    """The function itself, also where a room of that name stands before it."""
    value = getattr(cx, name)
    return getattr(public, name) if isinstance(value, ModuleType) else value


def test_the_public_names_are_these() -> None:
    assert list(cx.__all__) == PUBLIC == sorted(PUBLIC)
    assert len(PUBLIC) <= 25


@pytest.mark.parametrize("name", NAMED)
def test_a_public_name_is_a_documented_function_or_class(name: str) -> None:
    value = getattr(cx, name)
    assert callable(value)
    assert value.__name__.rpartition(".")[2] == name
    assert "Examples\n" in (inspect.getdoc(value) or "")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_public_function_is_annotated(name: str) -> None:
    function = _function(name)
    assert inspect.signature(getattr(cx, name)) == inspect.signature(function)
    hints = typing.get_type_hints(function)
    assert set(hints) == {*inspect.signature(function).parameters, "return"}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow if name in MEASURING else ()) for name in NAMED]
)
def test_the_example_in_a_docstring_runs(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    value = _function(name)
    examples = [test for test in doctest.DocTestFinder(recurse=False).find(value, name, globs={}) if test.examples]
    assert examples, f"{name} has no example"
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    for test in examples:
        runner.run(test)
    assert runner.summarize(verbose=False).failed == 0


@pytest.mark.slow
def test_the_example_of_the_package_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert doctest.testmod(cx).failed == 0


@pytest.mark.parametrize("first", ["import cicatrix.outlook.healing", "cx.outlook", "cx.outlook(case)"])
def test_a_public_function_and_the_room_of_its_name_are_both_there(first: str) -> None:
    code = (
        "import cicatrix as cx\n"
        "case = cx.Case()\n"
        f"{first}\n"
        "import cicatrix.outlook as room, cicatrix.repeatability\n"
        "import cicatrix.outlook.healing as module\n"
        "from cicatrix import outlook\n"
        "assert outlook is room is cx.outlook\n"
        "assert module is room.healing\n"
        "assert cx.outlook(case) == room(case)\n"
        "assert 'Forecast a stated case' in cx.outlook.__doc__\n"
        "assert callable(cx.repeatability)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)  # noqa: S603


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = "import sys, cicatrix; print(*sorted(m for m in sys.modules if m.split('.')[0] in HEAVY))"
    heavy = "HEAVY = {'numpy', 'scipy', 'cv2', 'numba', 'pydantic', 'PIL', 'pandas', 'jinja2', 'typst'}\n"
    done = subprocess.run([sys.executable, "-c", heavy + code], check=True, capture_output=True, text=True)  # noqa: S603
    assert done.stdout.strip() == ""


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'asses'"):
        _ = cx.asses
    assert isinstance(cx, ModuleType)
    assert set(PUBLIC) <= set(dir(cx))


@pytest.fixture(scope="module")
def result() -> Result:
    """The example, measured once, with nothing written."""
    before = sorted(ROOT.rglob("examples/*"))
    made = cx.assess(str(ROOT / "examples" / "cheek"), case=str(ROOT / "examples" / "case.toml"))
    assert sorted(ROOT.rglob("examples/*")) == before
    return made


@pytest.mark.slow
def test_a_result_shows_itself_on_a_screenful(result: Result) -> None:
    assessment = result.assessment
    for record in (result, assessment, assessment.plan, assessment.outlook, assessment.grades, result.relief):
        assert len(repr(record)) < 500
        assert len(str(record).splitlines()) < 40
        html = record._repr_html_()  # type: ignore[union-attr]
        assert html.startswith("<p><strong>")
        assert "<script" not in html
    assert "<img" in result._repr_html_()
    assert len(result._repr_html_()) < 400_000


@pytest.mark.slow
def test_a_table_has_one_row_a_scar_with_its_intervals(result: Result) -> None:
    pytest.importorskip("pandas")
    frame = result.to_frame()
    assert list(frame["id"]) == [scar.id for scar in result.scars]
    assert list(frame["depth_mm_low"]) == [scar.depth_mm.low for scar in result.scars]
    assert list(result.to_frame("marks")["id"]) == [mark.id for mark in result.marks]
    with pytest.raises(cx.InputError, match="no table 'pores'"):
        result.to_frame("pores")  # type: ignore[arg-type]


@pytest.mark.slow
def test_a_saved_result_is_what_the_command_writes(result: Result, tmp_path: Path) -> None:
    report = result.save(str(tmp_path / "mine"))
    assert report == tmp_path / "mine" / "report.html"
    cx.assess(ROOT / "examples" / "cheek", ROOT / "examples" / "case.toml", tmp_path / "other")
    mine = {file.name: file.read_bytes() for file in (tmp_path / "mine").iterdir()}
    assert mine == {file.name: file.read_bytes() for file in (tmp_path / "other").iterdir()}


def test_a_case_shows_its_answers_and_escapes_them() -> None:
    case = cx.read_case(ROOT / "examples" / "case.toml")
    assert "rolling 7" in str(case)
    assert "answers" in repr(case)
    assert len(repr(case)) < 100
    assert "<table>" in case._repr_html_()
