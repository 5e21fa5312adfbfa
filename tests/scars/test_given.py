"""Scars inside outlines that a person drew: as large as the line says, as deep as the surface says."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from cicatrix.errors import CorrectionError
from cicatrix.model import Assessment, Relief, Scar
from cicatrix.phantom.truth import ScarTruth
from cicatrix.scars.user_outline import measure_given
from tests.corrections.skin import heights, photographs, ring, skin

PIXEL_MM = 0.05


def flat(depth_mm: float = 0.0, x_mm: float = 8.0, y_mm: float = 8.0, radius_mm: float = 1.5) -> Relief:
    """Level skin, 16 mm wide, with fine roughness and a bowl with a cosine's edge."""
    y, x = (np.mgrid[0:320, 0:320] + 0.5) * PIXEL_MM
    away = np.hypot(x - x_mm, y - y_mm) / radius_mm
    bowl = np.where(away < 1.0, -0.5 * depth_mm * (1.0 + np.cos(np.pi * away)), 0.0)
    rough = 0.003 * np.random.default_rng(1).standard_normal(bowl.shape)
    height: NDArray[np.float32] = (bowl + rough).astype(np.float32)
    return Relief(height_mm=height, form_mm=np.zeros_like(height), pixel_mm=PIXEL_MM, method="height")


def again(scar: Scar, scars: tuple[Scar, ...], relief: Relief) -> Scar:
    others = [each.outline_mm for each in scars if each.id != scar.id]
    return measure_given(relief, scar.outline_mm, scar.id, others=others, measured=scars)


@pytest.mark.parametrize("measured", [heights, photographs])
def test_a_scars_own_outline_gives_the_scar_again(measured: Callable[[], tuple[Assessment, Relief]]) -> None:
    assessment, relief = measured()
    assert len(assessment.scars) == 5
    for scar in assessment.scars:
        found = again(scar, assessment.scars, relief)
        assert found.kind == scar.kind
        assert found.depth_from == scar.depth_from
        assert found.depth_mm.value == pytest.approx(scar.depth_mm.value, rel=0.08)
        assert found.width_mm.value == pytest.approx(scar.width_mm.value, rel=0.01)
        assert found.volume_mm3.value == pytest.approx(scar.volume_mm3.value, rel=0.1)
        assert (found.x_mm, found.y_mm) == pytest.approx((scar.x_mm, scar.y_mm), abs=0.15)
        spans = [(each.depth_mm.high - each.depth_mm.low) / abs(each.depth_mm.value) for each in (found, scar)]
        assert spans[0] == pytest.approx(spans[1], rel=0.35)


def missed(found: Scar, real: ScarTruth) -> bool:
    return not found.depth_mm.low <= real.depth_mm <= found.depth_mm.high


def test_inside_true_outlines_intervals_hold_as_often_as_those_of_the_search() -> None:
    assessment, relief = heights()
    truth = skin().scars
    lines = [ring(real.x_mm, real.y_mm, 0.5 * real.width_mm) for real in truth]
    found = [measure_given(relief, line, "C01", others=[each for each in lines if each != line]) for line in lines]
    assert [each.depth_mm.value < 0 for each in found] == [real.depth_mm < 0 for real in truth]
    searched = [
        min(assessment.scars, key=lambda s: math.hypot(s.x_mm - real.x_mm, s.y_mm - real.y_mm)) for real in truth
    ]
    assert sum(map(missed, found, truth)) <= sum(map(missed, searched, truth)) <= 1


@pytest.mark.parametrize("depth_mm", [0.3, -0.3, 0.05])
def test_pits_and_bumps_are_told_by_the_surface(depth_mm: float) -> None:
    found = measure_given(flat(depth_mm), ring(8.0, 8.0, 1.5), "C01")
    assert found.depth_mm.value == pytest.approx(depth_mm, rel=0.15)
    assert found.area_mm2.value == pytest.approx(math.pi * 1.5**2, rel=0.02)
    assert (found.kind == "raised") == (depth_mm < 0)


def test_a_sloppy_line_changes_the_size_and_hardly_the_depth() -> None:
    relief = flat(0.3)
    close, wide = (measure_given(relief, ring(8.0, 8.0, radius), "C01") for radius in (1.4, 2.0))
    assert wide.width_mm.value / close.width_mm.value == pytest.approx(2.0 / 1.4, rel=0.01)
    assert wide.depth_mm.value == pytest.approx(close.depth_mm.value, rel=0.1)


def test_skin_that_is_level_is_no_scar() -> None:
    with pytest.raises(CorrectionError, match=r"C01: the skin inside.*within 0\.00\d mm.*Allowed: .*0\.01 mm"):
        measure_given(flat(), ring(8.0, 8.0, 2.5), "C01")


def test_without_skin_around_nothing_is_measured() -> None:
    hole = ring(8.0, 8.0, 1.5)
    beside = [ring(8.0 + 3.4 * math.cos(turn), 8.0 + 3.4 * math.sin(turn), 1.9) for turn in np.arange(8) * math.pi / 4]
    measure_given(flat(0.3), hole, "C01", others=beside[:3])
    with pytest.raises(CorrectionError, match=r"C01: \d+ % of the ring around.*Allowed: at least 20 %"):
        measure_given(flat(0.3), hole, "C01", others=beside)


def test_a_pit_in_a_scar_is_measured_from_its_floor() -> None:
    wide, narrow = flat(0.3, radius_mm=4.5), flat(0.4, radius_mm=0.8)
    both = replace(wide, height_mm=wide.height_mm + narrow.height_mm)
    found = measure_given(both, ring(8.0, 8.0, 0.8), "C01", others=[ring(8.0, 8.0, 4.5)])
    assert found.depth_mm.value == pytest.approx(0.4, rel=0.15)
    around = measure_given(both, ring(8.0, 8.0, 4.5), "C02", others=[ring(8.0, 8.0, 0.8)])
    assert around.width_mm.value == pytest.approx(9.0, rel=0.01)


def test_the_edge_of_the_picture_is_noted() -> None:
    cut = tuple((max(x, 0.0), y) for x, y in ring(0.8, 8.0, 1.5))
    line = tuple(dict.fromkeys(cut))
    found = measure_given(flat(0.3, x_mm=0.8), line, "C01")
    assert found.at_edge
    assert found.depth_mm.value == pytest.approx(0.3, rel=0.2)
    assert not measure_given(flat(0.3), ring(8.0, 8.0, 1.5), "C01").at_edge


def test_only_fitted_skin_is_as_sure_as_a_fit() -> None:
    assessment, relief = photographs()
    scar = next(each for each in assessment.scars if each.depth_from == "shadows" and each.kind == "icepick")
    assert again(scar, assessment.scars, relief).depth_from == "shadows"
    unfitted = again(scar, assessment.scars, replace(relief, fitted=np.zeros_like(relief.fitted)))
    assert unfitted.depth_from == "shading"
    assert unfitted.depth_mm.high > again(scar, assessment.scars, relief).depth_mm.high
