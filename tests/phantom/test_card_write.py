"""Card phantoms as folders: what the files state, what the truth holds, and the command that makes them."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from cicatrix.capture.card.exif import camera_notes
from cicatrix.cli.app import app
from cicatrix.phantom import CardPhantom, CardShots, Fault, make_card_phantom, truth_of, write_capture
from cicatrix.phantom.card.make import MARGIN_MM
from tests.phantom.card_scenes import PLAIN, SMALL, projected, shot

SCARRED = replace(PLAIN, lights=2, boxcar=5, rolling=2, red_marks=3, distractors=True, jpeg_quality=90)
OPTIONS = "--kind card --pixel-mm 0.2 --lights 2 --icepick 0 --boxcar 1 --rolling 0 --raised 0 --no-distractors"
CARD = "--card-pixels 800 600 --card-equivalent-mm 35 --card-window-mm 24"


@pytest.fixture(scope="module")
def scarred() -> CardPhantom:
    return make_card_phantom(12, SCARRED, SMALL)


@pytest.fixture(scope="module")
def folder(scarred: CardPhantom, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("card") / "capture"
    write_capture(scarred, out)
    return out


def run(*words: Any) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def test_a_folder_holds_photographs_a_manifest_and_the_truth(scarred: CardPhantom, folder: Path) -> None:
    assert [path.name for path in sorted(folder.iterdir())] == [
        "capture.toml",
        "photo_01.jpg",
        "photo_02.jpg",
        "truth.json",
    ]
    text = (folder / "capture.toml").read_text(encoding="utf-8")
    assert text.splitlines()[:3] == ['kind = "card"', 'images = "*.jpg"', "print_scale = 1.0"]
    assert json.loads((folder / "truth.json").read_text(encoding="utf-8")) == truth_of(scarred)
    with Image.open(folder / "photo_02.jpg") as picture:
        codes = np.asarray(picture).astype(int)
    assert np.abs(codes - scarred.images[1]).mean() < 2.0


def test_the_same_phantom_writes_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    write_capture(make_card_phantom(12, SCARRED, SMALL), tmp_path / "again")
    for path in sorted(folder.iterdir()):
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes()


@pytest.mark.parametrize("equivalent_mm", [40.0, 37.3])
def test_the_notes_state_the_focal_length(equivalent_mm: float, tmp_path: Path) -> None:
    made = shot(PLAIN, replace(SMALL, equivalent_mm=equivalent_mm))
    write_capture(made, tmp_path / "capture")
    notes = camera_notes((tmp_path / "capture" / "photo_01.jpg").read_bytes(), 750, 1000)
    # Half the diagonal of the picture is seen under the same angle as on 36 x 24 mm.
    assert notes.focal_px == pytest.approx(equivalent_mm * np.hypot(1000, 750) / np.hypot(36, 24), rel=1e-5)


def test_the_notes_state_the_exposure(tmp_path: Path) -> None:
    shots = replace(SMALL, torch_mm=(100.0, 400.0), auto_exposure=True, faults=(Fault(photo=1, exposure=0.5),))
    made = shot(PLAIN, shots)
    write_capture(made, tmp_path / "capture")
    stated = [
        camera_notes((tmp_path / "capture" / f"photo_{k:02d}.jpg").read_bytes(), 750, 1000).exposure or 0.0
        for k in (1, 2, 3)
    ]
    assert np.array(stated) / stated[0] == pytest.approx(made.exposures / made.exposures[0], rel=1e-4)
    assert max(stated) > 1.5 * min(stated)


def test_a_camera_can_keep_its_notes_to_itself(tmp_path: Path) -> None:
    write_capture(shot(PLAIN, replace(SMALL, notes=False)), tmp_path / "capture")
    notes = camera_notes((tmp_path / "capture" / "photo_01.jpg").read_bytes(), 750, 1000)
    assert (notes.focal_px, notes.exposure) == (None, None)


def test_photographs_can_be_kept_without_loss(tmp_path: Path) -> None:
    made = make_card_phantom(4, replace(PLAIN, file_format="png", lights=2), SMALL)
    write_capture(made, tmp_path / "capture")
    assert 'images = "*.png"' in (tmp_path / "capture" / "capture.toml").read_text(encoding="utf-8")
    with Image.open(tmp_path / "capture" / "photo_01.png") as picture:
        assert np.array_equal(np.asarray(picture), made.images[0])


def test_the_truth_knows_torches_and_cameras(scarred: CardPhantom) -> None:
    truth = truth_of(scarred)
    assert truth["settings"]["kind"] == "card"
    for photo, torch, pose in zip(truth["photos"], scarred.torches, scarred.poses, strict=True):
        told = photo["torch"]
        place = np.array([told["x_mm"], told["y_mm"], told["z_mm"]])
        assert place == pytest.approx(torch.place_mm, abs=1e-3)
        assert told["distance_mm"] == pytest.approx(np.linalg.norm(place), abs=1e-3)
        # Noon is up, three o'clock to the right.
        turn, high = np.radians(30.0 * told["clock_hour"]), np.radians(told["elevation_deg"])
        back = told["distance_mm"] * np.array([np.sin(turn) * np.cos(high), np.cos(turn) * np.cos(high), np.sin(high)])
        assert back == pytest.approx(place, abs=0.2)
        camera = photo["camera"]
        assert camera["place_mm"] == pytest.approx(pose.place_mm.tolist(), abs=1e-3)
        assert [camera[name] for name in ("right", "down", "forward")] == [
            pytest.approx(axis.tolist(), abs=1e-7) for axis in pose.axes
        ]
        assert camera["focal_px"] == pytest.approx(SMALL.focal_px)


def test_scars_are_told_from_the_windows_corner(scarred: CardPhantom) -> None:
    truth = truth_of(scarred)
    assert len(truth["scars"]) + len(truth["scars_cut_by_rim"]) == 7
    assert len(truth["scars"]) >= 5
    pixel = 0.2
    for scar in truth["scars"]:
        outline = np.array(scar["outline_mm"])
        assert outline.min() >= 0.0
        assert outline.max() <= 30.0
        row, col = (int((scar[name] + MARGIN_MM) / pixel) for name in ("y_mm", "x_mm"))
        assert scarred.skin.scar_mm[row, col] < -0.5 * scar["depth_mm"]


def test_marks_are_seen_where_the_truth_tells_them(scarred: CardPhantom) -> None:
    marks = [mark for mark in truth_of(scarred)["marks"] if mark["kind"] == "red"]
    assert marks
    image, pose = scarred.images[0], scarred.poses[0]
    ratio = image[..., 1] / np.maximum(image[..., 0].astype(float), 1.0)
    for mark in marks:
        # From the window's top-left corner to the card's frame.
        places = np.array([[mark["x_mm"] - 15.0, 15.0 - mark["y_mm"], 0.0]])
        col, row = np.rint(projected(places, pose, SMALL)[0]).astype(int)
        around = ratio[row - 25 : row + 26, col - 25 : col + 26]
        assert ratio[row - 1 : row + 2, col - 1 : col + 2].mean() < np.percentile(around, 35)


def test_a_scar_that_the_rim_cuts_is_listed_apart(scarred: CardPhantom) -> None:
    cut = 0
    for window_mm in range(20, 30):
        # The same skin under smaller windows with the same corner.
        truth = truth_of(replace(scarred, shots=replace(SMALL, window_mm=window_mm)))
        for scar in truth["scars_cut_by_rim"]:
            outline = np.array(scar["outline_mm"])
            assert outline.max() > window_mm > outline.min()
            cut += 1
        assert all(np.array(scar["outline_mm"]).max() <= window_mm for scar in truth["scars"])
    assert cut


def test_the_command_makes_photographs_of_the_card(tmp_path: Path) -> None:
    faults = ("--card-fault", "2:exposure=0.2", "--card-fault", "room=0.3")
    result = run("phantom", "--out", tmp_path / "p", "--seed", 3, *OPTIONS.split(), *CARD.split(), *faults)
    assert result.exit_code == 0, result.output
    assert result.stdout.strip() == str(tmp_path / "p" / "capture.toml")
    truth = json.loads((tmp_path / "p" / "truth.json").read_text(encoding="utf-8"))
    assert truth["shots"]["faults"] == [{"photo": 2, "exposure": 0.2}, {"room": 0.3}]
    assert truth["shots"]["pixels"] == [800, 600]
    assert truth["window_mm"] == [24, 24]
    with Image.open(tmp_path / "p" / "photo_02.jpg") as picture:
        assert picture.size == (800, 600)


def test_the_command_offers_every_setting_of_the_card() -> None:
    shown = " ".join(run("phantom", "--help").output.split())
    for field in fields(CardShots):
        option = "fault" if field.name == "faults" else field.name.replace("_", "-")
        assert f"--card-{option} " in shown
    for field in fields(Fault):
        assert field.name == "photo" or field.name in shown


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--card-room", "1"), "--card-room is given. Allowed: it with --kind card"),
        (("--kind", "height", "--card-fault", "room=1"), "--card-fault is given"),
        (("--kind", "card", "--size-mm", "30"), "--size-mm is given. Allowed: it with another kind than card"),
        (("--kind", "card", "--card-fault", "smudge=1"), "the fault is 'smudge=1'. Allowed: NAME=NUMBER"),
        (("--kind", "card", "--card-torch-mm", "300", "200"), "torch_mm is (300.0, 200.0)"),
        (("--kind", "card", "--file-format", "tiff"), "file_format is 'tiff'"),
    ],
)
def test_the_command_refuses_what_would_be_passed_over(tmp_path: Path, words: tuple[str, ...], message: str) -> None:
    result = run("phantom", "--out", tmp_path / "p", *words)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"cicatrix: {message}")
    assert not (tmp_path / "p").exists()
