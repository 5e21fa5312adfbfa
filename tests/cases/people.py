"""Any case that the records allow."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st

from cicatrix.cases.fields import Field, fields
from cicatrix.model import Case


def answers(field: Field) -> st.SearchStrategy[Any]:
    """Any answer to a question, unknown among them."""
    match field.shape:
        case "flag":
            known: st.SearchStrategy[Any] = st.booleans()
        case "whole":
            known = st.integers(int(field.low), int(field.high))
        case "number":
            known = st.floats(field.low, field.high, exclude_min=field.above)
        case "choice":
            known = st.sampled_from(field.choices)
        case "date":
            known = st.dates(date(2000, 1, 1), date(2100, 1, 1))
        case "list":
            known = st.lists(st.sampled_from(field.choices)).map(tuple)
    return st.none() | known


def nested(flat: dict[str, Any]) -> dict[str, Any]:
    """``{"person.age": 3}`` as ``{"person": {"age": 3}}``."""
    tables: dict[str, Any] = {}
    for name, value in flat.items():
        *parents, key = name.split(".")
        table = tables
        for parent in parents:
            table = table.setdefault(parent, {})
        table[key] = value
    return tables


def cases() -> st.SearchStrategy[Case]:
    return st.fixed_dictionaries({field.name: answers(field) for field in fields()}).map(
        lambda flat: Case.model_validate(nested(flat))
    )
