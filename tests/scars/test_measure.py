"""Sizes of single scars against the formulas that they were made from."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from cicatrix.model import Measured, Scar
from cicatrix.model.note import noted
from tests.scars.fields import PIXEL_MM, PROFILES, SIDE_MM, Pit, field, noise, only, scar_of, trough

SIZES = ((1.6, 0.5), (3.0, 0.4), (5.0, 0.3))

# A cosine leaves the rim so gently that its last tenth of width holds only 2 % of its depth.
WIDTH_SHARE = {"paraboloid": 0.03, "cone": 0.04, "cosine": 0.08, "boxcar": 0.04}

MEASURED = (
    "width_mm", "longest_mm", "shortest_mm", "depth_mm", "area_mm2", "volume_mm3", "wall_angle_deg", "floor_flatness"
)  # fmt: skip


def _within(measured: Measured, truth: float, share: float) -> bool:
    return abs(measured.value - truth) <= share * abs(truth)


def _holds(measured: Measured, truth: float) -> bool:
    return measured.low <= truth <= measured.high


def _polygon_area(corners: NDArray[np.float64]) -> float:
    x, y = corners.T
    return 0.5 * abs(float(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))))


@pytest.mark.parametrize(("width_mm", "depth_mm"), SIZES)
@pytest.mark.parametrize("profile", PROFILES)
def test_a_pit_is_measured_as_it_was_made(profile: str, width_mm: float, depth_mm: float) -> None:
    pit = Pit(profile, width_mm, depth_mm)
    scar = scar_of(pit)
    assert (scar.x_mm, scar.y_mm) == pytest.approx((pit.x_mm, pit.y_mm), abs=0.02)
    assert _within(scar.depth_mm, depth_mm, 0.04)
    assert _within(scar.width_mm, width_mm, WIDTH_SHARE[profile])
    assert _within(scar.area_mm2, pit.area_mm2, 2 * WIDTH_SHARE[profile])
    assert _within(scar.volume_mm3, pit.volume_mm3, 0.09)
    assert scar.wall_angle_deg.value == pytest.approx(pit.wall_angle_deg, rel=0.15, abs=1.0)
    assert not scar.linear
    assert not scar.at_edge


@pytest.mark.parametrize(("width_mm", "depth_mm"), SIZES)
@pytest.mark.parametrize("profile", PROFILES)
def test_the_intervals_hold_the_truth(profile: str, width_mm: float, depth_mm: float) -> None:
    pit = Pit(profile, width_mm, depth_mm)
    scar = scar_of(pit)
    assert _holds(scar.depth_mm, depth_mm)
    assert _holds(scar.width_mm, width_mm)
    assert _holds(scar.area_mm2, pit.area_mm2)
    assert _holds(scar.volume_mm3, pit.volume_mm3)
    assert _holds(scar.wall_angle_deg, pit.wall_angle_deg)


@pytest.mark.parametrize("profile", ["paraboloid", "boxcar"])
def test_a_dome_is_a_raised_scar_of_negative_depth(profile: str) -> None:
    dome = Pit(profile, 3.0, -0.4)
    scar = scar_of(dome)
    assert scar.kind == "raised"
    assert scar.kind_probability["raised"] == 1.0
    assert _within(scar.depth_mm, -0.4, 0.04)
    assert _within(scar.volume_mm3, dome.volume_mm3, 0.09)
    assert scar.depth_mm.high < 0
    assert scar.volume_mm3.high < 0
    assert scar.wall_angle_deg.value > 0


def test_turning_a_field_upside_down_turns_its_scar_over() -> None:
    height = field(Pit("cosine"))
    pit, dome = only(height), only(-height)
    assert dome.depth_mm.value == pytest.approx(-pit.depth_mm.value, rel=0.005)
    assert dome.width_mm.value == pytest.approx(pit.width_mm.value, rel=0.005)


def test_floors_are_told_from_points() -> None:
    point, bowl, floor = (scar_of(Pit(name)).floor_flatness.value for name in ("cone", "paraboloid", "boxcar"))
    # By their formulas the lowest tenth is 0.1, 0.32 and 0.775 of the mouth wide.
    assert (point, bowl, floor) == pytest.approx((0.1, 0.32, 0.775), abs=0.06)


def test_walls_of_pits_of_one_size_rank_by_their_steepness() -> None:
    cone, cosine, boxcar = (scar_of(Pit(name)).wall_angle_deg.value for name in ("cone", "cosine", "boxcar"))
    assert cone < cosine < boxcar


@pytest.mark.parametrize("pixel_mm", [0.03, 0.1])
def test_the_pixel_width_does_not_change_the_sizes(pixel_mm: float) -> None:
    pit = Pit("paraboloid", 2.4, 0.4, 5.03, 4.91)
    scar = only(field(pit, size_mm=(10.0, 10.0), pixel_mm=pixel_mm), pixel_mm)
    assert _within(scar.depth_mm, 0.4, 0.04)
    assert _within(scar.width_mm, 2.4, 0.05)


@pytest.mark.parametrize("x_mm", [0.6, 0.0])
def test_a_pit_cut_off_by_the_edge_says_so(x_mm: float) -> None:
    scar = scar_of(Pit("paraboloid", 3.0, 0.4, x_mm, 6.0))
    assert scar.at_edge
    assert noted(scar.notes, "at_edge")
    assert scar.area_mm2.value < 0.9 * Pit().area_mm2
    assert scar.y_mm == pytest.approx(6.0, abs=0.05)
    assert min(x for x, _ in scar.outline_mm) < 2 * PIXEL_MM


def test_a_pit_well_inside_does_not_touch_the_edge() -> None:
    assert not only(field(Pit("paraboloid", 2.0, 0.4, 2.6, 2.6))).at_edge


@pytest.mark.parametrize("angle_deg", [0.0, 30.0, 90.0])
@pytest.mark.parametrize("profile", ["paraboloid", "boxcar"])
def test_a_trough_is_linear_and_its_width_is_its_breadth(profile: str, angle_deg: float) -> None:
    side = round(SIDE_MM / PIXEL_MM)
    scar = only(noise(side, side) - 0.4 * trough(1.6, 7.0, angle_deg, profile))
    assert scar.linear
    assert noted(scar.notes, "linear")
    assert scar.width_mm.value == pytest.approx(1.6, rel=0.08)
    assert scar.longest_mm.value == pytest.approx(8.6, rel=0.05)
    assert scar.shortest_mm.value == pytest.approx(1.6, rel=0.08)
    assert _within(scar.depth_mm, 0.4, 0.05)


def test_an_oval_is_longer_than_wide_but_no_trough() -> None:
    side = round(SIDE_MM / PIXEL_MM)
    scar = only(noise(side, side) - 0.4 * trough(2.4, 1.6, 20.0))
    assert not scar.linear
    assert scar.longest_mm.value == pytest.approx(4.0, rel=0.05)
    assert scar.shortest_mm.value == pytest.approx(2.4, rel=0.05)


@pytest.fixture(scope="module")
def bowl() -> Scar:
    return scar_of(Pit())


def test_the_outline_encloses_the_published_area(bowl: Scar) -> None:
    assert _polygon_area(np.array(bowl.outline_mm)) == pytest.approx(bowl.area_mm2.value, rel=0.005)


def test_the_outline_runs_where_the_mouth_was_made(bowl: Scar) -> None:
    away = np.hypot(*(np.array(bowl.outline_mm) - (Pit().x_mm, Pit().y_mm)).T)
    assert away == pytest.approx(1.5, abs=0.1)


def test_the_section_starts_and_ends_where_it_says(bowl: Scar) -> None:
    section = bowl.section
    start, end = np.array(section.from_mm), np.array(section.to_mm)
    assert section.along_mm[0] == 0.0
    assert section.along_mm[-1] == pytest.approx(float(np.hypot(*(end - start))), abs=0.003)
    assert (start + end) / 2 == pytest.approx((bowl.x_mm, bowl.y_mm), abs=0.02)


def test_the_section_shows_the_pit_below_its_rim(bowl: Scar) -> None:
    section = bowl.section
    below = np.array(section.rim_mm) - np.array(section.height_mm)
    away = np.abs(np.array(section.along_mm) - section.along_mm[-1] / 2)
    made = 0.4 * PROFILES["paraboloid"](np.minimum(away / 1.5, 1.0))
    assert np.abs(below - made).max() < 0.03


def test_the_section_of_a_pit_at_the_edge_stays_in_the_picture() -> None:
    section = scar_of(Pit("paraboloid", 3.0, 0.4, 0.6, 6.0)).section
    ends = np.array([section.from_mm, section.to_mm])
    assert ends.min() > -1e-9
    assert ends.max() < SIDE_MM + 1e-9


@settings(max_examples=8)
@given(
    profile=st.sampled_from(sorted(PROFILES)),
    width_mm=st.floats(1.4, 4.0),
    depth_mm=st.floats(0.2, 0.6),
    sign=st.sampled_from([1, -1]),
    shift=st.tuples(st.floats(-1.5, 1.5), st.floats(-1.5, 1.5)),
)
def test_every_record_is_consistent(
    profile: str, width_mm: float, depth_mm: float, sign: int, shift: tuple[float, float]
) -> None:
    pit = Pit(profile, width_mm, sign * depth_mm, 6.0 + shift[0], 6.0 + shift[1])
    scar = only(field(pit, size_mm=(12.0, 12.0)))
    for name in MEASURED:
        measured: Measured = getattr(scar, name)
        assert measured.low <= measured.value <= measured.high
    assert sum(scar.kind_probability.values()) == pytest.approx(1.0, abs=1e-9)
    assert scar.shortest_mm.value <= scar.width_mm.value * 1.02
    assert scar.width_mm.value <= scar.longest_mm.value * 1.02
    assert (scar.kind == "raised") == (sign < 0)
    assert _within(scar.depth_mm, sign * depth_mm, 0.08)
