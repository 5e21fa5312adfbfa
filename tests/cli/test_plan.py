"""The command that plans."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cicatrix.cases.write import write_case
from cicatrix.cli.app import app
from cicatrix.model.case import Case
from tests.care.people import case_of

SCARS = {"icepick": 4, "boxcar_shallow": 12, "boxcar_deep": 3, "rolling": 9}


def run(folder: Path, case: Case, *arguments: str) -> tuple[int, str, str]:
    file = folder / "case.toml"
    write_case(case, file)
    result = CliRunner().invoke(app, ["plan", str(file), *arguments])
    return result.exit_code, result.stdout, result.stderr


def test_json_has_every_part_of_the_plan(tmp_path: Path) -> None:
    code, out, _ = run(tmp_path, case_of(scars=SCARS), "--json", "--start", "2026-11-22")
    data = json.loads(out)
    plan = data["plan"]
    assert code == 0
    assert {key for option in plan["options"] for step in option["steps"] for key in step["sources"]} <= set(
        data["sources"]
    )
    assert [option["id"] for option in plan["options"]] == ["gentlest", "balanced", "strongest"]
    step = plan["options"][-1]["steps"][0]
    assert {"treatment", "targets", "sessions", "interval_days", "start_day", "end_day", "downtime_days", "conditions",
            "sources"} <= set(step)  # fmt: skip
    assert {"treatment", "reasons"} <= set(plan["excluded"][0])
    assert {"rule", "text", "source"} <= set(plan["excluded"][0]["reasons"][0])
    assert {"ask", "would_change"} <= set(plan)
    assert data["answer"]["option"] == "balanced"


def test_the_table_says_what_why_not_and_what_would_change(tmp_path: Path) -> None:
    code, out, _ = run(tmp_path, case_of({"pacemaker": None}, scars=SCARS))
    assert code == 0
    joined = " ".join(out.split())
    for words in (
        "Strong plan",
        "Checklist: these options hold only if",
        "person.pacemaker",
        "Why not the others",
        "Not a diagnosis",
    ):
        assert words in joined


def test_a_start_that_is_no_day_is_refused(tmp_path: Path) -> None:
    code, _, error = run(tmp_path, case_of(scars=SCARS), "--start", "tomorrow")
    assert (code, "year-month-day" in error) == (2, True)


def test_an_event_is_counted_from_the_start(tmp_path: Path) -> None:
    case = case_of(scars=SCARS, wishes={"event_date": date(2027, 1, 1)})
    _, out, _ = run(tmp_path, case, "--json", "--start", "2026-12-01")
    assert json.loads(out)["plan"]["event_day"] == 31


def test_the_chosen_option_becomes_a_calendar_file(tmp_path: Path) -> None:
    file = tmp_path / "plan.ics"
    case = case_of(scars=SCARS)
    code, out, _ = run(tmp_path, case, "--start", "2026-12-01", "--calendar", str(file), "--option", "strongest")
    assert (code, out.strip()) == (0, str(file))
    assert file.read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")
    (tmp_path / "case.toml").unlink()
    code, _, error = run(tmp_path, case, "--calendar", str(file))
    assert code == 2
    assert "plan.ics" in error


def test_without_an_option_there_is_no_calendar(tmp_path: Path) -> None:
    code, _, error = run(tmp_path, Case(), "--calendar", str(tmp_path / "plan.ics"))
    assert (code, "no option to write" in error) == (2, True)
    assert not (tmp_path / "plan.ics").exists()


@pytest.mark.parametrize(
    ("name", "start", "what"),
    [
        ("photo.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01", "a picture (JPEG)"),
        ("photo.heic", b"\x00\x00\x00\x18ftypheic\x00\x00", "a picture (HEIC)"),
        ("letter.pdf", b"%PDF-1.7\n", "a PDF"),
        ("", b"", "a folder"),
    ],
)
def test_another_kind_of_file_is_named(tmp_path: Path, name: str, start: bytes, what: str) -> None:
    file = tmp_path / name
    if name:
        file.write_bytes(start + bytes(2_000_000))
    result = CliRunner().invoke(app, ["plan", str(file)])
    assert result.exit_code == 2
    assert result.stderr == (
        f"cicatrix: {file}: this is {what}. Allowed: a case file, which is TOML or JSON. "
        "What to do: name the case file, or write one with: cicatrix case new.\n"
    )
