"""Gloss of the skin's oily surface, separated by its colour.

Gloss keeps the colour of the light, light from inside the skin takes the skin's (dichromatic reflection, Shafer 1985,
doi:10.1002/col.5080100409). Broad gloss varies as smoothly with the surface as matt shading does, so no single
channel can tell it; but it adds the same to every channel, so it makes the channels disagree about the form. The
strength and breadth of one microfacet lobe (Beckmann & Spizzichino 1963; Cook & Torrance 1982,
doi:10.1145/357290.357293) are chosen so that they agree best. With grey images gloss stays unknown and is taken as 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

__all__ = ["NO_GLOSS", "OVERHEAD", "Gloss", "estimate_gloss", "lobe", "without_gloss"]

ROUGHNESS = (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5)
"""Root mean square slopes of the oil's surface that are tried."""

MAX_STRENGTH = 0.06

STEP = 2
"""Every so many cells of the coarse grid take part: the fields are smooth."""

COLOURED = 0.1
"""Red must stand out of blue by this share of red: without colour, gloss cannot be separated."""

WORTH = 0.8
"""Gloss is called found when it brings the channels' disagreement below this share."""


@dataclass(frozen=True, slots=True)
class Gloss:
    """Signal of the gloss: ``strength * lobe(cosine, roughness)``, in units of linear signal."""

    strength: float
    roughness: float


OVERHEAD = (0.0, 0.0, 1.0)
"""Towards a camera that looks straight down."""

NO_GLOSS = Gloss(0.0, 0.3)


def lobe(cosine: NDArray[np.float64], roughness: float) -> NDArray[np.float64]:
    """Beckmann distribution of the angle between the normal and the halfway vector."""
    squared = np.clip(cosine, 0.05, 1.0) ** 2
    return np.exp(-(1.0 / squared - 1.0) / roughness**2) / (np.pi * roughness**2 * squared**2)


def without_gloss(fields: NDArray[np.float64], channel: int) -> NDArray[np.float64]:
    """Signal in which gloss cancels, ``(lights, rows, cols)``: red less blue, or the channel itself without colour."""
    if not _coloured(fields):
        return np.asarray(fields[..., channel])
    pure = fields[..., 0] - fields[..., 2]
    return np.maximum(pure, 0.02 * np.median(pure))


def estimate_gloss(
    fields: NDArray[np.float64], directions: NDArray[np.float64], view: tuple[float, float, float] = OVERHEAD
) -> Gloss:
    """Strength and roughness that make the channels agree about the form.

    Parameters
    ----------
    fields
        ``(lights, rows, cols, 3 or 1)`` smooth linear signal on a coarse grid, corrected for uneven light.
    directions
        ``(lights, 3)`` or ``(lights, rows, cols, 3)``.
    view
        Unit vector to the camera.
    """
    if not _coloured(fields):
        return NO_GLOSS
    fields = fields[:, ::STEP, ::STEP]
    directions = directions if directions.ndim == 2 else directions[:, ::STEP, ::STEP]
    cosine = _halfway_cosine(without_gloss(fields, 0), directions, view)

    def disagreement(strength: float, roughness: float) -> float:
        return _disagreement(fields - strength * lobe(cosine, roughness)[..., None])

    plain = disagreement(0.0, ROUGHNESS[0])
    best, found = plain, NO_GLOSS
    for roughness in ROUGHNESS:
        answer = minimize_scalar(
            disagreement, bounds=(0.0, MAX_STRENGTH), args=(roughness,), method="bounded", options={"xatol": 2e-5}
        )
        if answer.fun < best:
            best, found = float(answer.fun), Gloss(float(answer.x), roughness)
    return found if best < WORTH * plain else NO_GLOSS


def _coloured(fields: NDArray[np.float64]) -> bool:
    """Whether red stands out of blue far enough."""
    if fields.shape[3] != 3:
        return False
    return bool(np.median(fields[..., 0] - fields[..., 2]) >= COLOURED * np.median(fields[..., 0]))


def _halfway_cosine(
    pure: NDArray[np.float64], directions: NDArray[np.float64], view: tuple[float, float, float]
) -> NDArray[np.float64]:
    """Cosine between the form's normal and each light's halfway vector, ``(lights, rows, cols)``."""
    grid = directions if directions.ndim == 4 else directions[:, None, None, :]
    grid = np.broadcast_to(grid, (*pure.shape, 3))
    inverse = np.linalg.pinv(grid.transpose(1, 2, 0, 3))
    normal = np.einsum("rckn,nrc->rck", inverse, pure)
    normal /= np.maximum(np.linalg.norm(normal, axis=-1, keepdims=True), 1e-9)
    halfway = grid + np.array(view)
    halfway = halfway / np.linalg.norm(halfway, axis=-1, keepdims=True)
    return np.asarray(np.einsum("rck,nrck->nrc", normal, halfway))


def _disagreement(matt: NDArray[np.float64]) -> float:
    """How far green and blue are from a multiple of red, light by light, as a fraction of each."""
    red = matt[..., 0]
    total = 0.0
    for channel in (1, 2):
        other = matt[..., channel]
        share = (other * red).sum(axis=0) / np.maximum((red**2).sum(axis=0), 1e-12)
        total += float((((other - share * red) / max(float(other.mean()), 1e-6)) ** 2).mean())
    return float(np.sqrt(total))
