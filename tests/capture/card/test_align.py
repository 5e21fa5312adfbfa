"""The skin in the window, followed through photographs with known motion."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from cicatrix.capture.card.align import follow_skin
from cicatrix.capture.card.find import Photo, find_card
from cicatrix.capture.card.motion import Motion
from cicatrix.capture.card.rectify import common_pixel_mm, rectify
from tests.capture.card.photographs import Scene, photograph

SMALL = Scene(rows=950, cols=1200, focal_px=1800.0, skin_seed=61)


def shots(seed: int, *, shake_mm: float = 2.0, slip_mm: float = 0.0, **change: object) -> tuple[Scene, ...]:
    """Five photographs from a hand that shakes, the torch going round, the skin slipping under the card."""
    rng = np.random.default_rng(seed)
    turns = np.arange(5) * 2 * np.pi / 5
    return tuple(
        replace(
            SMALL,
            eye_mm=(*rng.normal(0, shake_mm, 2), 250 + rng.normal(0, shake_mm)),
            light_mm=(180 * np.cos(turn), 180 * np.sin(turn), 130.0),
            skin_shift_mm=tuple(rng.normal(0, slip_mm, 2)),
            seed=100 * seed + k,
            **change,  # type: ignore[arg-type]
        )
        for k, turn in enumerate(turns)
    )


def shown(scene: Scene, places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where on the card's plane skin appears that lies at ``places`` before it slips."""
    moved = places + np.array(scene.skin_shift_mm)
    half = np.array(scene.layout.window_mm) / 2
    height = scene.dome_mm * np.prod(np.clip(1 - (moved / half) ** 2, 0, 1), axis=1)
    eye = np.array(scene.eye_mm)
    return np.asarray(moved + (moved - eye[:2]) * (height / (eye[2] - height))[:, None])


def followed(scenes: tuple[Scene, ...]) -> tuple[Motion, NDArray[np.float64], NDArray[np.float64]]:
    """Motion, and the median miss in common pixels without and with it."""
    photos = [Photo(str(k), photograph(one), focal_px=one.focal_px) for k, one in enumerate(scenes)]
    found = find_card(photos)
    assert found is not None
    motion = follow_skin(photos, found)
    line = np.linspace(-17, 17, 7)
    places = np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)
    true = np.array([shown(scene, places) for scene in scenes])
    told = np.array([motion.field(k)(places) for k in range(len(scenes))])
    before, after = true - true.mean(axis=0), (true - true.mean(axis=0)) - (told - told.mean(axis=0))
    pixel_mm = common_pixel_mm(found)
    return motion, *(np.linalg.norm(one, axis=-1) / pixel_mm for one in (before, after))


def test_skin_that_lies_still_is_left_where_it_is() -> None:
    motion, _, after = followed(shots(3))
    assert np.median(after) < 0.1
    assert np.percentile(after, 95) < 0.2
    assert all(flow is None or flow < 0.5 * 0.15 for flow in motion.rim_flow_mm)


def test_skin_that_slips_under_the_card_is_followed() -> None:
    _, before, after = followed(shots(4, slip_mm=0.2, dome_mm=2.0))
    assert np.median(before) > 1.0
    assert np.median(after) < 0.15
    assert np.percentile(after, 95) < 0.3


def test_a_domes_parallax_is_told_from_the_cameras_places() -> None:
    motion, before, after = followed(shots(5, shake_mm=6.0, dome_mm=3.0))
    assert np.median(after) < 0.5 * np.median(before)
    assert np.median(after) < 0.15
    assert np.linalg.norm(motion.slip_mm, axis=1).max() < 0.1


def test_the_rectified_window_shows_the_same_skin_in_every_photograph() -> None:
    scenes = shots(6, slip_mm=0.25)
    photos = [Photo(str(k), photograph(one), focal_px=one.focal_px) for k, one in enumerate(scenes)]
    found = find_card(photos)
    assert found is not None
    motion = follow_skin(photos, found)
    unlike = []
    for one in (None, motion):
        window = rectify(photos, found, one).window(inset_mm=3.0)
        ratio = np.log(window[..., 0] / window[..., 1])
        ratio -= ratio.mean(axis=(1, 2), keepdims=True)
        unlike.append(float(np.std(ratio - ratio.mean(axis=0))))
    assert unlike[1] < 0.75 * unlike[0]


def test_one_photograph_has_nothing_to_move_against() -> None:
    motion, _, _ = followed(shots(7)[:1])
    assert motion.rim_flow_mm == (None,)
    assert not motion.slip_mm.any()


def test_the_motion_ends_at_the_cards_edge() -> None:
    motion = Motion(SMALL.layout, np.array([[0.4, -0.2]]), np.zeros(6), np.zeros((1, 2)), (None,))
    moved = motion.field(0)(np.array([(0.0, 0.0), (19.9, 19.9), (20.25, 0.0), (21.0, 0.0), (0.0, -30.0)]))
    assert moved[0] == pytest.approx([0.4, -0.2])
    assert moved[1] == pytest.approx([0.4, -0.2])
    assert moved[2] == pytest.approx([0.2, -0.1])
    assert not moved[3:].any()
