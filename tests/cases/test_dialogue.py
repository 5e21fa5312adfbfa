"""The conversation: every question, at its time, with a way back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cicatrix.cases.contradictions import contradictions
from cicatrix.cases.dialogue import HELP, TOPICS, Dialogue
from cicatrix.cases.fields import Field, answer, fields
from cicatrix.cases.parse_answer import AnswerError, offered, parse_answer, spoken
from cicatrix.model import Case
from tests.cases.people import cases

FIELDS = {field.name: field for field in fields()}


def at(dialogue: Dialogue, name: str) -> Dialogue:
    while dialogue.field.name != name:
        dialogue.reply("")
    return dialogue


def test_leaving_everything_open_ends_with_an_empty_case() -> None:
    dialogue = Dialogue()
    asked = []
    while not dialogue.done:
        asked.append(dialogue.field.name)
        assert dialogue.question().startswith(dialogue.field.question)
        dialogue.reply("")
    assert asked == [name for topic in TOPICS for name in topic.names]
    assert dialogue.case == Case()
    assert dialogue.answered == 0


def test_an_answer_is_kept_and_can_be_taken_back() -> None:
    dialogue = Dialogue()
    dialogue.reply("34")
    assert dialogue.case.person.age == 34
    dialogue.back()
    assert dialogue.question().endswith("Now: 34.")
    dialogue.reply("")
    assert dialogue.case.person.age == 34
    dialogue.back()
    dialogue.reply("-")
    assert dialogue.case.person.age is None
    assert dialogue.field.name == "person.sex"


def test_back_from_the_first_question_stays_there() -> None:
    dialogue = Dialogue()
    assert dialogue.reply("back") == "This is the first question."
    assert dialogue.field.name == "person.age"
    assert dialogue.heading() == "1 of 10: The person"


def test_back_passes_over_what_was_not_asked() -> None:
    dialogue = at(Dialogue(), "person.sex")
    dialogue.reply("male")
    dialogue.reply("3")
    assert dialogue.field.name == "person.smoker"
    dialogue.reply("back")
    assert dialogue.field.name == "person.skin_type"


def test_next_leaves_the_rest_of_a_topic_open() -> None:
    dialogue = Dialogue()
    dialogue.reply("next")
    assert dialogue.heading() == f"2 of 10: {TOPICS[1].title}"
    for _ in TOPICS[1:]:
        dialogue.reply("NEXT")
    assert dialogue.done


def test_help_moves_nothing() -> None:
    dialogue = Dialogue()
    assert dialogue.reply("?") == HELP
    assert dialogue.field.name == "person.age"


@pytest.mark.parametrize(
    ("before", "asked", "unasked"),
    [
        ({"person.isotretinoin": "never"}, "person.anticoagulant", "person.isotretinoin_months_since"),
        ({"person.isotretinoin": "now"}, "person.anticoagulant", "person.isotretinoin_months_since"),
        ({"marks.red": "0", "marks.brown": "0"}, "scars.icepick", "marks.median_size_mm"),
        ({"marks.brown": "0"}, "marks.median_size_mm", "marks.intensity"),
        ({"scars.hypertrophic": "0", "scars.keloid": "0"}, "scars.visible_at_50cm", "scars.raised_area_cm2"),
    ],
)
def test_settled_questions_are_not_asked(before: dict[str, str], asked: str, unasked: str) -> None:
    dialogue = Dialogue()
    seen = []
    while not dialogue.done:
        seen.append(dialogue.field.name)
        dialogue.reply(before.get(dialogue.field.name, ""))
    assert asked in seen
    assert unasked not in seen


def test_stopped_isotretinoin_asks_since_when() -> None:
    dialogue = at(Dialogue(), "person.isotretinoin")
    dialogue.reply("stopped")
    assert dialogue.field.name == "person.isotretinoin_months_since"


def test_a_contradiction_is_refused_at_once_and_leaves_the_question_open() -> None:
    dialogue = Dialogue()
    dialogue.reply("9")
    at(dialogue, "person.pregnant")
    with pytest.raises(AnswerError, match="pregnant yes and age 9 do not go together"):
        dialogue.reply("yes")
    assert dialogue.field.name == "person.pregnant"
    assert dialogue.case.person.pregnant is None
    dialogue.reply("no")
    assert dialogue.case.person.pregnant is False


def test_a_doubt_is_told_and_taken() -> None:
    dialogue = at(Dialogue(), "person.herpes_history")
    assert dialogue.reply("no") is None
    told = dialogue.reply("yes")
    assert told is not None
    assert told.startswith("Taken, but look again: active herpes yes and herpes history no")
    assert dialogue.case.person.active_herpes is True


@given(cases())
def test_every_case_without_contradiction_can_be_told(case: Case) -> None:
    if contradictions(case):
        return
    dialogue = Dialogue()
    answers = {name: answer(case, field) for name, field in FIELDS.items()}
    while not dialogue.done:
        value = answers[dialogue.field.name]
        if value is not None:
            assert parse_answer(dialogue.field, exact(value)) == value
        dialogue.reply("" if value is None else exact(value))
    told = {name: answer(dialogue.case, field) for name, field in FIELDS.items()}
    # What an earlier answer settles is not asked for.
    assert all(told[name] == value or told[name] is None for name, value in answers.items())
    assert contradictions(dialogue.case) == ()


@given(st.lists(st.text(max_size=8) | st.sampled_from(["back", "next", "", "-", "?", "yes", "no", "1", "3", "none"])))
def test_whatever_is_typed_the_case_stays_possible(typed: list[str]) -> None:
    dialogue = Dialogue()
    for text in typed:
        before, where = dialogue.case, dialogue.field
        try:
            dialogue.reply(text)
        except AnswerError as error:
            assert (dialogue.case, dialogue.field) == (before, where), error  # noqa: PT017 - about the dialogue
        assert contradictions(dialogue.case) == ()
        if dialogue.done:
            return


def exact(value: object) -> str:
    """Spoken, without rounding."""
    return repr(value) if isinstance(value, float) else spoken(value)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("person.pregnant", " YES ", True),
        ("person.pregnant", "n", False),
        ("person.age", "34", 34),
        ("acne.years", "2,5", 2.5),
        ("person.isotretinoin", "1", "never"),
        ("person.isotretinoin", "Stopped", "stopped"),
        ("preferences.avoid", "none", ()),
        ("preferences.avoid", "prp, 19 filler", ("prp", "subcision", "filler")),
        ("preferences.event_date", "2027-06-30", date(2027, 6, 30)),
    ],
)
def test_answers_are_understood(name: str, text: str, value: Any) -> None:
    assert parse_answer(FIELDS[name], text) == value


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("person.isotretinoin", "no", "'no' is not understood. Answer 1 never, 2 now, 3 stopped."),
        ("person.isotretinoin", "4", "'4' is not understood"),
        ("person.pregnant", "maybe", "Answer yes or no"),
        ("person.age", "121", "121 is out of range. Answer a whole number, 0 to 120."),
        ("person.age", "3.5", "3.5 is not a whole number"),
        ("person.age", "nan", "'nan' is not a number"),
        ("person.age", "inf", "inf is out of range"),
        ("marks.median_size_mm", "0", "0 is out of range. Answer a number, above 0 to 50."),
        ("preferences.event_date", "June", "'June' is not a date"),
        ("preferences.avoid", "prp, magic", "'magic' is not in the list"),
        ("preferences.avoid", ",", "is not in the list"),
    ],
)
def test_answers_that_are_not_understood(name: str, text: str, says: str) -> None:
    with pytest.raises(AnswerError) as caught:
        parse_answer(FIELDS[name], text)
    assert says in str(caught.value)


@pytest.mark.parametrize("field", fields(), ids=lambda field: field.name)
def test_every_question_says_what_may_be_answered(field: Field) -> None:
    assert offered(field)
