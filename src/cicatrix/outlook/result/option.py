"""What one option does to one kind of scar: its treatments taken together, session by session, and no treatment."""

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
from cicatrix.model.outcome import Outcome, Outcomes
from cicatrix.model.plan import Option, Step
from cicatrix.outlook.result.draws import Floats, between, normal
from cicatrix.outlook.result.effect import Effect, Person, depth_power, effect_of, typical, volume_power
from cicatrix.outlook.result.pool import Pool

__all__ = ["Course", "Forecast", "Session", "controls_of", "scar_counts", "sessions_in"]


@dataclass(frozen=True)
class Course:
    """One step of an option, as it works on one kind of scar."""

    step: Step
    effect: Effect

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
    pool
        Trials and assumptions.
    person
        Who it is for.
    counts
        Number of scars by kind, of the kinds that are there; None where nobody counted.
    """

    pool: Pool
    person: Person
    counts: Mapping[Target, int | None]

    @property
    def outcomes(self) -> Outcomes:
        """Trials and assumptions."""
        return self.pool.outcomes

    @cached_property
    def _effects(self) -> dict[tuple[str, Target], Effect]:
        return {}

    def courses(self, option: Option, target: Target) -> tuple[Course, ...]:
        """Steps of an option that work on a kind of scar, in their order."""
        steps = sorted((step for step in option.steps if target in step.targets), key=lambda step: step.start_day)
        return tuple(Course(step, self._effect(step, target)) for step in steps)

    def _effect(self, step: Step, target: Target) -> Effect:
        key = (step.treatment, target)
        if key not in self._effects:
            self._effects[key] = effect_of(self.pool, step.treatment, target, self.person)
        return self._effects[key]

    def together(self, courses: Sequence[Course], done: Sequence[int]) -> Floats:
        """Draws of the root for the typical person after so many sessions of each course, shape (DRAWS,).

        Logarithmic reductions add up: the treatment that does most counts in full, each other one adds a share of its
        own.
        """
        parts = [
            typical(course.effect, sessions) ** 2
            for course, sessions in zip(courses, done, strict=True)
            if sessions > 0
        ]
        if not parts:
            return np.zeros_like(normal("person"))
        most = np.maximum.reduce(parts)
        share = between("overlap", *self.outcomes.forecasting.overlap)
        return np.asarray(np.sqrt(most + share * (np.add.reduce(parts) - most)), dtype=np.float64)

    def spread(self, courses: Sequence[Course]) -> float:
        """Standard deviation between people at any clinic, on the root scale; 0 where nothing is done."""
        if not courses:
            return 0.0
        strangers = max(course.effect.stranger_sd for course in courses)
        return math.hypot(self.outcomes.pooling.people_sd, self.pool.spread(), strangers)

    def scars(self, target: Target) -> Floats:
        """Draws, on the root scale, for the mean of all scars of a kind; of one scar where their number is unknown."""
        return self.outcomes.forecasting.scar_sd / math.sqrt(self.counts.get(target) or 1) * normal(f"scars {target}")

    def left(self, courses: Sequence[Course], done: Sequence[int], scars: Floats) -> Floats:
        """Draws of the fraction of depth left after so many sessions of each course, in one person, shape (DRAWS,).

        With no session done it is 1 but for the changes that come by themselves.
        """
        begun = [course for course, sessions in zip(courses, done, strict=True) if sessions > 0]
        spread = self.spread(begun) * normal("person") + scars if begun else 0.0
        reached = np.maximum(self.together(courses, done) + spread, 0.0)
        noise = self.outcomes.forecasting.noise_sd * normal("noise")
        return np.asarray(np.exp(noise - depth_power(self.outcomes) * reached**2), dtype=np.float64)

    def volume(self, depth: Floats) -> Floats:
        """Draws of the fraction of volume left, from those of depth."""
        return depth ** volume_power(self.outcomes)

    def untreated(self, days: float) -> Floats:
        """Draws of the fraction of depth left without treatment after some days, shape (DRAWS,)."""
        noise = self.outcomes.forecasting.noise_sd * normal("noise")
        return np.asarray(np.exp(depth_power(self.outcomes) * self.drift(days) + noise), dtype=np.float64)

    def drift(self, days: float) -> Floats:
        """Draws of the logarithm of what is left of the appearance without treatment after some days, shape (DRAWS,).

        Untreated arms with a score are pooled with the weak prior of no drift.
        """
        assumed = self.outcomes.forecasting
        precision, weighted = assumed.drift_prior_sd**-2, 0.0
        for arm in controls_of(self.outcomes):
            weight = 1.0 / (_left_variance(arm, assumed.before_after) + assumed.drift_prior_sd**2)
            precision += weight
            weighted += weight * math.log1p(-arm.effect)
        sd = math.sqrt(1.0 / precision + assumed.drift_prior_sd**2)
        reached = min(1.0, days / (7.0 * assumed.drift_weeks))
        return np.asarray(reached * (weighted / precision + sd * normal("drift")), dtype=np.float64)


def controls_of(outcomes: Outcomes) -> tuple[Outcome, ...]:
    """Untreated arms on scores of atrophy, whose fall is that of the scars there are."""
    return tuple(arm for arm in outcomes.outcomes if arm.control and arm.scale == "atrophy_score_change")


def _left_variance(arm: Outcome, before_after: float) -> float:
    """Variance of the logarithm of what is left, by chance in the arm's people; that of no change when not printed."""
    if arm.before is None or arm.after is None or arm.before_sd is None or arm.after_sd is None:
        return 0.0
    first, second = arm.before_sd / arm.before, arm.after_sd / arm.after
    return (first**2 + second**2 - 2.0 * before_after * first * second) / (arm.n or 1)


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
