"""Shading with cast shadows against a ray marched from every point."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from cicatrix.scars.fit.cast import cover, gloss_of, light_up, sweep

N, CELL = 61, 0.04
Plane = NDArray[np.float32]


def pit(x: NDArray[np.float64], y: NDArray[np.float64], depth: float, wall: float) -> NDArray[np.float64]:
    """Height of a round pit 2 mm wide; ``wall`` 1 is a cone, less a floor with a wall."""
    share = np.hypot(x - N // 2, y - N // 2) * CELL
    return -depth * np.clip((1.0 - share) / wall, 0.0, 1.0)


def marched(depth: float, wall: float, azimuth: float, slope: float) -> NDArray[np.float64]:
    """Height of the shadow at each corner by fine steps towards the light on the pit's own formula."""
    y, x = np.mgrid[0:N, 0:N].astype(float)
    best = np.full((N, N), -np.inf)
    for step in np.arange(0.1, 50.0, 0.1):
        ground = pit(x + step * math.cos(azimuth), y - step * math.sin(azimuth), depth, wall)
        best = np.maximum(best, ground - step * slope)
    return best


@settings(max_examples=25, deadline=None)
@given(
    azimuth=st.floats(0.0, 2 * math.pi),
    elevation=st.floats(25.0, 65.0),
    depth=st.floats(0.2, 1.4),
    wall=st.sampled_from([0.15, 0.4, 1.0]),
)
def test_shadows_are_those_of_a_ray_from_every_point(
    azimuth: float, elevation: float, depth: float, wall: float
) -> None:
    y, x = np.mgrid[0:N, 0:N].astype(float)
    height = pit(x, y, depth, wall).astype(np.float32)
    slope = math.tan(math.radians(elevation)) * CELL
    shadow = np.empty_like(height)
    sweep(height, -math.sin(azimuth), math.cos(azimuth), slope, shadow)
    truth = marched(depth, wall, azimuth, slope)
    inside = pit(x, y, depth, wall) < -0.02 * depth
    dark = inside & (truth > height + 1e-3)
    # Half a cell of the light's rise is what a grid without reconstructed edges would lose on average.
    if dark.sum() > 20:
        assert abs(float((shadow - truth)[dark].mean())) < 0.3 * slope
    assert (inside & (shadow > height)).mean() == pytest.approx((inside & (truth > height)).mean(), abs=0.01)


def flat(lights: NDArray[np.float64]) -> Plane:
    out = np.empty((len(lights), N - 1, N - 1), np.float32)
    light_up(np.zeros((N, N), np.float32), CELL, lights, np.empty((N, N), np.float32), out)
    return out


def test_level_skin_shows_each_light_at_its_height() -> None:
    lights = np.array([[0.0, 0.0, 1.0], [0.6, 0.0, 0.8], [0.0, -0.8, 0.6]])
    light = flat(lights)
    for plane, direction in zip(light, lights, strict=True):
        assert plane == pytest.approx(np.full_like(plane, direction[2]), abs=1e-6)


def test_a_slope_faces_its_light() -> None:
    x = np.arange(N, dtype=np.float32) * CELL
    height = np.tile(-0.5 * x, (N, 1)).astype(np.float32)  # falls to the right: faces right
    lights = np.array([[0.5, 0.0, math.sqrt(0.75)], [-0.5, 0.0, math.sqrt(0.75)]])
    out = np.empty((2, N - 1, N - 1), np.float32)
    light_up(height, CELL, lights, np.empty_like(height), out)
    expected = (0.5 * np.array([0.5, -0.5]) + math.sqrt(0.75)) / math.sqrt(1.25)
    assert out[:, 30, 30] == pytest.approx(expected, abs=1e-5)


def test_rows_go_down_and_lights_up() -> None:
    y = np.arange(N, dtype=np.float32) * CELL
    height = np.tile((-0.5 * y)[:, None], (1, N)).astype(np.float32)  # falls down the picture: faces down
    lights = np.array([[0.0, -0.5, math.sqrt(0.75)], [0.0, 0.5, math.sqrt(0.75)]])
    out = np.empty((2, N - 1, N - 1), np.float32)
    light_up(height, CELL, lights, np.empty_like(height), out)
    assert out[0, 30, 30] > out[1, 30, 30]


def test_walls_brighten_only_what_lies_below_the_rim() -> None:
    y, x = np.mgrid[0:N, 0:N].astype(float)
    depth = -pit(x, y, 0.8, 0.3).astype(np.float32)
    before = flat(np.array([[0.6, 0.0, 0.8]]))
    after = before.copy()
    cover(depth, 1.0, 0.3, after)
    centre = 0.5 * (depth[:-1, :-1] + depth[1:, 1:])
    assert np.all(after[0][centre > 0.4] > before[0][centre > 0.4])
    assert np.array_equal(after[0][centre == 0], before[0][centre == 0])
    # The middle of a floor 0.8 deep under a mouth of radius 1 misses 0.64 / 1.64 of the sky.
    hidden = 0.3 * 0.64 / 1.64
    assert after[0, N // 2, N // 2] == pytest.approx(0.8 + 0.8 * hidden / (1 - hidden), rel=1e-3)


@pytest.mark.parametrize("lean", [0.0, 0.25, -0.25])
def test_gloss_is_brightest_where_the_surface_mirrors_the_light_into_the_camera(lean: float) -> None:
    light = np.array([[math.sin(0.6), 0.0, math.cos(0.6)]])
    slopes = np.linspace(-0.8, 0.8, 41)
    seen = []
    for slope in slopes:
        height = np.tile((-slope * CELL * np.arange(N)).astype(np.float32), (N, 1))
        out = np.empty((1, N - 1, N - 1), np.float32)
        gloss_of(height, CELL, light, (0.02, 0.3, math.sin(lean), 0.0, math.cos(lean)), np.ones_like(out), out)
        seen.append(float(out[0, 30, 30]))
    assert slopes[int(np.argmax(seen))] == pytest.approx(math.tan(0.3 + lean / 2), abs=0.03)
