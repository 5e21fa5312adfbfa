"""Scars as height fields whose every measure is known.

A shape is a height field in mm around its own middle: negative below the skin, zero outside its mouth. Its truth is
measured on a raster much finer than any phantom's, without micro-relief, form or neighbours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from cicatrix.model import DepthClass, Record
from cicatrix.phantom.profiles import Profile

__all__ = ["Floor", "Outline", "Pit", "ScarKind", "ScarTruth", "Shape", "Trough", "measure"]

ScarKind = Literal["icepick", "boxcar", "rolling", "raised"]
Plane = NDArray[np.float64]

_DEEP_MM: Final = 0.5
"""A boxcar at least this deep is a deep one (Jacob et al. 2001, doi:10.1067/mjd.2001.113451)."""
_OUTLINE_POINTS: Final = 360
_LEAN_STEPS: Final = 14
_TABLE: Final = 4096
"""Points around an outline between which its radius is interpolated (error below 1e-6 of it)."""


class ScarTruth(Record):
    """What a scar is, measured on its own shape.

    ``depth_mm`` and ``volume_mm3`` are positive below the rim and negative for raised scars. ``x_mm``, ``y_mm`` is
    the centroid of the mouth, from the picture's top-left corner, y down. ``wall_angle_deg`` is the angle between
    the places where the wall crosses 25 and 75 % of the depth, averaged over the directions around the floor.
    """

    id: str
    kind: ScarKind
    depth_class: DepthClass | None
    linear: bool
    profile: str
    off_family: str | None
    x_mm: float
    y_mm: float
    width_mm: float
    """Diameter of the circle with the mouth's area; for a linear scar its mean breadth."""
    longest_mm: float
    shortest_mm: float
    depth_mm: float
    area_mm2: float
    volume_mm3: float
    wall_angle_deg: float
    outline_mm: tuple[tuple[float, float], ...]


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
        return radius * wave

    def radius_at(self, angle_rad: Plane) -> Plane:
        """Radius in mm at each angle; the area inside is that of a circle of ``radius_mm``."""
        ring = np.linspace(0.0, 2.0 * np.pi, _TABLE + 1)
        relative = self._relative(ring)
        area = 0.5 * np.mean(relative[:-1] ** 2) * 2.0 * np.pi
        table = self.radius_mm * np.sqrt(np.pi / area) * relative
        return np.interp(angle_rad % (2.0 * np.pi), ring, table)


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
        """A pit is no trough."""
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
        rho = np.hypot(x_mm, y_mm) / self.outline.radius_at(np.arctan2(y_mm, x_mm))
        if self.lean_mm == (0.0, 0.0):
            return rho
        # The curve through a point is the outline scaled by rho around lean * (1 - rho); a few fixed-point steps solve it.
        for _ in range(_LEAN_STEPS):
            shrunk = 1.0 - np.minimum(rho, 1.0)
            across, down = x_mm - self.lean_mm[0] * shrunk, y_mm - self.lean_mm[1] * shrunk
            rho = 0.5 * rho + 0.5 * np.hypot(across, down) / self.outline.radius_at(np.arctan2(down, across))
        return rho

    def outline_mm(self) -> Plane:
        """``(n, 2)`` points of the mouth's edge."""
        angle = np.arange(_OUTLINE_POINTS) * (2.0 * np.pi / _OUTLINE_POINTS)
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
        return ring @ np.array([[cosine, sine], [-sine, cosine]])

    def breadth_mm(self, area_mm2: float) -> float:
        """Mean breadth: area over the length from end to end."""
        return area_mm2 / (self.length_mm + self.across_mm)


def measure(shape: Shape, scar_id: str, x_mm: float, y_mm: float) -> ScarTruth:
    """Truth of a shape that lies with its middle at ``x_mm``, ``y_mm``.

    Depth and volume are integrated over a raster of about 600 points across; area, diameters and centroid come from
    the outline.
    """
    ring = shape.outline_mm()
    area, centroid = _polygon(ring)
    reach = shape.reach_mm
    step = max(2.0 * reach / 600.0, 0.004)
    axis = np.arange(-reach - step, reach + 2.0 * step, step)
    x, y = np.meshgrid(axis, axis)
    height = shape.height_mm(x, y)
    deepest = height.min() if -height.min() >= height.max() else height.max()
    longest, shortest = _calipers(ring)
    depth = -float(deepest)
    placed = ring[:: max(1, len(ring) // 90)] + [x_mm, y_mm]
    return ScarTruth(
        id=scar_id,
        kind=shape.kind,
        depth_class=("deep" if depth >= _DEEP_MM else "shallow") if shape.kind == "boxcar" else None,
        linear=shape.linear,
        profile=shape.profile.family,
        off_family=shape.off_family,
        x_mm=round(x_mm + float(centroid[0]), 4),
        y_mm=round(y_mm + float(centroid[1]), 4),
        width_mm=round(shape.breadth_mm(area), 4),
        longest_mm=round(longest, 4),
        shortest_mm=round(shortest, 4),
        depth_mm=round(depth, 4),
        area_mm2=round(area, 4),
        volume_mm3=round(-float(height.sum()) * step * step, 5),
        wall_angle_deg=round(_wall_angle_deg(shape, x, y, height / deepest), 2),
        outline_mm=tuple((round(float(px), 3), round(float(py), 3)) for px, py in placed),
    )


def _polygon(ring: Plane) -> tuple[float, Plane]:
    following = np.roll(ring, -1, axis=0)
    cross = ring[:, 0] * following[:, 1] - following[:, 0] * ring[:, 1]
    area = 0.5 * cross.sum()
    return float(abs(area)), ((ring + following) * cross[:, None]).sum(axis=0) / (6.0 * area)


def _calipers(ring: Plane) -> tuple[float, float]:
    """Largest and smallest distance between two parallel lines that hold the outline (Feret diameters)."""
    angle = np.linspace(0.0, np.pi, 361)[:-1]
    along = ring @ np.vstack([np.cos(angle), np.sin(angle)])
    span = along.max(axis=0) - along.min(axis=0)
    return float(span.max()), float(span.min())


def _wall_angle_deg(shape: Shape, x_mm: Plane, y_mm: Plane, share: Plane) -> float:
    """Angle between the outermost crossings of 75 and 25 % of the depth, averaged over directions."""
    floor = share >= 0.9
    start = (float(x_mm[floor].mean()), float(y_mm[floor].mean()))
    if shape.linear:
        # The middle of an arc's floor need not lie on it; the middle of the shape does.
        start = (0.0, 0.0)
    depth = float(np.abs(shape.height_mm(x_mm, y_mm)).max())
    distance = np.linspace(0.0, 2.0 * shape.reach_mm, 1500)
    heading = (np.arange(72) * (2.0 * np.pi / 72))[:, None]
    rays = np.abs(shape.height_mm(start[0] + distance * np.cos(heading), start[1] + distance * np.sin(heading)))
    angles = [_crossing_angle_deg(ray / depth, distance, depth) for ray in rays]
    if shape.linear:
        # Only the steepest directions run across the trough.
        return float(np.median(np.sort(angles)[-len(angles) // 4 :]))
    return float(np.mean(angles))


def _crossing_angle_deg(share: Plane, distance_mm: Plane, depth_mm: float) -> float:
    """Angle of the line through the last places where a cut is 75 and 25 % deep."""
    high, low = (_last_crossing(share, distance_mm, level) for level in (0.75, 0.25))
    return float(np.degrees(np.arctan2(0.5 * depth_mm, low - high)))


def _last_crossing(share: Plane, distance_mm: Plane, level: float) -> float:
    above = np.nonzero(share >= level)[0]
    last = int(above[-1]) if above.size else 0
    past = (share[last] - level) / max(share[last] - share[last + 1], 1e-12)
    return float(distance_mm[last] + np.clip(past, 0.0, 1.0) * (distance_mm[last + 1] - distance_mm[last]))
