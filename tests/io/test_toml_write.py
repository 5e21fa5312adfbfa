"""What is written as TOML reads back as the same values, each in a line of its own."""

from __future__ import annotations

import tomllib
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cicatrix.io.toml_write import toml_lines, toml_value

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
numbers = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
values: st.SearchStrategy[Any] = st.one_of(
    texts,
    numbers,
    st.booleans(),
    st.dates(min_value=date(1900, 1, 1)),
    st.lists(texts, max_size=5).map(tuple),
    st.dictionaries(st.sampled_from(["mm_per_count", "b"]), numbers),
)


@given(values)
def test_a_value_reads_back_as_it_was(value: Any) -> None:
    written = toml_value(value)
    assert len(written.split("\n")) == 1, "lines are counted in errors"
    assert tomllib.loads(f"key = {written}") == {"key": list(value) if isinstance(value, tuple) else value}


def test_what_is_none_is_left_out() -> None:
    assert toml_lines({"kind": "card", "site": None, "print_scale": 1.0}) == 'kind = "card"\nprint_scale = 1.0\n'
