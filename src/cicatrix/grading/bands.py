"""Every score that the known counts leave open.

The published scales give points by bands of counts: so many points for 1 to 10 lesions, more for 11 to 20. A count may
be unknown, and a scar that was measured may be of undecided type, so that it could belong to any item of a scale. The
functions here work out which sums of points remain, exactly: each of them is reached by some way of filling in what
is missing, and no other is.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = ["Bands", "Option", "banded", "reachable", "reachable_totals", "shared"]


@dataclass(frozen=True, slots=True)
class Bands:
    """Points by count: ``points[i]`` from ``starts[i]`` on, up to the next start. ``starts[0]`` is 0."""

    starts: tuple[int, ...]
    points: tuple[int, ...]

    def of(self, count: float) -> int:
        """Points for a known count."""
        return max((start, points) for start, points in zip(self.starts, self.points, strict=True) if start <= count)[1]


@dataclass(frozen=True, slots=True)
class Option:
    """Points that an item may give when it takes at least ``least`` and at most ``most`` of the undecided scars."""

    points: int
    least: int
    most: float


def banded(bands: Bands, counted: int, *, unknown: bool = False) -> tuple[Option, ...]:
    """Options of one item.

    Parameters
    ----------
    bands
        Points by count.
    counted
        Lesions that certainly belong to the item.
    unknown
        True when there may be more of them, as many as anyone likes.
    """
    ends = (*(start - 1 for start in bands.starts[1:]), math.inf)
    return tuple(
        Option(points, 0 if unknown else max(0, start - counted), end - counted)
        for start, end, points in zip(bands.starts, ends, bands.points, strict=True)
        if end >= counted
    )


def shared(first: Iterable[Option], second: Iterable[Option], count: int) -> tuple[Option, ...]:
    """Options of two items together that share ``count`` lesions, of which each belongs to one of the two."""
    seconds = tuple(second)
    return tuple(
        Option(one.points + other.points, max(0, one.least + other.least - count), one.most + other.most - count)
        for one in first
        for other in seconds
        if one.most + other.most >= count
    )


def reachable(items: Iterable[Sequence[Option]], undecided: int = 0) -> tuple[int, ...]:
    """All sums of points, in rising order, when every one of ``undecided`` scars belongs to one of the items."""
    sums = {Option(0, 0, 0)}
    for options in items:
        sums = {
            Option(one.points + more.points, one.least + more.least, one.most + more.most)
            for one in sums
            for more in options
            if one.least + more.least <= undecided
        }
    return tuple(sorted({one.points for one in sums if one.least <= undecided <= one.most}))


def reachable_totals(counts: Iterable[int | None], starts: Sequence[int]) -> tuple[int, ...]:
    """One total for each band that the sum of the counts can lie in.

    A total of known counts is itself. With an unknown count the total is what is known or more; the totals given are
    then what is known and the first of each band above.
    """
    listed = tuple(counts)
    known = sum(count for count in listed if count is not None)
    if None not in listed:
        return (known,)
    return (known, *(start for start in starts if start > known))
