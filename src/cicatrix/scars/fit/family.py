"""The shapes that are fitted: a pit (or a raised scar) with an irregular outline, a wall and a floor.

Below the rim the depth is ``D (1 - t^p)^q`` times a tilt, where ``t`` runs from 0 in the middle to 1 at the mouth.
``p = q = 1`` is a cone, larger ``p`` a bowl and then a flat floor with a sheer wall, larger ``q`` a flaring brim.
``t`` is measured against the outline at half depth, which the images fix best: the outline found on the relief, grown
and reshaped by low harmonics. A lean moves the deepest place sideways without moving the mouth (slanted tracts).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = [
    "ALBEDO",
    "DEPTH",
    "FILL",
    "FLOOR",
    "HARMONICS",
    "LEAN",
    "MOUTH",
    "SCATTER",
    "SIZE",
    "TILT",
    "WALL",
    "Outline",
    "Pit",
    "fill_depths",
]

DEPTH, FLOOR, WALL, GROW, HARMONICS, TILT, LEAN, ALBEDO, SCATTER, FILL = 0, 1, 2, 3, 4, 10, 12, 14, 15, 16
"""Places in the parameter vector: ln depth, ln p, ln q, growth of the outline in mm, cosine and sine of the first
three harmonics in mm, tilt (2), lean in mm (2), ln albedo, ln scattering length in mm, ln fill light."""

SIZE: Final = 17

MOUTH: Final = 0.004
"""The mouth is where this share of the depth is reached."""

MODES: Final = 8
"""Harmonics of the outline found on the relief that are kept."""


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """Outline at half depth: radius over the angle around a middle, as a Fourier series in mm."""

    x_mm: float
    y_mm: float
    cosine: NDArray[np.float64]
    sine: NDArray[np.float64]

    @property
    def radius_mm(self) -> float:
        """Mean radius."""
        return float(self.cosine[0])

    @staticmethod
    def of(radius_mm: NDArray[np.float64], x_mm: float, y_mm: float) -> Outline:
        """Series of radii at equal steps of the angle (from the right towards below)."""
        series = np.fft.rfft(radius_mm) / len(radius_mm)
        cosine, sine = 2.0 * series[: MODES + 1].real, -2.0 * series[: MODES + 1].imag
        cosine[0] *= 0.5
        return Outline(x_mm, y_mm, np.ascontiguousarray(cosine), np.ascontiguousarray(sine))

    def radius_at(self, angle: NDArray[np.float64]) -> NDArray[np.float64]:
        """Radius at angles."""
        k = np.arange(len(self.cosine))
        turn = angle[..., None] * k
        return np.asarray((self.cosine * np.cos(turn) + self.sine * np.sin(turn)).sum(axis=-1))


@dataclass(frozen=True, slots=True, eq=False)
class Pit:
    """One member of the family: an outline and the parameter vector. ``sign`` is -1 for pits, +1 for raised scars."""

    outline: Outline
    theta: NDArray[np.float64]
    sign: int

    @property
    def p(self) -> float:
        """Exponent of the floor."""
        return math.exp(self.theta[FLOOR])

    @property
    def q(self) -> float:
        """Exponent of the wall."""
        return math.exp(self.theta[WALL])

    @property
    def half_mm(self) -> float:
        """Mean radius at half depth."""
        return float(max(self.outline.radius_mm + self.theta[GROW], 0.05))

    def radius_at(self, share: float) -> float:
        """Mean radius where the depth is ``share`` of the greatest."""
        return self.half_mm * self._reach(share) / self._reach(0.5)

    def reshaped(self, depth_mm: float, p: float, q: float) -> NDArray[np.float64]:
        """Parameters with another depth and other exponents under the same mouth."""
        theta = self.theta.copy()
        theta[DEPTH], theta[FLOOR], theta[WALL] = math.log(depth_mm), math.log(p), math.log(q)
        other = Pit(self.outline, theta, self.sign)
        theta[GROW] = self.radius_at(MOUTH) * other._reach(0.5) / other._reach(MOUTH) - self.outline.radius_mm
        return theta

    def _reach(self, share: float) -> float:
        return float((1.0 - share ** (1.0 / self.q)) ** (1.0 / self.p))

    def mouth_mm(self, points: int = 96) -> NDArray[np.float64]:
        """Polygon ``(points, 2)`` of the mouth, x and y in mm."""
        angle = np.linspace(0.0, 2.0 * np.pi, points, endpoint=False)
        radius = self.outline.radius_at(angle) + self.theta[GROW]
        for k in (1, 2, 3):
            a, b = self.theta[HARMONICS + 2 * k - 2 : HARMONICS + 2 * k]
            radius += a * np.cos(k * angle) + b * np.sin(k * angle)
        radius = np.maximum(radius, 0.25 * self.half_mm) * (self._reach(MOUTH) / self._reach(0.5))
        middle = np.array([self.outline.x_mm, self.outline.y_mm])
        return np.asarray(middle + radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1))

    def depth_mm(self, x0_mm: float, y0_mm: float, step_mm: float, rows: int, cols: int) -> NDArray[np.float32]:
        """Depth (height of a raised scar) at ``(rows, cols)`` points from a first one, always positive."""
        out = np.empty((rows, cols), np.float32)
        o = self.outline
        fill_depths(self.theta, o.cosine, o.sine, o.x_mm, o.y_mm, x0_mm, y0_mm, step_mm, out)
        return out


@njit(cache=True, nogil=True, fastmath=True, inline="always")
def _radius(cosine, sine, theta, c1, s1, fade):  # type: ignore[no-untyped-def]
    """Radius of the half-depth outline in a direction; fine lobes fade towards the middle."""
    c, s = 1.0, 0.0
    total = cosine[0] + theta[GROW]
    for k in range(1, len(cosine)):
        c, s = c * c1 - s * s1, s * c1 + c * s1
        a, b = cosine[k], sine[k]
        if k < 4:
            a += theta[HARMONICS + 2 * k - 2]
            b += theta[HARMONICS + 2 * k - 1]
        total += (a * c + b * s) * (fade if k > 2 else 1.0)
    return total


@njit(cache=True, nogil=True, fastmath=True, inline="always")
def _share(cosine, sine, theta, mean, dx, dy):  # type: ignore[no-untyped-def]
    """Distance from the middle as a share of the half-depth radius in that direction."""
    away = math.sqrt(dx * dx + dy * dy) + 1e-9
    fade = min(away / (0.9 * mean), 1.0)
    return away / max(_radius(cosine, sine, theta, dx / away, dy / away, fade), 0.25 * mean)


@njit(cache=True, nogil=True, fastmath=True)
def fill_depths(theta, cosine, sine, x_mm, y_mm, x0_mm, y0_mm, step_mm, out):  # type: ignore[no-untyped-def]
    """Write the depth at a grid of points that starts at ``x0_mm, y0_mm``."""
    depth, p, q = math.exp(theta[DEPTH]), math.exp(theta[FLOOR]), math.exp(theta[WALL])
    mean = max(cosine[0] + theta[GROW], 0.05)
    to_mouth = (1.0 - 0.5 ** (1.0 / q)) ** (1.0 / p)
    lean_x, lean_y = theta[LEAN], theta[LEAN + 1]
    leaning = lean_x != 0.0 or lean_y != 0.0
    far = 2.2 * mean / to_mouth
    for row in range(out.shape[0]):
        for col in range(out.shape[1]):
            dx, dy = x0_mm + col * step_mm - x_mm, y0_mm + row * step_mm - y_mm
            out[row, col] = 0.0
            if dx * dx + dy * dy > far * far:
                continue
            t = _share(cosine, sine, theta, mean, dx, dy) * to_mouth
            if t >= 1.0:
                continue
            if leaning:
                inner = 1.0 - t
                t = _share(cosine, sine, theta, mean, dx - lean_x * inner, dy - lean_y * inner) * to_mouth
                if t >= 1.0:
                    continue
            tilt = 1.0 + (theta[TILT] * dx + theta[TILT + 1] * dy) / mean
            out[row, col] = depth * (1.0 - t**p) ** q * max(tilt, 0.05)
