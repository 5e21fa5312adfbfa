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

from cicatrix.relief.fast_math import STRICT, raise_to

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

NONE, ONE = np.float32(0), np.float32(1)


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


@njit(cache=True, nogil=True, fastmath=STRICT, error_model="numpy")
def fill_depths(theta, cosine, sine, x_mm, y_mm, x0_mm, y0_mm, step_mm, out):  # type: ignore[no-untyped-def]
    """Write the depth at a grid of points that starts at ``x0_mm, y0_mm``."""
    rows, cols = out.shape
    series = _series(theta, cosine, sine)
    mean = max(cosine[0] + theta[GROW], 0.05)
    to_mouth = (1.0 - 0.5 ** math.exp(-theta[WALL])) ** math.exp(-theta[FLOOR])
    far = min(2.2 * mean, _widest(series, mean)) / to_mouth
    room = np.empty((9, cols), np.float32)
    out[:] = 0
    for row in range(rows):
        dy = y0_mm + row * step_mm - y_mm
        if abs(dy) >= far:
            continue
        half = math.sqrt(far * far - dy * dy)
        first = min(max(math.ceil((x_mm - half - x0_mm) / step_mm), 0), cols)
        last = min(max(math.floor((x_mm + half - x0_mm) / step_mm) + 1, first), cols)
        start = np.float32(x0_mm + first * step_mm - x_mm)
        if last > first:
            _fill_row(
                theta, series, np.float32(mean), np.float32(to_mouth), start, np.float32(dy), np.float32(step_mm),
                room, out[row, first:last],
            )  # fmt: skip


@njit(cache=True, nogil=True)
def _series(theta, cosine, sine):  # type: ignore[no-untyped-def]
    """Cosine and sine terms of the half-depth outline with what theta adds to them."""
    series = np.empty((2, len(cosine)), np.float32)
    series[0], series[1] = cosine, sine
    series[0, 0] += theta[GROW]
    for k in range(1, 4):
        series[0, k] += theta[HARMONICS + 2 * k - 2]
        series[1, k] += theta[HARMONICS + 2 * k - 1]
    return series


@njit(cache=True, nogil=True)
def _widest(series, mean):  # type: ignore[no-untyped-def]
    """No radius of the half-depth outline is greater."""
    total = abs(series[0, 0])
    for k in range(1, series.shape[1]):
        total += math.sqrt(series[0, k] ** 2 + series[1, k] ** 2)
    return max(total, 0.25 * mean)


@njit(cache=True, nogil=True, fastmath=STRICT, error_model="numpy")
def _shares(series, mean, dx, dy, room, out):  # type: ignore[no-untyped-def]
    """Distance from the middle as a fraction of the half-depth radius in that direction; fine lobes fade inwards."""
    n = len(dx)
    c1, s1, c, s, away, fade = room[0, :n], room[1, :n], room[2, :n], room[3, :n], room[4, :n], room[5, :n]
    reach = ONE / (np.float32(0.9) * mean)
    for j in range(n):
        away[j] = np.float32(math.sqrt(dx[j] * dx[j] + dy[j] * dy[j])) + np.float32(1e-9)
    for j in range(n):
        inverse = ONE / away[j]
        c1[j], s1[j] = dx[j] * inverse, dy[j] * inverse
        c[j], s[j] = c1[j], s1[j]
        fade[j] = min(away[j] * reach, ONE)
        out[j] = series[0, 0]
    for k in range(1, series.shape[1]):
        a, b = series[0, k], series[1, k]
        if k > 2:
            for j in range(n):
                out[j] += (a * c[j] + b * s[j]) * fade[j]
        else:
            for j in range(n):
                out[j] += a * c[j] + b * s[j]
        for j in range(n):
            turned = c[j] * c1[j] - s[j] * s1[j]
            s[j] = s[j] * c1[j] + c[j] * s1[j]
            c[j] = turned
    least = np.float32(0.25) * mean
    for j in range(n):
        out[j] = away[j] / max(out[j], least)


@njit(cache=True, nogil=True, fastmath=STRICT, error_model="numpy")
def _fill_row(theta, series, mean, to_mouth, start, y, step, room, out):  # type: ignore[no-untyped-def]
    """Write the depths of a row of points, ``start`` and ``y`` from the middle."""
    n = len(out)
    dx, dy, t, base = room[6, :n], room[7, :n], room[8, :n], room[0, :n]
    for j in range(n):
        dx[j], dy[j] = start + np.float32(j) * step, y
    _shares(series, mean, dx, dy, room, t)
    lean_x, lean_y = np.float32(theta[LEAN]), np.float32(theta[LEAN + 1])
    if lean_x != 0 or lean_y != 0:
        for j in range(n):
            inner = max(ONE - t[j] * to_mouth, NONE)
            dx[j] -= lean_x * inner
            dy[j] -= lean_y * inner
        _shares(series, mean, dx, dy, room, t)
    for j in range(n):
        t[j] = min(t[j] * to_mouth, ONE)
    raise_to(t, np.float32(math.exp(theta[FLOOR])), out)
    for j in range(n):
        base[j] = max(ONE - out[j], np.float32(1e-20))
    raise_to(base, np.float32(math.exp(theta[WALL])), out)
    depth = np.float32(math.exp(theta[DEPTH]))
    tilt_x, tilt_y = np.float32(theta[TILT]) / mean, np.float32(theta[TILT + 1]) / mean
    for j in range(n):
        tilt = ONE + tilt_x * (start + np.float32(j) * step) + tilt_y * y
        out[j] *= (depth if t[j] < ONE else NONE) * max(tilt, np.float32(0.05))
