"""The statements that a reader of the whole outlook can check."""

from __future__ import annotations

from typing import Any

import pytest

from cicatrix.care.gate import gate
from cicatrix.care.plan import plan
from cicatrix.cases.join import join
from cicatrix.grading import grade
from cicatrix.knowledge import sources
from cicatrix.model.case import TREATMENT_IDS, Case
from cicatrix.model.outlook import Outlook
from cicatrix.model.plan import Plan
from cicatrix.outlook import outlook
from tests.care.people import ACTIVE, case_of, strangers

SCARS = {"icepick": 12, "boxcar_shallow": 9, "boxcar_deep": 8, "rolling": 14, "visible_at_50cm": True}
SEVERE = SCARS | {"flattened_by_stretching": False, "hidden_by_makeup": False}
NO_SCARS = {"icepick": 0, "boxcar_shallow": 0, "boxcar_deep": 0, "rolling": 0, "hypertrophic": 0, "keloid": 0}


def of(case: Case) -> tuple[Outlook, Plan]:
    findings = join(case)
    grades = grade(findings)
    control = gate(findings, grades)
    made = plan(findings, control)
    return outlook(findings, grades, control, made), made


@pytest.fixture(scope="module")
def severe() -> tuple[Outlook, Plan]:
    return of(case_of(scars=SEVERE))


def test_marks_alone_mostly_fade_without_treatment() -> None:
    made, _ = of(case_of(scars=NO_SCARS, marks={"red": 8, "brown": 5, "median_age_months": 3}))
    assert "fade without treatment" in made.marks.text
    for fading in (made.marks.red, made.marks.brown):
        assert fading is not None
        assert fading.status == "assumption"
        assert fading.visible[-1].value < 0.5, "two years on"
        assert fading.half_life_days.low < fading.half_life_days.value < fading.half_life_days.high
    assert made.result == ()


def test_every_treatment_has_its_healing_in_the_order_that_is_known() -> None:
    made, _ = of(case_of(scars=SCARS))
    heal = {one.treatment: one for one in made.healing}
    assert tuple(heal) == TREATMENT_IDS
    laser, abrasion, fractional = (
        heal[id_] for id_ in ("laser_resurfacing", "dermabrasion", "fractional_laser_ablative")
    )
    assert laser.closed_days.low >= 3
    assert laser.closed_days.high <= 10
    assert laser.redness_days.high >= 60, "months of redness"
    assert abrasion.back_to_work_days.high > laser.back_to_work_days.high
    assert fractional.closed_days.high < min(laser.closed_days.high, abrasion.closed_days.high)
    assert fractional.back_to_work_days.high < laser.back_to_work_days.high
    assert "sunburn" in fractional.text


def test_severe_scars_improve_but_rarely_vanish(severe: tuple[Outlook, Plan]) -> None:
    made, plans = severe
    assert set(made.grade_probability) == {option.id for option in plans.options}
    assert made.grade_untreated is not None
    for shares in made.grade_probability.values():
        assert set(shares) == {"1", "2", "3", "4"}
        assert sum(shares.values()) == pytest.approx(1.0, abs=1e-9)
        assert shares["1"] < 0.2
        worse = sum(int(key) * share for key, share in shares.items())
        assert worse < sum(int(key) * share for key, share in made.grade_untreated.items())
    assert "rarely vanish" in made.text


def test_every_option_and_kind_has_a_result_with_its_basis(severe: tuple[Outlook, Plan]) -> None:
    made, plans = severe
    assert {(one.option, one.target) for one in made.result} == {
        (option.id, kind)
        for option in plans.options
        for kind in ("icepick", "boxcar_shallow", "boxcar_deep", "rolling")
    }
    for one in made.result:
        assert one.basis
        assert 0 <= one.remaining.low < one.remaining.value < one.remaining.high
        assert one.untreated.low < 1 < one.untreated.high
        assert one.sessions[-1].depth == one.remaining or not one.treatments


def test_new_scars_are_told_only_while_acne_is_not_under_control() -> None:
    active, calm = of(case_of(acne=ACTIVE, scars=SCARS))[0], of(case_of(scars=SCARS))[0]
    assert calm.new_scars is None
    assert active.new_scars is not None
    assert active.new_scars.per_year.low > 0


def test_without_a_plan_marks_and_healing_are_still_told() -> None:
    findings = join(case_of(scars=SCARS, marks={"red": 3}))
    grades = grade(findings)
    made = outlook(findings, grades, gate(findings, grades), None)
    assert made.marks.red is not None
    assert len(made.healing) == len(TREATMENT_IDS)
    assert (made.result, made.timelines, made.grade_probability) == ((), (), {})


def test_sources_resolve_and_the_same_case_gives_the_same_bytes(severe: tuple[Outlook, Plan]) -> None:
    made, _ = severe
    assert of(case_of(scars=SEVERE))[0].model_dump_json() == made.model_dump_json()
    known = sources()
    assert {key for key in _sources(made.model_dump(mode="json")) if key not in known} == set()


@pytest.mark.parametrize("case", list(strangers(12, seed=2201)), ids=lambda _: "stranger")
def test_anyone_gets_an_outlook(case: Case) -> None:
    made, plans = of(case)
    assert made.text
    assert made.marks.text
    assert len(made.timelines) == len(plans.options)


def _sources(value: Any) -> set[str]:
    if isinstance(value, dict):
        return {key for name, part in value.items() for key in (part if name == "sources" else _sources(part))}
    return {key for part in value for key in _sources(part)} if isinstance(value, list) else set()
