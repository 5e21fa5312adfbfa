"""Outlines and their numbers over a picture: simplified paths, and labels that keep out of each other's way."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from cicatrix.model import DarkSpot, Mark, Scar

__all__ = ["Outline", "label_scale", "place_labels", "scale_bar_mm", "simplify", "svg_path", "trace"]

Outlined = Scar | Mark | DarkSpot

TOLERANCE: Final = 1 / 1500
"""How far a simplified line may stray, as a share of the picture's longer side: under half a pixel on screen."""

RING: Final = 1 / 80
"""Gap between an outline and the ring around it as a share of the picture's width."""

LABEL_HEIGHT: Final = 1 / 46
LABEL_ADVANCE: Final = 0.62
"""Height of a label as a share of the picture's width, and width of one of its characters as a share of that."""

CROWD: Final = 60
"""With more scars than this, labels shrink, to no less than 0.7 of their size."""


@dataclass(frozen=True, slots=True)
class Outline:
    """One scar on the pictures, in mm from their top-left corner; ``ring`` runs around ``path``."""

    path: str
    ring: str
    label_x: str
    label_y: str
    cut: tuple[str, str, str, str]


def trace(scars: Sequence[Scar], width_mm: float, height_mm: float) -> tuple[Outline, ...]:
    """Path, label place and cutting line of every scar."""
    tolerance = TOLERANCE * max(width_mm, height_mm)
    labels = place_labels(scars, width_mm, height_mm)
    return tuple(
        Outline(
            path=svg_path(simplify(np.array(scar.outline_mm).reshape(-1, 2), tolerance, closed=True), closed=True),
            ring=_ring(scar, RING * width_mm, tolerance),
            label_x=f"{x:.2f}",
            label_y=f"{y:.2f}",
            cut=_cut(scar),
        )
        for scar, (x, y) in zip(scars, labels, strict=True)
    )


def _ring(scar: Scar, gap_mm: float, tolerance: float) -> str:
    """A path around the outline: each point moved out at right angles to the line between its neighbours."""
    points = np.array(scar.outline_mm).reshape(-1, 2)
    if len(points) < 3:
        return ""
    after, before = np.roll(points, -1, axis=0), np.roll(points, 1, axis=0)
    twice_area = float((points[:, 0] * after[:, 1] - after[:, 0] * points[:, 1]).sum())
    along = (after - before) * np.sign(twice_area)
    out = np.column_stack([along[:, 1], -along[:, 0]])
    out /= np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9)
    return svg_path(simplify(points + gap_mm * out, tolerance, closed=True), closed=True)


def _cut(scar: Scar) -> tuple[str, str, str, str]:
    (x1, y1), (x2, y2) = scar.section.from_mm, scar.section.to_mm
    return (f"{x1:.2f}", f"{y1:.2f}", f"{x2:.2f}", f"{y2:.2f}")


def simplify(points: NDArray[np.float64], tolerance: float, *, closed: bool) -> NDArray[np.float64]:
    """Drop points that lie within ``tolerance`` of the line through the others.

    Douglas & Peucker 1973, doi:10.3138/FM57-6770-U75U-7727. ``points`` is ``(n, 2)``; so is the result.
    """
    if len(points) < 4:
        return points
    kept = cv2.approxPolyDP(points.astype(np.float32).reshape(-1, 1, 2), tolerance, closed)
    return np.asarray(kept, dtype=np.float64).reshape(-1, 2)


def svg_path(points: NDArray[np.float64], *, closed: bool = False, places: int = 2) -> str:
    """``M1,2L3,4Z`` with a fixed number of decimals; empty without points."""
    if not len(points):
        return ""
    pairs = [f"{_number(x, places)},{_number(y, places)}" for x, y in points]
    return "M" + "L".join(pairs) + ("Z" if closed else "")


def _number(value: float, places: int) -> str:
    text = f"{value:.{places}f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def place_labels(scars: Sequence[Outlined], width_mm: float, height_mm: float) -> NDArray[np.float64]:
    """Middle of each label, ``(n, 2)`` in mm: beside its outline, where it covers least of the others.

    Scars are taken in order; each label tries eight places around its outline (upper right first, where map
    makers put them: Imhof 1975, doi:10.1559/152304075784313304) and keeps the one that overlaps least with
    labels set before, with outlines and with the picture's edge.
    """
    boxes = np.array([_box(scar) for scar in scars], dtype=np.float64).reshape(-1, 4)
    high = LABEL_HEIGHT * width_mm * label_scale(len(scars))
    taken = np.empty((0, 4))
    centres = np.empty((len(scars), 2))
    for at in range(len(scars)):
        wide = LABEL_ADVANCE * high * (len(str(at + 1)) + 1)
        half = np.array([wide, high]) / 2
        around = _candidates(boxes[at], wide, high)
        frames = np.concatenate([around - half, around + half], axis=1)
        cost = 4 * _overlap(frames, taken) + _overlap(frames, boxes) + 8 * _outside(frames, width_mm, height_mm)
        best = int(np.argmin(cost + np.arange(len(around)) * 0.02 * wide * high))
        centres[at] = around[best]
        taken = np.concatenate([taken, frames[best : best + 1]])
    return centres


def label_scale(count: int) -> float:
    """Size of the labels when there are this many scars."""
    return min(1.0, max(0.7, math.sqrt(CROWD / max(count, 1))))


def _box(scar: Outlined) -> tuple[float, float, float, float]:
    if not scar.outline_mm:
        return (scar.x_mm, scar.y_mm, scar.x_mm, scar.y_mm)
    xs, ys = zip(*scar.outline_mm, strict=True)
    return (min(xs), min(ys), max(xs), max(ys))


def _candidates(box: NDArray[np.float64], wide: float, high: float) -> NDArray[np.float64]:
    """Eight places around a box, the best first, then its middle."""
    left, top, right, bottom = box
    x, y = (left + right) / 2, (top + bottom) / 2
    # An outline bulges less at its box's corners, so corner labels may move in by a seventh of its size.
    dx, dy = (right - left) / 7, (bottom - top) / 7
    west, east = left - wide * 0.55, right + wide * 0.55
    north, south = top - high * 0.55, bottom + high * 0.55
    corners = [(east - dx, north + dy), (west + dx, north + dy), (east - dx, south - dy), (west + dx, south - dy)]
    return np.array([corners[0], (x, north), corners[1], (east, y), (west, y), *corners[2:], (x, south), (x, y)])


def _overlap(frames: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """Total area of ``others`` under each frame."""
    wide = np.minimum(frames[:, None, 2], others[None, :, 2]) - np.maximum(frames[:, None, 0], others[None, :, 0])
    high = np.minimum(frames[:, None, 3], others[None, :, 3]) - np.maximum(frames[:, None, 1], others[None, :, 1])
    area = np.clip(wide, 0, None) * np.clip(high, 0, None)
    return np.asarray(area.sum(axis=1))


def _outside(frames: NDArray[np.float64], width_mm: float, height_mm: float) -> NDArray[np.float64]:
    """Area of each frame beyond the picture."""
    whole = (frames[:, 2] - frames[:, 0]) * (frames[:, 3] - frames[:, 1])
    return whole - _overlap(frames, np.array([[0, 0, width_mm, height_mm]]))


def scale_bar_mm(width_mm: float) -> float:
    """Choose a round length of about a fifth of the picture's width."""
    power = 10.0 ** np.floor(np.log10(width_mm / 4))
    return float(max(factor * power for factor in (1, 2, 5) if factor * power <= width_mm / 4))
