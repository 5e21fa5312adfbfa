"""From the camera's colours to linear sRGB, by the patches on the card.

Each patch is compared with the white paper around it under the same light, so that neither the torch's colour nor its
strength matters. A 3 x 3 matrix that leaves neutral colours neutral is fitted to all patches; its error is estimated
by leave-one-out cross-validation over the patches. A home printer's colours are not the nominal ones: the
remaining error includes that difference.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from cicatrix.capture.card.cells import pieces_of
from cicatrix.capture.card.rectify import Rectified
from cicatrix.model.card import Rect
from cicatrix.model.card_reading import ColourCorrection
from cicatrix.model.cielab import ciede2000, lab
from cicatrix.model.light import decode_srgb

__all__ = ["correct_colour", "fit_matrix", "patch_colours"]

INSET_MM: Final = 1.5
"""Edge of a patch that is left out."""

MIN_PATCHES: Final = 8

MOST: Final = 8.0
"""Median CIEDE2000 difference of patches left out above which a correction is not believed."""

ALIKE: Final = 1.5
"""Median difference up to which the camera's colours are right as they are."""

HELD: Final = 0.02
"""How firmly the matrix is held to one that changes nothing."""

DARK: Final = 0.05
"""Added to the luminance that residuals are weighed by: differences in dark colours are seen more."""


def correct_colour(rectified: Rectified) -> tuple[NDArray[np.float64] | None, ColourCorrection]:
    """Fit the correction.

    Parameters
    ----------
    rectified
        Photographs of the card.

    Returns
    -------
    matrix
        ``(3, 3)``, to be applied to linear colours relative to white paper as ``matrix @ rgb``; None where the patches
        do not allow a correction.
    ColourCorrection
        What it is worth.
    """
    measured, nominal = patch_colours(rectified)
    if len(measured) < MIN_PATCHES:
        return None, ColourCorrection(
            corrected=False,
            before=0.0,
            after=0.0,
            worst=0.0,
            text=f"Only {len(measured)} printed colours could be read, too few to correct by: colours are uncorrected.",
        )
    before = ciede2000(lab(measured), lab(nominal))
    after = np.array([_left_out(measured, nominal, k) for k in range(len(measured))])
    alike = float(np.median(before)) <= ALIKE
    good = alike or float(np.median(after)) < min(float(np.median(before)), MOST)
    kept = after if good and not alike else before
    text = (
        f"Colours are corrected by {len(measured)} printed patches; patches left out of the fit differ by "
        f"{np.median(after):.1f} (CIEDE2000, median) from their nominal colours, the printer's own error included."
        if good
        else "The printed patches do not bring the colours nearer to their nominal ones: colours are uncorrected."
    )
    if alike:
        text = f"Colours match {len(measured)} printed patches as they are ({np.median(before):.1f} CIEDE2000, median)."
    return fit_matrix(measured, nominal) if good and not alike else None, ColourCorrection(
        corrected=good,
        before=round(float(np.median(before)), 2),
        after=round(float(np.median(kept)), 2),
        worst=round(float(kept.max()), 2),
        text=text,
    )


def patch_colours(rectified: Rectified) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Colours of the patches that can be seen, ``(patches, 3)`` linear relative to white paper, and nominal ones."""
    white = [_white_field(rectified, k) for k in range(len(rectified.names))]
    measured, nominal = [], []
    for patch in rectified.layout.patches:
        rect = Rect(patch.rect.x_mm, patch.rect.y_mm, *(side - 2 * INSET_MM for side in _sides(patch.rect)))
        seen = [
            colour / np.exp(_terms(np.array([(rect.x_mm, rect.y_mm)])) @ field)[0]
            for k, field in enumerate(white)
            if field is not None and (colour := _median(rectified, rect, k)) is not None
        ]
        if seen:
            measured.append(np.median(seen, axis=0))
            nominal.append(decode_srgb(np.array(patch.srgb) / 255.0))
    return np.array(measured).reshape(-1, 3), np.array(nominal).reshape(-1, 3)


def fit_matrix(measured: NDArray[np.float64], nominal: NDArray[np.float64]) -> NDArray[np.float64]:
    """Matrix that takes measured to nominal colours and white to white.

    Parameters
    ----------
    measured, nominal
        ``(patches, 3)`` linear, relative to white.
    """
    # Columns of the matrix sum to one row by row, so red and green are free and blue takes the rest.
    weight = 1.0 / (nominal.mean(axis=1) + DARK)
    system = np.stack([measured[:, 0] - measured[:, 2], measured[:, 1] - measured[:, 2]], axis=1) * weight[:, None]
    system = np.concatenate([system, HELD * np.sqrt(len(measured)) * np.eye(2)])
    rows = []
    for channel in range(3):
        target = (nominal[:, channel] - measured[:, 2]) * weight
        same = HELD * np.sqrt(len(measured)) * np.eye(3)[channel, :2]
        red, green = np.linalg.lstsq(system, np.concatenate([target, same]), rcond=None)[0]
        rows.append((red, green, 1.0 - red - green))
    return np.array(rows)


def _left_out(measured: NDArray[np.float64], nominal: NDArray[np.float64], k: int) -> float:
    """Difference of a patch under the matrix of all others."""
    others = np.arange(len(measured)) != k
    corrected = fit_matrix(measured[others], nominal[others]) @ measured[k]
    return float(ciede2000(lab(corrected), lab(nominal[k])))


def _white_field(rectified: Rectified, k: int) -> NDArray[np.float64] | None:
    """Logarithm of the signal of white paper, ``(terms, 3)``: a parabola over the card in each channel."""
    places, colours = [], []
    for rect, grey in pieces_of(rectified.layout):
        if not grey:
            colour = _median(rectified, rect, k)
            if colour is not None and colour.min() > 0:
                places.append((rect.x_mm, rect.y_mm))
                colours.append(np.log(colour))
    terms = _terms(np.array(places).reshape(-1, 2))
    if len(places) < 3 * terms.shape[1]:
        return None
    levels = np.array(colours)
    weight = np.ones(len(levels))
    for _ in range(6):  # a finger's shadow or a streak of gloss counts less
        fit = np.linalg.lstsq(terms * weight[:, None], levels * weight[:, None], rcond=None)[0]
        rest = np.abs(levels - terms @ fit).max(axis=1)
        weight = 1.0 / np.sqrt(1.0 + (rest / max(2.0 * float(np.median(rest)), 1e-3)) ** 2)
    return np.asarray(fit)


def _terms(places: NDArray[np.float64]) -> NDArray[np.float64]:
    x, y = places.T / 50.0
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=1)


def _median(rectified: Rectified, rect: Rect, k: int) -> NDArray[np.float64] | None:
    valid = rectified.cut_valid(rect)[k]
    if valid.mean() < 0.8:
        return None
    return np.asarray(np.median(rectified.cut(rect)[k][valid], axis=0), dtype=np.float64)


def _sides(rect: Rect) -> tuple[float, float]:
    return rect.width_mm, rect.height_mm
