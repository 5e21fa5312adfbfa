"""The coach on the command line."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cicatrix.cli.app import app
from tests.capture.card.photographs import Scene, photograph
from tests.capture.card.shots import focal_35, jpeg, torch_mm

SMALL = Scene(rows=1000, cols=1300, focal_px=1950.0, quality=None, skin_seed=81, noise=0.002)


def run(folder: Path, *arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["check", str(folder), *arguments])
    return result.exit_code, result.stdout, result.stderr


def picture(k: int, **changes: object) -> bytes:
    scene = replace(SMALL, light_mm=torch_mm(k), seed=300 + k)
    return jpeg(photograph(replace(scene, **changes)), focal_35=focal_35(scene))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("card")
    (folder / "capture.toml").write_text('kind = "card"\nimages = "*.jpg"\nprint_scale = 1.0\n', encoding="utf-8")
    for k in range(6):
        (folder / f"{k}.jpg").write_bytes(picture(k))
    return folder


def test_photographs_under_known_lights_are_checked_for_exposure() -> None:
    folder = Path(__file__).parents[2] / "examples" / "cheek"
    code, out, _ = run(folder)
    assert code == 0
    assert "can be measured" in out
    assert "light_01.jpg" in out
    data = json.loads(run(folder, "--json")[1])
    assert (data["kind"], data["verdict"], data["card"]) == ("lights", "measured", None)
    assert len(data["images"]) == 8


def test_a_card_is_told_photograph_by_photograph(card: Path) -> None:
    code, out, _ = run(card, "--json")
    data = json.loads(out)
    assert data["kind"] == "card"
    assert (data["verdict"], code) in {("measured", 0), ("wider", 1)}
    assert [photo["name"] for photo in data["card"]["photos"]] == [f"{k}.jpg" for k in range(6)]
    assert all(photo["torch"] for photo in data["card"]["photos"])


def test_a_bad_photograph_is_named_with_what_to_do(card: Path, tmp_path: Path) -> None:
    for file in card.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "5.jpg").write_bytes(picture(5, blur_px=4.0))
    code, out, _ = run(tmp_path)
    assert code == 1
    assert "5.jpg: It is out of focus" in " ".join(out.split())
    assert "What to do:" in out


def test_a_capture_that_cannot_be_measured_ends_with_2(card: Path, tmp_path: Path) -> None:
    for name in ("capture.toml", "0.jpg", "1.jpg", "2.jpg"):
        (tmp_path / name).write_bytes((card / name).read_bytes())
    code, out, _ = run(tmp_path)
    assert code == 2
    assert "cannot be measured" in out
    assert "3 of 3 photographs can be used" in " ".join(out.split())


def test_no_card_anywhere_is_an_error(card: Path, tmp_path: Path) -> None:
    (tmp_path / "capture.toml").write_bytes((card / "capture.toml").read_bytes())
    example = Path(__file__).parents[2] / "examples" / "cheek" / "light_01.jpg"
    (tmp_path / "a.jpg").write_bytes(example.read_bytes())
    code, _, error = run(tmp_path)
    assert code == 2
    assert "no card was found" in error
    assert "cicatrix card" in error
