"""Statistics of repeated readings: within-subject standard deviation, ICC, and growth of noise with size.

A table has one row for each thing (a scar) and one column for each capture, NaN where the thing was not read. The
standard deviation uses every thing with two readings or more: analysis of variance of an unbalanced table with random
things and random captures (Henderson 1953, doi:10.2307/3001853, method III), so that an offset of a whole capture also
counts as noise. The ICC uses complete rows only.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

__all__ = ["LEAST_FOR_ICC", "Interval", "Spread", "drift", "grows", "icc", "spread"]

Table = NDArray[np.float64]

LEAST_FOR_ICC: Final = 3
LEAST_FOR_GROWTH: Final = 8
"""Things needed to see whether noise grows with size."""

SURE: Final = 0.05


@dataclass(frozen=True, slots=True)
class Interval:
    """A number with its 95 % interval."""

    value: float
    low: float
    high: float

    def times(self, factor: float) -> Interval:
        """The same in another unit; the factor is positive."""
        return Interval(self.value * factor, self.low * factor, self.high * factor)


@dataclass(frozen=True, slots=True)
class Spread:
    """Standard deviation of single readings of the same thing.

    Attributes
    ----------
    sd
        With its 95 % interval (Graybill and Wang 1980).
    freedom
        Degrees of freedom (Satterthwaite 1946, doi:10.2307/3002019).
    captures_sd
        The part that whole captures differ by; 0 where it cannot be distinguished from none.
    subjects, readings
        What it rests on.
    """

    sd: Interval
    freedom: float
    captures_sd: float
    subjects: int
    readings: int


def spread(table: Table) -> Spread | None:
    """Standard deviation of single readings; None where nothing was read twice.

    Parameters
    ----------
    table
        ``(things, captures)``, NaN where nothing was read.
    """
    rows = _twice(table)
    if not len(rows):
        return None
    seen = np.isfinite(rows)
    readings, subjects = int(seen.sum()), len(rows)
    own, by_capture = _within(rows)
    found, *_ = np.linalg.lstsq(by_capture, own, rcond=None)
    rank = int(np.linalg.matrix_rank(by_capture))
    explained = float(((by_capture @ found) ** 2).sum())
    rest = max(float((own**2).sum()) - explained, 0.0)
    left = readings - subjects - rank
    captures = explained / rank
    residual = rest / left if left > 0 else captures
    # A capture's own error is in the mean square of captures this many times.
    times = (readings - subjects) / rank
    parts = [(captures / times, rank)]
    if left > 0:
        parts.append(((1.0 - 1.0 / times) * residual, left))
    variance = sum(part for part, _ in parts)
    freedom = _satterthwaite(parts)
    sd = Interval(math.sqrt(variance), *(math.sqrt(end) for end in _ends(parts)))
    own_part = max(captures - residual, 0.0) / times if left > 0 else 0.0
    return Spread(sd, freedom, math.sqrt(own_part), subjects, readings)


def _twice(table: Table) -> Table:
    twice: Table = table[np.isfinite(table).sum(axis=1) >= 2]
    return twice


def _within(rows: Table) -> tuple[Table, Table]:
    """Readings less the mean of their thing, and the same of the captures' indicator columns (all but the first)."""
    seen = np.isfinite(rows)
    count = seen.sum(axis=1)
    of = np.repeat(np.arange(len(rows)), rows.shape[1])[seen.ravel()]
    own = rows[seen] - (np.where(seen, rows, 0.0).sum(axis=1) / count)[of]
    capture = np.tile(np.arange(rows.shape[1]), len(rows))[seen.ravel()]
    marks = (capture[:, None] == np.arange(1, rows.shape[1])[None, :]).astype(np.float64)
    share = seen[:, 1:] / count[:, None]
    return own, marks - share[of]


def _satterthwaite(parts: list[tuple[float, int]]) -> float:
    """Degrees of freedom of a sum of independent mean squares."""
    total = sum(part for part, _ in parts)
    if total <= 0.0:
        return float(sum(freedom for _, freedom in parts))
    return float(total**2 / sum(part**2 / freedom for part, freedom in parts))


def _ends(parts: list[tuple[float, int]]) -> tuple[float, float]:
    """95 % interval of a sum of independent mean squares (Graybill and Wang 1980, doi:10.2307/2287176)."""
    total = sum(part for part, _ in parts)
    below = above = 0.0
    for part, freedom in parts:
        high, low = (freedom / float(end) for end in stats.chi2.ppf([0.025, 0.975], freedom))
        below += ((1.0 - low) * part) ** 2
        above += ((high - 1.0) * part) ** 2
    return max(total - math.sqrt(below), 0.0), total + math.sqrt(above)


def icc(table: Table) -> Interval | None:
    """ICC(2,1): two-way random, absolute agreement, single readings, of the rows that are complete.

    Shrout and Fleiss 1979, doi:10.1037/0033-2909.86.2.420; the interval is that of McGraw and Wong 1996,
    doi:10.1037/1082-989X.1.1.30, for ICC(A,1). None below three rows, or where nothing differs.
    """
    rows = table[np.isfinite(table).all(axis=1)]
    n, k = rows.shape
    if n < LEAST_FOR_ICC or k < 2:
        return None
    middle = rows.mean()
    of_rows, of_columns = rows.mean(axis=1), rows.mean(axis=0)
    between = k * float(((of_rows - middle) ** 2).sum()) / (n - 1)
    captures = n * float(((of_columns - middle) ** 2).sum()) / (k - 1)
    rest = rows - of_rows[:, None] - of_columns[None, :] + middle
    error = float((rest**2).sum()) / ((n - 1) * (k - 1))
    bottom = between + (k - 1) * error + k * (captures - error) / n
    if bottom <= 0.0 or captures + error <= 1e-12 * between:
        return None
    value = (between - error) / bottom
    low, high = _icc_ends(value, between, captures, error, n, k)
    return Interval(value, min(low, value), max(high, value))


def _icc_ends(value: float, between: float, captures: float, error: float, n: int, k: int) -> tuple[float, float]:
    """Table 7 of McGraw and Wong 1996, case 2A."""
    held = min(max(value, 0.0), 1.0 - 1e-9)  # a negative estimate has no such interval; it is taken as none at all
    a, b = k * held / (n * (1.0 - held)), 1.0 + k * held * (n - 1) / (n * (1.0 - held))
    parts = (a * captures) ** 2 / (k - 1) + (b * error) ** 2 / ((n - 1) * (k - 1))
    freedom = (a * captures + b * error) ** 2 / parts
    rest = k * captures + (k * n - k - n) * error
    least, most = float(stats.f.ppf(0.975, n - 1, freedom)), float(stats.f.ppf(0.975, freedom, n - 1))
    return n * (between - least * error) / (least * rest + n * between), n * (most * between - error) / (
        rest + n * most * between
    )


def drift(table: Table) -> tuple[Interval | None, ...]:
    """How much each later column reads more than the first, over the rows with both; None below two such rows.

    The interval is Student's, over things.
    """
    found: list[Interval | None] = []
    for column in table.T[1:]:
        off = column - table[:, 0]
        off = off[np.isfinite(off)]
        if len(off) < 2:
            found.append(None)
            continue
        mean = float(off.mean())
        half = float(stats.t.ppf(0.975, len(off) - 1) * off.std(ddof=1) / math.sqrt(len(off)))
        found.append(Interval(mean, mean - half, mean + half))
    return tuple(found)


def grows(table: Table) -> tuple[bool, str]:
    """Whether noise grows with size, and why this is said.

    Bland and Altman 1996, doi:10.1136/bmj.312.7047.1654 and doi:10.1136/bmj.313.7049.106: Kendall's rank correlation
    between the standard deviation of each thing's readings and its mean; where they rise together, noise is
    proportional to size.
    """
    rows = _twice(table)
    if len(rows) < LEAST_FOR_GROWTH:
        return False, f"constant: fewer than {LEAST_FOR_GROWTH} were read, too few to see whether noise grows with size"
    if (np.nanmin(np.sign(rows), axis=1) != np.nanmax(np.sign(rows), axis=1)).any() or (rows == 0.0).any():
        return False, "constant: some readings of one thing differ in sign"
    size = np.abs(np.nanmean(rows, axis=1))
    tau, p = stats.kendalltau(np.nanstd(rows, axis=1, ddof=1), size, alternative="greater")
    told = f"Kendall's tau between standard deviation and size is {tau:.2f} (p = {p:.3f}, one-sided)"
    if np.isfinite(p) and p < SURE:
        return True, f"growing with size: {told}"
    return False, f"constant: {told}"
