"""The answer: its order, its figures, its language."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, get_args

import numpy as np
import pytest

from cicatrix.cases.join import join
from cicatrix.knowledge import sources
from cicatrix.model.answer import Answer, PartName
from cicatrix.model.case import Case
from cicatrix.pipeline.advise import Advice, advise
from cicatrix.validation.answer_stability import moves
from tests.care.people import ACTIVE, case_of, strangers
from tests.reading import reading_grade

SEVERE = {"icepick": 20, "boxcar_shallow": 8, "boxcar_deep": 10, "rolling": 20, "visible_at_50cm": True,
          "hidden_by_makeup": False, "flattened_by_stretching": False}  # fmt: skip
MILD = {"boxcar_shallow": 3, "rolling": 2, "visible_at_50cm": False}
NONE = dict.fromkeys(("icepick", "boxcar_shallow", "boxcar_deep", "rolling", "hypertrophic", "keloid"), 0)

PEOPLE: list[dict[str, Any]] = [
    {"scars": SEVERE}, {"scars": MILD}, {"scars": {"icepick": 9}}, {"scars": {"rolling": 20}},
    {"scars": {"hypertrophic": 2}}, {"scars": {"keloid": 1}}, {"acne": ACTIVE, "scars": SEVERE},
    {"acne": {}, "scars": SEVERE}, {"person": {"skin_type": 5}, "scars": NONE, "marks": {"brown": 40}},
    {"scars": NONE, "marks": {"red": 0, "brown": 0}}, {},
]  # fmt: skip


def advised(case: Case) -> Advice:
    return advise(join(case), date(2026, 11, 22))


def answered(case: Case) -> Answer:
    answer = advised(case).answer
    assert answer is not None
    return answer


def test_the_parts_stand_in_their_order_and_make_the_text() -> None:
    order = get_args(PartName)
    for case in strangers(60, seed=3):
        answer = answered(case)
        parts = [part.part for part in answer.parts]
        assert parts == [name for name in order if name in parts]
        assert parts[0] == "removable"
        assert parts[-1] == "first"
        assert answer.text == " ".join(part.text for part in answer.parts)


def test_every_figure_is_that_of_the_option_that_the_answer_names() -> None:
    advice = advised(case_of({"skin_type": 3}, scars=SEVERE, marks={"red": 3, "brown": 4}))
    answer, plan = advice.answer, advice.plan
    assert answer is not None
    assert plan is not None
    option = next(one for one in plan.options if one.id == answer.option)
    people = next(one for one in advice.outlook.people if one.option == answer.option)
    chance = answer.chance
    assert (chance.one_grade, chance.two_grades, chance.marks_at_most) == (
        people.one_grade, people.two_grades, people.marks_at_most
    )  # fmt: skip
    assert answer.better == people.better
    assert answer.by_target == {one.target: one.better for one in people.by_target if one.treatments}
    assert answer.visits is not None
    assert (answer.visits.low, answer.visits.high) == (option.visits, option.visits)
    assert option.downtime_days is not None
    assert answer.days_off is not None
    assert (answer.days_off.low, answer.days_off.high) == (option.downtime_days.low, option.downtime_days.high)


def test_the_text_says_the_figures() -> None:
    answer = answered(case_of({"skin_type": 3}, scars=SEVERE))
    chance = answer.chance
    assert chance.one_grade is not None
    assert chance.two_grades is not None
    assert f"about {100 * chance.one_grade.value:.0f} gain at least one grade (from severe to moderate" in answer.text
    assert f"about {100 * chance.two_grades.value:.0f} gain two" in answer.text
    assert "of 42" not in answer.text, "no single trial"
    assert "study" not in answer.text


def test_nothing_to_treat_is_an_answer() -> None:
    answer = answered(case_of(scars=NONE, marks={"red": 0, "brown": 0}))
    assert answer.removable == "nothing_to_treat"
    assert answer.text.startswith("There is nothing to treat")
    assert answer.better is None
    assert answer.option is None


def test_what_nobody_counted_is_not_nothing_to_treat() -> None:
    assert answered(Case()).removable is None
    assert answered(case_of(scars={**NONE, "rolling": None})).removable is None


def test_marks_are_not_called_scars() -> None:
    answer = answered(case_of({"skin_type": 5}, scars=NONE, marks={"brown": 40}))
    assert answer.removable == "partly"
    assert "marks and not scars" in answer.text
    assert answer.chance.one_grade is None


def test_acne_that_is_active_comes_first() -> None:
    pustules = {"papules": 30, "pustules": 10, "nodules": 0, "months_clear": 0.0}
    assert "acne" in answered(case_of(acne=pustules, scars=SEVERE)).first
    assert "see a dermatologist now" in answered(case_of(acne=ACTIVE, scars=SEVERE)).first


def test_no_single_study_is_quoted() -> None:
    nodular = answered(case_of({"age": 15}, acne=ACTIVE, scars=SEVERE))
    assert "104 people" not in nodular.text


def test_from_counts_alone_the_checklist_is_named() -> None:
    answer = answered(Case.model_validate({"scars": {"rolling": 30, "icepick": 20}}))
    assert answer.option is not None
    assert answer.better is not None
    assert "only if nothing in the checklist applies to you" in answer.text


def test_in_pregnancy_the_verdict_is_of_what_is_open_now() -> None:
    answer = answered(case_of({"pregnant": True}, scars=SEVERE))
    assert answer.text.startswith(
        ("Not now", "No: severe scars like these are not removed with what is open to you now")
    )
    assert "after the birth" in answer.first


@pytest.mark.parametrize("told", PEOPLE)
def test_the_answer_is_plain_and_promises_nothing(told: dict[str, Any]) -> None:
    answer = answered(case_of(told.get("person"), **{key: part for key, part in told.items() if key != "person"}))
    assert reading_grade(answer.text) <= 8.0, answer.text
    assert not re.search(r"\b(cure|guarantee|perfect|promise|certainly|best)\b", answer.text, re.IGNORECASE)
    for part in answer.parts:
        assert part.text[-1] == "."
        assert all(key in sources() for key in part.sources)


def test_the_same_case_makes_the_same_answer() -> None:
    case = case_of(scars=SEVERE, marks={"red": 5})
    assert answered(case).model_dump_json() == answered(case).model_dump_json()


def test_one_scar_in_twenty_of_another_type_hardly_moves_the_answer() -> None:
    assert np.median(moves(12, seed=4)) < 0.03


def test_where_nobody_knows_the_kinds_the_shape_is_asked_and_either_is_answered() -> None:
    seen = {"visible_at_50cm": True, "hidden_by_makeup": False, "flattened_by_stretching": False}
    answer = answered(case_of(scars=seen))
    assert answer.removable == "rarely"
    assert [one.shape for one in answer.by_shape] == ["dips", "pits"]
    assert "gradual dips, or deep and narrow" in answer.first
    for one in answer.by_shape:
        assert one.better is not None
        assert one.option is not None
    assert answer.text == " ".join(part.text for part in answer.parts)
    assert [part.part for part in answer.parts] == ["removable", "by_shape", "first"]
    assert reading_grade(answer.text) <= 8.0


def test_counted_scars_are_not_asked_for_their_shape() -> None:
    assert answered(case_of(scars=SEVERE)).by_shape == ()
    assert answered(case_of(scars={**NONE, "visible_at_50cm": True})).by_shape == ()
