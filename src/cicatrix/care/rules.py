"""The safety rules, applied: for one person with every reason, or for hundreds of thousands at once.

Rules can only take away or add conditions. An unanswered question is taken as ``knowledge/assumptions.toml`` says, and
noted; where it is never assumed, the treatment is offered "only after" its answer. Both ways below rest on the same
evaluation of conditions (``care.condition_values``), so what is shown to be safe for everybody at once is what each
person gets.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cicatrix.care.condition_values import FALSE, TRUE, UNKNOWN, Answers, assumed, holds, settles
from cicatrix.knowledge import Rulebook, rules, sources
from cicatrix.knowledge.assumptions import assumptions
from cicatrix.model.assumptions import AskedFirst
from cicatrix.model.case import TREATMENT_IDS, TreatmentId
from cicatrix.model.evidence import Status
from cicatrix.model.knowledge import Rule
from cicatrix.model.plan import Condition, Reason

__all__ = [
    "DEFERRED",
    "FORBIDDEN",
    "IF_ASSUMED",
    "OFFERED",
    "ONLY_AFTER",
    "Ruling",
    "cited",
    "ruling",
    "verdicts",
]

OFFERED: Final = 0
IF_ASSUMED: Final = 1
"""Offered, if what was not answered is as most people answer it."""
ONLY_AFTER: Final = 2
"""Offered, but only after an answer that is never assumed."""
DEFERRED: Final = 3
FORBIDDEN: Final = 4


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the rules say to one person about one treatment.

    Attributes
    ----------
    reasons
        Why it is taken away; empty when it is offered.
    conditions
        What must be seen to when it is offered.
    after
        Treatments that must have reached their aim before.
    assumes
        Keys of unanswered questions that are taken as answered, each with a rule that would apply otherwise.
    ask
        Keys of unanswered questions that are never assumed, each with a rule that waits for it.
    """

    reasons: tuple[Reason, ...] = ()
    conditions: tuple[Condition, ...] = ()
    after: tuple[TreatmentId, ...] = ()
    assumes: tuple[tuple[str, Rule], ...] = ()
    ask: tuple[tuple[str, Rule], ...] = ()

    @property
    def offered(self) -> bool:
        """True when no rule takes the treatment away."""
        return not self.reasons


@dataclass(frozen=True, slots=True)
class _Held:
    """A rule, whether it holds on what was answered, and whether it holds with the assumptions."""

    rule: Rule
    known: int
    taken: int


def verdicts(answers: Answers, book: Rulebook | None = None) -> dict[TreatmentId, NDArray[np.int8]]:
    """What the rules say to many people about every treatment.

    Parameters
    ----------
    answers
        Of many people; arrays that broadcast. What follows from them must be filled in
        (``care.condition_values.implied``).
    book
        The rules; those of the package by default.

    Returns
    -------
    dict[TreatmentId, NDArray[np.int8]]
        ``OFFERED`` (with conditions or without), ``IF_ASSUMED``, ``ONLY_AFTER``, ``DEFERRED`` or ``FORBIDDEN``.
    """
    book = book or rules()
    result: dict[TreatmentId, NDArray[np.int8]] = dict.fromkeys(TREATMENT_IDS, np.array([OFFERED], dtype=np.int8))
    variants = {_assumed_as(treatment): assumed(answers, treatment) for treatment in TREATMENT_IDS}
    for rule in book.rules:
        known = holds(rule.parsed, answers)
        if rule.effect == "condition" or not known.any():
            continue
        about = book.treatments_of(rule)
        levels = {
            variant: _levels(rule)[known, holds(rule.parsed, variants[variant])]
            for variant in {_assumed_as(treatment) for treatment in about}
        }
        for treatment in about:
            result[treatment] = np.maximum(result[treatment], levels[_assumed_as(treatment)])
    return result


@cache
def _assumed_as(treatment: TreatmentId) -> frozenset[str]:
    """Keys that are never assumed for a treatment; treatments with the same share one set of assumed answers."""
    return frozenset(row.key for row in assumptions().first if row.is_for(treatment))


def _levels(rule: Rule) -> NDArray[np.int8]:
    """Verdict by whether a rule holds on what was answered (row) and with the assumptions (column)."""
    full = {"forbid": FORBIDDEN, "defer": DEFERRED, "only_after": ONLY_AFTER}[rule.effect]
    table = np.zeros((3, 3), dtype=np.int8)
    table[UNKNOWN] = (IF_ASSUMED, ONLY_AFTER, full)
    table[TRUE] = full
    return table


def ruling(answers: Answers, book: Rulebook | None = None) -> dict[TreatmentId, Ruling]:
    """What the rules say to one person about every treatment, with reasons, conditions and questions.

    Parameters
    ----------
    answers
        Of one person, from ``care.condition_values.answers_of``.
    book
        The rules; those of the package by default.
    """
    book = book or rules()
    held: dict[TreatmentId, list[_Held]] = {treatment: [] for treatment in TREATMENT_IDS}
    taken = {treatment: assumed(answers, treatment) for treatment in TREATMENT_IDS}
    for rule in book.rules:
        known = int(holds(rule.parsed, answers).max())
        if known != FALSE:
            for treatment in book.treatments_of(rule):
                held[treatment].append(_Held(rule, known, int(holds(rule.parsed, taken[treatment]).max())))
    return {treatment: _ruling(treatment, rows, answers) for treatment, rows in held.items()}


def _ruling(treatment: TreatmentId, held: list[_Held], answers: Answers) -> Ruling:
    first = {row.key: row for row in assumptions().first if row.is_for(treatment)}
    unknown = [row for row in held if row.known == UNKNOWN and row.taken != TRUE]
    asked = [(key, row.rule) for row in unknown for key in settles(row.rule.parsed, answers)]
    taken_as_answered = {row.rule.id for row in unknown if row.taken == FALSE}
    waits = [(key, rule) for key, rule in asked if key in first and rule.id not in taken_as_answered]
    conditions = [_condition(row) for row in held if row.rule.effect == "condition" and row.taken != FALSE]
    conditions += [_condition(row) for row in held if row.rule.effect == "only_after" and row.taken == TRUE]
    removing = {key for key, rule in waits if rule.removes}
    return Ruling(
        reasons=tuple(_reason(row.rule) for row in held if row.rule.removes and row.taken == TRUE),
        conditions=(*(_only_after(first[key], waits) for key in first if key in removing), *conditions),
        after=tuple(dict.fromkeys(row.rule.after for row in held if row.rule.after and row.taken == TRUE)),
        assumes=tuple((key, rule) for key, rule in asked if key not in first),
        ask=tuple(waits),
    )


def _only_after(row: AskedFirst, waits: list[tuple[str, Rule]]) -> Condition:
    """The condition that a question is answered first, with the reason of the first rule that waits for it."""
    rule = next(rule for key, rule in waits if key == row.key and rule.removes)
    return Condition(
        text=f"{row.condition} {rule.text}",
        rule=rule.id,
        sources=rule.sources,
        status=rule.status,
        sure=False,
        kind="only_after",
        key=row.key,
    )


def _reason(rule: Rule) -> Reason:
    return Reason(
        rule=rule.id,
        text=rule.text,
        source=cited(rule.sources, rule.status),
        sources=rule.sources,
        status=rule.status,
        effect="forbid" if rule.effect == "forbid" else "defer",
        until=rule.until,
    )


def _condition(row: _Held) -> Condition:
    rule = row.rule
    return Condition(
        text=f"{rule.condition} {rule.text}",
        rule=rule.id,
        sources=rule.sources,
        status=rule.status,
        sure=row.known == TRUE,
        kind="only_after" if rule.effect == "only_after" else "needs",
        key="acne.months_clear" if rule.effect == "only_after" else None,
    )


def cited(keys: Iterable[str], status: Status) -> str:
    """Sources in a few words; says so when there is none."""
    known = [sources()[key].short for key in keys]
    if known:
        return "; ".join(known)
    return "not yet checked against a source" if status == "unverified" else "assumption of this software"
