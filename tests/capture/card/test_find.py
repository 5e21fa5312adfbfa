"""The card in photographs with known truth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from cicatrix.capture.card.find import Found, Photo, find_card
from cicatrix.capture.card.rectify import rectify
from cicatrix.model.card import card_layout
from cicatrix.model.light import encode_srgb
from tests.capture.card.photographs import Scene, photograph, seen_at

# Other seeds than those that the settings were chosen with.
SMALL = Scene(rows=950, cols=1200, focal_px=1800.0, skin_seed=31, seed=41)


def grid_mm(half: float = 20.0) -> NDArray[np.float64]:
    line = np.linspace(-half, half, 7)
    return np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)


def found_in(*scenes: Scene, stated: bool = True) -> Found:
    photos = [Photo(str(k), photograph(one), focal_px=one.focal_px if stated else None) for k, one in enumerate(scenes)]
    found = find_card(photos)
    assert found is not None
    assert found.index == tuple(range(len(scenes)))
    return found


def misses_px(found: Found, scenes: tuple[Scene, ...], places: NDArray[np.float64]) -> NDArray[np.float64]:
    """``(photographs, places, 2)`` pixels between where a camera puts the window and where it is."""
    return np.array(
        [
            camera.project(found.bend.place(places)) - seen_at(scene, places)
            for camera, scene in zip(found.cameras, scenes, strict=True)
        ]
    )


@pytest.mark.parametrize(
    ("change", "worst_px"),
    [
        ({}, 0.03),
        ({"blur_px": 3.0, "quality": 80}, 0.4),
        ({"falloff": 0.1, "noise": 0.006}, 0.05),
        ({"light_mm": (-195.0, 40.0, 100.0)}, 0.05),
        ({"eye_mm": (125.0, 0.0, 216.5), "roll_deg": 20.0}, 0.1),
        ({"covered": (0, 2, 3, 5, 6, 8, 10, 12, 15)}, 0.1),
        ({"bend": 1 / 150}, 0.2),
        ({"layout": card_layout((25, 60)), "roll_deg": 90.0}, 0.05),
        ({"rows": 700, "cols": 900, "focal_px": 1250.0}, 0.1),
    ],
    ids=["plain", "blurred", "uneven", "torch", "tilted", "covered", "bent", "oblong", "small"],
)
def test_the_window_is_found_to_a_fraction_of_a_pixel(change: dict[str, object], worst_px: float) -> None:
    scene = replace(SMALL, **change)  # type: ignore[arg-type]
    found = found_in(scene)
    assert found.layout == scene.layout
    width, height = scene.layout.window_mm
    places = grid_mm(0.5) * 2 * np.array([width, height]) / 2
    assert np.abs(misses_px(found, (scene,), places)).max() < worst_px


def test_photographs_from_a_hand_that_shakes_agree() -> None:
    rng = np.random.default_rng(77)
    scenes = tuple(
        replace(
            SMALL,
            eye_mm=(*rng.normal(0, 3, 2), 250 + rng.normal(0, 3)),
            roll_deg=rng.normal(0, 1),
            light_mm=(190 * np.cos(turn), 190 * np.sin(turn), 110.0),
            seed=int(turn * 100),
        )
        for turn in (0.3, 1.9, 3.4, 5.1)
    )
    found = found_in(*scenes)
    miss = misses_px(found, scenes, grid_mm())
    assert np.median(np.linalg.norm(miss - miss.mean(axis=0), axis=-1)) < 0.02
    for camera, scene in zip(found.cameras, scenes, strict=True):
        assert np.linalg.norm(camera.place_mm - scene.eye_mm) < 1.0
    assert max(found.residual_px) < 0.1


def test_the_focal_length_is_estimated_where_no_file_states_it() -> None:
    eyes = ((110.0, 0.0, 225.0), (0.0, 90.0, 233.0), (-60.0, -60.0, 235.0))
    scenes = tuple(replace(SMALL, eye_mm=eye, seed=90 + k) for k, eye in enumerate(eyes))
    found = found_in(*scenes, stated=False)
    assert found.focal_from == "estimated"
    assert abs(found.cameras[0].focal_px / SMALL.focal_px - 1) < 0.01


def test_a_bent_card_is_told_from_a_flat_one() -> None:
    flat, bent = (found_in(replace(SMALL, bend=bend, eye_mm=(60.0, 30.0, 240.0))) for bend in (0.0, 1 / 200))
    assert flat.bends_mm[0] < 0.3
    # A cylinder of 200 mm radius falls 7.8 mm at the card's edge: 3.9 mm about the middle of that range.
    assert bent.bends_mm[0] == pytest.approx(3.9, abs=0.6)


def test_what_is_not_a_card_is_not_found() -> None:
    rng = np.random.default_rng(5)
    noise = rng.integers(0, 255, (400, 500, 3), dtype=np.uint8)
    assert find_card([Photo("noise", noise)]) is None
    mostly = replace(SMALL, covered=tuple(range(14)))
    assert find_card([Photo("covered", photograph(mostly))]) is None


def test_a_photograph_without_the_card_is_left_out() -> None:
    blank = np.full((1200, 1600, 3), 120, np.uint8)
    found = find_card([Photo("blank", blank), Photo("card", photograph(SMALL), focal_px=SMALL.focal_px)])
    assert found is not None
    assert found.index == (1,)


def test_the_size_is_told_by_all_photographs_together() -> None:
    # Markers 12 and 14 tell the width, 13 and 15 the height: no photograph shows both.
    scenes = (replace(SMALL, covered=(12, 14)), replace(SMALL, covered=(13, 15), seed=8))
    assert found_in(*scenes).layout.window_mm == (40, 40)


def test_the_rectified_card_lies_where_the_layout_says() -> None:
    scenes = tuple(replace(SMALL, eye_mm=(10.0 * k, 5.0, 250.0 + 5 * k), roll_deg=3.0 * k) for k in range(2))
    photos = [Photo(f"{k}.jpg", photograph(one), focal_px=one.focal_px) for k, one in enumerate(scenes)]
    found = find_card(photos)
    assert found is not None
    flat = rectify(photos, found)
    assert flat.names == ("0.jpg", "1.jpg")
    # 255 mm away at 1800 pixels of focal length, not enlarged.
    assert 255 / 1800 <= flat.pixel_mm < 1.03 * 255 / 1800
    assert flat.valid.all()
    again = find_card([Photo("flat", encode_srgb(flat.images[k])) for k in range(2)])
    assert again is not None
    for edges in again.edges:
        x_mm = flat.x0_mm + (edges.corners_px[..., 0] + 0.5) * flat.pixel_mm
        y_mm = flat.y0_mm - (edges.corners_px[..., 1] + 0.5) * flat.pixel_mm
        truth = np.array([flat.layout.markers[index].corners_mm() for index in edges.index])
        sides = np.ptp(x_mm, axis=1).mean(), np.ptp(y_mm, axis=1).mean()
        assert np.abs(np.stack([x_mm, y_mm], axis=-1) - truth).max() < 0.02
        assert np.abs(np.array(sides) / 10.0 - 1).max() < 0.001
    for view, scene in zip(flat.views, scenes, strict=True):
        assert view.markers == 16
        assert view.tilt_deg == pytest.approx(
            np.degrees(np.arctan2(np.hypot(*scene.eye_mm[:2]), scene.eye_mm[2])), abs=0.2
        )
        # An edge as wide as its Gaussian blur of 0.8 pixels, the pixel's own width and JPEG make it.
        assert 1.9 < view.sharpness_px < 2.8


def test_what_is_burnt_out_or_outside_is_not_valid() -> None:
    pixels = photograph(SMALL)
    row, col = np.rint(seen_at(SMALL, np.array([(10.0, 5.0)]))[0]).astype(int)[::-1]
    pixels[row - 8 : row + 9, col - 8 : col + 9, 0] = 255
    cut = pixels[:, : int(seen_at(SMALL, np.array([(50.0, 0.0)]))[0, 0])]
    # A picture that is cut on one side has its axis elsewhere: pad it with black, as if the lens were covered.
    photo = Photo("cut", np.pad(cut, ((0, 0), (0, pixels.shape[1] - cut.shape[1]), (0, 0))), focal_px=SMALL.focal_px)
    found = find_card([photo])
    assert found is not None
    flat = rectify([photo], found)
    x_mm, y_mm = flat.places_mm(flat.window_rect())
    valid = flat.cut_valid(flat.window_rect())[0]
    spot = (np.abs(y_mm - 5) < 0.9)[:, None] & (np.abs(x_mm - 10) < 0.9)
    assert not valid[spot].any()
    around = (np.abs(y_mm - 5) > 1.7)[:, None] | (np.abs(x_mm - 10) > 1.7)
    assert valid[around].all()


def test_what_the_photograph_does_not_show_is_not_valid() -> None:
    near = replace(SMALL, focal_px=2250.0)
    photo = Photo("near", photograph(near), focal_px=near.focal_px)
    found = find_card([photo])
    assert found is not None
    # 950 rows at 2250 pixels of focal length and 250 mm away show 105.6 of the 118 mm that are kept.
    rows = rectify([photo], found).valid[0].all(axis=1).sum() * rectify([photo], found).pixel_mm
    assert rows == pytest.approx(950 * 250 / 2250, abs=0.4)
