"""Results: how far each option gets with each kind of scar, and with each measured scar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from cicatrix.knowledge.outcomes import outcomes as shipped_outcomes
from cicatrix.knowledge.planning import planning
from cicatrix.model.findings import Findings
from cicatrix.model.knowledge import TARGETS, Target
from cicatrix.model.outcome import Outcomes
from cicatrix.model.outlook import AfterSession, Result, ScarResult
from cicatrix.model.plan import Option, Plan
from cicatrix.model.quantity import Z_95, Measured
from cicatrix.model.scar import DEEP_BOXCAR_MM, Scar
from cicatrix.outlook.result.draws import Floats, measured, normal, uniform
from cicatrix.outlook.result.effect import Person
from cicatrix.outlook.result.option import Course, Forecast, scar_counts, sessions_in
from cicatrix.outlook.result.pool import pool_of
from cicatrix.outlook.result.result_text import basis, categories, people_of, scale_of, sources_of

__all__ = ["forecast_of", "option_left", "result", "scar_results"]


def forecast_of(findings: Findings, outcomes: Outcomes | None = None) -> Forecast:
    """What one person's results are computed from; of the package's trials, unless others are given."""
    known = shipped_outcomes() if outcomes is None else outcomes
    return Forecast(pool_of(known), Person(findings.case.person.skin_type), scar_counts(findings))


def result(plan: Plan, findings: Findings, outcomes: Outcomes | None = None) -> tuple[Result, ...]:
    """How far each option gets with each kind of scar.

    Parameters
    ----------
    plan
        The options.
    findings
        What was found: kinds of scars and their numbers, and the skin type.
    outcomes
        Trials and assumptions; those of the package when None.

    Returns
    -------
    tuple of Result
        One entry an option and kind of scar that is there, also where the option leaves it alone. The intervals are
        95 % prediction intervals for the mean depth of this person's scars of the kind.

    Notes
    -----
    Pooling: see ``cicatrix.outlook.result.pool``. How several treatments add up, and how depth and volume follow the
    appearance, is assumed as ``knowledge/outcomes.toml`` says.
    """
    forecast = forecast_of(findings, outcomes)
    return tuple(_result(forecast, option, target) for option in plan.options for target in forecast.counts)


def _result(forecast: Forecast, option: Option, target: Target) -> Result:
    courses = forecast.courses(option, target)
    sessions = tuple(_after(forecast, courses, target))
    untreated = forecast.untreated(max((one.day for one in sessions), default=_end(option)))
    left = option_left(forecast, option, target)
    effects = [course.effect for course in courses]
    arms = [arm for effect in effects for arm in effect.arms]
    return Result(
        option=option.id,
        target=target,
        treatments=tuple(dict.fromkeys(course.step.treatment for course in courses)),
        remaining=measured(left),
        remaining_volume=measured(forecast.volume(left)),
        untreated=measured(untreated),
        sessions=sessions,
        basis=basis(forecast.pool, effects, target),
        scale=scale_of(forecast.outcomes, effects),
        trials=len({arm.study for arm in arms}),
        people=people_of(arms),
        categories=categories(effects, target),
        sources=sources_of(forecast.pool, effects),
        # the spread between people and the way to depth are ours in every forecast
        status="assumption",
    )


def _end(option: Option) -> int:
    """Day on which an option is judged: that of a review after its last session."""
    return option.days + planning().volume_after_days


def _after(forecast: Forecast, courses: Sequence[Course], target: Target) -> Iterator[AfterSession]:
    scars = forecast.scars(target)
    for session in sessions_in(courses):
        left = forecast.left(courses, session.done, scars)
        yield AfterSession(
            treatment=session.course.step.treatment,
            session=session.number,
            day=session.day,
            depth=measured(left),
            volume=measured(forecast.volume(left)),
        )


def option_left(forecast: Forecast, option: Option, target: Target, scars: Floats | None = None) -> Floats:
    """Draws of the fraction of depth left of a kind of scar at the end of an option, shape (DRAWS,).

    Parameters
    ----------
    forecast, option, target
        Of whom, which and of what.
    scars
        Draws, on z, of what sets a scar apart; those of the mean of all scars of the kind when None.
    """
    courses = forecast.courses(option, target)
    if not courses:
        return forecast.untreated(_end(option))
    done = [len(course.step.visits) or 1 for course in courses]
    return forecast.left(courses, done, forecast.scars(target) if scars is None else scars)


def scar_results(
    plan: Plan, findings: Findings, scars: Sequence[Scar], outcomes: Outcomes | None = None
) -> tuple[ScarResult, ...]:
    """What is expected of each measured scar at the end of each option.

    The interval holds that of the measurement. A scar of undecided type is of each type as often as its probabilities
    say; a raised one counts as hypertrophic, unless only keloids were stated.
    """
    forecast = forecast_of(findings, outcomes)
    return tuple(_scar_result(forecast, option, scar) for option in plan.options for scar in scars)


def _scar_result(forecast: Forecast, option: Option, scar: Scar) -> ScarResult:
    left = _scar_left(forecast, option, scar)
    return ScarResult(
        id=scar.id,
        option=option.id,
        depth_mm=measured(_drawn(scar.depth_mm, f"depth {scar.id}") * left),
        volume_mm3=measured(_drawn(scar.volume_mm3, f"depth {scar.id}") * forecast.volume(left)),
    )


def _scar_left(forecast: Forecast, option: Option, scar: Scar) -> Floats:
    own = forecast.outcomes.forecasting.scar_sd * normal(f"scar {scar.id}")
    kinds = _kinds(forecast, scar)
    drawn = [option_left(forecast, option, target, own) for target in kinds]
    upto = np.cumsum(list(kinds.values()))
    picked = np.searchsorted(upto[:-1], uniform(f"kind {scar.id}") * upto[-1], side="right")
    return np.choose(picked, drawn) if len(drawn) > 1 else drawn[0]


def _kinds(forecast: Forecast, scar: Scar) -> dict[Target, float]:
    """Kinds that a scar may be of, each with its probability."""
    if scar.kind != "undecided":
        return {_target(forecast, scar, scar.kind): 1.0}
    likely: dict[Target, float] = {}
    for kind, probability in scar.kind_probability.items():
        if probability >= 0.01:
            target = _target(forecast, scar, kind)
            likely[target] = likely.get(target, 0.0) + probability
    return {target: likely[target] for target in TARGETS if target in likely}


def _target(forecast: Forecast, scar: Scar, kind: str) -> Target:
    if kind == "raised":
        return "keloid" if "keloid" in forecast.counts and "hypertrophic" not in forecast.counts else "hypertrophic"
    if kind == "boxcar":
        deep = scar.depth_class == "deep" or (scar.depth_class is None and scar.depth_mm.value >= DEEP_BOXCAR_MM)
        return "boxcar_deep" if deep else "boxcar_shallow"
    return "icepick" if kind == "icepick" else "rolling"


def _drawn(number: Measured, name: str) -> Floats:
    """Draws of a measured number: half a normal on either side of its value, as wide as its interval says."""
    at = normal(name)
    side = np.where(at < 0.0, number.value - number.low, number.high - number.value)
    return np.asarray(number.value + side * at / Z_95, dtype=np.float64)
