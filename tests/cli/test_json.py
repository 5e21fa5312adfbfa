"""``--json``: one JSON document on standard output, whatever else a command has to say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cicatrix.cli.app import app
from cicatrix.knowledge import sources
from cicatrix.knowledge.source_keys import source_keys

SMALL = "--kind height --size-mm 16 --pixel-mm 0.1 --icepick 0 --boxcar 1 --rolling 0 --raised 0"
NO_MARKS = "--red-marks 0 --brown-marks 0"
CASE = Path(__file__).parents[2] / "examples" / "case.toml"


def run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("json") / "cheek"
    assert run("phantom", "--out", folder, "--seed", 3, *SMALL.split(), *NO_MARKS.split()).exit_code == 0
    return folder


def printed(*words: object) -> Any:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_assess_prints_what_it_writes_beside_the_capture(capture: Path) -> None:
    result = run("assess", capture, "--json")
    assert result.exit_code == 0, result.output
    out = capture.with_name("cheek-assessment")
    assert result.stdout == (out / "assessment.json").read_text(encoding="utf-8")
    assert result.stderr.splitlines()[-1] == str(out / "report.html")
    again = run("assess", capture)
    assert again.stdout.splitlines()[-1] == str(capture.with_name("cheek-assessment-2") / "report.html")


def test_correct_prints_what_it_writes(capture: Path, tmp_path: Path) -> None:
    events = tmp_path / "events.json"
    events.write_text('{"events": []}', encoding="utf-8")
    found = printed("correct", capture, "--events", events, "--out", tmp_path / "out")
    assert found == json.loads((tmp_path / "out" / "assessment.json").read_text(encoding="utf-8"))


def test_relief_lists_its_files(capture: Path, tmp_path: Path) -> None:
    found = printed("relief", capture, "--out", tmp_path / "out")
    assert found["pixel_mm"] == 0.1
    assert sorted(found["files"]) == sorted(str(file) for file in (tmp_path / "out").iterdir())


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        (("case", "check", CASE), {"known"}),
        (("grade", CASE), {"grades", "gate", "scar_risk", "sources"}),
        (("plan", CASE), {"answer", "plan", "sources"}),
        (("outlook", CASE), {"answer", "outlook", "sources"}),
        (("evidence", "subcision"), {"treatments", "trials", "rules", "sources"}),
        (("evidence", "check"), {"problems"}),
        (("card",), {"window_mm"}),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_stated_things_are_printed_as_one_document(words: tuple[object, ...], keys: set[str]) -> None:
    assert keys <= printed(*words).keys()


def test_every_source_that_a_document_names_is_written_out() -> None:
    for command in ("grade", "plan", "outlook"):
        found = printed(command, CASE)
        listed = found.pop("sources")
        assert listed
        assert set(listed) == {key for key in source_keys(found) if key in sources()}
