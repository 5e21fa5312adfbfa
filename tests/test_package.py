"""The package as a whole: its version, what it ships, and what its pages promise."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from typer.main import get_command

import cicatrix
from cicatrix.capture import read_capture
from cicatrix.cases.write import dump_schema as dump_case_schema
from cicatrix.cli.app import app
from cicatrix.cli.commands import SECTIONS
from cicatrix.pipeline.assess import dump_schema

ROOT = Path(__file__).resolve().parents[1]
PAGES = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")


def test_one_version_everywhere() -> None:
    stated = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert cicatrix.__version__ == stated == version("cicatrix")
    assert f"## [{stated}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"\nversion: {stated}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")


def test_the_shipped_schema_is_the_generated_one() -> None:
    # CONTRIBUTING.md says how to write it again after a change of the records.
    shipped = ROOT / "src" / "cicatrix" / "schemas" / "assessment-1.json"
    assert shipped.read_text(encoding="utf-8") == dump_schema()


def test_the_shipped_schema_of_a_case_is_the_generated_one() -> None:
    shipped = ROOT / "src" / "cicatrix" / "schemas" / "case-1.json"
    assert shipped.read_text(encoding="utf-8") == dump_case_schema()


def test_the_example_is_a_small_capture_with_its_truth() -> None:
    example = ROOT / "examples" / "cheek"
    assert sum(file.stat().st_size for file in example.iterdir()) < 3_000_000
    capture = read_capture(example)
    assert capture.kind == "lights"
    truth = json.loads((example / "truth.json").read_text(encoding="utf-8"))
    assert {scar["kind"] for scar in truth["scars"]} == {"icepick", "boxcar", "rolling", "raised"}


@pytest.mark.parametrize("page", PAGES)
def test_pages_name_commands_and_options_that_exist(page: str) -> None:
    commands = get_command(app).commands  # type: ignore[attr-defined]
    lines = re.findall(r"^(?:\$ )?cicatrix (.+?)\\?$", (ROOT / page).read_text(encoding="utf-8"), flags=re.MULTILINE)
    for line in lines:
        words = shlex.split(line)
        if words[0].startswith("-"):
            continue
        command = commands[words[0]]
        if len(words) > 1 and words[1] in getattr(command, "commands", {}):
            command = command.commands[words[1]]
        context = command.make_context(words[0], [], resilient_parsing=True)
        known = {name for option in command.get_params(context) for name in option.opts}
        assert {word for word in words if word.startswith("--")} <= known, line


def test_the_readme_shows_every_command_in_the_order_of_the_help() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = list(dict.fromkeys(re.findall(r"^cicatrix ([a-z]+)", text, flags=re.MULTILINE)))
    names = {entry.name: section.title for section in SECTIONS for entry in section.commands}
    assert set(shown) == set(names)
    assert list(dict.fromkeys(names[name] for name in shown)) == [section.title for section in SECTIONS]


@pytest.mark.parametrize("page", [*PAGES, *sorted(str(p.relative_to(ROOT)) for p in ROOT.glob("docs/**/*.md"))])
def test_pages_link_to_files_that_exist(page: str) -> None:
    path = ROOT / page
    for target in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target


@pytest.mark.parametrize("page", [*PAGES, *sorted(str(p.relative_to(ROOT)) for p in ROOT.glob("docs/**/*.md"))])
def test_the_source_archive_holds_what_pages_link_to(page: str) -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    included = settings["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]
    path = ROOT / page
    for target in (page, *re.findall(r"\]\((?!https?:|#)([^)#\s]+)", path.read_text(encoding="utf-8"))):
        file = ROOT / page if target == page else (path.parent / target).resolve()
        assert file.relative_to(ROOT).parts[0] in included, target


def test_the_source_archive_holds_what_its_tests_need() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    included = settings["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]
    assert {"src", "tests", "benchmarks", "docs", "examples", ".ci", "Makefile"} <= set(included)
    assert [name for name in included if not (ROOT / name).exists()] == []


def test_the_readme_outside_of_the_repository_has_no_dead_links() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert re.search(r"\]\((?!https?:|#)", text)
    for rule in settings["tool"]["hatch"]["metadata"]["hooks"]["fancy-pypi-readme"]["substitutions"]:
        text = re.sub(rule["pattern"], rule["replacement"], text)
    assert re.findall(r"\]\((?!https?:|#)[^)]*\)", text) == []
    assert "`docs/accuracy.md` in the source archive" in text


@pytest.mark.slow
def test_the_python_example_of_the_readme_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```python\n(.+?)```", text, flags=re.DOTALL)
    monkeypatch.chdir(ROOT)
    exec(compile(block, "README.md", "exec"), {})  # noqa: S102 - it is our own page
    assert re.search(r"S01 \w+ [\d.]+ mm wide", capsys.readouterr().out)
