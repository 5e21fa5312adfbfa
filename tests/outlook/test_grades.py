from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cicatrix.care.plan import plan as plan_for
from cicatrix.grading import grade
from cicatrix.knowledge import sources
from cicatrix.knowledge.outcomes import outcomes
from cicatrix.model.evidence import Statement
from cicatrix.model.grades import Grade
from cicatrix.model.outcome import Transition
from cicatrix.model.plan import Plan
from cicatrix.outlook.result.grades import UNTREATED, grade_probability
from cicatrix.outlook.result.people import people_results
from tests.care.people import found, strangers
from tests.outlook.results_made import PITTED, planned

NOTICED = {"visible_at_50cm": True, "hidden_by_makeup": False}
SEVERE = {**PITTED, **NOTICED, "flattened_by_stretching": False}
MODERATE = {**PITTED, **NOTICED, "flattened_by_stretching": True}
MILD = {**PITTED, "visible_at_50cm": False, "hidden_by_makeup": True}
UNSURE = PITTED


def probability(
    scars: dict[str, Any], transitions: tuple[Transition, ...] | None = None
) -> tuple[dict[str, dict[str, float]], Statement | None, Plan, Grade | None]:
    plan, findings = planned(scars, include=("subcision", "rf_microneedling"), skin_type=3)
    known = outcomes() if transitions is None else outcomes().model_copy(update={"transitions": transitions})
    today = grade(findings).goodman_baron_qualitative
    shares, basis = grade_probability(plan, findings, today, known)
    return {name: {str(key): part for key, part in share.items()} for name, share in shares.items()}, basis, plan, today


@pytest.mark.parametrize("scars", [SEVERE, MODERATE, MILD, UNSURE])
def test_every_option_sums_to_exactly_one(scars: dict[str, Any]) -> None:
    shares, basis, plan, _ = probability(scars)
    assert set(shares) == {option.id for option in plan.options} | {UNTREATED}
    for share in shares.values():
        assert list(share) == ["1", "2", "3", "4"]
        assert round(sum(10_000 * part for part in share.values())) == 10_000
        assert all(0.0 <= part <= 1.0 for part in share.values())
    assert basis is not None
    assert set(basis.sources) <= set(sources())


def test_severe_scars_improve_but_rarely_vanish() -> None:
    shares, _, plan, today = probability(SEVERE)
    assert today is not None
    assert today.value == 4
    for option in plan.options:
        share = shares[option.id]
        assert share["1"] < 0.05
        assert share["2"] + share["3"] > 0.5
        assert share["4"] < shares[UNTREATED]["4"]
    assert shares[UNTREATED]["4"] > 0.85


def test_without_treatment_grades_mostly_stay() -> None:
    for scars, key in ((SEVERE, "4"), (MODERATE, "3"), (MILD, "2")):
        share = probability(scars)[0][UNTREATED]
        assert share[key] > 0.8
        assert share["1"] < 0.01


def test_grades_that_are_possible_today_count_the_same() -> None:
    shares, basis, _, today = probability(UNSURE)
    assert today is not None
    assert today.possible == (2, 3, 4)
    assert basis is not None
    assert "2, 3, 4" in basis.text
    each = [probability(scars)[0] for scars in (MILD, MODERATE, SEVERE)]
    for name, share in shares.items():
        for key, part in share.items():
            assert part == pytest.approx(np.mean([one[name][key] for one in each]), abs=2e-4)


@pytest.mark.parametrize("scars", [SEVERE, MODERATE, MILD])
def test_chances_and_probabilities_say_the_same(scars: dict[str, Any]) -> None:
    plan, findings = planned(scars, skin_type=3)
    today = grade(findings).goodman_baron_qualitative
    assert today is not None
    shares, _ = grade_probability(plan, findings, today)
    for one in people_results(plan, findings, today):
        assert one.one_grade is not None
        assert one.two_grades is not None
        assert one.marks_at_most is not None
        share = {int(key): part for key, part in shares[one.option].items()}
        gained = [sum(part for key, part in share.items() if key <= today.high - steps) for steps in (1, 2)]
        # a chance is the median of what is not known of it, a probability the mean
        assert one.one_grade.value == pytest.approx(gained[0], abs=0.05)
        assert one.two_grades.value == pytest.approx(gained[1], abs=0.05)
        assert one.marks_at_most.value == pytest.approx(share[1], abs=0.05)


def made(gained: dict[str, float], **changes: Any) -> Transition:
    fields: dict[str, Any] = {
        "study": "made_up",
        "treatments": ("rf_microneedling",),
        "grade_from": (4,),
        "n": 30,
        "gained": gained,
        "sources": ("alam_2014",),
        "status": "seen",
    }
    return Transition.model_validate(fields | changes)


def test_studies_that_counted_grades_move_the_thresholds() -> None:
    stays = probability(SEVERE, (made({"0": 1.0}),))[0]
    gains = probability(SEVERE, (made({"2": 1.0}),))[0]
    for name in (name for name in gains if name != UNTREATED):
        assert gains[name]["4"] < stays[name]["4"]
        assert gains[name]["4"] + gains[name]["3"] < stays[name]["4"] + stays[name]["3"]


def test_without_a_grade_there_is_nothing_to_say() -> None:
    plan, findings = planned(PITTED)
    assert grade_probability(plan, findings, None) == ({}, None)


def test_marks_alone_stay_grade_one() -> None:
    plan, findings = planned(dict.fromkeys((*PITTED, "hypertrophic", "keloid"), 0))
    today = grade(planned(PITTED)[1]).goodman_baron_qualitative
    assert today is not None
    flat = today.model_copy(update={"possible": (1,), "low": 1, "high": 1, "value": 1})
    shares, _ = grade_probability(plan, findings, flat)
    assert shares[UNTREATED] == {"1": 1.0, "2": 0.0, "3": 0.0, "4": 0.0}


@settings(max_examples=8)
@given(st.integers(0, 10_000))
def test_every_stranger_gets_probabilities(seed: int) -> None:
    case = next(strangers(1, seed))
    findings, gate = found(case)
    today = grade(findings).goodman_baron_qualitative
    shares, basis = grade_probability(plan_for(findings, gate), findings, today)
    assert bool(shares) == (basis is not None)
    for share in shares.values():
        assert sum(share.values()) == pytest.approx(1.0, abs=1e-12)
