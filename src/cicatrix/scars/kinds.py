"""Type by geometry: how likely each type is, from the width, the floor and the depth that were measured.

Jacob, Dover & Kaminer (2001, doi:10.1067/mjd.2001.113451) tell atrophic scars by width (icepick below 2 mm, boxcar
1.5-4 mm, rolling above 4-5 mm), walls (sheer or sloping) and floor (point or flat); shallow boxcars are 0.1-0.5 mm
deep, deep ones 0.5 mm or more. Their ranges overlap and a measurement has an error, so each type gets a
density over the measured features, and the answer is the probability of each under equal prior weight. Where the best
is below ``DECIDED`` the scar is undecided.
"""

from __future__ import annotations

import math

from cicatrix.model import DepthClass, Kind
from cicatrix.model.scar import DEEP_BOXCAR_MM

__all__ = ["DECIDED", "KINDS", "kind_of", "probabilities"]

KINDS: tuple[Kind, ...] = ("icepick", "boxcar", "rolling", "raised")

DECIDED = 0.6
"""A type is named when it is at least this likely."""

DENSITY: dict[str, tuple[tuple[float, float], ...]] = {
    # Mean and standard deviation of ln(width in mm), of the floor's flatness, and of ln(depth / width), as measured.
    # Widths and depths are Jacob's; how a floor measures was taken from rendered phantoms (see docs/accuracy.md).
    "icepick": ((math.log(1.3), 0.30), (0.20, 0.10), (math.log(0.36), 0.50)),
    "boxcar": ((math.log(2.6), 0.32), (0.60, 0.12), (math.log(0.13), 0.50)),
    "rolling": ((math.log(6.0), 0.32), (0.24, 0.10), (math.log(0.07), 0.50)),
}


FITTED: dict[str, tuple[tuple[float, float], ...]] = {
    # The same where the shape was fitted to shading and shadows: floors and depths are read whole.
    "icepick": ((math.log(1.3), 0.30), (0.25, 0.11), (math.log(0.60), 0.50)),
    "boxcar": ((math.log(2.6), 0.32), (0.85, 0.12), (math.log(0.18), 0.50)),
    "rolling": ((math.log(6.0), 0.32), (0.20, 0.08), (math.log(0.07), 0.50)),
}


def probabilities(
    width_mm: float, flatness: float, depth_mm: float, *, linear: bool = False, fitted: bool = False
) -> dict[str, float]:
    """Probability of each type; depth negative for a raised scar.

    A trough is not an icepick, and its breadth says little about its type: floor and slope decide.
    """
    if depth_mm < 0:
        return {kind: float(kind == "raised") for kind in KINDS}
    seen = (math.log(width_mm), flatness, math.log(depth_mm / width_mm))
    score = {}
    for kind, density in (FITTED if fitted else DENSITY).items():
        if linear and kind == "icepick":
            continue
        score[kind] = sum(
            -0.5 * min(((value - centre) / spread) ** 2, 25.0) - math.log(spread)
            for value, (centre, spread) in list(zip(seen, density, strict=True))[int(linear) :]
        )
    top = max(score.values())
    weight = {kind: math.exp(value - top) for kind, value in score.items()}
    total = sum(weight.values())
    return {kind: weight.get(kind, 0.0) / total for kind in KINDS}


def kind_of(probability: dict[str, float], depth_mm: float) -> tuple[Kind, DepthClass | None]:
    """The type's name, and for a boxcar whether it is shallow or deep."""
    best = max(KINDS, key=lambda kind: probability[kind])
    if probability[best] < DECIDED:
        return "undecided", None
    if best == "boxcar":
        return best, "deep" if depth_mm >= DEEP_BOXCAR_MM else "shallow"
    return best, None
