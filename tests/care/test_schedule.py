"""The time of a plan: rest between steps, one wound at a time, and what is not known stays unknown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from itertools import combinations

import pytest

from cicatrix.care.plan import plan
from cicatrix.care.schedule import Slot, schedule
from cicatrix.care.signs import shown_days
from cicatrix.knowledge import treatments
from cicatrix.knowledge.planning import planning
from cicatrix.model.case import TREATMENT_IDS, TreatmentId
from cicatrix.model.plan import Option, Step
from tests.care.people import ACTIVE, CALM, case_of, found, strangers

TODAY = date(2026, 11, 22)
SERIOUS = {"icepick": 8, "boxcar_shallow": 12, "boxcar_deep": 6, "rolling": 15}
IN_CLINIC = tuple(id_ for id_ in TREATMENT_IDS if not treatments()[id_].home)
ON_THE_SAME_SKIN = tuple(id_ for id_ in IN_CLINIC if treatments()[id_].stage not in ("raised", "adjunct"))


@cache
def options() -> tuple[Option, ...]:
    """Options of random people, with and without an event, and of people with every kind of scar."""
    people = [
        *strangers(250, seed=11),
        *(
            case_of({"skin_type": skin}, acne=acne, scars=SERIOUS | {"hypertrophic": 2}, marks={"red": 9, "brown": 9},
                    wishes={"avoid": avoid, "event_date": event})
            for skin in (1, 3, 6)
            for acne in (CALM, ACTIVE)
            for avoid in (None, ["subcision"], ["tca_cross", "laser_resurfacing"])
            for event in (None, TODAY + timedelta(days=60), TODAY + timedelta(days=200))
        ),
    ]  # fmt: skip
    return tuple(option for case in people for option in plan(*found(case), TODAY).options)


def rest_days(id_: TreatmentId, interval_days: float) -> float:
    """Days without another step after a treatment: as advised for it, else the usual gap, and until it has healed."""
    protocol = treatments()[id_].protocol
    healed = [figure.span[1] for figure in (protocol.closed_days, protocol.downtime_days) if figure is not None]
    return max(planning().rest_days.get(id_, planning().gap_days), interval_days, *healed, 0)


def pairs(option: Option) -> Iterator[tuple[Step, Step]]:
    """Steps that treat the same skin in sessions of their own, earlier first."""
    steps = [step for step in option.steps if step.visits and step.treatment in ON_THE_SAME_SKIN]
    for one, other in combinations(sorted(steps, key=lambda step: step.start_day), 2):
        if not share_sessions(one, other):
            yield one, other


def share_sessions(one: Step, other: Step) -> bool:
    """True when one step takes place in the sessions of the other, or both in those of a third."""
    homes = [step.shares_session_with or step.treatment for step in (one, other)]
    return homes[0] == homes[1]


def test_the_skin_rests_between_two_steps_as_long_as_is_advised() -> None:
    seen = 0
    for option in options():
        for before, after in pairs(option):
            least = rest_days(before.treatment, before.interval_days)
            assert after.start_day - before.end_day >= round(least), (before.treatment, after.treatment)
            seen += 1
    assert seen > 200


def test_no_two_steps_touch_the_skin_on_one_day_unless_they_share_the_session() -> None:
    for option in options():
        days: dict[int, Step] = {}
        for step in option.steps:
            if step.treatment in ON_THE_SAME_SKIN:
                for day in step.visits:
                    other = days.setdefault(day, step)
                    assert other is step or share_sessions(step, other), (option.id, day)


def test_a_shared_session_is_on_a_day_of_its_host() -> None:
    shared = [(option, step) for option in options() for step in option.steps if step.shares_session_with]
    assert shared
    for option, step in shared:
        host = next(other for other in option.steps if other.treatment == step.shares_session_with)
        assert step.visits[0] in host.visits


def test_sessions_of_a_step_are_at_their_interval() -> None:
    for option in options():
        for step in option.steps:
            if not step.visits:
                assert treatments()[step.treatment].home
                continue
            assert len(step.visits) == step.sessions
            assert (step.visits[0], step.visits[-1]) == (step.start_day, step.end_day)
            gaps = [later - sooner for sooner, later in zip(step.visits, step.visits[1:], strict=False)]
            assert all(abs(gap - step.interval_days) < 1.0 for gap in gaps)
            figure = treatments()[step.treatment].protocol.interval_days
            if figure is not None and step.shares_session_with is None and gaps:
                assert figure.span[0] <= step.interval_days <= figure.span[1]


def test_days_of_an_option_end_with_its_last_step_and_visits_on_one_day_count_once() -> None:
    for option in options():
        assert option.days == max(step.end_day for step in option.steps)
        assert option.visits == len({day for step in option.steps for day in step.visits})
        assert min(step.start_day for step in option.steps) == 0


def test_an_unknown_downtime_makes_the_sum_unknown() -> None:
    known = unknown = 0
    for option in options():
        visited = [step for step in option.steps if step.visits]
        if any(step.downtime_days is None for step in visited):
            assert option.downtime_days is None, option.id
            unknown += 1
            continue
        longest: dict[int, tuple[float, float]] = {}
        for step in visited:
            for day in step.visits:
                assert step.downtime_days is not None
                own = (step.downtime_days.high, step.downtime_days.low)
                longest[day] = max(own, longest.get(day, own))
        assert option.downtime_days is not None
        assert option.downtime_days.high == sum(high for high, _ in longest.values())
        assert option.downtime_days.low <= option.downtime_days.high
        known += 1
    assert known > 50
    assert unknown > 5


def test_the_sum_of_downtime_counts_every_session() -> None:
    made = plan(*found(case_of(scars={"rolling": 15})), TODAY).options
    sessions = [step for option in made for step in option.steps if step.treatment == "subcision"]
    assert sessions
    for option in made:
        if [step.treatment for step in option.steps if step.visits] == ["subcision"]:
            (step,) = (step for step in option.steps if step.visits)
            assert step.downtime_days is not None
            assert option.downtime_days is not None
            assert option.downtime_days.high == step.sessions * step.downtime_days.high


@pytest.mark.parametrize("first", ON_THE_SAME_SKIN)
def test_whatever_follows_a_treatment_waits_for_its_rest(first: TreatmentId) -> None:
    for second in ON_THE_SAME_SKIN:
        if second == first:
            continue
        one, other = sorted(schedule((first, second), {}), key=lambda slot: (slot.start_day, slot.shares_with or ""))
        if other.shares_with == one.treatment or one.shares_with == other.treatment:
            continue
        assert one.start_day == 0
        assert other.start_day >= one.end_day + round(rest_days(one.treatment, one.interval_days)), second


def test_rest_that_is_advised_for_a_treatment_is_kept_to_the_day() -> None:
    """The numbers of planning.toml, by hand: 45 days after a punch, 90 after resurfacing, then 28 after the rest."""
    slots = {slot.treatment: slot for slot in schedule(("punch_excision", "laser_resurfacing"), {})}
    assert slots["punch_excision"].start_day == 0
    assert slots["laser_resurfacing"].start_day == 45
    slots = {slot.treatment: slot for slot in schedule(("ipl", "fractional_laser_ablative"), {})}
    assert slots["ipl"].visits == (0, 21, 42)
    assert slots["fractional_laser_ablative"].start_day == 42 + 28


def test_volume_is_judged_three_months_after_the_field() -> None:
    slots = {slot.treatment: slot for slot in schedule(("filler", "fractional_laser_ablative"), {})}
    assert slots["filler"].start_day == slots["fractional_laser_ablative"].end_day + 90
    alone = {slot.treatment: slot for slot in schedule(("filler",), {})}
    assert alone["filler"].start_day == 0


def test_raised_scars_are_treated_beside_and_do_not_wait() -> None:
    slots = {slot.treatment: slot for slot in schedule(("laser_resurfacing", "intralesional_steroid"), {})}
    assert slots["intralesional_steroid"].start_day == 0
    assert slots["laser_resurfacing"].start_day == 0


def test_nothing_touches_the_skin_before_the_acne_treatment_has_ended() -> None:
    chosen: tuple[TreatmentId, ...] = ("acne_control", "sun_protection", *ON_THE_SAME_SKIN)
    slots = {slot.treatment: slot for slot in schedule(chosen, {})}
    assert slots["acne_control"].end_day == planning().acne_days
    assert slots["sun_protection"].start_day == 0
    assert all(slots[id_].start_day >= planning().acne_days for id_ in ON_THE_SAME_SKIN)


def test_a_treatment_waits_for_what_must_come_before_it() -> None:
    after: dict[TreatmentId, list[TreatmentId]] = {"silicone": ["intralesional_steroid"]}
    chosen: tuple[TreatmentId, ...] = ("intralesional_steroid", "silicone")
    slots = {slot.treatment: slot for slot in schedule(chosen, after)}
    assert slots["silicone"].start_day == slots["intralesional_steroid"].end_day > 0


def over_by(slot: Slot) -> int:
    """Day on which nothing of a course shows any more, with the margin before an event."""
    return slot.end_day + shown_days(slot.treatment) + planning().event_margin_days


@pytest.mark.parametrize("treatment", ON_THE_SAME_SKIN)
def test_a_course_is_over_by_an_event_to_the_day_or_starts_the_day_after(treatment: TreatmentId) -> None:
    (free,) = schedule((treatment,), {})
    last = over_by(free)
    assert schedule((treatment,), {}, last + 1) == (free,)
    (moved,) = schedule((treatment,), {}, last)
    assert moved.start_day == last + 1
    assert moved.end_day - moved.start_day == free.end_day - free.start_day
    assert (moved.sessions, moved.interval_days) == (free.sessions, free.interval_days)


def test_what_follows_an_event_still_rests() -> None:
    for day in (1, 40, 100):
        first, second = schedule(("subcision", "laser_resurfacing"), {}, day)
        assert second.start_day >= first.end_day + 28
