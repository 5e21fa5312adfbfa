"""The maps show what the heights, colours and lights say, and the same in every picture."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from cicatrix.model import Relief
from cicatrix.report.palette import HEIGHT_ANCHORS, STYLES, TRUST_ANCHORS, colour_map, hex_rgb
from cicatrix.report.pictures import (
    Pictures,
    height_limit,
    paint,
    reduced,
    shade,
    skin_colour,
    tint_height,
    tint_trusted,
)


def plane(slope_x: float, slope_up: float, pixel_mm: float = 0.1) -> NDArray[np.float32]:
    rows, cols = np.mgrid[0:40, 0:50]
    return np.asarray((slope_x * cols - slope_up * rows) * pixel_mm, dtype=np.float32)


def test_flat_skin_is_the_same_grey_at_any_height_and_pixel_size() -> None:
    greys = {
        int(shade(np.full((9, 9), height, np.float32), pixel)[4, 4]) for height in (-1, 0, 3) for pixel in (0.02, 1)
    }
    assert greys == {round(0.66 * 255)}


def test_shading_is_lambert_on_a_tilted_plane() -> None:
    light = np.array([0.3, -0.2, 0.9])
    for slope_x, slope_up in ((0.2, 0.0), (0.0, 0.3), (-0.25, 0.1)):
        normal = np.array([-slope_x, -slope_up, 1.0])
        facing = normal @ light / np.linalg.norm(normal) / np.linalg.norm(light)
        expected = facing * 0.66 * 255 / (light[2] / np.linalg.norm(light))
        picture = shade(plane(slope_x, slope_up), 0.1, (0.3, -0.2, 0.9), exaggeration=1.0)
        assert picture[20, 25] == pytest.approx(expected, abs=0.51)


def test_slope_facing_the_upper_left_is_bright() -> None:
    assert shade(plane(0.2, 0.0), 0.1)[20, 25] > shade(plane(-0.2, 0.0), 0.1)[20, 25]
    assert shade(plane(0.0, -0.2), 0.1)[20, 25] > shade(plane(0.0, 0.2), 0.1)[20, 25]


def test_turning_skin_and_light_together_turns_the_picture(relief: Relief) -> None:
    upright = shade(relief.height_mm, relief.pixel_mm, (-1.0, 0.4, 1.2))
    turned = shade(np.ascontiguousarray(np.rot90(relief.height_mm)), relief.pixel_mm, (-0.4, -1.0, 1.2))
    assert np.abs(np.rot90(upright).astype(int) - turned).max() <= 1


def test_light_below_the_horizon_is_refused() -> None:
    with pytest.raises(ValueError, match="above the skin"):
        shade(np.zeros((4, 4), np.float32), 0.1, (1.0, 0.0, -0.1))


def test_height_colours_are_level_in_the_middle_and_end_at_the_limit() -> None:
    picture = tint_height(np.array([[-9.0, -0.5, 0.0, 0.5, 9.0]], np.float32), 0.5)[0]
    table = colour_map(HEIGHT_ANCHORS)
    assert picture[0].tolist() == picture[1].tolist() == table[0].tolist() == list(hex_rgb(HEIGHT_ANCHORS[0]))
    assert picture[3].tolist() == picture[4].tolist() == list(hex_rgb(HEIGHT_ANCHORS[-1]))
    assert np.abs(picture[2].astype(int) - hex_rgb(HEIGHT_ANCHORS[3])).max() <= 2


def test_height_limit_holds_nearly_all_of_the_picture_and_is_round() -> None:
    heights = np.linspace(-0.83, 0.31, 10_000, dtype=np.float32).reshape(100, 100)
    assert height_limit(heights) == 1.0
    assert height_limit(np.zeros((5, 5), np.float32)) == 0.06


def test_trusted_lights_get_lighter_with_their_number() -> None:
    picture = tint_trusted(np.arange(9, dtype=np.uint8)[None, :], 8)[0]
    assert (np.diff(picture.astype(int) @ [2126, 7152, 722]) > 0).all()
    assert picture[0].tolist() == list(hex_rgb(TRUST_ANCHORS[0]))
    assert picture[8].tolist() == list(hex_rgb(TRUST_ANCHORS[-1]))


def test_colour_is_srgb_and_never_brightened() -> None:
    dark = np.full((6, 6, 3), (0.2, 0.1, 0.05), np.float32)
    # IEC 61966-2-1: 0.2 encodes to 124, 0.1 to 89, 0.05 to 63.
    assert np.abs(skin_colour(dark)[0, 0].astype(int) - (124, 89, 63)).max() <= 1
    light = skin_colour(np.full((6, 6, 3), 0.9, np.float32))
    assert np.abs(light[0, 0].astype(int) - 179).max() <= 1  # 0.45 encodes to 179


def test_large_reliefs_are_averaged_down_and_keep_their_scale() -> None:
    height = plane(0.2, 0.0)
    relief = Relief(height, np.zeros_like(height), 0.1, "height")
    pictures = paint(relief, longest=25)
    assert pictures.relief.shape == (20, 25)
    assert pictures.pixel_mm == pytest.approx(0.2)
    assert pictures.relief[10, 12] == pytest.approx(paint(relief).relief[20, 25], abs=1)
    assert reduced(height, 25).mean() == pytest.approx(height.mean(), abs=1e-6)


def test_height_map_has_no_colour_and_no_trusted_lights(relief: Relief) -> None:
    pictures = paint(Relief(relief.height_mm, relief.form_mm, relief.pixel_mm, "height"))
    assert pictures.colour is None
    assert pictures.trusted is None
    assert pictures.directions == ()


def test_photographs_give_every_map_in_full(pictures: Pictures, relief: Relief) -> None:
    assert pictures.colour is not None
    assert pictures.trusted is not None
    assert pictures.relief.shape == relief.shape
    assert {one.shape for one in (pictures.height, pictures.colour, pictures.trusted)} == {(*relief.shape, 3)}


@pytest.mark.parametrize("kind", STYLES)
def test_each_kind_is_drawn_in_its_own_way_and_legibly(kind: str) -> None:
    style = {name: one for name, one in STYLES.items() if name == kind}.popitem()[1]
    assert contrast(hex_rgb(style.colour), (255, 255, 255)) > 4.5
    assert [one.dash for one in STYLES.values()].count(style.dash) == 1
    assert [one.sign for one in STYLES.values()].count(style.sign) == 1


def contrast(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    """Contrast ratio of WCAG 2.2."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: tuple[int, int, int]) -> float:
    linear = [c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
