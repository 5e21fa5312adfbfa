"""Plan, outlook and the person's view of a result."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from cicatrix.cases.read import read_case
from cicatrix.io.relief_archive import RELIEF_FILE, pack
from cicatrix.model.practice import Visit
from cicatrix.pipeline.assess import assess_and_save
from cicatrix.practice import Practice, captures, cases, results
from tests.web.conftest import Client
from tests.web.looks import capture_again
from tests.web.made import assessed, keep_result

CASE = Path(__file__).parents[2] / "examples" / "case.toml"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A capture, and what was found on it with the example's case."""
    folder = tmp_path_factory.mktemp("following")
    (capture,) = capture_again(folder, (1.0,))
    result = assess_and_save(capture, folder / "out", case_file=CASE)
    (folder / "out" / RELIEF_FILE).write_bytes(pack(result.relief))
    return capture, folder / "out"


@pytest.fixture
def result(practice: Practice, visit: Visit, made: tuple[Path, Path]) -> str:
    """That result in the record."""
    with practice.unit_of_work("test") as unit:
        capture = captures.add(unit, visit.id, made[0], site="left cheek", kind="height")
        case = cases.save(unit, visit.id, read_case(CASE))
        return results.add(unit, capture.id, case.id, made[1]).id


def _text(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


@pytest.mark.parametrize("what", ["plan", "outlook", "patient"])
def test_the_page_and_its_twin_say_what_the_result_says(clinician: Client, result: str, what: str) -> None:
    stored: dict[str, Any] = clinician.http.get(f"/results/{result}/files/assessment.json").json()
    told = clinician.http.get(f"/results/{result}/{what}.json").json()
    assert told["plan"] == stored["plan"]
    assert told["outlook"] == stored["outlook"]
    assert "html" not in told
    page = clinician.http.get(f"/results/{result}/{what}").text
    assert " style=" not in page
    assert "<style" not in page
    if what != "outlook":
        text = _text(page)
        assert stored["answer"]["text"].partition(". ")[0] in text


def test_the_plan_shows_options_reasons_and_what_would_change_it(clinician: Client, result: str) -> None:
    told = clinician.http.get(f"/results/{result}/plan.json").json()
    text = _text(clinician.http.get(f"/results/{result}/plan").text)
    assert "Options side by side" in text
    for excluded in told["plan"]["excluded"]:
        assert excluded["reasons"]
        for reason in excluded["reasons"]:
            assert reason["text"][:40] in text
    for question in told["ask"]:
        assert question["question"] in text
        assert clinician.http.get(question["address"]).status_code == 200


def test_an_option_goes_into_a_calendar(clinician: Client, result: str, visit: Visit) -> None:
    told = clinician.http.get(f"/results/{result}/plan.json").json()
    for option in told["options"]:
        calendar = clinician.http.get(f"/results/{result}/plan/{option}.ics")
        assert calendar.headers["content-type"].startswith("text/calendar")
        assert f"{visit.day:%Y%m%d}" in calendar.text
    assert visit.day == date(2026, 11, 2)
    assert clinician.http.get(f"/results/{result}/plan/boldest.ics").status_code == 404


def test_simulated_pictures_say_that_they_are_none_of_a_result(clinician: Client, result: str) -> None:
    page = clinician.http.get(f"/results/{result}/outlook").text
    pictures = re.findall(rf'src="(/results/{result}/files/simulated[^"]+)"', page)
    assert pictures
    assert all(clinician.http.get(picture).status_code == 200 for picture in pictures)
    assert page.count("Simulation, not a photograph") >= 2


def test_the_persons_page_is_the_reports(clinician: Client, result: str, made: tuple[Path, Path]) -> None:
    report = (made[1] / "patient.html").read_text(encoding="utf-8")
    main = report.split('<main id="main" tabindex="-1">')[1].split("</main>")[0]
    page = _text(clinician.http.get(f"/results/{result}/patient").text)
    for paragraph in re.findall(r"<p[^>]*>(.*?)</p>", main, re.DOTALL):
        assert _text(paragraph).strip() in page


def test_without_a_case_the_pages_say_so(clinician: Client, practice: Practice, visit: Visit, tmp_path: Path) -> None:
    found, relief = assessed()
    bare = found.model_copy(update={"plan": None, "outlook": None})
    kept = keep_result(practice, visit.id, tmp_path, bare, relief)
    assert "There is no plan" in clinician.http.get(f"/results/{kept.id}/plan").text
    for what in ("outlook", "patient"):
        assert clinician.http.get(f"/results/{kept.id}/{what}").status_code == 200
