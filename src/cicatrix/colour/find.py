"""Where marks are: patches of more pigment or more blood, outlined at half their contrast.

Candidates are blobs over a range of widths (scale space: Lindeberg 1998, doi:10.1023/A:1008045108935), judged against
how mottled this very skin is at the same width. Each is outlined where its excess falls to half, and measured against
the skin in a ring around it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from cicatrix.colour.fill import filled

__all__ = ["WIDTHS_MM", "Blob", "Patch", "find_patches", "measure_patch", "rated", "ring_around"]

Plane = NDArray[np.float32]
Mask = NDArray[np.bool_]
Hopeful = Callable[[float, float, float], bool]

WIDTHS_MM = tuple(1.0 * 2 ** (k / 2) for k in range(8))
"""Widths searched for, 1 to 11 mm in half octaves."""

INNER, OUTER = 0.25, 0.62
"""Widths of the two Gaussians as fractions of the width searched for."""

MIN_RATIO = 2.2
"""Smallest response of the filter in standard deviations of the skin's own response at that width."""

SMOOTH_MM = 0.25
"""Outlines are drawn on maps smoothed this far (standard deviation)."""

LEVEL = 0.57
"""Share of the contrast at which patches are outlined on the smoothed map. It is half of what an unsmoothed, mottled
patch has in its middle (checked on phantoms)."""

ROUNDS = 4
"""Outline and level settle in a few rounds."""

LEAK = 2.2
"""An outline wider than this many times its candidate has leaked into its surroundings."""


MERIT = (2.5, 4.5, 3.0, 10.0)
"""Weights of the logarithms of ratio, width and contrast, and of solidity, by which one outline is preferred to
another: between those that tell red and brown marks from mottling (see ``judge``)."""

PEAK = 2.6
"""A patch's contrast is at most about this many times the filter's answer."""

CERTAIN, SOLID = 6.0, 0.9
"""Ratio and solidity from which a patch is beyond doubt."""

EDGE_MM = 0.3
"""Soft edge of a strong patch, kept out of its neighbours."""

OWN = 0.6
"""A patch of which less than this share lies outside stronger ones is part of them."""


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """Response of the filter at one width, and the standard deviation of the skin's own response."""

    width_mm: float
    plane: Plane
    spread: float


@dataclass(frozen=True, slots=True)
class Blob:
    """A candidate: its cell, the width of strongest response, and that response in standard deviations of skin."""

    row: int
    col: int
    width_mm: float
    ratio: float


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """A patch on the grid: its window, its mask in it, and how it stands out.

    ``contrast`` is the excess in the middle over the ring around, ``solidity`` area over that of the convex hull.
    """

    top: int
    left: int
    mask: Mask
    contrast: float
    blob: Blob
    solidity: float
    width_mm: float

    @property
    def window(self) -> tuple[slice, slice]:
        """Rows and columns of the grid."""
        return (
            slice(self.top, self.top + self.mask.shape[0]),
            slice(self.left, self.left + self.mask.shape[1]),
        )


def find_patches(plane: Plane, cell_mm: float, least: float, hopeful: Hopeful) -> list[Patch]:
    """Patches in which ``plane`` rises, the strongest first, without those that are part of another.

    Parameters
    ----------
    plane
        ``(rows, cols)`` in index units.
    cell_mm
        Width of a cell.
    least
        Least contrast.
    hopeful
        Takes the ratio, width in mm and contrast of a candidate; returns whether it is worth an outline.
    """
    smooth = np.asarray(cv2.GaussianBlur(plane, (0, 0), SMOOTH_MM / cell_mm), dtype=np.float32)
    answers = _answers(plane, cell_mm)
    blobs = [blob for blob in _candidates(answers, cell_mm, least, hopeful) if blob.ratio >= 0.6 * CERTAIN]
    nothing = np.zeros(plane.shape, np.bool_)
    found = [_rated(patch, answers, cell_mm) for patch in _grown(smooth, blobs, cell_mm, nothing, least)]
    found = [patch for patch in found if patch.blob.ratio >= CERTAIN and patch.solidity >= SOLID]
    plain, taken = _cleared(plane, found, cell_mm)
    calm = _answers(plain, cell_mm)
    answers = [replace(a, spread=b.spread) for a, b in zip(answers, calm, strict=True)]
    found = [_rated(patch, answers, cell_mm) for patch in found]
    blobs = _candidates(calm, cell_mm, least, hopeful)
    found += [_rated(patch, calm, cell_mm) for patch in _grown(smooth, blobs, cell_mm, taken, least)]
    found.sort(key=lambda patch: (-_merit(patch), patch.top, patch.left))
    kept, taken = _without_parts(found, plane.shape)
    again = ((patch, _grow(smooth, patch.blob, cell_mm, _beside(patch, taken, cell_mm))) for patch in kept)
    return [_like(new, patch) for patch, new in again if new is not None and new.contrast >= least]


def _grown(smooth: Plane, blobs: list[Blob], cell_mm: float, taken: Mask, least: float) -> list[Patch]:
    """Patches that grow from the blobs outside what is taken."""
    open_ones = (blob for blob in blobs if not taken[blob.row, blob.col])
    patches = (_grow(smooth, blob, cell_mm, taken[_window(blob, cell_mm)]) for blob in open_ones)
    return [patch for patch in patches if patch is not None and patch.contrast >= least]


def _cleared(plane: Plane, patches: list[Patch], cell_mm: float) -> tuple[Plane, Mask]:
    """Level out the patches that are beyond doubt: their halo must neither hide a neighbour nor pass for mottling.

    The cells of these patches, with their soft edges, are returned too.
    """
    taken = np.zeros(plane.shape, np.bool_)
    for patch in patches:
        if patch.blob.ratio >= CERTAIN and patch.solidity >= SOLID:
            taken[patch.window] |= patch.mask
    reach = max(round(EDGE_MM / cell_mm), 1)
    wide = cv2.dilate(taken.astype(np.uint8), cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1,) * 2)) > 0
    return filled(plane, ~wide), np.asarray(wide)


def _like(new: Patch, old: Patch) -> Patch:
    """Keep how much a patch stood out when it was first outlined."""
    return replace(new, blob=old.blob)


def _merit(patch: Patch) -> float:
    """How much a patch looks like one whole mark: outstanding, wide, and without bays."""
    facts = (np.log(patch.blob.ratio), np.log(patch.width_mm), np.log(patch.contrast), patch.solidity)
    return float(np.dot(MERIT, facts))


def _rated(patch: Patch, answers: list[Answer], cell_mm: float) -> Patch:
    """Give a patch the best answer near its middle at the widths next to its own."""
    rows, cols = np.nonzero(patch.mask)
    row, col = patch.top + int(rows.mean()), patch.left + int(cols.mean())
    reach = max(int(0.2 * patch.width_mm / cell_mm), 1)
    near = (slice(max(row - reach, 0), row + reach + 1), slice(max(col - reach, 0), col + reach + 1))
    closest = sorted(answers, key=lambda answer: abs(np.log(answer.width_mm / patch.width_mm)))[:2]
    best = max(float(answer.plane[near].max()) / answer.spread for answer in closest)
    return replace(patch, blob=replace(patch.blob, ratio=max(best, 1e-3)))


def measure_patch(plane: Plane, mask: Mask, corner: tuple[int, int], blob: Blob, cell_mm: float) -> Patch | None:
    """A patch whose ``mask`` is given, with its top-left ``corner`` on the grid; None without skin around."""
    smooth = np.asarray(cv2.GaussianBlur(plane, (0, 0), SMOOTH_MM / cell_mm), dtype=np.float32)
    window = (slice(corner[0], corner[0] + mask.shape[0]), slice(corner[1], corner[1] + mask.shape[1]))
    return _measured(smooth[window], mask, np.zeros_like(mask), corner, blob, cell_mm) if mask.any() else None


def rated(patch: Patch, plane: Plane, cell_mm: float, least: float) -> Patch:
    """A patch with how far it stands out of the skin's own mottling, at least ``least``."""
    found = _rated(patch, _answers(plane, cell_mm), cell_mm)
    return replace(found, blob=replace(found.blob, ratio=max(found.blob.ratio, least)))


def _without_parts(patches: list[Patch], shape: tuple[int, ...]) -> tuple[list[Patch], Mask]:
    """Drop each patch of which little is left outside the stronger ones; return the rest and what they cover."""
    taken = np.zeros(shape, np.bool_)
    kept = []
    for patch in patches:
        window = taken[patch.window]
        if (patch.mask & ~window).sum() < OWN * patch.mask.sum():
            continue
        window |= patch.mask
        kept.append(patch)
    return kept, taken


def _beside(patch: Patch, taken: Mask, cell_mm: float) -> Mask:
    """Cells of the other patches in a patch's window, with their soft edges, but for the patch's own middle."""
    others = (taken[patch.window] & ~patch.mask).astype(np.uint8)
    reach = max(round(EDGE_MM / cell_mm), 1)
    wide = cv2.dilate(others, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1,) * 2)) > 0
    middle = cv2.erode(patch.mask.astype(np.uint8), np.ones((2 * reach + 1,) * 2, np.uint8), borderValue=0) > 0
    return np.asarray(wide & ~middle)


def _answers(plane: Plane, cell_mm: float) -> list[Answer]:
    """Filter the plane at each width that fits it."""
    most = max(0.6 * min(plane.shape) * cell_mm, WIDTHS_MM[0])
    planes = [(width, _answer(plane, width / cell_mm)) for width in WIDTHS_MM if width <= most]
    return [Answer(width, answer, max(_spread(answer), 1e-6)) for width, answer in planes]


def _candidates(answers: list[Answer], cell_mm: float, least: float, hopeful: Hopeful) -> list[Blob]:
    """Blobs at every width, the most outstanding first."""
    found = []
    for answer in answers:
        radius = max(int(0.35 * answer.width_mm / cell_mm), 1)
        window = np.ones((2 * radius + 1, 2 * radius + 1), np.uint8)
        peak = answer.plane >= cv2.dilate(answer.plane, window)
        peak &= answer.plane > max(MIN_RATIO * answer.spread, 0.3 * least)
        for row, col in np.argwhere(peak):
            value = float(answer.plane[row, col])
            blob = Blob(int(row), int(col), answer.width_mm, value / answer.spread)
            if hopeful(blob.ratio, blob.width_mm, PEAK * value):
                found.append(blob)
    return sorted(found, key=lambda blob: (-blob.ratio, blob.row, blob.col))


def _answer(plane: Plane, width: float) -> Plane:
    inner = _blurred(plane, INNER * width)
    return np.asarray(inner - _blurred(plane, OUTER * width), dtype=np.float32)


def _blurred(plane: Plane, sigma: float) -> Plane:
    """Gaussian blur; wide ones on a smaller picture."""
    shrink = max(1, int(sigma / 5.0))
    if shrink == 1:
        return np.asarray(cv2.GaussianBlur(plane, (0, 0), sigma, borderType=cv2.BORDER_REFLECT), dtype=np.float32)
    rows, cols = plane.shape
    small = cv2.resize(plane, (-(-cols // shrink), -(-rows // shrink)), interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), sigma / shrink, borderType=cv2.BORDER_REFLECT)
    return np.asarray(cv2.resize(small, (cols, rows), interpolation=cv2.INTER_LINEAR), dtype=np.float32)


def _spread(answer: Plane) -> float:
    """Robust standard deviation of the filter's response to skin; the response to marks is clipped, three times."""
    values = answer[::2, ::2].ravel()
    for _ in range(3):
        middle = np.median(values)
        spread = 1.4826 * float(np.median(np.abs(values - middle)))
        values = values[np.abs(values - middle) <= 2.5 * spread]
    return 1.1 * 1.4826 * float(np.median(np.abs(values - np.median(values))))


def _window(blob: Blob, cell_mm: float) -> tuple[slice, slice]:
    reach = int(1.7 * blob.width_mm / cell_mm) + 4
    return (
        slice(max(blob.row - reach, 0), blob.row + reach + 1),
        slice(max(blob.col - reach, 0), blob.col + reach + 1),
    )


def _grow(smooth: Plane, blob: Blob, cell_mm: float, other: Mask) -> Patch | None:
    """Outline a candidate at its contrast's level to the ring around; ``other`` holds what is taken in its window."""
    width_mm = blob.width_mm
    window = _window(blob, cell_mm)
    top, left = window[0].start, window[1].start
    values = smooth[window]
    seed = (blob.row - top, blob.col - left)
    down, across = np.ogrid[: values.shape[0], : values.shape[1]]
    far = np.hypot(down - seed[0], across - seed[1]) * cell_mm
    mask = far <= 0.5 * width_mm
    peak = float(np.median(values[far <= max(0.2 * width_mm, 1.5 * cell_mm)]))
    for _ in range(ROUNDS):
        level = _base(values, mask, other, cell_mm)
        if level is None:
            return None
        base, core = level, max(float(np.median(values[mask])), 0.0)
        core = 0.5 * (core + peak) if core > base else peak
        if core <= base:
            return None
        grown = _piece((values > base + LEVEL * (core - base)) & ~other, seed)
        if grown is None or 2.0 * np.sqrt(grown.sum() / np.pi) * cell_mm > LEAK * width_mm:
            grown = _piece((values > base + 0.65 * (core - base)) & (far <= width_mm) & ~other, seed)
        if grown is None:
            return None
        mask = grown & ~other
    return _measured(values, mask, other, (top, left), blob, cell_mm)


def _base(values: Plane, mask: Mask, other: Mask, cell_mm: float) -> float | None:
    """Level of the skin in a ring around a mask, other patches left out."""
    ring = ring_around(mask, cell_mm) & ~other
    if ring.sum() < 20:
        return None
    return float(np.median(values[ring]))


def ring_around(mask: Mask, cell_mm: float) -> Mask:
    """Skin around a mask: beyond its soft edge, 1.2 mm broad."""
    away = cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, 3) * cell_mm
    edge = 0.3 + 0.15 * float(np.sqrt(mask.sum() / np.pi)) * cell_mm
    return np.asarray((away > edge) & (away <= edge + 1.2))


def _piece(above: Mask, seed: tuple[int, int]) -> Mask | None:
    """The connected part that holds the seed, opened by a cell and with its holes filled."""
    opened = cv2.morphologyEx(above.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    _, labels = cv2.connectedComponents(opened, connectivity=4)
    near = labels[max(seed[0] - 3, 0) : seed[0] + 4, max(seed[1] - 3, 0) : seed[1] + 4]
    names = near[near > 0]
    if not names.size:
        return None
    piece = (labels == np.bincount(names).argmax()).astype(np.uint8)
    lines, _ = cv2.findContours(piece, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    cv2.drawContours(piece, lines, -1, 1, thickness=-1)
    return np.asarray(piece > 0)


def _measured(
    values: Plane, mask: Mask, other: Mask, corner: tuple[int, int], blob: Blob, cell_mm: float
) -> Patch | None:
    base = _base(values, mask, other, cell_mm)
    if base is None:
        return None
    middle = cv2.erode(mask.astype(np.uint8), np.ones((3, 3), np.uint8), borderValue=0) > 0
    contrast = float(np.median(values[middle if middle.sum() >= 12 else mask])) - base
    lines, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    hull = cv2.convexHull(np.concatenate(lines))
    solidity = float(mask.sum()) / max(float(cv2.contourArea(hull)) + 0.5 * len(hull), 1.0)
    width = 2.0 * float(np.sqrt(mask.sum() / np.pi)) * cell_mm
    return Patch(corner[0], corner[1], mask, contrast, blob, min(solidity, 1.0), width)
