"""The averaged profile of a scar, from its middle across the wall to the skin.

Depth is averaged along lines of equal distance from the half-depth outline, so noise shrinks while the wall of an
irregular scar stays sharp. A profile family that holds pits (V), bowls and flat floors with walls,
``D (1 - (r / R)^p)^q`` inside the mouth's radius ``R``, is fitted to it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

__all__ = ["Profile", "average", "fit_profile"]


@dataclass(frozen=True, slots=True)
class Profile:
    """A fitted profile: depth ``D``, mouth radius ``R``, exponents, and their standard errors.

    Attributes
    ----------
    depth_mm, radius_mm
        Depth at the middle and radius of the mouth.
    half_mm
        Radius at half depth of the measured region.
    p, q
        Exponents of the family.
    rest_mm
        Root mean square of the averaged profile about the fit.
    depth_error_mm, radius_error_mm
        Standard errors from the fit.
    """

    depth_mm: float
    radius_mm: float
    half_mm: float
    p: float
    q: float
    rest_mm: float
    depth_error_mm: float
    radius_error_mm: float

    def radius_at(self, share: float) -> float:
        """Radius where the depth is ``share`` of the greatest."""
        return float(self.radius_mm * (1.0 - share ** (1.0 / self.q)) ** (1.0 / self.p))


def average(
    depth_mm: NDArray[np.float64],
    distance_mm: NDArray[np.float64],
    use: NDArray[np.bool_],
    half_mm: float,
    cell_mm: float,
    reach_mm: float,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Mean depth at each distance.

    Returns
    -------
    radius_mm, depth_mm, count
        Equivalent radius (that of the disc with the area inside), mean depth and number of cells of each bin.
    """
    take = use & (distance_mm < reach_mm)
    where = np.round(distance_mm[take] / cell_mm - 0.5).astype(np.intp)
    where -= where.min()
    count = np.bincount(where).astype(np.float64)
    total = np.bincount(where, weights=depth_mm[take])
    place = np.bincount(where, weights=distance_mm[take])
    filled = count > 0
    distance = place[filled] / count[filled]
    return np.maximum(half_mm + distance, 0.0), total[filled] / count[filled], count[filled]


def fit_profile(
    radius_mm: NDArray[np.float64],
    depth_mm: NDArray[np.float64],
    count: NDArray[np.float64],
    half_mm: float,
    peak_mm: float,
    noise_mm: float,
    cell_mm: float,
) -> Profile:
    """Fit the family to an averaged profile, with weak priors where the data leave a trade-off."""
    independent = np.maximum(count * min(1.0, (cell_mm / 0.25) ** 2), 0.5)
    sigma = np.hypot(noise_mm / np.sqrt(independent), 0.02 * peak_mm + 0.002)

    start = np.array([np.log(peak_mm), np.log(1.3 * half_mm), np.log(2.2), np.log(1.4), 0.0])
    low = np.array([np.log(0.3 * peak_mm), np.log(0.8 * half_mm), np.log(0.8), np.log(0.6), -peak_mm])
    high = np.array([np.log(3.0 * peak_mm), np.log(2.6 * half_mm), np.log(14.0), np.log(4.0), peak_mm])
    centre, spread = np.array([np.log(2.2), np.log(1.4), 0.0]), np.array([0.9, 0.35, max(noise_mm, 0.005)])

    def rest(t: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.concatenate([(_model(t, radius_mm)[0] - depth_mm) / sigma, (t[2:] - centre) / spread])

    def slopes(t: NDArray[np.float64]) -> NDArray[np.float64]:
        held = np.zeros((3, 5))
        held[np.arange(3), np.arange(2, 5)] = 1.0 / spread
        return np.concatenate([_model(t, radius_mm)[1] / sigma[:, None], held])

    fit = least_squares(rest, start, slopes, bounds=(low, high), loss="soft_l1", max_nfev=60)
    t = np.asarray(fit.x)
    covariance = np.linalg.pinv(fit.jac.T @ fit.jac)
    depth, radius, p, q = np.exp(t[:4])
    return Profile(
        depth_mm=float(depth + t[4]),
        radius_mm=float(radius),
        half_mm=half_mm,
        p=float(p),
        q=float(q),
        rest_mm=float(np.sqrt(np.mean((_model(t, radius_mm)[0] - depth_mm) ** 2))),
        depth_error_mm=float(depth * np.sqrt(covariance[0, 0])),
        radius_error_mm=float(radius * np.sqrt(covariance[1, 1])),
    )


def _model(t: NDArray[np.float64], radius_mm: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Depth at each radius and its derivatives ``(radii, 5)``; logarithms of depth, radius, p and q, and an offset."""
    depth, radius, p, q = np.exp(t[:4])
    share = np.clip(radius_mm / radius, 1e-9, 1.0)
    filled = share**p
    inside = np.maximum(1.0 - filled, 1e-12)
    values = depth * inside**q
    # Beyond the mouth the depth is 0 whatever its radius and exponent.
    wall = np.where(inside > 1e-12, values * q / inside * p * filled, 0.0)
    slopes = np.stack([values, wall, -wall * np.log(share), values * q * np.log(inside), np.ones_like(values)], axis=1)
    return values + t[4], slopes
