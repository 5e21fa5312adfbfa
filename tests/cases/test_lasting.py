"""What is taken over from an earlier visit, and what is asked again."""

from __future__ import annotations

from pathlib import Path

from cicatrix.cases import read_case
from cicatrix.cases.contradictions import contradictions
from cicatrix.cases.fields import answer, fields
from cicatrix.cases.lasting import EVER, LASTING, taken_over
from cicatrix.model.case import Case

EXAMPLE = read_case(Path(__file__).parents[2] / "examples" / "case.toml")
KNOWN = {field.name: field for field in fields()}


def person(**answers: object) -> Case:
    return Case.model_validate({"person": answers})


def test_the_names_are_questions() -> None:
    assert set(KNOWN) >= LASTING | EVER
    assert not LASTING & EVER


def test_what_lasts_is_taken_over_and_nothing_else() -> None:
    now, taken = taken_over(EXAMPLE, Case())
    assert "person.diabetes" in taken
    assert "preferences.avoid" in taken
    for name, field in KNOWN.items():
        assert answer(now, field) == (answer(EXAMPLE, field) if name in taken else None)
    assert not {name for name in taken if name.startswith(("marks.", "scars.", "acne.regions."))}
    for today in ("pregnant", "breastfeeding", "isotretinoin", "anticoagulant", "skin_infection", "recent_tan"):
        assert f"person.{today}" not in taken


def test_that_something_never_was_is_asked_again() -> None:
    taken = taken_over(person(keloid_history=False, herpes_history=True), Case())[1]
    assert taken == ("person.herpes_history",)


def test_what_is_stated_already_stays() -> None:
    now, taken = taken_over(person(skin_type=4, smoker=False), person(skin_type=5))
    assert now == person(skin_type=5, smoker=False)
    assert taken == ("person.smoker",)
    assert taken_over(now, now) == (now, ())


def test_what_contradicts_an_answer_of_today_stays_open() -> None:
    now, taken = taken_over(person(sex="male", smoker=True), person(pregnant=True))
    assert taken == ("person.smoker",)
    assert contradictions(now) == ()
