"""Grades against the noise of raters, and the outlook against what was observed."""

from __future__ import annotations

import pytest

from cicatrix.cases.join import join
from cicatrix.change import against_outlook
from cicatrix.change.grades import changed_grades
from cicatrix.grading import grade
from cicatrix.model import Case
from cicatrix.model.grades import Grades
from cicatrix.model.outlook import Outlook, ScarResult
from cicatrix.model.quantity import Measured
from tests.change.comparisons import base, changed, comparison
from tests.report.foreseen import judged


def grades(boxcars: int) -> Grades:
    stated = {
        "scars": {
            "boxcar_shallow": boxcars,
            "boxcar_deep": 0,
            "icepick": 0,
            "rolling": 0,
            "hypertrophic": 0,
            "keloid": 0,
        },
        "marks": {"red": 0, "brown": 0},
    }
    return grade(join(Case.model_validate(stated), (), ()))


def ranged(low: int, high: int) -> Grades:
    found = grades(5).goodman_baron_quantitative
    assert found is not None
    possible = tuple(range(low, high + 1))
    update = {"low": low, "high": high, "possible": possible, "value": low if low == high else None}
    return Grades(goodman_baron_quantitative=found.model_copy(update=update))


def test_up_to_four_points_of_the_quantitative_scale_are_noise() -> None:
    rows = {row.scale: row for row in changed_grades(grades(5), grades(15))}
    row = rows["goodman_baron_quantitative"]
    assert row.noise == 4
    assert row.change is not None
    assert row.verdict == "not beyond noise"
    assert row.source == "goodman_baron_2006_quantitative"


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        ((20, 20), (14, 14), "better"),
        ((14, 14), (20, 20), "worse"),
        ((20, 20), (16, 16), "not beyond noise"),
        ((10, 20), (12, 14), "cannot say"),
        ((20, 22), (10, 12), "better"),
    ],
)
def test_a_change_counts_only_beyond_its_whole_range(
    before: tuple[int, int], after: tuple[int, int], verdict: str
) -> None:
    (row,) = changed_grades(ranged(*before), ranged(*after))
    assert row.verdict == verdict


def test_scales_without_known_noise_are_shown_and_not_judged() -> None:
    rows = [row for row in changed_grades(grades(5), grades(25)) if row.noise is None]
    assert rows
    assert {row.verdict for row in rows} == {"cannot say"}
    assert all("not known" in row.noise_text for row in rows)
    assert all(row.source is None for row in rows)


def test_grades_of_different_skin_are_shown_and_not_judged() -> None:
    (alike,), (unlike,) = (changed_grades(ranged(14, 14), ranged(20, 20), count) for count in (0, 3))
    assert alike.verdict == "worse"
    assert unlike.verdict == "cannot say"
    assert unlike.change == alike.change
    assert "3 of the scars and marks lie outside the other picture" in unlike.noise_text
    assert all("outside" not in row.noise_text for row in changed_grades(None, grades(5), 3))


def test_a_grade_at_one_visit_only_is_there() -> None:
    rows = changed_grades(None, grades(5))
    assert rows
    assert {row.before for row in rows} == {None}
    assert {row.verdict for row in rows} == {"cannot say"}
    assert changed_grades(None, None) == ()


@pytest.fixture(scope="module")
def outlook() -> Outlook:
    found = judged(base()).outlook
    assert found is not None
    return found


def end_of(outlook: Outlook, option: str) -> int:
    return max(s.day for result in outlook.result if result.option == option for s in result.sessions)


@pytest.mark.parametrize(
    ("share", "half", "verdict"),
    [
        (0.7, 0.02, "as forecast"),
        (0.3, 0.02, "better than forecast"),
        (0.99, 0.01, "worse than forecast"),
        (0.45, 0.06, "cannot say"),
    ],
)
def test_a_scar_is_held_against_its_option(outlook: Outlook, share: float, half: float, verdict: str) -> None:
    depth = Measured(value=0.28, low=0.2, high=0.36)  # of 0.4 mm: 70 % is left, 50 to 90
    result = ScarResult(id="S01", option="balanced", depth_mm=depth, volume_mm3=depth)
    told = outlook.model_copy(update={"scars": (result,)})
    days = end_of(outlook, "balanced")
    rows = against_outlook(comparison(changed(0.4, share, half), None), told, days, "balanced")
    assert [row.verdict for row in rows] == [verdict]
    assert rows[0].forecast == Measured(value=0.7, low=0.5, high=0.9)
    assert rows[0].inside == (verdict == "as forecast")
    (early,) = against_outlook(comparison(changed(0.4, share, half), None), told, days - 1, "balanced")
    assert early.verdict == "cannot say"
    assert against_outlook(comparison(changed(0.4, share, half), None), told, days, None) == ()


def test_marks_are_held_against_the_day_between_two_of_the_table(outlook: Outlook) -> None:
    assert outlook.marks.red is not None
    table = {left.day: left for left in outlook.marks.red.remaining}
    (row,) = against_outlook(comparison(None, changed(10.0, table[60].value, 0.5)), outlook, 70, None)
    assert row.day == 70
    assert table[90].value <= row.forecast.value <= table[60].value
    (late,) = against_outlook(comparison(None, changed(10.0, 0.5, 0.5)), outlook, 5000, None)
    assert late.verdict == "cannot say"
