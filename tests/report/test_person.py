"""What was stated stands in the page as stated, beside the measurement, and never as a measurement."""

from __future__ import annotations

import pytest

from cicatrix.model import Assessment, Case, Findings
from cicatrix.model.findings import Disagreement, VisibleArea
from cicatrix.report import Pictures, render_html
from cicatrix.report.person import acne_stated, label, stated
from tests.report.dom import Element, read

AREA = VisibleArea(site="left cheek", width_mm=20.0, height_mm=30.0, measured_mm2=600.0)
CASE = Case.model_validate(
    {
        "person": {"age": 34, "sex": "female", "pregnant": False, "herpes_history": True},
        "acne": {"papules": 4, "pustules": 0, "picking": "often", "regions": {"chin": "papule"}},
        "marks": {"median_size_mm": 2.5},
        "preferences": {"avoid": ["filler", "prp"], "max_downtime_days": 3},
    }
)
DIFFERENCE = Disagreement(key="scars.icepick", stated=6, measured=3, used=6, note="A <field> only.")


def page_of(assessment: Assessment, pictures: Pictures, findings: Findings) -> Element:
    changed = assessment.model_copy(update={"findings": findings, "acne": findings.case.acne})
    return read(render_html(changed, pictures))


def test_without_a_case_the_page_says_nothing_of_it(page: str) -> None:
    tree = read(page)
    assert not tree.all("section", id="acne") + tree.all("section", id="stated")
    assert not [link for link in tree.all("a") if link.attrs.get("href") in ("#acne", "#stated")]


def test_both_sections_are_there_and_linked(assessment: Assessment, pictures: Pictures) -> None:
    tree = page_of(assessment, pictures, Findings(case=CASE, area=AREA, disagreements=(DIFFERENCE,)))
    links = [link.attrs["href"] for link in tree.one("ul", klass="toc").all("a")]
    assert links.index("#acne") < links.index("#quality")
    order = [section.attrs.get("id") for section in tree.one("main").all("section")]
    assert order.index("acne") < order.index("stated") < order.index("quality")
    acne = tree.one("section", id="acne").text.replace("\N{NO-BREAK SPACE}", " ")
    assert "Stated: 4 papules and 0 pustules. The number of nodules was not." in acne
    assert "Acne is not measured from the capture" in acne
    told = tree.one("section", id="stated").text.replace("\N{NO-BREAK SPACE}", " ")
    assert "Yes: cold sores at any time." in told
    assert "No: pregnant." in told
    assert "filler, prp" in told
    assert "the capture of 6.0 cm² of skin (left cheek)" in told


def test_a_difference_shows_both_numbers_and_escapes_its_note(assessment: Assessment, pictures: Pictures) -> None:
    tree = page_of(assessment, pictures, Findings(disagreements=(DIFFERENCE,)))
    (row,) = tree.one("table", klass="differences").one("tbody").all("tr")
    assert [cell.text for cell in row.children] == ["Icepick scars", "6", "3", "6", "A <field> only."]


def test_unknown_is_shown_as_unanswered_and_not_as_no() -> None:
    section = stated(Findings(case=Case.model_validate({"person": {"smoker": False, "diabetes": True}})))
    assert section is not None
    (person,) = section.topics
    assert (person.yes, person.no) == (("diabetes",), ("smoker",))
    assert len(person.unknown) == 30
    assert {"pregnant", "pacemaker"} <= set(person.unknown)


def test_nothing_stated_has_no_section() -> None:
    assert stated(Findings()) is None
    assert acne_stated(Case()) is None
    assert acne_stated(Case.model_validate({"person": {"age": 20}})) is None


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        ({"years": 3}, "How many inflamed lesions there are was not stated."),
        ({"papules": 0, "pustules": 0, "nodules": 0}, "No inflamed lesion was stated."),
        (
            {"papules": 2, "pustules": 1, "nodules": 0},
            "Inflamed lesions stated: 3 (2 papules, 1 pustule and 0 nodules).",
        ),
        ({"nodules": 0}, "Stated: 0 nodules. The number of papules and pustules was not."),
    ],
)
def test_inflamed_lesions_in_one_sentence(counts: dict[str, int], sentence: str) -> None:
    section = acne_stated(Case.model_validate({"acne": counts}))
    assert section is not None
    assert section.inflamed.replace("\N{NO-BREAK SPACE}", " ") == sentence


def test_every_question_has_a_name_without_underscores() -> None:
    for section, record in Case():
        for key, _ in record:
            assert "_" not in label(f"{section}.{key}")
            assert label(f"{section}.{key}")[0].isupper()
