"""\"never\" in place of a number of months."""

from __future__ import annotations

from pathlib import Path

import pytest

from cicatrix.cases.fields import fields
from cicatrix.cases.parse_answer import AnswerError, offered, parse_answer
from cicatrix.cases.read import parse_case
from cicatrix.cases.write import as_json, as_toml
from cicatrix.errors import CaseError

FIELD = next(field for field in fields() if field.name == "person.resurfacing_months_since")
FILE = Path("case.toml")


def test_never_is_read_and_written() -> None:
    case = parse_case('[person]\nresurfacing_months_since = "never"\n', FILE)
    assert case.person.resurfacing_months_since == "never"
    assert parse_case(as_toml(case), FILE) == case
    assert parse_case(as_json(case), Path("case.json")) == case


def test_never_is_understood_in_the_dialogue_and_a_number_still_is() -> None:
    assert parse_answer(FIELD, " Never ") == "never"
    assert parse_answer(FIELD, "8") == 8.0
    assert offered(FIELD).endswith(", or never")
    with pytest.raises(AnswerError, match="or never"):
        parse_answer(FIELD, "now and then")


def test_another_word_is_refused_with_what_is_allowed() -> None:
    with pytest.raises(CaseError, match='from 0 to 1440, without quotes, or "never"'):
        parse_case('[person]\nresurfacing_months_since = "always"\n', FILE)
