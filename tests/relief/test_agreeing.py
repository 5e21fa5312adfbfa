"""Pixels solved side by side against the same pixels solved one by one."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from cicatrix.relief import photometric
from cicatrix.relief.consensus_rows import STRETCH, halfway
from cicatrix.relief.gloss import Gloss
from cicatrix.relief.photometric import TOLERANCE, Shading, solve

Plane = NDArray[np.float32]
ROWS, COLS = 6, 600
GLOSS = Gloss(0.01, 0.3)
KINDS = (((), np.float32), ((), np.float32), ((3,), np.float32), ((), np.uint8))


def lights(elevation_deg: float, *, near: bool) -> NDArray[np.float64]:
    turn = np.arange(7) * 2 * np.pi / 7
    low = np.radians(elevation_deg)
    far = np.stack([np.cos(turn) * np.cos(low), np.sin(turn) * np.cos(low), np.full(7, np.sin(low))], axis=1)
    if not near:
        return far
    grid = np.broadcast_to(far[:, None, None], (7, 3, 5, 3)) + 0.1 * np.linspace(-1, 1, 5)[:, None] * [1.0, 0.0, 0.0]
    return np.asarray(grid / np.linalg.norm(grid, axis=-1, keepdims=True))


def photographs(directions: NDArray[np.float64], seed: int = 3) -> Plane:
    """A wavy surface with noise, so steep in places that lights are dim, and a few shadowed and saturated pixels."""
    rng = np.random.default_rng(seed)
    x = np.linspace(0, 12, COLS)
    slope = np.stack([0.45 * np.sin(x), 0.1 * np.cos(2 * x)])[:, None, :] * np.linspace(0.2, 1.0, ROWS)[None, :, None]
    normal = np.stack([-slope[0], slope[1], np.ones((ROWS, COLS))], axis=-1)
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    far = directions if directions.ndim == 2 else directions.mean(axis=(1, 2))
    facing = np.maximum(np.einsum("nk,rck->nrc", far, normal), 0.0)
    light = facing[..., None] * np.array([0.6, 0.4, 0.3]) + rng.normal(0.0, 0.001, (len(far), ROWS, COLS, 3))
    light[1, 2, ::9] *= 0.2
    light[2, 3, ::11] = 1.0
    return np.asarray(np.clip(light, 0.0, 1.0), np.float32)


def one_by_one(images: Plane, directions: NDArray[np.float64], gloss: Gloss) -> Shading:
    """Solve all pixels as those are that not all lights agree on."""
    n, grid = len(images), np.atleast_2d(directions).astype(np.float32)
    grid = np.ascontiguousarray(grid if grid.ndim == 4 else grid[:, None, None, :])
    out = Shading(*(np.zeros((ROWS, COLS, *more), kind) for more, kind in KINDS))
    L, H = np.empty((n, 3 * STRETCH), np.float32), np.empty((n, 3 * STRETCH), np.float32)
    g, light, easy = np.empty((n, STRETCH), np.float32), np.empty((3, n, STRETCH), np.float32), np.zeros(STRETCH)
    lut, breadth = np.zeros(1, np.float32), np.float32(1.0 / gloss.roughness**2)
    strength = np.float32(gloss.strength / np.pi) * breadth
    for row in range(ROWS):
        first, second, share = photometric._between(ROWS, grid.shape[1], row)
        turn = (1 - share) * grid[:, first] + share * grid[:, second]
        for start in range(0, COLS, STRETCH):
            photometric._directions(turn, start, COLS, L)
            halfway(L, (np.float32(0), np.float32(0), np.float32(1)), H)
            photometric._gather(images, row, start, lut, True, np.ones((n, 5), np.float32), g, light)
            photometric._leftover(
                images, row, start, lut, True, 2, np.float32(0.995), light[2], g, L, H, easy,
                np.float32(TOLERANCE), strength, breadth, out.p, out.q, out.albedo, out.trusted,
            )  # fmt: skip
    return out


def shade(images: Plane, directions: NDArray[np.float64], gloss: Gloss) -> Shading:
    gain = np.ones((len(images), 3, 5), np.float32)
    return solve(images, directions, gain, channel=2, linear=True, gloss=gloss)


@pytest.mark.parametrize("near", ["far", "near"])
@pytest.mark.parametrize("gloss", [Gloss(0.0, 0.3), GLOSS], ids=["matt", "glossy"])
@pytest.mark.parametrize("elevation_deg", [25.0, 55.0])
def test_side_by_side_as_one_by_one(near: str, gloss: Gloss, elevation_deg: float) -> None:
    directions = lights(elevation_deg, near=near == "near")
    images = photographs(directions)
    together = shade(images, directions, gloss)
    alone = one_by_one(images, directions, gloss)
    # A light right at the tolerance may fall to either side of it by rounding.
    same = together.trusted == alone.trusted
    assert same.mean() > 0.998
    for name in ("p", "q", "albedo"):
        apart = np.abs(getattr(together, name) - getattr(alone, name))[same]
        assert np.percentile(apart, 99.5) < 2e-5, name


def test_all_kinds_of_pixels_are_there() -> None:
    """The comparison is worth something only when some lights are dim, some shadowed, and most agree."""
    directions = lights(25.0, near=False)
    found = shade(photographs(directions), directions, GLOSS)
    assert (found.trusted == 7).mean() > 0.5
    assert (found.trusted < 7).mean() > 0.005
