"""JPEG photographs (ITU-T T.81): header, completeness, pixels."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import cv2
import numpy as np
from numpy.typing import NDArray

from cicatrix.capture.header import Header, exif_orientation
from cicatrix.errors import ImageError

__all__ = ["decode_jpeg", "jpeg_is_complete", "probe_jpeg"]

_START_OF_SCAN = 0xDA
_END_OF_IMAGE = 0xD9
_APP1 = 0xE1
_NOT_FRAMES = frozenset({0xC4, 0xC8, 0xCC})
_STANDALONE = frozenset({0x01, *range(0xD0, 0xD9)})


def probe_jpeg(path: Path) -> Header:
    """Size, channels and orientation from the segments before the first scan."""
    frame: tuple[int, int, int, int] | None = None
    orientation = 1
    with path.open("rb") as file:
        for marker, content in _segments(file, path):
            if 0xC0 <= marker <= 0xCF and marker not in _NOT_FRAMES and len(content) >= 6:
                rows, cols = int.from_bytes(content[1:3], "big"), int.from_bytes(content[3:5], "big")
                frame = (content[0], rows, cols, content[5])
            elif marker == _APP1 and content[:6] == b"Exif\0\0" and orientation == 1:
                orientation = exif_orientation(content[6:])
    if frame is None:
        raise _truncated(path)
    bits, rows, cols, channels = frame
    if bits != 8 or channels not in (1, 3):
        raise ImageError(
            f"the JPEG has {channels} channels of {bits} bits",
            path=path,
            allowed="grey or RGB, 8 bits",
            fix="save it as an ordinary RGB JPEG or TIFF",
        )
    return Header(rows, cols, channels, np.dtype(np.uint8), orientation)


def decode_jpeg(data: bytes, header: Header, path: Path) -> NDArray[Any]:
    """Decode to ``(rows, cols, channels)`` uint8, RGB, as stored.

    Raises
    ------
    ImageError
        When the file ends before the picture does: the decoder would fill the rest with grey and say nothing.
    """
    if not jpeg_is_complete(data):
        raise _truncated(path)
    colour = cv2.IMREAD_GRAYSCALE if header.channels == 1 else cv2.IMREAD_COLOR_RGB
    image = cv2.imdecode(np.frombuffer(data, np.uint8), colour | cv2.IMREAD_IGNORE_ORIENTATION)
    if image is None:
        raise ImageError("the JPEG cannot be decoded", path=path, fix="copy it again from the camera")
    return image.reshape(*image.shape[:2], -1)


def jpeg_is_complete(data: bytes) -> bool:
    """Tell whether the end of the picture is there, whatever the camera appended after it.

    The thumbnail inside the EXIF segment has an end marker too, so the search starts at the first scan.
    """
    at = _first_scan(data)
    if at is None:
        return False
    values = np.frombuffer(data, np.uint8)
    candidates = at + np.flatnonzero(values[at:-1] == 0xFF)
    following = values[candidates + 1]
    # In coded data FF is followed by 00; FF D0 to FF D7 are restarts, and FF FF is filling.
    restart = (following >= 0xD0) & (following <= 0xD7)
    markers = candidates[(following != 0x00) & (following != 0xFF) & ~restart]
    for position in markers.tolist():
        if position < at:
            continue
        if data[position + 1] == _END_OF_IMAGE:
            return True
        at = position + 2 + int.from_bytes(data[position + 2 : position + 4], "big")
    return False


def _first_scan(data: bytes) -> int | None:
    """Where the coded data of the first scan begin."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
        elif marker in _STANDALONE:
            at += 2
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
            if marker == _START_OF_SCAN:
                return at if at < len(data) else None
    return None


def _segments(file: BinaryIO, path: Path) -> Iterator[tuple[int, bytes]]:
    file.seek(2)
    while True:
        if file.read(1) != b"\xff":
            raise _truncated(path)
        marker = 0xFF
        while marker == 0xFF:
            marker = int.from_bytes(_exactly(file, 1, path), "big")
        if marker == _START_OF_SCAN:
            return
        if marker in _STANDALONE:
            continue
        length = int.from_bytes(_exactly(file, 2, path), "big")
        yield marker, _exactly(file, max(length - 2, 0), path)


def _exactly(file: BinaryIO, length: int, path: Path) -> bytes:
    data = file.read(length)
    if len(data) != length:
        raise _truncated(path)
    return data


def _truncated(path: Path) -> ImageError:
    return ImageError(
        "the JPEG is truncated or damaged: it ends before the picture does",
        path=path,
        fix="copy it again from the camera",
    )
