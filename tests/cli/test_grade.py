"""``cicatrix grade``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cicatrix.cli.app import app
from cicatrix.knowledge import sources

EXAMPLE = Path(__file__).parents[2] / "examples" / "case.toml"
KEYS = (
    "goodman_baron_qualitative",
    "goodman_baron_quantitative",
    "ecca",
    "ecca_facial_atrophic",
    "scar_s",
    "hayashi",
    "gags",
    "acne_category",
    "pahpi",
)


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["grade", *arguments])


def sections(path: Path) -> Any:
    done = run(str(path), "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def written(folder: Path, text: str) -> Path:
    path = folder / "case.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_json_holds_every_grade_the_gate_and_the_factors() -> None:
    told = sections(EXAMPLE)
    assert tuple(told["grades"]) == KEYS
    for one in told["grades"].values():
        if one is not None:
            assert {"low", "high", "value", "text", "source", "status"} <= set(one)
            assert (one["value"] is None) == (one["low"] != one["high"])
    assert {"state", "reasons", "ask", "meanwhile", "sources"} <= set(told["gate"])
    assert [factor["key"] for factor in told["scar_risk"]["factors"]] == [
        "acne.worst_severity",
        "acne.years",
        "acne.family_history_of_scars",
        "acne.picking",
    ]


def test_every_source_key_in_the_json_is_resolved_in_it() -> None:
    told = sections(EXAMPLE)
    named = {one["source"] for one in told["grades"].values() if one} | set(told["gate"]["sources"])
    named |= {key for one in told["grades"].values() if one for rule in one["rules"] for key in rule["sources"]}
    named |= {
        key for factor in told["scar_risk"]["factors"] for ratio in factor["odds_ratios"] for key in ratio["sources"]
    }
    assert named <= set(told["sources"])
    assert all(told["sources"][key] == sources()[key].citation for key in told["sources"])


def test_an_empty_case_has_no_grade_and_an_unknown_gate(tmp_path: Path) -> None:
    told = sections(written(tmp_path, "[acne]\n"))
    assert set(told["grades"].values()) == {None}
    assert told["gate"]["state"] == "unknown"
    assert told["gate"]["ask"]


def test_the_same_case_gives_the_same_bytes() -> None:
    assert run(str(EXAMPLE), "--json").stdout == run(str(EXAMPLE), "--json").stdout


def test_the_table_shows_the_same_grades(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    told = sections(EXAMPLE)
    shown = run(str(EXAMPLE)).stdout
    for one in told["grades"].values():
        if one is not None:
            assert one["name"] in shown
            assert (str(one["low"]) if one["value"] is not None else f"{one['low']}–{one['high']}") in shown
    assert "Acne is under control." in shown
    assert "not a medical device" in shown
    assert "2.34 (1.54–3.57)" in shown


def test_a_table_without_answers_says_what_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    shown = run(str(written(tmp_path, "[scars]\nicepick = 0\n[marks]\nbrown = 0\n"))).stdout
    assert "Nothing is known of what it needs: the number of papules, the number of pustules." in shown
    assert "There is no brown mark to grade." in shown


def test_a_wrong_case_ends_with_one_message(tmp_path: Path) -> None:
    done = run(str(written(tmp_path, "[acne]\npapules = -1\n")), "--json")
    assert done.exit_code == 2
    assert "acne.papules" in done.stderr
    assert done.stdout == ""


def test_square_brackets_in_texts_are_shown_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    assert "[dim]" not in run(str(EXAMPLE)).stdout
