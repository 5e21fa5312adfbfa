"""Files that are small and would take a parser gigabytes or its stack are refused before they are parsed."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cicatrix.cases.read import parse_case
from cicatrix.errors import CaseError
from cicatrix.io.nesting import excess_in_json, excess_in_toml

ROOT = Path(__file__).parents[2]
SIGNS = [*"[]{}\"\\'#.=\na ", '"""', "'''"]


@pytest.mark.parametrize(
    ("text", "name", "what"),
    [
        (".".join("a" * 20_000) + " = 1", "case.toml", "parts"),
        ("x = {" + " . ".join('"a"' for _ in range(5000)) + " = 1}", "case.toml", "parts"),
        ("[" + ".".join("a" * 3000) + "]", "case.toml", "parts"),
        ("x = " + "[" * 900 + "]" * 900, "case.toml", "brackets deep"),
        ("x = " + "{a = " * 100 + "1" + "}" * 100, "case.toml", "brackets deep"),
        ("# " + "x" * 70_000, "case.toml", "characters"),
        ('{"person": ' + "[" * 900 + "]" * 900 + "}", "case.json", "brackets deep"),
        ('{"person": ' + '{"a":' * 90_000 + "1" + "}" * 90_000 + "}", "case.json", "brackets deep"),
    ],
    ids=["parts", "quoted parts", "table", "arrays", "inline tables", "long", "JSON", "JSON objects"],
)
def test_what_would_take_a_parser_down_is_refused_quickly(text: str, name: str, what: str) -> None:
    began = time.process_time()
    with pytest.raises(CaseError, match=what):
        parse_case(text, Path(name))
    assert time.process_time() - began < 5


@pytest.mark.parametrize("path", ["examples/case.toml", "examples/cheek/capture.toml"])
def test_what_people_write_passes(path: str) -> None:
    assert excess_in_toml((ROOT / path).read_text(encoding="utf-8")) is None


def test_strings_and_comments_hold_any_characters() -> None:
    dots, brackets = ".".join("a" * 100), "[" * 100
    for text in (
        f'x = "{dots}{brackets}"',
        f"x = '{brackets}{dots}'",
        f'x = """\n{dots}\n{brackets}"""',
        f"# {dots}{brackets}",
    ):
        assert excess_in_toml(text) is None
    assert excess_in_json(f'{{"x": "{brackets}\\"{brackets}"}}') is None


@given(st.lists(st.sampled_from(SIGNS), max_size=200).map("".join))
def test_any_text_is_judged(text: str) -> None:
    excess_in_toml(text)
    excess_in_json(text)
