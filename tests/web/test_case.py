"""The guided form: every question, nothing lost, nothing guessed."""

from __future__ import annotations

import multiprocessing
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cicatrix.cases.dialogue import TOPICS, Dialogue
from cicatrix.cases.fields import Field, answer, fields
from cicatrix.cases.lasting import taken_over
from cicatrix.cases.read import read_case
from cicatrix.cases.write import as_toml
from cicatrix.errors import CaseError
from cicatrix.model.case import Case
from cicatrix.model.practice import Visit
from cicatrix.practice import Practice, cases, visits
from cicatrix.web.questionnaire.screen import slug
from cicatrix.web.work import isolated
from tests.web.conftest import Client

EXAMPLE = Path(__file__).parents[2] / "examples" / "case.toml"


def _stored(practice: Practice, visit: Visit) -> Case:
    with practice.unit_of_work("test", write=False) as unit:
        stored = cases.latest(unit, visit.id)
    return Case() if stored is None else stored.case


def _send(client: Client, visit: Visit, topic: str, answers: dict[str, Any]) -> Any:
    return client.http.post(
        f"/visits/{visit.id}/case/{topic}.json", json={"answers": answers}, headers={"X-CSRF": client.csrf}
    )


def _possible(field: Field) -> str | list[str]:
    match field.shape:
        case "flag":
            return "yes"
        case "choice":
            return field.choices[0]
        case "list":
            return [field.choices[0], field.choices[-1]]
        case "date":
            return "2027-06-30"
        case _:
            return str(int(max(field.low + 1, min(field.high, 3))))


def test_every_question_of_a_case_is_on_one_screen(clinician: Client, visit: Visit) -> None:
    asked: list[str] = []
    for topic in TOPICS:
        page = clinician.http.get(f"/visits/{visit.id}/case/{slug(topic)}.json").json()
        asked += [question["name"] for question in page["questions"]]
        html = clinician.http.get(f"/visits/{visit.id}/case/{slug(topic)}").text
        assert all(f'name="{name}"' in html for name in topic.names)
    assert sorted(asked) == sorted(field.name for field in fields())


def test_a_screen_that_is_sent_as_it_came_says_nothing(clinician: Client, practice: Practice, visit: Visit) -> None:
    """Nobody who leaves a question open has said no."""
    for topic in TOPICS:
        form = {"csrf": clinician.csrf} | dict.fromkeys(topic.names, "")
        sent = clinician.http.post(f"/visits/{visit.id}/case/{slug(topic)}", data=form)
        assert sent.status_code == 303
    assert _stored(practice, visit) == Case()


def test_what_is_answered_is_the_case_file(clinician: Client, practice: Practice, visit: Visit, tmp_path: Path) -> None:
    known = {field.name: field for field in fields()}
    left_out = {"person.pregnant", "person.breastfeeding", "person.isotretinoin_months_since"}
    for topic in TOPICS:
        answers = {name: _possible(known[name]) for name in topic.names if name not in left_out}
        if "person.isotretinoin" in answers:
            answers["person.isotretinoin"] = "never"
        told = _send(clinician, visit, slug(topic), answers)
        assert told.json()["errors"] == {}, topic
    stored = _stored(practice, visit)
    assert {name for name, field in known.items() if answer(stored, field) is None} == left_out
    file = clinician.http.get(f"/visits/{visit.id}/case.toml")
    assert file.text == as_toml(stored)
    (tmp_path / "case.toml").write_text(file.text, encoding="utf-8")
    assert read_case(tmp_path / "case.toml") == stored


@pytest.mark.parametrize(
    ("topic", "name", "text", "said"),
    [
        ("the-person", "person.age", "130", "out of range"),
        ("the-person", "person.age", "old", "not a number"),
        ("the-person", "person.skin_type", "2.5", "not a whole number"),
        ("the-person", "person.pregnant", "maybe", "not understood"),
        ("wishes", "preferences.event_date", "soon", "not a date"),
        ("the-person", "acne.papules", "3", "not on this screen"),
    ],
)
def test_a_wrong_answer_is_told_beside_its_question_and_not_saved(
    clinician: Client, practice: Practice, visit: Visit, topic: str, name: str, text: str, said: str
) -> None:
    told = _send(clinician, visit, topic, {name: text})
    assert told.status_code == 422
    assert said in told.json()["errors"][name]
    assert _stored(practice, visit) == Case()


def test_a_wrong_screen_comes_back_as_it_was_typed(clinician: Client, practice: Practice, visit: Visit) -> None:
    form = {"csrf": clinician.csrf, "person.age": "130", "person.smoker": "yes"}
    sent = clinician.http.post(f"/visits/{visit.id}/case/the-person", data=form)
    assert sent.status_code == 422
    assert 'value="130"' in sent.text
    assert "out of range" in sent.text
    assert _stored(practice, visit) == Case()


def test_answers_that_contradict_each_other_are_told(clinician: Client, practice: Practice, visit: Visit) -> None:
    told = _send(clinician, visit, "the-person", {"person.sex": "male", "person.pregnant": "yes"})
    assert told.status_code == 422
    assert "do not go together" in told.json()["errors"]["person.pregnant"]
    assert _stored(practice, visit) == Case()


def test_an_answer_can_be_taken_back(clinician: Client, practice: Practice, visit: Visit) -> None:
    _send(clinician, visit, "the-person", {"person.age": "29"})
    assert _stored(practice, visit).person.age == 29
    _send(clinician, visit, "the-person", {"person.age": ""})
    assert _stored(practice, visit) == Case()


def test_nothing_to_avoid_is_not_the_same_as_no_answer(clinician: Client, practice: Practice, visit: Visit) -> None:
    _send(clinician, visit, "wishes", {"preferences.avoid": ["none"]})
    assert _stored(practice, visit).preferences.avoid == ()
    _send(clinician, visit, "wishes", {"preferences.avoid": []})
    assert _stored(practice, visit).preferences.avoid is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(
    order=st.permutations(
        [
            ("the-person", "person.age", "29"),
            ("wishes", "preferences.budget_usd", "500"),
            ("marks-that-acne-left", "marks.red", "4"),
        ]
    )
)
def test_two_tabs_do_not_lose_each_others_topic(
    clinician: Client, practice: Practice, visit: Visit, order: list[tuple[str, str, str]]
) -> None:
    for topic, name, text in order:
        _send(clinician, visit, topic, {name: text})
    stored = _stored(practice, visit)
    assert (stored.person.age, stored.preferences.budget_usd, stored.marks.red) == (29, 500, 4)


def test_the_form_writes_the_file_that_the_terminal_writes(clinician: Client, visit: Visit) -> None:
    said = {
        "person.age": "29",
        "person.sex": "female",
        "person.smoker": "no",
        "acne.papules": "0",
        "acne.months_clear": "14",
        "marks.median_size_mm": "2.5",
        "scars.rolling": "6",
        "preferences.event_date": "2027-06-30",
        "preferences.avoid": "filler, subcision",
    }
    dialogue = Dialogue()
    while not dialogue.done:
        dialogue.reply(said.get(dialogue.field.name, ""))
    for topic in TOPICS:
        answers = {name: said.get(name, "") for name in topic.names if name != "preferences.avoid"}
        avoid = {"preferences.avoid": ["filler", "subcision"]} if "preferences.avoid" in topic.names else {}
        assert _send(clinician, visit, slug(topic), answers | avoid).status_code == 200
    assert clinician.http.get(f"/visits/{visit.id}/case.toml").text == as_toml(dialogue.case)


def test_two_tabs_at_the_same_moment_both_keep_what_they_say(
    clinician: Client, practice: Practice, visit: Visit
) -> None:
    sent = [("the-person", "person.age", "29"), ("wishes", "preferences.budget_usd", "500")] * 4
    with ThreadPoolExecutor(4) as tabs:
        told = list(tabs.map(lambda one: _send(clinician, visit, one[0], {one[1]: one[2]}).status_code, sent))
    assert told == [200] * len(sent)
    stored = _stored(practice, visit)
    assert (stored.person.age, stored.preferences.budget_usd) == (29, 500)


def test_a_case_file_is_taken_over_or_refused(clinician: Client, practice: Practice, visit: Visit) -> None:
    def take(content: bytes) -> int:
        answer = clinician.http.post(
            f"/visits/{visit.id}/case",
            data={"csrf": clinician.csrf},
            files={"file": ("case.toml", content)},
            headers={"accept": "text/html"},
        )
        return int(answer.status_code)

    assert take(b"[person]\nage = 29\n\n[preferences]\nevent_date = 2027-06-30\n") == 303
    assert _stored(practice, visit).preferences.event_date == date(2027, 6, 30)
    assert take(b"[person]\nage = 300\n") == 422
    assert take(b"\xff\xfe\x00") == 422
    assert take(b".".join([b"a"] * 20_000) + b" = 1") == 422
    assert take(b"x = " + b"[" * 900 + b"]" * 900) == 422
    assert not list(practice.work.glob("case-*"))
    assert _stored(practice, visit).person.age == 29


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_case_file_that_takes_too_much_memory_is_refused(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a parser does with it, it does so in a process of its own, with a limit."""
    monkeypatch.setattr(isolated, "_context", lambda: multiprocessing.get_context("fork"))
    monkeypatch.setattr("cicatrix.web.work.case_file.parse_case", lambda *_: bytearray(1 << 32))
    with pytest.raises(CaseError, match="not enough memory"):
        isolated.parse_case_isolated(b"", "case.toml", practice.work)
    monkeypatch.setattr("cicatrix.web.work.case_file.parse_case", lambda *_: os.kill(os.getpid(), signal.SIGKILL))
    with pytest.raises(CaseError, match="more memory or time"):
        isolated.parse_case_isolated(b"", "case.toml", practice.work)
    assert not list(practice.work.glob("case-*"))


def test_the_overview_reads_what_was_said(clinician: Client, visit: Visit) -> None:
    _send(clinician, visit, "the-person", {"person.age": "29", "person.smoker": "no"})
    page = clinician.http.get(f"/visits/{visit.id}/case").text
    assert "<dd>29</dd>" in page
    assert "<dd>no</dd>" in page
    assert "2 of 7" in page


def _visit_before(practice: Practice, visit: Visit, case: Case) -> Visit:
    with practice.unit_of_work("test") as unit:
        earlier = visits.add(unit, visit.person_id, visit.day - timedelta(days=90))
        cases.save(unit, earlier.id, case)
    return earlier


def test_what_lasts_is_taken_over_from_the_visit_before(clinician: Client, practice: Practice, visit: Visit) -> None:
    earlier = _visit_before(practice, visit, read_case(EXAMPLE))
    address = f"/visits/{visit.id}/case"
    offered = clinician.http.get(f"{address}.json").json()["lasting"]
    assert offered["day"] == str(earlier.day)
    done = clinician.http.post(f"{address}/take-over.json", headers={"X-CSRF": clinician.csrf})
    assert done.status_code == 200
    assert len(done.json()["names"]) == offered["count"] > 15
    assert _stored(practice, visit) == taken_over(read_case(EXAMPLE), Case())[0]
    assert clinician.http.get(f"{address}.json").json()["lasting"] is None
    again = clinician.http.post(f"{address}/take-over.json", headers={"X-CSRF": clinician.csrf})
    assert again.json()["names"] == []


def test_open_questions_tell_what_was_answered_before(clinician: Client, practice: Practice, visit: Visit) -> None:
    earlier = _visit_before(practice, visit, Case.model_validate({"person": {"pregnant": False, "age": 29}}))
    _send(clinician, visit, "the-person", {"person.age": "30"})
    page = clinician.http.get(f"/visits/{visit.id}/case/the-person.json").json()
    then = {question["name"]: question["then"] for question in page["questions"] if question["then"]}
    assert then == {"person.pregnant": "no"}
    assert _stored(practice, visit).person.pregnant is None
    assert f"On {earlier.day}: no" in clinician.http.get(f"/visits/{visit.id}/case/the-person").text


def test_a_first_visit_has_nothing_to_take_over(clinician: Client, practice: Practice, visit: Visit) -> None:
    with practice.unit_of_work("test") as unit:
        later = visits.add(unit, visit.person_id, visit.day + timedelta(days=10))
        cases.save(unit, later.id, read_case(EXAMPLE))
    assert clinician.http.get(f"/visits/{visit.id}/case.json").json()["lasting"] is None
    done = clinician.http.post(f"/visits/{visit.id}/case/take-over.json", headers={"X-CSRF": clinician.csrf})
    assert done.json()["names"] == []
    assert _stored(practice, visit) == Case()
