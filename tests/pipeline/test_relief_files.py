"""Relief files: what is written, to which scale, and where the height was fitted."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import tifffile
from PIL import Image

from cicatrix.model import Relief
from cicatrix.pipeline.relief_files import write_relief
from cicatrix.report import outline_fitted, shade

ROWS, COLS = 60, 80


@pytest.fixture
def measured() -> Relief:
    random = np.random.default_rng(1)
    height = (0.01 * random.standard_normal((ROWS, COLS))).astype(np.float32)
    return Relief(height, np.full((ROWS, COLS), 2.0, np.float32), 0.05, "photometric")


@pytest.fixture
def fitted(measured: Relief) -> Relief:
    where = np.zeros((ROWS, COLS), np.bool_)
    where[20:40, 30:55] = True
    return replace(measured, fitted=where)


def test_without_a_fit_there_is_no_mask(measured: Relief, tmp_path: Path) -> None:
    written = write_relief(measured, tmp_path)
    assert [path.name for path in written] == ["height.tif", "form.tif", "relief.png", "capture.toml"]
    assert sorted(written) == sorted(tmp_path.iterdir())


def test_mask_says_where_the_height_was_fitted(fitted: Relief, tmp_path: Path) -> None:
    written = write_relief(fitted, tmp_path)
    assert sorted(written) == sorted(tmp_path.iterdir())
    assert {"fitted.tif", "fitted.png"} <= {path.name for path in written}
    with tifffile.TiffFile(tmp_path / "fitted.tif") as tiff:
        page = tiff.pages.first
        mask = page.asarray()
        about = json.loads(page.description)
        pixels, centimetres = page.tags["XResolution"].value
    assert mask.dtype == np.uint8
    assert fitted.fitted is not None
    assert np.array_equal(mask, np.where(fitted.fitted, 255, 0))
    assert (about["axes"], about["pixel_mm"]) == ("YX", 0.05)
    assert "height_unit" not in about
    assert 10.0 * centimetres / pixels == pytest.approx(0.05, rel=1e-6)


def test_nothing_fitted_is_an_empty_mask_and_a_plain_picture(measured: Relief, tmp_path: Path) -> None:
    write_relief(replace(measured, fitted=np.zeros((ROWS, COLS), np.bool_)), tmp_path)
    assert not tifffile.imread(tmp_path / "fitted.tif").any()
    plain, marked = (cv2.imread(str(tmp_path / name)) for name in ("relief.png", "fitted.png"))
    assert plain is not None
    assert marked is not None
    assert np.array_equal(plain, marked)


def test_fitted_places_are_outlined_and_stay_visible(fitted: Relief, tmp_path: Path) -> None:
    write_relief(fitted, tmp_path)
    with Image.open(tmp_path / "fitted.png") as image:
        marked = np.asarray(image).astype(int)
        assert image.info["dpi"] == pytest.approx((508.0, 508.0), rel=1e-3)
    plain = np.repeat(shade(fitted.height_mm, fitted.pixel_mm)[:, :, None], 3, axis=2)
    changed = (marked != plain).any(axis=2)
    rows, cols = np.nonzero(changed)
    assert fitted.fitted is not None
    assert not changed[fitted.fitted].any()
    assert (rows.min() < 20, rows.max() >= 40, cols.min() < 30, cols.max() >= 55) == (True,) * 4
    assert (rows.min() >= 10, rows.max() < 50, cols.min() >= 20, cols.max() < 65) == (True,) * 4
    blue = marked[..., 2] - marked[..., 0] > 60
    assert 0.2 < blue.sum() / (2 * (20 + 25)) < 0.9  # dotted: neither absent nor a full line


def test_outline_at_the_edge_of_the_picture_does_no_harm() -> None:
    marked = outline_fitted(np.full((30, 30), 170, np.uint8), np.ones((30, 30), np.bool_))
    assert marked.shape == (30, 30, 3)
