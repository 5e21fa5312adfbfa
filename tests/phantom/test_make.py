from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tifffile

from cicatrix.capture import read_capture
from cicatrix.errors import InputError, OutputError
from cicatrix.model import HeightCapture, LightsCapture
from cicatrix.phantom import (
    TONES,
    MarkTruth,
    Phantom,
    PhantomSettings,
    ScarTruth,
    make_phantom,
    truth_of,
    write_capture,
)
from cicatrix.phantom.make import draw_directions, photograph

SMALL = PhantomSettings(
    size_mm=12.0,
    pixel_mm=0.06,
    lights=4,
    icepick=1,
    boxcar=1,
    rolling=0,
    raised=0,
    red_marks=1,
    brown_marks=1,
)


@pytest.fixture(scope="module")
def small() -> Phantom:
    return make_phantom(7, SMALL)


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_the_parts_add_up_and_the_truth_is_in_the_height_field(small: Phantom) -> None:
    assert small.height_mm.shape == (200, 200)
    assert small.height_mm.dtype == np.float32
    micro = small.height_mm - small.form_mm - small.scar_mm
    assert micro.std() < 0.05
    for scar in small.scars:
        y, x = (np.mgrid[0:200, 0:200] + 0.5) * 0.06
        mine = np.hypot(x - scar.x_mm, y - scar.y_mm) < 0.5 * scar.longest_mm + 0.2
        alone = small.scar_mm[mine]
        assert -alone.sum() * 0.06**2 == pytest.approx(scar.volume_mm3, rel=0.03)
        assert -alone.min() == pytest.approx(scar.depth_mm, rel=0.06)
        assert np.count_nonzero(alone < -1e-6) * 0.06**2 == pytest.approx(scar.area_mm2, rel=0.08)


def test_lights_cover_their_range_and_stand_around_the_field() -> None:
    settings = PhantomSettings(lights=8, elevation_deg=(25.0, 65.0), azimuth_jitter_deg=5.0)
    lights = draw_directions(settings, np.random.default_rng(0))
    assert np.linalg.norm(lights, axis=1) == pytest.approx(np.ones(8))
    elevation = np.sort(np.degrees(np.arcsin(lights[:, 2])))
    assert ((elevation >= 25.0) & (elevation <= 65.0)).all()
    assert np.diff(elevation).max() < 10.1
    azimuth = np.sort(np.degrees(np.arctan2(lights[:, 1], lights[:, 0])) % 360.0)
    assert np.diff(azimuth, append=azimuth[0] + 360.0).max() <= 55.01


def test_the_same_seed_writes_the_same_bytes(small: Phantom, tmp_path: Path) -> None:
    write_capture(small, tmp_path / "a")
    write_capture(make_phantom(7, SMALL), tmp_path / "b")
    assert content(tmp_path / "a") == content(tmp_path / "b")


def test_another_seed_makes_another_skin(small: Phantom) -> None:
    other = make_phantom(8, SMALL)
    assert not np.array_equal(other.height_mm, small.height_mm)
    assert other.images is not None
    assert small.images is not None
    assert not np.array_equal(other.images, small.images)
    assert {scar.x_mm for scar in other.scars}.isdisjoint({scar.x_mm for scar in small.scars})


def test_another_tone_has_the_same_scars_and_darker_skin() -> None:
    bare = replace(SMALL, lights=1, red_marks=0, brown_marks=0, distractors=False)
    phantoms = [make_phantom(3, replace(bare, tone=tone)) for tone in (TONES[0], TONES[-1])]
    assert phantoms[0].scars == phantoms[1].scars
    assert np.array_equal(phantoms[0].height_mm, phantoms[1].height_mm)
    assert (phantoms[1].albedo < phantoms[0].albedo).all()


def test_pictures_are_exposed_and_not_clipped(small: Phantom) -> None:
    assert small.images is not None
    assert small.images.dtype == np.uint8
    assert small.images.shape == (4, 200, 200, 3)
    assert 150 < np.percentile(small.images[..., 0], 99) < 250
    assert np.mean(small.images == 255) < 0.01


def test_a_capture_is_read_back_by_the_reader(small: Phantom, tmp_path: Path) -> None:
    write_capture(small, tmp_path / "capture")
    capture = read_capture(tmp_path / "capture")
    assert isinstance(capture, LightsCapture)
    assert capture.pixel_mm == 0.06
    assert not capture.linear
    assert small.directions is not None
    assert capture.directions == pytest.approx(small.directions, abs=1e-6)
    assert small.images is not None
    assert np.abs(capture.images.astype(int) - small.images.astype(int)).mean() < 3.0


def test_linear_float_pictures_of_near_lights_are_read_back_exactly(tmp_path: Path) -> None:
    phantom = make_phantom(1, replace(SMALL, file_format="tiff", light_distance_mm=150.0))
    write_capture(phantom, tmp_path / "capture")
    capture = read_capture(tmp_path / "capture")
    assert isinstance(capture, LightsCapture)
    assert capture.linear
    assert capture.distance_mm == 150.0
    assert np.array_equal(capture.images, phantom.images)  # type: ignore[arg-type]


def test_a_height_capture_holds_form_micro_relief_and_scars(tmp_path: Path) -> None:
    phantom = make_phantom(7, replace(SMALL, kind="height"))
    assert phantom.images is None
    write_capture(phantom, tmp_path / "capture")
    assert {path.name for path in (tmp_path / "capture").iterdir()} == {"capture.toml", "height.tif", "truth.json"}
    assert np.array_equal(tifffile.imread(tmp_path / "capture" / "height.tif"), phantom.height_mm)
    capture = read_capture(tmp_path / "capture")
    assert isinstance(capture, HeightCapture)
    assert np.array_equal(capture.height_mm, phantom.height_mm)


def test_the_geometry_does_not_depend_on_the_kind_of_capture(small: Phantom) -> None:
    assert np.array_equal(make_phantom(7, replace(SMALL, kind="height")).height_mm, small.height_mm)


def test_truth_survives_the_file(small: Phantom, tmp_path: Path) -> None:
    write_capture(small, tmp_path / "capture")
    truth = json.loads((tmp_path / "capture" / "truth.json").read_text(encoding="utf-8"))
    assert truth == json.loads(json.dumps(truth_of(small)))
    assert truth["schema"] == "cicatrix/phantom/1"
    assert truth["seed"] == 7
    assert tuple(ScarTruth.model_validate(scar) for scar in truth["scars"]) == small.scars
    assert tuple(MarkTruth.model_validate(mark) for mark in truth["marks"]) == small.marks
    read = truth["settings"]
    assert PhantomSettings(**read | {"elevation_deg": tuple(read["elevation_deg"])}) == SMALL


def test_a_folder_with_something_in_it_is_left_alone(small: Phantom, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("mine")
    with pytest.raises(OutputError, match="is not empty") as caught:
        write_capture(small, tmp_path)
    assert caught.value.path == tmp_path
    assert content(tmp_path) == {"note.txt": b"mine"}


def test_a_file_in_the_way_is_left_alone(small: Phantom, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(OutputError, match="is a file"):
        write_capture(small, tmp_path / "out")
    assert (tmp_path / "out").read_text() == "mine"


def test_an_empty_folder_is_filled_and_nothing_else_is_left_beside_it(small: Phantom, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    write_capture(small, tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_run_that_fails_leaves_nothing_behind(
    small: Phantom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OutputError, match="No space left on device"):
        write_capture(small, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_any_height_field_can_be_photographed_in_the_same_way() -> None:
    relief = 0.05 * np.random.default_rng(0).normal(size=(50, 60))
    lights = draw_directions(SMALL, np.random.default_rng(0))
    images = photograph(relief, np.array([0.5, 0.35, 0.25]), lights, SMALL, np.random.default_rng(1))
    assert images.shape == (4, 50, 60, 3)
    assert images.std() > 3.0


def test_scars_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InputError, match="do not fit on 12 x 12 mm"):
        make_phantom(0, replace(SMALL, rolling=9))
