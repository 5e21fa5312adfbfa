"""Six real photographs under a ring light, as they came from the instrument."""

from __future__ import annotations

import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest

from cicatrix.errors import LightsError
from tests.capture.build import read_height, read_lights, refusal

pytestmark = pytest.mark.shared_data


@pytest.fixture
def groove(shared_data: Path, tmp_path: Path) -> Path:
    """The photographs and their lights, copied next to a manifest."""
    source = shared_data / "groove"
    for file in (*sorted(source.glob("image*.png")), source / "lights.lp"):
        shutil.copyfile(file, tmp_path / file.name)
    text = 'kind = "lights"\npixel_mm = 0.027458\nlights = "lights.lp"\nsite = "machined target"\n'
    (tmp_path / "capture.toml").write_text(text, encoding="utf-8")
    return tmp_path


def test_the_photographs_are_read(groove: Path) -> None:
    capture = read_lights(groove)
    assert (capture.images.dtype, capture.images.shape) == (np.dtype(np.uint8), (6, 514, 616, 1))
    for i in range(6):
        plain = cv2.imread(str(groove / f"image0{i + 1}.png"), cv2.IMREAD_UNCHANGED)
        assert plain is not None
        assert (capture.images[i, :, :, 0] == plain).all()


def test_the_lights_stand_32_to_39_degrees_up_all_round(groove: Path) -> None:
    # Elevations as the data's description states them.
    x, y, z = read_lights(groove).directions.T
    elevation_deg = np.rad2deg(np.arcsin(z))
    assert elevation_deg.min() >= 31.9
    assert elevation_deg.max() <= 39.1
    azimuth_deg = np.sort(np.rad2deg(np.arctan2(y, x)))
    gaps_deg = np.diff([*azimuth_deg, azimuth_deg[0] + 360.0])
    # "About 60 degrees apart": the lights were fitted, and the fit is approximate.
    assert gaps_deg == pytest.approx(np.full(6, 60.0), abs=25.0)


def test_the_exposure_is_good_though_a_ring_light_is_uneven(groove: Path) -> None:
    for quality in read_lights(groove).quality:
        assert quality.saturated == 0.0
        assert quality.black == 0.0
        assert 0.04 < quality.median < 0.1


def test_its_light_file_with_a_line_too_few(groove: Path) -> None:
    text = (groove / "lights.lp").read_text(encoding="utf-8").splitlines()
    (groove / "lights.lp").write_text("\n".join(text[:-1]), encoding="utf-8")
    refusal(groove, LightsError, "lights.lp", "says 6 lights, but 5 are listed", line=1)


def test_the_height_map_of_the_instrument(shared_data: Path, tmp_path: Path) -> None:
    data = (shared_data / "groove" / "heightmap.tmd").read_bytes()
    cols, rows = np.frombuffer(data, "<i4", 2, offset=33)
    height_mm = np.frombuffer(data, "<f4", rows * cols, offset=57).reshape(rows, cols)
    np.save(tmp_path / "groove.npy", height_mm)
    text = 'kind = "height"\npixel_mm = 0.027458\nfile = "groove.npy"\nheight_unit = "mm"\n'
    (tmp_path / "capture.toml").write_text(text, encoding="utf-8")
    capture = read_height(tmp_path)
    assert capture.shape == (514, 616)
    assert (capture.height_mm == height_mm).all()
