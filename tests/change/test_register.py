"""Registration: where a skin's places lie in the other picture, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cicatrix.change.register import register
from cicatrix.change.warp import Similarity, Warp, fit_similarity, fit_warp
from cicatrix.errors import ChangeError
from cicatrix.model import Relief
from cicatrix.phantom.revisit import Pose
from cicatrix.phantom.skin import micro_relief_mm
from tests.change.conftest import Visited
from tests.change.visits import VIEW_MM, Points, skin, visit


def misses(before: Visited, after: Visited) -> Points:
    """How far the registration puts the outlines of scars from where they are, in mm."""
    warp = register(before[0].relief, after[0].relief).warp
    found = []
    for name, there in after[1].items():
        here = before[1][name]
        if min(there.min(), here.min()) > 0.0 and max(there.max(), here.max()) < VIEW_MM:
            found.append(np.hypot(*(warp(there) - here).T))
    return np.concatenate(found)


def test_moved_turned_and_stretched_skin_is_found_within_a_pixel(first: Visited, again: Visited) -> None:
    rest = misses(first, again)
    assert np.median(rest) < 0.05
    assert np.percentile(rest, 95) < 0.1


def test_scars_that_changed_do_not_pull_it(first: Visited, treated: Visited) -> None:
    assert np.median(misses(first, treated)) < 0.05


def test_the_record_says_angle_scale_overlap_and_miss(first: Visited, again: Visited) -> None:
    found = register(first[0].relief, again[0].relief).registration
    assert found.turn_deg == pytest.approx(9.0 - 1.0, abs=0.3)
    assert found.scale == pytest.approx(1.0, abs=0.02)
    assert 0.5 < found.overlap < 0.95
    assert 0.0 < found.residual_mm.low <= found.residual_mm.value <= found.residual_mm.high < 0.05
    assert found.likeness > 0.8


def test_a_camera_with_other_pixels_and_another_millimetre_is_laid_on(first: Visited) -> None:
    coarse = visit(skin(1), 3, Pose(0.2, 0.2, -4.0, 1.03), pixel_mm=0.08)
    assert np.median(misses(first, coarse)) < 0.08
    found = register(first[0].relief, coarse[0].relief).registration
    assert found.scale == pytest.approx(1.03, abs=0.01)
    assert found.pixel_mm == pytest.approx(0.08, rel=0.02)


def test_any_turn_is_found(first: Visited) -> None:
    height = np.ascontiguousarray(np.rot90(first[0].relief.height_mm))
    turned = Relief(height_mm=height, form_mm=np.zeros_like(height), pixel_mm=0.05, method="height")
    found = register(first[0].relief, turned).registration
    assert abs(found.turn_deg) == pytest.approx(90.0, abs=0.1)
    assert found.residual_mm.value < 0.02


def test_other_skin_is_refused(first: Visited, stranger: Visited) -> None:
    with pytest.raises(ChangeError, match="do not match"):
        register(first[0].relief, stranger[0].relief)


def plain(seed: int, age: float = 0.4, strength: float = 1.0) -> Relief:
    height = micro_relief_mm(np.random.default_rng(seed), (240, 240), 0.07, age=age, strength=strength)
    return Relief(height_mm=height, form_mm=np.zeros_like(height), pixel_mm=0.07, method="height")


def test_no_two_skins_of_many_are_taken_for_one() -> None:
    skins = [plain(seed, age=0.1 + 0.2 * (seed % 5)) for seed in range(12)]
    for place, one in enumerate(skins):
        for other in (skins[(place + 1) % 12], skins[(place + 5) % 12]):
            with pytest.raises(ChangeError):
                register(one, other)


def test_a_mirrored_picture_is_refused() -> None:
    one = plain(3)
    with pytest.raises(ChangeError):
        register(one, replace(one, height_mm=np.ascontiguousarray(one.height_mm[:, ::-1])))


def test_noise_without_skin_is_refused_and_says_what_to_do() -> None:
    rng = np.random.default_rng(0)
    planes = [rng.normal(0.0, 0.02, (240, 240)).astype(np.float32) for _ in range(2)]
    reliefs = [Relief(height_mm=p, form_mm=np.zeros_like(p), pixel_mm=0.07, method="height") for p in planes]
    with pytest.raises(ChangeError) as caught:
        register(*reliefs)
    assert caught.value.fix
    assert "same site" in caught.value.fix


def test_a_level_picture_is_refused() -> None:
    level = Relief(
        height_mm=np.zeros((200, 200), np.float32),
        form_mm=np.zeros((200, 200), np.float32),
        pixel_mm=0.07,
        method="height",
    )
    with pytest.raises(ChangeError):
        register(level, plain(1))


def test_too_little_overlap_is_refused() -> None:
    whole = plain(5)
    left, right = (np.ascontiguousarray(whole.height_mm[:, part]) for part in (slice(0, 130), slice(110, 240)))
    reliefs = [Relief(height_mm=p, form_mm=np.zeros_like(p), pixel_mm=0.07, method="height") for p in (left, right)]
    with pytest.raises(ChangeError):
        register(*reliefs)


def test_a_similarity_is_fitted_in_spite_of_stray_points() -> None:
    rng = np.random.default_rng(1)
    true = Similarity(1.02, 12.0, -1.5, 2.5)
    after = rng.uniform(0.0, 20.0, (80, 2))
    before = true(after)
    before[:20] += rng.uniform(1.0, 5.0, (20, 2))
    found = fit_similarity(after, before)
    assert found.scale == pytest.approx(1.02, abs=1e-3)
    assert found.turn_deg == pytest.approx(12.0, abs=0.05)
    assert np.abs(found.back(true(after)) - after).max() < 0.02


def test_a_stretching_is_fitted_and_turned_back() -> None:
    rng = np.random.default_rng(2)
    after = rng.uniform(0.0, 24.0, (200, 2))
    rigid = Similarity(1.0, 5.0, 1.0, -1.0)
    stretch = 0.2 * np.column_stack([np.sin(after[:, 1] / 6.0), np.cos(after[:, 0] / 6.0)])
    warp = fit_warp(after, rigid(after) + stretch, np.ones(200), (24.0, 24.0), rigid)
    assert np.abs(warp(after) - rigid(after) - stretch).max() < 0.03
    assert np.abs(warp.back(warp(after)) - after).max() < 1e-3
    x, y = warp.grid(48, 48)
    at = warp(np.array([[12.25, 6.25]]))[0]
    assert (x[12, 24], y[12, 24]) == pytest.approx(tuple(at), abs=1e-4)


def test_what_the_earlier_picture_did_not_reach_is_not_a_number() -> None:
    plane = np.ones((50, 50), np.float32)
    carried = Warp(Similarity(1.0, 0.0, 2.0, 0.0), (5.0, 5.0)).carried(plane, 0.1, 50, 50)
    assert np.isnan(carried[:, -15:]).all()
    assert carried[:, :25] == pytest.approx(1.0)
