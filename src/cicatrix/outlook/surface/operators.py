"""How treatments change the shape of a scar: one operator for each way of working, joined by how much each one does.

An operator says where in the mouth the depth goes, not how much of it: how much is what the forecast says (see
``fill``). The ways of working are those that the facts of the knowledge base name (removal of a layer, release
of tethers, acid on the floor, punching out, softening of raised tissue). The shapes that follow from them are
assumptions of ours: we know of no published height maps of scars before and after each treatment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from cicatrix.knowledge import treatments
from cicatrix.model.case import TreatmentId
from cicatrix.model.knowledge import Layer
from cicatrix.model.outlook import AfterSession
from cicatrix.outlook.surface.basins import Basin

__all__ = ["OPERATORS", "Operator", "mixed_shape", "operator_of", "weights_of"]

Plane = NDArray[np.float32]

Operator = Literal["removal", "softening", "lift", "base", "excision", "plate", "scaling"]
"""
``removal``
    Surface is taken off around the mouth: the scar grows shallower and narrower, its shoulders become round.
``softening``
    The same in fine columns with skin spared between them: shoulders half as round.
``lift``
    Cut free or filled from below: the floor rises as a smooth bump over the mouth, steep walls stay at its foot.
``base``
    New tissue grows from the floor: it becomes level, the walls above it stay.
``excision``
    Cut out and sewn: a faint line along the longer axis is left.
``plate``
    The floor is set level: a plate with a faint groove around it is left.
``scaling``
    Every height or depth by the same factor: raised scars that flatten, and what nothing more is known of.
"""

OPERATORS: Final[Mapping[TreatmentId, Operator]] = {
    "laser_resurfacing": "removal",
    "dermabrasion": "removal",
    "chemical_peel_deep": "removal",
    "chemical_peel_medium": "removal",
    "fractional_laser_ablative": "softening",
    "fractional_laser_nonablative": "softening",
    "picosecond_laser": "softening",
    "microneedling": "softening",
    "rf_microneedling": "softening",
    "subcision": "lift",
    "filler": "lift",
    "tca_cross": "base",
    "punch_excision": "excision",
    "punch_elevation": "plate",
}
"""Treatments that shape a pitted scar in their own way. All others scale it."""

SURFACE: Final[tuple[Layer, ...]] = ("none", "stratum_corneum", "epidermis", "vessels")
"""Layers above the dermis, or not of the skin's surface: what works only there rounds no shoulder."""

ROUNDED: Final = {"removal": 1.0, "softening": 0.5}
"""How far shoulders become round when half of the depth has gone."""

LINE_MM: Final = 0.25
"""Half the breadth of the line that stitches leave."""

GROOVE: Final = 0.75
"""Depth of the plate as a share of that of the groove around it."""

HOLLOW: Final = 0.05
"""How much level floors sink towards their middle, so that a power of the shape can make them narrower."""

SHARP: Final = 3.0
"""How sharply a floor that has risen meets the walls: exponent of the smooth minimum."""


def operator_of(treatment: TreatmentId, sign: int) -> Operator:
    """The operator of a treatment for pitted (``sign`` +1) or raised (-1) scars."""
    if sign < 0 or treatments()[treatment].layer in SURFACE:
        return "scaling"
    return OPERATORS.get(treatment, "scaling")


def weights_of(sessions: Sequence[AfterSession], names: Sequence[TreatmentId]) -> dict[TreatmentId, float]:
    """Share of each treatment in the change: by the fall of depth over its sessions, equal where none is foreseen.

    Sessions come in the order in which they are held. The fall is taken on the logarithm, where what several treatments
    leave is a sum.
    """
    gone = dict.fromkeys(names, 0.0)
    before = 1.0
    for after in sessions:
        left = min(max(after.depth.value, 1e-3), before)
        if after.treatment in gone:
            gone[after.treatment] += float(np.log(before / left))
        before = left
    total = sum(gone.values())
    return {name: share / total if total > 0 else 1.0 / len(gone) for name, share in gone.items()}


def mixed_shape(basin: Basin, weights: Mapping[TreatmentId, float], fraction: float) -> Plane:
    """Shape of what is left of a scar, as a share of its depth.

    Parameters
    ----------
    basin
        The scar today.
    weights
        Treatments, each with its share in the change.
    fraction
        Fraction of the depth that is left, above 0 and at most 1.

    Returns
    -------
    NDArray[np.float32]
        Of the basin's shape, 0 to 1, with 1 somewhere; at fraction 1 nearly today's shape.
    """
    shares: dict[Operator, float] = {}
    for name, weight in weights.items():
        operator = operator_of(name, basin.sign)
        shares[operator] = shares.get(operator, 0.0) + weight
    today = basin.depth_mm / np.float32(basin.deepest_mm)
    shape = np.zeros_like(today)
    for operator in sorted(shares):
        shape += np.float32(shares[operator]) * _highest_one(_apply(operator, basin, today, fraction))
    hollow = _highest_one(_blurred(basin, today, float(np.clip(0.25 * basin.breadth_mm, 0.1, 2.0))))
    return _highest_one(shape * (np.float32(1.0 - HOLLOW) + np.float32(HOLLOW) * hollow))


def _apply(operator: Operator, basin: Basin, today: Plane, fraction: float) -> Plane:
    if operator in ROUNDED:
        return _removal(basin, today, fraction, ROUNDED[operator])
    if operator == "lift":
        return _lift(basin, today, fraction)
    if operator == "base":
        return _level(today, fraction)
    if operator == "excision":
        return np.asarray(today * _faint(_line(basin), fraction))
    if operator == "plate":
        groove: Plane = np.asarray(np.float32(GROOVE) + np.float32(4.0 * (1.0 - GROOVE)) * today * (1.0 - today))
        return np.asarray(_level(today, fraction) * _faint(groove, fraction))
    return today


def _removal(basin: Basin, today: Plane, fraction: float, rounded: float) -> Plane:
    """Surface off down to a depth, and the shoulder rounded where walls are steep."""
    share = rounded * min(1.0, 2.0 * (1.0 - fraction))
    # Along a straight wall the blurred depth is one half, well inside it is 1: the upper half of the wall leans back.
    inside = _highest_one(_blurred(basin, today, float(np.clip(0.2 * basin.breadth_mm, 0.1, 0.6))))
    return np.asarray(today * (np.float32(1.0 - share) + np.float32(share) * inside))


def _lift(basin: Basin, today: Plane, fraction: float) -> Plane:
    """The floor up by a smooth bump over the mouth."""
    bump = _highest_one(_blurred(basin, today, float(np.clip(0.15 * basin.breadth_mm, 0.1, 1.0))))
    return np.asarray(today / (np.float32(1) + np.float32(1.0 / fraction - 1.0) * bump))


def _level(today: Plane, fraction: float) -> Plane:
    """The lower of today's surface and a level floor, smoothly joined."""
    return np.asarray(today / (1.0 + (today / np.float32(fraction)) ** SHARP) ** np.float32(1.0 / SHARP))


def _line(basin: Basin) -> Plane:
    """1 on the longer axis through the scar's middle, falling to 0 beside it."""
    rows, cols = np.indices(basin.depth_mm.shape)
    weight = basin.depth_mm.astype(np.float64) / float(basin.depth_mm.sum())
    down, across = rows - (rows * weight).sum(), cols - (cols * weight).sum()
    spread = np.array([[(across**2 * weight).sum(), (across * down * weight).sum()], [0.0, (down**2 * weight).sum()]])
    axis = np.linalg.eigh(spread, UPLO="U")[1][:, 1]
    beside_mm = (across * axis[1] - down * axis[0]) * basin.pixel_mm
    return np.asarray(np.exp(-((beside_mm / LINE_MM) ** 2)), dtype=np.float32)


def _faint(pattern: Plane, fraction: float) -> Plane:
    """The pattern as far as the scar has gone."""
    return np.asarray(np.float32(fraction) + np.float32(1.0 - fraction) * pattern)


def _blurred(basin: Basin, plane: Plane, radius_mm: float) -> Plane:
    """Gaussian blur; wide ones on a coarser grid, where they cost little."""
    sigma = radius_mm / basin.pixel_mm
    coarse = max(1, int(sigma / 4.0))
    rows, cols = plane.shape
    size = (max(cols // coarse, 1), max(rows // coarse, 1))
    small = plane if coarse == 1 else cv2.resize(plane, size, interpolation=cv2.INTER_AREA)
    blurred = cv2.GaussianBlur(small, (0, 0), sigma / coarse, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(blurred if coarse == 1 else cv2.resize(blurred, (cols, rows), interpolation=cv2.INTER_LINEAR))


def _highest_one(shape: Plane) -> Plane:
    return np.asarray(shape / np.float32(max(float(shape.max()), 1e-6)))
