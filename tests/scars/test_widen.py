"""Intervals grow with what the light and the scale leave open; values stay."""

from __future__ import annotations

import pytest

from cicatrix.scars.widen import widen_intervals
from tests.model.build import scar as scar_of


def test_values_stay_and_intervals_grow() -> None:
    scar = scar_of()
    (wide,) = widen_intervals([scar], depth_share=0.1, scale_share=0.02, factor=1.0)
    for name in ("depth_mm", "width_mm", "area_mm2", "volume_mm3"):
        before, after = getattr(scar, name), getattr(wide, name)
        assert after.value == before.value
        assert after.low < before.low
        assert after.high > before.high
    assert wide.wall_angle_deg == scar.wall_angle_deg
    half = scar.depth_mm.high - scar.depth_mm.value
    share = scar.depth_mm.value * (0.1**2 + 0.02**2) ** 0.5
    assert wide.depth_mm.high - wide.depth_mm.value == pytest.approx((half**2 + share**2) ** 0.5, abs=2e-4)


def test_nothing_open_changes_nothing() -> None:
    scar = scar_of()
    assert widen_intervals([scar], depth_share=0.0, scale_share=0.0, factor=1.0) == (scar,)


def test_a_factor_stretches_both_halves() -> None:
    scar = scar_of()
    (wide,) = widen_intervals([scar], depth_share=0.0, scale_share=0.0, factor=2.0)
    assert wide.width_mm.high - wide.width_mm.value == pytest.approx(
        2 * (scar.width_mm.high - scar.width_mm.value), abs=2e-4
    )
