from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from cicatrix.model.light import decode_srgb, encode_srgb
from cicatrix.outlook.surface.light import irradiance, lit_skin
from cicatrix.outlook.surface.scene import LONGEST, light_of
from cicatrix.outlook.surface.simulate import simulate
from cicatrix.phantom.shadow import seen_share
from tests.outlook.surface_made import FOUR, left, option, photograph, results, skin

Plane = NDArray[np.float32]


def towards(azimuth_deg: float, elevation_deg: float) -> NDArray[np.float64]:
    azimuth, elevation = math.radians(azimuth_deg), math.radians(elevation_deg)
    flat = math.cos(elevation)
    return np.array([flat * math.cos(azimuth), flat * math.sin(azimuth), math.sin(elevation)])


def everywhere(light: NDArray[np.float64], shape: tuple[int, int]) -> Plane:
    return np.broadcast_to(light.astype(np.float32)[:, None, None], (3, *shape))


LIGHTS = np.stack([towards(azimuth, 32.0) for azimuth in (120.0, 210.0, 300.0, 30.0)])


@pytest.mark.parametrize("azimuth", [0, 40, 90, 135, 200, 270, 315])
def test_a_plane_gets_the_cosine(azimuth: float) -> None:
    rows, cols = np.indices((60, 80))
    slope_right, slope_up = 0.2, -0.1
    height = (0.1 * (slope_right * cols - slope_up * rows)).astype(np.float32)
    light = towards(azimuth, 50.0)
    normal = np.array([-slope_right, -slope_up, 1.0]) / math.sqrt(1.0 + slope_right**2 + slope_up**2)
    found, seen = irradiance(height, everywhere(light, height.shape), 0.1)
    np.testing.assert_allclose(found, normal @ light, atol=1e-4)
    assert (seen == 1).all()


@pytest.mark.parametrize("azimuth", [0, 90, 180, 270])
def test_a_step_throws_a_shadow_of_its_height_over_the_slope_of_the_light(azimuth: int) -> None:
    height = np.zeros((200, 200), np.float32)
    height[80:120, 80:120] = 1.0
    _, seen = irradiance(height, everywhere(towards(azimuth, 30.0), height.shape), 0.05)
    line = {0: seen[100, :80][::-1], 90: seen[120:, 100], 180: seen[100, 120:], 270: seen[:80, 100][::-1]}[azimuth]
    assert 0.05 * float((line < 0.5).sum()) == pytest.approx(1.0 / math.tan(math.radians(30.0)), abs=0.11)


@pytest.mark.parametrize("azimuth", [15, 70, 130, 200, 260, 330])
def test_shadows_agree_with_rays_from_every_pixel(azimuth: float) -> None:
    relief, _ = skin(pixel_mm=0.04)
    light = towards(azimuth, 28.0)
    _, seen = irradiance(relief.height_mm, everywhere(light, relief.shape), relief.pixel_mm)
    rays = seen_share(relief.height_mm, relief.pixel_mm, light, far=True, size_deg=3.0)
    down, across = np.gradient(relief.height_mm.astype(np.float64), relief.pixel_mm)
    facing = light[2] - light[0] * across + light[1] * down > 0.02
    assert (np.abs(seen - rays)[facing] > 0.5).mean() < 0.004


def test_scattering_keeps_the_light_and_warms_shadows() -> None:
    light = np.ones((200, 200), np.float32)
    light[80:120, 80:120] = 0.0
    skin_light = lit_skin(light, 0.03, 3)
    red, green, blue = (float(skin_light[100, 86, channel]) for channel in range(3))
    assert red > green > blue
    # Beside the shadow the skin looks hardly cooler.
    assert (skin_light[..., 0] >= 0.95 * skin_light[..., 1] - 1e-6).all()
    np.testing.assert_allclose(skin_light[:20], 1.0, atol=1e-5)


def test_a_low_light_from_above_is_chosen() -> None:
    lights = np.stack([towards(90, 60), towards(270, 30), towards(100, 33), towards(90, 10)])
    assert light_of(lights) == 2


def test_before_is_the_photograph_itself() -> None:
    relief, scars = skin(lights=LIGHTS)
    made = simulate(relief, scars, option(), results(left(0.5)), ())
    assert made.light == 0
    assert made.elevation_deg == pytest.approx(32.0, abs=0.1)
    assert relief.shots is not None
    photo = np.asarray(relief.shots.images[0] / 65535.0, dtype=np.float32)
    np.testing.assert_array_equal(made.surfaces[0].picture, encode_srgb(photo))


def test_far_from_the_scars_every_picture_is_the_photograph() -> None:
    relief, scars = skin((FOUR[0],), lights=LIGHTS)
    made = simulate(relief, scars, option(), results(left(0.3)), ())
    far = np.hypot(*(np.indices(relief.shape) * 0.05 - 3.0)) > 5.0
    for surface in made.surfaces:
        assert (surface.picture[far] == made.surfaces[0].picture[far]).all()
    assert (made.surface("expected").picture != made.surfaces[0].picture).any()


@pytest.mark.parametrize("fraction", [0.02, 0.4, 0.7])
def test_pictures_come_near_photographs_of_the_changed_surface(fraction: float) -> None:
    relief, scars = skin(lights=LIGHTS)
    assert relief.albedo is not None
    made = simulate(relief, scars, option(), results(left(fraction)), ())
    surface = made.surface("expected")
    values = photograph(surface.height_mm, relief.albedo, LIGHTS[0], relief.pixel_mm)
    real = encode_srgb(np.asarray(values / 65535.0, dtype=np.float32))
    where = np.abs(surface.height_mm - relief.height_mm) > 0.02
    wrong = np.abs(surface.picture[where].astype(int) - real[where])
    before = np.abs(made.surfaces[0].picture[where].astype(int) - real[where])
    # The photographs here do not scatter light, the simulation does: edges of shadows differ.
    assert wrong.mean() < 0.65 * before.mean()
    assert np.median(wrong) <= 8


def test_filled_scars_leave_no_patch() -> None:
    relief, scars = skin(lights=LIGHTS)
    made = simulate(relief, scars, option(), results(left(0.02)), ())
    picture = decode_srgb(made.surface("expected").picture / 255.0)
    skin_around = np.median(picture[::4, ::4].reshape(-1, 3), axis=0)
    for scar in scars:
        row, col = int(scar.y_mm / 0.05), int(scar.x_mm / 0.05)
        inside = picture[row - 6 : row + 7, col - 6 : col + 7].reshape(-1, 3)
        np.testing.assert_allclose(np.median(inside, axis=0) / skin_around, 1.0, atol=0.1)


def test_grey_photographs_and_near_lights_are_drawn_too() -> None:
    relief, scars = skin(lights=LIGHTS)
    assert relief.shots is not None
    field = np.broadcast_to(LIGHTS[:, None, None, :], (4, 5, 6, 3)).copy()
    field[..., 0] += np.linspace(-0.05, 0.05, 6)
    shots = replace(relief.shots, images=relief.shots.images[..., :1], directions=field, channel=0)
    made = simulate(replace(relief, shots=shots), scars, option(), results(left(0.4)), ())
    picture = made.surface("expected").picture
    assert (picture[..., 0] == picture[..., 2]).all()
    assert (picture != made.surfaces[0].picture).any()


def test_a_height_map_is_drawn_in_grey_under_a_computed_light() -> None:
    relief, scars = skin()
    made = simulate(relief, scars, option(), results(left(0.4)), ())
    picture = made.surfaces[0].picture
    assert made.light is None
    assert made.elevation_deg == pytest.approx(40.5, abs=0.1)
    assert (picture[..., 0] == picture[..., 1]).all()
    # A pit lit from the upper left is dark on its upper left side.
    assert picture[48, 48].mean() < picture[72, 72].mean()


def test_large_surfaces_make_small_pictures() -> None:
    relief, scars = skin(pixel_mm=0.0125)
    made = simulate(relief, scars, option(), results(left(0.4)), ())
    assert max(made.surfaces[0].picture.shape) == LONGEST
    assert made.surface("expected").height_mm.shape == relief.shape
    assert made.picture_pixel_mm == pytest.approx(12.5 / 800)
