"""Photographs of every supported format: recognised by their first bytes, checked by their header, decoded.

Colour profiles and gamma chunks are not applied: values are taken as stored, as sRGB or (``linear = true``) as light. A
JPEG that is cut short is refused; one whose coded data are damaged in the middle cannot be distinguished from a good
one, since the decoder repairs it silently.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cicatrix.capture.header import Header, check_bytes, check_size, upright
from cicatrix.capture.heic import decode_heic, probe_heic
from cicatrix.capture.jpeg import decode_jpeg, probe_jpeg
from cicatrix.capture.png import decode_png, probe_png
from cicatrix.capture.raw import RAW_SUFFIXES, decode_raw, probe_raw
from cicatrix.capture.tiff import decode_tiff, probe_tiff
from cicatrix.errors import CicatrixError, ImageError
from cicatrix.io.read import check_file

__all__ = ["FORMATS", "decode", "format_of", "guarded", "probe"]

_PHOTO_TYPES = {
    "uint8": np.uint8,
    "uint16": np.uint16,
    "float16": np.float32,
    "float32": np.float32,
    "float64": np.float32,
}


@dataclass(frozen=True, slots=True)
class Format:
    """How one file format is read: its header from the path, its pixels from the bytes."""

    probe: Callable[[Path], Header]
    decode: Callable[[bytes, Header, Path], NDArray[Any]]


FORMATS: Final[dict[str, Format]] = {
    "JPEG": Format(probe_jpeg, decode_jpeg),
    "PNG": Format(probe_png, decode_png),
    "TIFF": Format(probe_tiff, decode_tiff),
    "HEIC": Format(probe_heic, decode_heic),
    "RAW": Format(probe_raw, decode_raw),
}
_SIGNATURES = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"II+\0", "TIFF"),
    (b"MM\0+", "TIFF"),
    (b"IIU\0", "RAW"),
    (b"IIRO", "RAW"),
    (b"IIRS", "RAW"),
    (b"MMOR", "RAW"),
    (b"FUJIFILMCCD-RAW", "RAW"),
)
_BRANDS = {
    b"crx ": "RAW",
    **dict.fromkeys((b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"), "HEIC"),
}


def format_of(path: Path) -> str:
    """Name of the format, by the first bytes; by the suffix only for camera RAW, which often looks like TIFF."""
    check_file(path, error=ImageError)
    try:
        with path.open("rb") as file:
            start = file.read(32)
    except OSError as exc:
        raise ImageError(
            f"the photograph cannot be opened ({exc.strerror})", path=path, fix="check its permissions"
        ) from exc
    if path.suffix.lower() in RAW_SUFFIXES:
        return "RAW"
    found = _BRANDS.get(start[8:12]) if start[4:8] == b"ftyp" else None
    found = found or next((name for magic, name in _SIGNATURES if start.startswith(magic)), None)
    if found is None:
        raise ImageError(
            f"this is not a picture of a known format (it starts with {start[:8].hex(' ')})",
            path=path,
            allowed="JPEG, PNG, TIFF, HEIC and camera RAW",
            fix="save it as one of these",
        )
    return found


def probe(path: Path) -> Header:
    """Check what a photograph's header promises, before any memory is spent on it.

    Raises
    ------
    ImageError
        When the file is missing, damaged, of another format, or of a size or type that is not supported.
    MissingExtraError
        When it needs an optional library.
    """
    name = format_of(path)
    with guarded(path):
        header = FORMATS[name].probe(path)
    check_size(header.rows, header.cols, path)
    check_bytes(header.rows, header.cols, header.channels * header.dtype.itemsize, path)
    kind = _PHOTO_TYPES.get(header.dtype.name)
    if kind is None:
        raise ImageError(
            f"the pixels are {header.dtype.name}",
            path=path,
            allowed="8 or 16 bits without sign, or floating point from 0 to 1",
            fix="save it as 16-bit TIFF or PNG",
        )
    return replace(header, dtype=np.dtype(kind))


def decode(data: bytes, header: Header, path: Path) -> NDArray[Any]:
    """Decode a probed photograph to ``(rows, cols, channels)`` of ``header.dtype``, RGB or grey, upright."""
    with guarded(path):
        image = FORMATS[format_of(path)].decode(data, header, path)
    if image.shape != (header.rows, header.cols, header.channels):
        raise ImageError(
            f"the picture is {image.shape}, but its header says {(header.rows, header.cols, header.channels)}",
            path=path,
            fix="copy it again from its source",
        )
    return upright(image.astype(header.dtype, copy=False), header.orientation)


@contextmanager
def guarded(path: Path) -> Iterator[None]:
    """Turn whatever a decoder raises on bytes that it cannot read into an ImageError."""
    try:
        yield
    except CicatrixError:
        raise
    except Exception as exc:
        # The decoders are other people's code on bytes from anywhere: no list of their errors would be complete.
        reason = str(exc).strip().split("\n")[0][:200] or type(exc).__name__
        raise ImageError(
            f"the picture cannot be decoded ({reason})", path=path, fix="save it again as PNG, JPEG or plain TIFF"
        ) from exc
