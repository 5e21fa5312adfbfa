"""The colour of skin from what is in it: melanin in the epidermis, blood in the dermis.

Two layers by the theory of Kubelka and Munk, seen through the skin's surface:

- Epidermis, 60 µm: melanosomes absorb ``1.70e12 · nm^-3.48`` cm⁻¹ (Jacques 1998, Melanosome absorption
  coefficient, omlc.org/spectra/melanin/mua.html), the rest ``0.244 + 85.3 · exp(-(nm - 154) / 66.2)`` cm⁻¹
  (Jacques 1998, Skin optics, omlc.org/news/jan98/skinoptics.html).
- Dermis, without an end: the same baseline, and blood of 150 g haemoglobin per litre, molar extinction compiled by
  Prahl (omlc.org/spectra/hemoglobin/summary.html), at a saturation of 75 %.
- Reduced scattering ``1.1e12 · nm^-4 + 73.7 · nm^-0.22`` cm⁻¹ (Jacques 1996, as given by Laufer et al. 2007,
  Inverse Problems 23:S113, doi:10.1088/0266-5611/23/6/S10); twice that in the epidermis (assumption; without it
  dark skin comes out far more saturated than it is).
- Kubelka-Munk coefficients ``K = 2 · absorption``, ``S = 3/4 · reduced scattering`` (Star, Marijnissen and van
  Gemert 1988, Phys Med Biol 33:437, doi:10.1088/0031-9155/33/4/004); the surface by Saunderson's correction with a
  refractive index of 1.4: 2.8 % reflected outside, which belongs to the gloss and not to the colour, 53 % inside.
- Spectrum to linear sRGB under D65 with the CIE 1931 observer (fit by Wyman, Sloan and Shirley 2013, JCGT 2(2):1-11),
  in steps of 10 nm.

It is a model of the colour, three numbers a pixel; it does not claim the spectrum of a person's skin. The
melanin of each tone is chosen so that plain skin lies in the middle of its class of the individual typology angle.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from cicatrix.phantom.options import Tone

__all__ = ["BLOOD", "MELANIN", "ita_deg", "lab", "reflectance_rgb", "skin_rgb"]

Plane = NDArray[np.floating]

_SPECTRA: Final = np.array(
    [
        [430, 246072, 528600, 86.68],
        [440, 102580, 413280, 104.86],
        [450, 62816, 103292, 117.01],
        [460, 44480, 23388.8, 117.81],
        [470, 33209.2, 16156.4, 114.86],
        [480, 26629.2, 14550, 115.92],
        [490, 23684.4, 16684, 108.81],
        [500, 20932.8, 20862, 109.35],
        [510, 20035.2, 25773.6, 107.80],
        [520, 24202.4, 31589.6, 104.79],
        [530, 39956.8, 39036.4, 107.69],
        [540, 53236, 46592, 104.41],
        [550, 43016, 53412, 104.05],
        [560, 32613.2, 53788, 100.0],
        [570, 44496, 45072, 96.33],
        [580, 50104, 37020, 95.79],
        [590, 14400.8, 28324.4, 88.69],
        [600, 3200, 14677.2, 90.01],
        [610, 1506, 9443.6, 89.60],
        [620, 942, 6509.6, 87.70],
        [630, 610, 5148.8, 83.29],
        [640, 442, 4345.2, 83.70],
        [650, 368, 3750.12, 80.03],
        [660, 319.6, 3226.56, 80.21],
        [670, 294, 2795.12, 82.28],
        [680, 277.6, 2407.92, 78.28],
    ]
)
"""Wavelength in nm; molar extinction of oxy- and of deoxyhaemoglobin in cm⁻¹/M (Prahl); relative power of CIE standard
illuminant D65 (ISO 11664-2)."""

_NM: Final = _SPECTRA[:, 0]
_OXY: Final = _SPECTRA[:, 1]
_DEOXY: Final = _SPECTRA[:, 2]
_D65: Final = _SPECTRA[:, 3]

_XYZ_TO_SRGB: Final = np.array([[3.2406, -1.5372, -0.4986], [-0.9689, 1.8758, 0.0415], [0.0557, -0.2040, 1.0570]])
"""IEC 61966-2-1."""

_EPIDERMIS_CM: Final = 0.006
_EPIDERMIS_SCATTERS: Final = 2.0
_SATURATION: Final = 0.75
_REFLECTED_OUTSIDE: Final = 0.028
_REFLECTED_INSIDE: Final = 0.53

MELANIN: Final[dict[Tone, float]] = {
    "very_light": 0.0125,
    "light": 0.0225,
    "intermediate": 0.035,
    "tan": 0.052,
    "brown": 0.094,
    "very_dark": 0.177,
}
"""Volume fraction of melanosomes in the epidermis that puts plain skin into the middle of each class."""

BLOOD: Final = 0.004
"""Volume fraction of blood in the dermis of facial skin without redness (assumption: twice the body's 0.2 %)."""


def _lobe(nm: Plane, peak: float, rise: float, fall: float) -> NDArray[np.float64]:
    return np.asarray(np.exp(-0.5 * ((nm - peak) * np.where(nm < peak, rise, fall)) ** 2))


def _observer() -> NDArray[np.float64]:
    x = 0.362 * _lobe(_NM, 442.0, 0.0624, 0.0374) + 1.056 * _lobe(_NM, 599.8, 0.0264, 0.0323)
    x -= 0.065 * _lobe(_NM, 501.1, 0.0490, 0.0382)
    y = 0.821 * _lobe(_NM, 568.8, 0.0213, 0.0247) + 0.286 * _lobe(_NM, 530.9, 0.0613, 0.0322)
    z = 1.217 * _lobe(_NM, 437.0, 0.0845, 0.0278) + 0.681 * _lobe(_NM, 459.0, 0.0385, 0.0725)
    return np.vstack([x, y, z])


def _spectrum_to_rgb() -> NDArray[np.float64]:
    """``(26, 3)`` weights that turn a reflectance spectrum into linear sRGB; a perfect white gives (1, 1, 1)."""
    rgb = _XYZ_TO_SRGB @ (_observer() * _D65)
    return np.asarray((rgb / rgb.sum(axis=1, keepdims=True)).T)


def _layer(absorption: Plane, scattering: Plane, thickness_cm: float) -> tuple[Plane, Plane]:
    """Reflectance and transmittance of a layer (Kubelka 1948, J Opt Soc Am 38:448, doi:10.1364/JOSA.38.000448)."""
    scatter = 0.75 * scattering
    a = 1.0 + 2.0 * absorption / scatter
    b = np.sqrt(a * a - 1.0)
    sinh, cosh = np.sinh(b * scatter * thickness_cm), np.cosh(b * scatter * thickness_cm)
    return sinh / (a * sinh + b * cosh), b / (a * sinh + b * cosh)


def _endless(absorption: Plane, scattering: Plane) -> Plane:
    """Reflectance of a layer without an end (Kubelka 1948)."""
    ratio = 2.0 * absorption / (0.75 * scattering)
    return 1.0 + ratio - np.sqrt(ratio * ratio + 2.0 * ratio)


def reflectance_rgb(melanin: Plane, blood: Plane) -> NDArray[np.float64]:
    """Linear sRGB reflectance of skin.

    Parameters
    ----------
    melanin
        Volume fraction of melanosomes in the epidermis, any shape.
    blood
        Volume fraction of blood in the dermis, the same shape.

    Returns
    -------
    NDArray[np.float64]
        ``(..., 3)``, 0 to 1.
    """
    base = 0.244 + 85.3 * np.exp(-(_NM - 154.0) / 66.2)
    whole_blood = 2.303 * 150.0 / 64500.0 * (_SATURATION * _OXY + (1.0 - _SATURATION) * _DEOXY)
    scattering = 1.1e12 * _NM**-4 + 73.7 * _NM**-0.22
    share = np.asarray(melanin, dtype=np.float64)[..., None]
    epidermis = share * 1.70e12 * _NM**-3.48 + (1.0 - share) * base
    dermis = np.asarray(blood, dtype=np.float64)[..., None] * whole_blood + base
    above, through = _layer(epidermis, _EPIDERMIS_SCATTERS * scattering, _EPIDERMIS_CM)
    below = _endless(dermis, scattering)
    body = above + through**2 * below / (1.0 - above * below)
    spectrum = (1.0 - _REFLECTED_OUTSIDE) * (1.0 - _REFLECTED_INSIDE) * body / (1.0 - _REFLECTED_INSIDE * body)
    return np.clip(spectrum @ _spectrum_to_rgb(), 0.0, 1.0)


def skin_rgb(melanin: Plane, blood: Plane) -> NDArray[np.float32]:
    """As ``reflectance_rgb`` for whole pictures: read from a table of 96 x 96 mixtures, within 0.05 % of it.

    Parameters
    ----------
    melanin, blood
        ``(rows, cols)`` volume fractions.

    Returns
    -------
    NDArray[np.float32]
        ``(rows, cols, 3)`` linear sRGB.
    """
    melanin_axis, melanin_at = _log_axis(melanin)
    blood_axis, blood_at = _log_axis(blood)
    table = reflectance_rgb(*np.meshgrid(melanin_axis, blood_axis)).astype(np.float32)
    return np.asarray(cv2.remap(table, melanin_at, blood_at, cv2.INTER_LINEAR), dtype=np.float32)


def _log_axis(share: Plane, points: int = 96) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
    low, high = np.log(max(float(share.min()), 1e-5) * 0.999), np.log(max(float(share.max()), 1.1e-5) * 1.001)
    axis = np.exp(np.linspace(low, high, points))
    place = (np.log(np.maximum(share, 1e-5)) - low) / (high - low) * (points - 1)
    return axis, place.astype(np.float32)


def lab(rgb: Plane) -> NDArray[np.float64]:
    """CIELAB of linear sRGB, white D65.

    Parameters
    ----------
    rgb
        ``(..., 3)``, 0 to 1.
    """
    xyz = np.asarray(rgb, dtype=np.float64) @ np.linalg.inv(_XYZ_TO_SRGB).T
    white = np.linalg.inv(_XYZ_TO_SRGB).sum(axis=1)
    share = xyz / white
    curve = np.where(share > (6 / 29) ** 3, np.cbrt(share), share / (3 * (6 / 29) ** 2) + 4 / 29)
    x, y, z = curve[..., 0], curve[..., 1], curve[..., 2]
    return np.stack([116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)], axis=-1)


def ita_deg(rgb: Plane) -> NDArray[np.float64]:
    """Individual typology angle ``atan((L* - 50) / b*)`` in degrees.

    Chardon, Cretois and Hourseau 1991, Int J Cosmet Sci 13:191-208, doi:10.1111/j.1467-2494.1991.tb00561.x.

    Parameters
    ----------
    rgb
        ``(..., 3)`` linear sRGB.
    """
    colour = lab(rgb)
    return np.asarray(np.degrees(np.arctan2(colour[..., 0] - 50.0, colour[..., 2])))
