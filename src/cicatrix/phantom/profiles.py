"""Cuts through a scar: how deep it is at a share of the way from its middle to its mouth.

Each profile is a function of ``rho``, 0 in the middle and 1 at the mouth, and returns the share of the full depth:
1 in the middle, falling all the way to 0 at the mouth and staying there: the mouth is where the profile reaches the
rim.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["Family", "Profile"]

Family = Literal["cosine", "paraboloid", "quartic", "gaussian", "plateau", "tract"]

_LIP = 0.06
"""Share of the depth over which a profile that meets the rim at an angle is rounded into it: no skin edge is sharp."""


@dataclass(frozen=True, slots=True)
class Profile:
    """A family with its parameter.

    Attributes
    ----------
    family
        ``cosine``, ``paraboloid``, ``quartic`` and ``gaussian`` bowls; ``plateau`` a flat floor and a wall;
        ``tract`` a narrowing hole from a V to a U.
    shape
        ``plateau``: width of the wall as a share of the radius (0 to 1). ``tract``: exponent (1 a V, 3 a U).
        ``gaussian``: how many variances fit in the radius (about 2 to 5). The others ignore it.
    """

    family: Family
    shape: float = 1.0

    def __call__(self, rho: NDArray[np.float64]) -> NDArray[np.float64]:
        """Share of the full depth at ``rho`` (any shape, not negative)."""
        inside = np.minimum(rho, 1.0)
        if self.family == "cosine":
            return np.asarray(0.5 * (1.0 + np.cos(np.pi * inside)))
        if self.family == "quartic":
            return np.asarray((1.0 - inside**2) ** 2)
        if self.family == "gaussian":
            edge = np.exp(-self.shape)
            return np.asarray((np.exp(-self.shape * inside**2) - edge) / (1.0 - edge))
        if self.family == "plateau":
            wall = np.clip((inside - (1.0 - self.shape)) / self.shape, 0.0, 1.0)
            return 1.0 - wall**2 * (3.0 - 2.0 * wall)
        exponent = 2.0 if self.family == "paraboloid" else self.shape
        return _rounded(1.0 - (inside * (1.0 + _LIP) ** (1.0 / exponent)) ** exponent)


def _rounded(share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Meet the rim with a parabola that starts ``_LIP`` above it and ends ``_LIP`` below."""
    lip = (share + _LIP) ** 2 / (4.0 * _LIP)
    return np.where(share > _LIP, share, np.where(share > -_LIP, lip, 0.0))
