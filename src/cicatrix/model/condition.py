"""The small language in which a safety rule says whom it is about.

A condition is written over the keys of a case, and reads like a sentence::

    person.pregnant
    person.skin_type >= 4
    person.isotretinoin == 'now' or (person.isotretinoin != 'never' and person.isotretinoin_months_since < 6)
    not acne.on_treatment and known(acne.months_clear)
    always

It is true, false or unknown (Kleene 1938, On notation for ordinal numbers, J Symbolic Logic 3(4):150-155): an answer
that was not given is unknown, ``unknown or true`` is true, ``unknown and false`` is false, ``not unknown`` is unknown.
``known(key)`` is never unknown; ``always`` is true. Whether a condition holds is computed in ``cicatrix.care``.
"""

from __future__ import annotations

import ast
import types
import typing
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Final, Literal, get_args, get_origin

from pydantic import BaseModel

from cicatrix.model.case import Case

__all__ = ["DERIVED", "All", "AnyOf", "Compare", "Condition", "Known", "Not", "case_keys", "keys_of", "parse"]

Plain = bool | int | float | str
Comparison = Literal["==", "!=", "<", "<=", ">", ">="]

DERIVED: Final[dict[str, tuple[Any, ...]]] = {
    "gate.state": ("controlled", "not_controlled", "unknown"),
    "gate.nodules": (bool,),
}
"""Keys that are not answers of a case but follow from them, with their values."""

_COMPARISONS: Final[dict[type[ast.cmpop], Comparison]] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}


@dataclass(frozen=True, slots=True)
class Compare:
    """An answer against a value."""

    key: str
    comparison: Comparison
    value: Plain


@dataclass(frozen=True, slots=True)
class Known:
    """True when the question was answered."""

    key: str


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    part: Condition


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Condition, ...]


Condition = Compare | Known | Not | All | AnyOf


@cache
def case_keys() -> dict[str, tuple[Any, ...]]:
    """Every key of a case, such as ``person.pregnant``, with its allowed values or types."""
    return {**_keys_of_record(Case, ""), **DERIVED}


def keys_of(condition: Condition) -> tuple[str, ...]:
    """Keys that a condition looks at, in the order of their appearance, each once."""
    if isinstance(condition, Compare | Known):
        return (condition.key,)
    parts = (condition.part,) if isinstance(condition, Not) else condition.parts
    return tuple(dict.fromkeys(key for part in parts for key in keys_of(part)))


@cache
def parse(text: str) -> Condition:
    """The tree of a condition.

    Raises
    ------
    ValueError
        The text is not a condition, names a key that a case does not have, or compares it with what it cannot be.
    """
    try:
        tree = ast.parse(text, mode="eval").body
    except SyntaxError as error:
        msg = f"cannot read the condition {text!r}: {error.msg}"
        raise ValueError(msg) from error
    return _node(tree, text)


def _node(tree: ast.expr, text: str) -> Condition:
    if isinstance(tree, ast.BoolOp):
        parts = tuple(_node(part, text) for part in tree.values)
        return All(parts) if isinstance(tree.op, ast.And) else AnyOf(parts)
    if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.Not):
        return Not(_node(tree.operand, text))
    if isinstance(tree, ast.Call) and ast.unparse(tree.func) == "known" and len(tree.args) == 1:
        return Known(_key(tree.args[0], text))
    if isinstance(tree, ast.Compare) and len(tree.ops) == 1:
        return _compare(tree, text)
    if isinstance(tree, ast.Name) and tree.id == "always":
        return All(())
    key = _key(tree, text)
    if case_keys()[key] != (bool,):
        msg = f"{key} in {text!r} is not a yes-or-no question: compare it with a value"
        raise ValueError(msg)
    return Compare(key, "==", value=True)


def _compare(tree: ast.Compare, text: str) -> Compare:
    key, right = _key(tree.left, text), tree.comparators[0]
    comparison = _COMPARISONS.get(type(tree.ops[0]))
    if (
        comparison is None
        or not isinstance(right, ast.Constant)
        or not isinstance(right.value, bool | int | float | str)
    ):
        msg = f"{ast.unparse(tree)!r} in {text!r} must compare a key with a plain value by ==, !=, <, <=, > or >="
        raise ValueError(msg)
    _check_value(key, comparison, right.value, text)
    return Compare(key, comparison, right.value)


def _check_value(key: str, comparison: Comparison, value: Plain, text: str) -> None:
    allowed = case_keys()[key]
    if allowed in ((int,), (float,)):
        fits = isinstance(value, int | float) and not isinstance(value, bool)
    elif allowed == (bool,):
        fits = isinstance(value, bool) and comparison in ("==", "!=")
    else:
        fits = value in allowed and comparison in ("==", "!=")
    if not fits:
        msg = f"{key} {comparison} {value!r} in {text!r} can never be answered: {key} is one of {allowed}"
        raise ValueError(msg)


def _key(tree: ast.expr, text: str) -> str:
    key = ast.unparse(tree) if isinstance(tree, ast.Attribute | ast.Name) else ""
    if key not in case_keys():
        msg = f"{ast.unparse(tree)!r} in {text!r} is not a key of a case"
        raise ValueError(msg)
    return key


def _keys_of_record(record: type[BaseModel], prefix: str) -> dict[str, tuple[Any, ...]]:
    keys: dict[str, tuple[Any, ...]] = {}
    for name in record.model_fields:
        hint = typing.get_type_hints(record)[name]
        if isinstance(hint, type) and issubclass(hint, BaseModel):
            keys |= _keys_of_record(hint, f"{prefix}{name}.")
        else:
            keys[prefix + name] = _values(hint)
    return keys


def _values(hint: Any) -> tuple[Any, ...]:
    """Allowed values of a choice, or the one type of anything else; of "never" or a number, the number."""
    if get_origin(hint) is Annotated:
        return _values(get_args(hint)[0])
    if get_origin(hint) in (typing.Union, types.UnionType):
        return _values(next(part for part in reversed(get_args(hint)) if part is not type(None)))
    if get_origin(hint) is Literal:
        return get_args(hint)
    return (get_origin(hint) or hint,)
