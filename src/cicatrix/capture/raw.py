"""Camera RAW photographs, by the optional library ``rawpy`` (LibRaw)."""

from __future__ import annotations

import importlib
import io
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cicatrix.capture.header import Header
from cicatrix.errors import ImageError, MissingExtraError

__all__ = ["RAW_SUFFIXES", "decode_raw", "probe_raw"]

RAW_SUFFIXES = frozenset(
    f".{name}"
    for name in (
        *("3fr", "arw", "cr2", "cr3", "crw", "dcr", "dng", "erf", "fff", "iiq", "kdc", "mef", "mos", "mrw", "nef"),
        *("nrw", "orf", "pef", "raf", "raw", "rw2", "rwl", "sr2", "srf", "srw"),
    )
)


def probe_raw(path: Path) -> Header:
    """Size, channels and white balance. The library turns the picture upright."""
    library = _library(path)
    try:
        with library.imread(str(path)) as raw:
            rows, cols = raw.sizes.iheight, raw.sizes.iwidth
            if raw.sizes.flip & 4:
                rows, cols = cols, rows
            balance = _white_balance(raw)
            channels = 1 if raw.num_colors == 1 else 3
    except library.LibRawError as exc:
        raise _unreadable(path, exc) from exc
    return Header(rows, cols, channels, np.dtype(np.uint16), raw=True, white_balance=balance)


def decode_raw(data: bytes, header: Header, path: Path) -> NDArray[Any]:
    """Develop to ``(rows, cols, channels)`` uint16, upright, linear in light.

    Nothing is adapted to the single photograph (brightness, white level, white balance), so that photographs under
    different lights stay comparable: the white balance is the one in ``header``.
    """
    library = _library(path)
    try:
        with library.imread(io.BytesIO(data)) as raw:
            balance = None if header.white_balance is None else list(header.white_balance)
            values: NDArray[Any] = raw.postprocess(
                demosaic_algorithm=library.DemosaicAlgorithm.AHD,
                gamma=(1.0, 1.0),
                no_auto_bright=True,
                adjust_maximum_thr=0.0,
                user_wb=balance,
                use_camera_wb=False,
                use_auto_wb=False,
                output_color=library.ColorSpace.sRGB,
                output_bps=16,
            )
    except library.LibRawError as exc:
        raise _unreadable(path, exc) from exc
    return values.reshape(*values.shape[:2], -1)[:, :, : header.channels]


def _white_balance(raw: Any) -> tuple[float, float, float, float] | None:
    """As the camera set it, else for daylight, else None."""
    for balance in (raw.camera_whitebalance, raw.daylight_whitebalance):
        red, green, blue, second_green = (float(value) for value in balance)
        if min(red, green, blue) > 0.0 and np.isfinite((red, green, blue)).all():
            return (red, green, blue, second_green if second_green > 0.0 else green)
    return None


def _library(path: Path) -> Any:
    try:
        return importlib.import_module("rawpy")
    except ImportError as exc:
        raise MissingExtraError.of(
            "camera RAW photographs need",
            "rawpy",
            "raw",
            path=path,
            otherwise="save the photographs as 16-bit linear TIFF with linear = true",
        ) from exc


def _unreadable(path: Path, exc: Exception) -> ImageError:
    reason = exc.args[0].decode(errors="replace") if exc.args and isinstance(exc.args[0], bytes) else str(exc)
    return ImageError(
        f"the camera RAW file cannot be read ({reason})", path=path, fix="copy it again, or save it as 16-bit TIFF"
    )
