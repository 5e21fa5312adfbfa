"""Answers as numbers, and whether a condition holds: for one person, or for hundreds of thousands at once.

An answer is a float: 0 or 1 for no and yes, the place among the allowed values for a choice, the number itself for a
number, infinity for "never" in place of a number of months, NaN for unknown. A condition is 0 (false), 1 (unknown) or
2 (true), so that "and" is the minimum, "or" the maximum and "not" the difference from 2 (Kleene 1938, On notation for
ordinal numbers, J Symbolic Logic 3(4):150-155).
Arrays of any shapes that broadcast may be mixed: each answer can have an axis of its own.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from functools import reduce
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cicatrix.knowledge.assumptions import assumptions
from cicatrix.model.assumptions import Assumptions
from cicatrix.model.case import TreatmentId
from cicatrix.model.condition import DERIVED, All, Compare, Condition, Known, Not, case_keys, keys_of
from cicatrix.model.findings import Findings
from cicatrix.model.gate import GateState
from cicatrix.model.quantity import Record

__all__ = ["FALSE", "TRUE", "UNKNOWN", "Answers", "answers_of", "assumed", "code_of", "holds", "implied", "settles"]

FALSE: Final = 0
UNKNOWN: Final = 1
TRUE: Final = 2

Answers = Mapping[str, NDArray[np.float64]]
"""Answers by key of the case file; a key that is missing is unknown."""

NEVER: Final = "never"
"""Answer in place of a number of months."""

_NOBODY: Final = np.array([math.nan])


def code_of(key: str, value: Any) -> float:
    """The number of an answer; NaN for None, and for what no rule can ask about (lists and dates)."""
    if value is None or isinstance(value, tuple | date):
        return math.nan
    allowed = case_keys()[key]
    if value == NEVER and isinstance(allowed[0], type):
        return math.inf
    return float(value) if isinstance(allowed[0], type) else float(allowed.index(value))


def answers_of(findings: Findings, state: GateState) -> Answers:
    """Answers of one person, with what follows from them.

    Parameters
    ----------
    findings
        What was stated, joined with what was measured; measured counts of scars and marks take precedence.
    state
        Of the gate.
    """
    values = dict(_flat(findings.case, ""))
    for section in ("scars", "marks"):
        for name, found in getattr(findings, section):
            if f"{section}.{name}" in values and found.value is not None:
                values[f"{section}.{name}"] = found.value
    values["gate.state"] = state
    values["gate.nodules"] = _nodules(findings)
    return implied({key: np.array([code_of(key, value)]) for key, value in values.items()})


def implied(answers: Answers) -> Answers:
    """Answers, with those that follow from others filled in where they are unknown.

    A man is not pregnant and does not breastfeed; a cold sore now is a cold sore in the history; who last took
    isotretinoin some months ago has stopped it.
    """
    told = dict(answers)
    male = _equal(told, "person.sex", "male")
    for key in ("person.pregnant", "person.breastfeeding"):
        told[key] = _filled(told.get(key, _NOBODY), male, 0.0)
    told["person.herpes_history"] = _filled(
        told.get("person.herpes_history", _NOBODY), told.get("person.active_herpes", _NOBODY) == 1.0, 1.0
    )
    since = told.get("person.isotretinoin_months_since", _NOBODY)
    stopped = code_of("person.isotretinoin", "stopped")
    told["person.isotretinoin"] = _filled(told.get("person.isotretinoin", _NOBODY), since > 0.0, stopped)
    return told


def _nodules(findings: Findings) -> bool | None:
    """Whether there is a nodule, by number or in a region of the face; None when nobody said."""
    acne = findings.case.acne
    face = [worst for name, worst in acne.regions if name != "chest_and_upper_back"]
    if acne.nodules or "nodule" in face:
        return True
    return None if acne.nodules is None else False


def assumed(answers: Answers, treatment: TreatmentId, book: Assumptions | None = None) -> Answers:
    """Answers, with unanswered questions filled in as ``knowledge/assumptions.toml`` takes them for one treatment.

    What is never assumed for the treatment stays unknown.
    """
    book = book or assumptions()
    taken: dict[str, Any] = {row.key: row.value for row in book.assume}
    taken |= {row.key: row.value for row in book.first if not row.is_for(treatment)}
    everywhere = np.array([True])
    return dict(answers) | {
        key: _filled(answers.get(key, _NOBODY), everywhere, code_of(key, value)) for key, value in taken.items()
    }


def holds(condition: Condition, answers: Answers) -> NDArray[np.int8]:
    """Whether a condition holds: 0 false, 1 unknown, 2 true, in the shape that the answers broadcast to."""
    if isinstance(condition, Compare):
        return _compare(condition, answers.get(condition.key, _NOBODY))
    if isinstance(condition, Known):
        return np.where(np.isnan(answers.get(condition.key, _NOBODY)), FALSE, TRUE).astype(np.int8)
    if isinstance(condition, Not):
        return (TRUE - holds(condition.part, answers)).astype(np.int8)
    parts = [holds(part, answers) for part in condition.parts]
    if isinstance(condition, All):
        return reduce(np.minimum, parts, np.array([TRUE], dtype=np.int8))
    return reduce(np.maximum, parts, np.array([FALSE], dtype=np.int8))


def settles(condition: Condition, answers: Answers) -> tuple[str, ...]:
    """Unknown answers of one person of which one alone can make an unknown condition true or false.

    Answers that the condition reads only where they are known are not among them.
    """
    found = []
    optional = {node.key for node in _nodes(condition) if isinstance(node, Known)}
    for key in keys_of(condition):
        if key not in DERIVED and key not in optional and np.isnan(answers.get(key, _NOBODY)).all():
            tried = np.array(_candidates(condition, key))
            if (holds(condition, {**answers, key: tried}) != UNKNOWN).any():
                found.append(key)
    return tuple(found)


def _candidates(condition: Condition, key: str) -> list[float]:
    """Answers to a question that a condition could tell apart."""
    allowed = case_keys()[key]
    if allowed == (bool,):
        return [0.0, 1.0]
    if not isinstance(allowed[0], type):
        return [float(place) for place in range(len(allowed))]
    bounds = [float(node.value) for node in _nodes(condition) if isinstance(node, Compare) and node.key == key]
    return sorted({bound + step for bound in bounds for step in (-1.0, 0.0, 1.0)})


def _nodes(condition: Condition) -> list[Compare | Known]:
    if isinstance(condition, Compare | Known):
        return [condition]
    parts = (condition.part,) if isinstance(condition, Not) else condition.parts
    return [node for part in parts for node in _nodes(part)]


def _compare(node: Compare, answer: NDArray[np.float64]) -> NDArray[np.int8]:
    value = code_of(node.key, node.value)
    told: dict[str, Any] = {
        "==": np.equal,
        "!=": np.not_equal,
        "<": np.less,
        "<=": np.less_equal,
        ">": np.greater,
        ">=": np.greater_equal,
    }
    result = np.where(told[node.comparison](answer, value), TRUE, FALSE)
    return np.where(np.isnan(answer), UNKNOWN, result).astype(np.int8)


def _equal(answers: Answers, key: str, value: Any) -> NDArray[np.bool_]:
    return np.asarray(answers.get(key, _NOBODY) == code_of(key, value))


def _filled(answer: NDArray[np.float64], where: NDArray[np.bool_], value: float) -> NDArray[np.float64]:
    """The answer, with a value where it is unknown and ``where`` holds; its own shape when it is known throughout."""
    unknown = np.isnan(answer)
    return np.where(unknown & where, value, answer) if (unknown.any() and where.any()) else answer


def _flat(record: Record, prefix: str) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for name, value in record:
        found += _flat(value, f"{prefix}{name}.") if isinstance(value, Record) else [(prefix + name, value)]
    return found
