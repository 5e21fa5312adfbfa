from __future__ import annotations

import math

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cicatrix.phantom.families import draw_shape
from cicatrix.phantom.profiles import Profile
from cicatrix.phantom.shapes import Floor, Outline, Pit, Shape, Trough
from cicatrix.phantom.truth import ScarTruth, measure

ROUND = Outline(2.0)
IRREGULAR = Outline(2.0, 1.4, 0.7, (0.05, 0.03, -0.02), (-0.04, 0.02, 0.03))


def raster(shape: Shape, step_mm: float = 0.02) -> tuple[np.ndarray, float]:
    side = math.ceil(shape.reach_mm / step_mm) + 2
    axis = np.arange(-side, side + 1) * step_mm
    return shape.height_mm(*np.meshgrid(axis, axis)), step_mm


@pytest.mark.parametrize("outline", [ROUND, IRREGULAR])
def test_an_outline_encloses_the_area_of_its_radius(outline: Outline) -> None:
    angle = np.linspace(0.0, 2.0 * np.pi, 20001)
    area = np.trapezoid(0.5 * outline.radius_at(angle) ** 2, angle)
    assert area == pytest.approx(np.pi * 2.0**2, rel=1e-5)


def test_a_round_bowl_has_the_measures_of_the_formula() -> None:
    truth = measure(Pit("rolling", Profile("quartic"), Outline(3.0), 0.4), "s", 10.0, 20.0)
    assert (truth.x_mm, truth.y_mm) == (10.0, 20.0)
    assert truth.width_mm == pytest.approx(6.0, rel=1e-3)
    assert truth.longest_mm == pytest.approx(6.0, rel=1e-3)
    assert truth.shortest_mm == pytest.approx(6.0, rel=1e-3)
    assert truth.depth_mm == pytest.approx(0.4, rel=1e-3)
    assert truth.area_mm2 == pytest.approx(np.pi * 9.0, rel=1e-3)
    assert truth.volume_mm3 == pytest.approx(np.pi * 9.0 * 0.4 / 3.0, rel=2e-3)
    # (1 - r²)² is 0.75 and 0.25 at these radii.
    run = 3.0 * (math.sqrt(1.0 - math.sqrt(0.25)) - math.sqrt(1.0 - math.sqrt(0.75)))
    assert truth.wall_angle_deg == pytest.approx(math.degrees(math.atan2(0.2, run)), abs=0.1)


@pytest.mark.parametrize("angle_deg", [55.0, 70.0, 82.0])
def test_a_boxcar_wall_stands_at_the_angle_asked_for(angle_deg: float) -> None:
    wall = 1.437 * 0.6 / math.tan(math.radians(angle_deg))
    truth = measure(Pit("boxcar", Profile("plateau", wall / 1.5), Outline(1.5), 0.6), "s", 0.0, 0.0)
    assert truth.wall_angle_deg == pytest.approx(angle_deg, abs=0.7)
    assert truth.depth_class == "deep"


def test_a_raised_scar_is_measured_with_negative_depth_and_volume() -> None:
    truth = measure(Pit("raised", Profile("plateau", 0.5), IRREGULAR, -0.3), "s", 0.0, 0.0)
    assert truth.depth_mm == pytest.approx(-0.3, rel=1e-3)
    assert truth.volume_mm3 < 0.0
    assert truth.depth_class is None


@pytest.mark.parametrize("kind", ["icepick", "boxcar", "rolling", "raised", "linear"])
@pytest.mark.parametrize("seed", range(3))
def test_truth_is_what_the_height_field_holds(kind: str, seed: int) -> None:
    shape = draw_shape(kind, np.random.default_rng(seed), off_family=seed == 2)
    truth = measure(shape, "s", 0.0, 0.0)
    height, step = raster(shape)
    sign = math.copysign(1.0, truth.depth_mm)
    assert (-sign * height).max() == pytest.approx(abs(truth.depth_mm), rel=0.02)
    assert -height.sum() * step**2 == pytest.approx(truth.volume_mm3, rel=0.01)
    assert np.count_nonzero(np.abs(height) > 1e-9) * step**2 == pytest.approx(truth.area_mm2, rel=0.03)


@pytest.mark.parametrize("shape", [Pit("rolling", Profile("cosine"), IRREGULAR, 0.3)])
def test_the_outline_is_where_the_profile_reaches_the_rim(shape: Pit) -> None:
    ring = shape.outline_mm()
    assert np.abs(shape.height_mm(*(1.001 * ring).T)).max() == pytest.approx(0.0, abs=1e-9)
    assert np.abs(shape.height_mm(*(0.97 * ring).T)).min() > 1e-5


@given(lean=st.floats(0.0, 0.55), heading=st.floats(0.0, 6.28))
@settings(max_examples=15, deadline=None)
def test_a_lean_moves_the_floor_and_leaves_the_mouth(lean: float, heading: float) -> None:
    offset = (2.0 * lean * math.cos(heading), 2.0 * lean * math.sin(heading))
    pit = Pit("rolling", Profile("cosine"), IRREGULAR, 0.3, lean_mm=offset)
    ring = pit.outline_mm()
    assert np.abs(pit.height_mm(*(1.001 * ring).T)).max() == pytest.approx(0.0, abs=1e-6)
    assert float(pit.height_mm(*np.array([[offset[0]], [offset[1]]]))[0]) == pytest.approx(-0.3, rel=1e-3)


def test_a_stepped_floor_has_two_levels() -> None:
    pit = Pit("boxcar", Profile("plateau", 0.1), Outline(1.5), 0.6, floor=Floor(step=0.4))
    left, right = pit.height_mm(np.array([-0.8, 0.8]), np.zeros(2))
    assert left == pytest.approx(-0.6, rel=1e-3)
    assert right == pytest.approx(-0.36, rel=1e-3)


@pytest.mark.parametrize("bend_rad", [0.0, 0.8, -0.8])
def test_a_trough_is_as_deep_and_broad_all_along(bend_rad: float) -> None:
    trough = Trough("rolling", Profile("cosine"), 6.0, 1.5, 0.3, bend_rad=bend_rad, angle_rad=0.4)
    truth = measure(trough, "s", 0.0, 0.0)
    assert truth.linear
    assert truth.depth_mm == pytest.approx(0.3, rel=2e-3)
    # A stadium's area is that of its straight part (or arc) and of its two round ends.
    assert truth.area_mm2 == pytest.approx(6.0 * 1.5 + np.pi * 0.75**2, rel=2e-3)
    straight, ends = 0.5 * 0.3 * 1.5 * 6.0, np.pi * 0.75**2 * 0.3 * (0.5 - 2.0 / np.pi**2)
    assert truth.volume_mm3 == pytest.approx(straight + ends, rel=5e-3)
    assert truth.longest_mm > 3.0 * truth.width_mm
    # 0.75 and 0.25 of a cosine lie a third of the half-breadth apart.
    assert truth.wall_angle_deg == pytest.approx(math.degrees(math.atan2(0.15, 0.25)), abs=1.0)
    height, step = raster(trough)
    assert -height.sum() * step**2 == pytest.approx(truth.volume_mm3, rel=5e-3)


@pytest.mark.parametrize("bend_rad", [0.0, 0.8, -0.8])
def test_a_troughs_outline_holds_its_height_field(bend_rad: float) -> None:
    trough = Trough("rolling", Profile("quartic"), 6.0, 1.5, 0.3, bend_rad=bend_rad, angle_rad=0.4)
    height, step = raster(trough)
    inside = np.zeros(height.shape, dtype=np.uint8)
    middle = (height.shape[0] - 1) / 2
    points = np.rint((trough.outline_mm() / step + middle) * 16).astype(np.int32)
    cv2.fillPoly(inside, [points], 1, shift=4)
    cut = np.abs(height) > 1e-9
    assert np.count_nonzero(cut != (inside > 0)) / cut.sum() < 0.03


LIMITS = {
    "icepick": ((0.6, 2.0), (0.3, 1.5), (45.0, 89.0)),
    "boxcar": ((1.5, 4.0), (0.1, 0.95), (45.0, 86.0)),
    "rolling": ((4.0, 10.0), (0.15, 0.6), (2.0, 25.0)),
    "raised": ((2.0, 6.0), (-0.6, -0.15), (5.0, 60.0)),
}


@pytest.mark.parametrize("kind", LIMITS)
def test_drawn_scars_stay_inside_the_published_ranges(kind: str) -> None:
    rng = np.random.default_rng(11)
    for _ in range(15):
        truth = measure(draw_shape(kind, rng), "s", 0.0, 0.0)
        for value, (low, high) in zip(
            (truth.width_mm, truth.depth_mm, truth.wall_angle_deg), LIMITS[kind], strict=True
        ):
            assert low <= value <= high, truth


def test_truth_survives_json() -> None:
    truth = measure(draw_shape("boxcar", np.random.default_rng(4)), "s01", 3.0, 4.0)
    assert ScarTruth.model_validate_json(truth.model_dump_json()) == truth
