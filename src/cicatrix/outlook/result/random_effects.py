"""Random-effects mean of study results: the Paule-Mandel variance between studies, the Hartung-Knapp interval.

Model: ``effect = mean + study + error``, with normal parts and known error variances. The variance between studies
solves ``sum(w * (effect - mean)**2) = k - 1`` with ``w = 1 / (error_variance + tau2)`` (Paule RC, Mandel J. J Res Natl
Bur Stand 1982;87:377-385), found with the Newton steps of DerSimonian R, Kacker R. Contemp Clin Trials
2007;28:105-114, appendix. The standard error of the mean is that of Hartung J, Knapp G. Stat Med 2001;20:3875-3889.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

__all__ = ["RandomEffects", "random_effects"]

Floats = NDArray[np.float64]

_TOLERANCE: Final = 1e-5
"""Largest accepted residual of the estimating equation, whose right-hand side is ``k - 1``."""

_STEPS: Final = 100
"""Most Newton steps; the equation is convex and a handful is enough."""


@dataclass(frozen=True, slots=True)
class RandomEffects:
    """Mean over studies.

    Attributes
    ----------
    mean
        Weighted mean of the effects.
    half_width
        Half of the 95 % interval of the mean: Hartung-Knapp standard error times the t quantile with ``k - 1`` degrees
        of freedom.
    tau
        Standard deviation between studies; 0 where the effects differ by no more than their errors explain.
    """

    mean: float
    half_width: float
    tau: float


def random_effects(effects: Floats, variances: Floats) -> RandomEffects:
    """Combine study results.

    Parameters
    ----------
    effects
        Result of each study, shape ``(k,)``.
    variances
        Error variance of each result, shape ``(k,)``, positive.

    Raises
    ------
    ValueError
        There are fewer than two results, the lengths differ, or a variance is not positive.
    """
    if len(effects) < 2 or len(effects) != len(variances) or not bool(np.all(variances > 0.0)):
        msg = f"two or more effects, each with a positive variance, are needed: got {len(effects)}, {variances}"
        raise ValueError(msg)
    tau2 = _paule_mandel(effects, variances)
    weights, mean, squares = _weighted(effects, variances, tau2)
    error = math.sqrt(float(weights @ squares) / float(weights.sum()) / (len(effects) - 1))
    return RandomEffects(mean, float(stdtrit(len(effects) - 1, 0.975)) * error, math.sqrt(tau2))


def _weighted(effects: Floats, variances: Floats, tau2: float) -> tuple[Floats, float, Floats]:
    """Weights, weighted mean, and squared distances from it."""
    weights = 1.0 / (variances + tau2)
    mean = float(weights @ effects) / float(weights.sum())
    return weights, mean, (effects - mean) ** 2


def _paule_mandel(effects: Floats, variances: Floats) -> float:
    """Variance between studies; the Newton steps rise towards the root from 0, because the equation is convex."""
    tau2 = 0.0
    for _ in range(_STEPS):
        weights, _, squares = _weighted(effects, variances, tau2)
        excess = float(weights @ squares) - (len(effects) - 1)
        if excess <= _TOLERANCE:
            break
        tau2 += excess / float(weights**2 @ squares)
    return tau2
