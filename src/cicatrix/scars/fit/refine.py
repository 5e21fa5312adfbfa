"""All scars of a capture against its photographs: first what the skin does to light, then each scar's shape.

How far light spreads inside the skin and how much the walls give back is the same for every scar of a capture, and the
scars with the steepest walls determine it best. They are fitted first with both left free; the values that they agree
on are then fixed for all.
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cicatrix.model import Relief
from cicatrix.model.shots import Shots
from cicatrix.scars.fit.family import ALBEDO, DEPTH, FILL, FLOOR, GROW, SCATTER, SIZE, WALL, Outline, Pit
from cicatrix.scars.fit.posterior import along_depth, by_curvature
from cicatrix.scars.fit.render import deepest
from cicatrix.scars.fit.scene import Scene, outline_of, stage
from cicatrix.scars.fit.shadow import Shadows, read_shadows
from cicatrix.scars.fit.solve import NUISANCE, FittedShape, Optics, fit
from cicatrix.scars.measure import Shape

__all__ = ["Fitted", "fit_shapes"]

TEACHERS = 6
"""Number of scars from which the optics of the skin are estimated."""

STEEP_DEG = 15.0
"""Walls must be steeper than this for a scar to be used for it."""

POOLED = (0.08, 0.2)
"""Standard deviation of ln scattering length and ln fill light that remains once scars agree on them."""

SCATTER_MM = {0: 0.2, 1: 0.1, 2: 0.07}
"""Scattering length to start from in red, green and blue, up to ``FINE_MM`` a pixel."""

FINE_MM, BLUR_PX = 0.06, 2.5
"""Coarser pixels blur like scattering: by so many times what they exceed the fine ones by (JPEG halves colours)."""

BETTER = 20.0
BETTER_SHARE = {-1: 0.07, 1: 0.15}
"""The fit must explain the photographs better than the relief does by this much of minus twice the log likelihood
(fourteen free parameters of shape gain about fourteen from noise alone), and by this share of what the relief leaves
unexplained, for pits and raised scars: on gentle slopes and bumps, which every light reaches, the relief is as good and
no family holds it back."""

STRANGE = 0.6
"""A fit whose ln scattering length is this far from what the capture's scars agree on bends the light to save a shape
that is not of the family (bowls stretched to troughs), and is dropped."""

STARTS = {"cone": (1.6, 1.5, 1.2), "box": (2.0, 14.0, 1.2)}
"""Deeper starts: factor on the depth, and exponents. Where light does not reach the bottom the relief reads a fraction
of the depth, and from the shallow side a dark bottom looks the same whatever its depth."""

NARROW_MM = 2.2
"""Mouths narrower than this are also tried as deep cones."""

TRIAL_STEPS = 2
PROMISE = 0.5
"""Steps that each start gets before the best goes on, if by then it explains the photographs better by this share of
what is needed in the end."""


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """What the photographs say of one scar.

    Attributes
    ----------
    pit
        The member of the family that explains them best.
    depth_mm
        Its greatest depth (height of a raised scar), positive.
    below, above
        How far ln depth reaches below and above, by the likelihood (95 %).
    width_spread
        Standard error of ln radius at half depth.
    gain, needed
        By how much it explains them better than the relief does, in minus twice the log likelihood, and by how much it
        has to.
    """

    pit: Pit
    scene: Scene
    depth_mm: float
    below: float
    above: float
    width_spread: float
    gain: float
    needed: float
    shadows: Shadows


def fit_shapes(shapes: Sequence[Shape], labels: NDArray[np.int32], relief: Relief, shots: Shots) -> list[Fitted | None]:
    """Fit every shape that can be; None where the relief explains the photographs as well, or a fit is impossible.

    Parameters
    ----------
    labels
        ``(rows, cols)`` number (from 1) of the shape whose mouth holds each pixel, 0 for skin.
    """

    def attempt(k: int, optics: Optics, near: NDArray[np.float64] | None = None) -> _Attempt | None:
        return _attempt(shapes[k], k + 1, labels, relief, shots, optics, near)

    blur_mm = BLUR_PX * max(relief.pixel_mm - FINE_MM, 0.0)
    loose = Optics(scatter_mm=math.hypot(SCATTER_MM[shots.channel], blur_mm))
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        teachers = [k for k in _steepest(shapes) if not shapes[k].region.at_edge][:TEACHERS]
        tried = zip(teachers, pool.map(lambda k: attempt(k, loose), teachers), strict=True)
        taught = {k: found.answer for k, found in tried if found is not None}
        optics = _agree(list(taught.values()), loose)
        known = {k: answer.theta for k, answer in taught.items()}
        return list(pool.map(lambda k: _kept(attempt(k, optics, known.get(k)), optics), range(len(shapes))))


@dataclass(frozen=True, slots=True, eq=False)
class _Attempt:
    """A fit, and by how much it explains the photographs better than the relief, and has to."""

    shape: Shape
    scene: Scene
    outline: Outline
    sign: int
    answer: FittedShape
    gain: float
    needed: float


def _steepest(shapes: Sequence[Shape]) -> list[int]:
    """Pits with steep walls, those that throw most shadow first."""
    found = []
    for k, shape in enumerate(shapes):
        if shape.depth_mm > 0 and _wall_deg(shape) > STEEP_DEG:
            found.append((-shape.depth_mm * shape.width_mm, k))
    return [k for _, k in sorted(found)]


def _wall_deg(shape: Shape) -> float:
    run = max(shape.profile.radius_at(0.25) - shape.profile.radius_at(0.75), 1e-3)
    return math.degrees(math.atan2(0.5 * abs(shape.depth_mm), run))


def _agree(taught: list[FittedShape], loose: Optics) -> Optics:
    """Optics that the fits agree on: means weighted by their sureness, the one farthest off counting least."""
    if not taught:
        return loose
    values = np.array([[answer.theta[SCATTER], answer.theta[FILL]] for answer in taught])
    errors = np.array([[answer.covariance[k, k] for k in (SCATTER, FILL)] for answer in taught]) + 0.01
    middle = np.median(values, axis=0)
    weight = 1.0 / errors / (1.0 + ((values - middle) / 0.3) ** 2)
    mean = (weight * values).sum(axis=0) / weight.sum(axis=0)
    few = 1.0 / math.sqrt(len(taught))
    return Optics(
        scatter_mm=math.exp(mean[0]),
        scatter_spread=max(POOLED[0], 0.2 * few),
        fill=math.exp(mean[1]),
        fill_spread=max(POOLED[1], 0.4 * few),
    )


def _attempt(
    shape: Shape,
    number: int,
    labels: NDArray[np.int32],
    relief: Relief,
    shots: Shots,
    optics: Optics,
    near: NDArray[np.float64] | None,
) -> _Attempt | None:
    """Fit one scar, from parameters ``near`` the answer where there are some."""
    outline = None if shape.region.at_edge else outline_of(shape)
    scene = None if outline is None else stage(shape, outline, relief, shots, labels, number)
    if outline is None or scene is None:
        return None
    sign = -1 if shape.depth_mm > 0 else 1
    plain = fit(scene, outline, sign, _start(shape, optics), optics, active=NUISANCE, steps=3, final=False)
    needed = max(BETTER, BETTER_SHARE[sign] * plain.cost)
    starts = _starts(shape, Pit(outline, plain.theta, sign)) if near is None else [near]
    answer = _best(scene, outline, sign, starts, optics, plain.cost - PROMISE * needed)
    if answer is None or abs(answer.theta[SCATTER] - math.log(optics.scatter_mm)) > max(STRANGE, optics.scatter_spread):
        return None
    return _Attempt(shape, scene, outline, sign, answer, plain.cost - answer.cost, needed)


def _kept(found: _Attempt | None, optics: Optics) -> Fitted | None:
    """What is published of an attempt; None where the relief does as well."""
    if found is None or found.gain < found.needed:
        return None
    scene, outline, sign, answer = found.scene, found.outline, found.sign, found.answer
    if sign < 0 and found.shape.width_mm < NARROW_MM:
        reach = along_depth(scene, outline, sign, answer, optics)
    else:
        reach = by_curvature(answer)
    pit = Pit(outline, reach.theta, sign)
    return Fitted(
        pit=pit,
        scene=scene,
        depth_mm=deepest(scene, outline, reach.theta),
        below=reach.below,
        above=reach.above,
        width_spread=math.sqrt(answer.covariance[GROW, GROW]) / pit.half_mm,
        gain=found.gain,
        needed=found.needed,
        shadows=read_shadows(scene, pit, math.exp(reach.theta[ALBEDO])),
    )


def _start(shape: Shape, optics: Optics) -> NDArray[np.float64]:
    """The member of the family that the relief suggests."""
    theta = np.zeros(SIZE)
    theta[DEPTH] = math.log(abs(shape.depth_mm))
    theta[FLOOR] = math.log(min(max(shape.profile.p, 0.9), 14.0))
    theta[WALL] = math.log(min(max(shape.profile.q, 0.6), 4.0))
    theta[SCATTER], theta[FILL] = math.log(optics.scatter_mm), math.log(optics.fill)
    return theta


def _starts(shape: Shape, read: Pit) -> list[NDArray[np.float64]]:
    """The relief's answer, and deeper ones under the same mouth for pits with steep walls."""
    narrow = shape.width_mm < NARROW_MM
    if read.sign > 0 or (_wall_deg(shape) < STEEP_DEG and not narrow):
        return [read.theta]
    names = [name for name, fits in (("cone", narrow), ("box", not narrow or shape.profile.p > 3.0)) if fits]
    depth = math.exp(read.theta[DEPTH])
    return [read.theta, *(read.reshaped(depth * deeper, p, q) for deeper, p, q in (STARTS[name] for name in names))]


def _best(
    scene: Scene, outline: Outline, sign: int, starts: list[NDArray[np.float64]], optics: Optics, promising: float
) -> FittedShape | None:
    """Fit from each start for a few steps, then on from the best; None where that is not below ``promising``."""
    tried = [fit(scene, outline, sign, start, optics, steps=TRIAL_STEPS, final=False) for start in starts]
    best = min(tried, key=lambda answer: answer.cost)
    return fit(scene, outline, sign, best.theta, optics) if best.cost < promising else None
