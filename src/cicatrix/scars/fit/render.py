"""What the photographs would show: shading, cast shadows, light between the walls, light inside the skin, gloss."""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import fft

from cicatrix.scars.fit.cast import cover, gloss_of, light_up
from cicatrix.scars.fit.family import ALBEDO, DEPTH, FILL, SCATTER, Outline, fill_depths
from cicatrix.scars.fit.scene import Scene

__all__ = ["deepest", "render", "shine"]


def render(
    scene: Scene, outline: Outline, sign: int, thetas: NDArray[np.float64]
) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
    """Irradiance as it leaves the skin for each parameter vector, for lights of unit strength.

    Members that differ in nothing that light sees share a plane, and those that differ only in how it spreads inside
    the skin share all that comes before.

    Parameters
    ----------
    thetas
        ``(members, SIZE)`` parameter vectors of ``family``.

    Returns
    -------
    planes, which
        ``(planes, lights, cells of the scene)``, and ``(members,)`` the plane of each member.
    """
    lit_as = _first_like(np.delete(thetas, (ALBEDO, SCATTER), axis=1))
    seen_as = _first_like(np.delete(thetas, ALBEDO, axis=1))
    own = np.arange(len(thetas))
    lit = np.flatnonzero(lit_as == own)
    order = np.concatenate([lit, np.flatnonzero((seen_as == own) & (lit_as != own))])
    place = np.zeros(len(thetas), np.intp)
    place[order] = np.arange(len(order))
    planes = np.empty((len(order), *scene.signal.shape), np.float32)
    _light(scene, outline, sign, thetas[lit], planes[: len(lit)])
    # Mirrored at the window's edges, so that light is neither lost nor gained there.
    waves = fft.dctn(planes[: len(lit)], axes=(2, 3), norm="ortho", overwrite_x=True)
    passed = {
        length: _passed(planes.shape[2:], scene.cell_mm, math.exp(length)) for length in np.unique(thetas[:, SCATTER])
    }
    # Backwards, since the waves that others start from may lie in the same memory.
    for k in range(len(order) - 1, -1, -1):
        np.multiply(waves[place[lit_as[order[k]]]], passed[thetas[order[k], SCATTER]], out=planes[k])
    planes = fft.idctn(planes, axes=(2, 3), norm="ortho", overwrite_x=True)
    return planes.reshape(len(order), len(scene.lights), -1), place[seen_as]


def _first_like(rows: NDArray[np.float64]) -> NDArray[np.intp]:
    """Index of the first row that equals each row."""
    return np.asarray((rows[:, None] == rows).all(axis=2).argmax(axis=1))


def shine(scene: Scene, outline: Outline, sign: int, theta: NDArray[np.float64]) -> NDArray[np.float32]:
    """Gloss that one member would show, ``(lights, cells that take part)``."""
    rows, cols = scene.signal.shape[1:]
    out = np.zeros((len(scene.lights), rows, cols), np.float32)
    if scene.gloss[0] > 0:
        height = _surface(scene, outline, sign, theta)
        lit = np.empty_like(out)
        light_up(height, scene.cell_mm, scene.lights, np.empty_like(height), lit)
        gloss_of(height, scene.cell_mm, scene.lights, scene.gloss, lit, out)
    return out.reshape(len(scene.lights), -1)[:, scene.use]


def deepest(scene: Scene, outline: Outline, theta: NDArray[np.float64]) -> float:
    """Greatest depth of a member in mm."""
    depth = np.empty(scene.base_mm.shape, np.float32)
    _depths(scene, outline, theta, depth)
    return max(float(depth.max()), math.exp(theta[DEPTH]))


def _depths(scene: Scene, outline: Outline, theta: NDArray[np.float64], out: NDArray[np.float32]) -> None:
    fill_depths(
        theta, outline.cosine, outline.sine, outline.x_mm, outline.y_mm,
        scene.x0_mm, scene.y0_mm, scene.cell_mm, out,
    )  # fmt: skip


def _surface(scene: Scene, outline: Outline, sign: int, theta: NDArray[np.float64]) -> NDArray[np.float32]:
    depth = np.empty(scene.base_mm.shape, np.float32)
    _depths(scene, outline, theta, depth)
    return np.asarray(scene.base_mm + np.float32(sign) * depth)


def _light(scene: Scene, outline: Outline, sign: int, thetas: NDArray[np.float64], out: NDArray[np.float32]) -> None:
    _light_all(
        thetas, _first_like(thetas[:, :ALBEDO]), outline.cosine, outline.sine, outline.x_mm, outline.y_mm,
        scene.x0_mm, scene.y0_mm, scene.cell_mm, scene.base_mm, scene.lights, sign, out,
    )  # fmt: skip


@njit(cache=True, nogil=True, error_model="numpy")
def _light_all(  # type: ignore[no-untyped-def]
    thetas, shaped_as, cosine, sine, x_mm, y_mm, x0_mm, y0_mm, cell, base, lights, sign, out
):
    """Light on each member; ``shaped_as`` is the first member of the same shape."""
    depth = np.empty((len(thetas), *base.shape), np.float32)
    shadow = np.empty(base.shape, np.float32)
    for k in range(len(thetas)):
        if shaped_as[k] == k:
            fill_depths(thetas[k], cosine, sine, x_mm, y_mm, x0_mm, y0_mm, cell, depth[k])
            light_up(base + np.float32(sign) * depth[k], cell, lights, shadow, out[k])
        else:
            out[k] = out[shaped_as[k]]
    if sign < 0:
        for k in range(len(thetas)):
            cover(depth[shaped_as[k]], 1.1 * cosine[0], math.exp(thetas[k, FILL]), out[k])


def _passed(shape: tuple[int, ...], cell: float, length_mm: float) -> NDArray[np.float32]:
    """Share of each cosine wave that light inside the skin leaves: normalised diffusion in the frequency domain.

    Burley's profile (Christensen & Burley 2015, Pixar 15-04): two exponentials of lengths ``d`` and ``3 d``.
    """
    rows, cols = (np.arange(n) * (math.pi / (n * cell)) for n in shape)
    square = (rows[:, None] ** 2 + cols[None, :] ** 2) * length_mm**2
    return np.asarray(0.25 / np.sqrt(1.0 + square) + 0.75 / np.sqrt(1.0 + 9.0 * square), dtype=np.float32)
