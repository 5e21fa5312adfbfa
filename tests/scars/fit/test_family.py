"""The fitted shapes: what each parameter does."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cicatrix.scars.fit.family import DEPTH, FLOOR, GROW, LEAN, SIZE, TILT, WALL, Outline, Pit

STEP = 0.02
POINTS = 301
START = -0.5 * (POINTS - 1) * STEP


def circle(radius_mm: float = 1.0) -> Outline:
    return Outline.of(np.full(128, radius_mm), 0.0, 0.0)


def pit(depth: float = 0.5, p: float = 2.0, q: float = 1.0, **more: float) -> Pit:
    theta = np.zeros(SIZE)
    theta[DEPTH], theta[FLOOR], theta[WALL] = math.log(depth), math.log(p), math.log(q)
    for place, value in more.items():
        theta[{"grow": GROW, "tilt": TILT, "lean": LEAN}[place]] = value
    return Pit(circle(), theta, -1)


def depths(of: Pit) -> np.ndarray:
    return of.depth_mm(START, START, STEP, POINTS, POINTS)


@given(depth=st.floats(0.1, 2.0), p=st.floats(0.8, 30.0), q=st.floats(0.6, 4.0))
def test_depth_is_in_the_middle_and_half_of_it_on_the_outline(depth: float, p: float, q: float) -> None:
    plane = depths(pit(depth, p, q))
    middle = POINTS // 2
    assert plane.max() == pytest.approx(depth, rel=1e-3)
    assert plane[middle, middle] == pytest.approx(depth, rel=1e-3)
    assert plane[middle, middle + 50] == pytest.approx(0.5 * depth, rel=1e-3)


def test_a_cone_holds_a_third_of_its_cylinder() -> None:
    cone = pit(0.6, 1.0, 1.0)
    mouth = cone.radius_at(0.0)
    assert mouth == pytest.approx(2.0)
    assert depths(cone).sum() * STEP**2 == pytest.approx(math.pi * mouth**2 * 0.6 / 3.0, rel=0.01)


@given(p=st.floats(1.0, 12.0), q=st.floats(0.8, 3.0))
def test_a_reshaped_pit_keeps_its_mouth(p: float, q: float) -> None:
    before = pit(0.4, p, q, grow=0.1)
    after = Pit(before.outline, before.reshaped(0.9, 1.2, 1.1), -1)
    assert after.radius_at(0.004) == pytest.approx(before.radius_at(0.004))
    assert depths(after).max() == pytest.approx(0.9, rel=1e-3)


def test_larger_p_levels_the_floor() -> None:
    flat = [pit(p=p).radius_at(0.9) / pit(p=p).radius_at(0.004) for p in (1.0, 2.0, 6.0, 20.0)]
    assert flat == sorted(flat)
    assert flat[0] < 0.15
    assert flat[-1] > 0.85


def test_growing_moves_the_outline() -> None:
    plane = depths(pit(grow=0.3))
    assert plane[POINTS // 2, POINTS // 2 + 65] == pytest.approx(0.25, rel=1e-3)


def test_a_tilted_floor_is_deepest_on_its_side() -> None:
    plane = depths(pit(p=12.0, tilt=0.3))
    assert plane[:, POINTS // 2 :].max() > 1.1 * plane[:, : POINTS // 2].max()


def test_a_lean_moves_the_bottom_and_keeps_the_mouth() -> None:
    upright, leaning = depths(pit(p=1.5)), depths(pit(p=1.5, lean=0.4))
    row, col = np.unravel_index(int(leaning.argmax()), leaning.shape)
    assert (col - POINTS // 2) * STEP == pytest.approx(0.4, rel=0.25)
    assert row == POINTS // 2
    assert (leaning > 0.01).sum() == pytest.approx((upright > 0.01).sum(), rel=0.03)


def test_the_mouth_of_a_round_pit_is_a_circle() -> None:
    mouth = pit(p=20.0, q=1.0).mouth_mm()
    radius = np.hypot(*mouth.T)
    assert np.ptp(radius) < 1e-6
    assert radius[0] == pytest.approx(pit(p=20.0, q=1.0).radius_at(0.004))


def test_an_irregular_outline_comes_back_from_its_series() -> None:
    angle = np.arange(128) * 2 * np.pi / 128
    radius = 1.0 + 0.1 * np.cos(2 * angle + 0.4) + 0.05 * np.sin(5 * angle)
    outline = Outline.of(radius, 3.0, 4.0)
    assert outline.radius_at(angle) == pytest.approx(radius, abs=1e-9)
    assert outline.radius_mm == pytest.approx(1.0)
