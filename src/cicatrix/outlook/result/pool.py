"""One hierarchical random-effects model of every trial arm.

On the root scale (see ``observations``) an arm's result is

    y = level + family + scale + treatment + reach x kind of scar + covariates + study + arm + chance,

each part normal with a prior mean and a standard deviation from ``knowledge/outcomes.toml``, covariates being the
number of sessions, single-arm design and further treatments. Two arms go together as far as they share parts: a cell
with few trials borrows from the same treatment on other scales and kinds, then from other treatments. Scales are
mapped to each other by their offsets in the same step and never averaged. Given the standard deviations the
posterior is exact linear algebra, and so is the prediction of a trial from all the others.

Random effects in meta-analysis: DerSimonian R, Laird N. Control Clin Trials 1986;7:177-188. Prediction interval for a
new trial: Higgins JPT, Thompson SG, Spiegelhalter DJ. J R Stat Soc A 2009;172:137-159. Pooling and mapping several
scales in one model: Ades AE, Lu G, Dias S, Mayo-Wilson E, Kounali D. Res Synth Methods 2015;6:96-107. Leaving out
groups from one inverse: Rasmussen CE, Williams CKI. Gaussian Processes for Machine Learning. MIT Press 2006, 5.4.2.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from cicatrix.care.targets import RAISED
from cicatrix.knowledge.outcomes import outcomes as shipped_outcomes
from cicatrix.model.case import TreatmentId
from cicatrix.model.knowledge import Target
from cicatrix.model.outcome import Outcomes, OutcomeScale
from cicatrix.model.pooling import Family, FamilyRule, Reach
from cicatrix.outlook.result.observations import Observation, observations

__all__ = ["Cell", "Estimate", "Held", "Pool", "pool_of"]

Floats = NDArray[np.float64]
Parts = dict[str, float]
"""Parts of an arm's result, each with its weight times its standard deviation."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What a result is predicted for.

    Attributes
    ----------
    treatments, targets
        What is done, to which kinds of scar (shared out evenly).
    scale
        Scale of the result; judged per cent when not given.
    sessions
        Number of sessions; the usual number when None.
    uncontrolled
        True for a study that compares with nothing; forecasts are made for those that do.
    added
        What is given besides that no plan contains.
    """

    treatments: tuple[TreatmentId, ...]
    targets: tuple[Target, ...]
    scale: OutcomeScale = "physician_percent"
    sessions: float | None = None
    uncontrolled: bool = False
    added: str | None = None


@dataclass(frozen=True, slots=True)
class Estimate:
    """A normal distribution on the root scale."""

    mean: float
    sd: float


@dataclass(frozen=True, slots=True)
class Held:
    """One arm, predicted from all other trials.

    Attributes
    ----------
    seen
        The arm.
    new
        Mean of a new trial of the kind.
    others
        Number of other trials of the same treatments.
    """

    seen: Observation
    new: Estimate
    others: int


class Pool:
    """Every arm of some outcomes, pooled.

    Parameters
    ----------
    outcomes
        Arms, and what is assumed of their spread.
    """

    def __init__(self, outcomes: Outcomes) -> None:
        self.outcomes = outcomes
        self.observations = observations(outcomes)

    @cached_property
    def _rows(self) -> list[tuple[float, Parts]]:
        return [self._row(_cell(seen)) for seen in self.observations]

    @cached_property
    def _names(self) -> dict[str, int]:
        names = dict.fromkeys(name for _, parts in self._rows for name in parts)
        return {name: place for place, name in enumerate(names)}

    @cached_property
    def _design(self) -> Floats:
        design = np.zeros((len(self._rows), len(self._names)))
        for row, (_, parts) in enumerate(self._rows):
            for name, weight in parts.items():
                design[row, self._names[name]] = weight
        return design

    @cached_property
    def _residual(self) -> Floats:
        return np.array(
            [seen.value - mean for seen, (mean, _) in zip(self.observations, self._rows, strict=True)], dtype=np.float64
        )

    @cached_property
    def _covariance(self) -> Floats:
        families = [self._family(seen.scale) for seen in self.observations]
        study = np.array([rule.study_sd for rule in families])
        names = np.array([seen.study for seen in self.observations])
        same = np.where(np.equal.outer(names, names), np.multiply.outer(study, study), 0.0)
        own = np.array([rule.arm_sd**2 for rule in families]) + np.array([seen.variance for seen in self.observations])
        return np.asarray(self._design @ self._design.T + same + np.diag(own), dtype=np.float64)

    @cached_property
    def _precision(self) -> Floats:
        return np.asarray(np.linalg.inv(self._covariance), dtype=np.float64)

    @property
    def log_likelihood(self) -> float:
        """Logarithm of the marginal likelihood of all arms, without its constant."""
        _, determinant = np.linalg.slogdet(self._covariance)
        return -0.5 * float(self._residual @ self._precision @ self._residual + determinant)

    def estimate(self, cell: Cell) -> Estimate:
        """Mean over trials of a cell, as far as it is known: without the spread between studies."""
        prior, parts = self._row(cell)
        known = np.zeros(len(self._names))
        for name, weight in parts.items():
            if name in self._names:
                known[self._names[name]] = weight
        shared = self._design @ known
        mean = prior + float(shared @ self._precision @ self._residual)
        variance = sum(weight**2 for weight in parts.values()) - float(shared @ self._precision @ shared)
        extra = 0.0 if self._studied(cell) else self.outcomes.pooling.no_trial_sd
        return Estimate(mean, math.hypot(math.sqrt(max(variance, 0.0)), extra))

    def offset(self, scale: OutcomeScale) -> Estimate:
        """How much more a scale shows than judged per cent does, on the root scale."""
        one = Cell(("microneedling",), ("rolling",), scale)
        return self._difference(one, replace(one, scale="physician_percent"))

    def coefficient(self, name: str) -> Estimate:
        """Coefficient of a covariate: ``sessions``, ``uncontrolled`` or ``further``."""
        prior = getattr(self.outcomes.pooling, name)
        return self._combination(prior.mean, {name: prior.sd})

    def contrast(self, one: Cell, other: Cell) -> Estimate:
        """How much more one cell shows than another, on the root scale."""
        return self._difference(one, other)

    def _difference(self, one: Cell, other: Cell) -> Estimate:
        (first, parts), (second, less) = self._row(one), self._row(other)
        names = parts.keys() | less.keys()
        return self._combination(first - second, {name: parts.get(name, 0.0) - less.get(name, 0.0) for name in names})

    def _combination(self, prior: float, parts: Parts) -> Estimate:
        known = np.array([parts.get(name, 0.0) for name in self._names])
        shared = self._design @ known
        mean = prior + float(shared @ self._precision @ self._residual)
        variance = sum(weight**2 for weight in parts.values()) - float(shared @ self._precision @ shared)
        return Estimate(mean, math.sqrt(max(variance, 0.0)))

    def spread(self, scale: OutcomeScale = "physician_percent") -> float:
        """Standard deviation between new trials of one cell on a scale."""
        rule = self._family(scale)
        return math.hypot(rule.study_sd, rule.arm_sd)

    def leave_out(self) -> Iterator[Held]:
        """Each trial left out with all its arms, and every arm predicted from the others."""
        solved = self._precision @ self._residual
        for study in dict.fromkeys(seen.study for seen in self.observations):
            places = [place for place, seen in enumerate(self.observations) if seen.study == study]
            block = np.linalg.inv(self._precision[np.ix_(places, places)])
            shift = block @ solved[places]
            for row, place in enumerate(places):
                seen = self.observations[place]
                variance = block[row, row] - seen.variance
                yield Held(seen, Estimate(seen.value - float(shift[row]), math.sqrt(variance)), self._others(seen))

    def _others(self, seen: Observation) -> int:
        same = {
            other.study
            for other in self.observations
            if _elements(other) == _elements(seen) and other.added == seen.added
        }
        return len(same - {seen.study})

    def _studied(self, cell: Cell) -> bool:
        return any(set(cell.treatments) <= set(seen.treatments) for seen in self.observations)

    def _family(self, scale: OutcomeScale) -> FamilyRule:
        return self.outcomes.pooling.families[self._family_name(scale)]

    def _family_name(self, scale: OutcomeScale) -> Family:
        name = self.outcomes.scales[scale].family
        if name is None:
            msg = f"the scale {scale} is shown in words only and is not pooled"
            raise ValueError(msg)
        return name

    def _row(self, cell: Cell) -> tuple[float, Parts]:
        """Prior mean of a cell, and its parts."""
        assumed, family = self.outcomes.pooling, self._family_name(cell.scale)
        rule = assumed.families[family]
        elements = [*cell.treatments, *([cell.added] if cell.added else [])]
        factor = sum(self._factor(one, target) for one in cell.treatments for target in cell.targets)
        mean = assumed.level * math.sqrt(factor / len(cell.treatments) / len(cell.targets)) + rule.offset
        raised = set(cell.targets) <= set(RAISED)
        parts: Parts = {
            "raised" if raised else "pitted": assumed.level_sd,
            f"family {family}": rule.offset_sd,
            f"scale {cell.scale}": assumed.scale_sd,
        }
        between = assumed.raised_treatment_sd if raised else assumed.treatment_sd
        for element in elements:
            _add(parts, f"treatment {element}{' on raised' if raised else ''}", between / math.sqrt(len(elements)))
        for one in cell.treatments:
            for target in cell.targets:
                self._add_kind(parts, self._reach(one, target), target, len(cell.treatments) * len(cell.targets))
        for name, value in self._covariates(cell).items():
            prior = getattr(assumed, name)
            mean += prior.mean * value
            parts[name] = prior.sd * value
        return mean, parts

    def _add_kind(self, parts: Parts, reach: Reach, target: Target, number: int) -> None:
        """The part of a kind of scar; shallow and deep boxcar scars share most of theirs."""
        assumed = self.outcomes.pooling
        shared = math.sqrt(assumed.boxcar_correlation) if "boxcar" in target else 0.0
        _add(parts, f"{reach} boxcar", shared * assumed.kind_sd / number)
        _add(parts, f"{reach} {target}", math.sqrt(1.0 - shared**2) * assumed.kind_sd / number)

    def _covariates(self, cell: Cell) -> dict[str, float]:
        sessions = 0.0
        if cell.sessions is not None:
            sessions = math.log(cell.sessions / self.usual_sessions(cell.treatments))
        return {
            "sessions": sessions,
            "uncontrolled": float(cell.uncontrolled),
            "further": float(len(cell.treatments) - 1),
        }

    def usual_sessions(self, treatments: Sequence[TreatmentId]) -> float:
        """Usual number of sessions of some treatments together: the largest of them."""
        return max(self.outcomes.pooling.usual_sessions.get(one, 4.0) for one in treatments)

    def _reach(self, treatment: TreatmentId, target: Target) -> Reach:
        return "raised" if target in RAISED else self.outcomes.pooling.reach.get(treatment, "surface")

    def _factor(self, treatment: TreatmentId, target: Target) -> float:
        assumed = self.outcomes.pooling
        kinds = assumed.kinds[self._reach(treatment, target)]
        return kinds.get(target, min(kinds.values())) * assumed.factor.get(treatment, 1.0)


def _add(parts: Parts, name: str, weight: float) -> None:
    if weight:
        parts[name] = parts.get(name, 0.0) + weight


def _elements(seen: Observation) -> frozenset[str]:
    return frozenset(seen.treatments)


def _cell(seen: Observation) -> Cell:
    return Cell(seen.treatments, seen.targets, seen.scale, seen.sessions, seen.uncontrolled, seen.added)


@cache
def _shipped() -> Pool:
    return Pool(shipped_outcomes())


def pool_of(outcomes: Outcomes) -> Pool:
    """The pool of some outcomes; that of the package is built once."""
    return _shipped() if outcomes is shipped_outcomes() else Pool(outcomes)
