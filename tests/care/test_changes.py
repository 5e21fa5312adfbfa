"""What would change the plan: each kind of change where it belongs, and only there."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from cicatrix.care.plan import plan
from cicatrix.cases.join import join
from cicatrix.knowledge.planning import planning
from cicatrix.model.case import Case
from cicatrix.model.plan import Change, Plan
from tests.care.people import ACTIVE, case_of, found
from tests.model.build import assessment, scar

TODAY = date(2026, 11, 22)
SERIOUS = {"icepick": 8, "boxcar_shallow": 12, "boxcar_deep": 6, "rolling": 15}


def planned(case: Case, today: date | None = TODAY) -> Plan:
    return plan(*found(case), today)


def of(made: Plan, key: str) -> list[Change]:
    return [change for change in made.would_change if change.key == key]


def test_acne_moves_the_plan_while_it_is_active_or_unknown_and_not_when_it_is_calm() -> None:
    (active,) = of(planned(case_of(acne=ACTIVE, scars=SERIOUS)), "acne.months_clear")
    assert "sooner or later" in active.text
    unknown = of(planned(case_of(acne={}, scars=SERIOUS)), "acne.months_clear")
    assert any("Once acne is known" in change.text for change in unknown)
    assert of(planned(case_of(scars=SERIOUS)), "acne.months_clear") == []


def test_a_treatment_that_must_wait_says_until_when_and_one_that_is_forbidden_for_good_does_not() -> None:
    recent = {"isotretinoin": "stopped", "isotretinoin_months_since": 3.0}
    waits = of(planned(case_of(recent, scars=SERIOUS)), "person.isotretinoin")
    assert waits
    assert all("Then" in change.text for change in waits)
    waiting = {id_ for change in waits for id_ in change.treatments}
    assert "laser_resurfacing" in waiting
    unwanted = planned(case_of(recent, scars=SERIOUS, wishes={"avoid": ["laser_resurfacing"]}))
    assert "laser_resurfacing" not in {id_ for c in of(unwanted, "person.isotretinoin") for id_ in c.treatments}


def wish_changes(**wishes: Any) -> dict[str, set[str]]:
    made = planned(case_of(scars=SERIOUS, wishes=wishes))
    keys = ("preferences.avoid", "preferences.max_downtime_days", "preferences.budget_usd")
    return {key: {id_ for change in of(made, key) for id_ in change.treatments} for key in keys}


def test_each_wish_names_what_it_alone_takes_away() -> None:
    assert all(not ids for ids in wish_changes().values())
    assert wish_changes(avoid=["subcision"])["preferences.avoid"] == {"subcision"}
    downtime = wish_changes(max_downtime_days=5)
    assert "laser_resurfacing" in downtime["preferences.max_downtime_days"]
    assert not downtime["preferences.avoid"]
    assert "laser_resurfacing" in wish_changes(budget_usd=500.0)["preferences.budget_usd"]
    both = wish_changes(max_downtime_days=5, avoid=["laser_resurfacing"])
    assert "laser_resurfacing" not in both["preferences.max_downtime_days"]


def test_an_event_that_cannot_be_kept_free_is_named() -> None:
    coming, past = TODAY + timedelta(days=100), TODAY - timedelta(days=1)
    key = "preferences.event_date"
    assert of(planned(case_of(scars=SERIOUS, wishes={"event_date": coming})), key) == []
    assert len(of(planned(case_of(scars=SERIOUS, wishes={"event_date": past})), key)) == 1
    assert len(of(planned(case_of(scars=SERIOUS, wishes={"event_date": coming}), None), key)) == 1
    assert of(planned(case_of(scars=SERIOUS), None), key) == []
    today = planned(case_of(scars=SERIOUS, wishes={"event_date": TODAY}))
    assert today.event_day == 0
    assert of(today, key) == []


def test_more_or_deeper_scars_than_mild_would_bring_in_stronger_treatments() -> None:
    (mild,) = of(planned(case_of(scars={"boxcar_shallow": 6})), "scars.boxcar_deep")
    assert set(mild.treatments) == set(planning().too_much_for_mild)
    assert of(planned(case_of(scars=SERIOUS)), "scars.boxcar_deep") == []
    assert of(planned(case_of(marks={"red": 6})), "scars.boxcar_deep") == []


def test_a_capture_names_scars_of_undecided_type_and_that_it_shows_one_area() -> None:
    scars = [
        scar(id="u", kind="undecided", depth_class=None),
        scar(id="v", kind="undecided", depth_class=None),
        *(scar(id=f"b{k}") for k in range(3)),
    ]
    findings = join(case_of(), scars, None, assessment().capture)
    _, gate = found(case_of())
    texts = [change.text for change in of(plan(findings, gate, TODAY, scars), "measurement")]
    assert any(text.startswith("2 measured scars are of undecided type") for text in texts)
    assert any("one area" in text for text in texts)
    assert of(planned(case_of(scars=SERIOUS)), "measurement") == []
