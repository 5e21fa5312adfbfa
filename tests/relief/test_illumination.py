"""Uneven light: told from the form where it can be, divided out where it cannot."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cicatrix.model import LightsCapture
from cicatrix.relief.illumination import Illumination, estimate
from cicatrix.relief.photometric import Shading, solve
from tests.relief.shade import SKIN, Array, Storage, beckmann, capture, dome, near_light, ring, shade, slopes

SHAPE = (150, 190)
PIXEL_MM = 0.2
FLAT = np.zeros(SHAPE)

FLOAT = Storage()
JPEG_LIKE = Storage(np.uint8, linear=False)


def _solved(photographs: LightsCapture, channel: int = 2) -> tuple[Illumination, Shading]:
    light = estimate(photographs, channel)
    return light, solve(
        photographs.images,
        light.directions,
        light.gain,
        channel=channel,
        linear=photographs.linear,
        gloss=light.gloss,
    )


def _near(distance_mm: float, storage: Storage, stated_mm: float | None, lights: int = 6) -> LightsCapture:
    """A flat matt field under lights near by."""
    rays, strength = near_light(FLAT, PIXEL_MM, distance_mm * ring(lights))
    light = shade(FLAT, FLAT, rays, SKIN) * strength[..., None]
    return capture(0.9 * light / light.max(), ring(lights), pixel_mm=PIXEL_MM, storage=storage, distance_mm=stated_mm)


@pytest.mark.parametrize("storage", [FLOAT, JPEG_LIKE], ids=["float", "uint8"])
@pytest.mark.parametrize("radius_mm", [1e9, 120.0, 60.0])
def test_a_curved_form_under_distant_lights_is_left_alone(radius_mm: float, storage: Storage) -> None:
    p, q = dome(SHAPE, PIXEL_MM, radius_mm)
    light, shading = _solved(capture(shade(p, q, ring(6)), ring(6), pixel_mm=PIXEL_MM, storage=storage))
    assert not light.flat_fielded
    assert light.disagreement < 0.002
    assert np.abs(light.gain - 1).max() < 0.01
    assert light.gloss.strength < 1e-3
    assert np.hypot(shading.p - p, shading.q - q).max() < (0.001 if storage is FLOAT else 0.02)


def test_relief_does_not_pass_for_uneven_light() -> None:
    p, q = dome(SHAPE, PIXEL_MM, 60.0)
    rough_p, rough_q = slopes(SHAPE, 0, 0.15)
    light, _ = _solved(capture(shade(p + rough_p, q + rough_q, ring(6)), ring(6), pixel_mm=PIXEL_MM))
    assert not light.flat_fielded
    assert np.abs(light.gain - 1).max() < 0.1


@pytest.mark.parametrize("storage", [FLOAT, JPEG_LIKE], ids=["float", "uint8"])
@pytest.mark.parametrize("distance_mm", [40.0, 80.0, 200.0])
def test_the_photographs_tell_how_near_the_lights_are(distance_mm: float, storage: Storage) -> None:
    light, shading = _solved(_near(distance_mm, storage, None))
    assert light.distance_mm == pytest.approx(distance_mm, rel=0.1)
    assert not light.flat_fielded
    assert light.directions.shape == (*light.gain.shape, 3)
    steep = np.hypot(shading.p, shading.q)
    assert np.median(steep) < 0.02
    assert (shading.trusted == 6).mean() > 0.99


def test_four_lights_cannot_tell_how_near_they_are() -> None:
    assert _solved(_near(200.0, FLOAT, None, lights=4))[0].distance_mm is None


def test_far_lights_are_not_called_near() -> None:
    p, q = dome(SHAPE, PIXEL_MM, 40.0)
    light, _ = _solved(capture(shade(p, q, ring(6)), ring(6), pixel_mm=PIXEL_MM))
    assert light.distance_mm is None


@pytest.mark.parametrize("storage", [FLOAT, JPEG_LIKE], ids=["float", "uint8"])
@pytest.mark.parametrize("distance_mm", [40.0, 80.0, 300.0])
def test_lights_at_a_stated_distance_are_corrected(distance_mm: float, storage: Storage) -> None:
    light, shading = _solved(_near(distance_mm, storage, distance_mm))
    assert not light.flat_fielded
    assert light.directions.shape == (*light.gain.shape, 3)
    assert light.disagreement < 0.01
    steep = np.hypot(shading.p, shading.q)
    assert np.median(steep) < 0.01
    assert steep.max() < 0.06


def test_a_form_is_kept_under_lights_at_a_stated_distance() -> None:
    p, q = dome(SHAPE, PIXEL_MM, 100.0)
    height = -0.5 * 100.0 * (p**2 + q**2)
    rays, strength = near_light(height, PIXEL_MM, 150.0 * ring(6))
    light = shade(p, q, rays, SKIN) * strength[..., None]
    photographs = capture(0.9 * light / light.max(), ring(6), pixel_mm=PIXEL_MM, distance_mm=150.0)
    _, shading = _solved(photographs)
    # What is left is the height of the form, which the correction takes as 0.
    assert np.median(np.hypot(shading.p - p, shading.q - q)) < 0.02


def test_directions_at_a_stated_distance_point_to_the_lights() -> None:
    light = estimate(_near(60.0, FLOAT, 60.0), 2)
    rows, cols = light.gain.shape[1:]
    cell = PIXEL_MM * SHAPE[0] / rows
    rays, _ = near_light(np.zeros((rows, cols)), cell, 60.0 * ring(6))
    assert np.abs(light.directions - rays).max() < 0.01


@pytest.mark.parametrize("factor", [0.7, 1.3])
@pytest.mark.parametrize("radius_mm", [1e9, 60.0])
def test_a_lamp_of_another_strength_leaves_a_tilt_at_most(radius_mm: float, factor: float) -> None:
    """A flat field cannot tell a lamp's strength from a tilt; relief and form must not suffer from it."""
    p, q = dome(SHAPE, PIXEL_MM, radius_mm)
    rough_p, rough_q = slopes(SHAPE, 1, 0.05)
    light = 0.7 * shade(p + rough_p, q + rough_q, ring(6))
    light[2] *= factor
    found, shading = _solved(capture(light, ring(6), pixel_mm=PIXEL_MM))
    assert not found.flat_fielded
    mean = found.gain.mean(axis=(1, 2))
    assert int(np.argmax(mean) if factor < 1 else np.argmin(mean)) == 2
    assert (mean[2] / np.delete(mean, 2).mean() - 1) * (1 / factor - 1) > 0
    for seen, made in ((shading.p, p + rough_p), (shading.q, q + rough_q)):
        assert np.std(seen - made) < 0.015
    assert (shading.trusted == 6).mean() > 0.95


@pytest.mark.parametrize("factor", [0.25, 0.6])
def test_exposure_does_not_matter(factor: float) -> None:
    p, q = dome(SHAPE, PIXEL_MM, 60.0)
    light = shade(p, q, ring(6))
    one, other = (estimate(capture(k * light, ring(6), pixel_mm=PIXEL_MM), 2) for k in (1.0, factor))
    assert np.abs(one.gain - other.gain).max() < 1e-4
    assert other.disagreement == pytest.approx(one.disagreement, abs=1e-5)


def test_scars_and_shadows_do_not_bend_the_smooth_field() -> None:
    p, q = dome(SHAPE, PIXEL_MM, 60.0)
    light = shade(p, q, ring(6))
    spoilt = light.copy()
    rng = np.random.default_rng(2)
    for k in range(6):
        for row, col in zip(rng.integers(0, 130, 8), rng.integers(0, 170, 8), strict=True):
            spoilt[k, row : row + 12, col : col + 12] *= 0.3
    clean, dirty = (estimate(capture(images, ring(6), pixel_mm=PIXEL_MM), 2) for images in (light, spoilt))
    assert not dirty.flat_fielded
    assert np.abs(clean.gain - dirty.gain).max() < 0.05


@pytest.mark.parametrize("storage", [FLOAT, JPEG_LIKE], ids=["float", "uint8"])
@pytest.mark.parametrize("roughness", [0.3, 0.4])
def test_gloss_is_found_and_taken_out(roughness: float, storage: Storage) -> None:
    form_p, form_q = dome(SHAPE, PIXEL_MM, 60.0)
    rough_p, rough_q = slopes(SHAPE, 3, 0.05)
    p, q = form_p + rough_p, form_q + rough_q
    light = 0.8 * shade(p, q, ring(6)) + 0.012 * beckmann(p, q, ring(6), roughness)[..., None]
    photographs = capture(light, ring(6), pixel_mm=PIXEL_MM, storage=storage)
    found, shading = _solved(photographs)
    assert found.gloss.strength == pytest.approx(0.012, rel=0.2)
    ignored = solve(photographs.images, found.directions, found.gain, channel=2, linear=storage.linear)
    assert _off(shading, p, q) < 0.2 * _off(ignored, p, q)


def _off(shading: Shading, p: Array, q: Array) -> float:
    return float(np.hypot(shading.p - p, shading.q - q).mean())


@pytest.mark.parametrize("shape", [(8, 9), (33, 120), (121, 31)])
def test_pictures_of_any_shape_are_taken(shape: tuple[int, int]) -> None:
    p, q = np.zeros(shape), np.zeros(shape)
    light = estimate(capture(shade(p, q, ring(5)), ring(5), pixel_mm=0.5), 2)
    assert np.abs(light.gain - 1).max() < 1e-3


def test_black_pictures_give_finite_gains() -> None:
    light = estimate(capture(np.zeros((4, 30, 40, 3)), ring(4)), 2)
    assert np.isfinite(light.gain).all()
    assert (light.gain > 0).all()


def _torches(seed: int, *, stated: bool) -> tuple[LightsCapture, Array, Array]:
    """A dome with relief under torches, each at its own distance and strength."""
    rng = np.random.default_rng(seed)
    places = ring(8) * rng.uniform(150, 300, 8)[:, None]
    strengths = rng.uniform(0.7, 1.3, 8)
    p, q = dome(SHAPE, PIXEL_MM, 80.0)
    rough_p, rough_q = slopes(SHAPE, seed, 0.1)
    p, q = p + rough_p, q + rough_q
    rays, fall = near_light(FLAT, PIXEL_MM, places)
    received = strengths / (places**2).sum(axis=1)
    light = shade(p, q, rays) * (fall * received[:, None, None])[..., None]
    far = capture(0.9 * light / light.max(), ring(8), pixel_mm=PIXEL_MM)
    known = replace(far, positions_mm=places, strengths=strengths / strengths.mean())
    return (known if stated else far), p, q


@pytest.mark.parametrize("seed", [3, 4])
def test_measured_places_and_strengths_of_torches_give_the_slopes(seed: int) -> None:
    photographs, p, q = _torches(seed, stated=True)
    light, shading = _solved(photographs)
    assert not light.flat_fielded
    assert light.distance_mm == pytest.approx(np.median(np.linalg.norm(photographs.positions_mm, axis=1)))  # type: ignore[arg-type]
    wrong = np.median(np.hypot(shading.p - p, shading.q - q))
    unstated = _solved(_torches(seed, stated=False)[0])[1]
    assert wrong < 0.005
    assert wrong < 0.3 * np.median(np.hypot(unstated.p - p, unstated.q - q))
