from __future__ import annotations

import itertools

import numpy as np
import pytest

from cicatrix.phantom import TONES
from cicatrix.phantom.colour import BLOOD, MELANIN, ita_deg, lab, reflectance_rgb, skin_rgb
from cicatrix.phantom.options import Tone

# Individual typology angle: Chardon et al. 1991, doi:10.1111/j.1467-2494.1991.tb00561.x.
CLASSES: dict[Tone, tuple[float, float]] = {
    "very_light": (55.0, 90.0),
    "light": (41.0, 55.0),
    "intermediate": (28.0, 41.0),
    "tan": (10.0, 28.0),
    "brown": (-30.0, 10.0),
    "very_dark": (-90.0, -30.0),
}


def plain(tone: Tone) -> np.ndarray:
    return reflectance_rgb(np.array(MELANIN[tone]), np.array(BLOOD))


@pytest.mark.parametrize("tone", TONES)
def test_each_tone_lies_in_its_class(tone: Tone) -> None:
    low, high = CLASSES[tone]
    assert low + 2.0 < float(ita_deg(plain(tone))) < high - 2.0


def test_tones_darken_in_every_channel() -> None:
    for lighter, darker in itertools.pairwise(TONES):
        assert (plain(darker) < plain(lighter)).all()


@pytest.mark.parametrize("tone", TONES)
def test_skin_reflects_red_more_than_green_more_than_blue(tone: Tone) -> None:
    red, green, blue = plain(tone)
    assert 1.0 > red > green > blue > 0.0


def test_blood_reddens_and_melanin_browns() -> None:
    colour = lab(plain("light"))
    red = lab(reflectance_rgb(np.array(MELANIN["light"]), np.array(3 * BLOOD)))
    brown = lab(reflectance_rgb(np.array(2 * MELANIN["light"]), np.array(BLOOD)))
    assert red[1] - colour[1] > 3.0
    assert red[2] < colour[2]
    assert brown[0] < colour[0] - 3.0
    assert brown[2] > colour[2]


def test_lab_of_white_black_and_middle_grey() -> None:
    assert lab(np.ones(3)) == pytest.approx([100.0, 0.0, 0.0], abs=1e-6)
    assert lab(np.zeros(3)) == pytest.approx([0.0, 0.0, 0.0], abs=1e-6)
    # A grey of 18.4 % reflectance has L* = 50 by definition of the scale (CIE 15:2004).
    assert lab(np.full(3, 0.18419))[0] == pytest.approx(50.0, abs=0.01)


def test_lab_of_the_srgb_red_primary() -> None:
    # IEC 61966-2-1 red under D65; CIELAB by CIE 15:2004 from its published XYZ (0.4124, 0.2126, 0.0193).
    assert lab(np.array([1.0, 0.0, 0.0])) == pytest.approx([53.24, 80.09, 67.20], abs=0.1)


def test_the_table_for_pictures_agrees_with_the_model() -> None:
    rng = np.random.default_rng(0)
    melanin = rng.uniform(0.01, 0.4, (40, 50)).astype(np.float32)
    blood = rng.uniform(0.002, 0.03, (40, 50)).astype(np.float32)
    assert skin_rgb(melanin, blood) == pytest.approx(reflectance_rgb(melanin, blood), rel=1e-3)
