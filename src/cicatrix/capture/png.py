"""PNG pictures (ISO/IEC 15948): header, check sums, pixels."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from cicatrix.capture.header import Header, exif_orientation
from cicatrix.errors import ImageError

__all__ = ["check_png", "decode_png", "probe_png"]

_SIGNATURE = 8
_GREY_TYPES = (0, 4)
_COLOUR_TYPES = (2, 3, 6)


def probe_png(path: Path) -> Header:
    """Size, channels, depth and orientation from the chunks, without inflating any."""
    header: Header | None = None
    orientation = 1
    with path.open("rb") as file:
        file.seek(_SIGNATURE)
        while len(start := file.read(8)) == 8:
            length, name = struct.unpack(">I4s", start)
            if name == b"IHDR":
                header = _image_header(file.read(length), path)
            elif name == b"eXIf":
                orientation = exif_orientation(file.read(length))
            else:
                file.seek(length, 1)
            file.seek(4, 1)
    if header is None:
        raise _damaged(path, "it has no header")
    return Header(header.rows, header.cols, header.channels, header.dtype, orientation)


def decode_png(data: bytes, header: Header, path: Path) -> NDArray[Any]:
    """Decode to ``(rows, cols, channels)`` uint8 or uint16, RGB, as stored; palettes resolved, alpha dropped.

    Raises
    ------
    ImageError
        When the file is cut short or a check sum is wrong.
    """
    check_png(data, path)
    colour = cv2.IMREAD_GRAYSCALE if header.channels == 1 else cv2.IMREAD_COLOR_RGB
    flags = colour | cv2.IMREAD_ANYDEPTH | cv2.IMREAD_IGNORE_ORIENTATION
    image = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    if image is None:
        raise _damaged(path, "its pixels cannot be decoded")
    return image.reshape(*image.shape[:2], -1)


def check_png(data: bytes, path: Path) -> None:
    """Compare the check sum of every chunk, and see that the last one is there."""
    view = memoryview(data)
    at = _SIGNATURE
    while at + 12 <= len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        end = at + 8 + length
        if end + 4 > len(data):
            break
        (expected,) = struct.unpack_from(">I", data, end)
        if zlib.crc32(view[at + 4 : end]) != expected:
            raise _damaged(path, f"the check sum of its chunk at byte {at} is wrong")
        if name == b"IEND":
            return
        at = end + 4
    raise _damaged(path, "it ends before the picture does")


def _image_header(content: bytes, path: Path) -> Header:
    if len(content) != 13:
        raise _damaged(path, "its header is cut short")
    cols, rows, bits, colour = struct.unpack_from(">IIBB", content)
    if colour not in _GREY_TYPES + _COLOUR_TYPES:
        raise _damaged(path, f"its header names a colour type {colour} that does not exist")
    channels = 1 if colour in _GREY_TYPES else 3
    return Header(rows, cols, channels, np.dtype(np.uint16 if bits == 16 else np.uint8))


def _damaged(path: Path, why: str) -> ImageError:
    return ImageError(f"the PNG is truncated or damaged: {why}", path=path, fix="copy it again from its source")
