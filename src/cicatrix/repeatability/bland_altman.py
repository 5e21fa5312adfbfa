"""Limits of agreement between two captures (Bland and Altman 1999, doi:10.1177/096228029900800204)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from cicatrix.model.quantity import Z_95
from cicatrix.repeatability.agreement import Interval

__all__ = ["LEAST_PAIRS", "Agreed", "limits"]

LEAST_PAIRS: Final = 3


@dataclass(frozen=True, slots=True, eq=False)
class Agreed:
    """Bias and limits with their intervals, and the ``(n, 2)`` means and differences that they rest on."""

    bias: Interval
    lower: Interval
    upper: Interval
    points: NDArray[np.float64]


def limits(table: NDArray[np.float64]) -> Agreed | None:
    """Limits of agreement from pairs of columns: first and second, third and fourth; None below three pairs.

    Every reading is in one pair at most, so that differences are independent. The interval of each limit is exact
    for normal differences (Carkeet 2015, doi:10.1097/OPX.0000000000000513): the limit is a percentile, and its
    estimate over the standard deviation follows a noncentral t distribution.

    Parameters
    ----------
    table
        ``(things, captures)``, NaN where nothing was read.
    """
    pairs = [table[:, at : at + 2] for at in range(0, table.shape[1] - 1, 2)]
    rows = np.concatenate(pairs)
    rows = rows[np.isfinite(rows).all(axis=1)]
    n = len(rows)
    if n < LEAST_PAIRS:
        return None
    difference = rows[:, 1] - rows[:, 0]
    bias, sd = float(difference.mean()), float(difference.std(ddof=1))
    root = math.sqrt(n)
    half = float(stats.t.ppf(0.975, n - 1)) * sd / root
    near, far = (float(stats.nct.ppf(end, n - 1, Z_95 * root)) / root * sd for end in (0.025, 0.975))
    return Agreed(
        bias=Interval(bias, bias - half, bias + half),
        lower=Interval(bias - Z_95 * sd, bias - far, bias - near),
        upper=Interval(bias + Z_95 * sd, bias + near, bias + far),
        points=np.column_stack([rows.mean(axis=1), difference]),
    )
