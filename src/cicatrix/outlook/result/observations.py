"""Trial arms as observations on the root scale, y = sqrt(-log(1 - fraction)).

On this scale the spread between people is about the same in studies with small and with large results, which is why it
is used (Box GEP, Cox DR. J R Stat Soc B 1964;26:211-252, on choosing a transformation by the likelihood; figures in
``docs/decisions/0016-results-pooled.md``). Its square, the logarithmic reduction, adds up: what two treatments
leave is multiplied.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from scipy.special import ndtri

from cicatrix.knowledge import trials
from cicatrix.model.case import TreatmentId
from cicatrix.model.knowledge import Target
from cicatrix.model.outcome import Outcome, Outcomes, OutcomeScale, Transition

__all__ = ["Observation", "fraction", "observations", "root"]

_MOST: Final = 0.999
"""Everything lies at infinity: changes are kept below this fraction before the transform."""

_UNKNOWN_PEOPLE: Final = 10
"""Number of people that counts where none was reported."""

_LEAST_NET: Final = 0.2
"""Smallest root that a variance is divided by when a control arm is subtracted."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One arm's result on the root scale.

    Attributes
    ----------
    arm
        The row that it comes from.
    study, treatments, added, targets, scale, sessions
        As in the row.
    uncontrolled
        True when the study compares the arm with nothing.
    value, variance
        Result, and its variance by chance in the arm's people.
    thresholds
        Of a share of people: improvement to the share beyond it. Empty for a mean change.
    net
        True when a control arm of the study was subtracted.
    """

    arm: Outcome | Transition
    study: str
    treatments: tuple[TreatmentId, ...]
    added: str | None
    targets: tuple[Target, ...]
    scale: OutcomeScale
    sessions: float | None
    uncontrolled: bool
    value: float
    variance: float
    thresholds: tuple[tuple[float, float], ...] = ()
    net: bool = False


def root(share: float) -> float:
    """Fraction by which something got better, on the root scale; no change and worse are 0."""
    return math.sqrt(-math.log1p(-min(max(share, 0.0), _MOST)))


def fraction(value: float) -> float:
    """Back to a fraction; what lies below no change is 0."""
    return -math.expm1(-(max(value, 0.0) ** 2))


def observations(outcomes: Outcomes) -> tuple[Observation, ...]:
    """Every treated arm on a scale that is pooled, controls subtracted, and every study that counted grades."""
    return (*_of_arms(outcomes), *(_of_grades(outcomes, row) for row in outcomes.transitions))


def _of_arms(outcomes: Outcomes) -> Iterator[Observation]:
    for arm in outcomes.outcomes:
        if arm.control or not arm.pooled or outcomes.scales[arm.scale].family is None:
            continue
        value, variance = _read(outcomes, arm)
        control = outcomes.control_of(arm)
        if control is not None:
            value, variance = _less((value, variance), _read(outcomes, control))
        yield Observation(
            arm=arm,
            study=arm.study,
            treatments=arm.treatments,
            added=arm.added,
            targets=arm.targets,
            scale=arm.scale,
            sessions=arm.sessions,
            uncontrolled=_uncontrolled(arm.study),
            value=value,
            variance=variance,
            thresholds=tuple(_thresholds(outcomes, arm)),
            net=control is not None or arm.against_control,
        )


def _uncontrolled(study: str) -> bool:
    trial = trials().get(study)
    return trial is None or trial.design in ("uncontrolled", "retrospective")


def _thresholds(outcomes: Outcomes, arm: Outcome) -> Iterator[tuple[float, float]]:
    threshold = outcomes.scales[arm.scale].threshold
    if threshold is not None:
        yield threshold, arm.effect
        yield from ((int(percent) / 100, share) for percent, share in (arm.above or {}).items())


def _read(outcomes: Outcomes, arm: Outcome) -> tuple[float, float]:
    """Result and variance of one arm, controls not subtracted."""
    people = arm.n or _UNKNOWN_PEOPLE
    spread = outcomes.pooling.people_sd
    thresholds = tuple(_thresholds(outcomes, arm))
    if thresholds:
        return _of_shares(thresholds, people, spread)
    value = root(arm.effect)
    relative = _relative(arm, outcomes.forecasting.before_after)
    if relative is None or value == 0.0:
        return value, spread**2 / people
    return value, relative / people / (4.0 * value**2)


def _relative(arm: Outcome, before_after: float) -> float | None:
    """Variance over people of the logarithm of after over before; None unless both standard deviations were printed."""
    if arm.before is None or arm.after is None or arm.before_sd is None or arm.after_sd is None:
        return None
    first, second = arm.before_sd / arm.before, arm.after_sd / arm.after
    return first**2 + second**2 - 2.0 * before_after * first * second


def _of_shares(thresholds: Sequence[tuple[float, float]], people: int, spread: float) -> tuple[float, float]:
    """Mean over people from shares beyond thresholds, people spread normally on the root scale.

    Each threshold says where the mean lies; they are weighted by what each tells of it (Fisher information of a
    binomial share), which together is at most what the people themselves would tell. Half a person is added on either
    side of a share, so that 0 and 100 % stay finite.
    """
    total, weighted = 0.0, 0.0
    for threshold, share in thresholds:
        part = (share * people + 0.5) / (people + 1.0)
        at = float(ndtri(part))
        weight = math.exp(-(at**2)) / (2.0 * math.pi) / (part * (1.0 - part))
        total += weight
        weighted += weight * (root(threshold) + spread * at)
    return max(weighted / total, 0.0), spread**2 / ((people + 1.0) * min(total, 1.0))


def _less(treated: tuple[float, float], control: tuple[float, float]) -> tuple[float, float]:
    """A treated arm less its control: their logarithmic reductions are subtracted."""
    (value, variance), (other, other_variance) = treated, control
    net = math.sqrt(max(value**2 - other**2, 0.0))
    scale = max(net, _LEAST_NET)
    return net, variance * (value / scale) ** 2 + other_variance * (other / scale) ** 2


def _of_grades(outcomes: Outcomes, row: Transition) -> Observation:
    """Shares of people who gained grades, with the thresholds of the grade that they came from (the worst of them)."""
    grade = max(row.grade_from)
    thresholds = tuple(
        (bound, sum(share for steps, share in row.gained.items() if int(steps) >= int(gained)))
        for gained, bounds in outcomes.forecasting.grade_better.items()
        for present, bound in bounds.items()
        if int(present) == grade
    )
    value, variance = _of_shares(thresholds, row.n, outcomes.pooling.people_sd)
    return Observation(
        arm=row,
        study=row.study,
        treatments=row.treatments,
        added=None,
        targets=_pitted(row),
        scale="gained_one_grade",
        sessions=None,
        uncontrolled=_uncontrolled(row.study),
        value=value,
        variance=variance,
        thresholds=thresholds,
    )


def _pitted(row: Transition) -> tuple[Target, ...]:
    """Kinds of scars of a study that counted grades: those of its trial, else every pitted kind."""
    trial = trials().get(row.study)
    pitted: tuple[Target, ...] = ("icepick", "boxcar_shallow", "boxcar_deep", "rolling")
    found = tuple(target for target in pitted if trial is not None and target in trial.targets)
    return found or pitted
