"""A case that is written and read again is the same case."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given

from cicatrix.cases import read_case
from cicatrix.cases.contradictions import contradictions
from cicatrix.cases.fields import answer, fields
from cicatrix.cases.read import parse_case
from cicatrix.cases.validate import written
from cicatrix.cases.write import as_json, as_toml, dump_schema, write_case
from cicatrix.errors import CaseError, OutputError
from cicatrix.model import Case
from tests.cases.people import cases, nested


@given(cases())
def test_it_survives_being_written_and_read(case: Case) -> None:
    for text, name in ((as_toml(case), "case.toml"), (as_json(case), "case.json")):
        if contradictions(case):
            with pytest.raises(CaseError, match="contradict each other"):
                parse_case(text, Path(name))
        else:
            assert parse_case(text, Path(name)) == case


@given(cases())
def test_json_fits_the_schema(case: Case) -> None:
    jsonschema.validate(json.loads(as_json(case)), json.loads(dump_schema()))


def test_an_empty_case_is_a_form_with_every_question() -> None:
    text = as_toml(Case())
    assert parse_case(text, Path("case.toml")) == Case()
    for field in fields():
        assert f"\n# {field.key} =\n" in text
        assert " ".join(field.question.split()[:3]) in text
    assert max(map(len, text.splitlines())) <= 100


def test_a_form_can_be_filled_in() -> None:
    """Each commented line, with its mark taken away and the example behind it, is a good answer."""
    lines = as_toml(Case()).splitlines()
    examples = {f"# {field.key} =": f"{field.key} = {field.example}" for field in fields()}
    filled = tomllib.loads("\n".join(examples.get(line, line) for line in lines))
    case = Case.model_validate(filled)
    assert [field.name for field in fields() if answer(case, field) is None] == []


def test_json_is_written_where_the_name_says_so(tmp_path: Path) -> None:
    case = Case.model_validate(nested({"person.age": 30}))
    write_case(case, tmp_path / "case.json")
    assert json.loads((tmp_path / "case.json").read_text(encoding="utf-8"))["person"]["age"] == 30
    assert read_case(tmp_path / "case.json") == case


def test_a_file_is_replaced_only_when_told_to(tmp_path: Path) -> None:
    path = tmp_path / "case.toml"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="exists already"):
        write_case(Case(), path)
    assert path.read_text(encoding="utf-8") == "mine"
    write_case(Case(), path, replace=True)
    assert read_case(path) == Case()
    assert [file.name for file in tmp_path.iterdir()] == ["case.toml"]


def test_a_file_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be written"):
        write_case(Case(), tmp_path / "nowhere" / "case.toml")
    with pytest.raises(OutputError, match="this is a folder"):
        write_case(Case(), tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("value", "text"),
    [(True, "true"), ("a", '"a"'), (3.0, "3"), (0.5, "0.5"), (["a", 1], '["a", 1]'), ({"a": 1}, '{"a": 1}')],
)
def test_values_are_shown_as_in_a_file(value: object, text: str) -> None:
    assert written(value) == text


def test_long_values_are_cut() -> None:
    assert len(written("x" * 500)) == 80
