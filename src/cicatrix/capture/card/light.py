"""Where each light stood: read from the brightness of the card's white and grey fields.

A point source above a matte plane lights it by ``s z / r^3``: radiant intensity, times the cosine to the plane over
the distance squared (inverse square law and Lambert's cosine law). The room adds light that hardly changes over the
card, and the lens darkens the picture towards its corners, the same in every photograph. All photographs are solved
together: for each a position and a strength; in common the room's light, how much the torch's beam falls off from its
axis, the grey's reflectance and a smooth field for the lens. A piece of paper may be a little lighter or darker than
the rest in every photograph alike; that is a random effect, whitened out of the residuals.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

__all__ = ["MIN_CELLS", "MIN_PHOTOS", "Cells", "Torches", "locate"]

MIN_PHOTOS: Final = 3
MIN_CELLS: Final = 24

STARTS_MM: Final = (140.0, 240.0)
"""Distances that the search starts from."""

STEEPEST: Final = 0.93
"""Sine of the largest angle from upright that it starts from."""

USUAL_MM, USUAL_SPREAD = 200.0, 0.5
"""A torch is held at 15 to 30 cm; standard deviation of the logarithm."""

FIELD_SPREAD: Final = (0.1, 0.1, 0.03, 0.03, 0.1, 0.1, 0.1)
"""Priors, as fractions over half a card: slope of the room's light (two), slope of the lens's field (two), its
curvature (three). A lens darkens all corners alike, so its slope is small."""

BEAM, BEAM_SPREAD = 0.3, 0.3
"""Power of the cosine from the axis by which the beam falls off, the axis through the window's middle. 0 shines alike
in all directions; a bare diode has 1 (Lambert's law)."""

ROOM, ROOM_SPREAD = 0.03, 1.5
"""Ratio of the room's light to the torch's, and the standard deviation of its logarithm."""

GREY, GREY_SPREAD = -1.5, 0.5
"""Logarithm of the grey fields' reflectance over the paper's, and its standard deviation: printers differ."""

PAPER: Final = 0.015
"""Standard deviation of one piece of paper or print about its material."""

NOISE: Final = 0.004
"""Smallest standard deviation of a piece's brightness about the model between photographs: sheen and rounding."""

MEDIAN_OF_NORMAL: Final = 0.6745

OUTLYING: Final = 2.0
"""Residuals beyond this number of standard deviations have less weight (a hand in the light, a glossy streak)."""

HALF_CARD_MM: Final = 50.0

UNEVEN, OUTSIDE = 0.06, 6.0
"""Least distance from the model at which a piece is left out, and the same as a fraction of typical distances."""

SURE_DEG, SURE_SHARE = 0.7, 0.03
"""Standard deviation of direction and distance that residuals do not show: sheen, and a torch that is not a point
source."""

MOST_STEPS, SETTLED = 80, 1e-7

SHARED: Final = 10
"""Parameters that all photographs share: room, grey, beam, and seven of ``FIELD_SPREAD``."""


_Noise = Callable[[NDArray[np.bool_], NDArray[np.float64]], NDArray[np.float64]]


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Small pieces of plain card.

    Attributes
    ----------
    place_mm
        ``(cells, 2)`` middles in the card's frame.
    grey
        ``(cells,)`` True on the grey fields.
    signal
        ``(photographs, cells)`` linear light; NaN where covered, saturated or outside.
    """

    place_mm: NDArray[np.float64]
    grey: NDArray[np.bool_]
    signal: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Torches:
    """Lights in the card's frame.

    Attributes
    ----------
    position_mm
        ``(photographs, 3)``.
    covariance_mm2
        ``(photographs, 3, 3)`` of the position.
    strength
        ``(photographs,)`` radiant intensity relative to their mean.
    room
        ``(photographs,)`` share of the room in the light on the middle of the window.
    room_signal
        Signal of the room's light on white paper in the middle of the window.
    misfit
        ``(photographs,)`` median of what the model leaves, as a share.
    """

    position_mm: NDArray[np.float64]
    covariance_mm2: NDArray[np.float64]
    strength: NDArray[np.float64]
    room: NDArray[np.float64]
    room_signal: float
    misfit: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class _Problem:
    """The cells' signal as logarithms, 0 where unknown."""

    place_mm: NDArray[np.float64]
    grey: NDArray[np.bool_]
    known: NDArray[np.bool_]
    level: NDArray[np.float64]
    spread: float = 1.0
    """What the pieces scatter by, in multiples of ``NOISE``."""

    @property
    def lights(self) -> int:
        return len(self.level)

    @property
    def middle(self) -> float:
        """Typical logarithm of the white paper's signal."""
        return float(np.median(self.level[:, ~self.grey][self.known[:, ~self.grey]]))


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    theta: NDArray[np.float64]
    cost: float


def locate(cells: Cells) -> Torches:
    """Position and strength of the light in every photograph.

    Parameters
    ----------
    cells
        ``MIN_PHOTOS`` photographs or more, each with ``MIN_CELLS`` known pieces of white paper or more.

    Raises
    ------
    ValueError
        When there are too few photographs or pieces.
    """
    known = np.isfinite(cells.signal) & (cells.signal > 0)
    white = (known & ~cells.grey).sum(axis=1)
    if len(white) < MIN_PHOTOS or (white < MIN_CELLS).any():
        msg = f"needs {MIN_PHOTOS} photographs with {MIN_CELLS} pieces of white paper each, got {white.tolist()}"
        raise ValueError(msg)
    level = np.log(np.where(known, cells.signal, 1.0))
    problem = _Problem(cells.place_mm, cells.grey, known, level)
    rough = min((_solve(problem, start, _each) for start in _starts(problem)), key=lambda one: one.cost)
    problem = _agreeing(problem, rough)
    found = _solve(problem, rough.theta, _whitened)
    problem = replace(problem, spread=_spread(problem, found))
    return _read(problem, _solve(problem, found.theta, _whitened))


def _agreeing(problem: _Problem, found: _Found) -> _Problem:
    """Leave out pieces that are far off: a hand's shadow, a streak of gloss.

    Left in, such a piece would be taken for the paper's own and spoil that piece in every photograph.
    """
    rest = np.abs(problem.level - _model(problem, found.theta)[0])
    usual = np.array([np.median(one[known]) for one, known in zip(rest, problem.known, strict=True)])
    far_off = rest > np.maximum(UNEVEN, OUTSIDE * np.median(usual))
    kept = problem.known & ~far_off
    enough = (kept & ~problem.grey).sum(axis=1) >= MIN_CELLS
    return replace(problem, known=np.where(enough[:, None], kept, problem.known))


def _starts(problem: _Problem) -> list[NDArray[np.float64]]:
    """Directions from the slope of the logarithm of the brightness, which is ``3 (x, y) / r^2`` at the middle."""
    planes = np.stack([_plane(problem, light) for light in range(problem.lights)])
    shared = np.concatenate([[np.log(ROOM) + problem.middle, GREY, BEAM], np.zeros(len(FIELD_SPREAD))])
    starts = []
    for distance in STARTS_MM:
        sine = planes[:, 1:] * distance / 3.0
        length = np.maximum(np.linalg.norm(sine, axis=1, keepdims=True), 1e-9)
        sine = sine * np.minimum(length, STEEPEST) / length
        tangent = sine / np.sqrt(1.0 - (sine**2).sum(axis=1, keepdims=True))
        own = np.column_stack([tangent, np.full(problem.lights, np.log(distance)), planes[:, 0]])
        starts.append(np.concatenate([own.ravel(), shared]))
    return starts


def _plane(problem: _Problem, light: int) -> NDArray[np.float64]:
    """Logarithm of the white paper's signal at the middle of the window, and its slope per millimetre."""
    use = problem.known[light] & ~problem.grey
    place = problem.place_mm[use]
    system = np.column_stack([np.ones(len(place)), place])
    return np.asarray(np.linalg.lstsq(system, problem.level[light, use], rcond=None)[0])


def _solve(problem: _Problem, start: NDArray[np.float64], noise: _Noise) -> _Found:
    """Robust least squares in a trust region, Cauchy's loss on the pieces and plain squares on the priors."""
    solved = least_squares(
        lambda theta: _residuals(problem, theta, noise)[0],
        start,
        jac=lambda theta: _residuals(problem, theta, noise)[1],
        loss=lambda square: _loss(problem, square),
        x_scale="jac",
        ftol=SETTLED,
        max_nfev=MOST_STEPS,
    )
    return _Found(solved.x, float(solved.cost))


def _loss(problem: _Problem, square: NDArray[np.float64]) -> NDArray[np.float64]:
    """Loss of each squared residual with its first two derivatives, ``(3, residuals)``; the priors' come last."""
    pieces, turn = problem.known.size, (OUTLYING * problem.spread) ** 2
    share = square[:pieces] / turn
    loss = np.stack([square, np.ones_like(square), np.zeros_like(square)])
    loss[0, :pieces] = OUTLYING**2 * np.log1p(share)
    loss[1, :pieces] = OUTLYING**2 / turn / (1.0 + share)
    loss[2, :pieces] = -((OUTLYING / turn / (1.0 + share)) ** 2)
    return loss


def _spread(problem: _Problem, found: _Found) -> float:
    """Scatter of the pieces about the model in multiples of what is allowed anyway, by the median."""
    rest = _residuals(problem, found.theta, _whitened)[0][: problem.known.size]
    return max(1.0, float(np.median(np.abs(rest[problem.known.ravel()]))) / MEDIAN_OF_NORMAL)


def _residuals(
    problem: _Problem, theta: NDArray[np.float64], noise: _Noise
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Residuals of the model and their derivatives, in standard deviations; then those of the priors."""
    model, slopes = _model(problem, theta)
    rest = noise(problem.known, np.where(problem.known, problem.level - model, 0.0)[..., None])
    slopes = noise(problem.known, np.where(problem.known[..., None], -slopes, 0.0))
    index, mean, spread = _priors(problem)
    held = np.zeros((len(index), len(theta)))
    held[np.arange(len(index)), index] = 1.0 / spread
    return (
        np.concatenate([rest.ravel(), (theta[index] - mean) / spread]),
        np.concatenate([slopes.reshape(-1, len(theta)), held]),
    )


def _each(known: NDArray[np.bool_], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Take every piece in every photograph for itself: an outlier stays where it is."""
    return np.where(known[..., None], values / np.hypot(NOISE, PAPER), 0.0)


def _whitened(known: NDArray[np.bool_], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Whiten what photographs of a piece of paper have in common, a random effect of standard deviation ``PAPER``."""
    mask = known[..., None]
    count = np.maximum(mask.sum(axis=0), 1)
    left = np.sqrt(NOISE**2 / (NOISE**2 + count * PAPER**2))
    return np.where(mask, (values - (1.0 - left) * values.sum(axis=0) / count) / NOISE, 0.0)


def _priors(problem: _Problem) -> tuple[NDArray[np.intp], NDArray[np.float64], NDArray[np.float64]]:
    """Which parameters are held, towards what, and how firmly."""
    lights = problem.lights
    index = np.concatenate([np.arange(lights) * 4 + 2, 4 * lights + np.arange(SHARED)])
    distance = np.full(lights, np.log(USUAL_MM))
    mean = np.concatenate([distance, [np.log(ROOM) + problem.middle, GREY, BEAM], np.zeros(len(FIELD_SPREAD))])
    spread = np.concatenate([np.full(lights, USUAL_SPREAD), [ROOM_SPREAD, GREY_SPREAD, BEAM_SPREAD], FIELD_SPREAD])
    return index, mean, spread


def _model(problem: _Problem, theta: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Logarithm of every cell's signal ``(lights, cells)``, and its slope in every parameter."""
    lights = problem.lights
    own, (room, grey, beam, *field) = theta[: 4 * lights].reshape(lights, 4), theta[4 * lights :]
    torch, own_slopes, cosine = _torch(problem.place_mm, own, beam)
    x, y = problem.place_mm.T / HALF_CARD_MM
    tilt = np.maximum(1.0 + field[0] * x + field[1] * y, 0.1)
    room_light = np.exp(room) * tilt
    light = np.exp(np.clip(torch, -50.0, 50.0))
    share = light / (light + room_light)
    lens = np.stack([x, y, x * x, x * y, y * y])
    model = np.log(light + room_light) + grey * problem.grey + np.asarray(field[2:]) @ lens
    slopes = np.zeros((*model.shape, len(theta)))
    for k in range(lights):
        slopes[k, :, 4 * k : 4 * k + 4] = share[k, :, None] * own_slopes[k]
    shared = slopes[..., 4 * lights :]
    shared[..., 0] = 1.0 - share
    shared[..., 1] = problem.grey
    shared[..., 2] = share * cosine
    shared[..., 3], shared[..., 4] = (1.0 - share) * x / tilt, (1.0 - share) * y / tilt
    shared[..., 5:] = lens.T
    return model, slopes


def _torch(
    place_mm: NDArray[np.float64], own: NDArray[np.float64], beam: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Logarithm of the torch's light on white ``(lights, cells)``, its slopes, and the logarithm of the beam's cosine.

    A light has four parameters: tangent of its direction in x and y, logarithm of its distance, and logarithm of its
    light on the middle of the window.
    """
    a, b, log_far, level = own.T[..., None]
    far = np.exp(log_far)
    length = np.sqrt(1.0 + a * a + b * b)
    x, y = place_mm.T
    along = far * (a * x + b * y) / length
    reach2 = far * far - 2.0 * along + x * x + y * y
    facing = np.maximum(far * far - along, 1e-3)
    log_reach = 0.5 * np.log(reach2)
    cosine = np.log(facing) - log_reach - log_far
    d_along = np.stack([far * x / length - along * a / length**2, far * y / length - along * b / length**2, along], -1)
    d_far = np.stack([np.zeros_like(along), np.zeros_like(along), np.broadcast_to(far * far, along.shape)], -1)
    d_reach = (d_far - d_along) / reach2[..., None]
    d_cosine = (2.0 * d_far - d_along) / facing[..., None] - d_reach - (0.0, 0.0, 1.0)
    slopes = np.empty((*along.shape, 4))
    slopes[..., :3] = 3.0 * (np.array([0.0, 0.0, 1.0]) - d_reach) + beam * d_cosine
    slopes[..., 3] = 1.0
    return level + 3.0 * (log_far - log_reach) + beam * cosine, slopes, cosine


def _read(problem: _Problem, found: _Found) -> Torches:
    lights = problem.lights
    own = found.theta[: 4 * lights].reshape(lights, 4)
    a, b, log_far, level = own.T
    upright = 1.0 / np.sqrt(1.0 + a * a + b * b)
    far = np.exp(log_far)
    position = np.stack([a, b, np.ones(lights)], axis=1) * (upright * far)[:, None]
    room = float(np.exp(found.theta[4 * lights]))
    strength = np.exp(level) * far**2 / upright
    rest = np.where(problem.known, problem.level - _model(problem, found.theta)[0], np.nan)
    rest = rest - np.nanmedian(rest, axis=0)
    return Torches(
        position_mm=position,
        covariance_mm2=_covariance(problem, found, position),
        strength=strength / strength.mean(),
        room=room / (room + np.exp(level)),
        room_signal=room,
        misfit=np.nanmedian(np.abs(rest), axis=1),
    )


def _covariance(problem: _Problem, found: _Found, position: NDArray[np.float64]) -> NDArray[np.float64]:
    """Covariance of the positions."""
    rest, slopes = _residuals(problem, found.theta, _whitened)
    weight = _loss(problem, rest**2)[1]
    whole = np.linalg.pinv((slopes * weight[:, None]).T @ slopes)
    turned = np.zeros((problem.lights, 3, 3))
    for k, place in enumerate(position):
        far = float(np.linalg.norm(place))
        a, b = place[:2] / place[2]
        upright = place[2] / far
        from_tangent = far * upright * np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]) - np.outer(
            place, np.array([a, b]) * upright**2
        )
        jacobian = np.column_stack([from_tangent, place])
        part = whole[4 * k : 4 * k + 3, 4 * k : 4 * k + 3]
        ray = np.outer(place, place) / far**2
        unseen = far**2 * (np.radians(SURE_DEG) ** 2 * (np.eye(3) - ray) + SURE_SHARE**2 * ray)
        turned[k] = jacobian @ part @ jacobian.T + unseen
    return turned
