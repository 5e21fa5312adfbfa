from __future__ import annotations

import numpy as np
import pytest

from cicatrix.phantom.colour import BLOOD, MELANIN, lab
from cicatrix.phantom.filters import gaussian
from cicatrix.phantom.marks import paint
from cicatrix.phantom.options import TONES, PhantomSettings, Tone
from cicatrix.phantom.skin import add_pits, cell_lines, form_mm, micro_relief_mm, smooth_noise, strew_distractors

SHAPE = (400, 420)
PIXEL = 0.04


@pytest.mark.parametrize("scale_px", [1.0, 2.0, 10.0, 40.0])
def test_smooth_noise_has_unit_spread_and_the_wanted_scale(scale_px: float) -> None:
    noise = smooth_noise(np.random.default_rng(0), (1200, 1200), scale_px)
    assert noise.std() == pytest.approx(1.0, abs=0.07)
    # White noise smoothed by a Gaussian of s has the correlation exp(-d² / 4 s²).
    lag = max(1, round(scale_px))
    correlation = np.corrcoef(noise[:, lag:].ravel(), noise[:, :-lag].ravel())[0, 1]
    assert correlation == pytest.approx(np.exp(-(lag**2) / (4.0 * scale_px**2)), abs=0.1)


@pytest.mark.parametrize("age", [0.0, 0.4, 1.0])
def test_micro_relief_is_as_rough_as_a_cheek(age: float) -> None:
    height = micro_relief_mm(np.random.default_rng(0), SHAPE, PIXEL, age=age)
    fine = height - gaussian(height, 2.5 / PIXEL)
    assert height.mean() == pytest.approx(0.0, abs=1e-5)
    assert 0.010 < np.abs(fine).mean() < 0.030
    low, high = np.percentile(fine, [0.1, 99.9])
    assert -0.20 < low < -0.05
    assert 0.02 < high < 0.10


def test_old_skin_is_rougher_and_strength_scales_it() -> None:
    young, old = (micro_relief_mm(np.random.default_rng(0), SHAPE, PIXEL, age=age).std() for age in (0.0, 1.0))
    assert old > 1.2 * young
    twice = micro_relief_mm(np.random.default_rng(0), SHAPE, PIXEL, age=0.0, strength=2.0)
    assert twice.std() == pytest.approx(2.0 * young, rel=1e-4)
    assert (micro_relief_mm(np.random.default_rng(0), SHAPE, PIXEL, strength=0.0) == 0.0).all()


def test_lines_enclose_cells_of_the_wanted_width() -> None:
    distance, strength = cell_lines(np.random.default_rng(0), (800, 800), PIXEL, 0.6, 1.0, 0.0)
    # In cells of area a², the mean distance to the border of a square cell is a / 6; irregular ones come close.
    assert distance.mean() == pytest.approx(0.6 / 6.0, rel=0.35)
    assert 0.0 <= strength.min() <= strength.max() <= 1.0


def test_a_pit_is_pressed_where_it_belongs_with_its_depth() -> None:
    height = np.zeros((100, 120), dtype=np.float32)
    add_pits(height, 0.02, np.array([[1.51, 0.71, 0.2, 0.05, 1.0]]))
    row, col = np.unravel_index(np.argmin(height), height.shape)
    assert ((col + 0.5) * 0.02, (row + 0.5) * 0.02) == pytest.approx((1.51, 0.71), abs=0.011)
    assert height.min() == pytest.approx(-0.05, rel=0.02)
    assert height[5, 5] == 0.0


def test_the_form_is_smooth_level_in_the_middle_and_curved_like_a_cheek() -> None:
    form = form_mm(np.random.default_rng(0), (801, 801), 0.05, radius_mm=60.0, tilt_deg=0.0)
    assert form[400, 400] == pytest.approx(0.0, abs=1e-3)
    # A sphere of 60 mm falls by 6.7 mm over the 28 mm to a corner; the flatter direction and the skew change that.
    assert -8.0 < form.min() < -2.5
    curvature = np.abs(np.diff(form, n=2, axis=0)).max() / 0.05**2
    assert curvature < 2.0 / 60.0


def test_a_flat_form_only_leans() -> None:
    form = form_mm(np.random.default_rng(0), (101, 101), 0.1, radius_mm=None, tilt_deg=10.0)
    assert np.abs(np.diff(form, n=2, axis=1)).max() < 1e-5
    slope = np.hypot(*(np.diff(form, axis=axis).mean() / 0.1 for axis in (0, 1)))
    assert np.tan(np.radians(3.0)) - 1e-3 <= slope <= np.tan(np.radians(10.0)) + 1e-3


def test_distractors_stay_off_the_scars_and_below_their_depth() -> None:
    height = np.zeros((1000, 1000), dtype=np.float32)
    taken = np.array([[20.0, 20.0, 8.0], [30.0, 8.0, 4.0]])
    things = strew_distractors(np.random.default_rng(5), height, PIXEL, taken, strength=1.0)
    kinds = [thing.kind for thing in things]
    assert kinds.count("crease") == 1
    assert kinds.count("mole") == 1
    assert kinds.count("large pore") >= 4
    for thing in things:
        assert thing.depth_mm <= 0.12
        if thing.kind != "crease":
            assert (np.hypot(taken[:, 0] - thing.x_mm, taken[:, 1] - thing.y_mm) > taken[:, 2]).all()
    assert height.min() > -0.2


def test_marks_are_where_and_what_the_truth_says() -> None:
    settings = PhantomSettings(size_mm=30.0, red_marks=3, brown_marks=2, tone="intermediate")
    pigment = paint(np.random.default_rng(2), settings, (750, 750))
    assert [mark.kind for mark in pigment.marks] == ["red"] * 3 + ["brown"] * 2
    for mark in pigment.marks:
        share, plain = (pigment.blood, BLOOD) if mark.kind == "red" else (pigment.melanin, MELANIN["intermediate"])
        row, col = int(mark.y_mm / PIXEL), int(mark.x_mm / PIXEL)
        window = share[row - 5 : row + 6, col - 5 : col + 6]
        assert window.mean() == pytest.approx(plain * mark.gain, rel=0.35)
        around = np.s_[max(row - 120, 0) : row + 121, max(col - 120, 0) : col + 121]
        halfway = np.count_nonzero(share[around] > plain * (1.0 + 0.5 * (mark.gain - 1.0))) * PIXEL**2
        assert halfway == pytest.approx(mark.area_mm2, rel=0.4)


@pytest.mark.parametrize("axis", ["red", "brown"])
def test_a_mark_shows_in_the_colour(axis: str) -> None:
    settings = PhantomSettings(size_mm=20.0, red_marks=int(axis == "red"), brown_marks=int(axis == "brown"))
    pigment = paint(np.random.default_rng(3), settings, (500, 500))
    mark = pigment.marks[0]
    row, col = int(mark.y_mm / PIXEL), int(mark.x_mm / PIXEL)
    inside = lab(pigment.albedo[row - 4 : row + 5, col - 4 : col + 5]).mean(axis=(0, 1))
    outside = lab(np.median(pigment.albedo, axis=(0, 1)))
    assert np.linalg.norm(inside - outside) == pytest.approx(mark.contrast, rel=0.35)
    assert inside[1 if axis == "red" else 2] > outside[1 if axis == "red" else 2]


@pytest.mark.parametrize("tone", TONES)
def test_marks_can_be_told_from_skin_of_every_tone_and_hold_no_impossible_melanin(tone: Tone) -> None:
    settings = PhantomSettings(tone=tone, size_mm=30.0, red_marks=4, brown_marks=4)
    pigment = paint(np.random.default_rng(1), settings, (300, 300))
    assert min(mark.contrast for mark in pigment.marks if mark.kind == "brown") > 3.0
    # Redness is hard to see on dark skin, but it is there.
    least = 1.0 if tone == "very_dark" else 2.5
    assert min(mark.contrast for mark in pigment.marks if mark.kind == "red") > least
    # 43 % is the most that is published for melanosomes in the epidermis (Jacques 1998).
    assert max(mark.gain for mark in pigment.marks if mark.kind == "brown") * MELANIN[tone] < 0.43
