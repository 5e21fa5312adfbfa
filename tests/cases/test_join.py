"""Measured and stated, joined for the face: the larger number counts, and every difference is written down."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from cicatrix.cases.face import MeasuredField
from cicatrix.cases.join import join, join_fields
from cicatrix.grading import grade
from cicatrix.model import Case, Measured, Scar
from cicatrix.model.findings import Count, FoundMarks, FoundScars, Number
from cicatrix.model.mark import Contrast, Mark, MarkKind
from tests.cases.people import cases, nested
from tests.model.build import scar, summary

KINDS = ("icepick", "boxcar_shallow", "boxcar_deep", "rolling", "raised", "undecided")


NONE = Measured(value=0.0, low=0.0, high=0.0)


def spot(kind: MarkKind, across_mm: float) -> Mark:
    """A round mark."""
    area = math.pi * (across_mm / 2) ** 2
    return Mark(
        id="M01",
        kind=kind,
        kind_probability={kind: 1.0},
        x_mm=5.0,
        y_mm=5.0,
        width_mm=Measured(value=across_mm, low=across_mm, high=across_mm),
        area_mm2=Measured(value=area, low=area, high=area),
        contrast=Contrast(melanin=NONE, erythema=NONE, delta_e=NONE),
        outline_mm=((4.0, 5.0), (5.0, 4.0), (6.0, 5.0)),
    )


def scars(*kinds: str) -> tuple[Scar, ...]:
    return tuple(one(kind) for kind in kinds)


def one(kind: str) -> Scar:
    name, _, depth_class = kind.partition("_")
    area = Measured(value=50.0, low=40.0, high=60.0)
    return scar(kind=name, depth_class=depth_class or None, kind_probability={name: 1.0}, area_mm2=area)


def case_of(**flat: Any) -> Case:
    return Case.model_validate(nested({name.replace("__", "."): value for name, value in flat.items()}))


@given(cases())
def test_without_a_capture_everything_is_as_stated(case: Case) -> None:
    findings = join(case)
    assert findings.case == case
    assert findings.area is None
    assert findings.disagreements == ()
    for key in ("icepick", "boxcar_shallow", "boxcar_deep", "rolling", "hypertrophic", "keloid"):
        count = getattr(findings.scars, key)
        assert count.value == getattr(case.scars, key)
        assert count.source == (None if count.value is None else "stated")
    assert findings.marks.brown.value == case.marks.brown
    assert (findings.scars.undecided, findings.marks.mixed) == (0, 0)


def test_nothing_at_all_is_unknown_and_not_zero() -> None:
    findings = join(Case())
    assert (findings.scars, findings.marks) == (FoundScars(), FoundMarks())
    assert findings.scars.icepick == Count(value=None, source=None)


def test_a_capture_without_scars_counts_zero() -> None:
    findings = join(Case(), (), (), summary())
    assert findings.scars.icepick == Count(value=0, source="measured", covers="field", measured=0)
    assert findings.marks.red == Count(value=0, source="measured", covers="field", measured=0)
    assert findings.scars.icepick.at_least
    assert findings.marks.median_size_mm == Number()
    assert findings.scars.hypertrophic == Count()


@given(st.lists(st.sampled_from(KINDS), max_size=12), cases())
def test_measuring_never_lowers_what_was_stated(kinds: list[str], case: Case) -> None:
    findings = join(case, scars(*kinds), None, summary())
    said = {kind: getattr(case.scars, kind, None) for kind in KINDS[:-1]}
    if case.scars.hypertrophic is not None and case.scars.keloid is not None:
        said["raised"] = case.scars.hypertrophic + case.scars.keloid
    for kind, stated in said.items():
        count, seen = getattr(findings.scars, kind), kinds.count(kind)
        assert count.measured == seen
        assert count.value >= max(stated or 0, seen)
        if stated is not None:
            assert (count.value, count.exact) == (max(stated, seen), True)
    assert findings.scars.undecided == kinds.count("undecided")
    assert findings.scars.keloid.source in (None, "stated")
    differing = {each.key for each in findings.disagreements if each.key != "scars.raised_area_cm2"}
    assert differing == {f"scars.{kind}" for kind, stated in said.items() if stated not in (None, kinds.count(kind))}
    assert all(each.used == max(each.measured, each.stated) for each in findings.disagreements)


def field(site: str | None, *kinds: str) -> MeasuredField:
    return MeasuredField(scars(*kinds), None, summary(site=site))


def test_forty_icepicks_stay_forty_when_a_field_shows_three() -> None:
    case = case_of(scars__icepick=40)
    findings = join(case, scars("icepick", "icepick", "icepick"), None, summary())
    assert findings.scars.icepick == Count(value=40, source="stated", covers="face", measured=3)
    (differs,) = findings.disagreements
    assert (differs.stated, differs.measured, differs.used) == (40, 3, 40)
    # What was not stated is what the field shows, or more.
    assert findings.scars.rolling == Count(value=0, source="measured", covers="field", measured=0)


def test_different_fields_add_up_and_the_same_field_does_not() -> None:
    left, right = field("left cheek", "icepick", "rolling"), field("right_cheek", "icepick")
    both = join_fields(Case(), [left, right])
    assert both.scars.icepick == Count(value=2, source="measured", covers="fields", measured=2)
    assert [area.site for area in both.fields] == ["left cheek", "right_cheek"]
    assert both.area is None
    again = join_fields(Case(), [left, field("Left_Cheek", "icepick", "icepick")])
    assert (again.scars.icepick.value, again.scars.rolling.value) == (2, 1)
    assert again.scars.icepick.covers == "field"


def test_two_captures_without_a_site_may_show_the_same_skin() -> None:
    findings = join_fields(Case(), [field(None, "icepick"), field(None, "icepick")])
    assert findings.scars.icepick.value == 1


def test_no_grade_is_lower_than_from_the_statement_alone() -> None:
    case = case_of(scars__icepick=40, scars__rolling=12, scars__boxcar_deep=3, marks__brown=9)
    alone, with_field = grade(join(case)), grade(join(case, scars("icepick", "undecided"), (), summary()))
    for name in ("goodman_baron_quantitative", "ecca", "ecca_facial_atrophic", "pahpi"):
        assert getattr(with_field, name).low >= getattr(alone, name).low


@given(cases(), st.lists(st.sampled_from(KINDS[:-1]), max_size=6))
def test_measuring_lowers_no_grade(case: Case, kinds: list[str]) -> None:
    alone, with_field = grade(join(case)), grade(join(case, scars(*kinds), None, summary()))
    for name in ("goodman_baron_quantitative", "ecca", "ecca_facial_atrophic"):
        before, after = getattr(alone, name), getattr(with_field, name)
        assert before is None or after.low >= before.low


def test_raised_scars_are_compared_in_sum() -> None:
    case = case_of(scars__hypertrophic=1, scars__keloid=2, scars__raised_area_cm2=2.0)
    assert join(case).scars.raised == Count(value=3, source="stated", covers="face")
    findings = join(case, scars("raised"), None, summary())
    assert findings.scars.raised == Count(value=3, source="stated", covers="face", measured=1)
    assert findings.scars.raised_area_cm2 == Number(value=2.0, source="stated")
    assert [each.key for each in findings.disagreements] == ["scars.raised", "scars.raised_area_cm2"]
    half = case_of(scars__hypertrophic=1)
    assert join(half).scars.raised == Count()
    assert join(half, scars("raised", "raised"), None, summary()).disagreements == ()
    some = join(case_of(scars__hypertrophic=5), scars("raised"), None, summary()).scars.raised
    assert (some.value, some.exact) == (5, False)


def test_marks_are_counted_by_colour_and_sized_by_their_middle() -> None:
    seen = (spot("red", 2.0), spot("brown", 3.0), spot("brown", 5.0), spot("mixed", 4.0))
    case = case_of(marks__red=1, marks__brown=9, marks__median_size_mm=3.6)
    findings = join(case, (), seen, summary())
    assert (findings.marks.red.value, findings.marks.brown.value, findings.marks.mixed) == (1, 9, 1)
    assert findings.marks.median_size_mm == Number(value=3.5, source="measured")
    (differs,) = findings.disagreements
    assert (differs.key, differs.stated, differs.measured) == ("marks.brown", 9, 2)
    assert "may lie outside" in differs.note
    assert "1 of the measured marks are red and brown" in differs.note


def test_a_size_far_from_the_measured_one_is_a_difference() -> None:
    findings = join(case_of(marks__median_size_mm=6), (), (spot("red", 2.0),), summary())
    assert [each.key for each in findings.disagreements] == ["marks.median_size_mm"]


def test_more_than_was_stated_has_its_own_note() -> None:
    (differs,) = join(case_of(scars__icepick=0), scars("icepick", "undecided"), None, summary()).disagreements
    assert differs.note.startswith("The capture shows more than was stated")
    assert "Of the measured scars, 1 may be of more than one type" in differs.note


def test_the_area_is_the_picture_times_its_coverage() -> None:
    capture = summary(width_mm=20.0, height_mm=30.0, coverage=0.5, site="chin")
    area = join(Case(), (), None, capture).area
    assert area is not None
    assert (area.site, area.measured_mm2) == ("chin", 300.0)


@pytest.mark.parametrize("fields", [{"value": 3}, {"source": "stated"}, {"value": -1, "source": "stated"}])
def test_a_count_has_a_source_or_is_unknown(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Count(**fields)
