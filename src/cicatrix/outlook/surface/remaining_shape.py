"""How much of a scar is left: the operator's shape, set so that depth and volume become what was forecast.

Depth and volume are forecast each for itself. The shape is multiplied to the depth, and raised to a power that makes it
narrower or wider until the volume fits; a last share of the surface before takes up what the power cannot. So the
volume is always met, and the depth wherever the two forecasts can both be.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from cicatrix.outlook.surface.basins import Basin

__all__ = ["remaining_mm"]

Plane = NDArray[np.float32]

POWERS: Final = (0.3, 60.0)
"""Powers that a shape may be raised to."""

SAMPLES: Final = 4000
"""Pixels that the power is sought on; the volume is then met on all of them."""


def remaining_mm(basin: Basin, shape: Plane, depth: float, gone_mm3: float, cap_mm: Plane) -> Plane:
    """What is left of a scar.

    Parameters
    ----------
    basin
        The scar today.
    shape
        Of what is left, 0 to 1 (see ``mixed_shape``).
    depth
        Fraction of the depth that is left.
    gone_mm3
        Volume to go; more than there is counts as all.
    cap_mm
        Nowhere is it deeper: today's depth, or that of a state with more left.

    Returns
    -------
    NDArray[np.float32]
        Depth below the rim, nowhere above ``cap_mm``.
    """
    target = max(basin.volume_mm3 - gone_mm3, 0.0)
    if target >= _volume(basin, cap_mm):
        return cap_mm
    most = np.float32(depth * basin.deepest_mm)
    power = _power(shape, cap_mm, float(most), target / basin.volume_mm3, basin.depth_mm)
    left = np.minimum(most * shape ** np.float32(power), cap_mm)
    return _exactly(basin, left, cap_mm, target)


def _power(shape: Plane, cap_mm: Plane, most_mm: float, share: float, today_mm: Plane) -> float:
    """Power of the shape at which the given share of today's volume is left, by bisection on its logarithm."""
    picked = np.flatnonzero(today_mm.ravel() > 0)
    picked = picked[:: max(len(picked) // SAMPLES, 1)]
    steepness = np.log(np.maximum(shape.ravel()[picked].astype(np.float64), 1e-12))
    cap = cap_mm.ravel()[picked].astype(np.float64)
    wanted = share * float(today_mm.ravel()[picked].sum(dtype=np.float64))
    low, high = (float(np.log(power)) for power in POWERS)
    for _ in range(24):
        middle = 0.5 * (low + high)
        if float(np.minimum(most_mm * np.exp(np.exp(middle) * steepness), cap).sum()) > wanted:
            low = middle
        else:
            high = middle
    return float(np.exp(0.5 * (low + high)))


def _exactly(basin: Basin, left: Plane, cap_mm: Plane, target_mm3: float) -> Plane:
    """A little more or less of it, so that the volume is the target."""
    volume = _volume(basin, left)
    if volume >= target_mm3:
        return np.asarray(left * np.float32(target_mm3 / volume if volume > 0 else 0.0))
    room = _volume(basin, cap_mm) - volume
    share = np.float32(min((target_mm3 - volume) / room, 1.0))
    return np.asarray(np.minimum(left + share * (cap_mm - left), cap_mm))


def _volume(basin: Basin, depth_mm: Plane) -> float:
    return float(depth_mm.sum(dtype=np.float64)) * basin.pixel_mm**2
