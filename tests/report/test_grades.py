"""Grades, gate and factors in the report: every number, status and source of the records is on the page."""

from __future__ import annotations

from typing import Any

import pytest

from cicatrix.care.gate import gate as decide
from cicatrix.cases.join import join
from cicatrix.grading import grade
from cicatrix.grading.scar_risk import scar_risk
from cicatrix.knowledge import sources
from cicatrix.model import Assessment
from cicatrix.model.case import Case
from cicatrix.model.evidence import Statement
from cicatrix.report import Pictures, grades, render_html
from cicatrix.report.references import References
from tests.report.dom import Element, read

FULL: dict[str, Any] = {
    "person": {"sex": "female"},
    "acne": {"papules": 14, "pustules": 3, "nodules": 2, "picking": "often", "years": 4},
    "marks": {"red": 4, "brown": 16, "median_size_mm": 3},
    "scars": {"visible_at_50cm": True},
}


def judged(assessment: Assessment, case: dict[str, Any]) -> Assessment:
    findings = join(Case.model_validate(case), assessment.scars, None, assessment.capture)
    found = grade(findings)
    update = {
        "findings": findings,
        "grades": found,
        "gate": decide(findings, found),
        "scar_risk": scar_risk(findings),
    }
    return assessment.model_copy(update=update)


@pytest.fixture(scope="module")
def full(assessment: Assessment) -> Assessment:
    return judged(assessment, FULL)


@pytest.fixture(scope="module")
def tree(full: Assessment, pictures: Pictures) -> Element:
    return read(render_html(full, pictures))


def test_every_grade_is_on_the_page_with_its_range(tree: Element, full: Assessment) -> None:
    assert full.grades is not None
    for key, one in full.grades:
        if one is None:
            continue
        card = tree.one("div", id=f"grade-{key}")
        number = str(one.low) if one.value is not None else f"{one.low}–{one.high}"
        assert card.one("p", klass="number").text.startswith(number)
        for rule in one.rules:
            assert rule.text in card.text


def test_scales_without_a_grade_are_named_with_what_they_need(tree: Element) -> None:
    text = tree.one("section", id="grades").text
    assert "Not graded: SCAR-S (it needs the scarred share" in text
    assert "Global Acne Grading System (it needs the worst lesion in each region)" in text


def test_a_grade_of_a_capture_says_that_it_covers_a_field_only(tree: Element) -> None:
    assert "Only one field of skin was counted" in tree.one("div", id="grade-ecca").text


def test_the_drawing_of_a_grade_has_its_ends() -> None:
    found = grade(join(Case.model_validate({"acne": {"papules": 11, "pustules": 10}, "marks": {"brown": 61}})))
    shown = grades.grades(found, References())
    assert shown is not None
    by_key = {one.key: one for one in shown.graded}
    # Hayashi 2 to 3 of 1 to 4; PAHPI 10 (2 + 3 + 5) to 22 of 6 to 22.
    assert (by_key["hayashi"].start, by_key["hayashi"].length) == ("33.33", "33.33")
    assert (by_key["pahpi"].start, by_key["pahpi"].length) == ("25.00", "75.00")


def test_the_gate_shows_its_state_reasons_and_every_fact_with_its_status(tree: Element, full: Assessment) -> None:
    section = tree.one("section", id="gate")
    assert full.gate is not None
    assert "No, by our rule." in section.text
    for text in (*full.gate.reasons, *full.gate.meanwhile, full.gate.rule.text):
        assert text in section.text
    notes = section.all("a", klass="ref")
    assert len(notes) == len(full.gate.facts) + len(full.gate.about) + 1
    assert "our assumption" in {note.attrs["title"].partition(":")[0] for note in notes}


@pytest.mark.parametrize(
    ("acne", "answer"),
    [
        ({}, "Not known."),
        ({"papules": 0, "pustules": 0, "nodules": 0}, "Yes, by our rule."),
        ({"months_clear": 0}, "No, by our rule."),
    ],
)
def test_each_state_has_its_own_words(
    assessment: Assessment, pictures: Pictures, acne: dict[str, Any], answer: str
) -> None:
    page = judged(assessment, {"acne": acne})
    section = read(render_html(page, pictures)).one("section", id="gate")
    assert section.one("p", klass="summary").text.startswith(answer)
    assert page.gate is not None
    for question in page.gate.ask:
        assert question.question in section.text


def test_every_source_that_is_named_is_listed_once(tree: Element) -> None:
    listed = tree.one("section", id="sources").all("li")
    ids = [one.attrs["id"] for one in listed]
    assert len(set(ids)) == len(ids)
    used = {one.attrs["href"][1:] for one in tree.all("a", klass="ref")}
    assert used == set(ids)


def test_odds_ratios_stand_with_their_intervals(tree: Element) -> None:
    text = tree.one("section", id="risk").text
    for ratio in ("5.51 (2.45–12.41)", "1.71 (1.12–2.60)", "2.69 ."):
        assert ratio in text or ratio.replace(" .", ".") in text
    assert "no score is given" in text


def test_factors_that_nobody_answered_are_left_out(assessment: Assessment, pictures: Pictures) -> None:
    assert not read(render_html(judged(assessment, {}), pictures)).all("section", id="risk")


def test_without_grades_the_page_has_no_such_sections(page: str) -> None:
    tree = read(page)
    for key in ("gate", "grades", "risk", "sources"):
        assert not tree.all("section", id=key)
        assert not [link for link in tree.all("a") if link.attrs.get("href") == f"#{key}"]


def test_pages_of_clinics_are_not_cited() -> None:
    leads = [key for key, source in sources().items() if not source.for_patients]
    references = References()
    told = references.told(Statement(text="A lead.", status="secondary", sources=(leads[0],)))
    assert told.note.uncited
    assert told.references == ()


def test_a_source_keeps_its_number() -> None:
    references = References()
    first = references.told(Statement(text="One.", status="seen", sources=("hayashi_2008",)))
    references.told(Statement(text="Two.", status="seen", sources=("tan_2010_scar_s",)))
    again = references.told(Statement(text="Three.", status="seen", sources=("hayashi_2008",)))
    assert first.note == again.note
    assert [(one.id, one.label) for one in references.listed] == [("note-1", "1"), ("note-2", "2")]


def test_statements_with_one_source_and_another_status_have_notes_of_their_own() -> None:
    references = References()
    seen, second_hand = (references.of("One.", status, ("hayashi_2008",)) for status in ("seen", "secondary"))
    assert (seen.note.label, second_hand.note.label) == ("1", "2*")
    assert [entry.full for note in references.listed for entry in note.entries] == [True, False]
    assert references.of("Ours.", "assumption", ()).note.label == "°"


def test_the_page_links_to_nothing_outside_itself(full: Assessment, pictures: Pictures) -> None:
    assert "http" not in render_html(full, pictures).replace("http-equiv", "")
