from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from cicatrix.errors import InputError
from cicatrix.phantom.bounce import Bounces
from cicatrix.phantom.diffusion import PROFILE, Scatter, spread_mm
from cicatrix.phantom.render import Optics, Renderer, gloss, irradiance, normals, render_relief
from cicatrix.phantom.shadow import openness, seen_share

PIXEL = 0.05
BARE = Optics(subsurface=0.0, gloss=0.0, interreflection=False, light_size_deg=0.0)


def towards(elevation_deg: float, azimuth_deg: float = 0.0) -> NDArray[np.float64]:
    e, a = np.radians(elevation_deg), np.radians(azimuth_deg)
    return np.array([np.cos(e) * np.cos(a), np.cos(e) * np.sin(a), np.sin(e)])


def step(height_mm: float, side: int = 160) -> NDArray[np.float32]:
    """High ground on the right half."""
    ground = np.zeros((side, side), dtype=np.float32)
    ground[:, side // 2 :] = height_mm
    return ground


@pytest.mark.parametrize("elevation_deg", [25.0, 40.0, 65.0])
@pytest.mark.parametrize(("turns", "azimuth_deg"), [(0, 0.0), (1, 90.0), (2, 180.0), (3, 270.0)])
def test_a_step_casts_a_shadow_as_long_as_its_height_over_the_tangent(
    elevation_deg: float, turns: int, azimuth_deg: float
) -> None:
    # Turning the picture counter-clockwise by 90 degrees turns the light by the same: x right, y up.
    ground = np.rot90(step(0.8), turns)
    seen = seen_share(ground, PIXEL, towards(elevation_deg, azimuth_deg), far=True, size_deg=0.0)
    row = np.rot90(seen, -turns)[80]
    length = np.count_nonzero(row[:80] == 0.0) * PIXEL
    assert length == pytest.approx(0.8 / np.tan(np.radians(elevation_deg)), abs=1.01 * PIXEL)
    assert (row[80:] == 1.0).all()


def test_a_light_of_some_size_makes_a_penumbra_of_the_length_of_its_limbs() -> None:
    row = seen_share(step(1.0, 200), 0.02, towards(35.0), far=True, size_deg=6.0)[100, :100]
    partly = np.count_nonzero((row > 0.0) & (row < 1.0)) * 0.02
    limbs = 1.0 / np.tan(np.radians(32.0)) - 1.0 / np.tan(np.radians(38.0))
    assert partly == pytest.approx(limbs, abs=0.05)
    assert (np.diff(row) <= 1e-6).all()
    # Where the middle of the light touches the edge, half of it is seen.
    middle = 100 - 1.0 / np.tan(np.radians(35.0)) / 0.02
    assert np.interp(middle, np.arange(100), row) == pytest.approx(0.5, abs=0.04)


def test_a_near_light_casts_longer_shadows_further_away() -> None:
    ground = np.zeros((41, 801), dtype=np.float32)
    ground[:, 200:210] = ground[:, 600:610] = 0.5
    row = seen_share(ground, PIXEL, np.array([0.0, 0.0, 30.0]), far=False, size_deg=0.0)[20]
    for edge in (200, 600):
        out = edge - 1 if edge < 400 else edge + 10
        # Similar triangles: the ray over the top edge of the wall meets the ground beyond it.
        away = abs(out + 0.5 - 400.5) * PIXEL
        shadow = np.count_nonzero(row[out - 30 : out + 31] == 0.0) * PIXEL
        assert shadow == pytest.approx(0.5 * away / (30.0 - 0.5), abs=1.5 * PIXEL)


def test_openness_is_one_on_a_plain_and_a_half_at_the_foot_of_a_high_wall() -> None:
    assert (openness(np.zeros((80, 80), dtype=np.float32), PIXEL) == 1.0).all()
    wall = openness(step(20.0), PIXEL, directions=64)
    assert wall[80, 79] == pytest.approx(0.5, abs=0.05)
    assert wall[80, 100] == 1.0


@pytest.mark.parametrize("elevation_deg", [15.0, 30.0, 60.0, 90.0])
def test_a_level_plane_shines_with_the_sine_of_the_elevation(elevation_deg: float) -> None:
    albedo = np.array([0.6, 0.4, 0.2])
    matt, shine = render_relief(np.zeros((40, 40)), PIXEL, towards(elevation_deg)[None], albedo, BARE)
    assert matt[0, 20, 20] == pytest.approx(np.sin(np.radians(elevation_deg)) * albedo, rel=1e-5)
    assert np.ptp(matt, axis=(1, 2)).max() < 1e-6
    assert shine.max() == 0.0


def test_a_tilted_plane_shines_with_the_cosine_to_its_normal() -> None:
    y, x = -np.mgrid[0:40, 0:40][0] * PIXEL, np.mgrid[0:40, 0:40][1] * PIXEL
    plane = 0.3 * x - 0.2 * y
    normal = np.array([-0.3, 0.2, 1.0]) / np.sqrt(1.13)
    assert normals(plane.astype(np.float32), PIXEL)[20, 20] == pytest.approx(normal, abs=1e-5)
    light = towards(50.0, 130.0)
    assert irradiance(plane.astype(np.float32), PIXEL, light, BARE)[20, 20] == pytest.approx(normal @ light, rel=1e-4)


def test_a_near_light_falls_off_with_the_square_of_the_distance() -> None:
    optics = Optics(subsurface=0.0, gloss=0.0, interreflection=False, light_size_deg=0.0, light_distance_mm=60.0)
    light = towards(40.0, 20.0)
    ground = np.zeros((201, 201), dtype=np.float32)
    got = irradiance(ground, 0.2, light, optics)
    for row, col in ((100, 100), (0, 0), (30, 180)):
        way = 60.0 * light - np.array([(col - 100) * 0.2, (100 - row) * 0.2, 0.0])
        distance = np.linalg.norm(way)
        assert got[row, col] == pytest.approx(way[2] / distance * (60.0 / distance) ** 2, rel=1e-4)


def test_gloss_is_brightest_on_the_facet_that_mirrors_the_light() -> None:
    light = towards(50.0)
    tilts = np.radians(np.arange(-60.0, 61.0))
    facets = np.dstack([np.sin(tilts), np.zeros_like(tilts), np.cos(tilts)])
    shine = gloss(facets.astype(np.float32), np.broadcast_to(light, facets.shape).astype(np.float32), 0.25)[0]
    assert np.degrees(tilts[np.argmax(shine)]) == pytest.approx(20.0, abs=2.0)
    # At the mirror facet: pi * D * F * G / (4 n·v) with D = 1 / (pi alpha²), F = 0.028 and G close to 1.
    assert shine.max() == pytest.approx(0.028 / (4.0 * 0.25**2 * np.cos(np.radians(20.0))), rel=0.05)


def test_gloss_gives_back_no_more_light_than_falls_in() -> None:
    # White-furnace test of the lobe with full Fresnel reflection left out: F0 bounds the share that is reflected.
    elevation, azimuth = np.meshgrid(np.radians(np.arange(0.5, 90.0)), np.radians(np.arange(1.0, 360.0, 2.0)))
    light = np.dstack([np.cos(elevation) * np.cos(azimuth), np.cos(elevation) * np.sin(azimuth), np.sin(elevation)])
    up = np.broadcast_to(np.array([0.0, 0.0, 1.0]), light.shape)
    shine = gloss(up.astype(np.float32), light.astype(np.float32), 0.35)
    total = np.sum(shine * np.cos(elevation)) * np.radians(1.0) * np.radians(2.0) / np.pi
    assert 0.5 * 0.028 < total < 1.3 * 0.028


def test_the_skin_profile_sums_to_one_and_has_the_published_widths() -> None:
    assert PROFILE[:, 1:].sum(axis=0) == pytest.approx([1.0, 1.0, 1.0], abs=0.002)
    # Roots of the sums of weight times variance in the published table, by hand: 1.38287, 0.068129 and 0.024772 mm².
    assert spread_mm() == pytest.approx([1.1760, 0.2610, 0.1574], rel=1e-3)


def test_scattering_keeps_the_mean_and_spreads_each_colour_by_its_width() -> None:
    level = np.zeros((401, 401), dtype=np.float32)
    light = np.zeros((401, 401, 3), dtype=np.float32)
    light[200, 200] = 1.0
    out = Scatter(level, PIXEL)(light)
    assert out.sum(axis=(0, 1)) == pytest.approx([1.0, 1.0, 1.0], rel=2e-3)
    assert (out >= 0.0).all()
    offset = (np.arange(401) - 200) * PIXEL
    variance = (out.sum(axis=0) * offset[:, None] ** 2).sum(axis=0)
    assert np.sqrt(variance) == pytest.approx(spread_mm(), rel=0.03)


@pytest.mark.parametrize("scale", [0.0, 0.5, 2.0])
def test_scattering_leaves_even_light_as_it_is(scale: float) -> None:
    rough = np.random.default_rng(0).normal(0.0, 0.2, (60, 70)).astype(np.float32)
    light = np.broadcast_to(np.array([0.3, 0.5, 0.7], dtype=np.float32), (60, 70, 3)).copy()
    assert Scatter(rough, PIXEL, scale)(light) == pytest.approx(light, rel=2e-3)


def test_light_does_not_leap_from_the_rim_of_a_shaft_to_its_floor() -> None:
    shaft = np.zeros((121, 121), dtype=np.float32)
    shaft[50:71, 50:71] = -1.5
    rim = np.repeat((shaft == 0.0).astype(np.float32)[:, :, None], 3, axis=2)
    deep, level = Scatter(shaft, PIXEL)(rim)[60, 60], Scatter(0 * shaft, PIXEL)(rim)[60, 60]
    assert (deep <= level).all()
    # At 1.5 mm of depth the Gaussians below 0.5 mm bring nothing; red keeps its two widest.
    assert deep[1] < 0.1 * level[1]
    assert deep[0] < 0.9 * level[0]


def test_light_between_the_walls_of_a_bowl_follows_the_integrating_sphere() -> None:
    # In a part of a sphere every point sees every other with the same form factor, so all get the same extra light.
    radius, half_angle = 2.0, np.radians(60.0)
    y, x = (np.mgrid[0:201, 0:201] - 100) * 0.02
    inside = np.hypot(x, y) < radius * np.sin(half_angle)
    bowl = np.where(inside, radius * np.cos(half_angle) - np.sqrt(np.maximum(radius**2 - x**2 - y**2, 0.0)), 0.0)
    albedo = np.broadcast_to(np.array([0.8, 0.5, 0.2], dtype=np.float32), (201, 201, 3))
    direct = inside.astype(np.float32)
    extra = Bounces(bowl.astype(np.float32), 0.02)(direct, albedo)
    share = 0.5 * (1.0 - np.cos(half_angle))  # the cap's part of the whole sphere
    want = albedo[0, 0] * share / (1.0 - albedo[0, 0] * share)
    # The rim is blunted by the pixels, which takes some of what lies just below it.
    assert extra[100, 100] == pytest.approx(want, rel=0.08)
    assert extra[100, 140] == pytest.approx(want, rel=0.08)
    assert extra[3, 3].max() == 0.0


def test_the_red_of_a_shadow_comes_from_inside_the_skin() -> None:
    optics = Optics(gloss=0.0, interreflection=False)
    matt, _ = render_relief(step(0.3), PIXEL, towards(30.0)[None], np.array([0.5, 0.5, 0.5]), optics)
    shadow = matt[0, 80, 77]
    assert shadow[0] > 1.5 * shadow[1]
    assert shadow[1] > shadow[2]


def test_one_renderer_serves_lamps_at_any_distance() -> None:
    ground, colour = step(0.3), np.array([0.5, 0.4, 0.3])
    renderer = Renderer(ground, PIXEL, colour, Optics())
    for far in (None, 80.0):
        alone = render_relief(ground, PIXEL, towards(40.0)[None], colour, Optics(light_distance_mm=far))
        for seen, expected in zip(renderer.under(towards(40.0), far), alone, strict=True):
            assert np.array_equal(seen, expected[0])


def test_a_near_camera_sees_the_mirror_image_elsewhere() -> None:
    renderer = Renderer(np.zeros((201, 201)), 0.2, np.ones(3), Optics(roughness=0.15, light_size_deg=0.0))
    lamp = np.array([10.0, 0.0, 100.0])
    far = float(np.linalg.norm(lamp))
    _, shine = renderer.under(lamp / far, far, np.array([-10.0, 4.0, 100.0]))
    row, col = np.unravel_index(shine.argmax(), shine.shape)
    # Both stand at one height: a level mirror shows the lamp half-way between them.
    assert ((col - 100) * 0.2, (100 - row) * 0.2) == pytest.approx((0.0, 2.0), abs=0.6)
    _, overhead = renderer.under(lamp / far, far, np.array([0.0, 0.0, 1e6]))
    assert overhead == pytest.approx(renderer.under(lamp / far, far)[1], rel=1e-3)


def test_the_sky_lights_a_plane_evenly_and_a_hole_hardly() -> None:
    colour = np.array([0.6, 0.4, 0.2])
    plane = Renderer(np.zeros((80, 80)), PIXEL, colour, Optics()).under_sky()
    assert plane == pytest.approx(np.broadcast_to(colour, plane.shape), rel=1e-3)
    shaft = np.zeros((121, 121))
    shaft[50:71, 50:71] = -2.0
    holed = Renderer(shaft, PIXEL, colour, BARE).under_sky()
    assert holed[60, 60, 0] < 0.15 * holed[5, 5, 0]


@pytest.mark.parametrize(
    ("height", "pixel", "lights", "says"),
    [
        (np.zeros((2, 9)), 0.1, towards(40.0)[None], "height field has shape"),
        (np.full((9, 9), np.nan), 0.1, towards(40.0)[None], "height field has shape"),
        (np.zeros((9, 9)), 0.0, towards(40.0)[None], "pixel_mm is 0"),
        (np.zeros((9, 9)), 0.1, 2.0 * towards(40.0)[None], "unit vectors"),
        (np.zeros((9, 9)), 0.1, towards(40.0), "unit vectors"),
        (np.zeros((9, 9)), 0.1, np.zeros((0, 3)), "one or more"),
        (np.zeros((9, 9)), 0.1, towards(-10.0)[None], "above the skin"),
    ],
)
def test_scenes_that_make_no_sense_are_refused(
    height: NDArray[np.float64], pixel: float, lights: NDArray[np.float64], says: str
) -> None:
    with pytest.raises(InputError, match=says):
        render_relief(height, pixel, lights, np.ones(3))
