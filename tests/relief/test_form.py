"""The form of the face: taken out whole where it is smooth, and not bent by scars."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from cicatrix.relief.form import KNOT_MM, fit_form
from tests.relief.shade import Array

PIXEL_MM = 0.1
SHAPES = [(140, 140), (141, 203), (32, 32), (31, 17), (20, 300), (300, 19), (9, 11)]


def _axes(shape: tuple[int, int]) -> tuple[Array, Array]:
    x, y = np.meshgrid((np.arange(shape[1]) + 0.5) * PIXEL_MM, (np.arange(shape[0]) + 0.5) * PIXEL_MM)
    return x, y


def _quadratic(shape: tuple[int, int], terms: tuple[float, ...] = (0.3, -0.1, 0.05, -0.01, 0.008, 0.012)) -> Array:
    x, y = _axes(shape)
    basis = np.stack([np.ones_like(x), x, y, x * x, y * y, x * y])
    return np.asarray(np.tensordot(np.array(terms), basis, axes=1))


def _noise(shape: tuple[int, int], seed: int = 0, rms_mm: float = 0.01) -> Array:
    return np.random.default_rng(seed).normal(0.0, rms_mm, shape)


def _form(height: Array, skip: NDArray[np.bool_] | None = None) -> NDArray[np.float32]:
    return fit_form(height.astype(np.float32), PIXEL_MM, skip)


def _pit(shape: tuple[int, int], width_mm: float, depth_mm: float, flat: float) -> tuple[Array, NDArray[np.bool_]]:
    """Depth of a pit off the middle (``flat`` is the share of its radius that is floor), and where it is."""
    x, y = _axes(shape)
    rho = np.hypot(x - 0.47 * shape[1] * PIXEL_MM, y - 0.55 * shape[0] * PIXEL_MM) / (width_mm / 2)
    wall = np.clip((rho - flat) / (1 - flat), 0.0, 1.0)
    return depth_mm * 0.5 * (1 + np.cos(np.pi * wall)), rho < 1.1


@pytest.mark.parametrize("shape", SHAPES)
def test_a_quadratic_surface_is_the_form_whole(shape: tuple[int, int]) -> None:
    height = _quadratic(shape)
    form = _form(height)
    assert form.shape == shape
    assert form.dtype == np.float32
    assert np.abs(form - height).max() < 0.001


@pytest.mark.parametrize("shape", SHAPES)
def test_adding_a_quadratic_surface_does_not_change_the_relief(shape: tuple[int, int]) -> None:
    relief = _noise(shape)
    plain = relief - _form(relief)
    bent = relief + _quadratic(shape)
    assert np.abs(bent - _form(bent) - plain).max() < 0.001


@settings(max_examples=15)
@given(
    terms=st.tuples(st.floats(-1, 1), *[st.floats(-0.2, 0.2)] * 2, *[st.floats(-0.02, 0.02)] * 3),
    shape=st.tuples(st.integers(24, 90), st.integers(24, 90)),
)
def test_any_quadratic_surface_is_taken_out(terms: tuple[float, ...], shape: tuple[int, int]) -> None:
    height = _quadratic(shape, terms)
    assert np.abs(_form(height) - height).max() < 0.001


@pytest.mark.parametrize("flat", [0.0, 0.8])
@pytest.mark.parametrize(("width_mm", "depth_mm"), [(1.5, 0.5), (3.0, 1.0), (5.0, 0.4), (7.0, -0.5)])
@pytest.mark.parametrize("side", [140, 300])
def test_a_scar_does_not_bend_the_form(side: int, width_mm: float, depth_mm: float, flat: float) -> None:
    shape = (side, side + 20)
    skin = _quadratic(shape) + _noise(shape, rms_mm=0.004)
    depth, inside = _pit(shape, width_mm, depth_mm, flat)
    form = _form(skin)
    # A pit half as wide as the field still stands off; told where it is, the fit does not see it at all.
    assert np.abs(_form(skin - depth) - form).max() < 0.03 * abs(depth_mm)
    assert np.abs(_form(skin - depth, inside) - form).max() < 0.002 * abs(depth_mm)


def test_what_is_skipped_takes_no_part_at_all() -> None:
    skin = _quadratic((140, 140)) + _noise((140, 140))
    skip = np.zeros((140, 140), bool)
    skip[50:80, 30:70] = True
    forms = [_form(np.where(skip, value, skin), skip) for value in (0.0, -9.0)]
    # Cells that touch the skipped pixels are left out, so nothing of their heights gets in.
    assert np.abs(forms[0] - forms[1]).max() < 1e-6


def test_with_everything_skipped_the_form_is_finite() -> None:
    height = _quadratic((60, 60))
    assert np.isfinite(_form(height, np.ones((60, 60), bool))).all()


def test_a_wide_wave_is_form_and_a_narrow_one_is_relief() -> None:
    shape = (300, 300)
    x, _ = _axes(shape)
    wide, narrow = (0.1 * np.sin(2 * np.pi * x / period) for period in (5 * KNOT_MM, KNOT_MM / 4))
    inner = np.s_[60:-60, 60:-60]
    assert np.abs(wide - _form(wide))[inner].max() < 0.01
    assert np.abs(_form(narrow))[inner].max() < 0.01


def test_noise_does_not_pass_into_the_form() -> None:
    assert np.abs(_form(_noise((300, 300)))).max() < 0.001


def test_turning_the_field_turns_the_form() -> None:
    height = _quadratic((120, 170)) + _noise((120, 170)) - _pit((120, 170), 4.0, 0.5, 0.5)[0]
    assert np.abs(np.rot90(_form(height)) - _form(np.rot90(height))).max() < 1e-4


def test_the_same_field_gives_the_same_bytes() -> None:
    height = _quadratic((120, 170)) + _noise((120, 170))
    assert _form(height).tobytes() == _form(height).tobytes()


def test_the_height_is_not_changed() -> None:
    height = _noise((80, 80)).astype(np.float32)
    before = height.copy()
    fit_form(height, PIXEL_MM, np.zeros((80, 80), bool))
    assert (height == before).all()
