"""Fits on rendered skin: depth where light does not reach, the interval, and when the relief is kept."""

from __future__ import annotations

import numpy as np
import pytest

from cicatrix.model import Relief, Scar
from cicatrix.model.note import noted
from cicatrix.relief import reconstruct
from cicatrix.scars import find_scars
from tests.scars.fit.pits import LIGHTS, PIXEL_MM, PIXELS, bowl, box, capture_of, cone, dent, found, near, ring, skin

BOX, CONE, ROLLING, TROUGH = (4.0, 4.0), (11.5, 4.0), (4.5, 11.5), (11.5, 11.5)


@pytest.fixture(scope="module")
def height() -> np.ndarray:
    plane = skin()
    dent(plane, *BOX, 2.6, 0.5, box, stretch=1.15)
    dent(plane, *CONE, 1.6, 1.0, cone)
    dent(plane, *ROLLING, 5.2, 0.35, bowl, stretch=1.1)
    dent(plane, *TROUGH, 2.0, 0.3, bowl, stretch=2.0)
    return plane


@pytest.fixture(scope="module")
def seen(height: np.ndarray) -> tuple[tuple[Scar, ...], Relief]:
    return found(height)


def test_a_boxcar_is_read_from_its_shadows(seen: tuple[tuple[Scar, ...], Relief]) -> None:
    scar = near(seen[0], *BOX)
    assert scar.kind == "boxcar"
    assert scar.depth_from == "shadows"
    assert scar.depth_mm.value == pytest.approx(0.5, rel=0.08)
    assert scar.depth_mm.low < 0.5 < scar.depth_mm.high
    assert scar.depth_mm.high - scar.depth_mm.low < 0.4 * 0.5
    assert scar.unfitted_depth_mm is not None
    # Shading alone loses the wall.
    assert scar.unfitted_depth_mm.value < 0.42
    assert scar.width_mm.value == pytest.approx(2.6, rel=0.08)
    # The wall of the drawing falls half its depth within half its breadth of 0.16 mm.
    assert scar.wall_angle_deg.value > 60.0


def test_an_icepick_is_read_from_its_shadows(seen: tuple[tuple[Scar, ...], Relief]) -> None:
    scar = near(seen[0], *CONE)
    assert scar.kind == "icepick"
    assert scar.depth_from == "shadows"
    assert scar.depth_mm.value == pytest.approx(1.0, rel=0.2)
    assert scar.depth_mm.low < 1.0 < scar.depth_mm.high


def test_a_gentle_scar_keeps_its_shading(seen: tuple[tuple[Scar, ...], Relief]) -> None:
    scar = near(seen[0], *ROLLING)
    assert scar.kind == "rolling"
    assert scar.depth_mm.value == pytest.approx(0.35, rel=0.08)


def test_a_trough_is_not_bent_into_a_bowl(seen: tuple[tuple[Scar, ...], Relief]) -> None:
    scar = near(seen[0], *TROUGH)
    assert scar.linear
    assert scar.depth_mm.value == pytest.approx(0.3, rel=0.2)


def test_the_relief_is_corrected_inside_and_joined_smoothly(
    height: np.ndarray, seen: tuple[tuple[Scar, ...], Relief]
) -> None:
    relief = seen[1]
    assert relief.fitted is not None
    before = reconstruct(capture_of(height))
    changed = np.abs((relief.height_mm + relief.form_mm) - (before.height_mm + before.form_mm)) > 1e-4
    y, x = (np.mgrid[0:PIXELS, 0:PIXELS] + 0.5) * PIXEL_MM
    for place, width, depth in ((BOX, 2.6, 0.5), (CONE, 1.6, 1.0)):
        away = np.hypot(x - place[0], y - place[1])
        assert relief.fitted[away < 0.3 * width].all()
        rim = (away > 0.75 * width) & (away < 0.75 * width + 0.3)
        bottom = np.median(relief.height_mm[rim]) - relief.height_mm[away < 0.5 * width].min()
        assert bottom == pytest.approx(depth, rel=0.2)
    fitted_x, fitted_y = (axis[relief.fitted] for axis in (x, y))
    for row, col in np.argwhere(changed)[::97]:
        # Nothing moves farther than the join from a fitted mouth.
        assert np.hypot(fitted_x - x[row, col], fitted_y - y[row, col]).min() < 0.3


def test_the_same_photographs_give_the_same_answer(height: np.ndarray, seen: tuple[tuple[Scar, ...], Relief]) -> None:
    again, relief = found(height)
    assert again == seen[0]
    assert relief.height_mm.tobytes() == seen[1].height_mm.tobytes()


def test_a_floor_that_no_light_reaches_is_said_so_and_bounded() -> None:
    plane = skin(3)
    dent(plane, 8.0, 8.0, 1.3, 1.4, cone)
    low = ring((25.0, 30.0, 28.0, 33.0, 26.0, 31.0))
    scar = near(found(plane, low)[0], 8.0, 8.0)
    assert scar.depth_mm.low < 1.4 < scar.depth_mm.high
    assert noted(scar.notes, "never_lit")
    # Nothing tells the depth closely.
    assert scar.depth_mm.high / scar.depth_mm.low > 1.5


def test_more_lights_do_not_widen_the_interval() -> None:
    plane = skin(4)
    dent(plane, 8.0, 8.0, 1.5, 0.8, cone)
    few = near(found(plane, LIGHTS[::2])[0], 8.0, 8.0)
    many = near(found(plane, LIGHTS)[0], 8.0, 8.0)
    spread = [np.log(s.depth_mm.high / s.depth_mm.low) for s in (few, many)]
    assert spread[1] < 1.15 * spread[0]


def test_a_raised_scar_is_measured() -> None:
    plane = skin(5)
    dent(plane, 8.0, 8.0, 3.2, -0.4, box)
    scar = near(found(plane)[0], 8.0, 8.0)
    assert scar.kind == "raised"
    assert scar.depth_mm.value == pytest.approx(-0.4, rel=0.1)
    assert scar.depth_mm.low < -0.4 < scar.depth_mm.high


def test_a_scar_cut_by_the_edge_is_not_fitted() -> None:
    plane = skin(6)
    dent(plane, 0.6, 8.0, 2.6, 0.5, box)
    scars, _ = find_scars(reconstruct(capture_of(plane)))
    assert all(scar.depth_from == "shading" for scar in scars if scar.at_edge)
