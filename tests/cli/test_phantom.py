"""``cicatrix phantom``: its options are the settings, and a skin can be visited again."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner, Result

from cicatrix.cli.app import app
from cicatrix.phantom import CardShots, PhantomSettings

SMALL = "--size-mm 16 --pixel-mm 0.08 --boxcar 1 --rolling 1 --icepick 0 --raised 0 --red-marks 0 --brown-marks 0"


def run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def test_every_setting_is_an_option_with_its_default() -> None:
    command: Any = get_command(app)
    options = {option.name: option for option in command.commands["phantom"].params}
    wanted = {field.name: field for field in fields(PhantomSettings)}
    wanted |= {f"card_{field.name}": field for field in fields(CardShots) if field.name != "faults"}
    for name, field in wanted.items():
        assert options[name].default == field.default, name
        assert options[name].help, name
        assert f"--{name.replace('_', '-')}" in options[name].opts
    others = {"out", "seed", "visit", "depth_left", "marks_left", "card_faults", "as_json"}
    assert set(options) == set(wanted) | others


def test_phantom_settings_come_from_the_options(tmp_path: Path) -> None:
    words = ("--kind", "height", "--form-radius-mm", "none", "--elevation-deg", "30", "50", "--no-distractors")
    result = run("phantom", "--out", tmp_path / "p", "--seed", 5, *SMALL.split(), *words, "--tone", "very_dark")
    assert result.exit_code == 0, result.output
    assert Path(result.stdout.strip()) == tmp_path / "p" / "capture.toml"
    truth = json.loads((tmp_path / "p" / "truth.json").read_text(encoding="utf-8"))
    assert truth["seed"] == 5
    expected = {"size_mm": 16.0, "form_radius_mm": None, "elevation_deg": [30.0, 50.0], "tone": "very_dark"}
    assert {key: truth["settings"][key] for key in expected} == expected
    assert truth["settings"]["distractors"] is False
    assert sorted(scar["kind"] for scar in truth["scars"]) == ["boxcar", "rolling"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--lights", "900"), "lights is 900. Allowed: a whole number from 1 to 64"),
        (("--size-mm", "1"), "size_mm is 1.0. Allowed: a number from 4 to 200"),
        (("--elevation-deg", "60", "20"), "elevation_deg is (60, 20)"),
    ],
)
def test_phantom_refuses_a_setting_out_of_range(tmp_path: Path, words: tuple[str, ...], message: str) -> None:
    result = run("phantom", "--out", tmp_path / "p", *words)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"cicatrix: {message}")
    assert not (tmp_path / "p").exists()


def test_phantom_does_not_write_over_files(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    result = run("phantom", "--out", tmp_path, "--kind", "height", *SMALL.split())
    assert result.exit_code == 2
    assert f"cicatrix: {tmp_path}: is not empty" in result.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]


def visit(folder: Path, number: int, *words: object) -> dict[str, Any]:
    """Truth of a visit as a capture of heights."""
    out = folder / str(number)
    scars = ("--boxcar", 0, "--rolling", 0, "--icepick", 9)
    result = run(
        *("phantom", "--out", out, "--seed", 4, "--kind", "height", *SMALL.split(), *scars, "--visit", number, *words)
    )
    assert result.exit_code == 0, result.output
    truth: dict[str, Any] = json.loads((out / "truth.json").read_text(encoding="utf-8"))
    return truth


def test_visits_show_the_same_scars_at_other_places_and_depths(tmp_path: Path) -> None:
    first, later = visit(tmp_path, 1), visit(tmp_path, 2, "--depth-left", 0.5)
    before, after = ({scar["id"]: scar for scar in truth["scars"]} for truth in (first, later))
    both = before.keys() & after.keys()
    assert both
    for name in both:
        assert after[name]["kind"] == before[name]["kind"]
        assert after[name]["depth_mm"] == pytest.approx(0.5 * before[name]["depth_mm"], rel=0.01)
        assert (after[name]["x_mm"], after[name]["y_mm"]) != (before[name]["x_mm"], before[name]["y_mm"])


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--depth-left", "0.5"), "--depth-left or --marks-left is given. Allowed: it with --visit"),
        (("--visit", "2", "--depth-left", "3"), "depth_left is 3.0. Allowed: a number from 0 to 2"),
        (("--visit", "2", "--kind", "card"), "visits cannot be photographed with the card"),
    ],
)
def test_visits_that_cannot_be_are_refused(tmp_path: Path, words: tuple[str, ...], message: str) -> None:
    result = run("phantom", "--out", tmp_path / "p", *words)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"cicatrix: {message}")
    assert not (tmp_path / "p").exists()


def test_json_is_the_truth(tmp_path: Path) -> None:
    result = run("phantom", "--out", tmp_path / "p", "--kind", "height", *SMALL.split(), "--json")
    assert json.loads(result.stdout) == json.loads((tmp_path / "p" / "truth.json").read_text(encoding="utf-8"))
    assert result.stderr.strip() == str(tmp_path / "p" / "capture.toml")
