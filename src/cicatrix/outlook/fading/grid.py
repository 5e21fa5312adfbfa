"""Half-lives of one person's marks as probabilities on a grid.

The contrast of a mark falls as ``2 ** (-age / half_life)``. Half-lives are lognormal among people and among the marks
of one person, a share of the marks is slow, and the contrast of fresh marks is lognormal. From the age and the contrast
of a mark today follows how long it has been fading and from how much, and so its half-life: a mark that is old and
still seen is a slow one. That selection is nothing but the rule of Bayes on these grids; no factor is put on age.

Contrast is in units of the least that is seen, so that a mark is seen while its logarithm is above 0. All integrals are
sums on fixed grids: the same input gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import product
from typing import Final

import numpy as np
from numpy.polynomial.hermite_e import hermegauss
from numpy.polynomial.legendre import leggauss
from numpy.typing import NDArray

from cicatrix.model.fading import ColourRules, FactorName

__all__ = ["CONTRASTS", "LIVES", "PEOPLE", "Ages", "Marks", "Plane", "ages_about", "ages_between", "prior", "quantile"]

Plane = NDArray[np.float64]

STEP: Final = 0.08
PEOPLE: Final[Plane] = np.arange(np.log(2.0), np.log(6000.0), STEP)
"""Logarithm of a person's half-life in days, of marks that are not slow."""
LIVES: Final[Plane] = np.arange(np.log(1.0), np.log(40000.0), STEP)
"""Logarithm of a mark's half-life in days."""
CONTRASTS: Final[Plane] = (np.arange(32) + 0.5) * (np.log(50.0) / 32)
"""Logarithm of a mark's contrast."""
FADED: Final[Plane] = np.arange(np.log(0.05), np.log(200000.0), STEP)
"""Logarithm of the days until a mark is no longer seen."""

_DOUBTS, _DOUBT_WEIGHTS = hermegauss(5)[0], hermegauss(5)[1] / np.sqrt(2.0 * np.pi)
"""Standardised errors that all ages of a person's marks share, and their probabilities."""


_ALONE: Final = 250_000
"""Multiplications up to which OpenBLAS keeps to one thread."""


@dataclass(frozen=True, slots=True, eq=False)
class Ages:
    """Ages of marks in days, and their probabilities."""

    days: Plane
    weights: Plane


def ages_about(median_days: float, spread: float) -> Ages:
    """Lognormal ages; ``spread`` is the standard deviation of their logarithm."""
    nodes, weights = hermegauss(7)
    return Ages(median_days * np.exp(spread * nodes), weights / weights.sum())


def ages_between(youngest_days: float, oldest_days: float) -> Ages:
    """Any age between two alike."""
    nodes, weights = leggauss(16)
    middle, half = 0.5 * (youngest_days + oldest_days), 0.5 * (oldest_days - youngest_days)
    return Ages(middle + half * nodes, weights / weights.sum())


def prior(rules: ColourRules, answers: Mapping[FactorName, str | None]) -> Plane:
    """Probability of each person: a half-life of ``PEOPLE`` with each of the doubts, ``(doubts * half-lives,)``.

    Parameters
    ----------
    rules
        Half-life, spreads and factors.
    answers
        Level of each factor; None where nobody answered: then it counts as each answer, by its share.
    """
    choices = [_levels(rules, name, answers.get(name)) for name in rules.factors]
    spread = np.sqrt(
        rules.median_spread.value**2
        + rules.person_spread.value**2
        + sum(factor.spread**2 for factor in rules.factors.values())
    )
    density = np.zeros_like(PEOPLE)
    for combination in product(*choices):
        middle = np.log(rules.half_life_days.value) + sum(shift for shift, _ in combination)
        density += float(np.prod([share for _, share in combination])) * _bell(PEOPLE - middle, float(spread))
    return np.asarray(np.outer(_DOUBT_WEIGHTS, density / density.sum()).ravel())


def _levels(rules: ColourRules, name: FactorName, answer: str | None) -> list[tuple[float, float]]:
    """Shift of the logarithm and share, for each level that is possible."""
    factor = rules.factors[name]
    if answer is not None:
        return [(float(np.log(factor.levels[answer])), 1.0)]
    return [(float(np.log(value)), factor.shares[level]) for level, value in factor.levels.items()]


def _bell(off: Plane, spread: float) -> Plane:
    return np.asarray(np.exp(-0.5 * (off / spread) ** 2) / spread, dtype=np.float64)


@cache
def _among_marks(mark_spread: float, slow_share: float, slow_factor: float) -> Plane:
    """Probability of each half-life of a fresh mark (``LIVES``), a row for each person of ``PEOPLE``."""
    off = LIVES[None, :] - PEOPLE[:, None]
    quick, slow = _bell(off, mark_spread), _bell(off - np.log(slow_factor), mark_spread)
    rows = (1.0 - slow_share) * quick / quick.sum(axis=1, keepdims=True)
    return np.asarray(rows + slow_share * slow / slow.sum(axis=1, keepdims=True))


@cache
def _days_left() -> tuple[NDArray[np.intp], Plane]:
    """Place on ``FADED`` at which each half-life and contrast is no longer seen: the bin below, and the share above."""
    days = LIVES[:, None] + np.log(CONTRASTS / np.log(2.0))[None, :]
    place = np.clip((days - FADED[0]) / STEP, 0.0, len(FADED) - 1.001)
    below = place.astype(np.intp)
    return below, place - below


class Marks:
    """The marks of one colour, as seen today, for every person: half-lives of ``PEOPLE`` with each of the doubts.

    Parameters
    ----------
    rules
        Half-life, spreads and contrast of fresh marks.
    ages
        How old the marks may be.
    doubt
        Standard deviation of the logarithm by which all ages together may be off.
    seen
        ``(contrasts,)`` how well each contrast agrees with what is known of a typical mark's contrast; ones where
        nothing is known but that it is seen.

    Attributes
    ----------
    odds
        ``(people,)`` probability of a mark of such ages being seen today, with such a contrast.
    """

    def __init__(self, rules: ColourRules, ages: Ages, doubt: float, seen: Plane) -> None:
        self._fresh = _among_marks(rules.mark_spread.value, rules.slow_share.value, rules.slow_factor.value)
        self._today = [_contrast_today(rules, Ages(ages.days * np.exp(doubt * node), ages.weights)) for node in _DOUBTS]
        self._joint = [today * seen[None, :] for today in self._today]
        self.odds: Plane = np.concatenate([_times(self._fresh, joint.sum(axis=1)) for joint in self._joint])

    def odds_of(self, people: Plane, seen: Plane) -> Plane:
        """Probability of each mark, over all people.

        Parameters
        ----------
        people
            ``(people,)`` probability of each person.
        seen
            ``(marks, contrasts)`` as in the constructor, a row a mark.
        """
        return np.asarray(_times(seen, self._over_people(people).sum(axis=0)))

    def _over_people(self, people: Plane) -> Plane:
        """``(lives, contrasts)`` of today's marks, over all people."""
        parts = people.reshape(len(_DOUBTS), -1)
        return np.asarray(
            sum(_times(self._fresh.T, part)[:, None] * today for part, today in zip(parts, self._today, strict=True))
        )

    @cached_property
    def median_life(self) -> Plane:
        """``(people,)`` logarithm of the median half-life among the marks that are seen today."""
        rows = np.concatenate([self._fresh * joint.sum(axis=1)[None, :] for joint in self._joint])
        return quantile(LIVES, rows / rows.sum(axis=1, keepdims=True), 0.5)

    @cached_property
    def faded(self) -> Plane:
        """``(people, days)`` probability of each number of days until a mark is no longer seen (``FADED``)."""
        rows = np.concatenate([_times(self._fresh, _spread_out(joint)) for joint in self._joint])
        return np.asarray(rows / rows.sum(axis=1, keepdims=True))

    @cached_property
    def _gone(self) -> Plane:
        """``(people, edges)`` share of marks that have faded by each edge between the steps of ``FADED``."""
        return np.concatenate([np.zeros((len(self.odds), 1)), np.cumsum(self.faded, axis=1)], axis=1)

    def seen_after(self, days: Plane) -> Plane:
        """``(people, days)`` share of today's marks that are still seen after so many days."""
        place = np.clip((np.log(np.maximum(days, 1e-9)) - FADED[0]) / STEP + 0.5, 0.0, len(FADED) - 0.001)
        below = place.astype(np.intp)
        share = place - below
        left = 1.0 - (self._gone[:, below] * (1.0 - share) + self._gone[:, below + 1] * share)
        return np.asarray(np.where(days[None, :] <= 0, 1.0, np.clip(left, 0.0, 1.0)))

    def left_after(self, days: Plane) -> tuple[Plane, Plane]:
        """Contrast that is left of all marks over their contrast today.

        Returns
        -------
        mean
            ``(people, days)``.
        covariance
            ``(people, days, days)`` for one mark; divided by the number of marks it is that of their common ratio
            (first order).
        """
        parts = [self._left_of(joint, days) for joint in self._joint]
        return np.concatenate([mean for mean, _ in parts]), np.concatenate([covariance for _, covariance in parts])

    def _left_of(self, joint: Plane, days: Plane) -> tuple[Plane, Plane]:
        kept = np.exp2(-days[None, :] / np.exp(LIVES)[:, None])
        contrast = np.exp(CONTRASTS)
        first, second = _times(joint, contrast), _times(joint, contrast**2)
        total = _times(self._fresh, joint.sum(axis=1))
        today = _times(self._fresh, first) / total
        mean = _times(self._fresh, first[:, None] * kept) / (total * today)[:, None]
        # E[c^2 (f_i - m_i) (f_j - m_j)] / E[c]^2, for contrast c and share f that is left of it.
        both = (second[:, None, None] * kept[:, :, None] * kept[:, None, :]).reshape(len(LIVES), -1)
        scale = (total * today**2)[:, None]
        square = (_times(self._fresh, both) / scale).reshape(len(PEOPLE), len(days), len(days))
        cross = _times(self._fresh, second[:, None] * kept) / scale
        whole = _times(self._fresh, second)[:, None] / scale
        return mean, (
            square
            - mean[:, :, None] * cross[:, None, :]
            - cross[:, :, None] * mean[:, None, :]
            + mean[:, :, None] * mean[:, None, :] * whole[:, :, None]
        )

    def faded_of_each(self, people: Plane, seen: Plane) -> Plane:
        """``(marks, days)`` probability of each number of days until each mark is no longer seen (``FADED``).

        Parameters
        ----------
        people, seen
            As in ``odds_of``.
        """
        today = self._over_people(people)
        below, share = _days_left()
        columns = np.arange(len(CONTRASTS))[None, :] * len(FADED)
        by_contrast = _laid_out(today, columns + below, share, len(CONTRASTS))
        rows = _times(seen, by_contrast)
        return np.asarray(rows / rows.sum(axis=1, keepdims=True))


def _contrast_today(rules: ColourRules, ages: Ages) -> Plane:
    """``(lives, contrasts)`` density of a mark's contrast today, over its ages."""
    faded_by = np.log(2.0) * np.exp(-LIVES)[:, None] * ages.days[None, :]
    off = CONTRASTS[None, None, :] + faded_by[:, :, None] - np.log(rules.first_contrast.value)
    return np.asarray(np.einsum("lac,a->lc", _bell(off, rules.first_spread.value), ages.weights))


def _spread_out(joint: Plane) -> Plane:
    """``(lives, days)``: each half-life's contrasts laid out by the days until they are no longer seen."""
    below, share = _days_left()
    return _laid_out(joint, np.arange(len(LIVES))[:, None] * len(FADED) + below, share, len(LIVES))


def _laid_out(joint: Plane, place: NDArray[np.intp], share: Plane, rows: int) -> Plane:
    """Weights added up at their places, each shared between a place and the next one."""
    size = rows * len(FADED)
    low = np.bincount(place.ravel(), (joint * (1.0 - share)).ravel(), size)
    high = np.bincount(place.ravel() + 1, (joint * share).ravel(), size)
    return np.asarray((low + high).reshape(rows, len(FADED)))


def _times(left: Plane, right: Plane) -> Plane:
    """Matrix product in one thread: the same to the last bit on any number of cores, and quick beside other work."""
    if right.ndim == 1:
        return np.asarray(np.einsum("ij,j->i", left, right))
    rows = max(_ALONE // max(right.size, 1), 1)
    return np.concatenate([left[at : at + rows] @ right for at in range(0, len(left), rows)])


def quantile(grid: Plane, weights: Plane, share: float) -> Plane:
    """Quantile of each row of weights on an even grid, straight within a step.

    Parameters
    ----------
    grid
        ``(points,)``, evenly spaced.
    weights
        ``(rows, points)``, each row with the sum 1.
    share
        Which quantile, 0 to 1.
    """
    step = float(grid[1] - grid[0])
    summed = np.cumsum(weights, axis=1)
    at = np.minimum((summed < share).sum(axis=1), len(grid) - 1)
    rows = np.arange(len(weights))
    inside = weights[rows, at]
    before = summed[rows, at] - inside
    return np.asarray(grid[at] - 0.5 * step + step * np.clip((share - before) / np.maximum(inside, 1e-300), 0.0, 1.0))
