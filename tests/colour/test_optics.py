"""Melanin and erythema: what changes them, and what must not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cicatrix.colour.optics import ERYTHEMA_WEIGHTS, INDEX, MELANIN_RGB, absorbance, indices
from cicatrix.phantom.colour import BLOOD, MELANIN, reflectance_rgb
from cicatrix.phantom.options import TONES, Tone

OPTICS = Path(__file__).parents[3] / "shared" / "data" / "optics"


@given(st.floats(0.05, 1.0), st.floats(-5.0, 5.0))
def test_exposure_and_melanin_leave_erythema_alone(exposure: float, melanin: float) -> None:
    light = np.array([0.5, 0.3, 0.2], np.float32)
    more = light * np.float32(exposure) * np.exp(-0.1 * melanin * np.array(MELANIN_RGB, np.float32))
    one, other = (indices(absorbance(np.asarray(each, np.float32)))[1] for each in (light, more))
    assert other == pytest.approx(one, abs=0.02)


def test_the_erythema_weights_cancel_shade_and_melanin() -> None:
    assert sum(ERYTHEMA_WEIGHTS) == pytest.approx(0.0, abs=1e-12)
    assert np.dot(ERYTHEMA_WEIGHTS, MELANIN_RGB) == pytest.approx(0.0, abs=1e-12)


def test_an_index_unit_is_a_hundredth_of_a_decade() -> None:
    assert absorbance(np.array([0.1], np.float32))[0] == pytest.approx(100.0)
    assert pytest.approx(100.0 / np.log(10.0)) == INDEX


@pytest.mark.parametrize("tone", TONES)
def test_on_model_skin_of_every_tone_each_index_follows_its_own_pigment(tone: Tone) -> None:
    def index(melanin: float, blood: float) -> tuple[float, float]:
        rgb = np.asarray(reflectance_rgb(np.array(melanin), np.array(blood)), dtype=np.float32)
        found = indices(absorbance(rgb))
        return float(found[0]), float(found[1])

    plain = index(MELANIN[tone], BLOOD)
    redder, browner = index(MELANIN[tone], 3.0 * BLOOD), index(1.5 * MELANIN[tone], BLOOD)
    assert redder[1] - plain[1] > 2.0
    assert redder[1] - plain[1] > 2.0 * abs(redder[0] - plain[0])
    assert browner[0] - plain[0] > 2.0
    assert browner[0] - plain[0] > 4.0 * abs(browner[1] - plain[1])


@pytest.mark.shared_data
def test_the_coefficients_follow_from_the_tabled_spectrum() -> None:
    if not OPTICS.is_dir():
        pytest.skip(f"needs {OPTICS}")
    table = np.load(OPTICS / "Melanin.npz")
    nm, values = table["wavelengths"].ravel().astype(float), table["values"].ravel()
    bands = [
        np.exp(-0.5 * ((nm - middle) / wide) ** 2) * (nm <= 700) for middle, wide in ((610, 30), (540, 35), (465, 25))
    ]
    mean = np.array([(band * values).sum() / band.sum() for band in bands])
    assert mean / mean[1] == pytest.approx(MELANIN_RGB, abs=0.01)
