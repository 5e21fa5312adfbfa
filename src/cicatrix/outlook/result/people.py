"""What each option does for people: grades gained, and how much better their scars look."""

from __future__ import annotations

import numpy as np

from cicatrix.knowledge.outcomes import outcomes as shipped_outcomes
from cicatrix.model.evidence import Status
from cicatrix.model.findings import Findings
from cicatrix.model.grades import Grade
from cicatrix.model.knowledge import Target
from cicatrix.model.outcome import Outcomes
from cicatrix.model.outlook import Better, BetterByTarget, MiddleHalf, PeopleResult
from cicatrix.model.plan import Option, Plan
from cicatrix.outlook.result.draws import DRAWS, Floats, between, measured
from cicatrix.outlook.result.effect import Effect, reduction, seen_of
from cicatrix.outlook.result.forecast import forecast_of
from cicatrix.outlook.result.grades import Chances, chances
from cicatrix.outlook.result.option import Course, Forecast
from cicatrix.outlook.result.result_text import basis, people_of, sources_of

__all__ = ["people_results"]

_STATUS: Status = "assumption"
"""The spread between people and how treatments add up are assumed in every figure."""


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
    known = shipped_outcomes() if outcomes is None else outcomes
    forecast = forecast_of(findings, known)
    if not forecast.counts:
        return ()
    gained = chances(plan, findings, today, known)
    return tuple(_option(forecast, option, gained.get(option.id)) for option in plan.options)


def _option(forecast: Forecast, option: Option, gained: Chances | None) -> PeopleResult:
    by_target = tuple(_target(forecast, option, target) for target in forecast.counts)
    weights = np.array([float(number or 1) for number in forecast.counts.values()])
    weights /= weights.sum()
    typical, people = (
        np.tensordot(weights, [_seen(forecast, option, target, typical=mean) for target in forecast.counts], 1)
        for mean in (True, False)
    )
    sources = tuple(dict.fromkeys(key for one in by_target for key in one.sources))
    return PeopleResult(
        option=option.id,
        one_grade=None if gained is None else gained.one_grade,
        two_grades=None if gained is None else gained.two_grades,
        marks_at_most=None if gained is None else gained.marks_at_most,
        better=_better(typical, people),
        by_target=by_target,
        basis="Trials of each treatment, pooled on the scale that they used; every scar counts the same.",
        sources=sources,
        status=_STATUS,
    )


def _target(forecast: Forecast, option: Option, target: Target) -> BetterByTarget:
    effects: list[Effect] = [course.effect for course in forecast.courses(option, target)]
    arms = [arm for effect in effects for arm in effect.arms]
    typical, people = (_seen(forecast, option, target, typical=mean) for mean in (True, False))
    return BetterByTarget(
        target=target,
        treatments=tuple(dict.fromkeys(effect.treatment for effect in effects)),
        better=_better(typical, people),
        trials=len({arm.study for arm in arms}),
        people=people_of(arms),
        basis=basis(forecast.outcomes, effects, target),
        sources=sources_of(forecast.outcomes, effects),
        status=_STATUS,
    )


def _seen(forecast: Forecast, option: Option, target: Target, *, typical: bool) -> Floats:
    """Draws of the fraction by which scars of a kind look better at the end of an option, shape (DRAWS,)."""
    parts = [_gone(forecast.outcomes, course, typical=typical) for course in forecast.courses(option, target)]
    if not parts:
        return np.zeros(DRAWS)
    most = np.maximum.reduce(parts)
    gone = most + between("overlap", *forecast.outcomes.forecasting.overlap) * (np.add.reduce(parts) - most)
    return np.asarray(-np.expm1(-gone), dtype=np.float64)


def _gone(outcomes: Outcomes, course: Course, *, typical: bool) -> Floats:
    base = seen_of(outcomes, course.effect, typical=typical)
    return reduction(outcomes, course.effect, base, len(course.step.visits) or 1, np.zeros(DRAWS))


def _better(typical: Floats, people: Floats) -> Better:
    mean = measured(typical)
    low, high = (round(float(end), 4) for end in np.quantile(people, (0.25, 0.75)))
    return Better(value=mean.value, low=mean.low, high=mean.high, middle_half=MiddleHalf(low=low, high=high))
