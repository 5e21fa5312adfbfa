"""The same skin at several visits: what is the same, what moved, what was changed on purpose."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from cicatrix.errors import InputError
from cicatrix.phantom import PhantomSettings
from cicatrix.phantom.revisit import Pose, Skin, look, make_skin

SETTINGS = PhantomSettings(
    kind="height",
    size_mm=18.0,
    pixel_mm=0.06,
    icepick=0,
    boxcar=1,
    rolling=1,
    raised=1,
    red_marks=1,
    brown_marks=1,
    form_radius_mm=None,
    tilt_deg=0.0,
)
VIEW = replace(SETTINGS, size_mm=14.0)


@pytest.fixture(scope="module")
def skin() -> Skin:
    return make_skin(5, SETTINGS)


def test_the_same_seed_makes_the_same_skin_and_the_same_look(skin: Skin) -> None:
    again = make_skin(5, SETTINGS)
    assert (again.micro_mm == skin.micro_mm).all()
    one, other = (look(made, 3, VIEW, Pose(0.5, 0.2, 8.0, 1.01, 0.1))[0] for made in (skin, again))
    assert (one.height_mm == other.height_mm).all()
    assert (one.albedo == other.albedo).all()


def test_marks_are_painted_on_plain_skin_and_moles_belong_to_it(skin: Skin) -> None:
    assert (skin.melanin - skin.plain_melanin).max() > 0.3 * np.median(skin.plain_melanin)
    assert (skin.blood - skin.plain_blood).max() > 0.5 * np.median(skin.plain_blood)
    assert np.abs(np.median(skin.melanin - skin.plain_melanin)) < 1e-6
    if any(thing.kind == "mole" for thing in skin.distractors):
        assert skin.plain_melanin.max() > 1.3 * np.median(skin.plain_melanin)


def test_places_of_the_skin_are_where_the_picture_shows_them(skin: Skin) -> None:
    for pose in (Pose(), Pose(0.3, -0.2, 10.0), Pose(0.1, 0.2, -6.0, 1.04, 0.1)):
        phantom, where = look(skin, 1, VIEW, pose)
        for scar in phantom.scars:
            line = np.round((where[scar.id] / VIEW.pixel_mm - 0.5) * 16).astype(np.int32)
            inside = cv2.fillPoly(np.zeros(phantom.scar_mm.shape, np.uint8), [line], 1, shift=4) > 0
            outside = cv2.dilate(inside.astype(np.uint8), np.ones((5, 5), np.uint8)) == 0
            mine = np.abs(phantom.scar_mm) > 0.15 * abs(scar.depth_mm)
            near = (
                np.hypot(
                    *(
                        np.mgrid[0 : VIEW.pixels, 0 : VIEW.pixels] * VIEW.pixel_mm
                        - np.array([scar.y_mm, scar.x_mm])[:, None, None]
                    )
                )
                < 0.5 * scar.longest_mm + 0.3
            )
            assert not (mine & near & outside).any()
            assert mine[inside].mean() > 0.5


def test_depths_change_by_what_was_asked_for_and_their_truth_with_them(skin: Skin) -> None:
    name = skin.placed[0].truth.id
    before, _ = look(skin, 0, SETTINGS)
    after, _ = look(skin, 0, SETTINGS, depth={name: 0.5})
    old, new = ({scar.id: scar for scar in made.scars} for made in (before, after))
    assert new[name].depth_mm == pytest.approx(0.5 * old[name].depth_mm, rel=0.01)
    assert new[name].volume_mm3 == pytest.approx(0.5 * old[name].volume_mm3, rel=0.02)
    others = [other for other in old if other != name]
    assert others
    assert all(new[other] == old[other] for other in others)


def test_a_rig_whose_millimetre_is_off_reads_everything_by_that_share(skin: Skin) -> None:
    right, _ = look(skin, 0, VIEW)
    off, _ = look(skin, 0, VIEW, Pose(scale=1.05))
    for scar in right.scars:
        same = next((one for one in off.scars if one.id == scar.id), None)
        if same is not None:
            assert same.width_mm == pytest.approx(scar.width_mm / 1.05, rel=1e-3)
            assert same.depth_mm == pytest.approx(scar.depth_mm / 1.05, rel=1e-3)
    assert off.scar_mm.min() == pytest.approx(right.scar_mm.min() / 1.05, rel=0.02)


def test_marks_fade(skin: Skin) -> None:
    fresh, faded, gone = (look(skin, 0, VIEW, marks_left=left)[0].albedo for left in (1.0, 0.5, 0.0))
    changed = np.abs(fresh - gone).sum(axis=2)
    there = changed > 0.5 * changed.max()
    assert there.any()
    assert (np.abs(faded - gone).sum(axis=2)[there] < changed[there]).all()
    assert np.median(np.abs(fresh - gone)) < 1e-6


def test_a_picture_that_leaves_the_skin_is_refused(skin: Skin) -> None:
    with pytest.raises(InputError, match="leaves the skin"):
        look(skin, 0, VIEW, Pose(5.0, 0.0))


def test_photographs_of_two_visits_have_other_lights_and_other_noise(skin: Skin) -> None:
    settings = replace(VIEW, kind="lights", lights=4, size_mm=5.0)
    one, other = (look(skin, number, settings)[0] for number in (0, 1))
    assert one.images is not None
    assert other.images is not None
    assert not np.allclose(one.directions, other.directions)  # type: ignore[arg-type]
    assert (one.images != other.images).mean() > 0.5
    assert np.allclose(one.scar_mm, other.scar_mm)
