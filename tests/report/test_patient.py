"""The page for the person: plain, short, kind, and the same result."""

from __future__ import annotations

import re

import pytest

from cicatrix.model import Assessment
from cicatrix.report import Pictures, render_html, render_patient
from cicatrix.report.patient import patient
from tests.care.people import ACTIVE, case_of
from tests.reading import reading_grade
from tests.report.dom import Element, read
from tests.report.foreseen import SCARS, judged, simulated


@pytest.fixture(scope="module")
def whole(assessment: Assessment) -> Assessment:
    return judged(assessment)


@pytest.fixture(scope="module")
def page(whole: Assessment) -> str:
    return render_patient(whole, simulated())


@pytest.fixture(scope="module")
def tree(page: str) -> Element:
    return read(page)


def sections(tree: Element) -> list[str]:
    return [section.attrs["id"] for section in tree.one("main").all("section")]


def test_the_answer_comes_first_and_the_limits_last(tree: Element, whole: Assessment) -> None:
    assert whole.answer is not None
    assert sections(tree) == [
        "answer", "first", "fading", "ways", "simulation", "healing", "questions", "limits", "sources"
    ]  # fmt: skip
    assert tree.one("p", klass="summary").text.startswith(whole.answer.parts[0].text)


def test_three_cards_for_three_options(tree: Element, whole: Assessment) -> None:
    assert whole.plan is not None
    cards = tree.all("article")
    assert [card.one("h3").text for card in cards] == [option.title for option in whole.plan.options]
    for card, option in zip(cards, whole.plan.options, strict=True):
        assert all(step.name in card.text for step in option.steps)
        assert "of 100 people" in card.text
        assert "Wide, soft hollows" in card.text


def test_both_pages_lead_to_each_other(page: str, whole: Assessment, pictures: Pictures) -> None:
    assert [link.attrs["href"] for link in read(page).all("a") if not link.attrs["href"].startswith("#")] == [
        "report.html"
    ]
    other = read(render_html(whole, pictures))
    assert [link.attrs["href"] for link in other.all("a") if not link.attrs["href"].startswith("#")] == ["patient.html"]


def test_it_runs_no_script_and_fetches_nothing(page: str, tree: Element) -> None:
    assert tree.all("script") == []
    assert "script-src" not in tree.one("meta", http_equiv="Content-Security-Policy").attrs["content"]
    assert not re.search(r"https?:|//[a-z]+\.|@import|url\(", page)


def test_every_number_leads_to_a_source_at_the_end_and_none_is_there_in_vain(tree: Element) -> None:
    named = {link.attrs["href"][1:] for link in tree.all("a", klass="ref")}
    listed = {item.attrs["id"] for item in tree.one("section", id="sources").all("li")}
    assert named == listed
    assert named


def test_it_says_what_it_is_not_and_tells_nobody_to_treat_themself(tree: Element) -> None:
    notice = tree.one("p", klass="notice").text
    for words in ("not a diagnosis", "not a prescription", "not a medical device", "do not treat yourself"):
        assert words in notice


def test_acne_that_is_not_calm_comes_first(assessment: Assessment) -> None:
    active = judged(assessment, case_of(acne=ACTIVE, scars=SCARS))
    tree = read(render_patient(active))
    assert "Treat the acne first." in tree.one("section", id="first").text
    assert "Is my acne calm enough" in tree.one("section", id="questions").text


def test_open_questions_are_asked_once(whole: Assessment, tree: Element) -> None:
    shown = patient(whole)
    assert whole.plan is not None
    assert shown.checklist is not None
    assert {ask.key for ask in whole.plan.ask} <= {ask.key for ask in shown.ask} | shown.checklist.keys
    assert not {ask.key for ask in shown.ask} & shown.checklist.keys
    assert len({ask.key for ask in shown.ask}) == len(shown.ask)
    text = tree.one("section", id="first").text
    assert all(ask.question in text for ask in shown.ask)
    assert all(item.text in text for _, items in shown.checklist.topics for item in items)


def test_what_every_treatment_shares_is_said_once(whole: Assessment) -> None:
    assert whole.outlook is not None
    changed = [
        one.model_copy(update={"text": f"Skin {at} is pink. On dark skin it looks violet."})
        for at, one in enumerate(whole.outlook.healing)
    ]
    shown = patient(whole.model_copy(update={"outlook": whole.outlook.model_copy(update={"healing": tuple(changed)})}))
    assert shown.healing_all == "On dark skin it looks violet."
    assert all(re.fullmatch(r"Skin \d+ is pink\.", line.text) for line in shown.healing)


def test_without_a_case_there_is_little_but_what_was_found(assessment: Assessment) -> None:
    tree = read(render_patient(assessment))
    assert sections(tree) == ["answer", "questions", "limits"]
    assert "7\N{NO-BREAK SPACE}scars were found" in tree.one("p", klass="summary").raw


def test_without_an_outlook_the_ways_have_no_forecast(whole: Assessment) -> None:
    tree = read(render_patient(whole.model_copy(update={"outlook": None})))
    assert "ways" in sections(tree)
    assert not {"fading", "healing", "simulation"} & set(sections(tree))
    assert "likely left" not in tree.text


def test_hostile_texts_are_shown_and_never_run(assessment: Assessment) -> None:
    hostile = "</style><script>alert(1)</script>{{ 7*7 }}"
    site = assessment.capture.model_copy(update={"site": hostile})
    tree = read(render_patient(assessment.model_copy(update={"capture": site})))
    assert tree.all("script") == []
    assert tree.one("p", klass="site").text == hostile


def test_our_own_words_read_at_about_the_eighth_grade(assessment: Assessment) -> None:
    told: list[str] = []
    for case in (case_of(scars=SCARS), case_of(acne=ACTIVE, scars=SCARS), case_of(acne={}, scars=SCARS)):
        shown = patient(judged(assessment, case))
        assert shown.gate is not None
        told += [*shown.gate, *shown.questions, *shown.limits]
    assert reading_grade(" ".join(dict.fromkeys(told))) < 8.5
