from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cicatrix.knowledge import treatments
from cicatrix.model.case import TreatmentId
from cicatrix.outlook.surface.basins import Basin, basins_of
from cicatrix.outlook.surface.operators import OPERATORS, Operator, mixed_shape, operator_of
from cicatrix.outlook.surface.remaining_shape import remaining_mm
from tests.outlook.surface_made import Dent, skin


def basin(kind: str = "boxcar", long: float = 1.0) -> Basin:
    depth = {"raised": -0.3, "rolling": 0.4}.get(kind, 0.6)
    relief, scars = skin((Dent(kind, 6.0, 6.0, 3.0, depth, long),), texture_mm=0.0)  # type: ignore[arg-type]
    return basins_of(relief, scars, [scars[0].id])[0]


def middle_row(found: Basin, plane: np.ndarray) -> np.ndarray:
    return np.asarray(plane[found.depth_mm.shape[0] // 2])


def test_every_treatment_has_an_operator_and_every_operator_a_treatment() -> None:
    assert {operator_of(name, 1) for name in treatments()} == set(get_args(Operator))
    assert {operator_of(name, -1) for name in treatments()} == {"scaling"}
    assert all(treatments()[name].stage in ("field", "focal", "tether", "volume") for name in OPERATORS)


def test_what_stays_above_the_dermis_only_scales() -> None:
    assert operator_of("chemical_peel_superficial", 1) == "scaling"
    assert operator_of("microdermabrasion", 1) == "scaling"
    assert operator_of("laser_resurfacing", 1) == "removal"


@given(st.sampled_from(sorted(OPERATORS)), st.floats(0.02, 1.0), st.sampled_from(["icepick", "boxcar", "rolling"]))
def test_shapes_lie_between_nothing_and_all(name: TreatmentId, fraction: float, kind: str) -> None:
    shape = mixed_shape(basin(kind), {name: 1.0}, fraction)
    assert shape.min() >= 0.0
    assert shape.max() == pytest.approx(1.0)
    assert np.isfinite(shape).all()


def test_removal_leans_walls_back_and_base_keeps_them() -> None:
    found = basin()
    off, base = (middle_row(found, mixed_shape(found, {name: 1.0}, 0.5)) for name in ("laser_resurfacing", "tca_cross"))
    today = middle_row(found, found.depth_mm / found.deepest_mm)
    wall = (today > 0.1) & (today < 0.6)
    assert (off[wall] < today[wall]).all()
    assert (base[wall] > today[wall]).all()


def test_fractional_treatment_rounds_half_as_much_as_removal_of_the_whole_surface() -> None:
    found = basin()
    today = found.depth_mm / found.deepest_mm
    whole, part = (
        float((today - mixed_shape(found, {name: 1.0}, 0.5)).sum())
        for name in ("dermabrasion", "fractional_laser_ablative")
    )
    assert part == pytest.approx(0.5 * whole, rel=0.1)


def test_lift_raises_the_middle_more_than_the_foot_of_the_walls() -> None:
    found = basin()
    row = middle_row(found, mixed_shape(found, {"subcision": 1.0}, 0.5))
    today = middle_row(found, found.depth_mm / found.deepest_mm)
    foot = int(np.argmax(today > 0.97))
    assert row[foot] > 1.05 * row[len(row) // 2]


def test_excision_leaves_a_line_along_the_longer_axis() -> None:
    found = basin(long=1.8)
    shape = mixed_shape(found, {"punch_excision": 1.0}, 0.1)
    rows, cols = (np.ptp(np.nonzero(shape > 0.5)[axis]) for axis in (0, 1))
    assert cols > 4 * rows


def test_a_plate_has_a_faint_groove_around_it() -> None:
    found = basin()
    row = middle_row(found, mixed_shape(found, {"punch_elevation": 1.0}, 0.3))
    assert row[len(row) // 2] < 0.95
    assert row.max() == pytest.approx(1.0, abs=0.02)


def test_raised_scars_are_scaled() -> None:
    found = basin("raised")
    shape = mixed_shape(found, {"intralesional_steroid": 1.0}, 0.4)
    np.testing.assert_allclose(shape, found.depth_mm / found.deepest_mm, atol=0.03)


@given(st.sampled_from(sorted(OPERATORS)), st.floats(0.02, 1.0), st.floats(0.0, 1.0))
def test_volume_is_met_and_nothing_gets_deeper(name: TreatmentId, depth: float, volume: float) -> None:
    found = basin()
    shape = mixed_shape(found, {name: 1.0}, depth)
    left = remaining_mm(found, shape, depth, (1.0 - volume) * found.volume_mm3, found.depth_mm)
    assert (left <= found.depth_mm).all()
    assert (left >= 0).all()
    whole = float(left.sum(dtype=np.float64)) * found.pixel_mm**2
    assert whole == pytest.approx(volume * found.volume_mm3, rel=1e-3, abs=1e-5)
