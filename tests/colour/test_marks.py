"""Marks: found, outlined, told apart by colour; and what must not become one."""

from __future__ import annotations

import numpy as np
import pytest

from cicatrix.colour import find_marks, read_colour
from cicatrix.colour.judge import kind_probability
from cicatrix.colour.publish import note_covers_scar, note_in_scar
from cicatrix.model import Mark
from tests.colour.skin import TONES, Patch, albedo, relief_of, scar_at

FOUR = (
    Patch("red", 7.0, 7.0, 4.0),
    Patch("brown", 22.0, 8.0, 3.0),
    Patch("red", 21.0, 22.0, 2.5, 0.6),
    Patch("brown", 8.0, 21.0, 5.0, 0.4),
)


def at(marks: tuple[Mark, ...], patch: Patch) -> Mark:
    (found,) = (mark for mark in marks if np.hypot(mark.x_mm - patch.x_mm, mark.y_mm - patch.y_mm) < 0.5)
    return found


@pytest.mark.parametrize("tone", TONES)
def test_marks_are_found_with_place_size_and_colour_on_every_skin(tone: str) -> None:
    marks = find_marks(relief_of(albedo(FOUR, tone)), ())
    assert len(marks) == 4
    assert [mark.id for mark in marks] == ["M01", "M02", "M03", "M04"]
    for patch in FOUR:
        mark = at(marks, patch)
        assert mark.kind == patch.kind
        assert mark.kind_probability[patch.kind] > 0.9
        assert mark.width_mm.low <= patch.width_mm <= mark.width_mm.high
        assert mark.area_mm2.value == pytest.approx(np.pi * patch.width_mm**2 / 4, rel=0.25)


def test_contrasts_are_those_that_were_put_in() -> None:
    marks = find_marks(relief_of(albedo(FOUR)), ())
    # 0.5 of blood takes 0.05 of red, 0.375 of green, 0.225 of blue, as natural logarithms.
    red = at(marks, FOUR[0]).contrast.erythema
    assert red.low <= (0.375 - 0.593 * 0.05 - 0.407 * 0.225) * 43.43 <= red.high
    brown = at(marks, FOUR[1]).contrast.melanin
    assert brown.low <= 0.5 * 0.45 * 43.43 <= brown.high


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("tone", TONES)
def test_mottled_skin_without_marks_has_none(tone: str, seed: int) -> None:
    colour = read_colour(relief_of(albedo((), tone, seed=seed)), ())
    assert colour is not None
    assert colour.marks == ()
    assert colour.spots == ()


def test_the_exposure_changes_nothing() -> None:
    light = albedo(FOUR)
    one, other = (find_marks(relief_of(light * np.float32(gain)), ()) for gain in (1.0, 0.4))
    for a, b in zip(one, other, strict=True):
        assert a.kind == b.kind
        assert (b.x_mm, b.y_mm) == pytest.approx((a.x_mm, a.y_mm), abs=0.02)
        assert b.contrast.melanin.value == pytest.approx(a.contrast.melanin.value, abs=0.05)


def test_turning_the_picture_turns_the_marks() -> None:
    light = albedo(FOUR)
    turned = find_marks(relief_of(np.ascontiguousarray(np.rot90(light))), ())
    for mark in find_marks(relief_of(light), ()):
        (same,) = (one for one in turned if np.hypot(one.x_mm - mark.y_mm, one.y_mm - (30.0 - mark.x_mm)) < 0.2)
        assert same.kind == mark.kind
        assert same.area_mm2.value == pytest.approx(mark.area_mm2.value, rel=0.05)


def test_a_mole_is_listed_apart() -> None:
    mole = Patch("brown", 15.0, 15.0, 2.2, 1.3, soft=0.04)
    colour = read_colour(relief_of(albedo((*FOUR, mole))), ())
    assert colour is not None
    assert len(colour.marks) == 4
    (spot,) = colour.spots
    assert (spot.x_mm, spot.y_mm) == pytest.approx((15.0, 15.0), abs=0.2)


def test_a_scars_own_colour_is_no_mark() -> None:
    scar = scar_at(15.0, 15.0, 6.0, 0.3)
    tinted = (*FOUR, Patch("red", 15.0, 15.0, 6.0, 0.4))
    assert len(find_marks(relief_of(albedo(tinted)), ())) == 5
    assert len(find_marks(relief_of(albedo(tinted)), (scar,))) == 4


def test_the_shade_in_a_steep_scar_is_no_mark() -> None:
    scar = scar_at(15.0, 15.0, 2.0, 1.0)
    shaded = (*FOUR, Patch("shade", 15.0, 15.0, 2.0, 0.7))
    colour = read_colour(relief_of(albedo(shaded)), (scar,))
    assert colour is not None
    assert len(colour.marks) == 4
    assert colour.spots == ()


def test_a_mark_in_a_scar_names_it() -> None:
    scar = scar_at(15.0, 15.0, 9.0, 0.4)
    inside = Patch("red", 16.0, 14.0, 2.5, 0.7)
    mark = at(find_marks(relief_of(albedo((*FOUR, inside))), (scar,)), inside)
    assert mark.in_scar == "S01"
    assert note_in_scar("S01") in mark.notes


def test_a_mark_over_a_small_scar_names_it() -> None:
    scar = scar_at(7.0, 7.0, 1.2, 0.6)
    mark = at(find_marks(relief_of(albedo(FOUR)), (scar,)), FOUR[0])
    assert mark.kind == "red"
    assert note_covers_scar("S01") in mark.notes


def test_without_colour_there_are_no_marks() -> None:
    light = albedo(FOUR)
    grey = np.repeat(light.mean(axis=2, keepdims=True), 3, axis=2)
    assert read_colour(relief_of(grey), ()) is None
    assert read_colour(relief_of(light, albedo=None, method="height"), ()) is None
    assert read_colour(relief_of(light, channel="grey"), ()) is None
    assert find_marks(relief_of(grey), ()) == ()


def test_a_tiny_or_black_picture_has_no_marks() -> None:
    assert find_marks(relief_of(albedo((), size_mm=1.0)), ()) == ()
    assert find_marks(relief_of(np.zeros((200, 200, 3), np.float32)), ()) == ()
    assert find_marks(relief_of(albedo((), size_mm=3.0)), ()) == ()


def test_places_without_trusted_lights_do_not_make_marks() -> None:
    dark = Patch("brown", 15.0, 15.0, 2.5)
    light = albedo((*FOUR, dark))
    trusted = np.full(light.shape[:2], 6, np.uint8)
    trusted[130:170, 130:170] = 1
    directions = np.tile([0.0, 0.0, 1.0], (6, 1))
    marks = find_marks(relief_of(light, trusted=trusted, directions=directions), ())
    assert len(marks) == 4


def test_a_share_of_blood_tells_the_kind_and_a_doubtful_one_leaves_doubt() -> None:
    for share, kind in ((0.0, "brown"), (0.12, "brown"), (0.55, "red"), (0.9, "red"), (0.35, "mixed")):
        found = kind_probability(share, 0.02)
        assert max(found, key=lambda name: found[name]) == kind
        assert sum(found.values()) == pytest.approx(1.0)
    assert kind_probability(0.5, 0.5)["red"] < kind_probability(0.5, 0.02)["red"]
