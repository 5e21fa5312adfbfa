"""HEIC photographs (ISO/IEC 23008-12), by the optional library ``pillow-heif``."""

from __future__ import annotations

import importlib
import io
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cicatrix.capture.header import Header
from cicatrix.errors import MissingExtraError

__all__ = ["decode_heic", "probe_heic"]


def probe_heic(path: Path) -> Header:
    """Size, channels and depth. The library turns the picture as the file asks, so it is always upright."""
    with path.open("rb") as file:
        picture = _library(path).open_heif(file, convert_hdr_to_8bit=False)
        cols, rows = picture.size
        channels = 1 if picture.mode.startswith("L") else 3
        return Header(rows, cols, channels, np.dtype(np.uint16 if picture.mode.endswith(";16") else np.uint8))


def decode_heic(data: bytes, header: Header, path: Path) -> NDArray[Any]:
    """Decode to ``(rows, cols, channels)`` uint8 or uint16, upright, alpha dropped."""
    picture = _library(path).open_heif(io.BytesIO(data), convert_hdr_to_8bit=False)
    values: NDArray[Any] = np.asarray(picture)
    if values.dtype == np.uint16:
        # 10 or 12 bits stand at the upper end of 16; repeat the first ones below, so that white is 65535.
        bits = int(picture.info.get("bit_depth", 16))
        values = values | (values >> np.uint16(bits))
    return values.reshape(*values.shape[:2], -1)[:, :, : header.channels]


def _library(path: Path) -> Any:
    try:
        return importlib.import_module("pillow_heif")
    except ImportError as exc:
        raise MissingExtraError.of(
            "HEIC photographs need", "pillow-heif", "heic", path=path, otherwise="save the photographs as JPEG or TIFF"
        ) from exc
