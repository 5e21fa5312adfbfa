"""The solver in one pass against least squares written out in NumPy, and against surfaces that are known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from cicatrix.relief.gloss import NO_GLOSS, Gloss
from cicatrix.relief.outlier_pixel import DARK, DIM
from cicatrix.relief.photometric import MAX_SLOPE, TOLERANCE, Shading, solve
from tests.relief.shade import SKIN, Array, Storage, beckmann, near_light, normals, ring, shade, slopes

SHAPE = (37, 53)
GREY = (0.5,)

STORAGES = [
    Storage(dtype, linear)
    for dtype in (np.uint8, np.uint16, np.float32)
    for linear in (True, False)
    if linear or dtype is not np.float32
]


def _solve(
    light: Array, directions: Array, *, storage: Storage | None = None, channel: int = 0, gloss: Gloss = NO_GLOSS
) -> Shading:
    storage = storage or Storage()
    gain = np.ones((len(light), 2, 2), np.float32)
    images = storage.write(light)
    return solve(images, directions, gain, channel=channel, linear=storage.linear, gloss=gloss)


def _least_squares(light: Array, directions: Array, weight: Array | None = None) -> Array:
    """Albedo times normal of every pixel, ``(rows, cols, 3)``, from one channel ``(lights, rows, cols)``."""
    signal = light.transpose(1, 2, 0)
    root = np.ones_like(signal) if weight is None else np.sqrt(weight.transpose(1, 2, 0))
    return np.asarray(np.einsum("...kn,...n->...k", np.linalg.pinv(directions * root[..., None]), signal * root))


def _coarse(gain: Array, shape: tuple[int, int, int]) -> NDArray[np.float32]:
    return np.ascontiguousarray(np.broadcast_to(gain, shape), dtype=np.float32)


def _error(shading: Shading, p: Array, q: Array) -> Array:
    return np.hypot(shading.p - p, shading.q - q)


@pytest.mark.parametrize("albedo", [GREY, SKIN], ids=["grey", "colour"])
@pytest.mark.parametrize("storage", STORAGES, ids=str)
def test_where_all_lights_agree_it_is_plain_least_squares(storage: Storage, albedo: tuple[float, ...]) -> None:
    p, q = slopes(SHAPE, 0)
    directions = ring(6)
    light = shade(p, q, directions, albedo)
    channel = len(albedo) - 1
    shading = _solve(light, directions, storage=storage, channel=channel)
    seen = storage.read(storage.write(light))
    b = _least_squares(seen[..., channel], directions)
    assert np.abs(shading.p + b[..., 0] / b[..., 2]).max() < 1e-5
    assert np.abs(shading.q - b[..., 1] / b[..., 2]).max() < 1e-5
    assert (shading.trusted == 6).all()
    cosine = np.einsum("rck,nk->nrc", b / np.linalg.norm(b, axis=-1, keepdims=True), directions)
    reflectance = (seen * cosine[..., None]).sum(axis=0) / (cosine**2).sum(axis=0)[..., None]
    assert np.abs(shading.albedo - np.broadcast_to(reflectance, (*SHAPE, 3))).max() < 1e-5


@pytest.mark.parametrize("storage", STORAGES, ids=str)
def test_slopes_are_as_exact_as_the_stored_values(storage: Storage) -> None:
    p, q = slopes(SHAPE, 1)
    shading = _solve(shade(p, q, ring(8), GREY), ring(8), storage=storage)
    step = {np.uint8: 0.01, np.uint16: 5e-5, np.float32: 1e-6}[storage.dtype]
    assert _error(shading, p, q).max() < step


def test_noise_is_averaged_over_the_lights() -> None:
    p, q = slopes(SHAPE, 2)
    noise = np.random.default_rng(2).normal(0.0, 0.003, (16, *SHAPE, 1))
    few = _solve(shade(p, q, ring(4), GREY) + noise[:4], ring(4))
    many = _solve(shade(p, q, ring(16), GREY) + noise, ring(16))
    # A quarter of the variance, and the lights of a ring weigh alike.
    assert np.std(many.p - p) == pytest.approx(np.std(few.p - p) / 2, rel=0.1)


def test_dim_lights_weigh_less() -> None:
    """Steep enough that every pixel has a dim light: then two rounds of least squares, weighted by brightness."""
    rng = np.random.default_rng(3)
    turn, steep = rng.uniform(0, 2 * np.pi, SHAPE), rng.uniform(0.65, 0.7, SHAPE)
    directions = ring(6, 40.0)
    light = shade(steep * np.cos(turn), steep * np.sin(turn), directions, GREY)
    light += rng.normal(0.0, 0.003, light.shape)
    signal = light[..., 0].astype(np.float32).astype(np.float64)
    b = _least_squares(signal, directions)
    for _ in range(2):
        size = np.linalg.norm(b, axis=-1)
        b = _least_squares(signal, directions, np.clip((signal / size - DARK) / (DIM - DARK), 0.05, 1.0))
    # Beside the border between the two ways of weighing, rounding may decide.
    sure = (signal / np.linalg.norm(b, axis=-1)).min(axis=0) < DIM - 0.02
    assert sure.mean() > 0.5
    shading = _solve(light, directions)
    assert np.abs(shading.p + b[..., 0] / b[..., 2])[sure].max() < 1e-4
    assert np.abs(shading.q - b[..., 1] / b[..., 2])[sure].max() < 1e-4
    assert (shading.trusted[sure] == 6).all()


def _spoilt(light: Array, shadows: int, spikes: int, seed: int) -> tuple[Array, NDArray[np.bool_]]:
    """Cast shadows and gloss at random lights of each pixel, and which lights those are."""
    rng = np.random.default_rng(seed)
    order = rng.random(light.shape[:3]).argsort(axis=0)
    shadow, spike = order < shadows, (order >= shadows) & (order < shadows + spikes)
    spoilt = light.copy()
    spoilt[shadow] *= rng.uniform(0.0, 0.3, (shadow.sum(), 1))
    spoilt[spike] += rng.uniform(0.2, 0.4, (spike.sum(), 1))
    return spoilt, shadow | spike


@pytest.mark.parametrize("albedo", [GREY, SKIN], ids=["grey", "colour"])
@pytest.mark.parametrize(
    ("lights", "shadows", "spikes"), [(8, 2, 1), (8, 0, 2), (8, 3, 0), (7, 2, 1), (6, 2, 0), (6, 1, 1), (5, 1, 0)]
)
def test_shadows_and_gloss_are_dropped_where_four_lights_are_left(
    lights: int, shadows: int, spikes: int, albedo: tuple[float, ...]
) -> None:
    p, q = slopes(SHAPE, 4)
    directions = ring(lights)
    light, _ = _spoilt(shade(p, q, directions, albedo), shadows, spikes, lights)
    shading = _solve(light, directions, channel=len(albedo) - 1)
    right = _error(shading, p, q) < 1e-4
    # Rarely a wrong set of lights agrees by chance within the tolerance.
    assert right.mean() > 0.995
    assert (shading.trusted[right] == lights - shadows - spikes).all()
    assert np.abs(shading.albedo - albedo)[right].max() < 1e-4


def test_least_squares_without_dropping_would_be_wrong_there() -> None:
    p, q = slopes(SHAPE, 4)
    light, _ = _spoilt(shade(p, q, ring(8), GREY), 2, 1, 8)
    b = _least_squares(light[..., 0], ring(8))
    assert np.median(np.hypot(b[..., 0] / b[..., 2] + p, b[..., 1] / b[..., 2] - q)) > 0.1


def test_a_shadow_is_trusted_less_only_where_it_falls() -> None:
    p, q = slopes(SHAPE, 5)
    light = shade(p, q, ring(8), GREY)
    light[3, :, 20:30] *= 0.1
    trusted = _solve(light, ring(8)).trusted
    assert (trusted[:, 20:30] == 7).all()
    assert (np.delete(trusted, np.s_[20:30], axis=1) == 8).all()


@pytest.mark.parametrize("storage", STORAGES, ids=str)
def test_saturated_lights_take_no_part(storage: Storage) -> None:
    p, q = slopes(SHAPE, 6)
    light = shade(p, q, ring(8), GREY)
    light[2] = 1.0
    shading = _solve(light, ring(8), storage=storage)
    assert (shading.trusted == 7).all()
    assert _error(shading, p, q).max() < 0.015


@pytest.mark.parametrize("left", [0, 1, 2])
@pytest.mark.parametrize("storage", STORAGES, ids=str)
def test_with_fewer_than_three_lights_nothing_is_trusted_and_all_is_finite(storage: Storage, left: int) -> None:
    p, q = slopes(SHAPE, 7)
    light = shade(p, q, ring(5), SKIN)
    light[left:] = 1.0
    shading = _solve(light, ring(5), storage=storage)
    assert (shading.trusted == 0).all()
    _assert_finite(shading)


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_black_and_white_pictures_are_not_trusted(value: float) -> None:
    shading = _solve(np.full((6, *SHAPE, 3), value), ring(6))
    assert (shading.trusted == 0).all()
    _assert_finite(shading)


def _assert_finite(shading: Shading) -> None:
    for plane in (shading.p, shading.q, shading.albedo):
        assert np.isfinite(plane).all()
    assert max(np.abs(shading.p).max(), np.abs(shading.q).max()) <= MAX_SLOPE


@settings(max_examples=25)
@given(seed=st.integers(0, 2**31), lights=st.integers(3, 12), channels=st.sampled_from([1, 3]))
def test_any_pictures_give_finite_slopes_and_counts(seed: int, lights: int, channels: int) -> None:
    rng = np.random.default_rng(seed)
    light = rng.uniform(0.0, 1.0, (lights, 7, 9, channels))
    light[rng.random(light.shape) < 0.2] = 0.0
    shading = _solve(light, ring(lights, rng.uniform(15, 75)))
    _assert_finite(shading)
    assert shading.trusted.max() <= lights


@settings(max_examples=20)
@given(factor=st.floats(0.05, 1.6), seed=st.integers(0, 50))
def test_more_light_leaves_the_slopes_alone(factor: float, seed: int) -> None:
    p, q = slopes((11, 13), seed)
    light, _ = _spoilt(shade(p, q, ring(7), (0.4,)), 1, 0, seed)
    one, other = _solve(light, ring(7)), _solve(factor * light, ring(7))
    assert np.abs(one.p - other.p).max() < 1e-4
    assert np.abs(one.q - other.q).max() < 1e-4
    assert (one.trusted == other.trusted).all()
    assert other.albedo == pytest.approx(factor * one.albedo, rel=1e-3)


@settings(max_examples=20)
@given(order=st.permutations(range(7)), seed=st.integers(0, 50))
def test_the_order_of_the_lights_does_not_matter(order: list[int], seed: int) -> None:
    p, q = slopes((11, 13), seed)
    light, _ = _spoilt(shade(p, q, ring(7), SKIN), 1, 1, seed)
    one, other = _solve(light, ring(7)), _solve(light[order], ring(7)[order])
    assert np.abs(one.p - other.p).max() < 1e-4
    assert np.abs(one.q - other.q).max() < 1e-4
    assert (one.trusted == other.trusted).all()


def test_albedo_that_changes_from_pixel_to_pixel_leaves_the_slopes_alone() -> None:
    p, q = slopes(SHAPE, 8)
    albedo = np.random.default_rng(8).uniform(0.1, 0.9, (*SHAPE, 3))
    shading = _solve(shade(p, q, ring(6), albedo), ring(6), channel=1)
    assert _error(shading, p, q).max() < 1e-5
    assert np.abs(shading.albedo - albedo).max() < 1e-5


def test_the_gain_undoes_uneven_light() -> None:
    p, q = slopes(SHAPE, 9)
    strength = np.array([1.0, 0.8, 0.6, 0.9, 1.1, 0.7])
    light = shade(p, q, ring(6), GREY) * strength[:, None, None, None]
    gain = _coarse((1 / strength)[:, None, None], (6, 3, 4))
    shading = solve(Storage().write(light), ring(6), gain, channel=0, linear=True)
    assert _error(shading, p, q).max() < 1e-5


def test_a_gain_on_a_coarse_grid_is_interpolated() -> None:
    p, q = slopes((40, 60), 10)
    # A ramp across the picture: exact at the centres of six cells of ten pixels, straight between.
    across = 1.0 + 0.3 * (np.arange(60) + 0.5) / 60
    light = shade(p, q, ring(6), GREY) / across[:, None]
    cells = 1.0 + 0.3 * (np.arange(6) + 0.5) / 6
    gain = _coarse(cells, (6, 4, 6))
    shading = solve(Storage().write(light), ring(6), gain, channel=0, linear=True)
    inner = np.s_[:, 5:-5]
    assert _error(shading, p, q)[inner].max() < 1e-5
    assert np.abs(shading.albedo[inner] - 0.5).max() < 1e-5


def _near_grid(lights_mm: Array, shape: tuple[int, int], cells: tuple[int, int], pixel_mm: float) -> Array:
    block = pixel_mm * shape[0] / cells[0]
    return near_light(np.zeros(cells), block, lights_mm)[0]


def test_very_distant_lights_are_lights_at_infinity() -> None:
    p, q = slopes((40, 60), 11)
    light, _ = _spoilt(shade(p, q, ring(6), GREY), 1, 0, 11)
    near = _near_grid(1e6 * ring(6), (40, 60), (4, 6), 0.1)
    gain = np.ones((6, 4, 6), np.float32)
    far = solve(Storage().write(light), ring(6), gain, channel=0, linear=True)
    moving = solve(Storage().write(light), near, gain, channel=0, linear=True)
    assert np.abs(far.p - moving.p).max() < 1e-4
    assert np.abs(far.q - moving.q).max() < 1e-4
    assert (far.trusted == moving.trusted).all()


def test_directions_that_change_over_the_field_are_followed() -> None:
    p, q = slopes((40, 60), 12)
    lights_mm = 60.0 * ring(6)
    rays, _ = near_light(np.zeros((40, 60)), 0.4, lights_mm)
    images = Storage().write(shade(p, q, rays, GREY))
    grid = _near_grid(lights_mm, (40, 60), (20, 30), 0.4)
    gain = np.ones((6, 20, 30), np.float32)
    inner = np.s_[2:-2, 2:-2]
    followed = solve(images, grid, gain, channel=0, linear=True)
    assert _error(followed, p, q)[inner].max() < 0.002
    held = solve(images, ring(6), gain, channel=0, linear=True)
    assert np.median(_error(held, p, q)) > 0.02


@pytest.mark.parametrize("roughness", [0.2, 0.3, 0.5])
@pytest.mark.parametrize("strength", [0.005, 0.02])
def test_known_gloss_is_taken_out(roughness: float, strength: float) -> None:
    p, q = slopes(SHAPE, 13)
    directions = ring(8)
    light = shade(p, q, directions) + strength * beckmann(p, q, directions, roughness)[..., None]
    ignored = _solve(light, directions, channel=2)
    told = _solve(light, directions, channel=2, gloss=Gloss(strength, roughness))
    worst = _error(ignored, p, q).max()
    assert worst > 0.005
    # A few rounds of Newton's method: done at most pixels, nearly done at the steepest under the narrowest lobe.
    assert np.median(_error(told, p, q)) < 1e-3
    assert _error(told, p, q).max() < 0.2 * worst
    assert (told.trusted == 8).all()
    assert np.abs(told.albedo - SKIN).max() < 0.02


def test_gloss_is_taken_out_where_a_leaning_camera_sees_it() -> None:
    p, q = slopes(SHAPE, 15)
    directions, view = ring(8), (float(np.sin(0.25)), 0.0, float(np.cos(0.25)))
    light = shade(p, q, directions) + 0.02 * beckmann(p, q, directions, 0.3, view)[..., None]
    told = solve(
        np.ascontiguousarray(light, dtype=np.float32),
        directions,
        np.ones((8, 2, 2), np.float32),
        channel=2,
        linear=True,
        gloss=Gloss(0.02, 0.3),
        view=view,
    )
    overhead = _solve(light, directions, channel=2, gloss=Gloss(0.02, 0.3))
    assert np.median(_error(told, p, q)) < 1e-3
    assert np.median(_error(overhead, p, q)) > 0.01


def test_gloss_and_shadow_together_are_told_apart() -> None:
    p, q = slopes(SHAPE, 14)
    directions = ring(8)
    light = shade(p, q, directions) + 0.01 * beckmann(p, q, directions, 0.35)[..., None]
    light[5, 10:20] *= 0.05
    told = _solve(light, directions, channel=2, gloss=Gloss(0.01, 0.35))
    assert (_error(told, p, q) < 1e-3).mean() > 0.995
    assert (told.trusted[10:20] == 7).mean() > 0.98


def test_a_light_is_trusted_within_the_stated_tolerance() -> None:
    """Four lights and a fifth that is off by a known share of the albedo."""
    directions = ring(8)
    flat = np.zeros(SHAPE)
    light = shade(flat, flat, directions, GREY)
    for share, trusted in ((0.5 * TOLERANCE, 8), (3.0 * TOLERANCE, 7)):
        off = light.copy()
        off[4] += share * 0.5
        assert (_solve(off, directions).trusted == trusted).all()


def test_the_same_pictures_give_the_same_bytes() -> None:
    p, q = slopes(SHAPE, 15)
    light, _ = _spoilt(shade(p, q, ring(8), SKIN), 2, 1, 15)
    one, other = _solve(light, ring(8)), _solve(light, ring(8))
    for name in ("p", "q", "albedo", "trusted"):
        assert getattr(one, name).tobytes() == getattr(other, name).tobytes()


def test_slopes_follow_the_published_axes() -> None:
    """A surface that rises to the right faces left; one that rises down the rows faces up."""
    up = np.full(SHAPE, 0.3)
    flat = np.zeros(SHAPE)
    assert normals(up, flat)[0, 0, 0] < 0
    right = _solve(shade(up, flat, ring(6), GREY), ring(6))
    down = _solve(shade(flat, up, ring(6), GREY), ring(6))
    assert (right.p.mean(), right.q.mean()) == pytest.approx((0.3, 0.0), abs=1e-5)
    assert (down.p.mean(), down.q.mean()) == pytest.approx((0.0, 0.3), abs=1e-5)
    left_light = int(ring(6)[:, 0].argmin())
    top_light = int(ring(6)[:, 1].argmax())
    assert shade(up, flat, ring(6))[:, 0, 0, 0].argmax() == left_light
    assert shade(flat, up, ring(6))[:, 0, 0, 0].argmax() == top_light
