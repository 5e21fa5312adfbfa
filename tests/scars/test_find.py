"""What is found, what is not, and what must not change the answer."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cicatrix.model import HeightCapture, Measured, Scar
from cicatrix.relief import reconstruct
from cicatrix.scars import find_scars, scar_mask
from tests.scars.fields import (
    PIXEL_MM,
    PROFILES,
    SIDE_MM,
    Pit,
    Plane,
    depth_of,
    field,
    found_in,
    grid,
    noise,
    only,
    scar_of,
    skin_lines,
)

SIDE = round(SIDE_MM / PIXEL_MM)
SIZES = ("depth_mm", "width_mm", "area_mm2", "volume_mm3")


def _same_sizes(one: Scar, other: Scar, share: float) -> None:
    for name in SIZES:
        a: Measured = getattr(one, name)
        b: Measured = getattr(other, name)
        assert b.value == pytest.approx(a.value, rel=share), name


@pytest.mark.parametrize("rms_mm", [0.0, 0.004, 0.02, 0.05])
def test_a_flat_field_has_no_scar(rms_mm: float) -> None:
    scars, _ = found_in(noise(SIDE, SIDE, 3, rms_mm))
    assert scars == ()


def test_a_form_without_relief_has_no_scar() -> None:
    x, y = grid(SIDE, SIDE)
    scars, _ = found_in(-0.01 * (x - 6.0) ** 2 - 0.006 * (y - 8.0) ** 2 + 0.2 * x + noise(SIDE, SIDE))
    assert scars == ()


@pytest.mark.parametrize(("depth_mm", "cell_mm"), [(0.04, 0.6), (0.06, 1.1), (0.1, 1.1)])
@pytest.mark.parametrize("seed", [0, 1])
def test_skin_lines_are_no_scars(seed: int, depth_mm: float, cell_mm: float) -> None:
    scars, _ = found_in(skin_lines(16.0, seed, depth_mm=depth_mm, cell_mm=cell_mm))
    assert scars == ()


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize(("width_mm", "depth_mm"), [(2.5, 0.3), (1.2, 0.4)])
def test_among_skin_lines_the_intervals_hold_the_truth(profile: str, width_mm: float, depth_mm: float) -> None:
    pit = Pit(profile, width_mm, depth_mm, 8.1, 7.4)
    lines = skin_lines(16.0, 2)
    scar = only(lines - depth_of(pit, *grid(*lines.shape)))
    assert (scar.x_mm, scar.y_mm) == pytest.approx((8.1, 7.4), abs=0.1)
    assert scar.depth_mm.low <= depth_mm <= scar.depth_mm.high
    assert scar.width_mm.low <= width_mm <= scar.width_mm.high


def test_two_pits_apart_are_two_scars() -> None:
    pits = (Pit("paraboloid", 3.0, 0.4, 9.5, 9.0), Pit("boxcar", 2.0, 0.3, 4.0, 4.5))
    scars, _ = found_in(field(*pits))
    assert [(s.x_mm, s.y_mm) for s in scars] == [pytest.approx((p.x_mm, p.y_mm), abs=0.03) for p in reversed(pits)]
    for scar, pit in zip(scars, reversed(pits), strict=True):
        assert scar.depth_mm.value == pytest.approx(pit.depth_mm, rel=0.05)
        assert scar.width_mm.value == pytest.approx(pit.width_mm, rel=0.05)


def test_a_second_pit_does_not_change_the_first() -> None:
    alone = Pit("paraboloid", 2.4, 0.3, 4.0, 5.0)
    scars, _ = found_in(field(alone, Pit("boxcar", 3.0, 0.6, 9.5, 8.5)))
    first = min(scars, key=lambda s: s.x_mm)
    _same_sizes(scar_of(alone), first, 0.03)


def test_a_pit_and_a_dome_are_told_apart() -> None:
    scars, _ = found_in(field(Pit("cosine", 3.0, 0.4, 4.0, 4.0), Pit("cosine", 3.0, -0.4, 10.0, 10.0)))
    assert [s.depth_mm.value > 0 for s in scars] == [True, False]
    assert scars[1].kind == "raised"


def test_scars_are_numbered_from_the_top() -> None:
    places = [(10.0, 10.5), (3.0, 3.0), (10.5, 3.5), (3.5, 10.0)]
    scars, _ = found_in(field(*(Pit("paraboloid", 2.0, 0.3, x, y) for x, y in places)))
    assert [s.id for s in scars] == ["S01", "S02", "S03", "S04"]
    assert all(a.y_mm <= b.y_mm + 0.1 for a, b in pairwise(scars))


def test_the_same_field_gives_the_same_scars() -> None:
    height = field(Pit(), Pit("boxcar", 1.5, 0.3, 3.0, 3.0)).astype(np.float32)
    relief = reconstruct(HeightCapture(height_mm=height, pixel_mm=PIXEL_MM, files=()))
    before = relief.height_mm.copy()
    (first, one), (second, other) = find_scars(relief), find_scars(relief)
    assert [s.model_dump_json() for s in first] == [s.model_dump_json() for s in second]
    assert one.height_mm.tobytes() == other.height_mm.tobytes()
    assert (relief.height_mm == before).all()


def _plane(x: Plane, y: Plane) -> Plane:
    return 0.1 * x - 0.07 * y + 3.0


def _cheek(x: Plane, y: Plane) -> Plane:
    return -0.012 * (x - 5.0) ** 2 - 0.008 * (y - 9.0) ** 2 + 0.01 * x * y


@pytest.mark.parametrize("smooth", [_plane, _cheek])
@pytest.mark.parametrize("profile", ["paraboloid", "boxcar"])
def test_a_smooth_form_under_the_skin_changes_nothing(
    smooth: Callable[[Plane, Plane], Plane],
    profile: str,
) -> None:
    pit = Pit(profile)
    bent = only(field(pit) + smooth(*grid(SIDE, SIDE)))
    _same_sizes(scar_of(pit), bent, 0.02)
    assert (bent.x_mm, bent.y_mm) == pytest.approx((pit.x_mm, pit.y_mm), abs=0.03)


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_turning_the_field_turns_the_scars(quarters: int) -> None:
    pit = Pit("paraboloid", 3.0, 0.4, 5.2, 8.3)
    turned = only(np.rot90(field(pit), quarters))
    _same_sizes(scar_of(pit), turned, 0.01)
    x, y = scar_of(pit).x_mm, scar_of(pit).y_mm
    for _ in range(quarters):
        x, y = y, SIDE_MM - x
    assert (turned.x_mm, turned.y_mm) == pytest.approx((x, y), abs=0.02)


def test_deeper_by_a_factor_is_measured_deeper_by_that_factor() -> None:
    pit = Pit("paraboloid", 3.0, 0.3)
    doubled = only(2 * field(pit))
    assert doubled.depth_mm.value == pytest.approx(2 * scar_of(pit).depth_mm.value, rel=0.01)
    assert doubled.width_mm.value == pytest.approx(scar_of(pit).width_mm.value, rel=0.01)


def test_the_mask_covers_the_mouths_and_nothing_else() -> None:
    pits = (Pit("paraboloid", 3.0, 0.4, 4.0, 4.5), Pit("boxcar", 2.0, 0.3, 9.5, 9.0))
    scars, relief = found_in(field(*pits))
    mask = scar_mask(scars, relief)
    x, y = grid(SIDE, SIDE)
    away = np.min([np.hypot(x - p.x_mm, y - p.y_mm) / (p.width_mm / 2) for p in pits], axis=0)
    assert mask[away < 0.9].all()
    assert not mask[away > 1.12].any()
    assert mask.sum() * PIXEL_MM**2 == pytest.approx(sum(s.area_mm2.value for s in scars), rel=0.05)
    assert not scar_mask((), relief).any()


def test_the_refined_relief_is_the_same_surface() -> None:
    height = field(Pit()).astype(np.float32)
    _, relief = found_in(height)
    assert np.abs(relief.height_mm + relief.form_mm - height).max() < 1e-5


@pytest.mark.parametrize("shape", [(32, 32), (40, 300), (301, 37), (8, 9)])
def test_fields_of_any_shape_are_searched(shape: tuple[int, int]) -> None:
    scars, _ = found_in(noise(*shape))
    assert scars == ()


@settings(max_examples=6)
@given(
    places=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=4, unique=True),
    profile=st.sampled_from(sorted(PROFILES)),
    width_mm=st.floats(1.5, 2.5),
)
def test_as_many_scars_are_found_as_were_made(places: list[tuple[int, int]], profile: str, width_mm: float) -> None:
    pits = [Pit(profile, width_mm, 0.35, 3.0 + 5.0 * i, 3.0 + 5.0 * j) for i, j in places]
    scars, _ = found_in(field(*pits, size_mm=(16.0, 16.0)))
    assert sorted((round(s.x_mm), round(s.y_mm)) for s in scars) == sorted((p.x_mm, p.y_mm) for p in pits)
