"""One run of pytest in a copy of the tree, in a process of its own; with a note of which test reaches which line."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

HEAVY: Final = ("pytest", "hypothesis", "numpy", "scipy.ndimage", "scipy.optimize", "scipy.sparse", "cv2", "numba",
                "pydantic", "sqlalchemy", "fastapi", "starlette.testclient", "jinja2", "typer", "PIL.Image",
                "coverage")  # fmt: skip
"""Libraries that the tests use; none of them imports Cicatrix."""


class Contexts:
    """A plugin that says which test runs: work of a shared fixture belongs to all tests of its module or room."""

    def __init__(self, coverage: Any) -> None:
        self.coverage = coverage

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Name the test."""
        self.coverage.switch_context(item.nodeid)
        yield
        self.coverage.switch_context("")

    @pytest.hookimpl(hookwrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any, request: pytest.FixtureRequest) -> Iterator[None]:
        """Name the module, or nothing, while a fixture that others use too is made."""
        item = request._pyfuncitem  # noqa: SLF001 - the only way to the test that asks
        if fixturedef.scope != "function":
            self.coverage.switch_context(item.nodeid.partition("::")[0] if fixturedef.scope == "module" else "")
        yield
        self.coverage.switch_context(item.nodeid)


def run_tests(folder: Path, words: list[str], note: Path | None) -> None:
    """Run pytest in a copy of the tree and end the process with its exit code.

    Parameters
    ----------
    folder
        The copy.
    words
        What pytest is told.
    note
        File for the tests that reach each line of the package, by file; None for a run without coverage.
    """
    os.setsid()
    os.chdir(folder)
    sys.dont_write_bytecode = True
    sys.path[:0] = [str(folder / "src"), str(folder)]
    os.environ |= {"PYTHONPATH": os.pathsep.join(sys.path[:2]), "PYTHONDONTWRITEBYTECODE": "1"}
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    for name in [name for name in sys.modules if name.partition(".")[0] in ("benchmarks", "cicatrix", "tests")]:
        del sys.modules[name]
    code = int(pytest.main(words)) if note is None else _noted(folder, words, note)
    os._exit(code)


def _noted(folder: Path, words: list[str], note: Path) -> int:
    from coverage import Coverage  # noqa: PLC0415 - only here

    package = folder / "src" / "cicatrix"
    coverage = Coverage(data_file=None, include=[f"{package}/*"])
    coverage.start()
    code = int(pytest.main(words, plugins=[Contexts(coverage)]))
    coverage.stop()
    data = coverage.get_data()
    reached = {str(Path(path).relative_to(folder)): data.contexts_by_lineno(path) for path in data.measured_files()}
    note.write_text(json.dumps(reached), encoding="utf-8")
    return code
