"""A specialist's walk: invented people, and what each plan must and must not hold.

The people follow the clinical review of version 0.1.0; each row says what a specialist would look for. Faults are
mended in the rules and the chooser, never for one person.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest

from cicatrix.care.plan import plan
from cicatrix.cases.suppose import suppose
from cicatrix.knowledge import rules
from cicatrix.model.case import TREATMENT_IDS, Case
from cicatrix.model.plan import Plan
from tests.care.people import ACTIVE, CALM, case_of, found

TODAY = date(2026, 11, 29)
MIXED = {"icepick": 10, "boxcar_deep": 8, "boxcar_shallow": 8, "rolling": 12}
PUNCH = {"punch_excision", "punch_elevation"}
FULL_FACE = {"laser_resurfacing", "dermabrasion", "chemical_peel_deep"}
WOUNDS: set[str] = {id_ for id_ in TREATMENT_IDS if rules().injury.get(id_, 0) >= 2}
CLINIC: set[str] = {id_ for id_ in TREATMENT_IDS if rules().injury.get(id_, 0) >= 1} | {"intralesional_steroid"}

Check = Callable[[Plan], bool]


@dataclass(frozen=True)
class Person:
    """One person of the walk."""

    name: str
    case: Case
    some: set[str] = field(default_factory=set)
    """Treatments that at least one option holds."""
    every: set[str] = field(default_factory=set)
    """Treatments that every option holds."""
    never: set[str] = field(default_factory=set)
    """Treatments that no option holds."""
    first: str | None = None
    """Kind of what comes first, and the plan's first line is of it."""
    checks: tuple[Check, ...] = ()


def case(**told: Any) -> Case:
    return Case.model_validate(told)


def used(made: Plan) -> set[str]:
    return {step.treatment for option in made.options for step in option.steps}


def first_says(*words: str) -> Check:
    return lambda made: bool(made.first) and all(word in made.first[0].text for word in words)


def conditions(treatment: str, *words: str) -> Check:
    def check(made: Plan) -> bool:
        steps = [step for option in made.options for step in option.steps if step.treatment == treatment]
        texts = [" ".join(item.text for item in step.conditions) for step in steps]
        return bool(texts) and all(word in text for text in texts for word in words)

    return check


def left_out_says(treatment: str, *words: str) -> Check:
    def check(made: Plan) -> bool:
        texts = [reason.text for item in made.excluded if item.treatment == treatment for reason in item.reasons]
        return any(all(word in text for word in words) for text in texts)

    return check


def three_options(made: Plan) -> bool:
    return len(made.options) == 3


def gentle_does_not_cut(made: Plan) -> bool:
    return not {step.treatment for step in made.options[0].steps} & (PUNCH | FULL_FACE | {"fractional_laser_ablative"})


def punch_is_capped(made: Plan) -> bool:
    steps = [step for option in made.options for step in option.steps if step.treatment in PUNCH]
    return all(step.downtime_days is not None and step.downtime_days.high >= 5 for step in steps)


def nothing_wounds_for(days: int) -> Check:
    return lambda made: all(
        step.start_day > days for option in made.options for step in option.steps if step.treatment in WOUNDS
    )


def releases_or_says(made: Plan) -> bool:
    """Every option releases the tethers of hollows, or says that it does not."""
    return all(
        "subcision" in {step.treatment for step in option.steps} or bool(option.forgoes) for option in made.options
    )


def everything_is_priced(made: Plan) -> bool:
    return all(step.price_usd is not None for o in made.options for step in o.steps if step.visits)


def within(budget: float) -> Check:
    return lambda made: all(o.price_usd is None or o.price_usd.high <= budget for o in made.options)


def plans_again(made: Plan) -> bool:
    return bool(made.again) and made.again[0].after_days is not None


PEOPLE = [
    Person(
        "01 narrow pits only",
        case_of({"skin_type": 3}, scars={"icepick": 20}),
        every={"tca_cross"},
        never={"subcision", "filler", *PUNCH},
        checks=(conditions("tca_cross", "50 % acid"),),
    ),
    Person(
        "02 tethered hollows, type III",
        case_of({"skin_type": 3}, scars={"rolling": 20, "flattened_by_stretching": True}),
        every={"subcision"},
        never={"tca_cross", *PUNCH},
    ),
    Person(
        "03 five shallow pits under make-up",
        case_of(scars={"boxcar_shallow": 5, "hidden_by_makeup": True}),
        never={*FULL_FACE, *PUNCH, "fractional_laser_ablative", "chemical_peel_medium", "subcision"},
    ),
    Person(
        "04 mixed severe, type III",
        case_of({"skin_type": 3}, scars=MIXED),
        some={"subcision", "tca_cross"},
        never={"punch_excision"},
        checks=(three_options, gentle_does_not_cut, releases_or_says, everything_is_priced, punch_is_capped),
    ),
    Person(
        "05 mixed severe, type II, no herpes ever",
        case_of(scars=MIXED),
        some={"laser_resurfacing", "tca_cross"},
        checks=(conditions("laser_resurfacing", "Antiviral medicine whatever the history"), gentle_does_not_cut),
    ),
    Person(
        "06 mixed severe, type V",
        case_of({"skin_type": 5}, scars=MIXED),
        some={"subcision", "tca_cross"},
        never=FULL_FACE,
        checks=(three_options, releases_or_says, left_out_says("laser_resurfacing", "Full-field laser")),
    ),
    Person(
        "07 mixed severe, type IV",
        case_of({"skin_type": 4}, scars=MIXED),
        some={"subcision", "tca_cross"},
        never=FULL_FACE,
        checks=(left_out_says("laser_resurfacing", "45.5 %"), conditions("tca_cross", "Test spot", "Prepare the skin")),
    ),
    Person(
        "07b a fractional laser is planned or compared by name, type VI",
        case_of({"skin_type": 6}, scars=MIXED),
        checks=(
            lambda made: (
                "fractional_laser_ablative" in used(made)
                or left_out_says("fractional_laser_ablative", "chosen in its place")(made)
            ),
        ),
    ),
    Person(
        "08 pregnant",
        case_of({"pregnant": True}, scars=MIXED, marks={"brown": 10}),
        never=CLINIC,
        first="wait",
        some={"sun_protection"},
        checks=(plans_again, first_says("after the birth")),
    ),
    Person(
        "08b pregnancy not known",
        case_of({"pregnant": None}, scars=MIXED),
        some={"tca_cross"},
        checks=(conditions("tca_cross", "Only after pregnancy is ruled out."),),
    ),
    Person(
        "09 isotretinoin now",
        case_of({"isotretinoin": "now"}, scars=MIXED),
        never={*FULL_FACE, "chemical_peel_medium", "topical_retinoid"},
        some={"subcision", "tca_cross"},
        checks=(plans_again,),
    ),
    Person(
        "10 isotretinoin three months ago",
        case_of({"isotretinoin": "stopped", "isotretinoin_months_since": 3.0}, scars=MIXED),
        never={*FULL_FACE, "chemical_peel_medium"},
        some={"microneedling"},
    ),
    Person(
        "11 isotretinoin a year ago",
        case_of({"isotretinoin": "stopped", "isotretinoin_months_since": 12.0}, scars=MIXED),
        some={"laser_resurfacing"},
    ),
    Person(
        "12 isotretinoin and type V", case_of({"isotretinoin": "now", "skin_type": 5}, scars=MIXED), never=FULL_FACE
    ),
    Person(
        "14 nodular acne and scars",
        case_of(acne=ACTIVE, scars=MIXED),
        every={"acne_control"},
        first="acne",
        never={"topical_retinoid", "azelaic_acid"},
        checks=(first_says("see a dermatologist now", "Isotretinoin", "1,726 nm"), nothing_wounds_for(100)),
    ),
    Person(
        "14b nodular acne in pregnancy",
        case_of({"pregnant": True}, acne=ACTIVE, scars=MIXED),
        first="acne",
        never=CLINIC,
        checks=(lambda made: "1,726" not in made.first[0].text and "not for this time" in made.first[0].text,),
    ),
    Person("16 cold sore now", case_of({"active_herpes": True}, scars=MIXED), never=WOUNDS, checks=(plans_again,)),
    Person(
        "17 blood thinner",
        case_of({"anticoagulant": True}, scars=MIXED),
        some={"subcision"},
        never={"dermabrasion"},
        checks=(conditions("subcision", "Do not stop a prescribed blood thinner"),),
    ),
    Person(
        "18 body dysmorphic disorder",
        case_of({"body_dysmorphic_disorder": True}, scars={"icepick": 2}),
        never=CLINIC,
        first="refer",
        checks=(first_says("No procedure now"),),
    ),
    Person(
        "19 aged 14, nodules",
        case_of({"age": 14}, acne=ACTIVE, scars=MIXED),
        never=WOUNDS,
        first="acne",
        checks=(plans_again, lambda made: any(item.kind == "wait" for item in made.first)),
    ),
    Person(
        "20 man of 62",
        case_of({"age": 62, "sex": "male"}, scars=MIXED),
        some={"laser_resurfacing"},
        checks=(conditions("laser_resurfacing", "Antiviral"),),
    ),
    Person(
        "21 red marks only",
        case_of(marks={"red": 40}),
        some={"sun_protection"},
        never=WOUNDS - {"fractional_laser_nonablative"},
        checks=(lambda made: bool(used(made) & {"vascular_laser", "ipl"}),),
    ),
    Person(
        "21b red marks in type V after sun",
        case_of({"skin_type": 5, "recent_tan": True}, marks={"red": 20}),
        never={"vascular_laser", "ipl", *WOUNDS},
    ),
    Person(
        "22 brown marks, type V",
        case_of({"skin_type": 5}, marks={"brown": 40}),
        every={"sun_protection"},
        some={"chemical_peel_superficial"},
        never=WOUNDS,
        checks=(
            conditions("chemical_peel_superficial", "Mildest strength first"),
            lambda made: any("iron oxides" in item.text for o in made.options for s in o.steps for item in s.prepare),
        ),
    ),
    Person(
        "23 raised scar, two days off at most",
        case_of(scars={"hypertrophic": 1}, wishes={"max_downtime_days": 2}),
        some={"intralesional_steroid", "silicone"},
        never=WOUNDS,
    ),
    Person(
        "24 papular scars",
        case_of(scars={"papular": 12}),
        some={"fractional_laser_ablative"},
        never={"silicone", "intralesional_steroid", "subcision"},
    ),
    Person(
        "25 budget of 300",
        case_of({"skin_type": 3}, scars=MIXED, wishes={"budget_usd": 300.0}),
        checks=(within(300.0),),
    ),
    Person(
        "25b budget of 2,500",
        case_of({"skin_type": 3}, scars=MIXED, wishes={"budget_usd": 2500.0}),
        checks=(
            within(2500.0),
            everything_is_priced,
            lambda made: bool(used(made) & {"subcision", "tca_cross", "microneedling"}),
        ),
    ),
    Person(
        "26 no day off",
        case_of(scars=MIXED, wishes={"max_downtime_days": 0}),
        never={*FULL_FACE, *PUNCH, "fractional_laser_ablative", "subcision", "microneedling"},
        checks=(lambda made: bool(used(made) & {"picosecond_laser", "filler", "microdermabrasion"}),),
    ),
    Person(
        "29 an event in five weeks",
        case_of(scars=MIXED, wishes={"event_date": TODAY + timedelta(days=35)}),
        checks=(nothing_wounds_for(35),),
    ),
    Person(
        "30 mixed, moderate, type IV, calm",
        case_of({"skin_type": 4}, acne=CALM, scars={"rolling": 8, "boxcar_shallow": 8}),
        some={"subcision"},
        checks=(releases_or_says,),
    ),
    Person(
        "31 keloid, 60 days off",
        case_of({"keloid_history": True}, scars={"keloid": 2}, wishes={"max_downtime_days": 60}),
        some={"intralesional_steroid", "silicone"},
        never={*FULL_FACE, *PUNCH, "subcision"},
    ),
    Person(
        "33 nothing to treat",
        case_of(scars=dict.fromkeys(MIXED, 0), marks={"red": 0, "brown": 0}),
        never=CLINIC,
        checks=(lambda made: not made.options,),
    ),
    Person(
        "34 pacemaker, tethered hollows, type IV",
        case_of({"pacemaker": True, "skin_type": 4}, scars={"rolling": 20, "flattened_by_stretching": True}),
        every={"subcision"},
        never={"rf_microneedling", *FULL_FACE},
    ),
    Person(
        "35 narrow pits, type VI",
        case_of({"skin_type": 6}, scars={"icepick": 15}),
        every={"tca_cross"},
        never=PUNCH,
        checks=(conditions("tca_cross", "50 % acid", "Test spot", "Tinted sunscreen"),),
    ),
    Person(
        "37 one raised scar beside twenty hollows",
        case_of(scars={"rolling": 20, "hypertrophic": 1, "raised_area_cm2": 0.3}),
        some={"subcision"},
        never=FULL_FACE,
        checks=(conditions("subcision", "Not over raised scars"),),
    ),
    Person(
        "38 a few spots still come",
        case_of(acne={"papules": 3, "pustules": 1, "nodules": 0, "months_clear": 1.0}, scars={"rolling": 12}),
        every={"acne_control"},
        first="acne",
    ),
    Person(
        "39 severe, type unknown",
        case(scars={"severity": "severe"}),
        some={"subcision", "tca_cross"},
        checks=(lambda made: all("scars.shape" in [a.key for a in o.assumes] for o in made.options),),
    ),
    Person(
        "39b severe dips", case(scars={"severity": "severe", "shape": "dips"}), some={"subcision"}, never={"tca_cross"}
    ),
    Person(
        "39c severe pits", case(scars={"severity": "severe", "shape": "pits"}), every={"tca_cross"}, never={"subcision"}
    ),
    Person(
        "41 weak immune system and diabetes, type III",
        case_of({"immunosuppressed": True, "diabetes": True, "skin_type": 3}, scars=MIXED),
        never={
            *FULL_FACE,
            *PUNCH,
            "fractional_laser_ablative",
            "microneedling",
            "rf_microneedling",
            "subcision",
            "tca_cross",
        },
        checks=(left_out_says("fractional_laser_ablative", "525 cases"),),
    ),
    Person(
        "42 one wide deep pit beside many narrow ones",
        case_of(scars={"icepick": 30, "boxcar_deep": 1}),
        every={"tca_cross"},
        never={"punch_excision"},
    ),
    Person(
        "43 counts alone",
        case(scars={"rolling": 30, "icepick": 20}),
        some={"subcision", "tca_cross"},
        checks=(
            lambda made: all(o.assumes for o in made.options),
            conditions("tca_cross", "Only when there is no cold sore."),
        ),
    ),
]


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.name)
def test_a_specialist_finds_no_fault(person: Person) -> None:
    findings, gate = found(person.case)
    made = plan(suppose(findings), gate, TODAY)
    holds = used(made)
    assert person.some <= holds, f"missing: {person.some - holds}"
    assert not person.never & holds, f"must not be there: {person.never & holds}"
    for option in made.options:
        assert person.every <= {step.treatment for step in option.steps}, option.id
    if person.first is not None:
        assert made.first[0].kind == person.first
    for number, check in enumerate(person.checks):
        assert check(made), f"check {number}"


def test_the_walk_is_long_enough() -> None:
    assert len(PEOPLE) >= 30
