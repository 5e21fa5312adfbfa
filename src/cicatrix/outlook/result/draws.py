"""Draws behind every forecast of results: the same numbers every time, each from a stream with a name.

A stream is a standard normal (or uniform) sample, stratified (one draw in each of equal slices, in an order shuffled by
PCG64), so that a few thousand draws give smooth quantiles. Streams with different names are independent, and adding one
changes no other: what is shared between two forecasts is shared because it has the same name.
"""

from __future__ import annotations

import zlib
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from cicatrix.model.quantity import Measured

__all__ = ["DRAWS", "Floats", "between", "measured", "normal", "triangle", "uniform"]

Floats = NDArray[np.float64]

DRAWS: Final = 4000
"""Draws of every forecast: the ends of a 95 % interval lie at the 100th draw from either side."""

_SEED: Final = 16


@lru_cache(maxsize=512)
def uniform(name: str) -> Floats:
    """Stratified draws between 0 and 1, shape (DRAWS,); read only."""
    generator = np.random.Generator(np.random.PCG64([_SEED, zlib.crc32(name.encode())]))
    drawn = (generator.permutation(DRAWS) + 0.5) / DRAWS
    drawn.flags.writeable = False
    return np.asarray(drawn, dtype=np.float64)


@lru_cache(maxsize=512)
def normal(name: str) -> Floats:
    """Stratified standard normal draws, shape (DRAWS,); read only."""
    drawn = ndtri(uniform(name))
    drawn.flags.writeable = False
    return np.asarray(drawn, dtype=np.float64)


@lru_cache(maxsize=64)
def between(name: str, low: float, high: float) -> Floats:
    """Draws spread evenly from ``low`` to ``high``, shape (DRAWS,); read only."""
    drawn = low + (high - low) * uniform(name)
    drawn.flags.writeable = False
    return drawn


@lru_cache(maxsize=64)
def triangle(name: str, low: float, mode: float, high: float) -> Floats:
    """Draws of a triangular distribution, shape (DRAWS,); read only."""
    at = uniform(name)
    rising = low + np.sqrt(at * (high - low) * (mode - low))
    falling = high - np.sqrt((1.0 - at) * (high - low) * (high - mode))
    drawn = np.where(at < (mode - low) / (high - low), rising, falling)
    drawn.flags.writeable = False
    return drawn


def measured(drawn: Floats, digits: int = 4) -> Measured:
    """Median and 95 % interval of draws."""
    low, middle, high = np.quantile(drawn, (0.025, 0.5, 0.975))
    return Measured.of(float(middle), float(low), float(high), digits)
