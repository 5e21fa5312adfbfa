"""Each fault does what it says, and to the photographs that it names."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pytest

from cicatrix.errors import InputError
from cicatrix.phantom import CardPhantom, CardShots, Fault
from tests.phantom.card_scenes import PLAIN, SMALL, bumpy, light_at, markers_seen, offsets_px, projected, shot


def faulty(*faults: Fault, **changed: Any) -> CardPhantom:
    return shot(replace(PLAIN, **changed), replace(SMALL, faults=faults))


def white(made: CardPhantom, index: int) -> float:
    """Light of the white field nearest to the middle of the card's right side."""
    one = min((f.rect for f in made.layout.fields if f.material == "white"), key=lambda r: abs(r.y_mm) - r.x_mm)
    pixel = projected(np.array([[one.x_mm, one.y_mm, 0.0]]), made.poses[index], made.shots)[0]
    return float(light_at(made.images[index], pixel)[1])


@pytest.mark.parametrize(
    "fault", [Fault(photo=2, exposure=0.3), Fault(photo=2, defocus_px=4.0), Fault(photo=2, skin_shift_mm=1.0)]
)
def test_a_fault_of_one_photograph_leaves_the_others_as_they_are(fault: Fault) -> None:
    settings = bumpy(noise=1.0)
    plain, made = shot(settings, SMALL), shot(settings, replace(SMALL, faults=(fault,)))
    assert np.array_equal(plain.images[0], made.images[0])
    assert not np.array_equal(plain.images[1], made.images[1])


def test_a_fault_without_a_number_is_in_all() -> None:
    plain, made = shot(), faulty(Fault(exposure=0.3))
    for index in range(3):
        assert white(made, index) / white(plain, index) == pytest.approx(0.3, rel=0.03)


def test_faults_of_one_photograph_add_up() -> None:
    shots = CardShots(faults=(Fault(exposure=0.5), Fault(photo=2, gloss=3.0), Fault(photo=2, exposure=2.0)))
    assert shots.fault(1) == Fault(photo=1, exposure=0.5)
    assert shots.fault(2) == Fault(photo=2, exposure=2.0, gloss=3.0)


@pytest.mark.parametrize("share", [0.0, 0.25, 0.6])
def test_a_card_that_is_cut_off_leaves_the_picture_by_that_share(share: float) -> None:
    made = faulty(Fault(photo=1, cut_off=share))
    width, height = (side / 2 for side in made.layout.outer_mm)
    grid = np.stack(np.meshgrid(np.linspace(-width, width, 60), np.linspace(-height, height, 60), [0.0]), axis=-1)
    seen = projected(grid.reshape(-1, 3), made.poses[0], SMALL)
    outside = ((seen < 0) | (seen > np.array(SMALL.pixels))).any(axis=1).mean()
    assert outside == pytest.approx(share, abs=0.05)
    found = len(markers_seen(made.images[0]))
    assert found >= 12 if share == 0.0 else found < 12


def test_no_card_is_left_where_all_is_cut_off() -> None:
    made = faulty(Fault(photo=1, cut_off=1.0))
    assert markers_seen(made.images[0]) == []
    assert len(markers_seen(made.images[1])) >= 12


def test_a_tilted_camera_leans_by_that_angle_and_still_sees_the_card() -> None:
    made = faulty(Fault(photo=2, tilt_deg=30.0))
    leans = [np.degrees(np.arccos(-pose.axes[2, 2])) for pose in made.poses]
    assert leans == pytest.approx([5.0, 30.0, 5.0], abs=0.8)
    off = offsets_px(made.layout, made.images[1], made.poses[1], SMALL)
    assert len(off) >= 12
    assert max(off) < 0.15


def test_a_picture_out_of_focus_has_the_width_of_the_disc() -> None:
    radius_px = 6.0
    made = faulty(Fault(photo=1, defocus_px=radius_px))
    # Across the outer edge of a grey field: plain paper above.
    grey = max((one.rect for one in made.layout.fields if one.material == "grey"), key=lambda rect: rect.y_mm)
    y = np.linspace(grey.y_mm + 7.9, grey.y_mm + 0.1, 200)
    spreads = []
    for image, pose in ((made.images[0], made.poses[0]), (shot().images[0], shot().poses[0])):
        pixels = projected(np.column_stack([np.full(200, grey.x_mm), y, np.zeros(200)]), pose, SMALL)
        codes = cv2.remap(image[..., 1], pixels[:, 0].astype("f4"), pixels[:, 1].astype("f4"), cv2.INTER_LINEAR)
        light = ((codes.ravel() / 255.0 + 0.055) / 1.055) ** 2.4
        edge = -np.gradient(light)
        edge[edge < 0.02 * edge.max()] = 0.0
        along = np.linalg.norm(pixels - pixels[0], axis=1)
        spreads.append(np.sqrt(np.average((along - np.average(along, weights=edge)) ** 2, weights=edge)))
    # A disc's density along one axis has half its radius for standard deviation.
    assert spreads[0] == pytest.approx(radius_px / 2, rel=0.15)
    assert spreads[1] < 1.0


def test_moved_skin_moves_in_the_window_and_the_card_does_not() -> None:
    settings = bumpy()
    plain, made = shot(settings, SMALL), shot(settings, replace(SMALL, faults=(Fault(photo=2, skin_shift_mm=0.8),)))
    pose = plain.poses[1]
    corners = projected(np.array([[-12.0, 12.0, 0.0], [12.0, -12.0, 0.0]]), pose, SMALL)
    (left, top), (right, bottom) = np.rint(corners).astype(int)
    before, after = (one.images[1][top:bottom, left:right, 1].astype(np.float64) for one in (plain, made))
    (moved_px, _), _ = cv2.phaseCorrelate(before, after, cv2.createHanningWindow(before.shape[::-1], cv2.CV_64F))
    to_right = (projected(np.array([[0.8, 0.0, 0.0]]), pose, SMALL) - projected(np.zeros((1, 3)), pose, SMALL))[0]
    assert moved_px == pytest.approx(to_right[0], abs=0.3)
    assert max(offsets_px(made.layout, made.images[1], pose, SMALL)) < 0.15


def test_the_torch_is_held_where_the_fault_says() -> None:
    plain = shot()
    made = faulty(Fault(photo=3, torch_elevation_deg=12.0), Fault(photo=2, torch_mm=80.0))
    before, after = (np.array([torch.place_mm for torch in one.torches]) for one in (plain, made))
    assert after[0] == pytest.approx(before[0])
    assert np.linalg.norm(after[1]) == pytest.approx(80.0)
    assert after[1] / 80.0 == pytest.approx(before[1] / np.linalg.norm(before[1]))
    assert np.degrees(np.arcsin(after[2, 2] / np.linalg.norm(after[2]))) == pytest.approx(12.0)
    assert np.arctan2(after[2, 1], after[2, 0]) == pytest.approx(np.arctan2(before[2, 1], before[2, 0]))


def test_a_torch_held_near_does_not_darken_the_other_photographs() -> None:
    made, plain = faulty(Fault(photo=2, torch_mm=80.0)), shot()
    assert white(made, 0) == pytest.approx(white(plain, 0), rel=0.5)
    assert white(plain, 1) < 0.8
    assert white(made, 1) == pytest.approx(1.0)


def test_gloss_shines_on_skin_alone_and_without_its_colour() -> None:
    settings = bumpy(form_radius_mm=25.0)
    made, matt = shot(settings, replace(SMALL, faults=(Fault(photo=1, gloss=8.0),))), shot(settings, SMALL)
    assert white(made, 0) == pytest.approx(white(matt, 0))
    more = made.images[0].astype(int) - matt.images[0]
    assert more.min() >= 0
    row, col = np.unravel_index(more.sum(axis=2).argmax(), more.shape[:2])
    assert more[row, col].min() > 40
    x_px, y_px = projected(np.zeros((1, 3)), made.poses[0], SMALL)[0]
    assert np.hypot(col - x_px, row - y_px) * SMALL.pixel_mm < 15.0 * np.sqrt(2.0) + 1.0


def test_the_room_lights_what_the_torch_does_not() -> None:
    dark, lit = (faulty(Fault(photo=1, room=room)) for room in (0.0, 1.0))
    added = white(lit, 0) / lit.exposures[0] - white(dark, 0) / dark.exposures[0]
    assert added == pytest.approx(np.sin(np.pi / 4) * (250.0 / 225.0) ** 2, rel=0.06)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("defocus_px=6", Fault(defocus_px=6.0)),
        ("3:skin_shift_mm=-0.5", Fault(photo=3, skin_shift_mm=-0.5)),
        (" 1 : room = 2 ", Fault(photo=1, room=2.0)),
    ],
)
def test_a_fault_is_read_from_text(text: str, fault: Fault) -> None:
    assert Fault.parse(text) == fault


@pytest.mark.parametrize("text", ["", "defocus_px", "defocus_px=", "=3", "photo=3", "x:room=1", "blur=2", "2:3:room=1"])
def test_text_that_is_no_fault_is_refused(text: str) -> None:
    with pytest.raises(InputError, match=r"NAME=NUMBER.*cut_off, bend_mm"):
        Fault.parse(text)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"photo": 0}, "photo is 0"),
        ({"cut_off": 1.5}, r"cut_off is 1\.5.*from 0 to 1"),
        ({"defocus_px": float("nan")}, "defocus_px is nan"),
        ({"torch_elevation_deg": 90.0}, "from 3 to 89"),
        ({"skin_shift_mm": -4.0}, "from -3 to 3"),
    ],
)
def test_a_fault_out_of_range_is_named(given: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError, match=says):
        Fault(**given)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"window_mm": 19}, "window_mm is 19.*from 20 to 70"),
        ({"window_mm": 40.0}, r"window_mm is 40\.0.*whole"),
        ({"torch_mm": (300.0, 200.0)}, "the nearer first"),
        ({"torch_mm": (10.0, 200.0)}, r"torch_mm is 10\.0"),
        ({"pixels": (4000, 3000.5)}, "whole numbers"),
        ({"gap_hour": 13}, "gap_hour is 13"),
        ({"camera_mm": "near"}, "camera_mm is 'near'"),
    ],
)
def test_shots_out_of_range_are_named(given: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError, match=says):
        CardShots(**given)
