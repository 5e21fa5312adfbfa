"""The probability of each Goodman-Baron grade after each option."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from scipy.special import betaincinv

from cicatrix.knowledge.outcomes import outcomes as shipped_outcomes
from cicatrix.model.case import TreatmentId
from cicatrix.model.evidence import Statement
from cicatrix.model.findings import Findings
from cicatrix.model.grades import Grade
from cicatrix.model.outcome import Outcomes, Transition
from cicatrix.model.plan import Option, Plan
from cicatrix.model.quantity import Measured
from cicatrix.outlook.result.draws import Floats, normal
from cicatrix.outlook.result.forecast import forecast_of, option_left
from cicatrix.outlook.result.option import Forecast

__all__ = ["UNTREATED", "Chances", "chances", "grade_probability"]

GradeKey = Literal["1", "2", "3", "4"]
_KEYS: Final[tuple[GradeKey, ...]] = ("1", "2", "3", "4")

UNTREATED: Final = "untreated"
"""Key of the probabilities without treatment, beside those of the options."""

_LAST_DAY: Final = 180
"""Without an option the untreated grade is that of half a year on, as long as untreated arms were followed."""


def grade_probability(
    plan: Plan, findings: Findings, today: Grade | None, outcomes: Outcomes | None = None
) -> tuple[dict[str, dict[GradeKey, float]], Statement | None]:
    """Probability of each grade after each option, and without treatment.

    Grades are read from the depth left, by an assumption, and then drawn towards what trials of the option's treatments
    counted: a Dirichlet prior from the first, and the trials' people as counts, fewer than there were (people of one
    study are alike; a trial of other treatments beside the option's counts for its shared part).

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
    known = shipped_outcomes() if outcomes is None else outcomes
    forecast = forecast_of(findings, known)
    if today is None or (not forecast.counts and max(today.possible) > 1):
        return {}, None
    days = max((option.days for option in plan.options), default=_LAST_DAY)
    shares: dict[str, Floats] = {UNTREATED: _mixed(known, today, _left(forecast, None, days), ())}
    for option in plan.options:
        treatments = _against_scars(forecast, option)
        shares[option.id] = _mixed(known, today, _left(forecast, option, days), treatments)
    used = _used(known, [_against_scars(forecast, option) for option in plan.options])
    return {name: _rounded(share) for name, share in shares.items()}, _basis(today, used)


@dataclass(frozen=True, slots=True)
class Chances:
    """Fractions of people who gain grades, each with its 95 % interval.

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


def chances(
    plan: Plan, findings: Findings, today: Grade | None, outcomes: Outcomes | None = None
) -> dict[str, Chances]:
    """Chances of gaining grades after each option; empty without a grade today.

    The intervals are those of the Dirichlet distribution behind ``grade_probability``: of the share of people, as far
    as it is known. Over several grades that are possible today the ends are averaged.
    """
    known = shipped_outcomes() if outcomes is None else outcomes
    forecast = forecast_of(findings, known)
    if today is None or not forecast.counts:
        return {}
    return {option.id: _chances(known, today, forecast, option) for option in plan.options}


def _chances(outcomes: Outcomes, today: Grade, forecast: Forecast, option: Option) -> Chances:
    left, treatments = _left(forecast, option, option.days), _against_scars(forecast, option)
    each = [_counts(outcomes, grade, left, treatments) for grade in today.possible]
    return Chances(
        _share_of(
            [(counts[: grade - 1].sum(), counts.sum()) for grade, counts in zip(today.possible, each, strict=True)]
        ),
        _share_of(
            [
                (counts[: max(grade - 2, 0)].sum(), counts.sum())
                for grade, counts in zip(today.possible, each, strict=True)
            ]
        ),
        _share_of([(counts[0], counts.sum()) for counts in each]),
    )


def _share_of(counted: Sequence[tuple[float, float]]) -> Measured:
    """Mean and 95 % interval of beta distributions, averaged: of so many counts out of so many."""
    ends = [
        (part / whole, *(betaincinv(part, whole - part, end) for end in (0.025, 0.975)))
        if 0.0 < part < whole
        else (part / whole,) * 3
        for part, whole in counted
    ]
    value, low, high = np.mean(ends, axis=0)
    return Measured.of(float(value), float(low), float(high))


def _against_scars(forecast: Forecast, option: Option) -> tuple[TreatmentId, ...]:
    """Treatments of an option that work on some of the scars that are there."""
    return tuple(step.treatment for step in option.steps if set(step.targets) & set(forecast.counts))


def _left(forecast: Forecast, option: Option | None, days: int) -> Floats:
    """Draws of the mean fraction of depth left over all scars, of an option or without treatment."""
    if option is None or not forecast.counts:
        return forecast.untreated(days)
    weights = np.array([float(number or 1) for number in forecast.counts.values()])
    drawn = np.stack([option_left(forecast, option, target) for target in forecast.counts])
    return np.asarray(weights @ drawn / weights.sum(), dtype=np.float64)


def _mixed(outcomes: Outcomes, today: Grade, left: Floats, treatments: tuple[TreatmentId, ...]) -> Floats:
    """Probability of grades 1 to 4 afterwards, over the grades that are possible today, shape (4,)."""
    each = [_after(outcomes, grade, left, treatments) for grade in today.possible]
    return np.asarray(np.mean(each, axis=0), dtype=np.float64)


def _after(outcomes: Outcomes, grade: int, left: Floats, treatments: tuple[TreatmentId, ...]) -> Floats:
    """The same from one grade today: posterior predictive of a Dirichlet with a multinomial."""
    counts = _counts(outcomes, grade, left, treatments)
    return np.asarray(counts / counts.sum(), dtype=np.float64)


def _counts(outcomes: Outcomes, grade: int, left: Floats, treatments: tuple[TreatmentId, ...]) -> Floats:
    """Parameters of that Dirichlet distribution: people by grade afterwards, from grade 1 to 4."""
    if grade == 1:
        return np.array([1.0, 0.0, 0.0, 0.0])
    counts = outcomes.forecasting.grade_prior_people * _by_depth(outcomes, grade, left)
    for transition in outcomes.transitions:
        if grade in transition.grade_from and not (grade == 2 and _not_told_apart(transition)):
            counts = counts + _weight(outcomes, transition, treatments) * _arrived(transition, grade)
    return np.asarray(counts, dtype=np.float64)


def _by_depth(outcomes: Outcomes, grade: int, left: Floats) -> Floats:
    """Probability of each grade read from the depth left, shape (4,)."""
    assumed = outcomes.forecasting
    seen = left * np.exp(assumed.grade_noise_sd * normal("grade"))
    gained = np.zeros(left.shape, dtype=np.int64)
    for bounds in assumed.grade_left.values():
        bound = {int(key): value for key, value in bounds.items()}.get(grade)
        gained += np.zeros_like(gained) if bound is None else (seen <= bound).astype(np.int64)
    gained -= (seen >= assumed.grade_worse).astype(np.int64)
    reached = np.clip(grade - gained, 1, 4)
    return np.asarray(np.bincount(reached - 1, minlength=4) / left.size, dtype=np.float64)


def _weight(outcomes: Outcomes, transition: Transition, treatments: tuple[TreatmentId, ...]) -> float:
    """People that a trial counts for: fewer, as they are alike, and only for the part of its treatments in the option.

    A trial that shares none of its treatments counts nothing.
    """
    shared = len(set(transition.treatments) & set(treatments)) / len(transition.treatments)
    alike = outcomes.forecasting.grade_study_correlation
    people = transition.n / len(transition.grade_from)
    return shared**2 * people / (1.0 + (people - 1.0) * alike)


def _not_told_apart(transition: Transition) -> bool:
    """True when the study gives grades gained without saying from which grade."""
    return len(transition.grade_from) > 1


def _arrived(transition: Transition, grade: int) -> Floats:
    """Share of a trial's people by grade afterwards, shape (4,).

    Where the grades before are not told apart, nobody is taken to have reached flat marks only: the largest gains may
    all be of the worst grade.
    """
    share = np.zeros(4)
    best = 2 if _not_told_apart(transition) else 1
    for steps, part in transition.gained.items():
        share[max(grade - int(steps), best) - 1] += part
    return np.asarray(share / share.sum(), dtype=np.float64)


def _used(outcomes: Outcomes, options: list[tuple[TreatmentId, ...]]) -> tuple[Transition, ...]:
    named = {treatment for treatments in options for treatment in treatments}
    return tuple(transition for transition in outcomes.transitions if named & set(transition.treatments))


def _basis(today: Grade, used: tuple[Transition, ...]) -> Statement:
    text = (
        "Grades are read from the depth that is left, by an assumption of ours: a quarter less makes a grade, and next"
        " to nothing must be left for flat marks only (grade 1; clear counts as 1)."
    )
    if used:
        studies = {transition.study: 0 for transition in used}
        for transition in used:
            studies[transition.study] += transition.n
        text += (
            f" They are drawn towards {len(studies)} uncontrolled {'study' if len(studies) == 1 else 'studies'} that"
            f" counted grades ({sum(studies.values())} people), as far as an option shares their treatments."
        )
    else:
        text += " No study of these treatments counted grades."
    if len(today.possible) > 1:
        grades = ", ".join(str(grade) for grade in today.possible)
        text += f" Today's grade may be {grades}: each counts the same."
    sources = tuple(dict.fromkeys(key for transition in used for key in transition.sources))
    return Statement(text=text, status="assumption", sources=sources)


def _rounded(share: Floats) -> dict[GradeKey, float]:
    """Rounded to four decimals so that they sum to exactly 1: the largest takes the rest."""
    parts = [round(10_000 * float(part)) for part in share]
    parts[int(np.argmax(parts))] += 10_000 - sum(parts)
    return {key: part / 10_000 for key, part in zip(_KEYS, parts, strict=True)}
