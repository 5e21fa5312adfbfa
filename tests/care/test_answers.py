"""Answers as numbers, and three-valued conditions."""

from __future__ import annotations

import math

import numpy as np
import pytest

from cicatrix.care.condition_values import FALSE, TRUE, UNKNOWN, answers_of, code_of, holds, implied, settles
from cicatrix.model.condition import parse
from tests.care.people import case_of, found

YES, NO, NONE = 1.0, 0.0, math.nan


def one(told: str, **answers: float) -> int:
    keyed = {key.replace("__", "."): np.array([value]) for key, value in answers.items()}
    return int(holds(parse(told), keyed)[0])


@pytest.mark.parametrize(
    ("left", "right", "both", "either"),
    [
        (YES, YES, TRUE, TRUE), (YES, NONE, UNKNOWN, TRUE), (YES, NO, FALSE, TRUE),
        (NONE, NONE, UNKNOWN, UNKNOWN), (NONE, NO, FALSE, UNKNOWN), (NO, NO, FALSE, FALSE),
    ],
)  # fmt: skip
def test_and_and_or_follow_kleene(left: float, right: float, both: int, either: int) -> None:
    answers = {"person__smoker": left, "person__diabetes": right}
    assert one("person.smoker and person.diabetes", **answers) == both
    assert one("person.diabetes or person.smoker", **answers) == either
    assert one("not person.smoker", **answers) == 2 - one("person.smoker", **answers)


def test_numbers_choices_and_known() -> None:
    assert one("person.skin_type >= 4", person__skin_type=4.0) == TRUE
    assert one("person.skin_type >= 4", person__skin_type=3.0) == FALSE
    assert one("person.skin_type >= 4") == UNKNOWN
    assert one("known(person.skin_type)") == FALSE
    assert one("known(person.skin_type)", person__skin_type=1.0) == TRUE
    now = code_of("person.isotretinoin", "now")
    assert one("person.isotretinoin == 'now'", person__isotretinoin=now) == TRUE
    assert one("person.isotretinoin != 'now'", person__isotretinoin=now) == FALSE
    assert one("always") == TRUE


def test_axes_may_differ() -> None:
    answers = {"person.smoker": np.array([[NO], [NONE], [YES]]), "person.diabetes": np.array([[NO, NONE, YES]])}
    table = holds(parse("person.smoker or person.diabetes"), answers)
    assert table.tolist() == [[0, 1, 2], [1, 1, 2], [2, 2, 2]]


def test_what_follows_is_filled_in_only_where_nothing_was_said() -> None:
    male = code_of("person.sex", "male")
    answers = {"person.sex": np.array([male]), "person.active_herpes": np.array([YES])}
    told = implied({**answers, "person.isotretinoin_months_since": np.array([8.0])})
    assert told["person.pregnant"].tolist() == [NO]
    assert told["person.herpes_history"].tolist() == [YES]
    assert told["person.isotretinoin"].tolist() == [code_of("person.isotretinoin", "stopped")]
    female = code_of("person.sex", "female")
    assert np.isnan(implied({"person.sex": np.array([female])})["person.pregnant"]).all()
    assert implied({**answers, "person.pregnant": np.array([YES])})["person.pregnant"].tolist() == [YES]


def test_answers_of_a_case_know_the_gate_and_the_counts() -> None:
    findings, gate = found(case_of(scars={"keloid": 2}))
    answers = answers_of(findings, gate.state)
    assert answers["scars.keloid"].tolist() == [2.0]
    assert answers["gate.state"].tolist() == [code_of("gate.state", "controlled")]
    assert np.isnan(answers["scars.hypertrophic"]).all()


def test_only_answers_that_settle_something_are_asked() -> None:
    told = parse(
        "person.isotretinoin == 'now' or (person.isotretinoin != 'never' and person.isotretinoin_months_since < 6)"
    )
    assert settles(told, {}) == ("person.isotretinoin",)
    stopped = np.array([code_of("person.isotretinoin", "stopped")])
    assert settles(told, {"person.isotretinoin": stopped}) == ("person.isotretinoin_months_since",)
    keloids = parse("person.keloid_history or (known(scars.keloid) and scars.keloid > 0)")
    assert settles(keloids, {}) == ("person.keloid_history",)
