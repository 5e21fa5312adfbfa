"""Descriptions of fields are data: they need neither source files nor docstrings."""

from __future__ import annotations

import compileall
import inspect
import json
import os
import pkgutil
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import cicatrix
from cicatrix import model
from cicatrix.cases.fields import fields
from cicatrix.model.quantity import Record

PACKAGE = Path(cicatrix.__file__).parent

QUESTIONS = """
import json, cicatrix.model.case as module
from cicatrix.cases.fields import fields
print(json.dumps([module.__file__, module.Person.__doc__, {field.name: field.question for field in fields()}]))
"""


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package as a frozen application holds it: byte code without docstrings, and no sources."""
    folder = tmp_path_factory.mktemp("compiled")
    shutil.copytree(PACKAGE, folder / "cicatrix", ignore=shutil.ignore_patterns("__pycache__", "static", "templates"))
    assert compileall.compile_dir(folder, quiet=1, legacy=True, optimize=2)
    for source in folder.rglob("*.py"):
        source.unlink()
    return folder


def test_questions_survive_without_sources_and_docstrings(compiled: Path) -> None:
    done = subprocess.run(  # noqa: S603 - our own interpreter and script
        [sys.executable, "-OO", "-c", QUESTIONS],
        env=os.environ | {"PYTHONPATH": str(compiled)},
        cwd=compiled,
        capture_output=True,
        text=True,
        check=True,
    )
    file, docstring, questions = json.loads(done.stdout)
    assert Path(file).is_relative_to(compiled)
    assert Path(file).suffix == ".pyc"
    assert docstring is None
    assert questions == {field.name: field.question for field in fields()}


def test_no_record_reads_its_descriptions_from_source() -> None:
    records = [
        record
        for module in pkgutil.iter_modules(model.__path__)
        for _, record in inspect.getmembers(import_module(f"cicatrix.model.{module.name}"), inspect.isclass)
        if issubclass(record, Record)
    ]
    assert len(records) > 100
    assert not [record for record in records if record.model_config.get("use_attribute_docstrings")]
