"""What one option leaves of one kind of scar: its treatments taken together, session by session, and no treatment."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from cicatrix.care.targets import PITTED, RAISED
from cicatrix.knowledge.planning import planning
from cicatrix.model.findings import Findings
from cicatrix.model.knowledge import TARGETS, Target
from cicatrix.model.outcome import Outcome, Outcomes, ScaleRule
from cicatrix.model.plan import Option, Step
from cicatrix.outlook.result.draws import Floats, between, normal
from cicatrix.outlook.result.effect import Effect, Person, base_of, effect_of, reduction, volume_power
from cicatrix.outlook.result.pool import variance_of

__all__ = ["Course", "Forecast", "Session", "controls_of", "scar_counts", "sessions_in"]


@dataclass(frozen=True)
class Course:
    """One step of an option, as it works on one kind of scar."""

    step: Step
    effect: Effect
    base: Floats

    @property
    def result_days(self) -> int:
        """Days from a session until it is looked at: the middle of the range; that of a review where none is known."""
        days = self.step.result_days
        return planning().volume_after_days if days is None else round((days.low + days.high) / 2)


@dataclass(frozen=True, slots=True)
class Session:
    """One session: ``number`` of its own course, ``done`` sessions of every course so far."""

    course: Course
    number: int
    day: int
    done: tuple[int, ...]


@dataclass(frozen=True)
class Forecast:
    """Everything that one person's results are computed from.

    Attributes
    ----------
    outcomes
        Trials and assumptions.
    person
        Who it is for.
    counts
        Number of scars by kind, of the kinds that are there; None where nobody counted.
    """

    outcomes: Outcomes
    person: Person
    counts: Mapping[Target, int | None]

    @cached_property
    def _bases(self) -> dict[tuple[str, Target], tuple[Effect, Floats]]:
        return {}

    def courses(self, option: Option, target: Target) -> tuple[Course, ...]:
        """Steps of an option that work on a kind of scar, in their order."""
        steps = sorted((step for step in option.steps if target in step.targets), key=lambda step: step.start_day)
        return tuple(Course(step, *self._effect(step, target)) for step in steps)

    def _effect(self, step: Step, target: Target) -> tuple[Effect, Floats]:
        key = (step.treatment, target)
        if key not in self._bases:
            effect = effect_of(self.outcomes, step.treatment, target, self.person)
            self._bases[key] = effect, base_of(self.outcomes, effect)
        return self._bases[key]

    def scars(self, target: Target) -> Floats:
        """Draws, on z, for the mean of all scars of a kind; of one scar where their number is not known."""
        return self.outcomes.forecasting.scar_sd / math.sqrt(self.counts.get(target) or 1) * normal(f"scars {target}")

    def left(self, courses: Sequence[Course], done: Sequence[int], scars: Floats) -> Floats:
        """Draws of the fraction of depth left after so many sessions of each course, shape (DRAWS,).

        The treatment that does most counts in full, each other one adds a share of its own effect. With no session
        done it is 1 but for the changes that come by themselves.
        """
        assumed = self.outcomes.forecasting
        parts = [
            reduction(self.outcomes, course.effect, course.base, sessions, scars)
            for course, sessions in zip(courses, done, strict=True)
            if sessions > 0
        ]
        gone = np.zeros_like(scars)
        if parts:
            most = np.maximum.reduce(parts)
            gone = most + between("overlap", *assumed.overlap) * (np.add.reduce(parts) - most)
        return np.exp(assumed.noise_sd * normal("noise") - gone)

    def volume(self, depth: Floats) -> Floats:
        """Draws of the fraction of volume left, from those of depth."""
        return depth ** volume_power(self.outcomes)

    def untreated(self, days: float) -> Floats:
        """Draws of the fraction of depth left without treatment after some days, shape (DRAWS,).

        Untreated arms of the first ranked scale that has some are pooled with the weak prior of no drift, and brought
        to depth by the scale's power.
        """
        assumed = self.outcomes.forecasting
        rule, arms = controls_of(self.outcomes)
        precision, weighted = assumed.drift_prior_sd**-2, 0.0
        for arm in arms:
            weight = 1.0 / (_left_variance(rule, arm, assumed.before_after) + assumed.drift_prior_sd**2)
            precision += weight
            weighted += weight * math.log1p(-arm.effect)
        sd = math.sqrt(1.0 / precision + assumed.drift_prior_sd**2)
        drift = weighted / precision + sd * normal("drift")
        power = rule.power * np.exp(rule.power_sd * normal("power"))
        reached = min(1.0, days / (7.0 * assumed.drift_weeks))
        return np.exp(reached * power * drift + assumed.noise_sd * normal("noise"))


def controls_of(outcomes: Outcomes) -> tuple[ScaleRule, tuple[Outcome, ...]]:
    """Untreated arms on the first ranked scale of change that has some, and its rule; that of depth when none has."""
    for scale in outcomes.ranked:
        arms = tuple(arm for arm in outcomes.outcomes if arm.scale == scale and arm.control)
        if arms and outcomes.scales[scale].kind == "change":
            return outcomes.scales[scale], arms
    return outcomes.scales["depth_change"], ()


def _left_variance(rule: ScaleRule, arm: Outcome, before_after: float) -> float:
    """Variance of the logarithm of what is left, by chance in the arm's people."""
    gone = -math.log1p(-max(abs(arm.effect), 1e-3))
    like = arm if arm.effect > 0.0 else arm.model_copy(update={"effect": max(abs(arm.effect), 1e-3)})
    return variance_of(rule, like, 1, before_after) * gone**2


def sessions_in(courses: Sequence[Course]) -> Iterator[Session]:
    """Every session of some courses by day; a treatment at home is one session, at its end."""
    planned = sorted(
        (day, place, number)
        for place, course in enumerate(courses)
        for number, day in enumerate(course.step.visits or (course.step.end_day,), 1)
    )
    done = [0] * len(courses)
    for day, place, number in planned:
        done[place] = number
        yield Session(courses[place], number, day + courses[place].result_days, tuple(done))


def scar_counts(findings: Findings) -> dict[Target, int | None]:
    """Number of scars by kind, of the kinds that are there.

    Raised scars that were not told apart count as hypertrophic, as in the plan.
    """
    found = {
        "icepick": findings.scars.icepick.value,
        "boxcar_shallow": findings.scars.boxcar_shallow.value,
        "boxcar_deep": findings.scars.boxcar_deep.value,
        "rolling": findings.scars.rolling.value,
        "hypertrophic": findings.scars.hypertrophic.value,
        "keloid": findings.scars.keloid.value,
    }
    if found["hypertrophic"] is None and found["keloid"] is None and findings.scars.raised.value:
        found["hypertrophic"] = findings.scars.raised.value
    return {target: found[target] for target in TARGETS if target in (*PITTED, *RAISED) and found[target]}
