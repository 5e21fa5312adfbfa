"""Pooling of trial arms: on one scale only, with the spread between studies carried into every prediction.

One model serves every treatment of a scale. An arm's result, on the scale's transform, is a mean of the scale, plus
what the treatment adds, plus what the study adds, plus chance in its people:

    y = scale + treatment + study + arm + error

with normal parts. The spread between studies is the Paule-Mandel estimate over all arms of the scale
(``random_effects``), shrunk towards an assumed spread that counts as a stated number of studies, so that it is never 0.
Given the spreads, the prediction for a new study of one treatment is exact linear algebra: a treatment with few or
small studies is shrunk towards the others of its scale, and with no study at all the prediction is that of the scale.

Random effects: DerSimonian R, Laird N. Control Clin Trials 1986;7:177-188. Estimate of the spread: Paule RC, Mandel J.
J Res Natl Bur Stand 1982;87:377-385. Interval of a mean: Hartung J, Knapp G. Stat Med 2001;20:3875-3889. Prediction
interval for a new study: Higgins JPT, Thompson SG, Spiegelhalter DJ. J R Stat Soc A 2009;172:137-159.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, stdtrit

from cicatrix.model.outcome import Forecasting, Outcome, Outcomes, OutcomeScale, ScaleRule
from cicatrix.outlook.result.random_effects import random_effects

__all__ = ["Pool", "Prediction", "Spread", "from_scale", "pool_of", "predict", "spread_of", "to_scale", "variance_of"]

Floats = NDArray[np.float64]
Arms = tuple[Outcome, ...]

_LEAST: Final = 1e-3
"""A change is kept inside 0.001 to 0.999 before its transform: nothing and everything lie at infinity."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Spread between studies of one scale.

    Attributes
    ----------
    tau
        Standard deviation between studies, as pooled; never 0.
    estimate
        What the studies alone show (Paule-Mandel); None with fewer than three of them.
    df
        Degrees of freedom of ``tau``: the assumed studies, and those there are but one.
    """

    tau: float
    estimate: float | None
    df: float


@dataclass(frozen=True, slots=True)
class Prediction:
    """Mean of a new study of one treatment, on the scale's transform: a t distribution.

    Attributes
    ----------
    scale
        The scale, and no other.
    mean, sd, df
        Centre, scale and degrees of freedom.
    mean_sd
        The part of ``sd`` that is left when the spread between studies is taken out: of the treatment's mean.
    arms
        Arms of the treatment itself.
    """

    scale: OutcomeScale
    mean: float
    sd: float
    df: float
    mean_sd: float
    arms: Arms

    def interval(self, variance: float = 0.0, level: float = 0.95) -> tuple[float, float]:
        """Ends of the prediction interval on the transform; ``variance`` is of the chance in a new arm's people."""
        half = float(stdtrit(self.df, 0.5 + level / 2.0)) * math.hypot(self.sd, math.sqrt(variance))
        return self.mean - half, self.mean + half


@dataclass(frozen=True, slots=True)
class Pool:
    """Pooled mean of some arms of one scale, as plain random effects.

    Attributes
    ----------
    mean, low, high
        Mean and its 95 % interval (Hartung-Knapp), as fractions of the scale.
    tau
        Standard deviation between arms on the transform (Paule-Mandel).
    arms
        Number of arms.
    """

    mean: float
    low: float
    high: float
    tau: float
    arms: int


def to_scale(rule: ScaleRule, outcome: Outcome) -> float:
    """An arm's result on the scale's transform: log(-log(1 - fraction)) of a change, log odds of a share."""
    if rule.kind == "share":
        share = _share(outcome.effect, _people(outcome, 1))
        return math.log(share / (1.0 - share))
    return math.log(-math.log1p(-min(max(outcome.effect, _LEAST), 1.0 - _LEAST)))


def from_scale(rule: ScaleRule, value: float) -> float:
    """Back to a fraction."""
    return float(expit(value)) if rule.kind == "share" else -math.expm1(-math.exp(min(value, 50.0)))


def variance_of(rule: ScaleRule, outcome: Outcome, fewest: int, before_after: float) -> float:
    """Variance of an arm's result on the transform by chance in its people.

    Of a share it is binomial, half a person added on either side. Of a change it comes from printed standard
    deviations by the delta method, with the assumed correlation between before and after; where none is printed, from
    the scale's assumed spread between people.

    Parameters
    ----------
    rule
        The scale's rule.
    outcome
        The arm.
    fewest
        Number of people that counts where none was reported.
    before_after
        Correlation between scores before and after.
    """
    people = _people(outcome, fewest)
    if rule.kind == "share":
        share = _share(outcome.effect, people)
        return 1.0 / ((people + 1.0) * share * (1.0 - share))
    gone = -math.log1p(-min(max(outcome.effect, _LEAST), 1.0 - _LEAST))
    relative = _relative(outcome, before_after)
    if relative is not None:
        return relative / people / gone**2
    if outcome.sd is not None:
        return (outcome.sd / (math.exp(-gone) * gone)) ** 2 / people
    return rule.people_sd**2 / people


def _relative(outcome: Outcome, before_after: float) -> float | None:
    """Variance over people of the logarithm of after over before; None unless both standard deviations were printed."""
    if outcome.before is None or outcome.after is None or outcome.before_sd is None or outcome.after_sd is None:
        return None
    first, second = outcome.before_sd / outcome.before, outcome.after_sd / outcome.after
    return first**2 + second**2 - 2.0 * before_after * first * second


def _people(outcome: Outcome, fewest: int) -> int:
    return fewest if outcome.n is None else outcome.n


def _share(share: float, people: int) -> float:
    return (share * people + 0.5) / (people + 1.0)


def pool_of(outcomes: Outcomes, arms: Arms) -> Pool | None:
    """Plain random-effects mean of some arms; None with fewer than three, whose interval says nothing.

    Raises
    ------
    ValueError
        The arms are not all on one scale.
    """
    if len(arms) < 3:
        return None
    scale = arms[0].scale
    _on_one_scale(arms, scale)
    rule = outcomes.scales[scale]
    combined = random_effects(*_numbers(rule, arms, outcomes.forecasting.before_after))
    low, high = combined.mean - combined.half_width, combined.mean + combined.half_width
    return Pool(from_scale(rule, combined.mean), from_scale(rule, low), from_scale(rule, high), combined.tau, len(arms))


def _on_one_scale(arms: Arms, scale: OutcomeScale) -> None:
    strays = [arm.scale for arm in arms if arm.scale != scale]
    if strays:
        msg = f"scales are never pooled with each other: got {strays[0]} for {scale}"
        raise ValueError(msg)


def _numbers(rule: ScaleRule, arms: Arms, before_after: float) -> tuple[Floats, Floats]:
    known = [arm.n for arm in arms if arm.n is not None]
    fewest = min(known, default=1)
    results = np.array([to_scale(rule, arm) for arm in arms])
    return results, np.array([variance_of(rule, arm, fewest, before_after) for arm in arms])


@cache
def _spread(rule: ScaleRule, arms: Arms, assumed: float, before_after: float) -> Spread:
    studies = len({arm.study for arm in arms})
    if studies < 3:
        return Spread(rule.tau, None, assumed)
    seen = random_effects(*_numbers(rule, arms, before_after)).tau
    df = assumed + studies - 1.0
    return Spread(math.sqrt((assumed * rule.tau**2 + (studies - 1.0) * seen**2) / df), seen, df)


def spread_of(outcomes: Outcomes, scale: OutcomeScale) -> Spread:
    """Spread between studies on a scale, from all its arms and the assumed spread.

    The mean of both variances, weighted by number of studies: those of the scale but one, and those that the assumed
    spread counts for.
    """
    assumed = outcomes.forecasting
    return _spread(outcomes.scales[scale], outcomes.on(scale), assumed.prior_studies, assumed.before_after)


def predict(
    outcomes: Outcomes, scale: OutcomeScale, own: Arms, spread: Spread | None = None, opinion: float = 1.0
) -> Prediction:
    """The mean that a new study of one treatment would find.

    Parameters
    ----------
    outcomes
        Arms and assumptions; only arms of the scale are used.
    scale
        The scale.
    own
        Arms of the treatment on this scale; none makes it the prediction for a treatment that was never studied.
    spread
        Spread between studies; of the scale, when None.
    opinion
        Factor on the spreads, for what rests on opinions.

    Raises
    ------
    ValueError
        An own arm is on another scale.
    """
    _on_one_scale(own, scale)
    spread = spread or spread_of(outcomes, scale)
    rule, assumed = outcomes.scales[scale], outcomes.forecasting
    between = assumed.between_treatments * spread.tau
    others = tuple(arm for arm in outcomes.on(scale) if arm not in own)
    arms = (*own, *others)
    mean, variance = rule.centre, rule.centre_sd**2 + between**2
    if arms:
        results, chance = _numbers(rule, arms, assumed.before_after)
        toward = rule.centre_sd**2 + between**2 * np.array([1.0] * len(own) + [0.0] * len(others))
        weights = np.linalg.solve(_covariance(rule, arms, len(own), spread, assumed, chance), toward)
        mean += float(weights @ (results - rule.centre))
        variance -= float(weights @ toward)
    mean_sd = math.sqrt(variance)
    return Prediction(scale, mean, opinion * math.hypot(mean_sd, spread.tau), spread.df, mean_sd, own)


def _covariance(rule: ScaleRule, arms: Arms, own: int, spread: Spread, assumed: Forecasting, chance: Floats) -> Floats:
    """Covariance of the arms' results: what they share through scale, treatment and study, and their own chance."""
    groups = ["own" if index < own else " ".join(sorted(arm.treatments)) for index, arm in enumerate(arms)]
    treatment = np.equal.outer(np.array(groups), np.array(groups))
    studies = np.array([arm.study for arm in arms])
    study = np.equal.outer(studies, studies)
    between = (assumed.between_treatments * spread.tau) ** 2
    shared = assumed.same_study * spread.tau**2
    matrix = rule.centre_sd**2 + between * treatment + shared * study
    np.fill_diagonal(matrix, rule.centre_sd**2 + between + spread.tau**2 + chance)
    return np.asarray(matrix, dtype=np.float64)
