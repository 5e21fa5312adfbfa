"""``cicatrix compare`` end to end, on surfaces of the same simulated skin."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib import resources
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cicatrix.cli.app import app
from cicatrix.errors import InputError
from cicatrix.phantom import PhantomSettings, write_capture
from cicatrix.phantom.revisit import Pose, look, make_skin
from cicatrix.pipeline.compare import compare_folders, dump_schema

SKIN = PhantomSettings(
    kind="height",
    size_mm=20.0,
    pixel_mm=0.06,
    icepick=0,
    boxcar=1,
    rolling=1,
    raised=0,
    red_marks=0,
    brown_marks=0,
    distractors=False,
)


@pytest.fixture(scope="module")
def captures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Two visits of one skin, its scars 40 % shallower at the second, and one of another skin."""
    folder = tmp_path_factory.mktemp("captures")
    view = replace(SKIN, size_mm=15.0)
    for name, seed, pose, factor in (
        ("before", 5, Pose(0.2, 0.3, 2.0), 1.0),
        ("after", 5, Pose(-0.3, 0.1, -8.0), 0.6),
        ("other", 6, Pose(), 1.0),
    ):
        skin = make_skin(seed, SKIN)
        depth = {one.truth.id: factor for one in skin.placed}
        write_capture(look(skin, len(name), view, pose, depth=depth)[0], folder / name)
    return {path.name: path for path in folder.iterdir()}


@pytest.fixture(scope="module")
def done(captures: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    out = tmp_path_factory.mktemp("compared") / "out"
    result = CliRunner().invoke(
        app, ["compare", str(captures["before"]), str(captures["after"]), "--out", str(out), "--days", "90"]
    )
    assert result.exit_code == 0, result.output
    return result.stdout, out


def test_it_says_what_changed_and_writes_it(done: tuple[str, Path]) -> None:
    said, out = done
    assert "better" in said
    assert {file.name for file in out.iterdir()} == {
        "comparison.json",
        "comparison.html",
        "change.png",
        "before_registered.png",
        "after.png",
    }
    found = json.loads((out / "comparison.json").read_text())
    assert found["schema"] == "cicatrix/change/1"
    assert found["days"] == 90
    assert {row["verdict"] for row in found["scars"] if row["fate"] == "same"} <= {"better", "cannot say"}
    hashes = {side: [file["sha256"] for file in found[side]["inputs"]] for side in ("before", "after")}
    assert hashes["before"] != hashes["after"]


def test_the_library_and_the_command_write_the_same_bytes(
    captures: dict[str, Path], done: tuple[str, Path], tmp_path: Path
) -> None:
    compare_folders(captures["before"], captures["after"], tmp_path / "out", days=90)
    for file in done[1].iterdir():
        assert (tmp_path / "out" / file.name).read_bytes() == file.read_bytes(), file.name


def test_other_skin_is_refused_and_nothing_is_written(captures: dict[str, Path], tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = CliRunner().invoke(app, ["compare", str(captures["before"]), str(captures["other"]), "--out", str(out)])
    assert result.exit_code == 2
    assert "do not match" in result.stderr
    assert "What to do" in result.stderr
    assert not out.exists()


@pytest.mark.parametrize("days", [-1, 40_000])
def test_days_out_of_range_are_refused_before_any_work(captures: dict[str, Path], tmp_path: Path, days: int) -> None:
    with pytest.raises(InputError, match="days"):
        compare_folders(captures["before"], captures["after"], tmp_path / "out", days=days)


def test_a_file_that_is_no_repeatability_is_refused_before_any_work(captures: dict[str, Path], tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.json"
    wrong.write_text("{}")
    with pytest.raises(InputError, match=r"wrong\.json"):
        compare_folders(captures["before"], captures["after"], tmp_path / "out", repeatability=wrong)


def test_the_shipped_schema_is_the_generated_one() -> None:
    shipped = resources.files("cicatrix") / "schemas" / "comparison-1.json"
    assert shipped.read_text(encoding="utf-8") == dump_schema()
    result = CliRunner().invoke(app, ["schema", "comparison"])
    assert result.stdout == dump_schema()


@pytest.mark.parametrize("wrong", ["capture", "case"])
def test_a_later_visit_that_is_wrong_is_refused_before_the_earlier_is_measured(
    captures: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        pytest.fail("measured in vain")

    monkeypatch.setattr("cicatrix.pipeline.compare.assess", fail)
    missing = tmp_path / "missing"
    words = [missing] if wrong == "capture" else [captures["after"], "--case-after", missing]
    result = CliRunner().invoke(
        app, ["compare", str(captures["before"]), *(str(word) for word in words), "--out", str(tmp_path / "out")]
    )
    assert result.exit_code == 2
    assert result.stderr.startswith(f"cicatrix: {missing}: ")
    assert not (tmp_path / "out").exists()
