"""The command that forecasts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cicatrix.cases.write import write_case
from cicatrix.cli.app import app
from cicatrix.model.case import Case
from tests.care.people import case_of

SCARS = {"icepick": 4, "boxcar_shallow": 12, "rolling": 9}
MARKS = {"red": 6, "brown": 9, "median_age_months": 2}


def run(folder: Path, case: Case, *arguments: str) -> tuple[int, str, str]:
    file = folder / "case.toml"
    write_case(case, file, replace=True)
    result = CliRunner().invoke(app, ["outlook", str(file), *arguments])
    return result.exit_code, result.stdout, result.stderr


def test_json_has_what_users_rely_on(tmp_path: Path) -> None:
    code, out, _ = run(tmp_path, case_of(scars=SCARS, marks=MARKS), "--json", "--start", "2026-11-22")
    data = json.loads(out)
    outlook = data["outlook"]
    assert code == 0
    for colour in ("red", "brown"):
        assert {"remaining", "half_life_days", "basis"} <= set(outlook["marks"][colour])
        assert {"day", "value", "low", "high"} <= set(outlook["marks"][colour]["remaining"][0])
    for one in outlook["healing"]:
        for days in ("closed_days", "redness_days", "back_to_work_days"):
            assert one[days]["low"] <= one[days]["high"]
        assert {"treatment", "sources", "status"} <= set(one)
    for one in outlook["result"]:
        assert {"option", "target", "remaining", "basis"} <= set(one)
    for shares in outlook["grade_probability"].values():
        assert set(shares) == {"1", "2", "3", "4"}
    assert set(outlook["healing"][0]["sources"]) <= set(data["sources"])


def test_the_tables_say_what_to_expect(tmp_path: Path) -> None:
    code, out, _ = run(tmp_path, case_of(scars=SCARS, marks=MARKS))
    joined = " ".join(out.split())
    assert code == 0
    for words in (
        "fade by themselves",
        "depth left",
        "Goodman-Baron grade afterwards",
        "Days of healing",
        "neither a promise",
    ):
        assert words in joined


def test_a_later_visit_makes_the_rate_of_fading_surer(tmp_path: Path) -> None:
    later = tmp_path / "later.toml"
    write_case(case_of(scars=SCARS, marks={"red": 2, "brown": 7}), later)
    now = case_of(scars=SCARS, marks=MARKS)
    before = json.loads(run(tmp_path, now, "--json")[1])["outlook"]["marks"]["red"]
    after = json.loads(run(tmp_path, now, "--json", "--visit", f"84:{later}")[1])["outlook"]["marks"]["red"]
    assert (before["learned_from"], after["learned_from"]) == (0, 1)
    width = [fading["half_life_days"]["high"] / fading["half_life_days"]["low"] for fading in (before, after)]
    assert width[1] < width[0]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--visit", "later.toml"), "56:later.toml"),
        (("--visit", "0:later.toml"), "56:later.toml"),
        (("--visit", "56:nowhere.toml"), "nowhere.toml"),
        (("--start", "soon"), "year-month-day"),
    ],
)
def test_wrong_options_are_refused(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    code, _, error = run(tmp_path, case_of(scars=SCARS), *arguments)
    assert code == 2
    assert said in error
    assert "Traceback" not in error


def test_one_day_cannot_be_visited_twice(tmp_path: Path) -> None:
    later = tmp_path / "later.toml"
    write_case(case_of(marks={"red": 2}), later)
    code, _, error = run(tmp_path, case_of(marks=MARKS), "--visit", f"56:{later}", "--visit", f"56:{later}")
    assert (code, "twice" in error) == (2, True)
