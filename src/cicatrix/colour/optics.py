"""Pigment and blood from the colour of skin, by the law of Beer and Lambert.

The negative logarithm of the light that skin gives back adds up what melanin, blood and shade take from it (Tsumura,
Haneishi and Miyake 1999, doi:10.1364/JOSAA.16.002169; with shade as a third part that takes the same from every
channel, Tsumura et al. 2003, ACM Trans Graph 22:770, doi:10.1145/882262.882344). Melanin takes steadily more towards
blue, blood takes most in green. So

- *erythema* is what green misses below the straight line from red to blue that melanin follows: neither melanin,
  nor shade, nor the unknown exposure changes it;
- *melanin* is what red misses, less the little that blood takes there. Shade and gloss change it.

Both are given in index units, 100 times the decimal logarithm of a ratio of light, as skin reflectance meters use
them. Only their differences mean anything here: the exposure of a capture is not known.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["BLOOD_IN_RED", "ERYTHEMA_WEIGHTS", "INDEX", "MELANIN_RGB", "absorbance", "indices"]

INDEX: Final = 100.0 / float(np.log(10.0))
"""Index units in one unit of the natural logarithm."""

MELANIN_RGB: Final = (0.66, 1.0, 1.49)
"""What melanin takes from red, green and blue, relative to green: the spectrum of Jacques (as tabled in simpa 1.0.0,
MIT, 450-700 nm) averaged over bands around 610, 540 and 465 nm, 30, 35 and 25 nm wide (standard deviation; assumption
for a camera's sRGB). A test derives it again."""

_BLUE_SHARE: Final = (1.0 - MELANIN_RGB[0]) / (MELANIN_RGB[2] - MELANIN_RGB[0])

ERYTHEMA_WEIGHTS: Final = (_BLUE_SHARE - 1.0, 1.0, -_BLUE_SHARE)
"""Weights of the channels that cancel melanin and shade and leave blood."""

BLOOD_IN_RED: Final = 0.45
"""What blood takes from red for each unit of erythema. Models of skin give 0.2 (blood in a thin layer) to 0.8 (spread
through the dermis, where red light travels further); the middle is an assumption."""


def absorbance(light: NDArray[np.float32]) -> NDArray[np.float32]:
    """Negative logarithm of the light in index units; light below a thousandth of the brightest counts as that.

    Parameters
    ----------
    light
        Linear, any shape, 0 to 1.
    """
    return np.asarray(-INDEX * np.log(np.maximum(light, np.float32(1e-3))), dtype=np.float32)


def indices(absorbed: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Melanin and erythema, each up to a constant.

    Parameters
    ----------
    absorbed
        ``(..., 3)`` as from ``absorbance``.

    Returns
    -------
    melanin, erythema
        ``(...)`` in index units.
    """
    erythema = np.asarray(absorbed @ np.asarray(ERYTHEMA_WEIGHTS, np.float32), dtype=np.float32)
    melanin = absorbed[..., 0] - np.float32(BLOOD_IN_RED) * erythema
    return np.asarray(melanin, dtype=np.float32), erythema
