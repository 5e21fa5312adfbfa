"""What one treatment does to the depth of one kind of scar, in one person: from pooled trials to draws.

Everything is in z = log(-log(depth left)). There a power of what is left is a shift, so that each step of the way from
a trial's scale to a person's scar adds up: the mean of a new study, the power from the scale to depth, the strength of
the evidence for the kind of scar, the number of sessions, the person, the scar.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import expit, ndtri

from cicatrix.care.targets import RAISED, sessions_of
from cicatrix.knowledge import treatments
from cicatrix.knowledge.planning import planning
from cicatrix.model.case import TreatmentId
from cicatrix.model.knowledge import Target
from cicatrix.model.outcome import Outcome, Outcomes, OutcomeScale, ScaleRule
from cicatrix.outlook.result.draws import Floats, between, normal, student, triangle
from cicatrix.outlook.result.pool import Prediction, predict

__all__ = ["Effect", "Person", "base_of", "effect_of", "own_arms", "reduction", "seen_of", "volume_power"]

_JUDGED: Final[OutcomeScale] = "physician_percent"
"""The scale with most studies: the prior of a treatment without any is taken from it."""

_MOST: Final = 8.0
"""Largest reduction in the logarithm of depth: 0.03 % left."""


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
    prediction
        Mean that a new study would find, on the scale's transform; where there was no trial, of judged per cent over
        all treatments.
    rule
        Rule of that scale.
    opinion
        True where no trial was found.
    strength
        Factor on the reduction: strength of the evidence for this kind of scar, over that of the kinds in the trials.
    mixed
        True when the trials do not tell this kind of scar apart.
    sessions
        Sessions of the trials; the usual number where none was reported.
    stranger_sd
        Added spread, because the person's skin type is unknown or was not in the trials.
    """

    treatment: TreatmentId
    target: Target
    prediction: Prediction
    rule: ScaleRule
    opinion: bool
    strength: float
    mixed: bool
    sessions: float
    stranger_sd: float

    @property
    def scale(self) -> OutcomeScale | None:
        """Scale of the trials; None where there was none."""
        return None if self.opinion else self.prediction.scale

    @property
    def arms(self) -> tuple[Outcome, ...]:
        """Arms that the treatment's own part of the forecast rests on."""
        return self.prediction.arms


def own_arms(outcomes: Outcomes, scale: OutcomeScale, treatment: TreatmentId, target: Target) -> tuple[Outcome, ...]:
    """Arms of one scale that got this treatment and no other, the most apt ones only.

    Trials of this kind of scar alone come first, then trials of mixed scars with it, then, of pitted scars, trials of
    other pitted scars. Those of pitted scars say nothing of raised ones.
    """
    alone = [arm for arm in outcomes.on(scale) if arm.treatments == (treatment,)]
    with_it = tuple(arm for arm in alone if target in arm.targets)
    just_it = tuple(arm for arm in with_it if arm.targets == (target,))
    others = () if target in RAISED else tuple(arm for arm in alone if not set(arm.targets) & set(RAISED))
    return just_it or with_it or others


def effect_of(outcomes: Outcomes, treatment: TreatmentId, target: Target, person: Person) -> Effect:
    """Forecast of a treatment for a kind of scar: the first ranked scale with a trial of it, else an opinion."""
    for scale in outcomes.ranked:
        own = own_arms(outcomes, scale, treatment, target)
        if own:
            mixed = any(arm.targets != (target,) for arm in own)
            return Effect(
                treatment=treatment,
                target=target,
                prediction=predict(outcomes, scale, own),
                rule=outcomes.scales[scale],
                opinion=False,
                strength=_strength(treatment, target, {kind for arm in own for kind in arm.targets}),
                mixed=mixed,
                sessions=_sessions(treatment, own),
                stranger_sd=_stranger_sd(outcomes, own, person),
            )
    return _by_opinion(outcomes, treatment, target, person)


def _by_opinion(outcomes: Outcomes, treatment: TreatmentId, target: Target, person: Person) -> Effect:
    """A treatment without trials: like any other on judged per cent, times its strength, with more spread."""
    effect = treatments()[treatment].effect_on(target)
    strength = planning().strength.get(effect.strength, 0.0) if effect else 0.0
    return Effect(
        treatment=treatment,
        target=target,
        prediction=predict(outcomes, _JUDGED, (), opinion=outcomes.forecasting.opinion),
        rule=outcomes.scales[_JUDGED],
        opinion=True,
        strength=max(strength, min(planning().strength.values())),
        mixed=True,
        sessions=float(sessions_of(treatments()[treatment])),
        stranger_sd=outcomes.forecasting.strangers_sd if person.skin_type is None else 0.0,
    )


def _strength(treatment: TreatmentId, target: Target, studied: Iterable[Target]) -> float:
    """Strength for this kind of scar over the best among the kinds that were studied; at most 1."""
    own = treatments()[treatment]

    def strength(kind: Target) -> float:
        effect = own.effect_on(kind)
        return planning().strength.get(effect.strength, 0.0) if effect else 0.0

    best = max((strength(kind) for kind in studied), default=0.0)
    here = max(strength(target), min(planning().strength.values()))
    return min(1.0, here / best) if best > 0.0 else 1.0


def _sessions(treatment: TreatmentId, own: tuple[Outcome, ...]) -> float:
    """Mean number of sessions of the arms, on the logarithm; the usual number where none was reported."""
    known = [math.log(arm.sessions) for arm in own if arm.sessions is not None]
    return math.exp(sum(known) / len(known)) if known else float(sessions_of(treatments()[treatment]))


def _stranger_sd(outcomes: Outcomes, own: tuple[Outcome, ...], person: Person) -> float:
    assumed = outcomes.forecasting
    reported = [arm.skin_types for arm in own if arm.skin_types is not None]
    if person.skin_type is not None:
        if any(low <= person.skin_type <= high for low, high in reported):
            return 0.0
        if not reported:
            return assumed.unreported_sd
    return assumed.strangers_sd


def seen_of(outcomes: Outcomes, effect: Effect, *, typical: bool) -> Floats:
    """Draws of z of the appearance after the trials' number of sessions, shape (DRAWS,).

    Parameters
    ----------
    outcomes, effect
        Assumptions, and the treatment on the kind of scar.
    typical
        Of the typical person at the average clinic (what is not known of the mean), else of any person at any clinic.
    """
    assumed, rule, name = outcomes.forecasting, effect.rule, effect.treatment
    sd = effect.prediction.mean_sd if typical else effect.prediction.sd
    study = effect.prediction.mean + sd * student(f"study {name}", effect.prediction.df)
    z = _judged(rule, study, name)
    if not typical:
        shared = assumed.response
        own = math.sqrt(shared) * normal("person") + math.sqrt(1.0 - shared) * normal(f"person {name}")
        z = z + rule.people_sd * own + effect.stranger_sd * normal(f"stranger {name}")
    if effect.strength < 1.0:
        z = z + math.log(effect.strength) + assumed.strength_sd * normal(f"strength {name}")
    return z


def base_of(outcomes: Outcomes, effect: Effect) -> Floats:
    """Draws of z for the person after the trials' number of sessions, without the scar's own part, shape (DRAWS,)."""
    assumed, rule, name = outcomes.forecasting, effect.rule, effect.treatment
    study = effect.prediction.mean + effect.prediction.sd * student(f"study {name}", effect.prediction.df)
    shared = assumed.response
    own = math.sqrt(shared) * normal("person") + math.sqrt(1.0 - shared) * normal(f"person {name}")
    z = _judged(rule, study, name) + rule.people_sd * own
    z = z + math.log(rule.power) + rule.power_sd * normal("power")
    z = z + effect.stranger_sd * normal(f"stranger {name}")
    if effect.strength < 1.0:
        z = z + math.log(effect.strength) + assumed.strength_sd * normal(f"strength {name}")
    if effect.prediction.scale == "volume_change":
        z = z - np.log(volume_power(outcomes))
    return z


def reduction(outcomes: Outcomes, effect: Effect, base: Floats, sessions: float, scars: Floats) -> Floats:
    """Draws of -log(depth left) after some sessions, at least 0, shape (DRAWS,).

    Parameters
    ----------
    outcomes
        Assumptions.
    effect
        The treatment on the kind of scar.
    base
        What ``base_of`` gives for it.
    sessions
        Number of sessions done.
    scars
        Draws, on z, of what sets the scar, or the mean of the scars, apart from the person's others.
    """
    low, high = outcomes.forecasting.sessions_power
    more = between("sessions", low, high) * math.log(sessions / effect.sessions)
    return np.minimum(np.exp(base + scars + more), _MOST)


def _judged(rule: ScaleRule, study: Floats, name: str) -> Floats:
    """A study's mean on z: as it is of a change; of a share, the mean of which that share lies above the threshold."""
    if rule.threshold is None:
        return study
    above = ndtri(np.clip(expit(study), 1e-6, 1.0 - 1e-6))
    threshold = math.log(-math.log1p(-rule.threshold)) + rule.threshold_sd * normal(f"threshold {name}")
    return np.asarray(threshold + rule.people_sd * above, dtype=np.float64)


def volume_power(outcomes: Outcomes) -> Floats:
    """Draws of the power that takes depth left to volume left."""
    return triangle("volume", *outcomes.forecasting.volume_power)
