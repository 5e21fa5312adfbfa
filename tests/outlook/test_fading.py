"""How marks fade: who gets an answer, what makes it longer, what widens it, and the words."""

from __future__ import annotations

import itertools
import math
from typing import Any

import pytest

from cicatrix.cases.join import join
from cicatrix.model import Case, Findings, Mark, MarkKind, Measured
from cicatrix.model.fading import Visit
from cicatrix.model.outlook import Fading
from cicatrix.outlook.fading.fading_text import duration
from cicatrix.outlook.fading.forecast import REMAINING_DAYS, fade_marks
from tests.outlook.marks_made import mark


def stated(**sections: Any) -> Findings:
    return join(Case.model_validate(sections))


def brown(**sections: Any) -> Fading:
    found = fade_marks(stated(**sections)).brown
    assert found is not None
    return found


def measured(marks: list[Mark], **sections: Any) -> Findings:
    return join(Case.model_validate(sections), marks=marks)


def test_red_and_brown_marks_alone_mostly_fade_without_treatment() -> None:
    outlook = fade_marks(stated(marks={"red": 6, "brown": 9, "median_age_months": 2}))
    assert outlook.text.startswith("Most red and brown marks fade without treatment.")
    for fading in (outlook.red, outlook.brown):
        assert fading is not None
        assert fading.text.startswith("Most of these")
        assert fading.visible[-1].value < 0.2
        assert fading.status == "assumption"
        assert "No half-life" in fading.basis
        assert [each.day for each in fading.remaining] == list(REMAINING_DAYS)


def test_old_marks_are_said_to_be_slow() -> None:
    fading = brown(marks={"brown": 8, "median_age_months": 60, "intensity": "marked"})
    assert "may fade slowly" in fading.text
    assert fading.faded_days.value > 1.5 * 365
    assert any("still seen after many months" in each.text for each in fading.longer)


@pytest.mark.parametrize(
    ("marks", "text"),
    [
        ({"red": 0, "brown": 0}, "There are no red or brown marks, so there is nothing to fade."),
        ({"red": 0}, "There are no red marks. Whether there are brown ones is not known."),
        ({}, "Whether there are red or brown marks is not known, so nothing can be said of how they fade."),
    ],
)
def test_without_known_marks_nothing_is_forecast(marks: dict[str, int], text: str) -> None:
    outlook = fade_marks(stated(marks=marks))
    assert (outlook.red, outlook.brown, outlook.marks) == (None, None, ())
    assert outlook.text == text


def test_brown_marks_that_nobody_counted_are_forecast() -> None:
    fading = brown(marks={"intensity": "moderate"})
    assert fading.number is None
    assert "in 10" in fading.text


def test_numbers_never_rise_with_time_and_stay_in_their_intervals() -> None:
    fading = brown(marks={"brown": 25, "intensity": "moderate", "median_age_months": 4})
    for rows in (fading.remaining, fading.visible):
        assert (rows[0].value, rows[0].low, rows[0].high) == (1.0, 1.0, 1.0)
        for name in ("value", "low", "high"):
            values = [getattr(each, name) for each in rows]
            assert values == sorted(values, reverse=True)


LADDERS = {
    ("acne", "picking"): ("never", "sometimes", "often"),
    ("marks", "sun_protection"): ("daily", "sometimes", "never"),
    ("marks", "intensity"): ("slight", "moderate", "marked"),
    ("person", "skin_type"): (1, 2, 3, 4, 5, 6),
    ("acne", "papules"): (0, 4),
}
"""Answers from what is taken to be the shortest to the longest."""

FULL: dict[str, dict[str, Any]] = {
    "person": {"skin_type": 4},
    "acne": {"picking": "sometimes", "papules": 0, "pustules": 0, "nodules": 0},
    "marks": {"brown": 10, "sun_protection": "sometimes", "intensity": "moderate"},
}


def changed(section: str, key: str, value: Any, **marks: Any) -> dict[str, Any]:
    case = {name: dict(answers) for name, answers in FULL.items()}
    case["marks"] |= marks
    case[section][key] = value
    return case


@pytest.mark.parametrize("months", [None, 0.0, 2.0, 10.0, 40.0])
@pytest.mark.parametrize(("section", "key"), LADDERS)
def test_nothing_that_makes_marks_stay_longer_shortens_them(section: str, key: str, months: float | None) -> None:
    found = [brown(**changed(section, key, value, median_age_months=months)) for value in LADDERS[section, key]]
    for shorter, longer in itertools.pairwise(found):
        for end in ("value", "low", "high"):
            assert getattr(longer.faded_days, end) >= getattr(shorter.faded_days, end) - 0.05
            assert getattr(longer.half_life_days, end) >= getattr(shorter.half_life_days, end) - 0.05
        assert longer.visible[-1].value >= shorter.visible[-1].value


@pytest.mark.parametrize("months", [0.0, 2.0, 10.0])
@pytest.mark.parametrize(("section", "key"), LADDERS)
def test_an_answer_that_is_taken_away_widens_the_interval(section: str, key: str, months: float) -> None:
    unknown = brown(**changed(section, key, None, median_age_months=months)).faded_days
    known = [
        brown(**changed(section, key, value, median_age_months=months)).faded_days for value in LADDERS[section, key]
    ]
    average = math.exp(sum(math.log(each.high / each.low) for each in known) / len(known))
    # Where marks are old, it matters little who the person is: those that are left are slow. Then it is as wide.
    assert unknown.high / unknown.low >= (0.985 if months >= 10.0 else 1.01) * average


def test_knowing_nothing_is_widest() -> None:
    full = brown(**changed("person", "skin_type", 4, median_age_months=3.0)).half_life_days
    bare = brown(marks={"brown": 10}).half_life_days
    assert bare.high / bare.low > full.high / full.low > 3.0


def test_what_makes_it_longer_is_told_unless_it_is_ruled_out() -> None:
    kind = brown(
        person={"skin_type": 2},
        acne={"picking": "never", "papules": 0, "pustules": 0, "nodules": 0},
        marks={"brown": 3, "sun_protection": "daily"},
    )
    assert [each.text[:12] for each in kind.longer] == ["Pigment that"]
    open_ = brown(marks={"brown": 3}).longer
    text = " ".join(each.text for each in open_)
    for word in ("Picking", "iron oxides", "New inflamed spots", "skin types IV to VI"):
        assert word in text
    assert all(each.sources for each in open_ if each.status != "assumption")


def test_measured_marks_are_forecast_one_by_one_from_their_contrast() -> None:
    marks = [
        mark(1, "brown", 3.0, 0.5),
        mark(2, "brown", 12.0, 0.5),
        mark(3, "red", 1.0, 5.0),
        mark(4, "mixed", 6.0, 4.0),
    ]
    outlook = fade_marks(measured(marks), marks)
    assert [each.id for each in outlook.marks] == ["M01", "M02", "M03", "M04"]
    pale, dark, _, _ = outlook.marks
    assert pale.faded_days.value < dark.faded_days.value
    assert outlook.red is not None
    assert outlook.brown is not None
    assert (outlook.red.number, outlook.brown.number) == (2, 3)
    assert "measured on 3 marks" in outlook.brown.basis


def test_of_a_mixed_mark_the_slower_part_counts() -> None:
    def days(kind: MarkKind) -> Measured:
        marks = [mark(1, kind, 8.0, 5.0), mark(2, "red", 8.0, 5.0), mark(3, "brown", 8.0, 5.0)]
        return fade_marks(measured(marks), marks).marks[0].faded_days

    assert days("mixed").value >= max(days("red").value, days("brown").value)


def test_a_count_at_a_visit_is_kept_to() -> None:
    ten = stated(marks={"brown": 10})
    fading = fade_marks(ten, visits=(Visit(day=84, brown=6),)).brown
    assert fading is not None
    (then,) = [each for each in fading.visible if each.day == 84]
    assert (then.low, then.value, then.high) == (0.6, 0.6, 0.6)
    assert fading.learned_from == 1
    assert "learned from 1 later visit" in fading.basis


def test_marks_that_a_visit_found_gone_are_said_to_be_gone() -> None:
    outlook = fade_marks(stated(marks={"red": 3}), visits=(Visit(day=60, red=0),))
    assert outlook.red is not None
    assert "they have faded" in outlook.red.text
    assert outlook.text == "The red marks of before have faded without treatment."


def test_the_same_input_gives_the_same_output() -> None:
    findings = stated(marks={"red": 5, "brown": 7})
    assert fade_marks(findings).model_dump_json() == fade_marks(findings).model_dump_json()


@pytest.mark.parametrize("months", [0.0, 1.0, 1440.0])
@pytest.mark.parametrize("number", [1, 999])
def test_the_ends_of_what_can_be_answered_are_forecast(months: float, number: int) -> None:
    fading = brown(marks={"brown": number, "median_age_months": months, "intensity": "marked"})
    assert fading.faded_days.low > 0


@pytest.mark.parametrize(
    ("days", "text"),
    [(0.4, "1 day"), (9, "9 days"), (12, "2 weeks"), (60, "9 weeks"), (100, "3 months"), (365, "12 months"),
     (730, "2 years"), (920, "2½ years"), (3000, "more than 5 years")],
)  # fmt: skip
def test_lengths_of_time(days: float, text: str) -> None:
    assert duration(days) == text
