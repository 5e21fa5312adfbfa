"""OpenCV's filters as functions from float pictures to float pictures, mirrored at the edges."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["AREA", "CUBIC", "LINEAR", "Plane", "gaussian", "resized"]

Plane = NDArray[np.float32]

AREA: Final = cv2.INTER_AREA
CUBIC: Final = cv2.INTER_CUBIC
LINEAR: Final = cv2.INTER_LINEAR


def gaussian(plane: Plane, sigma_px: float) -> Plane:
    """Blur by a Gaussian of ``sigma_px`` pixels; the mean stays as it is."""
    blurred = cv2.GaussianBlur(plane, (0, 0), sigma_px, borderType=cv2.BORDER_REFLECT)
    return np.asarray(blurred, dtype=np.float32).reshape(plane.shape)


def resized(plane: Plane, rows: int, cols: int, how: int) -> Plane:
    """Resample to ``rows`` x ``cols``."""
    if plane.shape[:2] == (rows, cols):
        return plane
    return np.asarray(cv2.resize(plane, (cols, rows), interpolation=how), dtype=np.float32)
