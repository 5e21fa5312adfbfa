"""From a judged patch to the published record of a mark: outline, area, contrast, intervals, notes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from cicatrix.colour.chart import Chart
from cicatrix.colour.find import Patch
from cicatrix.colour.judge import Verdict
from cicatrix.colour.optics import INDEX
from cicatrix.model import Contrast, DarkSpot, Mark, Measured, Scar
from cicatrix.model.cielab import LUMINANCE, lab
from cicatrix.model.note import Note
from cicatrix.model.quantity import Z_95

__all__ = ["IN_SCAR", "SKIN_LUMINANCE", "note_covers_scar", "note_in_scar", "to_mark", "to_marks", "to_spots"]

CONTRAST_ERROR: Final = 0.1
"""Relative error of a contrast, besides what mottling adds: light that travels inside the skin blurs it."""

WIDTH_ERROR_MM: Final = 0.13
WIDTH_ERROR: Final = 0.04
SOFT_ERROR: Final = 0.25
"""Standard error of a width: a constant, a share of it, and this share of its edge's breadth times the contrast's
relative error (set so that the intervals of phantoms with seeds below 100 hold)."""

SKIN_LUMINANCE: Final = (0.05, 0.2, 0.55)
"""Luminous reflectance of the darkest, a middling and the lightest skin: what an unknown exposure may stand for."""

PALE_SPOT: Final = 10.0
SHARP_MM: Final = 0.5
"""A brown mark at least this dark and sharp is noted, since moles and freckles can look so."""

IN_SCAR: Final = 0.5
"""A mark of which this share lies in a scar, or which covers this share of a scar, is in it."""


def to_marks(verdicts: Sequence[Verdict], chart: Chart, scars: Sequence[Scar]) -> tuple[Mark, ...]:
    """Marks numbered from the top, ``M01`` first."""
    return tuple(to_mark(one, f"M{k:02d}", chart, scars) for k, one in enumerate(_ordered(verdicts, chart), 1))


def to_spots(verdicts: Sequence[Verdict], chart: Chart, scars: Sequence[Scar]) -> tuple[DarkSpot, ...]:
    """Dark spots numbered from the top, ``D01`` first."""
    return tuple(_spot(one, f"D{k:02d}", chart, scars) for k, one in enumerate(_ordered(verdicts, chart), 1))


def _ordered(verdicts: Sequence[Verdict], chart: Chart) -> list[Verdict]:
    def place(one: Verdict) -> tuple[float, float]:
        x, y = _middle(one.patch, chart)
        return round(y, 1), x

    return sorted(verdicts, key=place)


def to_mark(verdict: Verdict, name: str, chart: Chart, scars: Sequence[Scar]) -> Mark:
    """Published record of one mark."""
    x, y = _middle(verdict.patch, chart)
    width, area = _size(verdict, chart)
    scar, relation = _scar_under(verdict.patch, chart, scars)
    edge = _at_edge(verdict.patch, chart)
    notes = list(relation)
    if edge:
        notes.append(Note(code="at_edge", text="cut off by the edge of the picture: only a part was seen"))
    if verdict.kind != "red" and verdict.melanin >= PALE_SPOT and verdict.edge_mm <= SHARP_MM:
        text = "small, dark and sharply bordered: moles and freckles can look like this too"
        notes.append(Note(code="like_a_mole", text=text))
    return Mark(
        id=name,
        kind=verdict.kind,
        kind_probability={kind: round(share, 4) for kind, share in verdict.probability.items()},
        x_mm=round(x, 3),
        y_mm=round(y, 3),
        width_mm=width,
        area_mm2=area,
        contrast=_contrast(verdict),
        outline_mm=_outline(verdict.patch, chart),
        in_scar=scar,
        at_edge=edge,
        notes=tuple(notes),
    )


def _spot(verdict: Verdict, name: str, chart: Chart, scars: Sequence[Scar]) -> DarkSpot:
    x, y = _middle(verdict.patch, chart)
    width, area = _size(verdict, chart)
    scar, relation = _scar_under(verdict.patch, chart, scars)
    return DarkSpot(
        id=name,
        x_mm=round(x, 3),
        y_mm=round(y, 3),
        width_mm=width,
        area_mm2=area,
        contrast=_contrast(verdict),
        outline_mm=_outline(verdict.patch, chart),
        in_scar=scar,
        notes=relation,
    )


def _middle(patch: Patch, chart: Chart) -> tuple[float, float]:
    rows, cols = np.nonzero(patch.mask)
    return (
        (float(cols.mean()) + patch.left + 0.5) * chart.cell_mm[0],
        (float(rows.mean()) + patch.top + 0.5) * chart.cell_mm[1],
    )


def _size(verdict: Verdict, chart: Chart) -> tuple[Measured, Measured]:
    """Width and area; the area's interval is the width's, squared."""
    area = float(verdict.patch.mask.sum()) * chart.cell_mm[0] * chart.cell_mm[1]
    width = 2.0 * math.sqrt(area / math.pi)
    soft = SOFT_ERROR * min(verdict.edge_mm, width) * verdict.error / verdict.patch.contrast
    error = Z_95 * math.hypot(WIDTH_ERROR_MM, WIDTH_ERROR * width, soft)
    low, high = max(width - error, 0.3 * width), width + error
    return (
        Measured.of(width, low, high, digits=3),
        Measured.of(area, math.pi * low**2 / 4.0, math.pi * high**2 / 4.0, digits=3),
    )


def _contrast(verdict: Verdict) -> Contrast:
    def about(value: float) -> Measured:
        reach = Z_95 * math.hypot(verdict.error, CONTRAST_ERROR * value)
        return Measured.of(value, value - reach, value + reach, digits=2)

    return Contrast(melanin=about(verdict.melanin), erythema=about(verdict.erythema), delta_e=_delta_e(verdict))


def _delta_e(verdict: Verdict) -> Measured:
    """Difference of colour, for skin of middling reflectance; the interval holds for the darkest and the lightest."""
    skin = np.exp(-verdict.around.astype(np.float64) / INDEX)
    mark = np.exp(-(verdict.around + verdict.absorbed).astype(np.float64) / INDEX)
    found = []
    for luminance in SKIN_LUMINANCE:
        exposure = luminance / float(skin @ LUMINANCE)
        found.append(float(np.linalg.norm(lab(mark * exposure) - lab(skin * exposure))))
    share = Z_95 * math.hypot(CONTRAST_ERROR, verdict.error / verdict.patch.contrast)
    return Measured.of(found[1], max(found[0] * (1.0 - share), 0.0), found[2] * (1.0 + share), digits=2)


def note_in_scar(scar: str) -> Note:
    """Note of a mark that lies in a scar, by the scar's id."""
    return Note(code="in_scar", text=f"lies in scar {scar}")


def note_covers_scar(scar: str) -> Note:
    """Note of a mark that covers a scar, by the scar's id."""
    return Note(code="covers_scar", text=f"covers scar {scar}")


def _scar_under(patch: Patch, chart: Chart, scars: Sequence[Scar]) -> tuple[str | None, tuple[Note, ...]]:
    """Scar that the mark lies in or covers, and how; the one with which it shares most."""
    labels = chart.scars[patch.window][patch.mask]
    numbers, counts = np.unique(labels[labels > 0], return_counts=True)
    if not len(numbers):
        return None, ()
    number, shared = int(numbers[counts.argmax()]), float(counts.max())
    scar = scars[number - 1]
    if shared >= IN_SCAR * patch.mask.sum():
        return scar.id, (note_in_scar(scar.id),)
    if shared >= IN_SCAR * (chart.scars == number).sum():
        return scar.id, (note_covers_scar(scar.id),)
    return None, ()


def _at_edge(patch: Patch, chart: Chart) -> bool:
    rows, cols = np.nonzero(patch.mask)
    tall, wide = chart.seen.shape
    return bool(
        patch.top + rows.min() <= 0
        or patch.left + cols.min() <= 0
        or patch.top + rows.max() >= tall - 1
        or patch.left + cols.max() >= wide - 1
    )


def _outline(patch: Patch, chart: Chart) -> tuple[tuple[float, float], ...]:
    """Outline in mm: the half level of the mask, smoothed by half a cell so that it does not follow the grid."""
    fine = cv2.GaussianBlur(np.pad(patch.mask.astype(np.float32), 2), (0, 0), 1.2)
    big: NDArray[np.float32] = np.asarray(cv2.resize(fine, None, fx=4.0, fy=4.0, interpolation=cv2.INTER_LINEAR))
    lines, _ = cv2.findContours((big >= 0.5).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    line = max(lines, key=cv2.contourArea).reshape(-1, 2)[::2].astype(np.float64)
    x = ((line[:, 0] + 0.5) / 4.0 - 2.0 + patch.left) * chart.cell_mm[0]
    y = ((line[:, 1] + 0.5) / 4.0 - 2.0 + patch.top) * chart.cell_mm[1]
    rows, cols = chart.seen.shape
    x, y = np.clip(x, 0.0, cols * chart.cell_mm[0]), np.clip(y, 0.0, rows * chart.cell_mm[1])
    return tuple((round(float(a), 3), round(float(b), 3)) for a, b in zip(x, y, strict=True))
