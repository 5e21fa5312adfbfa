"""The relief of a part of the picture, small enough to be drawn in three dimensions.

The bytes are little endian: ``CSF1``; rows and columns, unsigned 32 bits each; the part's ``x0 y0 x1 y1`` in mm, 32-bit
floats; 4 bytes of zero; then the heights in mm as 32-bit floats, row by row from the top left. The heights lie in the
middles of equal cells that fill the part.
"""

from __future__ import annotations

import math
import struct
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from cicatrix.errors import InputError

__all__ = ["HEAD", "MOST_CELLS", "surface"]

HEAD: Final = struct.Struct("<4sII4f4x")
MOST_CELLS: Final = 512
LEAST_PIXELS: Final = 4


def surface(
    height_mm: NDArray[np.float32], pixel_mm: float, box_mm: tuple[float, float, float, float], most: int = MOST_CELLS
) -> bytes:
    """Heights of the part of the picture in ``box_mm``, averaged down to at most ``most`` cells a side.

    Parameters
    ----------
    height_mm
        ``(rows, cols)``, positive towards the viewer.
    pixel_mm
        Width of a pixel.
    box_mm
        ``x0, y0, x1, y1``; what lies outside of the picture is cut off.
    most
        Cells on the longer side.

    Raises
    ------
    InputError
        Less than a few pixels of the picture lie in the box.
    """
    rows, cols = height_mm.shape
    if not all(math.isfinite(value) for value in box_mm):
        raise _outside(box_mm, cols * pixel_mm, rows * pixel_mm)
    x0, y0, x1, y1 = (value / pixel_mm for value in box_mm)
    c0, c1 = max(0, math.floor(min(x0, cols))), min(cols, math.ceil(max(x1, 0)))
    r0, r1 = max(0, math.floor(min(y0, rows))), min(rows, math.ceil(max(y1, 0)))
    if c1 - c0 < LEAST_PIXELS or r1 - r0 < LEAST_PIXELS:
        raise _outside(box_mm, cols * pixel_mm, rows * pixel_mm)
    part = np.ascontiguousarray(height_mm[r0:r1, c0:c1], dtype=np.float32)
    scale = most / max(part.shape)
    if scale < 1:
        size = (max(2, round(part.shape[1] * scale)), max(2, round(part.shape[0] * scale)))
        part = np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), dtype=np.float32)
    head = HEAD.pack(b"CSF1", *part.shape, c0 * pixel_mm, r0 * pixel_mm, c1 * pixel_mm, r1 * pixel_mm)
    return head + part.astype("<f4").tobytes()


def _outside(box_mm: tuple[float, float, float, float], width_mm: float, height_mm: float) -> InputError:
    return InputError(
        "the part from ({:g}, {:g}) to ({:g}, {:g}) mm holds no skin that could be drawn".format(*box_mm),
        allowed=f"parts of the picture, from (0, 0) to ({width_mm:g}, {height_mm:g}) mm, at least"
        f" {LEAST_PIXELS} pixels wide and high",
        fix="choose a larger part within the picture",
    )
