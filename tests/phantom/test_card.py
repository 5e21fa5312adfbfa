"""Photographs of the card, against a pinhole, the inverse square law and the truth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cicatrix.errors import InputError
from cicatrix.phantom import CardPhantom, CardShots, Fault, PhantomSettings, make_card_phantom, make_phantom
from cicatrix.phantom.card.make import MARGIN_MM
from tests.phantom.card_scenes import PLAIN, SMALL, bumpy, lens, light_at, offsets_px, projected, shot

MARKERS = 12
"""Least that OpenCV's detector finds of the 16 of this card."""


@pytest.mark.parametrize("tilt_deg", [0.0, 5.0, 25.0])
def test_markers_are_where_a_pinhole_sees_them(tilt_deg: float) -> None:
    shots = replace(SMALL, tilt_deg=tilt_deg)
    made = shot(PLAIN, shots)
    for image, pose in zip(made.images, made.poses, strict=True):
        off = offsets_px(made.layout, image, pose, shots)
        assert len(off) >= MARKERS
        assert max(off) < 0.15


def test_a_bent_card_is_seen_on_a_cylinder() -> None:
    bend_mm, half_mm = 6.0, (30 + 72) / 2
    shots = replace(SMALL, faults=(Fault(bend_mm=bend_mm),))
    made = shot(PLAIN, shots)
    bend = 2 * bend_mm / (half_mm**2 + bend_mm**2)
    bent, flat = (
        [
            off
            for i, pose in zip(made.images, made.poses, strict=True)
            for off in offsets_px(made.layout, i, pose, shots, b)
        ]
        for b in (bend, 0.0)
    )
    assert len(bent) >= 3 * MARKERS
    assert np.median(bent) < 0.1
    assert np.median(flat) > 6.0 * np.median(bent)


def _white(made: CardPhantom) -> list[tuple[float, float]]:
    return [(one.rect.x_mm, one.rect.y_mm) for one in made.layout.fields if one.material == "white"]


def _ratios(made: CardPhantom, room: float = 0.0) -> np.ndarray:
    """Light of white paper in each photograph over what a point source gives there."""
    shots, out = made.shots, []
    for image, pose, torch, exposure in zip(made.images, made.poses, made.torches, made.exposures, strict=True):
        for x, y in _white(made):
            pixel = projected(np.array([[x, y, 0.0]]), pose, shots)[0]
            way = torch.place_mm - (x, y, 0.0)
            # Lambert's cosine over distance squared.
            point = torch.strength * (shots.camera_mm / np.linalg.norm(way)) ** 2 * way[2] / np.linalg.norm(way)
            beam = (way @ torch.place_mm / np.linalg.norm(way) / np.linalg.norm(torch.place_mm)) ** shots.beam
            expected = (point * beam + room) * exposure * lens(pixel, shots)
            out.append(light_at(image, pixel)[1] / expected)
    return np.array(out)


@pytest.mark.parametrize("beam", [0.0, 3.0])
def test_the_card_is_lit_by_the_inverse_square_law(beam: float) -> None:
    ratios = _ratios(shot(PLAIN, replace(SMALL, beam=beam, room=0.0)))
    # 8 bits: half a code is 1 % of the darkest fields.
    assert ratios == pytest.approx(np.ones_like(ratios), abs=0.015)


def test_the_room_adds_the_same_light_everywhere() -> None:
    share = 0.4
    made = shot(PLAIN, replace(SMALL, room=share))
    room = share * np.sin(np.pi / 4) * (250.0 / 225.0) ** 2
    ratios = _ratios(made, room)
    assert ratios == pytest.approx(np.ones_like(ratios), abs=0.015)


def test_level_skin_is_as_bright_as_paper_of_its_colour() -> None:
    made = shot(PLAIN, replace(SMALL, room=0.0, beam=0.0))
    pixel_mm = made.skin.settings.pixel_mm
    for image, pose, torch, exposure in zip(made.images, made.poses, made.torches, made.exposures, strict=True):
        for x, y in ((0.0, 0.0), (-11.0, 8.0), (12.0, 12.0)):
            pixel = projected(np.array([[x, y, 0.0]]), pose, made.shots)[0]
            row, col = (round((15.0 + MARGIN_MM + place) / pixel_mm) for place in (-y, x))
            albedo = made.skin.albedo[row - 5 : row + 5, col - 5 : col + 5].mean(axis=(0, 1))
            way = torch.place_mm - (x, y, 0.0)
            point = torch.strength * 250.0**2 * way[2] / np.linalg.norm(way) ** 3
            seen = light_at(image, pixel) / (point * exposure * lens(pixel, made.shots))
            assert seen == pytest.approx(albedo, rel=0.06)


def test_skin_and_card_meet_where_the_window_is() -> None:
    made = shot()
    image, pose = made.images[0], made.poses[0]
    # Redder than paper inside, as grey as paper outside.
    for x, y in ((14.0, 3.0), (-14.0, -3.0), (2.0, 14.0), (-2.0, -14.0)):
        inner, outer = (projected(np.array([[x * f, y * f, 0.0]]), pose, made.shots)[0] for f in (1.0, 16.0 / 14.0))
        red, _, blue = light_at(image, inner, half=1)
        assert red > 1.3 * blue
        red, _, blue = light_at(image, outer, half=1)
        assert red == pytest.approx(blue, rel=0.02)


def test_skin_lies_flush_with_the_card() -> None:
    made = shot(bumpy(form_radius_mm=60.0), replace(SMALL, shake_mm=0.0))
    edge, pixel = round(MARGIN_MM / 0.2), 0.2
    window = made.above_mm[edge:-edge, edge:-edge]
    rim = np.concatenate([window[0], window[-1], window[:, 0], window[:, -1]])
    assert abs(rim.mean()) < 0.1
    assert abs(window[0].mean() - window[-1].mean()) < 0.15
    # A cap over half the window's side.
    assert 0.5 * 15.0**2 / 120.0 < window[window.shape[0] // 2, window.shape[1] // 2] < 1.6 * 15.0**2 / 60.0
    assert pixel * window.shape[0] == pytest.approx(30.0)


def test_raised_skin_is_seen_where_a_pinhole_sees_it() -> None:
    settings = replace(PLAIN, lights=2, red_marks=1, form_radius_mm=30.0)
    made = shot(settings, SMALL, 9)
    (mark,) = made.skin.marks
    x, y = mark.x_mm - 16.0, 16.0 - mark.y_mm
    row, col = (int(place / 0.2) for place in (mark.y_mm, mark.x_mm))
    height = float(made.above_mm[row, col])
    assert height > 0.5
    for image, pose in zip(made.images, made.poses, strict=True):
        seen = projected(np.array([[x, y, height]]), pose, made.shots)[0]
        red = _reddest(image, pose, made.shots)
        assert np.linalg.norm(red - seen) * SMALL.pixel_mm < 0.5


def _reddest(image: np.ndarray, pose: object, shots: CardShots) -> np.ndarray:
    """Middle of what is redder than skin in the window."""
    corners = projected(np.array([[-13.0, 13.0, 0.0], [13.0, -13.0, 0.0]]), pose, shots)  # type: ignore[arg-type]
    (left, top), (right, bottom) = np.rint(corners).astype(int)
    window = image[top:bottom, left:right].astype(np.float64)
    ratio = window[..., 1] / window[..., 0]
    rows, cols = np.nonzero(ratio < 0.5 * (ratio.min() + np.median(ratio)))
    return np.array([left + cols.mean(), top + rows.mean()])


def test_the_same_seed_makes_the_same_photographs() -> None:
    settings = bumpy(noise=1.0)
    first, second = (make_card_phantom(8, settings, SMALL) for _ in range(2))
    other = make_card_phantom(9, settings, SMALL)
    assert np.array_equal(first.images, second.images)
    assert not np.array_equal(first.images, other.images)


def test_noise_is_that_of_the_sensor() -> None:
    clean, noisy = (shot(replace(PLAIN, noise=noise)) for noise in (0.0, 4.0))
    assert np.array_equal(clean.exposures, noisy.exposures)
    pose, image = clean.poses[0], noisy.images[0]
    x, y = _white(clean)[0]
    col, row = np.rint(projected(np.array([[x, y, 0.0]]), pose, SMALL)[0]).astype(int)
    part = (slice(row - 9, row + 10), slice(col - 9, col + 10), 1)
    light = light_at(clean.images[0], np.array([col, row]))[1]
    code = np.mean(image[part]) / 255.0
    # 20 000 electrons at the top of the range; the slope of the sRGB curve turns light into codes.
    slope = 1.055 / 2.4 * light ** (1 / 2.4 - 1) * 255
    expected = 4.0 * np.sqrt(light / 20000.0 + (8.0 / 20000.0) ** 2) * slope
    assert image[part].std() == pytest.approx(np.hypot(expected, 0.29), rel=0.2)
    assert 0.1 < code < 0.95


def test_torches_and_cameras_keep_to_what_was_asked() -> None:
    settings = replace(PLAIN, lights=9, elevation_deg=(30.0, 50.0))
    made = shot(settings, replace(SMALL, torch_mm=(180.0, 200.0), shake_mm=2.0, gap_hour=12, gap_deg=120.0))
    places = np.array([torch.place_mm for torch in made.torches])
    far = np.linalg.norm(places, axis=1)
    assert ((far >= 180.0) & (far <= 200.0)).all()
    elevation = np.degrees(np.arcsin(places[:, 2] / far))
    assert ((elevation >= 30.0) & (elevation <= 50.0)).all()
    from_noon = np.degrees(np.arccos(places[:, 1] / np.hypot(places[:, 0], places[:, 1])))
    assert from_noon.min() >= 60.0
    assert np.mean([torch.strength for torch in made.torches]) == pytest.approx(1.0)
    eyes = np.array([pose.place_mm for pose in made.poses])
    assert 0.5 < eyes.std(axis=0, ddof=1).mean() < 4.0
    for pose in made.poses:
        assert pose.axes @ pose.axes.T == pytest.approx(np.eye(3), abs=1e-9)
        assert np.linalg.det(pose.axes) == pytest.approx(1.0)


def test_each_photograph_can_be_exposed_for_itself() -> None:
    shots = replace(SMALL, torch_mm=(100.0, 400.0))
    alike, each = (shot(PLAIN, replace(shots, auto_exposure=auto)) for auto in (False, True))
    brightest = [np.percentile(made.images, 98.5, axis=(1, 2, 3)) for made in (alike, each)]
    assert np.ptp(brightest[0]) > 40
    assert np.ptp(brightest[1]) < 25
    assert np.ptp(alike.exposures) == 0.0


def test_a_window_too_small_for_the_scars_is_refused() -> None:
    with pytest.raises(InputError, match="do not fit"):
        make_card_phantom(1, PhantomSettings(rolling=40), replace(SMALL, window_mm=20))


def test_the_wrong_function_and_the_wrong_format_are_refused() -> None:
    with pytest.raises(InputError, match="make_card_phantom"):
        make_phantom(1, replace(PLAIN, kind="card"))
    with pytest.raises(InputError, match="tiff"):
        make_card_phantom(1, replace(PLAIN, file_format="tiff"), SMALL)
