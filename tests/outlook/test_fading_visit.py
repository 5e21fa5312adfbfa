"""A later case or capture becomes a visit."""

from __future__ import annotations

import pytest

from cicatrix.cases.join import join
from cicatrix.model import Case
from cicatrix.outlook.fading.visit import visit_of
from tests.outlook.marks_made import mark


def test_a_later_case_gives_counts() -> None:
    visit = visit_of(60, join(Case.model_validate({"marks": {"red": 2, "brown": 5}})))
    assert (visit.red, visit.brown, visit.may_include_new) == (2, 5, True)


def test_without_new_spots_all_marks_are_old_ones() -> None:
    later = {"marks": {"brown": 5}, "acne": {"months_clear": 3}}
    assert not visit_of(60, join(Case.model_validate(later))).may_include_new
    assert visit_of(120, join(Case.model_validate(later))).may_include_new


def test_measured_contrast_is_compared() -> None:
    now = [mark(1, "brown", 8.0, 0.5), mark(2, "brown", 6.0, 0.5), mark(3, "brown", 4.0, 0.5)]
    then = [mark(1, "brown", 4.0, 0.5), mark(2, "brown", 3.0, 0.5)]
    clear = Case.model_validate({"acne": {"months_clear": 12}})
    visit = visit_of(90, join(clear, marks=then), then, now)
    assert visit.brown == 2
    # One is gone: it counts as half of the least that is seen, 1.0 of 18.
    assert visit.brown_contrast == pytest.approx((4.0 + 3.0 + 1.0) / 18.0)
    assert visit.brown_contrast_error is not None
    assert 0.02 < visit.brown_contrast_error < 0.08
    assert visit.red_contrast is None


def test_marks_that_may_be_new_have_no_contrast() -> None:
    marks = [mark(1, "brown", 8.0, 0.5)]
    visit = visit_of(90, join(Case(), marks=marks), marks, marks)
    assert visit.brown_contrast is None
    assert visit.may_include_new
