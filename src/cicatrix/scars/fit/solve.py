"""Adjust a member of the family to the photographs: robust Gauss-Newton steps with damping.

Each cell's albedo is solved along the way (variable projection, Golub & Pereyra 1973, doi:10.1137/0710036), held
towards that of the skin around. What a light shows beyond shading and shadow (gloss, marks' edges, hairs) loses weight
(Cauchy). The standard error of the result is the larger of the one from noise alone and the one from residuals when
patches of skin, not cells, count as independent (Huber 1967; White 1980, doi:10.2307/1912934).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numba import njit
from numpy.typing import NDArray

from cicatrix.scars.fit.family import (
    ALBEDO,
    DEPTH,
    FILL,
    FLOOR,
    GROW,
    HARMONICS,
    LEAN,
    SCATTER,
    SIZE,
    TILT,
    WALL,
    Outline,
)
from cicatrix.scars.fit.render import render, shine
from cicatrix.scars.fit.scene import Scene

__all__ = ["NUISANCE", "FittedShape", "Optics", "fit"]

OUTLIER = 3.0
"""Scale of the Cauchy loss in residual standard deviations."""

PATCH_MM = 0.25
"""Width of skin over which fine relief is alike: so large a patch counts as one independent value."""

ALBEDO_SPREAD = 0.12
"""Relative standard deviation of a cell's albedo about that of the skin around it."""

NUISANCE = (ALBEDO, SCATTER, FILL)
"""What is not shape."""

STEPS = 10
SETTLED = 0.3
"""A step that lowers minus twice the log likelihood by no more is the last."""

MAX_STEP = 0.5
DAMPINGS = 5


@dataclass(frozen=True, slots=True)
class Optics:
    """What is known of the skin's light before a scar is looked at: scattering length and fill light.

    Standard deviations are of the logarithms. The prior: blue light travels 0.1-0.2 mm in skin, green somewhat
    farther (Jacques 2013, doi:10.1088/0031-9155/58/11/R37), lengths ``d`` of 0.04-0.15 mm; skin gives back 5-40 %.
    """

    scatter_mm: float = 0.07
    scatter_spread: float = 0.5
    fill: float = 0.15
    fill_spread: float = 0.4


@dataclass(frozen=True, slots=True, eq=False)
class FittedShape:
    """The parameters that explain the photographs best, how well, and how sure."""

    theta: NDArray[np.float64]
    cost: float
    covariance: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class _Problem:
    """What stays the same during a fit: the scene, the prior, the signal, and one over its variance.

    What is saturated is not sure at all.
    """

    scene: Scene
    outline: Outline
    sign: int
    centre: NDArray[np.float64]
    spread: NDArray[np.float64]
    seen: NDArray[np.float32]
    sure: NDArray[np.float32]
    albedo: NDArray[np.float32]
    dependence: float


@dataclass(frozen=True, slots=True, eq=False)
class _State:
    """State of a fit: parameters, gloss there, residuals in standard deviations, cost, and the damping to try next."""

    theta: NDArray[np.float64]
    glossy: NDArray[np.float32]
    rest: NDArray[np.float32]
    cost: float
    damping: float


@dataclass(frozen=True, slots=True, eq=False)
class _Linear:
    """Derivatives of the weighted residuals ``(parameters, values)``, and the normal matrix with the prior."""

    chosen: NDArray[np.intp]
    weight: NDArray[np.float32]
    change: NDArray[np.float32]
    rest: NDArray[np.float32]
    normal: NDArray[np.float64]


def fit(
    scene: Scene,
    outline: Outline,
    sign: int,
    start: NDArray[np.float64],
    optics: Optics,
    active: tuple[int, ...] = tuple(range(SIZE)),
    steps: int = STEPS,
    *,
    final: bool = True,
) -> FittedShape:
    """Fit from a start; only the ``active`` parameters move. Without ``final`` the covariance is left out."""
    problem = _problem(scene, outline, sign, start, optics)
    chosen = np.array(active)
    state, settled = _at(problem, start, 1e-3), False
    while steps > 0 and not settled:
        steps -= 1
        linear = _linearise(problem, state, chosen)
        before = state.cost
        state = _descend(problem, state, linear, DAMPINGS)
        # The same derivatives once more: a step that costs one rendering instead of eighteen.
        state = _descend(problem, state, linear, 1)
        settled = before - state.cost <= SETTLED
        if not settled:
            state = _at(problem, state.theta, state.damping)
    if not final:
        return FittedShape(state.theta, state.cost, np.zeros((SIZE, SIZE)))
    # Where the last step changed next to nothing its derivatives are as good as new ones.
    return FittedShape(
        state.theta, state.cost, _covariance(problem, linear if settled else _linearise(problem, state, chosen))
    )


def _at(problem: _Problem, theta: NDArray[np.float64], damping: float) -> _State:
    """Where a fit stands at some parameters, with the gloss that belongs to them."""
    glossy = shine(problem.scene, problem.outline, problem.sign, theta)
    rest = _residuals(problem, glossy, theta[None], None)[0]
    return _State(theta, glossy, rest, _cost(problem, rest, theta), damping)


def _problem(scene: Scene, outline: Outline, sign: int, start: NDArray[np.float64], optics: Optics) -> _Problem:
    radius = outline.radius_mm
    centre, spread = start.copy(), np.full(SIZE, 1.0)
    spread[DEPTH] = 9.0
    narrow = radius < 0.8
    centre[FLOOR], spread[FLOOR] = math.log(1.5 if narrow else 2.5), 1.0
    centre[WALL], spread[WALL] = math.log(1.2), 0.3
    centre[GROW], spread[GROW] = 0.0, (0.3 if narrow else 0.15) * radius + 0.05
    centre[HARMONICS:TILT], spread[HARMONICS:TILT] = 0.0, 0.06 * radius + 0.02
    centre[TILT:LEAN], spread[TILT:LEAN] = 0.0, 0.15
    centre[LEAN:ALBEDO], spread[LEAN:ALBEDO] = 0.0, (0.35 if narrow else 0.15) * radius
    centre[ALBEDO], spread[ALBEDO] = 0.0, 0.2
    centre[SCATTER], spread[SCATTER] = math.log(optics.scatter_mm), optics.scatter_spread
    centre[FILL], spread[FILL] = math.log(optics.fill), optics.fill_spread
    lights = len(scene.lights)
    seen = scene.signal.reshape(lights, -1)[:, scene.use]
    known = ~scene.full.reshape(lights, -1)[:, scene.use]
    sure = (known / scene.noise[:, None] ** 2).astype(np.float32)
    dependence = min(1.0, (scene.cell_mm / PATCH_MM) ** 2)
    return _Problem(scene, outline, sign, centre, spread, seen, sure, scene.albedo.astype(np.float32), dependence)


def _differences(radius: float) -> NDArray[np.float64]:
    """Steps for the differences that stand for derivatives."""
    step = np.full(SIZE, 0.03)
    step[FLOOR], step[WALL] = 0.08, 0.06
    step[GROW:TILT] = 0.01 * max(radius, 0.3)
    step[LEAN:ALBEDO] = 0.02 * max(radius, 0.3)
    step[SCATTER], step[FILL] = 0.1, 0.2
    return step


def _residuals(
    problem: _Problem,
    glossy: NDArray[np.float32],
    members: NDArray[np.float64],
    weight: NDArray[np.float32] | None,
) -> NDArray[np.float32]:
    """``(members, lights + 1, cells)``: residuals in standard deviations; last the albedo's less the skin's."""
    scene = problem.scene
    planes, which = render(scene, problem.outline, problem.sign, members)
    out = np.empty((len(members), len(scene.lights) + 1, len(scene.use)), np.float32)
    sure = problem.sure if weight is None else problem.sure * weight
    _project(
        problem.seen - glossy, planes, which, scene.use, scene.gain, sure, np.sqrt(sure), problem.albedo,
        np.exp(members[:, ALBEDO]), out,
    )  # fmt: skip
    return out


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _project(seen, planes, which, use, gain, sure, root, albedo, factor, out):  # type: ignore[no-untyped-def]
    """Solve each cell's albedo and write the residuals of the signal, in standard deviations."""
    lights, cells = seen.shape
    light = np.empty((lights, cells), np.float32)
    above, below = np.empty(cells, np.float32), np.empty(cells, np.float32)
    for m in range(len(which)):
        share = np.float32(ALBEDO_SPREAD * factor[m])
        for j in range(cells):
            held = np.float32(1) / (share * albedo[j])
            above[j], below[j] = held / np.float32(ALBEDO_SPREAD), held * held
        for i in range(lights):
            plane, strength = planes[which[m], i], np.float32(gain[i])
            for j in range(cells):
                e = strength * plane[use[j]]
                light[i, j] = e
                above[j] += sure[i, j] * e * seen[i, j]
                below[j] += sure[i, j] * e * e
        for j in range(cells):
            above[j] /= below[j]
        for i in range(lights):
            for j in range(cells):
                out[m, i, j] = root[i, j] * (seen[i, j] - above[j] * light[i, j])
        for j in range(cells):
            out[m, lights, j] = above[j] / (share * albedo[j]) - np.float32(1.0 / ALBEDO_SPREAD)


def _cost(problem: _Problem, rest: NDArray[np.float32], theta: NDArray[np.float64]) -> float:
    robust = OUTLIER**2 * np.log1p((rest[:-1].astype(np.float64) / OUTLIER) ** 2).sum()
    prior = (((theta - problem.centre) / problem.spread) ** 2).sum()
    return float(problem.dependence * (robust + (rest[-1].astype(np.float64) ** 2).sum()) + prior)


def _linearise(problem: _Problem, state: _State, chosen: NDArray[np.intp]) -> _Linear:
    """Derivatives by differences at the present parameters, outliers weighed down."""
    weight = (1.0 / (1.0 + (state.rest[:-1] / OUTLIER) ** 2)).astype(np.float32)
    step = _differences(problem.outline.radius_mm)[chosen]
    members = np.repeat(state.theta[None], len(chosen) + 1, axis=0)
    members[np.arange(1, len(chosen) + 1), chosen] += step
    residuals = _residuals(problem, state.glossy, members, weight).reshape(len(chosen) + 1, -1)
    change = (residuals[1:] - residuals[0]) / step[:, None].astype(np.float32)
    normal = np.zeros((len(chosen), len(chosen)))
    _outer(change, normal)
    normal = problem.dependence * normal + np.diag(1.0 / problem.spread[chosen] ** 2)
    return _Linear(chosen, weight, change, residuals[0], normal)


@njit(cache=True, nogil=True, fastmath=True)
def _outer(change, normal):  # type: ignore[no-untyped-def]
    """Add ``change change^T``; summed in blocks, so that the sum is the same on every machine."""
    count, size = change.shape
    for start in range(0, size, 512):
        stop = min(start + 512, size)
        for k in range(count):
            for m in range(k + 1):
                total = np.float32(0)
                for j in range(start, stop):
                    total += change[k, j] * change[m, j]
                normal[k, m] += total
    for k in range(count):
        for m in range(k):
            normal[m, k] = normal[k, m]


@njit(cache=True, nogil=True, fastmath=True)
def _times(change, rest):  # type: ignore[no-untyped-def]
    """``change rest``, summed in one order whatever the machine does beside."""
    out = np.zeros(len(change))
    for k in range(len(change)):
        for start in range(0, len(rest), 512):
            total = np.float32(0)
            for j in range(start, min(start + 512, len(rest))):
                total += change[k, j] * rest[j]
            out[k] += total
    return out


def _descend(problem: _Problem, state: _State, linear: _Linear, tries: int) -> _State:
    """One step downhill with as much damping as it needs; the same state where none is found."""
    chosen = linear.chosen
    root = np.ones_like(state.rest)
    root[:-1] = np.sqrt(linear.weight)
    slope = problem.dependence * _times(linear.change, (state.rest * root).ravel())
    slope += (state.theta - problem.centre)[chosen] / problem.spread[chosen] ** 2
    damping = state.damping
    for _ in range(tries):
        move = np.linalg.solve(linear.normal + damping * np.diag(np.diag(linear.normal)), slope)
        theta = state.theta.copy()
        theta[chosen] -= np.clip(move, -MAX_STEP, MAX_STEP)
        _keep_within(theta)
        rest = _residuals(problem, state.glossy, theta[None], None)[0]
        cost = _cost(problem, rest, theta)
        if cost < state.cost:
            return replace(state, theta=theta, rest=rest, cost=cost, damping=max(damping / 4.0, 1e-5))
        damping = max(8.0 * damping, 1e-3)
    return replace(state, damping=damping)


LIMITS = ((DEPTH, 0.02, 5.0), (FLOOR, 0.7, 60.0), (WALL, 0.4, 5.0), (SCATTER, 0.005, 0.6), (FILL, 0.005, 0.9))


def _keep_within(theta: NDArray[np.float64]) -> None:
    for place, low, high in LIMITS:
        theta[place] = min(max(theta[place], math.log(low)), math.log(high))


def _covariance(problem: _Problem, linear: _Linear) -> NDArray[np.float64]:
    """Covariance of the active parameters, zero elsewhere."""
    chosen = linear.chosen
    inverse = np.linalg.inv(linear.normal)
    patch, patches = _patches(problem.scene)
    score = np.zeros((patches, len(chosen)))
    cells = len(problem.scene.use)
    for k, plane in enumerate((linear.change * linear.rest).reshape(len(chosen), -1, cells)):
        score[:, k] = np.bincount(patch, weights=plane.sum(axis=0), minlength=patches)
    # Each patch shows its score once; the sum over the cells inside it is one draw.
    score *= problem.dependence
    held = np.diag(1.0 / problem.spread[chosen] ** 2)
    sandwich = inverse @ (score.T @ score + held) @ inverse
    grow = max(1.0, sandwich[0, 0] / inverse[0, 0]) if chosen[0] == DEPTH else 1.0
    full = np.zeros((SIZE, SIZE))
    full[np.ix_(chosen, chosen)] = inverse * grow
    return full


def _patches(scene: Scene) -> tuple[NDArray[np.intp], int]:
    """Index of the patch that each cell belongs to, and their number."""
    rows, cols = scene.signal.shape[1:]
    side = max(round(2.0 * PATCH_MM / scene.cell_mm), 1)
    row, col = np.divmod(scene.use, cols)
    across = cols // side + 1
    return (row // side) * across + col // side, (rows // side + 1) * across
