"""Outlines keep their shape, labels keep out of the way, and scales are round."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cicatrix.report.overlay import label_scale, place_labels, scale_bar_mm, simplify, svg_path, trace
from tests.report.synthetic import Dent, assessment_of, many, relief_of


def test_simplified_outline_strays_less_than_the_tolerance() -> None:
    angle = np.linspace(0, 2 * np.pi, 400, endpoint=False)
    circle = np.stack([10 + 3 * np.cos(angle), 10 + 3 * np.sin(angle)], axis=1)
    few = simplify(circle, 0.02, closed=True)
    assert len(few) < 60
    radius = np.hypot(*(few - 10).T)
    chord = np.hypot(*((few + np.roll(few, -1, axis=0)) / 2 - 10).T)
    assert np.abs(radius - 3).max() < 0.021
    assert (3 - chord).max() < 0.042


def test_path_is_compact_and_has_no_minus_zero() -> None:
    points = np.array([[0.0, -0.001], [1.5, 2.0], [12.345, 3.10]])
    assert svg_path(points, closed=True) == "M0,0L1.5,2L12.35,3.1Z"
    assert svg_path(np.empty((0, 2))) == ""


def test_labels_of_scars_with_room_do_not_touch_each_other_nor_leave_the_picture() -> None:
    dents = many(30, 40.0)
    relief = relief_of(dents, size_mm=40.0, pixel_mm=0.2)
    scars = assessment_of(dents, relief).scars
    centres = place_labels(scars, 40.0, 40.0)
    high = 40.0 / 46
    wide = 0.62 * high * 3
    for at, (x, y) in enumerate(centres):
        assert high / 2 <= y <= 40 - high / 2
        assert wide / 3 <= x <= 40 - wide / 3
        for other_x, other_y in centres[:at]:
            assert abs(x - other_x) > wide * 0.66 or abs(y - other_y) > high * 0.99


def test_label_of_a_scar_in_the_corner_stays_inside() -> None:
    dents = (Dent("rolling", 39.5, 0.5, 3.0, 0.3),)
    scars = assessment_of(dents, relief_of(dents, size_mm=40.0, pixel_mm=0.2)).scars
    ((x, y),) = place_labels(scars, 40.0, 40.0)
    assert 0 < x < 40
    assert 0 < y < 40


def test_trace_keeps_the_order_of_the_scars() -> None:
    dents = many(9, 20.0)
    scars = assessment_of(dents, relief_of(dents)).scars
    outlines = trace(scars, 20.0, 20.0)
    assert len(outlines) == 9
    for scar, outline in zip(scars, outlines, strict=True):
        x, y = (float(number) for number in outline.path[1:].split("L")[0].split(","))
        assert np.hypot(x - scar.x_mm, y - scar.y_mm) < scar.longest_mm.value


@given(st.floats(0.5, 500))
def test_scale_bar_is_round_and_between_a_tenth_and_a_quarter(width_mm: float) -> None:
    length = scale_bar_mm(width_mm)
    assert width_mm / 10.01 <= length <= width_mm / 4 * 1.0001
    assert f"{length:e}"[0] in "125"


@pytest.mark.parametrize(("count", "scale"), [(0, 1.0), (60, 1.0), (90, (60 / 90) ** 0.5), (500, 0.7)])
def test_labels_shrink_in_a_crowd_but_not_below_reading(count: int, scale: float) -> None:
    assert label_scale(count) == pytest.approx(scale)
