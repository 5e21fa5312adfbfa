"""The tone of the skin: classes at their limits, the Monk scale, and what an unknown exposure leaves open."""

from __future__ import annotations

import numpy as np
import pytest

from cicatrix.colour import skin_tone
from cicatrix.colour.tone import ITA_LIMITS_DEG, MONK, ita_class, ita_deg, monk_tone, tone_of
from cicatrix.model.cielab import lab
from cicatrix.model.light import decode_srgb
from cicatrix.model.skin import ITA_CLASSES
from cicatrix.phantom.colour import BLOOD, MELANIN, reflectance_rgb
from cicatrix.phantom.colour import ita_deg as phantom_ita_deg
from cicatrix.phantom.options import TONES, Tone
from tests.colour.skin import Patch, albedo, relief_of


def test_lab_of_white_and_of_mid_grey() -> None:
    assert lab(np.ones(3)) == pytest.approx([100.0, 0.0, 0.0], abs=0.01)
    assert lab(np.full(3, 0.18418651851244416))[0] == pytest.approx(50.0, abs=0.01)


def test_every_limit_belongs_to_the_darker_class() -> None:
    for k, limit in enumerate(ITA_LIMITS_DEG):
        assert ita_class(limit + 0.01) == ITA_CLASSES[k]
        assert ita_class(limit) == ITA_CLASSES[k + 1]


def test_the_monk_tones_are_closest_to_themselves() -> None:
    for tone, code in enumerate(MONK, start=1):
        srgb = np.array([int(code[k : k + 2], 16) for k in (0, 2, 4)]) / 255.0
        assert monk_tone(decode_srgb(srgb)) == tone


@pytest.mark.parametrize("tone", TONES)
def test_with_a_reference_the_angle_is_the_true_one(tone: Tone) -> None:
    rgb = reflectance_rgb(np.array(MELANIN[tone]), np.array(BLOOD))
    found = tone_of(rgb / 0.8, brightest=0.8)
    assert found.calibrated
    assert found.ita_deg is not None
    assert found.ita_deg.value == pytest.approx(float(phantom_ita_deg(rgb)), abs=0.3)
    assert found.ita_deg.low < found.ita_deg.value < found.ita_deg.high
    assert ita_class(found.ita_deg.value) in found.ita_classes
    assert found.monk in found.monk_tones


@pytest.mark.parametrize("tone", TONES)
def test_without_a_reference_nothing_is_claimed_and_the_truth_stays_possible(tone: Tone) -> None:
    rgb = reflectance_rgb(np.array(MELANIN[tone]), np.array(BLOOD))
    found = tone_of(rgb / rgb.max())
    assert not found.calibrated
    assert (found.ita_deg, found.ita_class, found.monk, found.lightness) == (None, None, None, None)
    assert ita_class(ita_deg(rgb)) in found.ita_classes
    assert "not known" in found.basis


def test_marks_do_not_colour_the_tone() -> None:
    patches = tuple(Patch("red", 6.0 + 9.0 * k, 6.0 + 9.0 * j, 5.0, 0.8) for k in range(3) for j in range(3))
    plain, marked = (skin_tone(relief_of(albedo(each)), brightest=1.0) for each in ((), patches))
    assert plain is not None
    assert marked is not None
    assert plain.ita_deg is not None
    assert marked.ita_deg is not None
    assert marked.ita_deg.value == pytest.approx(plain.ita_deg.value, abs=2.0)
