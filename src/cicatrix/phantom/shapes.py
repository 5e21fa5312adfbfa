"""Scars as height fields whose every measure is known.

A shape is a height field in mm around its own middle: negative below the skin, zero outside its mouth.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal, Protocol

import numpy as np
from numba import njit
from numpy.typing import NDArray

from cicatrix.phantom.profiles import Profile

__all__ = ["Floor", "Outline", "Pit", "ScarKind", "Shape", "Trough"]

ScarKind = Literal["icepick", "boxcar", "rolling", "raised"]
Plane = NDArray[np.float64]

_OUTLINE_POINTS: Final = 360
_TABLE: Final = 4096
"""Points around an outline between which its radius is interpolated (error below 1e-6 of it)."""


class Shape(Protocol):
    """A scar around its own middle, x to the right and y down."""

    @property
    def kind(self) -> ScarKind:
        """Type by Jacob's geometry."""

    @property
    def off_family(self) -> str | None:
        """In what way it leaves the textbook."""

    @property
    def profile(self) -> Profile:
        """The cut through it."""

    @property
    def linear(self) -> bool:
        """Whether it is a trough."""

    @property
    def reach_mm(self) -> float:
        """Radius of a circle around the middle that holds the whole scar."""

    def height_mm(self, x_mm: Plane, y_mm: Plane) -> Plane:
        """Height at points around the middle."""

    def outline_mm(self) -> Plane:
        """``(n, 2)`` points of the mouth's edge."""

    def breadth_mm(self, area_mm2: float) -> float:
        """Width to report for a mouth of this area."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A closed curve: an ellipse whose radius a Fourier series of the angle makes irregular.

    Attributes
    ----------
    radius_mm
        Radius of the circle with the same area.
    elongation
        Longer axis of the ellipse over the shorter.
    angle_rad
        Direction of the longer axis.
    cosines, sines
        Relative amplitudes of harmonics 2, 3, 4, …
    """

    radius_mm: float
    elongation: float = 1.0
    angle_rad: float = 0.0
    cosines: tuple[float, ...] = ()
    sines: tuple[float, ...] = ()

    def _relative(self, angle_rad: Plane) -> Plane:
        turned = angle_rad - self.angle_rad
        root = np.sqrt(self.elongation)
        radius = 1.0 / np.hypot(np.cos(turned) / root, np.sin(turned) * root)
        wave = np.ones_like(angle_rad)
        for harmonic, (cosine, sine) in enumerate(zip(self.cosines, self.sines, strict=True), start=2):
            wave += cosine * np.cos(harmonic * angle_rad) + sine * np.sin(harmonic * angle_rad)
        return np.asarray(radius * wave)

    def table_mm(self) -> Plane:
        """Radius in mm at evenly spaced angles from 0 to a full turn; the area inside is that of ``radius_mm``."""
        relative = self._relative(np.linspace(0.0, 2.0 * np.pi, _TABLE + 1))
        return np.asarray(self.radius_mm * relative / np.sqrt(np.mean(relative[:-1] ** 2)))

    def radius_at(self, angle_rad: Plane) -> Plane:
        """Radius in mm at each angle."""
        ring = np.linspace(0.0, 2.0 * np.pi, _TABLE + 1)
        return np.asarray(np.interp(angle_rad % (2.0 * np.pi), ring, self.table_mm()))


@njit(cache=True)
def _level(x: Plane, y: Plane, table: Plane, lean_x: float, lean_y: float, error: float, rho: Plane) -> None:
    """For each point the share ``rho`` of the outline, scaled around ``lean * (1 - rho)``, that runs through it."""
    turn = 2.0 * math.pi
    points = table.shape[0] - 1
    for n in range(x.size):
        share = 1.0
        for _ in range(60):
            shrunk = 1.0 - min(share, 1.0)
            across, down = x[n] - lean_x * shrunk, y[n] - lean_y * shrunk
            place = (math.atan2(down, across) % turn) / turn * points
            first = min(int(place), points - 1)
            radius = table[first] + (place - first) * (table[first + 1] - table[first])
            before, share = share, math.sqrt(across * across + down * down) / radius
            if abs(share - before) < error or (share > 1.0 and before >= 1.0):
                break
        rho[n] = share


@dataclass(frozen=True, slots=True)
class Floor:
    """What makes a floor uneven: plane waves, and a step across it.

    Attributes
    ----------
    waves
        ``(amplitude as a share of the depth, wave vector x, y in rad/mm, phase)`` each.
    step
        By which share the floor is raised on one side.
    step_angle_rad, step_mm
        Direction in which the floor rises, and how far from the middle.
    """

    waves: tuple[tuple[float, float, float, float], ...] = ()
    step: float = 0.0
    step_angle_rad: float = 0.0
    step_mm: float = 0.0

    def shares(self, x_mm: Plane, y_mm: Plane) -> Plane:
        """Factor on the depth."""
        factor = np.ones_like(x_mm)
        for amplitude, wave_x, wave_y, phase in self.waves:
            factor += amplitude * np.cos(wave_x * x_mm + wave_y * y_mm + phase)
        if self.step:
            across = x_mm * np.cos(self.step_angle_rad) + y_mm * np.sin(self.step_angle_rad)
            factor -= self.step * 0.5 * (1.0 + np.tanh((across - self.step_mm) / 0.08))
        return factor


@dataclass(frozen=True, slots=True)
class Pit:
    """A scar around a middle: every kind but the linear one. Raised scars have a negative depth.

    ``lean_mm`` moves the deepest place away from the middle of the mouth: the curves of equal depth are copies of the
    outline that shrink towards it. It must stay inside the mouth, or the tract would run under the skin.
    """

    kind: ScarKind
    profile: Profile
    outline: Outline
    depth_mm: float
    floor: Floor = Floor()
    lean_mm: tuple[float, float] = (0.0, 0.0)
    off_family: str | None = None

    @property
    def linear(self) -> bool:
        """A pit is not a trough."""
        return False

    @property
    def reach_mm(self) -> float:
        """Radius of a circle around the middle that holds the whole scar."""
        return float(np.hypot(*self.outline_mm().T).max())

    def height_mm(self, x_mm: Plane, y_mm: Plane) -> Plane:
        """Height at points around the middle."""
        share = self.profile(self._rho(x_mm, y_mm))
        return -self.depth_mm * share * self.floor.shares(x_mm, y_mm)

    def _rho(self, x_mm: Plane, y_mm: Plane) -> Plane:
        x, y = np.broadcast_arrays(np.asarray(x_mm, dtype=np.float64), np.asarray(y_mm, dtype=np.float64))
        rho = np.empty(x.size)
        _level(x.ravel(), y.ravel(), self.outline.table_mm(), *self.lean_mm, 1e-6, rho)
        return rho.reshape(x.shape)

    def outline_mm(self) -> Plane:
        """``(n, 2)`` points of the mouth's edge."""
        angle = np.linspace(0.0, 2.0 * np.pi, _OUTLINE_POINTS, endpoint=False)
        radius = self.outline.radius_at(angle)
        return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])

    def breadth_mm(self, area_mm2: float) -> float:
        """Diameter of the circle with the mouth's area."""
        return float(2.0 * np.sqrt(area_mm2 / np.pi))


@dataclass(frozen=True, slots=True)
class Trough:
    """A linear scar: a cut drawn along an arc, with rounded ends.

    Attributes
    ----------
    length_mm
        Length of the centreline; the ends reach half a breadth further.
    across_mm
        Breadth of the mouth.
    bend_rad
        By how much the centreline turns from one end to the other.
    angle_rad
        Direction of the centreline at its middle.
    """

    kind: ScarKind
    profile: Profile
    length_mm: float
    across_mm: float
    depth_mm: float
    bend_rad: float = 0.0
    angle_rad: float = 0.0
    off_family: str | None = None

    @property
    def linear(self) -> bool:
        """A trough is linear."""
        return True

    @property
    def reach_mm(self) -> float:
        """Radius of a circle around the middle that holds the whole scar."""
        return float(np.hypot(*self.outline_mm().T).max())

    def _turn(self, x_mm: Plane, y_mm: Plane) -> tuple[Plane, Plane]:
        cosine, sine = np.cos(self.angle_rad), np.sin(self.angle_rad)
        return x_mm * cosine + y_mm * sine, y_mm * cosine - x_mm * sine

    def height_mm(self, x_mm: Plane, y_mm: Plane) -> Plane:
        """Height at points around the middle."""
        along, aside = self._turn(x_mm, y_mm)
        half = 0.5 * self.length_mm
        if abs(self.bend_rad) < 1e-6:
            distance = np.hypot(np.maximum(np.abs(along) - half, 0.0), aside)
        else:
            radius = self.length_mm / self.bend_rad
            from_centre = aside - radius
            angle = np.arctan2(along, -from_centre * np.sign(radius))
            past = np.clip(angle, -0.5 * abs(self.bend_rad), 0.5 * abs(self.bend_rad))
            foot_along = abs(radius) * np.sin(past)
            foot_aside = radius - radius * np.cos(past)
            distance = np.hypot(along - foot_along, aside - foot_aside)
        return -self.depth_mm * self.profile(distance / (0.5 * self.across_mm))

    def outline_mm(self) -> Plane:
        """``(n, 2)`` points of the mouth's edge."""
        half = 0.5 * self.across_mm
        place = np.linspace(-0.5, 0.5, _OUTLINE_POINTS // 3)
        heading = place * self.bend_rad
        if abs(self.bend_rad) < 1e-6:
            line = np.column_stack([place * self.length_mm, np.zeros_like(place)])
        else:
            radius = self.length_mm / self.bend_rad
            line = radius * np.column_stack([np.sin(heading), 1.0 - np.cos(heading)])
        left = np.column_stack([np.sin(heading), -np.cos(heading)])
        cap = np.linspace(0.0, np.pi, _OUTLINE_POINTS // 6)[1:-1] - 0.5 * np.pi
        end = heading[-1] + cap
        start = heading[0] + np.pi + cap
        ring = np.vstack(
            [
                line + half * left,
                line[-1] + half * np.column_stack([np.cos(end), np.sin(end)]),
                line[::-1] - half * left[::-1],
                line[0] + half * np.column_stack([np.cos(start), np.sin(start)]),
            ]
        )
        cosine, sine = np.cos(self.angle_rad), np.sin(self.angle_rad)
        return np.asarray(ring @ np.array([[cosine, sine], [-sine, cosine]]))

    def breadth_mm(self, area_mm2: float) -> float:
        """Mean breadth: area over the length from end to end."""
        return area_mm2 / (self.length_mm + self.across_mm)
