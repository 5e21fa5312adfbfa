"""Powers and exponentials of many numbers at once, in single precision (Numba kernels).

The C library's ``pow`` and ``exp`` are called number by number; polynomials for the logarithm and the exponential to
base 2 run on as many numbers as the processor holds side by side. Both are cut where single precision ends: the
logarithm is ``2 artanh((m - 1) / (m + 1))`` of a mantissa between the roots of a half and of two, as a series to the
ninth power, the exponential a Taylor series to the sixth on half an octave to each side (errors below 2e-7 of the
greatest power).
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

__all__ = ["STRICT", "exponential", "raise_to"]

STRICT = {"contract", "nnan", "ninf", "nsz", "arcp"}
"""Fast arithmetic that leaves the order of sums alone, so that the trick with ``ROUND`` works."""

ROOT_HALF = np.int32(0x3F3504F3)
"""The bits of the root of a half."""

MANTISSA, BIAS = np.int32(23), np.int32(127)
ROUND = np.float32(3 << 22)
"""Adding and taking away so much rounds to whole numbers."""

ONE, PER_E = np.float32(1), np.float32(1.0 / math.log(2.0))
LEAST = np.float32(-100)
"""Smaller powers of two become this one: products of what is smaller still are slow where they leave the range."""
LOG_1, LOG_3, LOG_5, LOG_7, LOG_9 = (np.float32(2.0 / (k * math.log(2.0))) for k in (1, 3, 5, 7, 9))
EXP_1, EXP_2, EXP_3, EXP_4, EXP_5, EXP_6 = (np.float32(math.log(2.0) ** k / math.factorial(k)) for k in range(1, 7))


@njit(cache=True, nogil=True, fastmath=STRICT, error_model="numpy")
def raise_to(base, exponent, out):  # type: ignore[no-untyped-def]
    """Write ``base ** exponent`` for bases above zero (float32, contiguous); what is below 2^-100 becomes that."""
    bits = base.view(np.int32)
    scale = np.empty(len(base), np.int32)
    mantissa = scale.view(np.float32)
    for j in range(len(base)):
        octave = np.int32(np.int32(bits[j] - ROOT_HALF) >> MANTISSA)
        out[j] = np.float32(octave)
        scale[j] = np.int32(bits[j] - np.int32(octave << MANTISSA))
    for j in range(len(base)):
        s = (mantissa[j] - ONE) / (mantissa[j] + ONE)
        q = s * s
        log = out[j] + s * (LOG_1 + q * (LOG_3 + q * (LOG_5 + q * (LOG_7 + q * LOG_9))))
        out[j] = max(np.float32(log * exponent), LEAST)
    _two_to(out)


@njit(cache=True, nogil=True, fastmath=STRICT, error_model="numpy")
def exponential(values):  # type: ignore[no-untyped-def]
    """Replace values up to 80 by their exponentials (float32, contiguous); what is below 2^-100 becomes that."""
    for j in range(len(values)):
        values[j] = max(values[j] * PER_E, LEAST)
    _two_to(values)


@njit(cache=True, nogil=True, fastmath=STRICT, error_model="numpy")
def _two_to(values):  # type: ignore[no-untyped-def]
    """Replace values from -100 to 126 by two to their power."""
    scale = np.empty(len(values), np.int32)
    factor = scale.view(np.float32)
    for j in range(len(values)):
        whole = (values[j] + ROUND) - ROUND
        r = values[j] - whole
        scale[j] = np.int32(np.int32(np.int32(whole) + BIAS) << MANTISSA)
        values[j] = ONE + r * (EXP_1 + r * (EXP_2 + r * (EXP_3 + r * (EXP_4 + r * (EXP_5 + r * EXP_6)))))
    for j in range(len(values)):
        values[j] *= factor[j]
