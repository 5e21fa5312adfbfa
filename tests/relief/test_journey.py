"""From a capture to its relief: height maps pass through, photographs give the surface that they show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cicatrix.errors import ReliefError
from cicatrix.model import Capture, HeightCapture, LightsCapture, Relief
from cicatrix.relief import reconstruct, without_form
from tests.relief.shade import SKIN, Array, Storage, capture, ring, shade

SHAPE = (160, 200)
PIXEL_MM = 0.1


def _bowls() -> Array:
    """Height in mm of a bent field with two smooth bowls."""
    x, y = np.meshgrid((np.arange(SHAPE[1]) + 0.5) * PIXEL_MM, (np.arange(SHAPE[0]) + 0.5) * PIXEL_MM)
    height: Array = -0.004 * (x - 11.0) ** 2 - 0.003 * (y - 7.0) ** 2
    for at, wide, deep in (((6.0, 6.0), 4.0, 0.3), ((14.0, 10.0), 5.0, 0.4)):
        rho = np.minimum(np.hypot(x - at[0], y - at[1]) / (wide / 2), 1.0)
        height -= deep * 0.5 * (1 + np.cos(np.pi * rho))
    return height


def _heights(height: Array) -> HeightCapture:
    return HeightCapture(height_mm=height.astype(np.float32), pixel_mm=PIXEL_MM, files=())


def _photographs(storage: Storage | None = None, albedo: tuple[float, ...] = SKIN, lights: int = 6) -> LightsCapture:
    q, p = (np.asarray(slope) for slope in np.gradient(_bowls(), PIXEL_MM))
    return capture(shade(p, q, ring(lights), albedo), ring(lights), pixel_mm=PIXEL_MM, storage=storage or Storage())


def _bytes(relief: Relief) -> list[bytes]:
    planes: tuple[NDArray[np.generic] | None, ...] = (
        relief.height_mm, relief.form_mm, relief.albedo, relief.trusted
    )  # fmt: skip
    return [plane.tobytes() for plane in planes if plane is not None]


def test_a_height_map_is_split_into_relief_and_form() -> None:
    height = _bowls() + np.random.default_rng(0).normal(0.0, 0.01, SHAPE)
    relief = reconstruct(_heights(height))
    assert relief.method == "height"
    assert relief.pixel_mm == PIXEL_MM
    assert np.abs(relief.height_mm + relief.form_mm - height).max() < 1e-6
    assert relief.albedo is None
    assert relief.trusted is None
    assert relief.light is None


@pytest.mark.parametrize(
    ("storage", "worst_mm"),
    [(Storage(), 0.006), (Storage(np.uint16, linear=False), 0.006), (Storage(np.uint8, linear=False), 0.012)],
    ids=str,
)
def test_photographs_give_the_relief_that_they_show(storage: Storage, worst_mm: float) -> None:
    relief = reconstruct(_photographs(storage))
    truth = reconstruct(_heights(_bowls()))
    assert relief.method == "photometric"
    assert np.abs(relief.height_mm - truth.height_mm).max() < worst_mm
    assert relief.trusted is not None
    assert relief.trusted.min() >= 5
    assert relief.light == "consistent"
    assert relief.shape == SHAPE


def test_albedo_is_relative_to_the_brightest() -> None:
    albedo = reconstruct(_photographs()).albedo
    assert albedo is not None
    assert albedo.min() >= 0
    assert albedo.max() <= 1
    # Only one scale for all channels, so the colour of the skin stays.
    assert np.median(albedo / albedo[..., :1], axis=(0, 1)) == pytest.approx(np.array(SKIN) / SKIN[0], rel=0.01)


def test_grey_photographs_are_taken_too() -> None:
    relief = reconstruct(_photographs(albedo=(0.5,)))
    truth = reconstruct(_heights(_bowls()))
    assert relief.channel == "grey"
    assert np.abs(relief.height_mm - truth.height_mm).max() < 0.006


@pytest.mark.parametrize(
    ("albedo", "channel"), [(SKIN, "blue"), ((0.4, 0.2, 0.02), "green"), ((0.3, 0.03, 0.01), "red")]
)
def test_the_finest_channel_that_is_bright_enough_gives_the_geometry(albedo: tuple[float, ...], channel: str) -> None:
    assert reconstruct(_photographs(albedo=albedo)).channel == channel


def test_half_the_exposure_gives_the_same_relief() -> None:
    bright, dim = reconstruct(_photographs()), reconstruct(_photographs(albedo=(0.31, 0.21, 0.165)))
    assert np.abs(bright.height_mm - dim.height_mm).max() < 1e-3


def test_the_order_of_the_lights_does_not_matter() -> None:
    photographs = _photographs()
    order = [3, 0, 5, 1, 4, 2]
    images: Any = np.ascontiguousarray(photographs.images[order])
    turned = replace(photographs, images=images, directions=photographs.directions[order])
    one, other = reconstruct(photographs), reconstruct(turned)
    assert np.abs(one.height_mm - other.height_mm).max() < 1e-3


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_turning_camera_and_lights_turns_the_relief(quarters: int) -> None:
    photographs = _photographs()
    turn = np.radians(90 * quarters)
    about = np.array([[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0], [0, 0, 1]])
    images: Any = np.ascontiguousarray(np.rot90(photographs.images, quarters, axes=(1, 2)))
    turned = replace(photographs, images=images, directions=photographs.directions @ about.T)
    one, other = reconstruct(photographs), reconstruct(turned)
    assert np.abs(np.rot90(one.height_mm, quarters) - other.height_mm).max() < 0.002


@pytest.mark.parametrize("make", [_photographs, lambda: _heights(_bowls())], ids=["lights", "height"])
def test_the_same_capture_gives_the_same_bytes(make: Callable[[], Capture]) -> None:
    assert _bytes(reconstruct(make())) == _bytes(reconstruct(make()))


def test_black_photographs_are_refused() -> None:
    black = capture(np.zeros((6, 40, 50, 3)), ring(6))
    with pytest.raises(ReliefError, match=r"at only 0\.0 % of the pixels. Allowed: 5 % or more."):
        reconstruct(black)


def test_white_photographs_are_refused() -> None:
    white = capture(np.ones((6, 40, 50, 3)), ring(6), storage=Storage(np.uint8, linear=False))
    with pytest.raises(ReliefError, match=r"What to do: check that lights\.lp names"):
        reconstruct(white)


def test_photographs_of_different_things_are_refused() -> None:
    noise = np.random.default_rng(8).uniform(0.1, 0.9, (8, 60, 60, 3))
    with pytest.raises(ReliefError, match="of the 8 lights agree"):
        reconstruct(capture(noise, ring(8)))


def test_the_form_is_fitted_again_to_the_skin_outside_the_scars() -> None:
    height = _bowls()
    height[60:100, 60:120] -= 1.0
    relief = reconstruct(_heights(height))
    skip = np.zeros(SHAPE, bool)
    skip[55:105, 55:125] = True
    again = without_form(relief, skip)
    assert np.abs(again.height_mm + again.form_mm - (relief.height_mm + relief.form_mm)).max() < 1e-6
    skin = reconstruct(_heights(_bowls()))
    assert np.abs(again.form_mm - skin.form_mm).max() < 0.1
    assert again.method == "height"
