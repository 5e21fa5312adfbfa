"""The guided form in Chromium: every answer is saved when it is given, and what is wrong is told at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cicatrix.model.case import Case
from cicatrix.model.practice import Visit
from cicatrix.practice import Practice, cases, open_practice, people, visits
from tests.report.browser import chromium
from tests.web.live import WAIT_S, Browser, serving

BROWSER = chromium()

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(BROWSER is None, reason="needs Chromium or Chrome on the path"),
]


@dataclass(frozen=True)
class Served:
    """The app with one visit."""

    address: str
    practice: Practice
    visit: Visit

    def stored(self) -> Case:
        """What is stated."""
        with self.practice.unit_of_work("test", write=False) as unit:
            found = cases.latest(unit, self.visit.id)
        return Case() if found is None else found.case

    def wait_for(self, is_so: Callable[[Case], bool]) -> None:
        """Wait until what is stated is as it should be."""
        end = time.monotonic() + WAIT_S
        while not is_so(self.stored()):
            assert time.monotonic() < end, self.stored()
            time.sleep(0.03)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    practice = open_practice(tmp_path / "practice")
    with practice.unit_of_work("test") as unit:
        visit = visits.add(unit, people.add(unit, "P-019").id, date(2026, 11, 2))
    with serving(practice) as address:
        yield Served(address, practice, visit)
    practice.close()


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    assert BROWSER is not None
    opened = Browser(BROWSER, solid=False)
    yield opened
    opened.close()


def told(page: Any, text: str) -> None:
    page.locator("#saved", has_text=text).wait_for()


def test_answers_are_saved_as_they_are_given(chrome: Browser, served: Served) -> None:
    address = f"{served.address}/visits/{served.visit.id}/case/the-person"
    with chrome.page(served.address) as page:
        page.goto(address)
        page.locator('[name="person.smoker"][value="no"]').check()
        told(page, "Saved.")
        assert served.stored().person.smoker is False
        page.locator('[name="person.age"]').fill("31")
        page.locator('[name="person.age"]').press("Tab")
        page.locator('[name="person.sex"][value="male"]').check()
        served.wait_for(lambda case: (case.person.age, case.person.sex) == (31, "male"))
        page.goto(address)
        assert page.locator('[name="person.age"]').input_value() == "31"
        assert page.locator('[name="person.sex"][value="male"]').is_checked()
        assert page.locator('[name="person.smoker"][value="no"]').is_checked()
        page.locator('[name="person.smoker"][value=""]').check()
        served.wait_for(lambda case: case.person.smoker is None)
        assert page.complaints == []


def test_a_wrong_answer_is_told_beside_its_question_and_not_saved(chrome: Browser, served: Served) -> None:
    with chrome.page(served.address) as page:
        page.goto(f"{served.address}/visits/{served.visit.id}/case/the-person")
        age = page.locator('[name="person.age"]')
        age.fill("three")
        age.press("Tab")
        told(page, "Not saved")
        wrong = page.locator('[id="wrong-person.age"]')
        assert wrong.is_visible()
        assert "whole number" in wrong.inner_text()
        assert age.get_attribute("aria-invalid") == "true"
        assert served.stored() == Case()
        age.fill("33")
        age.press("Tab")
        served.wait_for(lambda case: case.person.age == 33)
        told(page, "Saved.")
        assert not wrong.is_visible()
        assert age.get_attribute("aria-invalid") == "false"


def test_nothing_and_something_exclude_each_other(chrome: Browser, served: Served) -> None:
    with chrome.page(served.address) as page:
        page.goto(f"{served.address}/visits/{served.visit.id}/case/wishes")
        nothing = page.locator('[name="preferences.avoid"][value="none"]')
        nothing.check()
        told(page, "Saved.")
        assert served.stored().preferences.avoid == ()
        filler = page.locator('[name="preferences.avoid"][value="filler"]')
        filler.check()
        assert not nothing.is_checked()
        served.wait_for(lambda case: case.preferences.avoid == ("filler",))


def test_an_answer_that_cannot_be_sent_is_not_called_saved(chrome: Browser, served: Served) -> None:
    with chrome.page(served.address) as page:
        page.goto(f"{served.address}/visits/{served.visit.id}/case/the-person")
        page.route("**/case/**", lambda route: route.abort())
        page.locator('[name="person.smoker"][value="no"]').check()
        told(page, "Not saved. The program does not answer.")
        assert served.stored() == Case()
