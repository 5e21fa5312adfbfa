"""What a picture's header promises, before anything is decoded."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cicatrix.errors import ImageError

__all__ = [
    "MAX_CAPTURE_BYTES",
    "MAX_PICTURE_BYTES",
    "MAX_PIXELS",
    "MIN_SIDE",
    "Header",
    "check_bytes",
    "check_size",
    "exif_orientation",
    "upright",
]

MAX_PIXELS = 120_000_000
"""Largest picture: a little above the 102-megapixel cameras of medium format."""
MAX_PICTURE_BYTES = 1 << 30
"""Decoded bytes of one picture: 16-bit RGB with transparency of the largest size."""
MAX_CAPTURE_BYTES = 800 << 20
"""Decoded bytes of all photographs of a capture under lights together: 11 photographs of 24 megapixels, 8 bits each.

Measuring takes a little more than four times as much memory (4.5 GB were seen for 1.06 GB).
"""
MIN_SIDE = 32
"""Smallest picture, in pixels a side."""
_ORIENTATION = 0x0112


@dataclass(frozen=True, slots=True)
class Header:
    """A picture as it is stored.

    Attributes
    ----------
    rows, cols
        Size as stored, before it is turned upright.
    channels
        1 (grey) or 3 (RGB), without alpha.
    dtype
        Type of the values that decoding gives.
    orientation
        EXIF orientation, 1 (upright) to 8.
    raw
        True for a camera RAW file, whose values are always linear in light.
    white_balance
        What a RAW file says about its red, green, blue and second green; None where it says nothing.
    """

    rows: int
    cols: int
    channels: int
    dtype: np.dtype
    orientation: int = 1
    raw: bool = False
    white_balance: tuple[float, float, float, float] | None = None

    @property
    def upright_shape(self) -> tuple[int, int]:
        """Rows and columns once the picture is turned upright."""
        return (self.cols, self.rows) if self.orientation >= 5 else (self.rows, self.cols)


def check_size(rows: int, cols: int, path: Path) -> None:
    """Refuse a picture that is too small to show a scar or larger than memory should be spent on."""
    if rows * cols > MAX_PIXELS:
        raise ImageError(
            f"the picture has {cols} x {rows} = {rows * cols} pixels",
            path=path,
            allowed=f"at most {MAX_PIXELS} pixels",
            fix="crop it, or scale it down and correct pixel_mm",
        )
    if min(rows, cols) < MIN_SIDE:
        raise ImageError(
            f"the picture has {cols} x {rows} pixels",
            path=path,
            allowed=f"at least {MIN_SIDE} x {MIN_SIDE} pixels",
            fix="check that this is the right file",
        )


def check_bytes(rows: int, cols: int, bytes_a_pixel: int, path: Path) -> None:
    """Refuse a picture that would take more memory than its pixels let expect (many channels, 64 bits)."""
    if rows * cols * bytes_a_pixel > MAX_PICTURE_BYTES:
        raise ImageError(
            f"the picture has {cols} x {rows} pixels of {bytes_a_pixel} bytes",
            path=path,
            allowed=f"at most {MAX_PICTURE_BYTES >> 20} MB decoded",
            fix="save it with 8 or 16 bits, or crop it",
        )


def upright(image: NDArray[Any], orientation: int) -> NDArray[Any]:
    """Turn and mirror a stored picture as its orientation tag asks; a view, no copy.

    Parameters
    ----------
    image
        ``(rows, cols, ...)`` as stored.
    orientation
        Tag 274 of TIFF 6.0 and EXIF 2.32 (4.6.4): which sides of the scene the first row and column are.
    """
    if orientation >= 5:
        image = image.swapaxes(0, 1)
    if orientation in (3, 4, 7, 8):
        image = image[::-1]
    if orientation in (2, 3, 6, 7):
        image = image[:, ::-1]
    return image


def exif_orientation(exif: bytes) -> int:
    """Orientation in a block of EXIF data (a TIFF header and its first directory).

    A block without the tag, cut short, or with a value that the standard leaves undefined means upright (1), as
    every viewer takes it.
    """
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(exif[:4])
    if order is None or len(exif) < 8:
        return 1
    (start,) = struct.unpack_from(f"{order}I", exif, 4)
    if start + 2 > len(exif):
        return 1
    (count,) = struct.unpack_from(f"{order}H", exif, start)
    for at in range(start + 2, min(start + 2 + 12 * count, len(exif) - 11), 12):
        tag, kind = struct.unpack_from(f"{order}HH", exif, at)
        if tag == _ORIENTATION and kind in (3, 4):
            (value,) = struct.unpack_from(order + ("H" if kind == 3 else "I"), exif, at + 8)
            return int(value) if 1 <= value <= 8 else 1
    return 1
