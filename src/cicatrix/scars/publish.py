"""From a measured shape to the published record of a scar: rounding, intervals, type, cross-section, notes."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from cicatrix.model import Measured, Relief, Scar, Section
from cicatrix.model.note import Note, NoteCode
from cicatrix.model.quantity import Z_95
from cicatrix.scars.fit import Fitted
from cicatrix.scars.kinds import kind_of, probabilities
from cicatrix.scars.measure import Shape

__all__ = ["Spread", "to_scar"]

SECTION_POINTS = 121

MODEL_ERROR = 0.075
MODEL_ERROR_NARROW = 0.05
NARROW_MM = 2.2
"""Relative error of depth from the shapes and the light model, and how it grows as mouths narrow (phantoms)."""

MODEL_ERROR_DARK = 0.15
"""The same where no light reaches the floor: what little light comes back from there rests on the light model alone."""

SURE = 0.9
"""Fraction of the shadow-derived lower bound on depth that is trusted; allows for 1–2° of error in the stated light
directions."""

HIDDEN_SHARE = 0.3
"""Where steep walls may make a scar deeper by more than this share, a note says so."""

FLOORED = 4.5
"""Profile exponent above which the floor is level."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Relative standard errors: of depth, of width, and how much deeper steep walls may be."""

    depth: float
    width: float
    unseen: float


def to_scar(
    shape: Shape,
    name: str,
    relief: Relief,
    before: Shape | None = None,
    fit: Fitted | None = None,
    held: Spread | None = None,
) -> Scar:
    """Published record of a shape; ``before`` is the shape that the relief showed, where ``fit`` replaced it.

    ``held`` is how sure an earlier fit is that the relief holds already.
    """
    profile = shape.profile
    flatness = profile.radius_at(0.9) / profile.radius_mm
    wall = _wall_angle(shape)
    spread = held or (_spread(shape, relief, wall) if fit is None else _fitted_spread(shape, fit))
    fitted = fit is not None or held is not None
    found = probabilities(shape.width_mm, flatness, shape.depth_mm, linear=shape.linear, fitted=fitted)
    probability = {k: round(p, 4) for k, p in found.items()}
    probability[max(probability, key=lambda k: probability[k])] += round(1.0 - sum(probability.values()), 4)
    kind, depth_class = kind_of(probability, shape.depth_mm)
    width = _around(shape.width_mm, spread.width)
    return Scar(
        id=name,
        kind=kind,
        depth_class=depth_class,
        kind_probability=probability,
        x_mm=round(shape.x_mm, 3),
        y_mm=round(shape.y_mm, 3),
        linear=shape.linear,
        at_edge=shape.region.at_edge,
        width_mm=width,
        longest_mm=_around(shape.longest_mm, spread.width),
        shortest_mm=_around(shape.shortest_mm, spread.width),
        depth_mm=_depth(shape, spread, fit),
        depth_from="height" if relief.method == "height" else "shadows" if fitted else "shading",
        unfitted_depth_mm=None if fit is None or before is None else _unfitted(before, relief),
        area_mm2=_around(shape.area_mm2, 2.0 * spread.width),
        volume_mm3=_around(shape.volume_mm3, math.hypot(spread.depth, 1.5 * spread.width), spread.unseen),
        wall_angle_deg=_angle(wall, spread),
        floor_flatness=Measured.of(flatness, max(flatness - 0.2, 0.0), min(flatness + 0.2, 1.0), 3),
        shadowed=_shadowed(shape),
        outline_mm=tuple((round(float(x), 3), round(float(y), 3)) for x, y in shape.outline_mm),
        section=_section(shape),
        notes=_notes(shape, spread, fit),
    )


def _wall_angle(shape: Shape) -> float:
    """Mean slope of the wall between a quarter and three quarters of the depth, in degrees."""
    run = shape.profile.radius_at(0.25) - shape.profile.radius_at(0.75)
    return math.degrees(math.atan2(0.5 * abs(shape.depth_mm), max(run, 1e-3)))


def _spread(shape: Shape, relief: Relief, wall_deg: float) -> Spread:
    """Standard errors: the fit's own, the rim's, and what phantoms show beyond those (docs/accuracy.md)."""
    depth = abs(shape.depth_mm)
    noise = shape.depth_error_mm / depth
    radius = shape.profile.radius_error_mm / shape.profile.radius_mm
    blur = 0.04 / shape.width_mm
    if relief.method == "height":
        return Spread(depth=math.hypot(noise, 0.03), width=math.hypot(radius, math.hypot(0.04, blur)), unseen=0.0)
    # Light never shows a steep wall whole, the less the narrower the mouth: such depths read too little.
    steep = float(np.clip((wall_deg - 12.0) / 12.0, 0.0, 1.0)) if shape.depth_mm > 0 else 0.0
    if shape.depth_mm > 0 and shape.profile.p > FLOORED:
        steep = 1.0  # A level floor means sheer walls, however they measure.
    narrow = float(np.clip((2.2 - shape.width_mm) / 1.4, 0.0, 1.0))
    return Spread(
        depth=math.hypot(noise, 0.085 + 0.06 * steep * narrow),
        width=math.hypot(radius, math.hypot(0.06, blur)),
        unseen=steep * (1.5 + 5.0 * narrow),
    )


def _fitted_spread(shape: Shape, fit: Fitted) -> Spread:
    """Standard errors of a fitted shape: the likelihood's, and what the family and the light model leave."""
    model = _model_error(shape, fit)
    return Spread(
        depth=math.hypot(0.5 * (fit.below + fit.above) / Z_95, model),
        width=math.hypot(fit.width_spread, math.hypot(0.04, 0.03 / shape.width_mm)),
        unseen=0.0,
    )


def _model_error(shape: Shape, fit: Fitted) -> float:
    narrow = float(np.clip((NARROW_MM - shape.width_mm) / NARROW_MM, 0.0, 1.0)) if shape.depth_mm > 0 else 0.0
    return MODEL_ERROR + MODEL_ERROR_NARROW * narrow + (MODEL_ERROR_DARK if fit.shadows.never_lit else 0.0)


def _depth(shape: Shape, spread: Spread, fit: Fitted | None) -> Measured:
    if fit is None:
        return _around(shape.depth_mm, spread.depth, spread.unseen)
    # In the logarithm, and to each side as the likelihood falls: a dark floor leaves more room below than above.
    model = _model_error(shape, fit)
    far, near = (
        shape.depth_mm * math.exp(side * math.hypot(reach, Z_95 * model))
        for side, reach in ((1, fit.above), (-1, fit.below))
    )
    proved = min(SURE * fit.shadows.at_least_mm, shape.depth_mm)
    if shape.depth_mm > 0 and proved > near:
        near = proved
    return Measured.of(shape.depth_mm, min(near, far), max(near, far))


def _unfitted(before: Shape, relief: Relief) -> Measured:
    spread = _spread(before, relief, _wall_angle(before))
    return _around(before.depth_mm, spread.depth, spread.unseen)


def _around(value: float, spread: float, unseen: float = 0.0) -> Measured:
    """Interval of ``value`` with a relative standard error, its far end moved out by the share ``unseen``."""
    half = Z_95 * spread * abs(value)
    far = value + math.copysign(half + unseen * abs(value), value)
    near = value - math.copysign(half, value)
    return Measured.of(value, min(near, far), max(near, far))


def _angle(wall_deg: float, spread: Spread) -> Measured:
    tangent = math.tan(math.radians(wall_deg))
    low = math.degrees(math.atan(tangent * max(1.0 - Z_95 * (spread.depth + spread.width), 0.2)))
    high = math.degrees(math.atan(tangent * (1.0 + Z_95 * (spread.depth + spread.width) + 3.0 * spread.unseen)))
    return Measured.of(wall_deg, low, high, 1)


def _shadowed(shape: Shape) -> float | None:
    trusted = shape.region.window.trusted
    if trusted is None:
        return None
    mouth = shape.region.distance_mm <= shape.profile.radius_mm - shape.profile.half_mm
    return round(float((trusted[mouth] < 0.99).mean()), 3)


def _section(shape: Shape) -> Section:
    """Cut along the shortest diameter, with skin on both sides."""
    angle = np.arange(0.0, np.pi, np.pi / 36)
    span = shape.outline_mm @ np.stack([np.cos(angle), np.sin(angle)])
    narrow = int((span.max(axis=0) - span.min(axis=0)).argmin())
    along = np.array([np.cos(angle[narrow]), np.sin(angle[narrow])])
    window = shape.region.window
    middle = np.array([shape.x_mm, shape.y_mm])
    if shape.linear:
        middle = _nearest_inside(shape, middle)
    reach = 0.5 * float(span[:, narrow].max() - span[:, narrow].min()) + max(0.35 * shape.width_mm, 0.5)
    steps = np.linspace(-reach, reach, SECTION_POINTS)
    place = middle + steps[:, None] * along
    at = [(place[:, 1] - window.y0_mm) / window.cell_mm - 0.5, (place[:, 0] - window.x0_mm) / window.cell_mm - 0.5]
    rows, cols = window.height_mm.shape
    seen = (at[0] >= -0.5) & (at[0] <= rows - 0.5) & (at[1] >= -0.5) & (at[1] <= cols - 0.5)
    height, rim = (_sample(plane, at, seen) for plane in (window.height_mm, shape.region.rim_mm))
    start, end = place[seen][0], place[seen][-1]
    return Section(
        along_mm=tuple(np.round(steps[seen] - steps[seen][0], 3).tolist()),
        height_mm=tuple(np.round(height, 4).tolist()),
        rim_mm=tuple(np.round(rim, 4).tolist()),
        from_mm=(round(float(start[0]), 3), round(float(start[1]), 3)),
        to_mm=(round(float(end[0]), 3), round(float(end[1]), 3)),
    )


def _sample(plane: NDArray[np.float64], at: list[NDArray[np.float64]], seen: NDArray[np.bool_]) -> NDArray[np.float64]:
    return np.asarray(ndimage.map_coordinates(plane, [at[0][seen], at[1][seen]], order=1, mode="nearest"))


def _nearest_inside(shape: Shape, middle: NDArray[np.float64]) -> NDArray[np.float64]:
    """The deepest place of a trough near its middle: a bent trough's centre of mass may lie outside it."""
    x, y = shape.region.window.grid()
    core = shape.region.distance_mm <= 0.6 * float(shape.region.distance_mm.min())
    k = int(np.hypot(x[core] - middle[0], y[core] - middle[1]).argmin())
    return np.array([x[core][k], y[core][k]])


def _notes(shape: Shape, spread: Spread, fit: Fitted | None) -> tuple[Note, ...]:
    notes: list[tuple[NoteCode, str]] = []
    if fit is not None and fit.shadows.never_lit:
        proved = f"the shadows prove a depth of at least {fit.shadows.at_least_mm:.2f} mm"
        notes.append(("never_lit", f"no light reached its floor: {proved}, the rest is read from the walls"))
    if shape.region.at_edge:
        notes.append(("at_edge", "cut off by the edge of the picture: size and type cover the visible part only"))
    if spread.unseen > HIDDEN_SHARE:
        hidden = "the depth is at least what is given and may be well above it"
        notes.append(("hidden_walls", f"steep walls hide from the light: {hidden}"))
    if shape.linear:
        notes.append(("linear", "a trough: the width is its breadth"))
    return tuple(Note(code=code, text=text) for code, text in notes)
