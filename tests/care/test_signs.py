"""What shows after a session, and that the planner keeps an event free of it."""

from __future__ import annotations

import math

import pytest

from cicatrix.care.schedule import schedule
from cicatrix.care.signs import SHOWING, shown_days, signs_after
from cicatrix.knowledge import treatments
from cicatrix.knowledge.planning import planning
from cicatrix.model.case import TREATMENT_IDS, TreatmentId

CLINIC = tuple(id_ for id_ in TREATMENT_IDS if not treatments()[id_].home)


def test_everything_that_shows_is_counted() -> None:
    assert shown_days("laser_resurfacing") == 135
    assert shown_days("microneedling") == 3
    for id_ in TREATMENT_IDS:
        assert shown_days(id_) == max(
            math.ceil(sign.high) for name, sign in signs_after(id_).items() if name in SHOWING
        )


def test_every_visit_to_a_clinic_leaves_something_to_be_seen() -> None:
    assert all(shown_days(id_) >= 1 for id_ in CLINIC)


@pytest.mark.parametrize("id_", CLINIC)
def test_a_course_ends_long_enough_before_an_event_or_starts_after_it(id_: TreatmentId) -> None:
    """Also where no figure on downtime or redness was found, such as with light or injections."""
    (free,) = schedule((id_,), {})
    needed = free.end_day + shown_days(id_) + planning().event_margin_days
    (before,) = schedule((id_,), {}, event_day=needed + 1)
    assert before == free
    for event_day in (0, 1, needed // 2, needed):
        (after,) = schedule((id_,), {}, event_day=event_day)
        assert after.start_day == event_day + 1
        assert after.sessions == free.sessions


def test_sessions_shared_with_another_treatment_are_moved_too() -> None:
    needle, acid = schedule(("subcision", "tca_cross"), {})
    assert acid.shares_with == "subcision"
    event_day = max(needle.end_day + shown_days("subcision"), acid.end_day) + planning().event_margin_days + 1
    assert event_day <= acid.end_day + shown_days("tca_cross")
    kept, acid = schedule(("subcision", "tca_cross"), {}, event_day=event_day)
    assert kept == needle
    assert acid.shares_with is None
    assert acid.start_day == event_day + 1
