"""Which treatments are chosen together: properties of every option of random people."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from cicatrix.care.options import useful
from cicatrix.care.plan import plan
from cicatrix.care.targets import PITTED, aims_of
from cicatrix.knowledge import treatments
from cicatrix.knowledge.planning import planning
from cicatrix.model.case import TREATMENT_IDS, Case
from cicatrix.model.plan import Option, Plan
from tests.care.people import case_of, found, strangers

SERIOUS = {"icepick": 8, "boxcar_shallow": 12, "boxcar_deep": 6, "rolling": 15}


@cache
def plans() -> tuple[tuple[Case, Plan], ...]:
    return tuple((case, plan(*found(case))) for case in strangers(150, seed=23))


def options() -> Iterator[tuple[Case, Option]]:
    for case, made in plans():
        for option in made.options:
            yield case, option


def sets(made: Plan) -> list[frozenset[str]]:
    return [frozenset(step.treatment for step in option.steps) for option in made.options]


def able(treatment: str, **changes: Any) -> bool:
    return useful(treatment, aims_of(*found(case_of(**changes))))  # type: ignore[arg-type]


def test_options_are_at_most_three_that_differ_gentlest_first() -> None:
    order = ["gentlest", "balanced", "strongest"]
    for _, made in plans():
        names = [option.id for option in made.options]
        assert names == sorted(names, key=order.index)
        assert len(set(names)) == len(names) == len(set(sets(made)))
        assert not names or names[0] == "gentlest"


def test_a_gentler_option_asks_for_no_more_downtime() -> None:
    several = 0
    for _, made in plans():
        for gentle, strong in zip(made.options, made.options[1:], strict=False):
            assert gentle.measures.downtime_days <= strong.measures.downtime_days
            several += 1
    assert several > 50


def test_an_option_holds_at_most_one_treatment_of_the_whole_field_and_one_device_for_vessels() -> None:
    for _, option in options():
        stages = [step.stage for step in option.steps]
        assert stages.count("field") <= 1
        assert sum(step.treatment in ("vascular_laser", "ipl") for step in option.steps) <= 1
        assert "adjunct" not in stages


def test_volume_is_never_planned_alone() -> None:
    seen = 0
    for _, option in options():
        stages = {step.stage for step in option.steps}
        if "volume" in stages:
            assert stages & {"field", "tether"}
            seen += 1
    assert seen


def test_every_step_but_care_and_acne_does_something_for_a_target_that_is_there() -> None:
    for case, option in options():
        counts = aims_of(*found(case)).counts
        for step in option.steps:
            assert set(step.targets) <= set(counts)
            assert step.targets or step.stage in ("acne", "protect")


def test_a_treatment_that_no_option_holds_may_be_ruled_out_without_a_change() -> None:
    """The best of all combinations stays the best when others are taken away."""
    for case in strangers(12, seed=31):
        made = plan(*found(case))
        unused = sorted(set(TREATMENT_IDS) - set().union(*sets(made)))
        wishes = case.preferences.model_copy(update={"avoid": tuple({*(case.preferences.avoid or ()), *unused})})
        again = plan(*found(case.model_copy(update={"preferences": wishes})))
        assert sets(again) == sets(made)


def test_ruling_out_a_planned_treatment_takes_it_out_of_every_option() -> None:
    made = plan(*found(case_of(scars=SERIOUS)))
    for treatment in sorted(set().union(*sets(made)) - {"sun_protection"}):
        again = plan(*found(case_of(scars=SERIOUS, wishes={"avoid": [treatment]})))
        assert treatment not in set().union(*sets(again))


def test_fees_that_are_known_stay_within_the_budget() -> None:
    for budget in (300.0, 1200.0, 2400.0, 4000.0, 9000.0):
        for option in plan(*found(case_of(scars=SERIOUS, wishes={"budget_usd": budget}))).options:
            assert option.price_usd is None or option.price_usd.high <= budget
            assert option.measures.cost_usd <= budget


@pytest.mark.parametrize("treatment", TREATMENT_IDS)
def test_what_is_useful_depends_on_what_is_there(treatment: str) -> None:
    own = treatments()[treatment]  # type: ignore[index]
    assert not able(treatment)
    marks = {"red": 5, "brown": 5}
    if own.stage in ("field", "tether", "focal", "volume", "adjunct"):
        assert able(treatment, marks=marks) is (treatment in planning().marks_field)
    if own.stage == "tether":
        assert able(treatment, scars={"rolling": 3})
        assert not able(treatment, scars={"icepick": 3, "boxcar_shallow": 3})
    if own.stage == "focal":
        assert able(treatment, scars={"icepick": 3, "boxcar_deep": 3})
        assert not able(treatment, scars={"rolling": 3, "boxcar_shallow": 3})
    if own.stage == "field":
        assert able(treatment, scars=dict.fromkeys(PITTED, 5))
    if own.stage == "raised":
        assert able(treatment, scars={"hypertrophic": 1, "keloid": 1})
        assert not able(treatment, scars=dict.fromkeys(PITTED, 5))
