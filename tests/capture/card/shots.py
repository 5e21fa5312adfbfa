"""Photographs of the card as files of a camera, and where its torch stood."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tests.capture.card.photographs import Scene

TURNS = np.arange(6) * np.pi / 3
EIGHTIETH = 1 / 80


def jpeg(pixels: NDArray[np.uint8], *, focal_35: float | None = None, seconds: float | None = EIGHTIETH) -> bytes:
    exif = Image.Exif()
    exif[0x0110] = "Test camera"
    notes = exif.get_ifd(0x8769)
    if focal_35 is not None:
        notes[0xA405] = focal_35
    if seconds is not None:
        notes[0x829A], notes[0x829D], notes[0x8827] = seconds, 1.8, 100
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=92, exif=exif.tobytes())
    return out.getvalue()


def focal_35(scene: Scene) -> float:
    return scene.focal_px * float(np.hypot(36, 24) / np.hypot(scene.rows, scene.cols))


def torch_mm(k: int) -> tuple[float, float, float]:
    high = np.radians(55 if k % 2 else 32)
    return (220 * np.cos(TURNS[k]) * np.cos(high), 220 * np.sin(TURNS[k]) * np.cos(high), 220 * np.sin(high))
