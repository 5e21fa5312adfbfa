"""Goodman-Baron grades after each option: chances of gaining grades, and the probability of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from cicatrix.model.evidence import Statement
from cicatrix.model.findings import Findings
from cicatrix.model.grades import Grade, Grades
from cicatrix.model.outcome import Outcomes
from cicatrix.model.plan import Option, Plan
from cicatrix.model.quantity import Measured
from cicatrix.outlook.result.appearance import Appearance, appearance_of, improvement
from cicatrix.outlook.result.draws import DRAWS, Floats, measured, normal
from cicatrix.outlook.result.forecast import forecast_of
from cicatrix.outlook.result.observations import root
from cicatrix.outlook.result.option import Forecast

__all__ = ["UNTREATED", "Chances", "chances_of", "grade_probability", "todays_grade"]

GradeKey = Literal["1", "2", "3", "4"]
_KEYS: Final[tuple[GradeKey, ...]] = ("1", "2", "3", "4")

UNTREATED: Final = "untreated"
"""Key of the probabilities without treatment, beside those of the options."""

_LAST_DAY: Final = 180
"""Without an option the untreated grade is that of half a year on, as long as untreated arms were followed."""

Beyond = Callable[[Floats], Floats]
"""From improvements that are asked for, one a draw, to the share of people who reach them."""


@dataclass(frozen=True, slots=True)
class Chances:
    """Fractions of people who gain grades, each with its 95 % interval: of the share, as far as it is known.

    Attributes
    ----------
    one_grade, two_grades
        At least so many.
    marks_at_most
        Grade 1 or clear afterwards.
    """

    one_grade: Measured
    two_grades: Measured
    marks_at_most: Measured


def todays_grade(grades: Grades, findings: Findings) -> Grade | None:
    """Today's Goodman-Baron grade; where answers leave several open, the one of the severity that was stated."""
    grade = grades.goodman_baron_qualitative
    severity = findings.case.scars.severity
    if grade is None or grade.value is not None or severity is None:
        return grade
    stated = {"mild": 2, "moderate": 3, "severe": 4}[severity]
    if stated not in grade.possible:
        return grade
    return grade.model_copy(update={"possible": (stated,), "low": stated, "high": stated, "value": stated})


def chances_of(forecast: Forecast, appearance: Appearance, today: Grade) -> Chances:
    """Chances of gaining grades; where several are possible today, each counts the same, and the interval spans all.

    Notes
    -----
    A grade is gained at a stated improvement of the appearance (``forecasting.grade_better``). All thresholds are moved
    together by what trials that counted grades found, as one part of the pool.
    """
    reached = [_gains(forecast, appearance.beyond, grade) for grade in today.possible]
    return Chances(
        _over(gains[0] for gains in reached),
        _over(gains[1] for gains in reached),
        _over(_to_marks(gains, grade) for gains, grade in zip(reached, today.possible, strict=True)),
    )


def _over(draws: Iterable[Floats]) -> Measured:
    """Average over the grades that are possible today, in an interval that holds each of them."""
    each = list(draws)
    ends = [measured(drawn) for drawn in each]
    return Measured.of(
        measured(np.mean(each, axis=0)).value, min(end.low for end in ends), max(end.high for end in ends)
    )


def _gains(forecast: Forecast, beyond: Beyond, grade: int) -> list[Floats]:
    """Shares of people who gain at least one, two and three grades, each of shape (DRAWS,)."""
    moved = forecast.pool.offset("gained_one_grade")
    shift = moved.mean + moved.sd * normal("grade")
    asked = forecast.outcomes.forecasting.grade_better.values()
    bounds = [{int(key): bound for key, bound in each.items()}.get(grade) for each in asked]
    return [
        np.zeros(DRAWS) if bound is None else beyond(improvement(np.maximum(root(bound) - shift, 0.0)))
        for bound in bounds
    ]


def _to_marks(gains: list[Floats], grade: int) -> Floats:
    """Share who reach grade 1; from grade 1 everybody is there."""
    return np.ones(DRAWS) if grade == 1 else gains[grade - 2]


def grade_probability(
    plan: Plan, findings: Findings, today: Grade | None, outcomes: Outcomes | None = None
) -> tuple[dict[str, dict[GradeKey, float]], Statement | None]:
    """Probability of each grade after each option, and without treatment.

    Parameters
    ----------
    plan, findings
        Options, and what was found.
    today
        Today's grade; all that are possible count the same.
    outcomes
        Trials and assumptions; those of the package when None.

    Returns
    -------
    probabilities : dict
        Option, or ``untreated``, to grade to probability; each sums to 1. Empty without a grade today.
    basis : Statement or None
        What they rest on.
    """
    forecast = forecast_of(findings, outcomes)
    if today is None or (not forecast.counts and max(today.possible) > 1):
        return {}, None
    days = max((option.days for option in plan.options), default=_LAST_DAY)
    untreated = _by_itself(forecast, days)
    shares = {UNTREATED: _over_grades(forecast, untreated, today)}
    for option in plan.options:
        beyond = appearance_of(forecast, option).beyond if _treated(forecast, option) else untreated
        shares[option.id] = _over_grades(forecast, beyond, today)
    return shares, _basis(forecast, plan.options, today)


def _treated(forecast: Forecast, option: Option) -> bool:
    return any(forecast.courses(option, target) for target in forecast.counts)


def _over_grades(forecast: Forecast, beyond: Beyond, today: Grade) -> dict[GradeKey, float]:
    """Probability of each grade afterwards, over the grades that are possible today; they sum to 1."""
    return _rounded(np.mean([_after(forecast, beyond, grade) for grade in today.possible], axis=0))


def _by_itself(forecast: Forecast, days: int) -> Beyond:
    """People who get better by so much without treatment, from the changes that come by themselves."""
    better = -np.expm1(forecast.drift(days))

    def beyond(asked: Floats) -> Floats:
        return np.asarray(better >= asked, dtype=np.float64)

    return beyond


def _after(forecast: Forecast, beyond: Beyond, grade: int) -> Floats:
    """Probability of grades 1 to 4 afterwards, from one grade today, shape (4,)."""
    if grade == 1:
        return np.array([1.0, 0.0, 0.0, 0.0])
    gains = [float(share.mean()) for share in _gains(forecast, beyond, grade)]
    worse = np.full(DRAWS, -forecast.outcomes.forecasting.grade_worse)
    kept = 1.0 if grade == 4 else float(beyond(worse).mean())
    reached = np.zeros(4)
    for steps, (least, next_least) in enumerate(zip([kept, *gains], [*gains, 0.0], strict=True)):
        reached[max(grade - steps, 1) - 1] += least - next_least
    reached[min(grade + 1, 4) - 1] += 1.0 - kept
    return reached


def _basis(forecast: Forecast, options: Iterable[Option], today: Grade) -> Statement:
    """What the grades rest on."""
    named = {step.treatment for option in options for step in option.steps if set(step.targets) & set(forecast.counts)}
    used = [seen.arm for seen in forecast.pool.observations if seen.scale.startswith("gained_")]
    people: dict[str, int] = {}
    for arm in used:
        people[arm.study] = people.get(arm.study, 0) + (arm.n or 0)
    own = {arm.study for arm in used if named & set(arm.treatments)}
    bounds = list(forecast.outcomes.forecasting.grade_better.values())
    text = (
        "Grades are read from the improvement of the appearance, by an assumption of ours: from severe or moderate a"
        " quarter better gains a grade, and flat marks only (grade 1, to which clear counts) ask for"
        f" {_percent(bounds[0]['2'])} from mild, {_percent(bounds[1]['3'])} from moderate and"
        f" {_percent(bounds[2]['4'])} from severe. All of these were moved by {len(people)} studies that counted grades"
        f" ({sum(people.values())} people), {len(own)} of them with treatments of these options."
    )
    if len(today.possible) > 1:
        grades = ", ".join(str(grade) for grade in today.possible)
        text += f" Today's grade may be {grades}: each counts the same."
    sources = tuple(dict.fromkeys(key for arm in used for key in arm.sources))
    return Statement(text=text, status="assumption", sources=sources)


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _rounded(share: Floats) -> dict[GradeKey, float]:
    """Rounded to four decimals so that they sum to exactly 1: the largest takes the rest."""
    parts = [round(10_000 * float(part)) for part in share]
    parts[int(np.argmax(parts))] += 10_000 - sum(parts)
    return {key: part / 10_000 for key, part in zip(_KEYS, parts, strict=True)}
