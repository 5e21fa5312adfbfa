"""The plan in the report: every option, step, reason, question, status and source of the record is on the page."""

from __future__ import annotations

from datetime import date

import pytest

from cicatrix.cases.join import join
from cicatrix.knowledge import sources
from cicatrix.model import Assessment
from cicatrix.model.case import Case
from cicatrix.model.checklist import checklist_of
from cicatrix.model.plan import Plan
from cicatrix.pipeline.advise import advise
from cicatrix.report import Pictures, render_html
from tests.care.people import case_of
from tests.report.dom import Element, read

SCARS = {"icepick": 4, "boxcar_shallow": 12, "boxcar_deep": 3, "rolling": 9}


def with_plan(assessment: Assessment, case: Case) -> Assessment:
    advice = advise(join(case), date(2026, 11, 22))
    return assessment.model_copy(update={"plan": advice.plan, "answer": advice.answer})


@pytest.fixture(scope="module")
def planned(assessment: Assessment) -> Assessment:
    return with_plan(assessment, case_of({"pacemaker": None}, scars=SCARS, marks={"red": 8}))


@pytest.fixture(scope="module")
def made(planned: Assessment) -> Plan:
    assert planned.plan is not None
    return planned.plan


@pytest.fixture(scope="module")
def section(planned: Assessment, pictures: Pictures) -> Element:
    return read(render_html(planned, pictures)).one("section", id="plan")


def test_the_answer_comes_first_and_says_what_it_is_not(
    planned: Assessment, pictures: Pictures, section: Element, made: Plan
) -> None:
    tree = read(render_html(planned, pictures))
    assert planned.answer is not None
    assert tree.all("section")[0].one("p", klass="summary").text.startswith(planned.answer.parts[0].text)
    assert section.all("p")[0].text == made.notice


def test_every_option_has_a_calendar_with_a_dot_for_each_visit(section: Element, made: Plan) -> None:
    for option in made.options:
        card = section.one("details", id=f"option-{option.id}")
        lanes = [lane for lane in card.all("span", klass="lane") if lane.attrs.get("role") == "img"]
        assert len(lanes) == len(option.steps)
        for lane, step in zip(lanes, option.steps, strict=True):
            assert lane.attrs["aria-label"].startswith(step.name)
            assert len(lane.all("span", klass="visit")) == len(step.visits)
            assert len(lane.all("span", klass="review")) == len(option.review_days)


def test_every_statement_of_every_step_stands_there_with_its_status(section: Element, made: Plan) -> None:
    for option in made.options:
        card = section.one("details", id=f"option-{option.id}")
        blocks = card.all("details")
        for block, step in zip(blocks, option.steps, strict=True):
            for told in (
                *step.conditions,
                *step.risks,
                *step.prepare,
                *step.expected,
                *step.depth,
                *step.disagreements,
            ):
                assert " ".join(told.text.split()) in block.text
            statements = [*step.conditions, *step.risks, *step.prepare]
            assert len(block.all("a", klass="ref")) >= len(statements)


def test_the_common_claim_and_the_studies_stand_side_by_side(assessment: Assessment, pictures: Pictures) -> None:
    serious = {"icepick": 8, "boxcar_shallow": 12, "boxcar_deep": 6, "rolling": 15}
    page = read(render_html(with_plan(assessment, case_of(scars=serious)), pictures))
    text = page.one("details", id="option-strongest").text
    for words in ("heals in 3-10 days", "8.5 days on average", "6-9 days", "60-120 minutes", "heat damage"):
        assert words in text, words
    assert "Where sources differ" in text
    assert "Layer and depth" in text


def test_every_reason_and_question_is_told(section: Element, made: Plan) -> None:
    for item in made.excluded:
        assert item.name in section.text
        for reason in item.reasons:
            assert reason.text in section.text
    for question in made.ask:
        assert question.question in section.text
    for change in made.would_change:
        assert change.text in section.text
    assert checklist_of(made).topics


def test_pages_of_clinics_are_not_cited(planned: Assessment, pictures: Pictures) -> None:
    page = read(render_html(planned, pictures))
    listed = page.one("section", id="sources").text
    for key, source in sources().items():
        if not source.for_patients and source.url:
            assert source.url.split("//", 1)[1] not in listed, key


def test_without_a_plan_there_is_no_section(assessment: Assessment, pictures: Pictures) -> None:
    page = read(render_html(assessment.model_copy(update={"plan": None}), pictures))
    assert page.all("section", id="plan") == []


def test_a_case_without_answers_is_asked_and_offered_wounds_only_after_the_answers(
    assessment: Assessment, pictures: Pictures
) -> None:
    page = read(render_html(with_plan(assessment, Case.model_validate({"scars": SCARS})), pictures))
    section = page.one("section", id="plan")
    assert "Before some steps" in section.text
    assert section.all("span", klass="visit")
    assert "Only when there is no cold sore." in section.text
    assert "Only after pregnancy is ruled out." in section.text
