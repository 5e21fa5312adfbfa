"""Day by day through an option: stretches, the event, and what holds for every option."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cicatrix.care.plan import plan
from cicatrix.care.signs import SHOWING, signs_after
from cicatrix.cases.join import join
from cicatrix.knowledge import treatments
from cicatrix.model.case import TREATMENT_IDS, Case, TreatmentId
from cicatrix.model.findings import Findings
from cicatrix.model.outlook import Span, Timeline
from cicatrix.model.plan import Measures, Option, Step
from cicatrix.outlook.timeline import timeline
from tests.care.people import ACTIVE, case_of, found, strangers

TODAY = date(2026, 11, 22)
CLINIC = tuple(id_ for id_ in TREATMENT_IDS if not treatments()[id_].home)
LIGHT = join(Case.model_validate({"person": {"skin_type": 2}}))
SERIOUS = {"icepick": 8, "boxcar_shallow": 12, "boxcar_deep": 6, "rolling": 15}


def step(id_: TreatmentId, visits: Sequence[int], start_day: int = 0) -> Step:
    own = treatments()[id_]
    return Step(
        treatment=id_, name=own.name, summary=own.summary, stage=own.stage, targets=(), sessions=max(1, len(visits)),
        interval_days=0.0, start_day=visits[0] if visits else start_day, end_day=visits[-1] if visits else start_day,
        visits=tuple(visits), downtime_days=None, sources=(), status="assumption",
    )  # fmt: skip


def option(*steps: Step) -> Option:
    days = max((one.end_day for one in steps), default=0)
    return Option(
        id="balanced", title="x", steps=steps, days=days, visits=len({day for one in steps for day in one.visits}),
        downtime_days=None, price_usd=None, review_days=(),
        measures=Measures(gain=0, downtime_days=0, burden=0, pigment=0, cost_usd=0, days=0, treated=0),
    )  # fmt: skip


def of(told: Timeline, sign: str) -> list[Span]:
    return [span for span in told.spans if span.sign == sign]


def covered(told: Timeline) -> set[tuple[str, int]]:
    return {(span.sign, day) for span in told.spans for day in range(span.first_day, span.last_day + 1)}


visit_days = st.lists(st.integers(0, 300), min_size=1, max_size=4, unique=True).map(sorted)
steps = st.lists(st.tuples(st.sampled_from(CLINIC), visit_days), min_size=1, max_size=4, unique_by=lambda one: one[0])
options = steps.map(lambda rows: option(*(step(id_, days) for id_, days in rows)))
skins = st.sampled_from((None, 1, 2, 3, 4, 5, 6)).map(
    lambda kind: join(Case.model_validate({"person": {"skin_type": kind}}))
)


def test_one_session_brings_each_sign_of_its_treatment() -> None:
    told = timeline(option(step("laser_resurfacing", [10])), LIGHT, None)
    (closed,), (red,) = of(told, "closed"), of(told, "redness")
    assert (closed.first_day, closed.likely_last_day, closed.last_day) == (10, 16, 19)  # 5.5 to 9 days
    assert (red.first_day, red.likely_last_day, red.last_day) == (10, 24, 145)  # 14 to 135 days
    assert told.days == 145
    assert told.event_day is None
    assert told.event_clear is None


def test_overlapping_steps_are_one_stretch() -> None:
    told = timeline(option(step("subcision", [0, 28]), step("filler", [10])), LIGHT, None)
    first, second = of(told, "bruise")
    assert (first.first_day, first.last_day, first.treatments) == (0, 24, ("subcision", "filler"))
    assert (second.first_day, second.last_day, second.treatments) == (28, 42, ("subcision",))


def test_stretches_that_touch_are_one() -> None:
    apart, near = (timeline(option(step("subcision", [0, gap])), LIGHT, None) for gap in (16, 15))
    assert [(span.first_day, span.last_day) for span in of(apart, "bruise")] == [(0, 14), (16, 30)]
    assert [(span.first_day, span.last_day) for span in of(near, "bruise")] == [(0, 29)]


def test_what_a_treatment_does_not_bring_makes_no_stretch() -> None:
    told = timeline(option(step("fractional_laser_nonablative", [0])), LIGHT, None)
    assert of(told, "closed") == []
    assert of(told, "makeup") == []
    assert of(told, "bruise") == []


def test_treatment_at_home_makes_no_stretch_and_is_named() -> None:
    told = timeline(option(step("topical_retinoid", []), step("sun_protection", [])), LIGHT, 14)
    assert told.spans == ()
    assert told.event_clear is True
    assert "at home" in told.text
    assert "Retinoid cream or gel, which can redden the skin at first; start it well before the event" in told.text
    assert "Sun protection" not in told.text


@pytest.mark.parametrize("after", [0, 1, 100, 135])
def test_redness_of_months_reaches_an_event(after: int) -> None:
    told = timeline(option(step("laser_resurfacing", [20])), LIGHT, 20 + after)
    assert told.event_clear is False
    assert f"On the day of the event (day {20 + after}) there may still be" in told.text
    assert f"redness (Laser resurfacing (full-field CO2 or Er:YAG), up to day {20 + 135})" in told.text


def test_beyond_the_long_end_an_event_is_clear_but_averages_are_named() -> None:
    told = timeline(option(step("laser_resurfacing", [20])), LIGHT, 156)
    assert told.event_clear is True
    assert "nothing should show: by these ranges the last before it is over by day 155" in told.text
    assert "some stay red longer" in told.text
    assert "some stay red longer" not in timeline(option(step("laser_resurfacing", [20])), LIGHT, 300).text


def test_faint_redness_after_fractional_laser_is_told_until_its_end() -> None:
    one = option(step("fractional_laser_ablative", [0]))
    assert [timeline(one, LIGHT, day).event_clear for day in (14, 15, 84, 85)] == [False, True, True, True]
    assert ["12 weeks" in timeline(one, LIGHT, day).text for day in (14, 15, 84, 85)] == [False, True, True, False]


def test_what_comes_after_an_event_does_not_count() -> None:
    told = timeline(option(step("subcision", [0, 60])), LIGHT, 59)
    assert told.event_clear is True
    assert "over by day 14" in told.text
    assert "not treated before it" in timeline(option(step("subcision", [60])), LIGHT, 59).text


def test_only_what_reaches_the_event_is_named() -> None:
    """One long stretch of redness: the filler months later has no part in the event."""
    told = timeline(option(step("laser_resurfacing", [0]), step("filler", [130])), LIGHT, 100)
    assert len(of(told, "redness")) == 1
    assert "Filler" not in told.text


def test_sport_and_sun_do_not_spoil_an_event() -> None:
    told = timeline(option(step("microneedling", [0])), LIGHT, 20)
    assert told.event_clear is True
    (sun,) = of(told, "sun")
    assert sun.first_day <= 20 <= sun.last_day


@given(options, skins)
def test_every_visit_is_covered_and_stretches_of_a_sign_never_overlap(one: Option, findings: Findings) -> None:
    told = timeline(one, findings, None)
    skin = findings.case.person.skin_type
    for part in one.steps:
        for name, sign in signs_after(part.treatment, skin).items():
            for day in part.visits if sign.high > 0 else ():
                (span,) = [span for span in of(told, name) if span.first_day <= day <= span.last_day]
                assert part.treatment in span.treatments
                assert span.last_day >= day + sign.high
                assert span.likely_last_day >= day + sign.low
    for name in {span.sign for span in told.spans}:
        rows = of(told, name)
        assert all(left.last_day + 1 < right.first_day for left, right in pairwise(rows))
    assert all(span.first_day <= span.likely_last_day <= span.last_day for span in told.spans)
    assert told.days == max(one.days, *(span.last_day for span in told.spans))


@given(options, skins, st.data())
def test_leaving_a_session_out_never_lengthens(one: Option, findings: Findings, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(one.steps) - 1))
    part = one.steps[index]
    gone = data.draw(st.sampled_from(part.visits))
    rest = [day for day in part.visits if day != gone]
    fewer = option(*one.steps[:index], *([step(part.treatment, rest)] if rest else []), *one.steps[index + 1 :])
    before, after = timeline(one, findings, 150), timeline(fewer, findings, 150)
    assert covered(after) <= covered(before)
    assert after.days <= before.days
    assert after.event_clear or not before.event_clear


@given(options, st.sampled_from((1, 2, 3, 4, 5, 6)))
def test_an_unknown_skin_type_never_shortens(one: Option, skin_type: int) -> None:
    known = timeline(one, join(Case.model_validate({"person": {"skin_type": skin_type}})), None)
    unknown = timeline(one, join(Case()), None)
    assert covered(known) <= covered(unknown)
    assert known.days <= unknown.days


@given(options, skins, st.integers(0, 500))
def test_an_event_is_clear_exactly_when_no_stretch_reaches_it(one: Option, findings: Findings, day: int) -> None:
    told = timeline(one, findings, day)
    reached = {(sign, day) for sign in SHOWING} & covered(told)
    assert told.event_clear is not bool(reached)
    assert ("there may still be" in told.text) is bool(reached)


def with_event(case: Case, days: int) -> Case:
    wishes = case.preferences.model_copy(update={"event_date": TODAY + timedelta(days=days)})
    return case.model_copy(update={"preferences": wishes})


def planned(case: Case) -> list[Timeline]:
    findings, gate = found(case)
    made = plan(findings, gate, TODAY)
    return [timeline(one, findings, made.event_day) for one in made.options]


@pytest.mark.parametrize("days", [0, 1, 14, 30, 60, 90, 140, 200, 300, 400])
def test_the_planner_keeps_every_event_clear(days: int) -> None:
    people: list[dict[str, Any]] = [
        {"scars": SERIOUS | {"hypertrophic": 1}, "marks": {"red": 5, "brown": 3}},
        {"scars": {"rolling": 5}, "marks": {"red": 5}, "wishes": {"avoid": ["vascular_laser"]}},
        {"scars": SERIOUS, "acne": ACTIVE},
        {"person": {"skin_type": None}, "scars": SERIOUS},
        {"person": {"skin_type": 5}, "scars": {"icepick": 4}, "marks": {"brown": 9}},
    ]
    told = [one for person in people for one in planned(with_event(case_of(**person), days))]
    assert len(told) >= 8
    assert all(one.event_clear for one in told)


def test_the_planner_keeps_the_events_of_strangers_clear() -> None:
    told = [one for k, case in enumerate(strangers(60, seed=6)) for one in planned(with_event(case, 20 + 7 * k))]
    assert len(told) > 40
    assert [one.text for one in told if not one.event_clear] == []


def test_the_same_option_makes_the_same_bytes() -> None:
    first, second = (planned(with_event(case_of(scars=SERIOUS), 200)) for _ in range(2))
    assert [one.model_dump_json() for one in first] == [one.model_dump_json() for one in second]
