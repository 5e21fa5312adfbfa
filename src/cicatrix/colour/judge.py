"""Which patches are marks, and of which colour.

A patch must stand out of this skin's own mottling, must not be what steep scars do to the light, and must not be a
scar's own colour. Its colour is estimated from the fraction of the loss of green that neither melanin nor shade
explains: near 0 for melanin, 0.5 to 0.8 for blood, whatever the tone of the skin.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from cicatrix.colour.chart import Chart
from cicatrix.colour.find import Patch, find_patches, ring_around
from cicatrix.colour.optics import INDEX, indices
from cicatrix.model import MarkKind

__all__ = ["Patchwork", "Verdict", "blood_share", "evidence", "judge", "kind_probability", "verdict"]

MIN_ERYTHEMA = 1.3
MIN_MELANIN = 2.0
"""Least contrast in index units; a tenth of a magnitude of light is 4."""

LEAST_EVIDENCE: Final[dict[str, float]] = {"red": 0.25, "brown": -0.4}
"""Logarithm of the odds from which a patch is reported."""

LUCK = 2.0
"""How much a candidate's evidence may rise when it is outlined."""

MIN_WIDTH_MM = 1.0

EVIDENCE: Final[dict[str, tuple[float, float, float, float, float]]] = {
    "red": (5.56, 4.12, 2.15, 8.1, -23.75),
    "brown": (3.73, 3.05, 2.16, 9.3, -22.25),
}
"""Weights of the logarithms of ratio, width in mm and contrast, of solidity, and a constant: above 0 a patch is
likelier a mark than mottling. Fitted by logistic regression to patches on rendered skin of all tones (phantoms with
seeds below 100, and pictures from another renderer)."""

SAME_PLACE = 0.6
"""Shared area over joint area from which a patch and a scar are one place."""

UNSEEN = 0.45
"""A patch with more than this fraction in places where the light is not trusted is not a mark."""

BROWN_SHARE, RED_SHARE = 0.1, 0.6
"""Share of blood in a purely brown and a purely red patch, in the middle of what models of skin give."""

SPOT_REDNESS = (1.5, 1.75)
SPOT_MELANIN = (12.5, 16.0)
SPOT_EDGE_MM = 0.4
SPOT_SLOPE = 37.0
SPOT_WIDTH_MM = 4.5
"""A brown patch no wider than this is called a dark spot when its contrast is above ``SPOT_MELANIN``, straight between
the two where the skin gives back so many times more red than green (the more, the darker it is), and more where its
edge is softer than ``SPOT_EDGE_MM``, by ``SPOT_SLOPE`` per millimetre: marks that inflammation leaves are paler or fade
out softly."""

BROWN_SPREAD, RED_SPREAD, MIXED_SPREAD = 0.09, 0.11, 0.04
MIXED_PRIOR = 0.1
"""How often a patch is both, before it is looked at (assumption)."""


@dataclass(frozen=True, slots=True, eq=False)
class Verdict:
    """A patch that is a mark, or a dark spot.

    ``around`` is what each channel misses on the skin around, ``absorbed`` what it misses more in the patch, both in
    index units; ``error`` is the standard error of a contrast, ``edge_mm`` the breadth of the patch's edge.
    """

    patch: Patch
    around: NDArray[np.float32]
    absorbed: NDArray[np.float32]
    melanin: float
    erythema: float
    error: float
    probability: dict[MarkKind, float]
    edge_mm: float
    spot: bool

    @property
    def kind(self) -> MarkKind:
        """The likeliest kind."""
        return max(self.probability, key=lambda kind: self.probability[kind])


@dataclass(frozen=True, slots=True, eq=False)
class Patchwork:
    """Everything that was found on one chart."""

    chart: Chart
    marks: tuple[Verdict, ...]
    spots: tuple[Verdict, ...]


def judge(chart: Chart) -> Patchwork:
    """Find the patches of a chart and tell marks from the rest."""
    cell = chart.mean_cell_mm
    red = find_patches(chart.erythema, cell, MIN_ERYTHEMA, partial(_hopeful, "red"))
    brown = find_patches(chart.melanin, cell, MIN_MELANIN, partial(_hopeful, "brown"))
    found = [verdict(patch, chart) for patch in (*red, *brown) if _sound(patch, chart)]
    alone = _one_each([one for one in found if one is not None and _likely(one)])
    marks = tuple(one for one in alone if not one.spot)
    return Patchwork(chart, marks, tuple(one for one in alone if one.spot))


def _hopeful(kind: str, ratio: float, width_mm: float, contrast: float) -> bool:
    """Whether a candidate could become a mark, with a perfect outline and some luck."""
    return _odds(kind, ratio, width_mm, contrast, 1.0) > LEAST_EVIDENCE[kind] - LUCK


def _odds(kind: str, ratio: float, width_mm: float, contrast: float, solidity: float) -> float:
    facts = (math.log(ratio), math.log(width_mm), math.log(contrast), solidity, 1.0)
    return sum(weight * fact for weight, fact in zip(EVIDENCE[kind], facts, strict=True))


def _sound(patch: Patch, chart: Chart) -> bool:
    unseen = 1.0 - float(chart.seen[patch.window][patch.mask].mean())
    return patch.width_mm >= MIN_WIDTH_MM and unseen <= UNSEEN and not _fills_scar(patch, chart)


def _fills_scar(patch: Patch, chart: Chart) -> bool:
    """Whether a patch and a scar are one place: then it is the scar's own colour."""
    labels = chart.scars[patch.window][patch.mask]
    if not labels.any():
        return False
    number = int(np.bincount(labels[labels > 0]).argmax())
    shared, scar = float((labels == number).sum()), float((chart.scars == number).sum())
    return bool(shared > SAME_PLACE * (patch.mask.sum() + scar - shared))


def verdict(patch: Patch, chart: Chart) -> Verdict | None:
    """Colour of a patch against the skin around it; None where too little of either is seen."""
    seen = chart.seen[patch.window]
    inside = patch.mask & seen
    ring = ring_around(patch.mask, chart.mean_cell_mm) & seen
    if inside.sum() < 8 or ring.sum() < 20:
        return None
    absorbed = chart.absorbed[patch.window]
    around = np.median(absorbed[ring], axis=0)
    step = np.median(absorbed[inside], axis=0) - around
    share = blood_share(step, chart.crosstalk)
    error = patch.contrast / patch.blob.ratio
    probability = kind_probability(share, error / max(float(step[1]), error))
    melanin, erythema = (
        float(np.median(plane[patch.window][inside]) - np.median(plane[patch.window][ring]))
        for plane in (chart.melanin, chart.erythema)
    )
    edge = _edge_mm(patch, chart)
    redness = math.exp(float(around[1] - around[0]) / INDEX)
    limit = float(np.interp(redness, SPOT_REDNESS, SPOT_MELANIN)) + SPOT_SLOPE * max(edge - SPOT_EDGE_MM, 0.0)
    brown = probability["brown"] > max(probability["red"], probability["mixed"])
    spot = brown and patch.width_mm <= SPOT_WIDTH_MM and melanin > limit
    return Verdict(patch, around, step, melanin, erythema, error, probability, edge, spot=spot)


def evidence(verdict: Verdict) -> float:
    """Logarithm of the odds that a patch is a mark, and not mottling."""
    patch = verdict.patch
    return _odds(_side(verdict), patch.blob.ratio, patch.width_mm, patch.contrast, patch.solidity)


def _likely(verdict: Verdict) -> bool:
    return evidence(verdict) > LEAST_EVIDENCE[_side(verdict)]


def _side(verdict: Verdict) -> str:
    """The map that speaks most for a patch."""
    return "red" if verdict.kind == "red" else "brown"


def _edge_mm(patch: Patch, chart: Chart) -> float:
    """Breadth of a patch's edge: its contrast over the steepest part of its mean profile across the outline."""
    cell = chart.mean_cell_mm
    values = cv2.GaussianBlur(chart.melanin[patch.window], (0, 0), 0.1 / cell)
    mask = patch.mask.astype(np.uint8)
    inside = cv2.distanceTransform(np.pad(mask, 1), cv2.DIST_L2, 5)[1:-1, 1:-1]
    away = (inside - cv2.distanceTransform(1 - mask, cv2.DIST_L2, 5)) * cell
    steps = np.arange(-10, 11) * 0.1
    rings = [np.abs(away - step) < 0.1 for step in steps]
    profile = np.array([np.median(values[ring]) for ring in rings if ring.sum() >= 4])
    if len(profile) < 8:
        return math.inf
    rise = np.diff(profile).max() / 0.1
    return float((profile.max() - np.median(profile[:4])) / max(rise, 1e-6))


def blood_share(step: NDArray[np.float32], crosstalk: float = 0.0) -> float:
    """Share of what green misses that neither melanin nor shade explains.

    Parameters
    ----------
    step
        ``(3,)`` what red, green and blue miss more than the skin around.
    crosstalk
        Share of melanin that shows in erythema all over this skin.
    """
    melanin, erythema = (float(part) for part in indices(step))
    return float(np.clip((erythema - crosstalk * melanin) / max(float(step[1]), 1e-3), -1.0, 2.0))


def kind_probability(share: float, error: float) -> dict[MarkKind, float]:
    """Probability of each kind at a share of blood, by the rule of Bayes.

    Parameters
    ----------
    share
        As from ``blood_share``.
    error
        Standard error of the share.
    """
    middle = 0.5 * (BROWN_SHARE + RED_SHARE)
    # Beyond the pure colours there is only more of the same.
    red = _normal(min(share - RED_SHARE, 0.0), math.hypot(RED_SPREAD, error))
    brown = _normal(max(share - BROWN_SHARE, 0.0), math.hypot(BROWN_SPREAD, error))
    mixed = MIXED_PRIOR * _normal(share - middle, math.hypot(MIXED_SPREAD, error))
    total = red + brown + mixed
    return {"red": red / total, "brown": brown / total, "mixed": mixed / total}


def _normal(off: float, spread: float) -> float:
    return math.exp(-0.5 * (off / spread) ** 2) / spread + 1e-12


def _one_each(found: list[Verdict]) -> list[Verdict]:
    """One verdict for each place: the same patch shows in both maps, in the wrong one weakly."""
    found.sort(key=lambda one: (-one.patch.blob.ratio, one.patch.top, one.patch.left))
    kept: list[Verdict] = []
    for verdict in found:
        if not any(_same(verdict, other) for other in kept):
            kept.append(verdict)
    return kept


def _same(first: Verdict, second: Verdict) -> bool:
    """Whether two patches are one: of one colour and overlapping by half, or covering nearly the same cells."""
    shared = _shared(first.patch, second.patch)
    areas = float(first.patch.mask.sum()), float(second.patch.mask.sum())
    if first.kind == second.kind or "mixed" in (first.kind, second.kind):
        return shared > 0.5 * min(areas)
    return shared > 0.5 * (areas[0] + areas[1] - shared)


def _shared(first: Patch, second: Patch) -> float:
    top, left = max(first.top, second.top), max(first.left, second.left)
    bottom = min(first.top + first.mask.shape[0], second.top + second.mask.shape[0])
    right = min(first.left + first.mask.shape[1], second.left + second.mask.shape[1])
    if bottom <= top or right <= left:
        return 0.0
    a, b = (one.mask[top - one.top : bottom - one.top, left - one.left : right - one.left] for one in (first, second))
    return float((a & b).sum())
