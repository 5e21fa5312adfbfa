"""Colours are corrected by the printed patches, or called uncorrected."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cicatrix.capture.card.cells import cells_of
from cicatrix.capture.card.colour import correct_colour, fit_matrix, patch_colours
from cicatrix.capture.card.light import locate
from cicatrix.model.cielab import ciede2000, lab
from tests.capture.card.paper import painted

CAMERA = np.array([[0.62, 0.33, 0.05], [0.16, 0.70, 0.14], [0.03, 0.28, 0.60]])
"""Colours that a camera mixes up: pale and yellowish."""


def _torches(count: int = 6) -> np.ndarray:
    turn = np.arange(count) * 2 * np.pi / count + 0.2
    return np.stack([130 * np.cos(turn), 130 * np.sin(turn), np.where(np.arange(count) % 2, 110.0, 190.0)], axis=1)


def test_a_camera_that_mixes_colours_is_corrected() -> None:
    matrix, said = correct_colour(painted(_torches(), camera=CAMERA, seed=1))
    assert matrix is not None
    assert said.corrected
    assert said.before > 4
    assert said.after < 1.0
    skin = np.array([0.42, 0.25, 0.18])
    white = CAMERA @ np.ones(3)
    seen = (CAMERA @ skin) / white
    assert float(ciede2000(lab(matrix @ seen), lab(skin))) < 1.5


def test_white_stays_white() -> None:
    rng = np.random.default_rng(5)
    matrix = fit_matrix(rng.uniform(0, 1, (12, 3)), rng.uniform(0, 1, (12, 3)))
    assert np.allclose(matrix @ np.ones(3), 1.0)


def test_a_poor_printer_shows_in_the_error() -> None:
    clean = correct_colour(painted(_torches(), camera=CAMERA, seed=2))[1]
    poor = correct_colour(painted(_torches(), camera=CAMERA, printer=0.15, seed=2))[1]
    assert poor.after > clean.after + 1


def test_colours_that_were_right_are_not_made_worse() -> None:
    matrix, said = correct_colour(painted(_torches(), seed=3))
    assert said.after <= said.before + 1e-9
    assert matrix is None
    assert said.corrected
    assert "as they are" in said.text


def test_a_printer_without_ink_is_not_believed() -> None:
    rectified = painted(_torches(), printer=1.2, seed=4)
    matrix, said = correct_colour(rectified)
    assert matrix is None
    assert not said.corrected
    assert "uncorrected" in said.text


def test_covered_patches_are_left_out() -> None:
    rectified = painted(_torches(), camera=CAMERA, seed=6)
    valid = rectified.valid.copy()
    valid[:, :, : valid.shape[2] // 3] = False
    measured, nominal = patch_colours(replace(rectified, valid=valid))
    assert 8 <= len(measured) < 16
    assert measured.shape == nominal.shape


def test_torches_are_found_through_the_pieces_of_the_card() -> None:
    torches = _torches(8)
    found = locate(cells_of(painted(torches, noise=0.01, seed=7)))
    cosine = (found.position_mm * torches).sum(axis=1)
    cosine /= np.linalg.norm(found.position_mm, axis=1) * np.linalg.norm(torches, axis=1)
    assert np.degrees(np.arccos(cosine)).max() < 1.5
    assert np.linalg.norm(found.position_mm, axis=1) == pytest.approx(np.linalg.norm(torches, axis=1), rel=0.05)
