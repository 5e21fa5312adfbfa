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

from cicatrix.model.quantity import Z_95
from cicatrix.scars.fit.family import DEPTH, FLOOR, SIZE, Outline, Pit
from cicatrix.scars.fit.scene import Scene
from cicatrix.scars.fit.solve import FittedShape, Optics, fit

__all__ = ["Posterior", "along_depth", "by_curvature"]

STEPS_LN = (0.2, 0.45, 0.75, 1.1, 1.5)
"""Distances of ln depth from the best fit at which the likelihood is taken, on each side until it falls to nothing."""

NOTHING = 24.0
"""A cost so much above the best is one chance in four hundred."""

TEMPER = 1.6
"""Costs are divided by the square of this: scars of phantoms scatter by so much more than the likelihood says."""

USUAL_MM = (0.8, 0.6)
"""Where the likelihood is flat: an assumption of ours, a depth of 0.8 mm with a standard deviation of 0.6 in its
logarithm (95 % from 0.25 to 2.6 mm), since narrow pits reach into or through the dermis of the cheek, a millimetre or
two thick."""

REFITS = 2
FULL = 1.5
"""Shapes with a greater exponent are also tried as cones when they are made deeper."""

CONE = (1.2, 1.1)
"""Exponents of nearly a cone, the deepest shape under a mouth with a given brightness."""

DEEPEST_MM = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class Posterior:
    """Parameters at the median depth, and how far ln depth reaches below and above it (95 %)."""

    theta: NDArray[np.float64]
    below: float
    above: float


def by_curvature(answer: FittedShape) -> Posterior:
    """The interval of a fit that is as good as linear around its best."""
    reach = Z_95 * TEMPER * math.sqrt(answer.covariance[DEPTH, DEPTH])
    return Posterior(answer.theta, reach, reach)


def along_depth(scene: Scene, outline: Outline, sign: int, answer: FittedShape, optics: Optics) -> Posterior:
    """The interval from the likelihood along the depth, and the fit at its median."""
    found = {answer.theta[DEPTH]: (answer.cost, answer.theta)}
    for side in (1.0, -1.0):
        theta = answer.theta
        for step in STEPS_LN:
            depth = answer.theta[DEPTH] + side * step
            if depth > math.log(DEEPEST_MM):
                break
            moved = _refit(scene, outline, sign, theta, depth, optics)
            theta = moved.theta
            found[depth] = (moved.cost, theta)
            if moved.cost > answer.cost + NOTHING:
                break
    places = np.array(sorted(found))
    costs = np.array([found[place][0] for place in places])
    low, middle, high = _quantiles(places, costs)
    nearest = places[np.abs(places - middle).argmin()]
    theta = _refit(scene, outline, sign, found[nearest][1], middle, optics).theta
    return Posterior(theta, middle - low, high - middle)


def _refit(
    scene: Scene, outline: Outline, sign: int, theta: NDArray[np.float64], depth: float, optics: Optics
) -> FittedShape:
    """All parameters but ln depth, from the last ones and, for what lies deeper, from a cone under the same mouth."""
    here = theta.copy()
    here[DEPTH] = depth
    starts = [here]
    if depth > theta[DEPTH] and theta[FLOOR] > math.log(FULL):
        starts.append(Pit(outline, theta, sign).reshaped(math.exp(depth), *CONE))
    rest = tuple(range(DEPTH + 1, SIZE))
    tried = [fit(scene, outline, sign, start, optics, active=rest, steps=REFITS, final=False) for start in starts]
    return min(tried, key=lambda answer: answer.cost)


def _quantiles(places: NDArray[np.float64], costs: NDArray[np.float64]) -> tuple[float, float, float]:
    """2.5, 50 and 97.5 % of the depth under the likelihood, between its places straight in the cost."""
    beyond = np.array([places[0] - 0.5, *places, places[-1] + 0.5])
    ends = np.maximum(costs[[0, -1]], costs.min()) + 4.0 * TEMPER**2
    fine = np.linspace(beyond[0], beyond[-1], 801)
    cost = np.interp(fine, beyond, np.array([ends[0], *costs, ends[1]])) / TEMPER**2
    cost += ((fine - math.log(USUAL_MM[0])) / USUAL_MM[1]) ** 2
    weight = np.exp(-0.5 * (cost - cost.min()))
    total = np.cumsum(weight) / weight.sum()
    low, middle, high = (float(fine[np.searchsorted(total, share)]) for share in (0.025, 0.5, 0.975))
    return low, middle, high
