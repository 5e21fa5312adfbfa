from __future__ import annotations

import pytest

from cicatrix.grading.goodman_baron_qualitative import goodman_baron_qualitative
from cicatrix.outlook.result.people import people_results
from tests.outlook.results_made import MIXED, planned

PLAN, FINDINGS = planned(MIXED, skin_type=3)
TODAY = goodman_baron_qualitative(FINDINGS)
FOUND = people_results(PLAN, FINDINGS, TODAY)


def test_every_option_has_one_entry_with_every_kind_of_scar() -> None:
    assert [one.option for one in FOUND] == [option.id for option in PLAN.options]
    for one in FOUND:
        assert {part.target for part in one.by_target} == set(MIXED)


def test_the_interval_of_the_typical_person_and_the_middle_half_are_two_things() -> None:
    for one in FOUND:
        for better in (one.better, *(part.better for part in one.by_target if part.treatments)):
            assert better.low <= better.value <= better.high
            assert better.middle_half.low < better.value < better.middle_half.high
            assert (better.low, better.high) != (better.middle_half.low, better.middle_half.high)


def test_two_grades_are_never_likelier_than_one() -> None:
    for one in FOUND:
        assert one.one_grade is not None
        assert one.two_grades is not None
        assert one.marks_at_most is not None
        assert one.marks_at_most.value <= one.two_grades.value <= one.one_grade.value


def test_all_scars_together_lie_between_their_kinds() -> None:
    for one in FOUND:
        values = [part.better.value for part in one.by_target]
        assert min(values) - 0.02 <= one.better.value <= max(values) + 0.02


@pytest.mark.parametrize("scars", [{}, {"icepick": 0}])
def test_without_scars_there_is_nothing_to_say(scars: dict[str, int]) -> None:
    plan, findings = planned(scars)
    assert people_results(plan, findings, None) == ()


def test_without_a_grade_today_no_grade_is_gained() -> None:
    assert all(one.one_grade is None for one in people_results(PLAN, FINDINGS, None))
