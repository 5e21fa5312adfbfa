"""TIFF pictures (TIFF 6.0, BigTIFF): header and values."""

from __future__ import annotations

import io
import math
from enum import IntEnum
from pathlib import Path
from typing import Any

import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image

from cicatrix.capture.header import MAX_PIXELS, Header, check_bytes, check_size
from cicatrix.errors import ImageError, MissingExtraError

__all__ = ["decode_tiff", "decode_tiff_values", "probe_tiff"]

_DNG_VERSION = 50706
_ORIENTATION = 274
_BLOCK = 16
"""Pixels by which a JPEG may exceed its strip: it is made of whole blocks."""
_COMPRESSIONS = frozenset(
    {
        tifffile.COMPRESSION.NONE,
        tifffile.COMPRESSION.LZW,
        tifffile.COMPRESSION.JPEG,
        tifffile.COMPRESSION.ADOBE_DEFLATE,
        tifffile.COMPRESSION.DEFLATE,
        tifffile.COMPRESSION.PACKBITS,
    }
)
"""Methods whose output cannot be larger than the strip that it is decoded to; not formats with a size of their own."""
_COLOUR_CHANNELS = {
    tifffile.PHOTOMETRIC.MINISWHITE: 1,
    tifffile.PHOTOMETRIC.MINISBLACK: 1,
    tifffile.PHOTOMETRIC.RGB: 3,
    tifffile.PHOTOMETRIC.PALETTE: 3,
    tifffile.PHOTOMETRIC.YCBCR: 3,
}


def probe_tiff(path: Path) -> Header:
    """Size, channels, type and orientation of the first picture in the file."""
    with tifffile.TiffFile(path) as tiff:
        page = _first_page(tiff, path)
        channels = _COLOUR_CHANNELS.get(tifffile.PHOTOMETRIC(page.photometric))
        if channels is None or page.dtype is None:
            raise ImageError(
                f"the TIFF holds {_label(tifffile.PHOTOMETRIC, page.photometric)} values of {page.bitspersample} bits",
                path=path,
                allowed="grey, RGB or palette, of 8 or 16 bits or floating point",
                fix="save it as RGB, or give the camera's RAW file its own suffix",
            )
        _check_storage(page, channels, path)
        tag = page.tags.get(_ORIENTATION)
        orientation = tag.value if tag is not None and tag.value in range(1, 9) else 1
        palette = page.photometric == tifffile.PHOTOMETRIC.PALETTE
        dtype = np.dtype(np.uint8) if palette else page.dtype.newbyteorder("=")
        return Header(int(page.imagelength), int(page.imagewidth), channels, dtype, int(orientation))


def decode_tiff(data: bytes, header: Header, path: Path) -> NDArray[Any]:
    """Decode to ``(rows, cols, channels)``, grey or RGB, as stored; palettes resolved, alpha dropped.

    "White is zero" is turned round, so that more is brighter.
    """
    values, page = _values(data, path)
    if page.photometric == tifffile.PHOTOMETRIC.PALETTE:
        # A palette has 16 bits a channel; the pictures that have one are 8-bit pictures.
        table = (np.asarray(page.colormap, dtype=np.uint16) >> 8).astype(np.uint8)
        return np.ascontiguousarray(table.T[values[:, :, 0]])
    if page.photometric == tifffile.PHOTOMETRIC.MINISWHITE:
        top = np.iinfo(values.dtype).max if np.issubdtype(values.dtype, np.integer) else 1
        values = (top - values).astype(values.dtype)
    return values[:, :, : header.channels]


def decode_tiff_values(data: bytes, path: Path) -> NDArray[Any]:
    """Numbers as written, ``(rows, cols, samples)``: for heights, which have no brightness."""
    return _values(data, path)[0]


def _values(data: bytes, path: Path) -> tuple[NDArray[Any], tifffile.TiffPage]:
    with tifffile.TiffFile(io.BytesIO(data)) as tiff:
        page = _first_page(tiff, path)
        _check_complete(page, len(data), path)
        _check_inner_sizes(page, data, path)
        values = _decoded(page, path)
    separate = page.planarconfig == tifffile.PLANARCONFIG.SEPARATE and page.samplesperpixel > 1
    if separate:
        values = np.moveaxis(values, 0, -1)
    return values.reshape(page.imagelength, page.imagewidth, -1), page


def _decoded(page: tifffile.TiffPage, path: Path) -> NDArray[Any]:
    """The stored values; tifffile itself reads plain and Deflate files, imagecodecs the others."""
    try:
        return page.asarray(maxworkers=1)
    except (ImportError, ValueError) as exc:
        if isinstance(exc, ValueError) and "imagecodecs" not in str(exc):
            raise
        stored = f"{_label(tifffile.COMPRESSION, page.compression)} with predictor {page.predictor}"
        raise MissingExtraError.of(
            f"the TIFF is compressed ({stored}), and reading it needs",
            "imagecodecs",
            "tiff",
            path=path,
            otherwise="save it without compression",
        ) from exc


def _first_page(tiff: tifffile.TiffFile, path: Path) -> tifffile.TiffPage:
    page = tiff.pages.first
    stacked = int((tiff.imagej_metadata or {}).get("images", 1)) if tiff.is_imagej else 1
    if page.imagedepth != 1 or stacked != 1 or _has_equal_page(tiff):
        raise ImageError(
            "the TIFF holds several pictures", path=path, allowed="one picture a file", fix="save each on its own"
        )
    if _DNG_VERSION in page.tags:
        raise ImageError("this is a camera RAW file (DNG) under another name", path=path, fix="give it the suffix .dng")
    return page


def _check_storage(page: tifffile.TiffPage, channels: int, path: Path) -> None:
    """Refuse a header that would spend more memory than the picture's rows and columns let expect."""
    stored = 1 if page.photometric == tifffile.PHOTOMETRIC.PALETTE else channels
    if page.samplesperpixel not in (stored, stored + 1):
        raise ImageError(
            f"the TIFF has {page.samplesperpixel} values a pixel",
            path=path,
            allowed=f"{stored}, or {stored + 1} with transparency",
            fix="save it as grey or RGB",
        )
    if page.compression not in _COMPRESSIONS:
        raise ImageError(
            f"the TIFF is compressed by the method {_label(tifffile.COMPRESSION, page.compression)}",
            path=path,
            allowed="no compression, LZW, Deflate, PackBits or JPEG",
            fix="save it with one of these",
        )
    check_size(page.imagelength, page.imagewidth, path)
    if page.dtype is not None:
        check_bytes(page.imagelength, page.imagewidth, page.samplesperpixel * page.dtype.itemsize, path)
    if page.is_tiled and page.tilelength * page.tilewidth > MAX_PIXELS:
        raise ImageError(
            f"the TIFF has tiles of {page.tilewidth} x {page.tilelength} pixels",
            path=path,
            allowed=f"at most {MAX_PIXELS} pixels",
            fix="save it without tiles",
        )


def _check_complete(page: tifffile.TiffPage, length: int, path: Path) -> None:
    """Refuse a picture with strips or tiles missing: the library would fill them with zeros."""
    parts, expected = len(page.dataoffsets), math.prod(page.chunked)
    end = max((offset + count for offset, count in zip(page.dataoffsets, page.databytecounts, strict=True)), default=0)
    if parts != expected or min(page.databytecounts) == 0 or end > length:
        raise ImageError(
            f"the TIFF is truncated or damaged: {parts} of {expected} strips or tiles, {end} of {length} bytes",
            path=path,
            fix="copy it again from its source",
        )


def _check_inner_sizes(page: tifffile.TiffPage, data: bytes, path: Path) -> None:
    """Refuse a strip or tile that is itself a picture of another size: its own header says what is decoded."""
    if page.compression != tifffile.COMPRESSION.JPEG:
        return
    rows, cols = (page.tilelength, page.tilewidth) if page.is_tiled else (page.rowsperstrip, page.imagewidth)
    for offset, count in zip(page.dataoffsets, page.databytecounts, strict=True):
        with Image.open(io.BytesIO(data[offset : offset + count]), formats=("JPEG",)) as inner:
            if inner.width > cols + _BLOCK or inner.height > rows + _BLOCK:
                raise ImageError(
                    f"the TIFF has a strip or tile of {inner.width} x {inner.height} pixels",
                    path=path,
                    allowed=f"{cols} x {rows} pixels, as its header says",
                    fix="copy it again from its source, or save it without JPEG compression",
                )


def _has_equal_page(tiff: tifffile.TiffFile) -> bool:
    """Tell whether a second page is as large as the first: thumbnails and pyramids are smaller."""
    if len(tiff.pages) < 2:
        return False
    return tiff.pages.get(1).shape == tiff.pages.first.shape


def _label(names: type[IntEnum], value: int) -> str:
    """Name of a value of a tag."""
    try:
        return names(value).name
    except ValueError:
        return f"unknown ({value})"
