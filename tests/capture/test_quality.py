"""Exposure: counted right, and refused only where nothing can be measured."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from cicatrix.capture.quality import judge
from cicatrix.errors import ImageError
from cicatrix.model import ImageQuality
from cicatrix.model.light import decode_srgb
from tests.capture.build import photo, png_bytes, read_lights, refusal, tiff_bytes, write_lights

TOPS = {np.uint8: 255.0, np.uint16: 65535.0, np.float32: 1.0}


def _judge(image: NDArray[Any], *, linear: bool = True) -> ImageQuality:
    return judge(np.ascontiguousarray(image), name="a.png", linear=linear, path=Path("a.png"))


@pytest.mark.parametrize("dtype", TOPS)
@pytest.mark.parametrize("channels", [1, 3])
def test_shares_agree_with_counting(dtype: Any, channels: int) -> None:
    # More rows than a band has, and not a multiple of it.
    image = photo(dtype=dtype, channels=channels, rows=301).copy()
    rng = np.random.default_rng(3)
    image[rng.random(image.shape) < 0.1] = TOPS[dtype]
    image[rng.random(image.shape) < 0.3] = 0
    quality = _judge(image)
    assert quality.saturated == pytest.approx((image == TOPS[dtype]).any(axis=2).mean(), abs=1e-6)
    assert quality.black == pytest.approx((image == 0).all(axis=2).mean(), abs=1e-6)
    assert quality.median == pytest.approx(np.median(image) / TOPS[dtype], abs=3e-4)


@pytest.mark.parametrize("dtype", TOPS)
def test_encoded_values_are_made_linear_for_the_median(dtype: Any) -> None:
    image = photo(dtype=dtype)
    expected = float(decode_srgb(np.array([np.median(image) / TOPS[dtype]]))[0])
    assert _judge(image, linear=False).median == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize(
    ("dtype", "saturated", "not_saturated", "black", "not_black"),
    [
        (np.uint8, 254, 253, 1, 2),
        (np.uint16, 65208, 65207, 262, 263),
        (np.float32, 0.995, 0.9949, 0.004, 0.0041),
    ],
)
def test_limits(dtype: Any, saturated: float, not_saturated: float, black: float, not_black: float) -> None:
    image = photo(dtype=dtype)
    image[0, :2], image[1, :3] = saturated, not_saturated
    image[2, :4], image[3, :5] = black, not_black
    quality = _judge(image)
    assert quality.saturated == pytest.approx(2 / (40 * 56), abs=1e-6)
    assert quality.black == pytest.approx(4 / (40 * 56), abs=1e-6)


@given(
    hnp.arrays(np.uint8, st.tuples(st.integers(32, 40), st.integers(32, 40), st.sampled_from([1, 3]))),
    st.booleans(),
)
def test_any_picture_is_judged_or_refused(image: NDArray[np.uint8], linear: bool) -> None:  # noqa: FBT001 - given by hypothesis
    with contextlib.suppress(ImageError):
        assert _judge(image, linear=linear).saturated <= 0.5


@pytest.mark.parametrize("dtype", TOPS)
def test_saturated_photograph(tmp_path: Path, dtype: Any) -> None:
    files = {f"{i}.tif": tiff_bytes(photo(i, dtype=dtype)) for i in range(4)}
    bad = photo(1, dtype=dtype)
    bad[:24, :, 1] = TOPS[dtype]
    files["1.tif"] = tiff_bytes(bad)
    refusal(
        write_lights(tmp_path, files),
        ImageError,
        "1.tif",
        "60% of the pixels are saturated",
        "at most 50%",
        "shorter exposure",
    )


@pytest.mark.parametrize("dtype", TOPS)
def test_black_photograph(tmp_path: Path, dtype: Any) -> None:
    files = {f"{i}.tif": tiff_bytes(photo(i, dtype=dtype)) for i in range(4)}
    files["1.tif"] = tiff_bytes((photo(1, dtype=dtype) * 0.02).astype(dtype))
    refusal(
        write_lights(tmp_path, files),
        ImageError,
        "1.tif",
        "the photograph is black",
        "a median of at least 0.2%",
        "the light was on",
        "longer exposure",
    )


def test_wholly_black_and_wholly_white(tmp_path: Path) -> None:
    files = {f"{i}.png": png_bytes(photo(i)) for i in range(4)}
    refusal(
        write_lights(tmp_path, {**files, "1.png": png_bytes(photo(1) * 0)}),
        ImageError,
        "1.png",
        "is black: its median is 0.00%",
    )
    white = png_bytes(photo(1) * 0 + 255)
    refusal(write_lights(tmp_path, {**files, "1.png": white}), ImageError, "1.png", "100% of the pixels are saturated")


def test_large_cast_shadows_are_no_fault(tmp_path: Path) -> None:
    files = {}
    for i in range(4):
        image = photo(i)
        image[:, :48] = 2
        files[f"{i}.png"] = png_bytes(image)
    quality = read_lights(write_lights(tmp_path, files)).quality[0]
    assert quality.median < 0.002
    assert quality.black == 0.0


def test_a_dark_but_exposed_photograph_is_no_fault(tmp_path: Path) -> None:
    # Very dark skin, three stops below a grey card, stored linearly.
    files = {f"{i}.tif": tiff_bytes(photo(i, dtype=np.uint16) // 40) for i in range(4)}
    quality = read_lights(write_lights(tmp_path, files, extra="linear = true")).quality[0]
    assert quality.median == pytest.approx(0.5 / 40, abs=1e-3)


def test_a_bright_gloss_is_no_fault(tmp_path: Path) -> None:
    files = {}
    for i in range(4):
        image = photo(i)
        image[:12] = 255
        files[f"{i}.png"] = png_bytes(image)
    assert read_lights(write_lights(tmp_path, files)).quality[3].saturated == pytest.approx(0.3)
