"""Rectified photographs become a capture under known lights, or are refused with reasons."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from cicatrix.capture.card.assemble import Lens, assemble
from tests.capture.card.paper import painted

LENS = Lens(3000.0, exif=True)
SKIN = np.array([0.5, 0.3, 0.22])


def torches(count: int = 8) -> NDArray[np.float64]:
    turn = np.arange(count) * 2 * np.pi / count + 0.1
    up = np.where(np.arange(count) % 2, 110.0, 190.0)
    return np.stack([130 * np.cos(turn), 130 * np.sin(turn), up], axis=1)


def test_the_window_is_cut_out_under_known_lights() -> None:
    assembled = assemble(painted(torches(), seed=1), LENS, print_scale=1.0)
    capture, reading = assembled.capture, assembled.reading
    assert capture is not None
    assert [one.code for one in reading.advice] == ["coarse"], "the painted card has large pixels"
    assert capture.kind == "card"
    assert capture.images.shape[0] == 8
    assert capture.images.shape[1] * capture.pixel_mm == pytest.approx(40 - 2 * 0.6, abs=0.5)
    assert capture.positions_mm is not None
    assert np.abs(capture.positions_mm - torches()).max() < 6
    for photo, truth in zip(reading.photos, torches(), strict=True):
        assert photo.torch is not None
        hour = (90 - np.degrees(np.arctan2(truth[1], truth[0]))) / 30 % 12
        assert abs((photo.torch.clock_hour - hour + 6) % 12 - 6) < 0.2
        assert photo.torch.distance_mm.low < np.linalg.norm(truth) < photo.torch.distance_mm.high
        assert photo.torch.direction_error_deg < 5


@pytest.mark.parametrize("room", [0.02, 0.25])
def test_the_rooms_light_is_taken_out_of_the_skin(room: float) -> None:
    capture = assemble(painted(torches(), room=room, noise=1e-4, seed=2), LENS, print_scale=1.0).capture
    assert capture is not None
    assert capture.positions_mm is not None
    middle = capture.images[:, 90:110, 90:110].mean(axis=(1, 2, 3))
    facing = torches()[:, 2] / np.linalg.norm(torches(), axis=1) ** 3
    share = middle / facing
    assert share.max() / share.min() == pytest.approx(1.0, abs=0.03)


def test_a_photograph_that_is_no_good_is_left_out() -> None:
    rectified = painted(torches(), seed=3)
    images = rectified.images.copy()
    images[5] *= 0.01
    assembled = assemble(replace(rectified, images=images), LENS, without_card=("cat.jpg",), print_scale=1.0)
    assert assembled.capture is not None
    assert assembled.capture.images.shape[0] == 7
    assert [photo.name for photo in assembled.reading.photos if not photo.used] == ["5.jpg", "cat.jpg"]
    assert {(one.code, one.photo) for one in assembled.reading.advice if one.photo} == {
        ("too_dark", "5.jpg"),
        ("no_card", "cat.jpg"),
    }


def test_a_blurred_photograph_widens() -> None:
    first, *rest = (rectified := painted(torches(), seed=4)).views
    blurred = replace(rectified, views=(replace(first, sharpness_px=6.0), *rest))
    assembled = assemble(blurred, LENS, print_scale=1.0)
    assert assembled.capture is not None
    assert assembled.reading.verdict == "wider"
    assert any(one.code == "out_of_focus" and one.effect == "wider" for one in assembled.reading.advice)


def test_one_sided_light_is_refused_with_the_reason() -> None:
    turn = np.radians(np.linspace(-60, 60, 6))
    one_side = np.stack([150 * np.cos(turn), 150 * np.sin(turn), np.full(6, 120.0)], axis=1)
    assembled = assemble(painted(one_side, seed=5), LENS, print_scale=1.0)
    assert assembled.capture is None
    assert assembled.reading.verdict == "refused"
    assert any(one.code == "side_missing" and one.effect == "refused" for one in assembled.reading.advice)


def test_too_few_photographs_are_refused() -> None:
    assembled = assemble(painted(torches(3), seed=6), LENS, print_scale=1.0)
    assert assembled.capture is None
    assert any(one.code == "too_few" and one.effect == "refused" for one in assembled.reading.advice)


def test_saturated_skin_counts_as_saturated() -> None:
    rectified = painted(torches(), seed=7)
    valid = rectified.valid.copy()
    rows, cols = rectified.where(rectified.window_rect(15.0))
    valid[2, rows, cols] = False
    capture = assemble(replace(rectified, valid=valid), LENS, print_scale=1.0).capture
    assert capture is not None
    assert capture.quality[2].saturated > 0.01
    assert (capture.images[2] == 1.0).mean() == pytest.approx(capture.quality[2].saturated, abs=1e-5)
