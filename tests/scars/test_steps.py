"""The steps between a relief and a measured scar, each against what it should give by definition."""

from __future__ import annotations

import numpy as np
import pytest

from cicatrix.scars.detect import find_candidates
from cicatrix.scars.outline import Field, Window, cut, fit_rim, signed_distance
from cicatrix.scars.profile import average, fit_profile
from tests.scars.fields import PIXEL_MM, Pit, Plane, field, grid, noise


@pytest.mark.parametrize("width_mm", [1.2, 3.0, 6.0])
def test_a_pit_is_a_candidate_of_its_own_place_and_width(width_mm: float) -> None:
    height = field(Pit("cosine", width_mm, 0.4, 6.2, 7.9)).astype(np.float32)
    best = max(find_candidates(height, PIXEL_MM, -1), key=lambda c: c.contrast_mm)
    assert (best.x_mm, best.y_mm) == pytest.approx((6.2, 7.9), abs=0.15)
    assert 0.4 * width_mm < best.width_mm < 1.5 * width_mm
    assert 0.3 * 0.4 < best.contrast_mm < 0.4


def test_a_dome_is_a_candidate_of_the_other_sign() -> None:
    pit, dome = (field(Pit("cosine", 3.0, depth, 7.0, 7.0)).astype(np.float32) for depth in (0.4, -0.4))
    down, up = find_candidates(pit, PIXEL_MM, -1)[0], find_candidates(dome, PIXEL_MM, 1)[0]
    assert (down.x_mm, down.y_mm, down.width_mm) == pytest.approx((up.x_mm, up.y_mm, up.width_mm), abs=0.1)
    assert down.contrast_mm == pytest.approx(up.contrast_mm, rel=0.05)


def test_candidates_come_the_most_outstanding_first() -> None:
    height = field(Pit("cosine", 2.0, 0.2, 3.5, 3.5), Pit("cosine", 2.0, 0.5, 10.0, 10.0)).astype(np.float32)
    found = find_candidates(height, PIXEL_MM, -1)
    assert [c.ratio for c in found] == sorted((c.ratio for c in found), reverse=True)
    assert (found[0].x_mm, found[0].y_mm) == pytest.approx((10.0, 10.0), abs=0.2)


def test_the_signed_distance_of_a_disc_is_its_radius_less_the_way_to_its_middle() -> None:
    x, y = grid(120, 120, 0.1)
    away = np.hypot(x - 6.03, y - 5.98)
    distance = signed_distance(away < 3.0, 0.1)
    near = np.abs(away - 3.0) < 2.5
    assert np.abs(distance - (away - 3.0))[near].max() < 0.09
    assert ((distance < 0) == (away < 3.0)).all()


def test_a_window_at_the_edge_knows_which_sides_are_open() -> None:
    height = noise(200, 300).astype(np.float32)
    whole = Field(height_mm=height, avoid=np.zeros((200, 300), np.int32), pixel_mm=PIXEL_MM)
    assert cut(whole, 7.0, 5.0, 2.0, PIXEL_MM).open_sides == (True, True, True, True)
    assert cut(whole, 1.0, 5.0, 2.0, PIXEL_MM).open_sides == (True, True, False, True)
    assert cut(whole, 14.5, 9.5, 2.0, PIXEL_MM).open_sides == (True, False, True, False)


@pytest.mark.parametrize("cell_mm", [0.05, 0.1, 0.22])
def test_a_window_shows_the_heights_at_the_places_that_it_names(cell_mm: float) -> None:
    x, y = grid(200, 300)
    tilted = Field((0.3 * x - 0.2 * y).astype(np.float32), np.zeros((200, 300), np.int32), PIXEL_MM)
    window = cut(tilted, 7.03, 5.02, 2.0, cell_mm)
    across, down = window.grid()
    assert window.height_mm == pytest.approx(0.3 * across - 0.2 * down, abs=1e-4)
    assert window.skin.all()


def _window(height: Plane) -> Window:
    return Window(2.0, 3.0, 0.05, height, np.ones(height.shape, bool), (True,) * 4, None)


def test_the_rim_is_a_plane_where_the_skin_is_one() -> None:
    x, y = grid(120, 140)
    plane = 0.2 + 0.1 * x - 0.05 * y
    away = np.hypot(x - 3.4, y - 3.1)
    ring, core = (away > 2.0) & (away < 2.8), away < 1.5
    height = plane + noise(120, 140) - 0.5 * core
    rim, spread, error = fit_rim(_window(height), ring, core)
    assert np.abs(rim - plane)[away < 2.8].max() < 0.006
    assert spread == pytest.approx(0.004, rel=0.2)
    assert 0 < error < 0.004


def test_outliers_on_the_ring_do_not_lift_the_rim() -> None:
    x, y = grid(120, 120)
    away = np.hypot(x - 3.0, y - 3.0)
    ring, core = (away > 1.8) & (away < 2.6), away < 1.2
    height = noise(120, 120)
    height[ring & (x > 4.5) & (np.abs(y - 3.0) < 0.5)] += 0.3
    rim, _, _ = fit_rim(_window(height), ring, core)
    assert np.abs(rim[core]).max() < 0.02


def test_depth_is_averaged_along_lines_of_equal_distance() -> None:
    x, y = grid(120, 120)
    away = np.hypot(x - 3.0, y - 3.0)
    depth = np.maximum(1.0 - away / 2.0, 0.0)
    distance = signed_distance(away < 1.0, PIXEL_MM)
    radius, mean, count = average(depth, distance, np.ones_like(away, bool), 1.0, PIXEL_MM, 1.0)
    assert (count > 0).all()
    assert count.sum() == (distance < 1.0).sum()
    assert (np.diff(radius) > 0).all()
    inner = (radius > 0.2) & (radius < 1.9)
    assert mean[inner] == pytest.approx(1.0 - radius[inner] / 2.0, abs=0.03)


@pytest.mark.parametrize("radius_mm", [0.8, 2.5])
@pytest.mark.parametrize(("p", "q"), [(2.0, 1.0), (1.3, 1.4), (6.0, 1.5), (2.0, 2.0)])
def test_a_profile_of_the_family_is_fitted(p: float, q: float, radius_mm: float) -> None:
    radius = np.arange(0.02, 1.6 * radius_mm, 0.05)
    depth = 0.4 * np.maximum(1.0 - np.minimum(radius / radius_mm, 1.0) ** p, 0.0) ** q
    half = radius_mm * (1 - 0.5 ** (1 / q)) ** (1 / p)
    count = np.maximum(2 * np.pi * radius / 0.05, 1.0)
    fitted = fit_profile(radius, depth, count, half, 0.4, 0.004, 0.05)
    assert fitted.depth_mm == pytest.approx(0.4, rel=0.03)
    assert fitted.radius_mm == pytest.approx(radius_mm, rel=0.08)
    assert fitted.rest_mm < 0.01
    for share in (0.25, 0.5, 0.75):
        made = radius_mm * (1 - share ** (1 / q)) ** (1 / p)
        assert fitted.radius_at(share) == pytest.approx(made, rel=0.05, abs=0.02)
