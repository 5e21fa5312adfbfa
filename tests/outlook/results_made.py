"""People, plans and trials for the tests of results."""

from __future__ import annotations

from typing import Any

from cicatrix.care.plan import plan
from cicatrix.knowledge.outcomes import outcomes
from cicatrix.model.case import TreatmentId
from cicatrix.model.findings import Findings
from cicatrix.model.outcome import Outcome, Outcomes, OutcomeScale
from cicatrix.model.plan import Option, Plan
from tests.care.people import case_of, found

PITTED: dict[str, Any] = {"icepick": 12, "boxcar_shallow": 10, "boxcar_deep": 6, "rolling": 8}
MIXED: dict[str, Any] = {**PITTED, "hypertrophic": 2, "keloid": 1}


def planned(scars: dict[str, Any], *, include: tuple[TreatmentId, ...] = (), **person: Any) -> tuple[Plan, Findings]:
    """Plan and findings of a person with these scars; every option holds the treatments to include."""
    findings, gate = found(case_of(person or None, scars=scars))
    return plan(findings, gate, include=include), findings


def with_sessions(option: Option, treatment: TreatmentId, sessions: int) -> Option:
    """The same option with another number of sessions of one treatment, 28 days apart."""

    def changed(step: Any) -> Any:
        if step.treatment != treatment:
            return step
        days = tuple(step.start_day + 28 * number for number in range(sessions))
        return step.model_copy(update={"sessions": sessions, "visits": days, "end_day": days[-1]})

    return option.model_copy(update={"steps": tuple(changed(step) for step in option.steps)})


def arm(scale: OutcomeScale = "physician_percent", **changes: Any) -> Outcome:
    """An arm of a study that nobody did."""
    fields: dict[str, Any] = {
        "study": "made_up",
        "arm": "needling",
        "treatments": ("microneedling",),
        "targets": ("boxcar_shallow", "boxcar_deep", "rolling"),
        "scale": scale,
        "n": 20,
        "effect": 0.5,
        "sources": ("alam_2014",),
        "status": "seen",
    }
    return Outcome(**(fields | changes))


def among(arms: tuple[Outcome, ...], **changes: Any) -> Outcomes:
    """The package's assumptions with these arms in place of its own."""
    return outcomes().model_copy(update={"outcomes": arms, **changes})


def but(*studies: str) -> Outcomes:
    """The package's trials without some of them."""
    return among(tuple(one for one in outcomes().outcomes if one.study not in studies))


def without_treatment(treatment: TreatmentId) -> Outcomes:
    """The package's trials without every arm of one treatment, alone or beside others."""
    return among(
        tuple(one for one in outcomes().outcomes if treatment not in one.treatments),
        transitions=tuple(one for one in outcomes().transitions if treatment not in one.treatments),
    )
