"""The calendar file of an option."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from cicatrix.care.plan import plan
from cicatrix.model.plan import Option
from cicatrix.report.calendar import as_calendar
from tests.care.people import case_of, found

START = date(2026, 11, 30)


@pytest.fixture(scope="module")
def option() -> Option:
    scars = {"icepick": 4, "boxcar_shallow": 12, "boxcar_deep": 3, "rolling": 9}
    return plan(*found(case_of({"herpes_history": True}, scars=scars, marks={"red": 8})), START).options[-1]


def unfolded(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")


def events(text: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for line in unfolded(text):
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found and ":" in line:
            name, _, value = line.partition(":")
            found[-1][name] = value
    return found


def test_every_visit_is_an_event_on_its_day(option: Option) -> None:
    days = [event["DTSTART;VALUE=DATE"] for event in events(as_calendar(option, START))]
    for step in option.steps:
        for day in step.visits or (step.start_day,):
            assert f"{START + timedelta(days=day):%Y%m%d}" in days
    for day in option.review_days:
        assert f"{START + timedelta(days=day):%Y%m%d}" in days
    assert len(days) == sum(len(step.visits) or 1 for step in option.steps) + len(option.review_days)


def test_an_event_of_one_day_ends_on_the_next(option: Option) -> None:
    step = next(step for step in option.steps if step.visits)
    event = next(event for event in events(as_calendar(option, START)) if event["SUMMARY"].startswith(step.name))
    day = START + timedelta(days=step.visits[0])
    assert event["DTSTART;VALUE=DATE"] == f"{day:%Y%m%d}"
    assert event["DTEND;VALUE=DATE"] == f"{day + timedelta(days=1):%Y%m%d}"
    assert event["STATUS"] == "TENTATIVE"


def test_lines_are_folded_at_75_octets_and_end_as_the_standard_asks(option: Option) -> None:
    text = as_calendar(option, START)
    assert text.endswith("END:VCALENDAR\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert max(len(line.encode("utf-8")) for line in text.split("\r\n")) <= 75


def test_commas_and_semicolons_are_escaped(option: Option) -> None:
    for event in events(as_calendar(option, START)):
        plain = event["DESCRIPTION"].replace("\\\\", "").replace("\\,", "").replace("\\;", "")
        assert "," not in plain
        assert ";" not in plain


def test_names_are_unique_and_bytes_repeat(option: Option) -> None:
    text = as_calendar(option, START)
    names = [event["UID"] for event in events(text)]
    assert len(set(names)) == len(names)
    assert text == as_calendar(option, START)
