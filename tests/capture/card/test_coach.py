"""Each fault is named, costs what it should, and comes with what to do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cicatrix.capture.card.coach import LEAST_PHOTOS, Observed, advise, usable, verdict
from cicatrix.model.card_reading import Advice

GOOD = Observed(
    name="1.jpg",
    markers=16,
    covered=0.0,
    tilt_deg=4.0,
    bend_mm=0.2,
    blur_px=2.5,
    flow_px=0.2,
    shift_mm=0.1,
    burnt=0.0,
    white=0.5,
    gloss=0.01,
    azimuth_deg=0.0,
    elevation_deg=45.0,
    distance_mm=220.0,
    room=0.05,
)


def _capture(count: int = 8, **first: Any) -> list[Observed]:
    photos = [replace(GOOD, name=f"{k + 1}.jpg", azimuth_deg=k * 360.0 / count) for k in range(count)]
    return [replace(photos[0], **first), *photos[1:]]


def _advise(photos: list[Observed], pixel_mm: float = 0.08) -> tuple[Advice, ...]:
    return advise(photos, pixel_mm=pixel_mm, scale_stated=True)


def test_a_good_capture_needs_no_advice() -> None:
    photos = _capture()
    assert _advise(photos) == ()
    assert verdict(()) == "measured"
    assert all(usable(photos, ()))


@pytest.mark.parametrize(
    ("code", "wider", "refused"),
    [
        ("card_cut_off", {"covered": 0.4}, {"covered": 0.8}),
        ("card_tilted", {"tilt_deg": 25.0}, {"tilt_deg": 50.0}),
        ("card_bent", {"bend_mm": 1.2}, {"bend_mm": 4.0}),
        ("out_of_focus", {"blur_px": 6.0}, {"blur_px": 14.0}),
        ("moved", {"flow_px": 1.0}, {"flow_px": 5.0}),
        ("moved", {"shift_mm": 1.0}, {"shift_mm": 4.0}),
        ("burnt_out", {"burnt": 0.1}, {"burnt": 0.5}),
        ("too_dark", {"white": 0.05}, {"white": 0.01}),
        ("torch_too_low", {"elevation_deg": 17.0}, {"elevation_deg": 5.0}),
        ("torch_too_high", {"elevation_deg": 78.0}, {"elevation_deg": 88.0}),
        ("torch_too_near", {"distance_mm": 100.0}, {"distance_mm": 50.0}),
        ("room_light", {"room": 0.3}, {"room": 0.8}),
        ("gloss", {"gloss": 0.1}, {"gloss": 0.5}),
    ],
)
def test_a_fault_of_one_photograph(code: str, wider: dict[str, Any], refused: dict[str, Any]) -> None:
    mild, bad = _capture(**wider), _capture(**refused)
    (said,) = _advise(mild)
    assert (said.code, said.photo, said.effect) == (code, "1.jpg", "wider")
    assert said.text
    assert said.fix
    assert verdict(_advise(mild)) == "wider"
    assert all(usable(mild, _advise(mild)))
    first = _advise(bad)[0]
    assert (first.code, first.photo, first.effect) == (code, "1.jpg", "refused")
    assert usable(bad, _advise(bad)) == (False, *[True] * 7)
    assert verdict(_advise(bad)) != "refused", "seven good photographs are left"


def test_a_photograph_without_a_card_is_only_that() -> None:
    photos = [Observed(name="cat.jpg", markers=0), *_capture()[1:]]
    said = _advise(photos)
    assert [(one.code, one.photo) for one in said] == [("no_card", "cat.jpg")]
    assert usable(photos, said) == (False, *[True] * 7)


@pytest.mark.parametrize(("count", "effect"), [(3, "refused"), (4, "wider"), (5, "wider")])
def test_too_few_photographs(count: int, effect: str) -> None:
    said = [one for one in _advise(_capture(count)) if one.code == "too_few"]
    assert [one.effect for one in said] == [effect]
    assert str(LEAST_PHOTOS) in said[0].fix


@pytest.mark.parametrize(
    ("hours", "missing", "effect"),
    [((12, 1, 2, 3, 4, 5, 6), "9 o'clock", "refused"), ((12, 2, 3, 5, 6, 8), "10 o'clock", "wider")],
)
def test_a_side_without_light_is_named_by_the_clock(hours: tuple[int, ...], missing: str, effect: str) -> None:
    photos = [replace(GOOD, name=f"{hour}.jpg", azimuth_deg=90.0 - 30.0 * hour, elevation_deg=40.0) for hour in hours]
    (said,) = [one for one in _advise(photos) if one.code == "side_missing"]
    assert missing in said.text
    assert said.effect == effect
    assert verdict([said]) == effect


def test_a_coarse_picture_and_an_unchecked_scale() -> None:
    coarse = [one for one in _advise(_capture(), pixel_mm=0.15) if one.code == "coarse"]
    assert [one.effect for one in coarse] == ["wider"]
    unchecked = advise(_capture(), pixel_mm=0.08, scale_stated=False)
    assert [(one.code, one.effect) for one in unchecked] == [("scale_unchecked", "measured")]
    assert verdict(unchecked) == "measured"
