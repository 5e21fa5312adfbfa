"""What each option does for people: grades gained, and how much better their scars look."""

from __future__ import annotations

from typing import Final

import numpy as np

from cicatrix.knowledge.outcomes import outcomes as shipped_outcomes
from cicatrix.model.evidence import Status
from cicatrix.model.findings import Findings
from cicatrix.model.grades import Grade
from cicatrix.model.knowledge import Target
from cicatrix.model.outcome import Outcomes
from cicatrix.model.outlook import Better, BetterByTarget, MiddleHalf, PeopleResult
from cicatrix.model.plan import Option, Plan
from cicatrix.model.quantity import Measured
from cicatrix.outlook.result.appearance import Appearance, appearance_of
from cicatrix.outlook.result.draws import DRAWS, measured, triangle
from cicatrix.outlook.result.forecast import forecast_of
from cicatrix.outlook.result.grades import chances_of
from cicatrix.outlook.result.option import Forecast
from cicatrix.outlook.result.result_text import basis, people_of, sources_of

__all__ = ["people_results"]

_STATUS: Status = "assumption"
"""The spread between people and how treatments add up are assumed in every figure."""

_GONE: Final = 0.9
"""Improvement from which a scar is counted as gone."""


def people_results(
    plan: Plan, findings: Findings, today: Grade | None, outcomes: Outcomes | None = None
) -> tuple[PeopleResult, ...]:
    """Grades gained and better appearance after each option.

    Parameters
    ----------
    plan, findings
        Options, and what was found.
    today
        Today's Goodman-Baron grade; None when nothing can be said.
    outcomes
        Trials and assumptions; those of the package when None.

    Returns
    -------
    tuple of PeopleResult
        One entry an option; none where no scars are known.
    """
    forecast = forecast_of(findings, shipped_outcomes() if outcomes is None else outcomes)
    if not forecast.counts:
        return ()
    return tuple(_option(forecast, option, today) for option in plan.options)


def _option(forecast: Forecast, option: Option, today: Grade | None) -> PeopleResult:
    appearance = appearance_of(forecast, option)
    gained = None if today is None else chances_of(forecast, appearance, today)
    by_target = tuple(_target(forecast, option, appearance.only(target), target) for target in forecast.counts)
    return PeopleResult(
        option=option.id,
        one_grade=None if gained is None else gained.one_grade,
        two_grades=None if gained is None else gained.two_grades,
        marks_at_most=None if gained is None else gained.marks_at_most,
        better=_better(appearance),
        by_target=by_target,
        basis=_basis(forecast),
        sources=tuple(dict.fromkeys(key for one in by_target for key in one.sources)),
        status=_STATUS,
    )


def _target(forecast: Forecast, option: Option, appearance: Appearance, target: Target) -> BetterByTarget:
    effects = [course.effect for course in forecast.courses(option, target)]
    arms = [arm for effect in effects for arm in effect.arms]
    return BetterByTarget(
        target=target,
        treatments=tuple(dict.fromkeys(effect.treatment for effect in effects)),
        better=_better(appearance),
        gone=_gone(forecast, option, appearance, target),
        trials=len({arm.study for arm in arms}),
        people=people_of(arms),
        basis=basis(forecast.pool, effects, target),
        sources=sources_of(forecast.pool, effects),
        status=_STATUS,
    )


def _better(appearance: Appearance) -> Better:
    typical = measured(appearance.typical)
    low, high = (round(float(end), 4) for end in np.quantile(appearance.people, (0.25, 0.75)))
    return Better(value=typical.value, low=typical.low, high=typical.high, middle_half=MiddleHalf(low=low, high=high))


def _gone(forecast: Forecast, option: Option, appearance: Appearance, target: Target) -> Measured:
    """Share of the scars of a kind that leave the count: cut out, or better by so much that they are hardly seen."""
    pooling, scar_sd = forecast.outcomes.pooling, forecast.outcomes.forecasting.scar_sd
    spread = float(np.hypot(appearance.spreads[target], scar_sd)) if appearance.spreads[target] else 0.0
    scars = Appearance(appearance.roots, {target: spread}, appearance.weights)
    share = scars.beyond(np.full(DRAWS, _GONE)) if spread else np.zeros(DRAWS)
    for course in forecast.courses(option, target):
        if course.step.treatment in pooling.removes:
            cut = triangle(f"gone {course.step.treatment}", *pooling.removes[course.step.treatment])
            share = np.maximum(share, cut)
    return measured(share)


def _basis(forecast: Forecast) -> str:
    seen = forecast.pool.observations
    arms, studies, net = len(seen), len({one.study for one in seen}), sum(one.net for one in seen)
    return (
        f"{arms} trial arms of {studies} studies are pooled in one model; treatments with few trials borrow from"
        " others. The figures are those of trials that compare treatments: what single-arm studies see in excess is"
        f" left out, and {net} arms with an untreated side had it subtracted. Every scar counts the same. The middle"
        " half of people holds how people and clinics differ."
    )
