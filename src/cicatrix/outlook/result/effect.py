"""What one treatment does to the appearance of one kind of scar, from the pool to draws on the root scale."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from cicatrix.care.targets import RAISED
from cicatrix.model.case import TreatmentId
from cicatrix.model.knowledge import Target
from cicatrix.model.outcome import Outcome, Outcomes, Transition
from cicatrix.outlook.result.draws import Floats, normal, triangle
from cicatrix.outlook.result.pool import Cell, Estimate, Pool

__all__ = ["Effect", "Person", "depth_power", "effect_of", "own_arms", "typical", "volume_power"]

Arm = Outcome | Transition

_MOST: Final = 2.8
"""Largest root: 0.04 % of the appearance left."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who it is forecast for.

    Attributes
    ----------
    skin_type
        Fitzpatrick skin type; None when unknown.
    """

    skin_type: int | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """One treatment on one kind of scar.

    Attributes
    ----------
    treatment, target
        Which.
    mean
        Mean over trials that compare treatments, after the usual number of sessions, on the root scale.
    slope
        What each unit of the logarithm of the number of sessions adds.
    sessions
        Usual number of sessions.
    arms
        Arms of the treatment alone: of this kind of scar where there are any, else of others of its sort.
    mixed
        True when those do not tell this kind of scar apart.
    stranger_sd
        Added spread, because the person's skin type is unknown or was not in the trials.
    """

    treatment: TreatmentId
    target: Target
    mean: Estimate
    slope: Estimate
    sessions: float
    arms: tuple[Arm, ...]
    mixed: bool
    stranger_sd: float

    @property
    def opinion(self) -> bool:
        """True where no trial of the treatment alone was found: the figure is borrowed from others."""
        return not self.arms


def own_arms(pool: Pool, treatment: TreatmentId, target: Target) -> tuple[Arm, ...]:
    """Pooled arms that got this treatment and no other, the most apt ones only.

    Arms with this kind of scar among theirs come first, then, of pitted scars, those of other pitted scars. Those of
    pitted scars say nothing of raised ones.
    """
    alone = [seen for seen in pool.observations if seen.treatments == (treatment,) and seen.added is None]
    with_it = tuple(seen.arm for seen in alone if target in seen.targets)
    if with_it or target in RAISED:
        return with_it
    return tuple(seen.arm for seen in alone if not set(seen.targets) & set(RAISED))


def effect_of(pool: Pool, treatment: TreatmentId, target: Target, person: Person) -> Effect:
    """What the pool says of a treatment on a kind of scar."""
    arms = own_arms(pool, treatment, target)
    return Effect(
        treatment=treatment,
        target=target,
        mean=pool.estimate(Cell((treatment,), (target,))),
        slope=pool.coefficient("sessions"),
        sessions=pool.usual_sessions((treatment,)),
        arms=arms,
        mixed=not any(isinstance(arm, Outcome) and set(arm.targets) == {target} for arm in arms),
        stranger_sd=_stranger_sd(pool.outcomes, arms, person),
    )


def _stranger_sd(outcomes: Outcomes, arms: tuple[Arm, ...], person: Person) -> float:
    assumed = outcomes.forecasting
    reported = [arm.skin_types for arm in arms if isinstance(arm, Outcome) and arm.skin_types is not None]
    if person.skin_type is not None:
        if any(low <= person.skin_type <= high for low, high in reported):
            return 0.0
        if not reported:
            return assumed.unreported_sd
    return assumed.strangers_sd


def typical(effect: Effect, sessions: float) -> Floats:
    """Draws of the root for the typical person after some sessions, shape (DRAWS,); nothing without sessions.

    What is not known of a treatment is taken to be the same over all kinds of scar. More sessions never do less.
    """
    if sessions <= 0.0:
        return np.zeros_like(normal("sessions"))
    drawn = effect.mean.mean + effect.mean.sd * normal(f"mean {effect.treatment}")
    slope = np.maximum(effect.slope.mean + effect.slope.sd * normal("sessions"), 0.0)
    return np.clip(drawn + slope * math.log(sessions / effect.sessions), 0.0, _MOST)


def depth_power(outcomes: Outcomes) -> Floats:
    """Draws of the power that takes what is left of the appearance to depth left."""
    return triangle("depth", *outcomes.forecasting.depth_power)


def volume_power(outcomes: Outcomes) -> Floats:
    """Draws of the power that takes depth left to volume left."""
    return triangle("volume", *outcomes.forecasting.volume_power)
