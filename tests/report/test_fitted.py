"""The report says of each depth what it rests on, and marks what was fitted; where nothing was, it says nothing."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from cicatrix.model import Assessment, Measured, Relief, Scar
from cicatrix.model.note import Note
from cicatrix.model.scar import DepthFrom
from cicatrix.report import Pictures, paint, render_html, report_text
from cicatrix.report.overlay import RING, trace
from tests.report.dom import Element, read
from tests.report.synthetic import FOUR, Dent, assessment_of, relief_of

DARK = "no light reached its floor: the shadows prove a depth of at least 0.70 mm, the rest is read from the walls"
NBSP = "\N{NO-BREAK SPACE}"


def fitted(scar: Scar, *notes: str) -> Scar:
    """The scar as if it had been read at 60 % of its depth before a fit."""
    before = 0.6 * scar.depth_mm.value
    low, high = sorted((0.8 * before, 3.0 * before))
    around = Measured.of(before, low, high)
    dark = tuple(Note(code="never_lit", text=note) for note in notes)
    return scar.model_copy(update={"depth_from": "shadows", "unfitted_depth_mm": around, "notes": dark})


def come(scar: Scar, source: DepthFrom) -> Scar:
    return scar.model_copy(update={"depth_from": source, "unfitted_depth_mm": None})


@pytest.fixture(scope="module")
def some(relief: Relief) -> Assessment:
    """An icepick with a dark floor and a raised scar, fitted; a boxcar and a rolling scar from shading alone."""
    icepick, boxcar, rolling, raised = assessment_of(FOUR, relief).scars
    scars = fitted(icepick, DARK), come(boxcar, "shading"), come(rolling, "shading"), fitted(raised)
    return assessment_of(FOUR, relief).model_copy(update={"scars": scars})


@pytest.fixture(scope="module")
def shown(some: Assessment, pictures: Pictures) -> Element:
    return read(render_html(some, pictures))


def terms(card: Element) -> dict[str, str]:
    return {div.one("dt").text: div.one("dd").text for div in card.one("dl").all("div")}


def test_each_card_says_what_the_depth_rests_on_and_what_it_was_before(shown: Element) -> None:
    cards = [terms(shown.one("article", id=f"cut-{number}")) for number in (1, 2, 3, 4)]
    sources = ["shading and shadows", "shading alone", "shading alone", "shading and shadows"]
    assert [card.get("Depth from") or card["Height from"] for card in cards] == sources
    assert "Height from" in cards[3]
    assert cards[0]["Before the fit"].startswith("0.54 mm")
    assert cards[3]["Before the fit"].startswith("0.18 mm")
    assert [card["Before the fit"] for card in cards[1:3]] == ["not fitted", "not fitted"]


def test_table_marks_what_was_fitted(shown: Element) -> None:
    marked = [bool(shown.one("tr", id=f"scar-{number}").all("span", klass="from")) for number in (1, 2, 3, 4)]
    assert marked == [True, False, False, True]


def test_note_on_a_floor_that_no_light_reached_is_shown(shown: Element) -> None:
    assert DARK in shown.one("article", id="cut-1").text
    assert "no light reached its floor" in shown.one("tr", id="scar-1").text


def test_dark_floors_share_one_footnote_whatever_their_numbers(some: Assessment, pictures: Pictures) -> None:
    notes = [DARK.replace("0.70", depth) for depth in ("0.40", "0.50", "0.60")]
    dark = tuple(fitted(scar, note) for scar, note in zip(some.scars[:3], notes, strict=True))
    page = read(render_html(some.model_copy(update={"scars": (*dark, some.scars[3])}), pictures))
    assert page.one("div", id="note-a").one("dd").text.startswith("no light reached its floor")
    assert len(page.all("a", href="#note-a")) == 3
    for number, note in enumerate(notes, 1):
        assert note in page.one("article", id=f"cut-{number}").text


def test_fitted_scars_are_ringed_on_the_relief_only_and_can_be_unringed(shown: Element) -> None:
    figures = {figure.attrs["data-view"]: figure for figure in shown.one("section", id="pictures").all("figure")}
    rings = {key: len(figure.all("path", klass="double")) for key, figure in figures.items()}
    assert rings == {"relief": 2, "colour": 0, "height": 0, "trusted": 0}
    assert shown.one("input", id="see-fitted").attrs["type"] == "checkbox"
    assert "Fitted to shadows 2" in shown.one("section", id="pictures").text


@pytest.mark.parametrize("linear", [False, True])
@pytest.mark.parametrize("turned", [1, -1])
def test_ring_runs_around_its_outline_at_an_even_gap(linear: bool, turned: int) -> None:  # noqa: FBT001
    dents = (Dent("icepick", 7.0, 9.0, 1.5, 0.8, linear=linear),)
    (scar,) = assessment_of(dents, relief_of(dents)).scars
    (outline,) = trace((scar.model_copy(update={"outline_mm": scar.outline_mm[::turned]}),), 20.0, 20.0)
    ring = np.array([pair.split(",") for pair in outline.ring.strip("MZ").split("L")], dtype=np.float32)
    mouth = np.array(scar.outline_mm, dtype=np.float32)
    apart = [-cv2.pointPolygonTest(mouth, (float(x), float(y)), measureDist=True) for x, y in ring]
    assert min(apart) > 0.9 * RING * 20.0
    assert max(apart) < 1.1 * RING * 20.0


def test_summary_counts_the_fitted(some: Assessment) -> None:
    icepick, boxcar, rolling, raised = some.scars
    text = report_text.fitted_sentence(some.scars).replace(NBSP, " ")
    assert text.startswith("2 of the 4 depths were fitted to shading and cast shadows")
    assert text.endswith("the rest come from shading alone.")
    assert report_text.fitted_sentence((icepick, boxcar, rolling)).startswith(f"1{NBSP}of the 3 depths was")
    assert report_text.fitted_sentence((icepick, raised)).startswith("All 2 depths were")
    assert report_text.fitted_sentence((icepick,)).startswith("The depth was")
    assert report_text.fitted_sentence((boxcar, rolling)) == ""
    assert report_text.fitted_sentence(()) == ""


def test_missing_lights_are_no_remark_where_the_shadows_were_read(some: Assessment) -> None:
    shadowed = some.scars[0].model_copy(update={"shadowed": 0.9})
    assert not any(remark.code == "light_missing" for remark in report_text.remarks(shadowed))
    assert any(remark.code == "light_missing" for remark in report_text.remarks(come(shadowed, "shading")))


@pytest.mark.parametrize("source", ["shading", "height"])
def test_nothing_fitted_is_nothing_said(relief: Relief, source: DepthFrom) -> None:
    heights = source == "height"
    surface = relief_of(FOUR, photographs=False) if heights else relief
    plain = assessment_of(FOUR, surface)
    plain = plain.model_copy(update={"scars": tuple(come(scar, source) for scar in plain.scars)})
    page = read(render_html(plain, paint(surface)))
    assert not page.all("path", klass="double")
    assert not page.all("input", id="see-fitted")
    assert not page.all("span", klass="from")
    assert "Fitted to shadows" not in page.text
    assert ("Depth from" in terms(page.one("article", id="cut-1"))) is not heights
