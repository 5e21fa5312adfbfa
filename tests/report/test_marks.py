"""The section on marks: what it shows, what it leaves out, and the maps' colours."""

from __future__ import annotations

import numpy as np
import pytest

from cicatrix.model import Assessment, DarkSpot, PigmentMaps
from cicatrix.report.marks import PIGMENT_LIMIT, pigment_pictures, tint_pigment
from cicatrix.report.page import render_html
from cicatrix.report.palette import BLOOD_ANCHORS, PIGMENT_ANCHORS
from cicatrix.report.pictures import paint
from tests.report.dom import read
from tests.report.marks_made import CONTRAST, HOSTILE, SQUARE, about, mark, tone
from tests.report.synthetic import FOUR, assessment_of, relief_of


def page(**found: object) -> str:
    relief = relief_of(FOUR)
    assessment: Assessment = assessment_of(FOUR, relief).model_copy(update=found)
    grid = np.zeros((100, 100), np.float32)
    return render_html(assessment, paint(relief, pigment=PigmentMaps(grid, grid)))


def test_every_mark_has_a_row_and_an_outline_on_each_map() -> None:
    spot = DarkSpot(
        id="D01", x_mm=12.0, y_mm=3.0, width_mm=about(2.0), area_mm2=about(3.0), contrast=CONTRAST, outline_mm=SQUARE
    )
    marks = (mark("M01", "red"), mark("M02", "brown", "covers scar S01"))
    html = page(marks=marks, dark_spots=(spot,), skin_tone=tone(calibrated=False))
    tree = read(html)
    for name in ("M01", "M02", "D01"):
        assert len([one for one in tree.all("tr") if one.attrs.get("id") == f"mark-{name}"]) == 1
        assert len([one for one in tree.all("a") if one.attrs.get("href") == f"#mark-{name}"]) == 3
    assert "covers scar S01" in html
    assert "moles and freckles are, and not counted" in html
    assert "2\N{NO-BREAK SPACE}marks stand out" in html


def test_without_colour_the_section_is_left_out() -> None:
    assert 'id="marks"' not in page()


def test_skin_without_marks_says_so() -> None:
    html = page(skin_tone=tone(calibrated=False))
    assert "No red or brown mark stands out" in html
    assert "left open" in html
    assert "1.62 times as much" in html


def test_a_calibrated_tone_shows_its_angle_class_and_monk_tone() -> None:
    html = page(skin_tone=tone(calibrated=True))
    assert "34.0°" in html
    assert "intermediate" in html
    assert "Monk scale: 5 (5 to 6)" in html
    assert "left open" not in html


def test_texts_of_marks_are_escaped() -> None:
    html = page(marks=(mark("M01", "red", HOSTILE),), skin_tone=tone(calibrated=False))
    assert HOSTILE not in html
    assert "&lt;script&gt;alert(1)" in html


@pytest.mark.parametrize("anchors", [PIGMENT_ANCHORS, BLOOD_ANCHORS])
def test_plain_skin_is_near_white_and_more_is_darker(anchors: tuple[str, ...]) -> None:
    plain, more, less = (
        tint_pigment(np.full((40, 40), value, np.float32), 10.0, anchors)[5, 5].astype(int) for value in (0, 10, -10)
    )
    assert plain.min() > 225
    assert more.sum() < plain.sum()
    assert less[2] > less[0]


def test_a_map_ends_at_its_limit_and_spans_the_field() -> None:
    grid = np.full((50, 80), 3 * PIGMENT_LIMIT, np.float32)
    files = pigment_pictures(PigmentMaps(grid, grid))
    assert set(files) == {"melanin.png", "erythema.png"}
    rows, cols = files["melanin.png"].shape[:2]
    assert cols / rows == pytest.approx(80 / 50)
    assert (files["melanin.png"] == files["melanin.png"][0, 0]).all()
    assert pigment_pictures(None) == {}


def test_maps_of_different_size_are_refused() -> None:
    with pytest.raises(ValueError, match="equal planes"):
        PigmentMaps(np.zeros((3, 4), np.float32), np.zeros((4, 3), np.float32))
