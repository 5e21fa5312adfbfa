"""Torches are found from the card's fields."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cicatrix.capture.card.light import MIN_CELLS, Cells, Torches, locate
from tests.capture.card.torchlight import Scene, scene


def _errors(found: Torches, truth: Scene) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Errors of direction in degrees, and of distance as a share."""
    far, true_far = (np.linalg.norm(p, axis=1) for p in (found.position_mm, truth.position_mm))
    cosine = (found.position_mm * truth.position_mm).sum(axis=1) / far / true_far
    return np.degrees(np.arccos(np.clip(cosine, -1, 1))), np.abs(far / true_far - 1)


@pytest.mark.parametrize(
    "changed",
    [{}, {"beam": 1.0}, {"room": 0.3}, {"photographs": 6}, {"paper": 0.03}],
    ids=["plain", "narrow beam", "bright room", "six photographs", "uneven paper"],
)
def test_directions_and_distances_are_found(changed: dict[str, Any]) -> None:
    angles, shares = zip(
        *(_errors(locate(s.cells), s) for s in (scene(40 + k, **changed) for k in range(5))), strict=True
    )
    assert np.median(np.concatenate(angles)) < 1.0
    assert np.quantile(np.concatenate(angles), 0.9) < 2.0
    assert np.median(np.concatenate(shares)) < 0.03


def test_intervals_hold_the_truth() -> None:
    inside = []
    for k in range(8):
        truth = scene(60 + k, noise=0.004)
        found = locate(truth.cells)
        away = found.position_mm - truth.position_mm
        inside += [float(a @ np.linalg.solve(c, a)) < 7.81 for a, c in zip(away, found.covariance_mm2, strict=True)]
    assert np.mean(inside) > 0.9


def test_the_intervals_grow_with_noise() -> None:
    calm, loud = (locate(scene(70, noise=noise).cells) for noise in (0.002, 0.03))
    assert (
        np.trace(loud.covariance_mm2, axis1=1, axis2=2).sum()
        > 2 * np.trace(calm.covariance_mm2, axis1=1, axis2=2).sum()
    )


def test_strengths_and_the_room_are_told_apart() -> None:
    truth = scene(80, room=0.2)
    found = locate(truth.cells)
    assert np.allclose(found.strength, truth.strength, rtol=0.05)
    assert np.allclose(found.room, truth.room, atol=0.05)


def test_exposure_changes_nothing_but_the_signal() -> None:
    truth = scene(81)
    brighter = replace(truth.cells, signal=truth.cells.signal * 3.0)
    one, other = locate(truth.cells), locate(brighter)
    assert np.allclose(one.position_mm, other.position_mm, rtol=1e-3, atol=0.1)
    assert other.room_signal == pytest.approx(3 * one.room_signal, rel=1e-2)


def test_a_covered_third_of_the_card_is_left_out() -> None:
    truth = scene(82)
    signal = truth.cells.signal.copy()
    signal[2, truth.cells.place_mm[:, 0] > 20] = np.nan
    signal[3, truth.cells.place_mm[:, 1] > 30] *= 0.3  # a hand's shadow that nobody marked
    angle, _ = _errors(locate(replace(truth.cells, signal=signal)), truth)
    assert np.median(angle) < 1.5
    assert angle[2] < 3


def test_too_little_paper_is_refused() -> None:
    cells = scene(83).cells
    few = Cells(cells.place_mm[:10], cells.grey[:10], cells.signal[:, :10])
    with pytest.raises(ValueError, match=f"{MIN_CELLS} pieces"):
        locate(few)
    with pytest.raises(ValueError, match="3 photographs"):
        locate(replace(cells, signal=cells.signal[:2]))
