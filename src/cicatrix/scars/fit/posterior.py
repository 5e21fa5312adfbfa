"""How deep a pit may be, by the likelihood itself: the depth is stepped away from the best fit and all else refitted.

Where the floor is dark under every light, a deep cone and a shallower bowl explain the photographs almost alike. The
curvature at the best fit does not see that; the likelihood along the depth does (profile likelihood, e.g. Venzon &
Moolgavkar 1988, doi:10.2307/2347496).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cicatrix.scars.fit.family import DEPTH, SIZE, Outline
from cicatrix.scars.fit.scene import Scene
from cicatrix.scars.fit.solve import Answer, Optics, fit

__all__ = ["Posterior", "along_depth", "by_curvature"]

STEPS_LN = (0.2, 0.45, 0.75, 1.1, 1.5)
"""Distances of ln depth from the best fit at which the likelihood is taken, on each side until it falls to nothing."""

NOTHING = 12.0
"""A cost so much above the best is one chance in four hundred."""

TEMPER = 1.5
"""Costs are divided by the square of this: scars of phantoms scatter by so much more than the likelihood says."""

REFITS = 3
DEEPEST_MM = 3.0
Z = 1.96


@dataclass(frozen=True, slots=True, eq=False)
class Posterior:
    """Parameters at the median depth, and how far ln depth reaches below and above it (95 %)."""

    theta: NDArray[np.float64]
    below: float
    above: float


def by_curvature(answer: Answer) -> Posterior:
    """The interval of a fit that is as good as linear around its best."""
    reach = Z * TEMPER * math.sqrt(answer.covariance[DEPTH, DEPTH])
    return Posterior(answer.theta, reach, reach)


def along_depth(scene: Scene, outline: Outline, sign: int, answer: Answer, optics: Optics) -> Posterior:
    """The interval from the likelihood along the depth, and the fit at its median."""
    found = {answer.theta[DEPTH]: (answer.cost, answer.theta)}
    for side in (1.0, -1.0):
        theta = answer.theta
        for step in STEPS_LN:
            theta = theta.copy()
            theta[DEPTH] = answer.theta[DEPTH] + side * step
            if theta[DEPTH] > math.log(DEEPEST_MM):
                break
            moved = _refit(scene, outline, sign, theta, optics)
            theta = moved.theta
            found[theta[DEPTH]] = (moved.cost, theta)
            if moved.cost > answer.cost + NOTHING:
                break
    places = np.array(sorted(found))
    costs = np.array([found[place][0] for place in places])
    low, middle, high = _quantiles(places, costs)
    nearest = places[np.abs(places - middle).argmin()]
    theta = found[nearest][1].copy()
    theta[DEPTH] = middle
    theta = _refit(scene, outline, sign, theta, optics).theta
    return Posterior(theta, middle - low, high - middle)


def _refit(scene: Scene, outline: Outline, sign: int, theta: NDArray[np.float64], optics: Optics) -> Answer:
    """All parameters but the depth."""
    rest = tuple(range(DEPTH + 1, SIZE))
    return fit(scene, outline, sign, theta, optics, active=rest, steps=REFITS, final=False)


def _quantiles(places: NDArray[np.float64], costs: NDArray[np.float64]) -> tuple[float, float, float]:
    """2.5, 50 and 97.5 % of the depth under the likelihood, between its places straight in the cost."""
    beyond = np.array([places[0] - 0.5, *places, places[-1] + 0.5])
    ends = np.maximum(costs[[0, -1]], costs.min()) + 4.0 * TEMPER**2
    fine = np.linspace(beyond[0], beyond[-1], 801)
    cost = np.interp(fine, beyond, np.array([ends[0], *costs, ends[1]]))
    weight = np.exp(-0.5 * (cost - cost.min()) / TEMPER**2)
    total = np.cumsum(weight) / weight.sum()
    low, middle, high = (float(fine[np.searchsorted(total, share)]) for share in (0.025, 0.5, 0.975))
    return low, middle, high
