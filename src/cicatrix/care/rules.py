"""The safety rules, applied: for one person with every reason, or for hundreds of thousands at once.

Rules run last and can only take away or add conditions. Both ways below rest on the same evaluation of conditions
(``care.answers``), so what is shown to be safe for everybody at once is what each person gets.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cicatrix.care.condition_values import FALSE, TRUE, UNKNOWN, Answers, holds, settles
from cicatrix.knowledge import Rulebook, rules, sources
from cicatrix.model.case import TREATMENT_IDS, TreatmentId
from cicatrix.model.condition import keys_of
from cicatrix.model.evidence import Status
from cicatrix.model.knowledge import Rule
from cicatrix.model.plan import Condition, Reason

__all__ = ["DEFERRED", "FORBIDDEN", "OFFERED", "WAITING", "Ruling", "cited", "ruling", "verdicts"]

OFFERED: Final = 0
WAITING: Final = 1
DEFERRED: Final = 2
FORBIDDEN: Final = 3


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
    ask
        Keys of unknown answers that the rules wait for, with the rule that waits.
    """

    reasons: tuple[Reason, ...] = ()
    conditions: tuple[Condition, ...] = ()
    after: tuple[TreatmentId, ...] = ()
    ask: tuple[tuple[str, Rule], ...] = field(default=())

    @property
    def offered(self) -> bool:
        """True when no rule takes the treatment away."""
        return not self.reasons


def verdicts(answers: Answers, book: Rulebook | None = None) -> dict[TreatmentId, NDArray[np.int8]]:
    """What the rules say to many people about every treatment.

    Parameters
    ----------
    answers
        Of many people; arrays that broadcast. What follows from them must be filled in (``care.answers.implied``).
    book
        The rules; those of the package by default.

    Returns
    -------
    dict[TreatmentId, NDArray[np.int8]]
        ``OFFERED`` (with conditions or without), ``WAITING`` for an answer, ``DEFERRED`` or ``FORBIDDEN``.
    """
    book = book or rules()
    result: dict[TreatmentId, NDArray[np.int8]] = dict.fromkeys(TREATMENT_IDS, np.array([OFFERED], dtype=np.int8))
    for rule in book.rules:
        if rule.removes:
            full = FORBIDDEN if rule.effect == "forbid" else DEFERRED
            levels = np.array([OFFERED, WAITING, full], dtype=np.int8)[holds(rule.parsed, answers)]
            for treatment in book.treatments_of(rule):
                result[treatment] = np.maximum(result[treatment], levels)
    return result


def ruling(answers: Answers, book: Rulebook | None = None) -> dict[TreatmentId, Ruling]:
    """What the rules say to one person about every treatment, with reasons, conditions and questions.

    Parameters
    ----------
    answers
        Of one person, from ``care.answers.answers_of``.
    book
        The rules; those of the package by default.
    """
    book = book or rules()
    told = [(rule, int(holds(rule.parsed, answers).max())) for rule in book.rules]
    told = [(rule, held) for rule, held in told if held != FALSE]
    by_treatment: dict[TreatmentId, list[tuple[Rule, int]]] = {treatment: [] for treatment in TREATMENT_IDS}
    for rule, held in told:
        for treatment in book.treatments_of(rule):
            by_treatment[treatment].append((rule, held))
    return {treatment: _ruling(held, answers) for treatment, held in by_treatment.items()}


def _ruling(told: list[tuple[Rule, int]], answers: Answers) -> Ruling:
    waiting = [(rule, held) for rule, held in told if held == UNKNOWN and rule.effect != "ask"]
    return Ruling(
        reasons=tuple(_reason(rule, held) for rule, held in told if rule.removes),
        conditions=tuple(_condition(rule, held) for rule, held in told if rule.effect == "condition"),
        after=tuple(dict.fromkeys(rule.after for rule, held in told if rule.after and held == TRUE)),
        ask=tuple((key, rule) for rule, _ in waiting for key in settles(rule.parsed, answers)),
    )


def _reason(rule: Rule, held: int) -> Reason:
    about_gate = "gate.state" in keys_of(rule.parsed)
    unknown = held == UNKNOWN or about_gate
    return Reason(
        rule=rule.id,
        text=f"Not known yet whether this applies: {rule.text}" if unknown and not about_gate else rule.text,
        source=cited(rule.sources, rule.status),
        sources=rule.sources,
        status=rule.status,
        effect="unknown" if unknown else ("forbid" if rule.effect == "forbid" else "defer"),
        until="The question is answered." if unknown else rule.until,
    )


def _condition(rule: Rule, held: int) -> Condition:
    return Condition(
        text=f"{rule.condition} {rule.text}",
        rule=rule.id,
        sources=rule.sources,
        status=rule.status,
        sure=held == TRUE,
    )


def cited(keys: Iterable[str], status: Status) -> str:
    """Sources in a few words; says so when there is none."""
    known = [sources()[key].short for key in keys]
    if known:
        return "; ".join(known)
    return "from memory, unverified" if status == "unverified" else "assumption of this software"
