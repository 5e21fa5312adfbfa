"""The skin's tone: individual typology angle and the closest tone of the Monk scale, as far as a capture tells them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cicatrix.colour.publish import SKIN_LUMINANCE
from cicatrix.model import Measured, SkinTone
from cicatrix.model.cielab import LUMINANCE, lab
from cicatrix.model.light import decode_srgb
from cicatrix.model.quantity import Z_95
from cicatrix.model.skin import ITA_CLASSES, ItaClass

__all__ = ["ITA_LIMITS_DEG", "MONK", "ita_class", "ita_deg", "monk_tone", "tone_of"]

ITA_LIMITS_DEG: Final = (55.0, 41.0, 28.0, 10.0, -30.0)
"""An angle above the first is very light, above the second light, and so on (Chardon et al. 1991 and Del Bino et al.,
as given by derm-ita 0.0.8; read in a secondary source)."""

MONK: Final = (
    "f6ede4", "f3e7db", "f7ead0", "eadaba", "d7bd96", "a07e56", "825c43", "604134", "3a312a", "292420",
)  # fmt: skip
"""The ten tones of the Monk skin tone scale, sRGB (E. Monk and Google 2022; read in a secondary source)."""

REFERENCE_ERROR: Final = 0.06
"""Relative error of a stated reflectance and of even lighting together (standard error; assumption)."""


def ita_deg(rgb: NDArray[np.floating]) -> float:
    """Individual typology angle ``atan((L* - 50) / b*)`` in degrees.

    Chardon, Cretois and Hourseau 1991, Int J Cosmet Sci 13:191-208, doi:10.1111/j.1467-2494.1991.tb00561.x.

    Parameters
    ----------
    rgb
        ``(3,)`` linear sRGB reflectance of the skin.
    """
    lightness, _, yellowness = lab(rgb)
    return float(np.degrees(np.arctan2(lightness - 50.0, max(float(yellowness), 1e-6))))


def ita_class(angle_deg: float) -> ItaClass:
    """Class of an individual typology angle."""
    return ITA_CLASSES[sum(angle_deg <= limit for limit in ITA_LIMITS_DEG)]


def monk_tone(rgb: NDArray[np.floating]) -> int:
    """Closest tone of the Monk scale, 1 to 10, by distance in CIELAB."""
    codes = np.array([[int(code[k : k + 2], 16) for k in (0, 2, 4)] for code in MONK], dtype=np.float64)
    away = np.linalg.norm(lab(decode_srgb(codes / 255.0)) - lab(rgb), axis=-1)
    return int(away.argmin()) + 1


def tone_of(skin: NDArray[np.floating], brightest: float | None = None) -> SkinTone:
    """Tone of skin from its light.

    Parameters
    ----------
    skin
        ``(3,)`` linear light of plain skin, relative.
    brightest
        Reflectance that a relative light of 1 stands for, from a reference in the picture; None without one.
    """
    rgb = np.asarray(skin, dtype=np.float64)
    ratios = float(rgb[0] / max(rgb[1], 1e-6)), float(rgb[1] / max(rgb[2], 1e-6))
    if brightest is None:
        scales = [luminance / max(float(rgb @ LUMINANCE), 1e-6) for luminance in SKIN_LUMINANCE]
        levels = [rgb * scale for scale in np.geomspace(scales[0], scales[-1], 41)]
        return SkinTone(
            calibrated=False,
            lightness=None,
            ita_deg=None,
            ita_class=None,
            ita_classes=_classes(levels),
            monk=None,
            monk_tones=_tones(levels),
            red_over_green=round(ratios[0], 3),
            green_over_blue=round(ratios[1], 3),
            basis=(
                "The exposure of these photographs is not known, so they do not tell how light or dark the skin is. "
                "With a reference of known reflectance in the picture they would."
            ),
        )
    spread = np.exp(np.linspace(-Z_95, Z_95, 21) * REFERENCE_ERROR)
    levels = [np.clip(rgb * brightest * factor, 0.0, 1.0) for factor in spread]
    middle = rgb * brightest
    angles, lights = [ita_deg(level) for level in levels], [float(lab(level)[0]) for level in levels]
    angle = Measured.of(ita_deg(middle), min(angles), max(angles), digits=1)
    classes = _classes(levels)
    return SkinTone(
        calibrated=True,
        lightness=Measured.of(float(lab(middle)[0]), min(lights), max(lights), digits=1),
        ita_deg=angle,
        ita_class=classes[0] if len(classes) == 1 else None,
        ita_classes=classes,
        monk=monk_tone(middle),
        monk_tones=_tones(levels),
        red_over_green=round(ratios[0], 3),
        green_over_blue=round(ratios[1], 3),
        basis="Judged against the stated reflectance of a reference.",
    )


def _classes(levels: Sequence[NDArray[np.float64]]) -> tuple[ItaClass, ...]:
    found = {ita_class(ita_deg(level)) for level in levels}
    return tuple(name for name in ITA_CLASSES if name in found)


def _tones(levels: Sequence[NDArray[np.float64]]) -> tuple[int, ...]:
    return tuple(sorted({monk_tone(level) for level in levels}))
