"""Simulated people whose marks fade: drawn one by one, without the grids of the forecast that they check.

Truth can be drawn from the rules of the forecast, or from others: half-lives that are longer or shorter for everybody,
or a stretched exponential, ``2 ** (-(age / half_life) ** stretch)``, which slows down the longer a mark has faded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cicatrix.model.fading import ColourRules, FactorName

__all__ = ["SimulatedMarks", "ages_about", "ages_between", "draw_marks", "draw_person", "fresh_marks"]

Plane = NDArray[np.float64]
Draw = Callable[[np.random.Generator, int], Plane]
BATCH: Final = 4096
MOST_BATCHES: Final = 60


@dataclass(frozen=True, slots=True, eq=False)
class SimulatedMarks:
    """Marks that are seen today, one entry a mark.

    ``contrast`` is that of the fresh mark in units of the least that is seen; ``slow`` tells the slow ones.
    """

    half_life_days: Plane
    contrast: Plane
    age_days: Plane
    slow: NDArray[np.bool_]
    stretch: float = 1.0

    def after(self, days: float) -> Plane:
        """Contrast so many days from today."""
        aged = (self.age_days + days) / self.half_life_days
        return np.asarray(self.contrast * np.exp2(-(aged**self.stretch)))

    def days_left(self) -> Plane:
        """Days from today until each mark is no longer seen."""
        whole = self.half_life_days * np.log2(self.contrast) ** (1.0 / self.stretch)
        return np.asarray(whole - self.age_days)

    def halving_days(self) -> Plane:
        """Days from today until the contrast of each mark is half of today's."""
        aged = (self.age_days / self.half_life_days) ** self.stretch
        return np.asarray(self.half_life_days * (aged + 1.0) ** (1.0 / self.stretch) - self.age_days)


def ages_about(median_days: float, spread: float) -> Draw:
    """Lognormal ages."""
    return lambda rng, count: median_days * np.exp(spread * rng.normal(size=count))


def ages_between(youngest_days: float, oldest_days: float) -> Draw:
    """Any age between two alike."""
    return lambda rng, count: rng.uniform(youngest_days, oldest_days, count)


def draw_person(
    rng: np.random.Generator,
    rules: ColourRules,
    answers: Mapping[FactorName, str | None],
    median: float | None = None,
) -> float:
    """Logarithm of the half-life of a person's marks that are not slow; unknown answers are drawn by their shares.

    Parameters
    ----------
    rng
        Where chance comes from.
    rules
        Half-life, spreads and factors.
    answers
        Level of each factor; None where it is drawn.
    median
        Logarithm of the median over people; drawn from its own spread when left out.
    """
    if median is None:
        median = float(np.log(rules.half_life_days.value) + rules.median_spread.value * rng.normal())
    own = median + rules.person_spread.value * rng.normal()
    for name, factor in rules.factors.items():
        level = answers.get(name) or str(rng.choice(list(factor.shares), p=list(factor.shares.values())))
        own += float(np.log(factor.levels[level])) + factor.spread * rng.normal()
    return float(own)


def fresh_marks(
    rng: np.random.Generator, rules: ColourRules, person: float, count: int, ages: Draw, stretch: float = 1.0
) -> SimulatedMarks:
    """Marks of a person, whether they are still seen or not."""
    slow = rng.random(count) < rules.slow_share.value
    own = person + rules.mark_spread.value * rng.normal(size=count) + np.log(rules.slow_factor.value) * slow
    contrast = rules.first_contrast.value * np.exp(rules.first_spread.value * rng.normal(size=count))
    return SimulatedMarks(np.exp(own), contrast, ages(rng, count), slow, stretch)


def draw_marks(
    rng: np.random.Generator,
    rules: ColourRules,
    person: float,
    count: int,
    ages: Draw,
    *,
    called: Callable[[Plane], Plane] | None = None,
    stretch: float = 1.0,
    most_tries: int | None = None,
) -> SimulatedMarks | None:
    """Marks of a person that are seen today.

    Parameters
    ----------
    rng, rules
        As in ``draw_person``.
    person
        Logarithm of the person's half-life.
    count
        How many.
    ages
        Where ages come from.
    called
        Probability with which a contrast is called what it was called; 1 when left out.
    stretch
        Below 1, fading slows down with age.
    most_tries
        Number of fresh marks after which to give up; very many when left out.

    Returns
    -------
    SimulatedMarks or None
        None when hardly any mark of this person is seen at such ages.
    """
    kept: list[tuple[NDArray[Any], ...]] = []
    found = 0
    size = BATCH if most_tries is None else min(BATCH, most_tries)
    for _ in range(MOST_BATCHES if most_tries is None else 1 + (most_tries - 1) // BATCH):
        made = fresh_marks(rng, rules, person, size, ages, stretch)
        today = made.after(0.0)
        chance = np.ones(size) if called is None else called(today)
        keep = (today > 1.0) & (rng.random(size) < chance)
        kept.append((made.half_life_days[keep], made.contrast[keep], made.age_days[keep], made.slow[keep]))
        found += int(keep.sum())
        if found >= count:
            life, contrast, age, slow = (np.concatenate(column)[:count] for column in zip(*kept, strict=True))
            return SimulatedMarks(life, contrast, age, slow, stretch)
    return None
