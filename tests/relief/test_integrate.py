from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import spsolve

from cicatrix.errors import ReliefError
from cicatrix.relief import multigrid
from cicatrix.relief.integrate import integrate
from cicatrix.relief.multigrid import FLOOR, Slopes, solve_weighted

Plane = NDArray[np.float32]
Shape = tuple[int, int]

PIXEL_MM = 0.04


def _edge_list(shape: Shape) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    number = np.arange(shape[0] * shape[1]).reshape(shape)
    return (
        np.concatenate([number[:, :-1].ravel(), number[:-1].ravel()]),
        np.concatenate([number[:, 1:].ravel(), number[1:].ravel()]),
    )


def _reference(p: Plane, q: Plane, weights: Plane) -> NDArray[np.float64]:
    """Solve the documented least-squares problem, assembled edge by edge, directly in double precision."""
    first, second = _edge_list((p.shape[0], p.shape[1]))
    w = (weights.astype(float) / weights.max()).ravel()
    a, b = w[first], w[second]
    harmonic = np.divide(2 * a * b, a + b, out=np.zeros_like(a), where=a + b > 0)
    weight = np.maximum(harmonic, float(FLOOR))
    across, down = p.astype(float), q.astype(float)
    slope = np.concatenate([(across[:, :-1] + across[:, 1:]).ravel(), (down[:-1] + down[1:]).ravel()]) / 2
    edge = np.arange(first.size)
    step = sparse.csr_matrix((np.ones(first.size), (edge, second)), shape=(first.size, w.size)) - sparse.csr_matrix(
        (np.ones(first.size), (edge, first)), shape=(first.size, w.size)
    )
    matrix = (step.T @ sparse.diags(weight) @ step).tocsc()
    height = np.zeros(w.size)
    height[1:] = spsolve(matrix[1:, 1:], (step.T @ (harmonic * slope))[1:])
    height -= np.average(height, weights=w)
    plane: NDArray[np.float64] = (height * PIXEL_MM).reshape(p.shape)
    return plane


def _noise(shape: Shape, seed: int) -> tuple[Plane, Plane]:
    p, q = np.random.default_rng(seed).normal(size=(2, *shape)).astype(np.float32)
    return p, q


def _weights(shape: Shape, seed: int, low: float = 0.02) -> Plane:
    return np.random.default_rng(1000 + seed).uniform(low, 1, shape).astype(np.float32)


def _disc(shape: Shape) -> NDArray[np.bool_]:
    y, x = np.ogrid[: shape[0], : shape[1]]
    inside: NDArray[np.bool_] = np.hypot((y + 0.5) / shape[0] - 0.5, (x + 0.5) / shape[1] - 0.5) < 0.45
    return inside


def _worst(height: Plane, truth: NDArray[Any], where: NDArray[np.bool_] | None = None) -> float:
    """Greatest error as a share of the truth's standard deviation."""
    where = np.ones(height.shape, bool) if where is None else where
    return float(np.abs(height - truth)[where].max() / truth[where].std())


def _slopes_along(steps: NDArray[np.float64]) -> NDArray[np.float64]:
    """Slopes of the pixels of each row whose means over neighbours are exactly ``steps``."""
    slopes = np.zeros((steps.shape[0], steps.shape[1] + 1))
    for j in range(steps.shape[1]):
        slopes[:, j + 1] = 2 * steps[:, j] - slopes[:, j]
    return slopes


def _surface(shape: Shape, seed: int) -> tuple[NDArray[np.float64], Plane, Plane]:
    """Make a random discrete surface of zero mean in mm, with slopes that are consistent with it."""
    height = np.random.default_rng(seed).normal(size=shape)
    height -= height.mean()
    p = _slopes_along(np.diff(height, axis=1))
    q = _slopes_along(np.diff(height, axis=0).T).T
    return height * PIXEL_MM, p.astype(np.float32), q.astype(np.float32)


@pytest.mark.parametrize("shape", [(1, 1), (1, 2), (1, 37), (37, 1), (2, 2), (31, 29), (64, 48)])
def test_a_discrete_surface_is_recovered_from_its_own_slopes(shape: Shape) -> None:
    height, p, q = _surface(shape, seed=1)
    np.testing.assert_allclose(integrate(p, q, PIXEL_MM), height, atol=2e-5 * PIXEL_MM)


@pytest.mark.parametrize("shape", [(1, 37), (37, 1), (2, 2), (31, 29), (64, 48)])
def test_weights_change_nothing_where_the_slopes_agree(shape: Shape) -> None:
    height, p, q = _surface(shape, seed=2)
    weights = _weights(shape, seed=2)
    found = integrate(p, q, PIXEL_MM, weights)
    np.testing.assert_allclose(found, height - np.average(height, weights=weights), atol=5e-5 * PIXEL_MM)


def test_signs_and_units_of_a_tilted_and_curved_plane() -> None:
    y_mm, x_mm = np.mgrid[:50, :80] * PIXEL_MM
    height = 0.3 * x_mm - 0.2 * y_mm + 0.05 * x_mm * y_mm + 0.1 * y_mm**2
    p = (0.3 + 0.05 * y_mm).astype(np.float32)
    q = (-0.2 + 0.05 * x_mm + 0.2 * y_mm).astype(np.float32)
    np.testing.assert_allclose(integrate(p, q, PIXEL_MM), height - height.mean(), atol=1e-6)


def test_a_smooth_pit_is_recovered_from_its_analytic_slopes() -> None:
    y_mm, x_mm = (np.mgrid[:200, :240] - np.array([100, 120])[:, None, None]) * PIXEL_MM
    height = -0.5 * np.exp(-(x_mm**2 + y_mm**2) / 2)
    p, q = (-x_mm * height).astype(np.float32), (-y_mm * height).astype(np.float32)
    found = integrate(p, q, PIXEL_MM)
    assert np.abs(found - (height - height.mean())).max() < 1e-3 * 0.5
    assert found[100, 120] < found[0, 0] - 0.49


@pytest.mark.parametrize("shape", [(1, 50), (50, 1), (2, 3), (31, 37), (96, 64), (97, 101), (130, 47)])
@pytest.mark.parametrize("mask", ["none", "specks", "disc"])
def test_weighted_heights_equal_those_of_a_direct_solver(shape: Shape, mask: str) -> None:
    p, q = _noise(shape, seed=3)
    weights = _weights(shape, seed=3)
    if mask == "specks":
        weights[np.random.default_rng(4).uniform(size=shape) < 0.1] = 0
    elif mask == "disc":
        weights[~_disc(shape)] = 0
    found, truth = integrate(p, q, PIXEL_MM, weights), _reference(p, q, weights)
    assert _worst(found, truth, weights > 0) < 1e-4
    assert _worst(found, truth) < 2e-3


def test_both_solvers_agree_on_equal_weights() -> None:
    shape = (101, 83)
    p, q = _noise(shape, seed=5)
    by_cosines = integrate(p, q, PIXEL_MM)
    by_multigrid, iterations = solve_weighted(Slopes(p, q, np.ones(shape, np.float32)), np.zeros(shape, np.float32))
    by_multigrid -= by_multigrid.mean()
    assert iterations > 3
    assert _worst(by_multigrid * np.float32(PIXEL_MM), by_cosines) < 1e-5
    np.testing.assert_array_equal(integrate(p, q, PIXEL_MM, np.full(shape, 0.3, np.float32)), by_cosines)


def test_the_first_guess_does_not_decide() -> None:
    shape = (90, 70)
    slopes = Slopes(*_noise(shape, seed=6), _weights(shape, seed=6))
    guess = 10 * np.random.default_rng(7).normal(size=shape).astype(np.float32)
    found, other = solve_weighted(slopes, np.zeros(shape, np.float32))[0], solve_weighted(slopes, guess)[0]
    assert _worst(found - found.mean(), other - other.mean()) < 1e-4


def test_regions_apart_are_each_right_within_themselves() -> None:
    shape = (80, 90)
    p, q = _noise(shape, seed=8)
    weights = _weights(shape, seed=8)
    weights[:, 44:47] = 0
    found, truth = integrate(p, q, PIXEL_MM, weights), _reference(p, q, weights)
    for part in (np.s_[:, :44], np.s_[:, 47:]):
        assert _worst(found[part] - found[part].mean(), truth[part] - truth[part].mean()) < 1e-4
    assert _worst(found, truth) < 1e-2


def test_islands_in_narrow_moats_find_their_level() -> None:
    """Without moves of whole islands, the solver takes itself for converged while islands are 0.3 SD off."""
    shape = (200, 300)
    p, q = _noise(shape, seed=9)
    weights = (np.random.default_rng(9).uniform(size=shape) > 0.3).astype(np.float32)
    found, truth = integrate(p, q, PIXEL_MM, weights), _reference(p, q, weights)
    assert _worst(found, truth) < 1e-3
    _, iterations = solve_weighted(Slopes(p, q, weights), np.zeros(shape, np.float32))
    assert iterations < 80


def test_a_hole_is_bridged_without_disturbing_its_surroundings() -> None:
    y_mm, x_mm = np.mgrid[:120, :120] * PIXEL_MM
    height = 0.2 * x_mm - 0.1 * y_mm
    weights = np.ones((120, 120), np.float32)
    weights[40:70, 50:80] = 0
    p, q = np.full((2, 120, 120), 0.2, np.float32)
    q[:] = -0.1
    found = integrate(p, q, PIXEL_MM, weights)
    error = found - (height - np.average(height, weights=weights))
    assert np.abs(error[weights > 0]).max() < 1e-3 * np.ptp(height)
    # A membrane spanned over a plane is that plane.
    assert np.abs(error).max() < 1e-3 * np.ptp(height)


def test_slopes_without_weight_have_no_influence() -> None:
    shape = (70, 60)
    p, q = _noise(shape, seed=10)
    weights = _weights(shape, seed=10)
    weights[20:30, 20:35] = 0
    weights[5, 7] = 0
    clean = integrate(p, q, PIXEL_MM, weights)
    p[weights == 0], q[weights == 0] = 3e38, -3e38
    np.testing.assert_array_equal(integrate(p, q, PIXEL_MM, weights), clean)


def test_slopes_with_little_weight_have_little_influence() -> None:
    shape = (70, 60)
    height, p, q = _surface(shape, seed=11)
    weights = np.ones(shape, np.float32)
    weights[30:33, 20:23] = 1e-3
    p[30:33, 20:23] += 5
    weighted = integrate(p, q, PIXEL_MM, weights) - (height - np.average(height, weights=weights))
    unweighted = integrate(p, q, PIXEL_MM) - height
    far = np.ones(shape, bool)
    far[26:37, 16:27] = False
    assert np.abs(weighted[far]).max() < 0.01 * np.abs(unweighted[far]).max()


@pytest.mark.parametrize("factor", [0.5, 0.3, 1e-3])
def test_only_ratios_of_weights_matter(factor: float) -> None:
    shape = (60, 75)
    p, q = _noise(shape, seed=12)
    weights = _weights(shape, seed=12)
    weights[_disc(shape)[::-1, :] & (weights < 0.3)] = 0
    found = integrate(p, q, PIXEL_MM, weights)
    assert _worst(integrate(p, q, PIXEL_MM, weights * np.float32(factor)), found, weights > 0) < 1e-4


def test_iterations_grow_slowly_with_the_picture() -> None:
    counts = []
    for size in (32, 64, 128, 256, 512):
        slopes = Slopes(*_noise((size, size), seed=13), _weights((size, size), seed=13))
        counts.append(solve_weighted(slopes, np.zeros((size, size), np.float32))[1])
    assert counts[-1] <= 14
    assert counts[-1] - counts[0] <= 6


def test_threads_do_not_change_the_result(monkeypatch: pytest.MonkeyPatch) -> None:
    shape = (300, 210)
    p, q = _noise(shape, seed=14)
    weights = _weights(shape, seed=14)
    weights[::9, ::5] = 0
    blocks = integrate(p, q, PIXEL_MM, weights)
    monkeypatch.setattr(multigrid, "_CELLS_WORTH_A_THREAD", 1)
    np.testing.assert_array_equal(integrate(p, q, PIXEL_MM, weights), blocks)
    monkeypatch.setattr(multigrid, "_BLOCKS", 1)
    np.testing.assert_array_equal(integrate(p, q, PIXEL_MM, weights), blocks)


def test_the_preconditioner_is_symmetric_and_positive() -> None:
    shape = (65, 90)
    weights = _weights(shape, seed=15)
    weights[:, 30:32] = 0
    solver = multigrid.build(weights)
    fine = solver.levels[0]
    loads = np.random.default_rng(16).normal(size=(2, *shape)).astype(np.float32)
    loads -= loads.mean(axis=(1, 2), keepdims=True)
    lifts = []
    for load in loads:
        fine.load[1:-1, 1:-1] = load
        assert multigrid.precondition(solver) > 0
        lifts.append(fine.lift[1:-1, 1:-1].astype(float))
    one, other = (loads[0] * lifts[1]).sum(), (loads[1] * lifts[0]).sum()
    assert one == pytest.approx(other, rel=1e-3)


shapes = st.tuples(st.integers(1, 40), st.integers(1, 40))
seeds = st.integers(0, 1000)


@settings(max_examples=40, deadline=None)
@given(shape=shapes, seed=seeds, weighted=st.booleans(), a=st.floats(-3, 3), b=st.floats(-3, 3))
def test_the_height_is_linear_in_the_slopes(shape: Shape, seed: int, weighted: bool, a: float, b: float) -> None:  # noqa: FBT001 - hypothesis
    (p, q), (r, s) = _noise(shape, seed), _noise(shape, seed + 1)
    weights = _weights(shape, seed) if weighted else None
    one, other = integrate(p, q, PIXEL_MM, weights), integrate(r, s, PIXEL_MM, weights)
    both = integrate(np.float32(a) * p + np.float32(b) * r, np.float32(a) * q + np.float32(b) * s, PIXEL_MM, weights)
    scale = abs(a) * np.abs(one).max() + abs(b) * np.abs(other).max() + 1e-12
    assert np.abs(both - (np.float32(a) * one + np.float32(b) * other)).max() <= 1e-4 * scale


@settings(max_examples=40, deadline=None)
@given(shape=shapes, seed=seeds, masked=st.floats(0, 0.6), pixel_mm=st.floats(1e-3, 10))
def test_any_mask_gives_finite_heights_of_zero_weighted_mean_in_proportion_to_the_pixel(
    shape: Shape, seed: int, masked: float, pixel_mm: float
) -> None:
    p, q = _noise(shape, seed)
    weights = _weights(shape, seed)
    weights[np.random.default_rng(seed).uniform(size=shape) < masked] = 0
    weights.flat[seed % weights.size] = 1
    found = integrate(p, q, pixel_mm, weights)
    assert found.dtype == np.float32
    assert found.shape == shape
    assert np.isfinite(found).all()
    assert abs(np.average(found, weights=weights)) <= 1e-5 * pixel_mm * (1 + np.abs(found).max() / pixel_mm)
    np.testing.assert_allclose(found / pixel_mm, integrate(p, q, 1.0, weights), rtol=1e-5, atol=1e-9)


@settings(max_examples=25, deadline=None)
@given(shape=shapes, seed=seeds, weighted=st.booleans())
def test_turning_the_picture_turns_the_height(shape: Shape, seed: int, weighted: bool) -> None:  # noqa: FBT001 - hypothesis
    p, q = _noise(shape, seed)
    weights = _weights(shape, seed) if weighted else None
    turned = integrate(np.rot90(q).copy(), -np.rot90(p), PIXEL_MM, None if weights is None else np.rot90(weights))
    found = integrate(p, q, PIXEL_MM, weights)
    assert np.abs(turned - np.rot90(found)).max() <= 1e-4 * np.abs(found).max() + 1e-9


def test_flat_slopes_give_a_flat_height() -> None:
    zero = np.zeros((20, 30), np.float32)
    assert not integrate(zero, zero, PIXEL_MM).any()
    assert not integrate(zero, zero, PIXEL_MM, _weights((20, 30), seed=17)).any()


def test_inputs_are_left_alone() -> None:
    shape = (33, 21)
    p, q = _noise(shape, seed=18)
    weights = _weights(shape, seed=18)
    weights[3:9, 4:12] = 0
    before = [plane.copy() for plane in (p, q, weights)]
    integrate(p, q, PIXEL_MM, weights)
    integrate(p, q, PIXEL_MM)
    for plane, copy in zip((p, q, weights), before, strict=True):
        np.testing.assert_array_equal(plane, copy)


ones = np.ones((4, 5), np.float32)


@pytest.mark.parametrize(
    ("p", "q", "pixel_mm", "weights", "match"),
    [
        (ones, ones[:3], 0.04, None, r"q must have the shape of p, \(4, 5\), got \(3, 5\)"),
        (ones, ones, 0.04, ones.T, r"weights must have the shape of p"),
        (ones.astype(np.float64), ones, 0.04, None, "p must be a float32 plane .* got float64"),
        (ones, ones.astype(np.int32), 0.04, None, "q must be a float32 plane"),
        (ones[0], ones[0], 0.04, None, "p must be a float32 plane"),
        (ones[:0], ones[:0], 0.04, None, "not empty"),
        (ones, ones * np.float32(np.nan), 0.04, None, "q must be finite"),
        (ones * np.float32(np.inf), ones, 0.04, None, "p must be finite"),
        (ones, ones, 0.04, ones * np.float32(np.nan), "weights must be finite"),
        (ones, ones, 0.04, -ones, "weights must lie between 0 and 1, got -1"),
        (ones, ones, 0.04, 2 * ones, "weights must lie between 0 and 1, got 2"),
        (ones, ones, 0.0, None, "pixel_mm must be a number above 0, got 0"),
        (ones, ones, float("nan"), None, "pixel_mm must be a number above 0"),
    ],
)
def test_bad_input_is_named(p: Any, q: Any, pixel_mm: float, weights: Any, match: str) -> None:
    with pytest.raises(ValueError, match=match):
        integrate(p, q, pixel_mm, weights)


def test_nothing_to_integrate_is_an_error() -> None:
    with pytest.raises(ReliefError, match="no pixel has a weight above 0"):
        integrate(ones, ones, PIXEL_MM, 0 * ones)


def test_a_solution_that_did_not_converge_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multigrid, "_MAX_ITERATIONS", 1)
    with pytest.raises(ReliefError, match="did not converge in 1 iterations"):
        integrate(*_noise((50, 50), seed=19), PIXEL_MM, _weights((50, 50), seed=19, low=1e-3))
