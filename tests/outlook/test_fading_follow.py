"""The person's own rate is learned: the interval holds the truth, and shrinks."""

from __future__ import annotations

import numpy as np
import pytest

from cicatrix.cases.join import join
from cicatrix.knowledge.fading import fading_rules
from cicatrix.model import Case
from cicatrix.model.fading import Visit
from cicatrix.outlook.fading.learn import followed
from cicatrix.outlook.fading.state import state_of
from tests.outlook.follow import WORLDS, coverage, many, width

TEN = join(Case.model_validate({"marks": {"brown": 10}}))


@pytest.mark.slow
def test_the_interval_of_simulated_people_holds_the_truth_and_shrinks_with_each_visit() -> None:
    people = {told: many(5, 80, WORLDS[0], told) for told in ("counts", "contrasts")}
    held = coverage([one for group in people.values() for one in group])
    assert all(0.90 <= share <= 0.99 for share in held), held
    for group in people.values():
        wide = width(group)
        assert wide == sorted(wide, reverse=True), wide
        assert wide[-1] < 0.5 * wide[0]


def ends(*visits: Visit) -> tuple[float, float]:
    state = state_of("brown", TEN, (), visits, fading_rules())
    return state.half_life(0.025), state.half_life(0.975)


def test_without_visits_nothing_is_learned() -> None:
    state = state_of("brown", TEN, (), (), fading_rules())
    red_only = state_of("brown", TEN, (), (Visit(day=50, red=3),), fading_rules())
    np.testing.assert_array_equal(state.people, red_only.people)


def test_the_more_marks_are_left_the_slower_they_fade() -> None:
    for end in (0, 1):
        found = [ends(Visit(day=100, brown=count))[end] for count in range(11)]
        assert found == sorted(found)
    for end in (0, 1):
        found = [
            ends(Visit(day=100, brown_contrast=share, brown_contrast_error=0.05))[end] for share in (0.1, 0.4, 0.8, 1.0)
        ]
        assert found == sorted(found)


def test_a_surer_contrast_teaches_more() -> None:
    found = [ends(Visit(day=100, brown_contrast=0.5, brown_contrast_error=error)) for error in (0.02, 0.1, 0.3)]
    wide = [high / low for low, high in found]
    assert wide == sorted(wide)


def test_marks_that_may_be_new_teach_less() -> None:
    low, high = ends(Visit(day=90, brown=4))
    mixed_low, mixed_high = ends(Visit(day=90, brown=4, may_include_new=True))
    unknown_low, unknown_high = ends()
    assert high / low < mixed_high / mixed_low < unknown_high / unknown_low
    # As many as before, some of them perhaps new, does not say that nothing has faded.
    assert ends(Visit(day=90, brown=10, may_include_new=True))[0] < ends(Visit(day=90, brown=10))[0]


def test_a_mark_that_is_seen_later_was_there_before() -> None:
    visits = (Visit(day=90, brown=7), Visit(day=30, brown=5), Visit(day=120, brown=14))
    assert followed("brown", 10, visits).counts == ((30, 10), (90, 10), (120, 10))
    assert followed("brown", 10, visits[:2]).counts == ((30, 7), (90, 7))
    assert followed("brown", None, visits).counts == ()


def test_the_order_of_visits_does_not_matter() -> None:
    first, second = Visit(day=40, brown=8), Visit(day=90, brown_contrast=0.5, brown_contrast_error=0.1)
    assert ends(first, second) == ends(second, first)


def test_a_contrast_needs_its_error() -> None:
    with pytest.raises(ValueError, match="red_contrast and red_contrast_error go together"):
        Visit(day=3, red_contrast=0.5)
