"""Small pictures of what was uploaded, to recognise it by."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from cicatrix.capture.images import decode, probe
from cicatrix.capture.manifest import load_manifest
from cicatrix.errors import ImageError
from cicatrix.io.read import read_bytes
from cicatrix.model import HeightCapture
from cicatrix.model.light import encode_srgb
from cicatrix.progress import Progress
from cicatrix.report.pictures import reduced, shade
from cicatrix.web.upload.guess_manifest import PICTURES

__all__ = ["LONGEST", "height_preview", "photo_previews"]

LONGEST: Final = 320
"""Pixels of the longer side."""
QUALITY: Final = 80
_STAGE: Final = "making previews"


def photo_previews(folder: Path, names: Iterable[str], out: Path, tell: Progress) -> dict[str, str]:
    """Write a preview of each photograph of a capture.

    Parameters
    ----------
    folder
        The capture.
    names
        Its files.
    out
        Folder to write to, made here.
    tell
        Told how many are done.

    Returns
    -------
    dict
        Name of each photograph to that of its preview inside ``out``.
    """
    photos = [name for name in names if PurePosixPath(name).suffix.lower() in PICTURES]
    linear = load_manifest(folder).values.get("linear") is True
    made: dict[str, str] = {}
    out.mkdir()
    for number, name in enumerate(photos, start=1):
        tell(_STAGE, number - 1, len(photos))
        picture = _small(folder / name, linear=linear)
        made[name] = _write(picture, out, number)
    tell(_STAGE, len(photos), len(photos))
    return made


def height_preview(capture: HeightCapture, out: Path) -> str:
    """Write a preview of a height map, lit from the side; returns its name inside ``out``."""
    out.mkdir()
    scale = max(1.0, max(capture.height_mm.shape) / LONGEST)
    height = reduced(capture.height_mm, LONGEST)
    return _write(shade(height, capture.pixel_mm * scale), out, 1)


def _small(path: Path, *, linear: bool) -> NDArray[np.uint8]:
    header = probe(path)
    image = reduced(decode(read_bytes(path, error=ImageError), header, path), LONGEST)
    if image.dtype != np.uint8:
        top = np.iinfo(image.dtype).max if np.issubdtype(image.dtype, np.integer) else 1
        image = image.astype(np.float32) / np.float32(top)
    elif linear or header.raw:
        image = image.astype(np.float32) / np.float32(255)
    return _encoded(image, linear=linear or header.raw)


def _encoded(image: NDArray[Any], *, linear: bool) -> NDArray[np.uint8]:
    if image.dtype == np.uint8:
        return np.asarray(image, dtype=np.uint8)
    if linear:
        return encode_srgb(np.nan_to_num(image))
    return np.asarray(np.rint(np.clip(np.nan_to_num(image), 0, 1) * 255), dtype=np.uint8)


def _write(picture: NDArray[np.uint8], out: Path, number: int) -> str:
    bgr = np.ascontiguousarray(picture[..., ::-1] if picture.ndim == 3 else picture)
    _, coded = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    name = f"{number:04d}.jpg"
    (out / name).write_bytes(coded.tobytes())
    return name
