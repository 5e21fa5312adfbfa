"""How much better scars look after an option: of the typical person, and over people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from scipy.special import ndtr

from cicatrix.model.knowledge import Target
from cicatrix.model.plan import Option
from cicatrix.outlook.result.draws import Floats, normal
from cicatrix.outlook.result.option import Course, Forecast

__all__ = ["Appearance", "appearance_of", "improvement", "sessions_of"]

_RESPONSES: Final = np.linspace(-4.0, 4.0, 13)
"""Standard normal responses of people at which the appearance is worked out; between them it is interpolated."""


def improvement(roots: Floats) -> Floats:
    """Fraction by which something looks better, from the root scale; below 0 it looks worse by as much."""
    return np.asarray(-np.sign(roots) * np.expm1(-(roots**2)), dtype=np.float64)


@dataclass(frozen=True)
class Appearance:
    """Scars of several kinds after an option. One person responds alike with all kinds and treatments.

    Attributes
    ----------
    roots
        Draws for the typical person on the root scale, by kind of scar, each of shape (DRAWS,).
    spreads
        Standard deviation between people on it, by kind; 0 of what is left alone.
    weights
        Share of each kind among the scars, summing to 1.
    """

    roots: Mapping[Target, Floats]
    spreads: Mapping[Target, float]
    weights: Mapping[Target, float]

    def at(self, response: float | Floats) -> Floats:
        """Draws of the improvement over all scars at a standard normal response, or one response a draw."""
        parts = [
            weight * improvement(self.roots[target] + response * self.spreads[target])
            for target, weight in self.weights.items()
        ]
        return np.asarray(np.sum(parts, axis=0), dtype=np.float64)

    @property
    def typical(self) -> Floats:
        """Draws of the improvement of the typical person: what is not known of the mean."""
        return self.at(0.0)

    @property
    def people(self) -> Floats:
        """Draws of the improvement of people at any clinic."""
        return self.at(normal("person"))

    @cached_property
    def _reached(self) -> Floats:
        """Improvement at each of ``_RESPONSES``, shape (responses, DRAWS)."""
        return np.stack([self.at(float(response)) for response in _RESPONSES])

    def beyond(self, thresholds: Floats) -> Floats:
        """Share of people whose improvement reaches a threshold, by draw, shape (DRAWS,).

        Parameters
        ----------
        thresholds
            Least improvement as a fraction, one a draw.
        """
        reached = self._reached
        place = np.clip((reached < thresholds).sum(axis=0), 1, len(_RESPONSES) - 1)
        draws = np.arange(reached.shape[1])
        below, above = reached[place - 1, draws], reached[place, draws]
        part = (thresholds - below) / np.maximum(above - below, 1e-9)
        needed = _RESPONSES[place - 1] + part * (_RESPONSES[1] - _RESPONSES[0])
        return np.asarray(ndtr(-needed), dtype=np.float64)

    def only(self, target: Target) -> Appearance:
        """The same for one kind of scar alone."""
        return Appearance({target: self.roots[target]}, {target: self.spreads[target]}, {target: 1.0})


def appearance_of(forecast: Forecast, option: Option) -> Appearance:
    """Appearance of all scars at the end of an option; kinds count by their number, uncounted ones as one scar."""
    courses = {target: forecast.courses(option, target) for target in forecast.counts}
    numbers = {target: float(number or 1) for target, number in forecast.counts.items()}
    return Appearance(
        {target: forecast.together(those, sessions_of(those)) for target, those in courses.items()},
        {target: forecast.spread(those) for target, those in courses.items()},
        {target: number / sum(numbers.values()) for target, number in numbers.items()},
    )


def sessions_of(courses: tuple[Course, ...]) -> list[int]:
    """Number of sessions of each course; a treatment at home is one."""
    return [len(course.step.visits) or 1 for course in courses]
