from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import nnls

from cicatrix.phantom import diffusion
from cicatrix.phantom.diffusion import Scatter
from cicatrix.phantom.profiles import Profile
from tests.phantom.random_walk import STEP_MM, walk

PATH_MM, ALBEDO, RADIUS_MM, DEPTH_MM, LIT_MM = 0.12, 0.97, 1.4, 0.6, 4.0
RINGS_MM = (np.arange(200) + 0.5) * STEP_MM
RING_AREAS = 2.0 * np.pi * RINGS_MM * STEP_MM


def fitted_profile() -> tuple[NDArray[np.float64], float]:
    """Sum of Gaussians for this medium, as d'Eon and Luebke made theirs, and the share of the light that leaves."""
    share = walk(400_000, PATH_MM, ALBEDO, np.zeros(2), (0.0, 0.0))
    variances = np.geomspace(0.001, 4.0, 24)
    shapes = np.exp(-(RINGS_MM[:, None] ** 2) / (2.0 * variances)) / (2.0 * np.pi * variances)
    weights, _ = nnls(shapes * np.sqrt(RING_AREAS)[:, None], share / np.sqrt(RING_AREAS))
    kept = weights > 1e-4 * weights.sum()
    return np.column_stack([variances[kept], *[weights[kept] / weights.sum()] * 3]), float(share.sum())


@pytest.mark.slow
def test_light_that_reaches_a_pit_through_the_skin_follows_a_random_walk(monkeypatch: pytest.MonkeyPatch) -> None:
    # The skin around a boxcar is lit, the boxcar is dark: what leaves inside it came through its walls.
    profile, leaves = fitted_profile()
    cut = Profile("plateau", 0.2)
    radii: NDArray[np.float64] = np.arange(40, dtype=np.float64) * STEP_MM
    floor = -DEPTH_MM * cut(radii / RADIUS_MM)
    slope = np.interp(RINGS_MM, radii, np.gradient(floor, STEP_MM), right=0.0)
    area = RING_AREAS * np.sqrt(1.0 + slope**2)
    entering = np.pi * (LIT_MM**2 - RADIUS_MM**2)
    walked = walk(1_000_000, PATH_MM, ALBEDO, floor, (RADIUS_MM, LIT_MM)) * entering / area / leaves

    y, x = (np.mgrid[0:301, 0:301] - 150) * STEP_MM
    away = np.asarray(np.hypot(x, y), dtype=np.float64)
    lit = np.repeat(((away >= RADIUS_MM) & (away < LIT_MM)).astype(np.float32)[:, :, None], 3, axis=2)
    pit = (-DEPTH_MM * cut(away / RADIUS_MM)).astype(np.float32)
    monkeypatch.setattr(diffusion, "PROFILE", profile)
    in_space, blurred = (Scatter(height, STEP_MM)(lit)[:, :, 0] for height in (pit, 0.0 * pit))

    def mean(picture: NDArray[np.float32], low: float, high: float) -> float:
        return float(picture[(away >= low) & (away < high)].mean())

    def truth(low: float, high: float) -> float:
        rings = (low <= RINGS_MM) & (high > RINGS_MM)
        return float((walked * area)[rings].sum() / area[rings].sum())

    # On the rim and beyond the wall it is lit; on the wall and at its foot little comes through.
    assert mean(in_space, 1.6, 1.8) == pytest.approx(truth(1.6, 1.8), rel=0.05)
    assert mean(in_space, 1.2, 1.4) == pytest.approx(truth(1.2, 1.4), rel=0.3)
    for low, high in ((0.8, 1.0), (1.0, 1.2)):
        error, plain = (abs(mean(picture, low, high) - truth(low, high)) for picture in (in_space, blurred))
        assert error < 0.02
        assert error < 0.6 * plain
