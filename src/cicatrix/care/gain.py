"""Expected gain of a treatment on one kind of scar or mark: pooled from trials, in the order that networks found.

Networks of randomised trials compare treatments with each other, which single arms, each with its own raters, cannot.
Where the pooled gains of two treatments stand against the order of a network, both are moved, each by its uncertainty,
until they follow it: the weighted least-squares fit to an order (Barlow RE, Bartholomew DJ, Bremner JM, Brunk HD.
Statistical inference under order restrictions. Wiley 1972), here by repeated projection on one pair at a time.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from cicatrix.knowledge import treatments
from cicatrix.knowledge.gains import gains
from cicatrix.knowledge.planning import planning
from cicatrix.model.case import TREATMENT_IDS, TreatmentId
from cicatrix.model.knowledge import Target

__all__ = ["gain_of", "works_on"]

ROUNDS: Final = 200
"""Passes over the pairs; the largest error is then far below a thousandth."""


def works_on(treatment: TreatmentId, target: Target) -> bool:
    """True when a treatment does something about a target. What can itself cause such marks does nothing for them."""
    effect = treatments()[treatment].effect_on(target)
    return effect is not None and not effect.risk and effect.strength in planning().strength


def gain_of(treatment: TreatmentId, target: Target) -> float:
    """Expected improvement by one usual course, as a fraction of the appearance; 0 where it does nothing.

    Targets without pooled trials (marks, papular scars) have points by the strength of the evidence in its place.
    """
    return _ordered(target).get(treatment, 0.0)


@cache
def _ordered(target: Target) -> dict[TreatmentId, float]:
    known = {id_: _pooled(id_, target) for id_ in TREATMENT_IDS if works_on(id_, target)}
    weights = {id_: _precision(id_, target) for id_ in known}
    pairs = [row for row in planning().order if row.better in known and row.worse in known]
    for _ in range(ROUNDS):
        for row in pairs:
            short = known[row.worse] + row.gap - known[row.better]
            if short > 0.0:
                share = weights[row.worse] / (weights[row.worse] + weights[row.better])
                known[row.better] += short * share
                known[row.worse] -= short * (1.0 - share)
    return {id_: round(min(0.95, max(0.01, value)), 4) for id_, value in known.items()}


def _pooled(treatment: TreatmentId, target: Target) -> float:
    row = gains().get((treatment, target))
    if row is not None:
        return row.value
    effect = treatments()[treatment].effect_on(target)
    strength = planning().strength[effect.strength] if effect else 0.0
    return planning().unpooled * strength * planning().power.get(treatment, 1.0)


def _precision(treatment: TreatmentId, target: Target) -> float:
    """Weight of a gain against another: one over the square of its interval."""
    row = gains().get((treatment, target))
    width = 1.0 if row is None else max(0.02, row.high - row.low)
    return 1.0 / width**2
