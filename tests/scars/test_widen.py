"""Intervals grow with what the light and the scale leave open; values stay."""

from __future__ import annotations

import math
from typing import Any

import pytest

from cicatrix.model import Measured
from cicatrix.model.card_reading import CardPhoto, CardReading, Torch, Verdict
from cicatrix.scars.widen import propagate_card_uncertainty, widen_intervals
from tests.model.build import measured
from tests.model.build import scar as scar_of

LENGTHS = ("width_mm", "longest_mm", "shortest_mm")


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


def torch(error_deg: float) -> Torch:
    place = {name: measured(200.0) for name in ("x_mm", "y_mm", "z_mm", "distance_mm", "elevation_deg")}
    return Torch(**place, clock_hour=3.0, direction_error_deg=error_deg, strength=1.0, room_light=0.0)


def photo(*, error_deg: float | None = None, tilt_deg: float | None = None, used: bool = True) -> CardPhoto:
    light = None if error_deg is None else torch(error_deg)
    return CardPhoto(name="a.jpg", used=used, markers=8, tilt_deg=tilt_deg, torch=light)


def card(*photos: CardPhoto, scale_error: float = 0.0, verdict: Verdict = "measured") -> CardReading:
    fields: dict[str, Any] = {"window_mm": (40, 40), "print_scale": 1.0, "pixel_mm": 0.04, "advice": (), "colour": None}
    return CardReading(
        **fields, verdict=verdict, scale_error=scale_error, photos=photos, focal_px=3000.0, focal_from="exif"
    )


def halves(number: Measured | None) -> tuple[float, float]:
    assert number is not None
    return number.value - number.low, number.high - number.value


def depth_share(reading: CardReading) -> float:
    """What a reading adds to the interval of a depth, in quadrature, as a share of the depth."""
    scar = scar_of(depth_mm=Measured(value=0.5, low=0.5, high=0.5))
    (wide,) = propagate_card_uncertainty([scar], reading)
    below, above = halves(wide.depth_mm)
    assert below == pytest.approx(above, abs=2e-4)
    return above / 0.5


def test_without_a_card_nothing_is_added() -> None:
    assert propagate_card_uncertainty([scar_of()], None) == (scar_of(),)
    assert propagate_card_uncertainty([scar_of()], card(photo())) == (scar_of(),)


@pytest.mark.parametrize("tilt_deg", [5.0, 20.0, 35.0])
def test_a_leaning_camera_adds_eight_tenths_of_the_tangent(tilt_deg: float) -> None:
    reading = card(*[photo(tilt_deg=tilt_deg)] * 3)
    assert depth_share(reading) == pytest.approx(0.8 * math.tan(math.radians(tilt_deg)), abs=5e-4)


@pytest.mark.parametrize("count", [1, 4, 9])
def test_the_error_of_the_lights_adds_twice_the_angle_less_with_more_lights(count: int) -> None:
    reading = card(*[photo(error_deg=3.0)] * count)
    assert depth_share(reading) == pytest.approx(2.0 * math.radians(3.0) / math.sqrt(count), abs=5e-4)


def test_tilt_and_lights_are_medians_of_the_photographs_that_are_used() -> None:
    tilts = card(photo(tilt_deg=5.0), photo(tilt_deg=10.0), photo(tilt_deg=40.0), photo(tilt_deg=40.0, used=False))
    assert depth_share(tilts) == pytest.approx(0.8 * math.tan(math.radians(10.0)), abs=5e-4)
    lights = card(photo(error_deg=1.0), photo(error_deg=4.0), photo(error_deg=8.0), photo(error_deg=9.0, used=False))
    assert depth_share(lights) == pytest.approx(2.0 * math.radians(4.0) / math.sqrt(3.0), abs=5e-4)


def test_tilt_lights_and_scale_add_in_quadrature() -> None:
    reading = card(*[photo(error_deg=2.0, tilt_deg=12.0)] * 4, scale_error=0.03)
    lights, tilt = 2.0 * math.radians(2.0) / 2.0, 0.8 * math.tan(math.radians(12.0))
    assert depth_share(reading) == pytest.approx(math.sqrt(lights**2 + tilt**2 + 0.03**2), abs=5e-4)


def test_the_scale_widens_lengths_once_areas_twice_and_volumes_with_the_depth() -> None:
    scar = scar_of(unfitted_depth_mm=measured(0.2))
    reading = card(*[photo(tilt_deg=20.0)] * 2, scale_error=0.1)
    (wide,) = propagate_card_uncertainty([scar], reading)
    deep = math.hypot(0.8 * math.tan(math.radians(20.0)), 0.1)
    shares = dict.fromkeys(LENGTHS, 0.1) | {
        "depth_mm": deep, "unfitted_depth_mm": deep, "area_mm2": 0.2, "volume_mm3": math.hypot(deep, 0.2)
    }  # fmt: skip
    for name, share in shares.items():
        before, after = getattr(scar, name), getattr(wide, name)
        expected = math.hypot(0.1, share * before.value)
        assert halves(after) == pytest.approx((expected, expected), abs=2e-4), name
        assert after.value == before.value
    assert wide.wall_angle_deg == scar.wall_angle_deg
    assert wide.floor_flatness == scar.floor_flatness


def test_a_raised_scar_of_negative_depth_is_widened_alike() -> None:
    scar = scar_of(kind="raised", depth_class=None, depth_mm=measured(-0.5))
    (wide,) = propagate_card_uncertainty([scar], card(*[photo(tilt_deg=20.0)] * 2))
    expected = math.hypot(0.1, 0.5 * 0.8 * math.tan(math.radians(20.0)))
    assert halves(wide.depth_mm) == pytest.approx((expected, expected), abs=2e-4)


@pytest.mark.parametrize(("verdict", "factor"), [("measured", 1.0), ("wider", 1.5)])
def test_faults_of_the_photographs_widen_every_interval_by_half(verdict: Verdict, factor: float) -> None:
    (wide,) = propagate_card_uncertainty([scar_of()], card(photo(), verdict=verdict))
    for name in (*LENGTHS, "depth_mm", "area_mm2", "volume_mm3"):
        assert halves(getattr(wide, name)) == pytest.approx((0.1 * factor, 0.1 * factor), abs=2e-4), name
