"""Members rendered together are those rendered alone, whatever they share."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from cicatrix.scars.fit.family import ALBEDO, DEPTH, FILL, LEAN, SCATTER, SIZE, Outline
from cicatrix.scars.fit.render import render
from cicatrix.scars.fit.scene import Scene

CELLS, CELL_MM = 40, 0.08
ROUND = Outline(1.6, 1.6, np.array([0.7, 0.0, 0.05]), np.array([0.0, 0.02, 0.0]))


def scene() -> Scene:
    """Level skin under three lights; its photographs do not matter here."""
    lights = np.array([[0.8, 0.0, 0.6], [0.0, -0.8, 0.6], [-0.6, 0.0, 0.8]])
    empty = np.zeros((len(lights), CELLS, CELLS), np.float32)
    return Scene(
        signal=empty,
        full=empty > 0,
        lights=lights,
        base_mm=np.zeros((CELLS + 1, CELLS + 1), np.float32),
        x0_mm=0.0,
        y0_mm=0.0,
        cell_mm=CELL_MM,
        use=np.arange(CELLS * CELLS),
        gain=np.ones(len(lights)),
        albedo=np.ones(CELLS * CELLS),
        noise=np.full(len(lights), 0.01),
        gloss=(0.0, 0.3, 0.0, 0.0, 1.0),
    )


def members() -> NDArray[np.float64]:
    """A pit, and others that each differ from it in one thing; the last is the first again."""
    theta = np.zeros(SIZE)
    theta[DEPTH : DEPTH + 3] = np.log([0.5, 4.0, 1.2])
    theta[SCATTER], theta[FILL] = np.log([0.07, 0.15])
    out = np.repeat(theta[None], 7, axis=0)
    for k, (place, step) in enumerate([(DEPTH, 0.1), (LEAN, 0.05), (ALBEDO, 0.2), (SCATTER, 0.4), (FILL, 0.5)], 1):
        out[k, place] += step
    return out


@pytest.mark.parametrize("sign", [-1, 1])
def test_together_as_alone(sign: int) -> None:
    planes, which = render(scene(), ROUND, sign, members())
    for k, theta in enumerate(members()):
        alone, _ = render(scene(), ROUND, sign, theta[None])
        assert np.array_equal(planes[which[k]], alone[0])


def test_only_what_light_sees_is_rendered() -> None:
    _, which = render(scene(), ROUND, -1, members())
    assert which[3] == which[0] == which[6]
    assert len(set(which.tolist())) == 5


def test_what_differs_is_seen() -> None:
    planes, which = render(scene(), ROUND, -1, members())
    for k in (1, 2, 4, 5):
        assert np.abs(planes[which[k]] - planes[which[0]]).max() > 1e-3


def test_light_inside_the_skin_is_neither_lost_nor_gained() -> None:
    planes, which = render(scene(), ROUND, -1, members())
    near, far = planes[which[0]], planes[which[4]]
    assert far.mean(axis=1) == pytest.approx(near.mean(axis=1), rel=1e-5)
