"""The command that shows the evidence, and the check of the knowledge base."""

from __future__ import annotations

import json
import shutil
from importlib import resources
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cicatrix.cli.app import app
from cicatrix.model.case import TREATMENT_IDS


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["evidence", *arguments])
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    with resources.as_file(resources.files("cicatrix") / "knowledge") as folder:
        shutil.copytree(folder, tmp_path / "knowledge")
    return tmp_path / "knowledge"


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_knowledge_base_of_the_package_holds_together() -> None:
    code, out, _ = run("check")
    assert (code, "26 treatments" in out, "150 trials" in out) == (0, True, True)


def test_every_treatment_is_listed_and_shown_with_sources() -> None:
    _, listed, _ = run()
    assert [id_ for id_ in TREATMENT_IDS if id_ not in listed] == []
    for id_ in TREATMENT_IDS:
        code, out, _ = run(id_)
        assert code == 0
        assert "Sources" in out
        assert "[1]" in out


@pytest.mark.parametrize(
    ("treatment", "facts"),
    [
        ("laser_resurfacing", ["8.5 days", "6-9 days", "heals in 3-10 days", "sources differ", "60-120 minutes"]),
        ("dermabrasion", ["10 days or more", "5-8 days", "sources differ", "more than 1 hour", "reticular dermis"]),
        ("microdermabrasion", ["30-60 minutes", "stratum corneum"]),
        ("chemical_peel_superficial", ["Less than 30 minutes", "Epidermis only"]),
        ("fractional_laser_ablative", ["20-45 minutes", "3-14 days", "like a sunburn"]),
    ],
)
def test_minutes_healing_and_layer_are_shown(treatment: str, facts: list[str]) -> None:
    _, out, _ = run(treatment)
    joined = " ".join(out.split())
    assert [fact for fact in facts if fact not in joined] == []


def test_json_names_every_source_once() -> None:
    _, out, _ = run("subcision", "--json")
    data = json.loads(out)
    assert [treatment["id"] for treatment in data["treatments"]] == ["subcision"]
    assert "harandi_2011" in data["sources"]
    assert all("subcision" in trial["treatments"] for trial in data["trials"])


def test_an_unknown_treatment_is_answered_with_the_nearest() -> None:
    code, _, error = run("subcison")
    assert code == 2
    assert "did you mean subcision?" in error


def test_folder_belongs_to_check() -> None:
    code, _, error = run("subcision", "--folder", "x")
    assert (code, "belongs to 'check'" in error) == (2, True)


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("treatments/subcision.toml", '"harandi_2011"', '"harandi_2012"', "'harandi_2012' is not in sources.toml"),
        ("treatments/subcision.toml", 'status = "seen"', 'status = "read"', "treatments/subcision.toml"),
        ("treatments/subcision.toml", "harandi_2011_suction", "harandi_x", "'harandi_x' of rolling is not in trials"),
        ("treatments/subcision.toml", "harandi_2011_suction", "yoon_2008_pdl", "is not about subcision and rolling"),
        ("treatments/subcision.toml", "checked", "cheked", "cheked"),
        ("treatments/subcision.toml", '"prevention", ', "", "no fact on"),
        ("treatments/subcision.toml", ", unit =", ", units =", "units"),
        ("trials.toml", 'sources = ["alster_west_1996"]', "sources = []", "sources"),
        ("trials.toml", 'id = "you_2016_lasers"', 'id = "alster_1996_co2"', "stands twice"),
        ("rules.toml", "person.pregnant", "person.pregnent", "is not a key of a case"),
        ("rules.toml", "person.skin_type >= 4", "person.skin_type >= 'dark'", "can never be answered"),
        ("rules.toml", 'treatments = ["microneedling"]', 'treatments = ["dancing"]', "no treatment and no group"),
        ("rules.toml", "ablative = [", 'other = ["prp"]\nablative = [', "no rule names the group 'other'"),
        ("gate.toml", '"dreno_2018"', '"dreno_1918"', "gate.toml: the source 'dreno_1918'"),
        ("general.toml", 'status = "secondary"', 'status = "seen"', "secondary at best"),
        ("sources.toml", "[alster_west_1996]", "[alster_west_1997]", "'alster_west_1996' is not in sources.toml"),
    ],
)
def test_what_is_broken_is_found(copy: Path, file: str, old: str, new: str, message: str) -> None:
    edit(copy / file, old, new)
    code, _, error = run("check", "--folder", str(copy))
    assert code == 2
    assert message in " ".join(error.split())
    code, out, _ = run("check", "--folder", str(copy), "--json")
    assert code == 2
    assert json.loads(out)["problems"]


def test_a_file_that_is_no_treatment_is_found(copy: Path) -> None:
    (copy / "treatments" / "dancing.toml").write_text('name = "Dancing"\n', encoding="utf-8")
    assert "dancing.toml: is no treatment" in run("check", "--folder", str(copy))[2]
