"""Which scar or mark of one visit is which of the other: one to one, by place and size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from cicatrix.model.change import Fate

__all__ = ["Pair", "Place", "first_known", "pair"]

Thing = TypeVar("Thing")

Points = NDArray[np.float64]

NEAR: Final = 0.5
"""Middles may lie apart by this share of the larger one's radius, besides the error of the registration."""

SIZES: Final = 2.5
"""One may be this many times as wide as the other and still be the same."""

APART: Final = 3.0
"""How many times the registration's median error counts."""

PART: Final = 0.8
LEAST_PART: Final = 0.3
"""One whose middle lies within ``PART`` of another's radius is a part of it, unless it is much smaller."""


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """An outline in mm of the later picture, its middle and the radius of the circle with its area."""

    id: str
    outline: Points
    x_mm: float
    y_mm: float
    radius_mm: float
    kind: str
    seen: bool
    """Whether the other picture shows the whole of it and the skin around."""

    @classmethod
    def of(cls, name: str, kind: str, outline: Points, *, seen: bool) -> Place:
        """Place of an outline, ``(n, 2)`` in mm."""
        following = np.roll(outline, -1, axis=0)
        cross = outline[:, 0] * following[:, 1] - following[:, 0] * outline[:, 1]
        twice = float(cross.sum())
        middle = outline.mean(axis=0)
        if abs(twice) > 1e-9:
            middle = ((outline + following) * cross[:, None]).sum(axis=0) / (3.0 * twice)
        return cls(
            name, outline, float(middle[0]), float(middle[1]), float(np.sqrt(abs(twice) / (2 * np.pi))), kind, seen
        )


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """One row of a comparison; ``others`` are further parts at the side where there are several."""

    before: Place | None
    after: Place | None
    fate: Fate
    others: tuple[Place, ...] = ()

    @property
    def place(self) -> Place:
        """Where it lies in the later picture: as outlined later, if it was."""
        return first_known(self.after, self.before)

    @property
    def outlines(self) -> list[Points]:
        """Every outline of it, in mm of the later picture."""
        return [place.outline for place in (self.before, self.after, *self.others) if place is not None]


def first_known(first: Thing | None, second: Thing | None) -> Thing:
    """The first of two of which one is known.

    Raises
    ------
    ValueError
        Neither is.
    """
    known = second if first is None else first
    if known is None:
        msg = "a row of a comparison needs one of its two sides"
        raise ValueError(msg)
    return known


def pair(before: Sequence[Place], after: Sequence[Place], error_mm: float) -> tuple[Pair, ...]:
    """Pair one to one, so that the distances are least in all (Kuhn 1955, doi:10.1002/nav.3800020109).

    Parameters
    ----------
    before, after
        Both in mm of the later picture.
    error_mm
        Median error of the registration.

    Returns
    -------
    tuple[Pair, ...]
        Pairs in the order of ``before``, then what is new in the order of ``after``. Every place is in one row; parts
        of a split or merged one are in ``others`` of its row and have no row of their own.
    """
    shape = (len(before), len(after))
    cost = np.array([[_cost(one, other, error_mm) for other in after] for one in before]).reshape(shape)
    # What cannot be the same costs no more for being far apart, or it would push near ones apart.
    rows, cols = linear_sum_assignment(np.minimum(cost, 1.0))
    chosen = {int(r): int(c) for r, c in zip(rows, cols, strict=True) if cost[r, c] < 1.0}
    free_before = [one for r, one in enumerate(before) if r not in chosen]
    free_after = [one for c, one in enumerate(after) if c not in set(chosen.values())]
    found: list[Pair] = []
    parts: set[int] = set()
    for r, one in enumerate(before):
        if r in chosen:
            other = after[chosen[r]]
            split = tuple(part for part in free_after if _part_of(part, one) and id(part) not in parts)
            merged = tuple(part for part in free_before if _part_of(part, other) and id(part) not in parts)
            parts |= {id(part) for part in (*split, *merged)}
            fate: Fate = "split" if split else "merged" if merged else "same"
            found.append(Pair(one, other, fate, split or merged))
    found += [Pair(one, None, "gone" if one.seen else "outside") for one in free_before if id(one) not in parts]
    found += [Pair(None, one, "new" if one.seen else "outside") for one in free_after if id(one) not in parts]
    order = {one.id: k for k, one in enumerate(before)}
    found.sort(key=lambda row: order[row.before.id] if row.before else len(order))
    return tuple(found)


def _cost(one: Place, other: Place, error_mm: float) -> float:
    """Distance in units of the greatest that is allowed; infinite for those that cannot be the same."""
    ratio = max(one.radius_mm, other.radius_mm) / max(min(one.radius_mm, other.radius_mm), 1e-6)
    if ratio > SIZES or ("raised" in (one.kind, other.kind) and one.kind != other.kind):
        return np.inf
    reach = APART * error_mm + NEAR * max(one.radius_mm, other.radius_mm)
    return float(np.hypot(one.x_mm - other.x_mm, one.y_mm - other.y_mm)) / reach + 0.1 * (ratio - 1.0) / SIZES


def _part_of(part: Place, whole: Place) -> bool:
    apart = np.hypot(part.x_mm - whole.x_mm, part.y_mm - whole.y_mm)
    return bool(apart < PART * whole.radius_mm and LEAST_PART * whole.radius_mm < part.radius_mm < whole.radius_mm)
