"""Draws scars of each kind, textbook and not, and lays them out on the skin.

The ranges of width, depth and wall follow Jacob, Dover and Kaminer 2001 (Acne scarring: a classification system and
review of treatment options, J Am Acad Dermatol 45:109-117, doi:10.1067/mjd.2001.113451): icepick scars are narrow
(below 2 mm), deep and taper; boxcar scars are 1.5 to 4 mm wide with sharp vertical edges, shallow (0.1 to 0.5 mm) or
deep (0.5 mm and more); rolling scars are wider than 4 mm with gentle slopes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from cicatrix.errors import InputError
from cicatrix.phantom.options import PhantomSettings
from cicatrix.phantom.profiles import Family, Profile
from cicatrix.phantom.shapes import Floor, Outline, Pit, Shape, Trough
from cicatrix.phantom.truth import ScarTruth, measure

__all__ = ["Placed", "draw_scars", "draw_shape", "lay_out"]

Generator = np.random.Generator

_WALL_BAND: Final = 1.437
"""A smooth step climbs from 25 to 75 % of its height at this multiple of its mean slope."""
_SHORTEST_WALL_MM: Final = 0.06
"""A boxcar's lip and foot are rounded over at least this much; no skin edge is sharper."""
_GAP_MM: Final = 0.8
"""Untouched skin between two scars."""
_EDGE_MM: Final = 0.8
"""Untouched skin between a scar and the picture's edge."""
_NATURAL_LEAN: Final = 0.12
"""No scar is the same all around: a textbook one's deepest place lies up to this share of the radius off the middle."""
_OFF_FAMILY_SHARE: Final = 0.35
_TRIES_A_SCAR: Final = 400
_TRIES: Final = 60


@dataclass(frozen=True, slots=True)
class Placed:
    """A shape with its middle somewhere on the skin, and its truth."""

    shape: Shape
    x_mm: float
    y_mm: float
    truth: ScarTruth


def _between(rng: Generator, low: float, high: float) -> float:
    return float(rng.uniform(low, high))


def _outline(rng: Generator, width_mm: float, irregular: float, longest: float) -> Outline:
    scale = irregular / np.arange(2, 7) ** 1.2
    wave = rng.normal(size=(2, 5)) * scale
    return Outline(
        radius_mm=0.5 * width_mm,
        elongation=_between(rng, 1.0, longest),
        angle_rad=_between(rng, 0.0, np.pi),
        cosines=tuple(float(a) for a in wave[0]),
        sines=tuple(float(a) for a in wave[1]),
    )


def _rough_floor(rng: Generator, share: float) -> Floor:
    waves = []
    for _ in range(5):
        length_mm = _between(rng, 0.35, 1.0)
        heading = _between(rng, 0.0, 2.0 * np.pi)
        turns = 2.0 * np.pi / length_mm
        phase = _between(rng, 0.0, 2.0 * np.pi)
        waves.append((share * _between(rng, 0.1, 0.4), turns * np.cos(heading), turns * np.sin(heading), phase))
    return Floor(waves=tuple(waves))


def _icepick(rng: Generator) -> Pit:
    width = _between(rng, 0.6, 2.0)
    depth = float(np.clip(width * _between(rng, 0.55, 1.3), 0.3, 1.5))
    return Pit(
        kind="icepick",
        profile=Profile("tract", _between(rng, 1.3, 3.0)),
        outline=_outline(rng, width, 0.06, 1.4),
        depth_mm=depth,
    )


def _boxcar(rng: Generator) -> Pit:
    width = _between(rng, 1.5, 4.0)
    deep = rng.random() < 0.5
    depth = _between(rng, 0.5, min(0.9, 0.35 * width + 0.2)) if deep else _between(rng, 0.12, 0.48)
    steepest = np.radians(_between(rng, 55.0, 85.0))
    wall = max(_WALL_BAND * depth / float(np.tan(steepest)), _SHORTEST_WALL_MM)
    return Pit(
        kind="boxcar",
        profile=Profile("plateau", min(wall / (0.5 * width), 0.6)),
        outline=_outline(rng, width, 0.08, 1.5),
        depth_mm=depth,
        floor=_rough_floor(rng, min(0.05, 0.015 / depth)),
    )


def _rolling(rng: Generator) -> Pit:
    width = _between(rng, 4.1, 10.0)
    family: Family = ("cosine", "paraboloid", "quartic", "gaussian")[int(rng.integers(4))]
    return Pit(
        kind="rolling",
        profile=Profile(family, _between(rng, 2.0, 4.0) if family == "gaussian" else 1.0),
        outline=_outline(rng, width, 0.08, 1.6),
        depth_mm=_between(rng, 0.15, min(0.6, 0.15 + 0.075 * (width - 3.0))),
    )


def _raised(rng: Generator) -> Pit:
    width = _between(rng, 2.0, 6.0)
    dome = rng.random() < 0.5
    profile = Profile("tract", _between(rng, 2.0, 3.0)) if dome else Profile("plateau", _between(rng, 0.45, 0.8))
    return Pit(
        kind="raised",
        profile=profile,
        outline=_outline(rng, width, 0.08, 1.6),
        depth_mm=-_between(rng, 0.15, min(0.6, 0.2 * width)),
    )


def _trough(rng: Generator) -> Trough:
    across = _between(rng, 1.2, 2.6)
    steep = rng.random() < 0.5
    depth = _between(rng, 0.15, 0.45)
    wall = max(_WALL_BAND * depth / np.tan(np.radians(_between(rng, 55.0, 75.0))), _SHORTEST_WALL_MM)
    return Trough(
        kind="boxcar" if steep else "rolling",
        profile=Profile("plateau", min(float(wall) / (0.5 * across), 0.6)) if steep else Profile("cosine"),
        length_mm=across * _between(rng, 2.6, 4.5),
        across_mm=across,
        depth_mm=depth,
        bend_rad=_between(rng, -0.9, 0.9),
        angle_rad=_between(rng, 0.0, np.pi),
    )


_DRAW: Final[dict[str, Callable[[Generator], Pit | Trough]]] = {
    "icepick": _icepick,
    "boxcar": _boxcar,
    "rolling": _rolling,
    "raised": _raised,
    "linear": _trough,
}


def _leave_family(rng: Generator, pit: Pit) -> Pit:
    """Make a textbook pit lopsided, or step its floor."""
    heading = _between(rng, 0.0, 2.0 * np.pi)
    if pit.kind == "boxcar" and rng.random() < 0.5:
        floor = replace(
            pit.floor,
            step=_between(rng, 0.25, 0.5),
            step_angle_rad=heading,
            step_mm=_between(rng, -0.15, 0.25) * pit.outline.radius_mm,
        )
        return replace(pit, floor=floor, off_family="stepped floor")
    name = "leaning tract" if pit.kind == "icepick" else "lopsided"
    return replace(_lean(pit, rng, 0.25, 0.5), off_family=name)


def _lean(pit: Pit, rng: Generator, least: float, most: float) -> Pit:
    """Move the deepest place off the middle by a fraction of the radius."""
    heading, lean = _between(rng, 0.0, 2.0 * np.pi), pit.outline.radius_mm * _between(rng, least, most)
    return replace(pit, lean_mm=(lean * float(np.cos(heading)), lean * float(np.sin(heading))))


def draw_shape(kind: str, rng: Generator, *, off_family: bool = False) -> Pit | Trough:
    """Draw one scar.

    Parameters
    ----------
    kind
        ``"icepick"``, ``"boxcar"``, ``"rolling"``, ``"raised"`` or ``"linear"``.
    rng
        Where the random numbers come from.
    off_family
        Leave the textbook: lopsided, stepped floor or leaning tract. Raised and linear scars stay as they are.
    """
    shape = _DRAW[kind](rng)
    if isinstance(shape, Pit):
        shape = _lean(shape, rng, 0.0, _NATURAL_LEAN)
    if off_family and isinstance(shape, Pit) and shape.kind != "raised":
        return _leave_family(rng, shape)
    return shape


def _overlapping(rng: Generator, pit: Pit) -> tuple[Pit, float, float]:
    """Draw a second pit of the kind whose mouth overlaps this one's, and how far its middle lies off."""
    second = replace(_DRAW[pit.kind](rng), off_family="overlapping")
    heading = _between(rng, 0.0, 2.0 * np.pi)
    radii = pit.outline.radius_mm + second.outline.radius_mm  # type: ignore[union-attr]
    apart = radii * _between(rng, 0.72, 0.85)
    return second, apart * float(np.cos(heading)), apart * float(np.sin(heading))  # type: ignore[return-value]


def draw_scars(settings: PhantomSettings, rng: Generator) -> list[Placed]:
    """Draw the scars that ``settings`` asks for and lay them out without overlap.

    With ``off_family`` about a third of them leaves the textbook, and one pair of pits overlaps.

    Raises
    ------
    InputError
        When they do not fit on the field.
    """
    groups: list[list[tuple[Shape, float, float]]] = []
    for kind in _DRAW:
        for _ in range(getattr(settings, kind)):
            off = settings.off_family and rng.random() < _OFF_FAMILY_SHARE
            groups.append([(draw_shape(kind, rng, off_family=off), 0.0, 0.0)])
    if settings.off_family:
        _pair_up(groups, rng)
    middles = lay_out([_reach(group) for group in groups], settings.size_mm, rng)
    placed = [
        (shape, x + across, y + down)
        for group, (x, y) in zip(groups, middles, strict=True)
        for shape, across, down in group
    ]
    placed.sort(key=lambda scar: (scar[2], scar[1]))
    return [
        Placed(shape, x, y, measure(shape, f"s{number:02d}", x, y))
        for number, (shape, x, y) in enumerate(placed, start=1)
    ]


def _pair_up(groups: list[list[tuple[Shape, float, float]]], rng: Generator) -> None:
    """Join two pits of a kind, so that the number of scars stays what was asked for."""
    for kind in ("boxcar", "icepick"):
        mine = [group for group in groups if group[0][0].kind == kind and isinstance(group[0][0], Pit)]
        if len(mine) >= 2:
            first = mine[0][0][0]
            groups.remove(mine[1])
            second, across, down = _overlapping(rng, first)  # type: ignore[arg-type]
            mine[0][:] = [(replace(first, off_family="overlapping"), 0.0, 0.0), (second, across, down)]  # type: ignore[type-var]
            return


def _reach(group: Sequence[tuple[Shape, float, float]]) -> float:
    return max(float(np.hypot(across, down)) + shape.reach_mm for shape, across, down in group)


def lay_out(
    reaches_mm: Sequence[float], size_mm: float, rng: Generator, *, what: str = "scars"
) -> list[tuple[float, float]]:
    """Places for circles on a square field: none overlaps another or comes near the edge.

    Parameters
    ----------
    reaches_mm
        Radius of each circle.
    size_mm
        Side of the field.
    rng
        Where the random numbers come from.
    what
        What lies there, for the error.

    Returns
    -------
    list[tuple[float, float]]
        ``(x_mm, y_mm)`` of each middle, in the order given.

    Raises
    ------
    InputError
        When no layout is found.
    """
    order = sorted(range(len(reaches_mm)), key=lambda index: -reaches_mm[index])
    for _ in range(_TRIES):
        places = _throw(reaches_mm, order, size_mm, rng)
        if places is not None:
            return [places[index] for index in range(len(reaches_mm))]
    raise InputError(
        f"{len(reaches_mm)} {what} do not fit on {size_mm:g} x {size_mm:g} mm",
        allowed=f"{_GAP_MM} mm of skin between them and {_EDGE_MM} mm to the edge",
        fix=f"ask for fewer {what} or a larger field",
    )


def _throw(
    reaches_mm: Sequence[float], order: Sequence[int], size_mm: float, rng: Generator
) -> dict[int, tuple[float, float]] | None:
    places: dict[int, tuple[float, float]] = {}
    for index in order:
        reach = reaches_mm[index]
        inset = reach + _EDGE_MM
        if 2.0 * inset >= size_mm:
            return None
        points = rng.uniform(inset, size_mm - inset, size=(_TRIES_A_SCAR, 2))
        free = np.ones(_TRIES_A_SCAR, dtype=bool)
        for other, (x, y) in places.items():
            free &= np.hypot(points[:, 0] - x, points[:, 1] - y) > reach + reaches_mm[other] + _GAP_MM
        if not free.any():
            return None
        x, y = points[int(np.argmax(free))]
        places[index] = (float(x), float(y))
    return places
