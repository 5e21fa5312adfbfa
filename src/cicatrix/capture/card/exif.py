"""What a photograph's EXIF data say about the camera: focal length and exposure (EXIF 2.32, CIPA DC-008)."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from PIL import Image

__all__ = ["CameraNotes", "camera_notes"]

_EXIF_IFD: Final = 0x8769
_FORMATS: Final = ("JPEG", "PNG", "TIFF", "MPO")
"""No other decoder is offered the bytes; HEIC and RAW files have no notes that Pillow reads without a plug-in."""
_MODEL, _EXPOSURE, _F_NUMBER, _ISO, _FOCAL_MM = 0x0110, 0x829A, 0x829D, 0x8827, 0x920A
_PLANE_X, _PLANE_UNIT, _FOCAL_35 = 0xA20E, 0xA210, 0xA405
_UNIT_MM: Final = {2: 25.4, 3: 10.0, 4: 1.0, 5: 0.001}
_DIAGONAL_35_MM: Final = math.hypot(36.0, 24.0)


@dataclass(frozen=True, slots=True)
class CameraNotes:
    """What the file states; None where it states nothing that makes sense.

    Attributes
    ----------
    model
        The camera.
    focal_px
        Focal length in pixels of the picture.
    exposure
        Light gathered: exposure time x sensitivity / f-number squared.
    """

    model: str | None = None
    focal_px: float | None = None
    exposure: float | None = None


def camera_notes(data: bytes, rows: int, cols: int) -> CameraNotes:
    """Read the notes of a photograph.

    Parameters
    ----------
    data
        The file's bytes.
    rows, cols
        Size of the picture.

    Returns
    -------
    CameraNotes
        Empty for files without EXIF data, or of formats that Pillow does not open.
    """
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
            base = picture.getexif()
            tags = {**dict(base), **base.get_ifd(_EXIF_IFD)}
    except Exception:  # noqa: BLE001 - notes are optional, and decoders raise what they like on damaged ones
        return CameraNotes()
    model = tags.get(_MODEL)
    return CameraNotes(
        model=str(model).strip("\0 ") or None if model is not None else None,
        focal_px=_focal_px(tags, rows, cols),
        exposure=_exposure(tags),
    )


def _focal_px(tags: Mapping[int, Any], rows: int, cols: int) -> float | None:
    """From the 35 mm equivalent, which goes by the diagonal; else from the pixels per unit on the sensor."""
    equal = _positive(tags.get(_FOCAL_35))
    if equal is not None:
        focal = equal / _DIAGONAL_35_MM * math.hypot(rows, cols)
    else:
        focal_mm, density = _positive(tags.get(_FOCAL_MM)), _positive(tags.get(_PLANE_X))
        unit_mm = _UNIT_MM.get(tags.get(_PLANE_UNIT, 2))
        if focal_mm is None or density is None or unit_mm is None:
            return None
        focal = focal_mm * density / unit_mm
    # Anything else is a slip of the program that wrote it: from a fisheye's to a long telephoto's.
    return focal if 0.2 < focal / math.hypot(rows, cols) < 20 else None


def _exposure(tags: Mapping[int, Any]) -> float | None:
    seconds, f_number = _positive(tags.get(_EXPOSURE)), _positive(tags.get(_F_NUMBER))
    iso = tags.get(_ISO)
    iso = _positive(iso[0] if isinstance(iso, tuple) and iso else iso)
    if seconds is None or f_number is None or iso is None:
        return None
    return seconds * iso / f_number**2


def _positive(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    return number if 0 < number < math.inf else None
