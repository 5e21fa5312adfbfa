"""Fill holes in a map from what lies around them."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["filled"]


def filled(plane: NDArray[np.float32], seen: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Fill unseen cells with the mean of the seen ones around, over ever wider neighbourhoods.

    Parameters
    ----------
    plane
        ``(rows, cols)`` or ``(rows, cols, channels)``.
    seen
        ``(rows, cols)``.
    """
    if seen.all():
        return plane
    stack = plane if plane.ndim == 3 else plane[..., None]
    known = seen.astype(np.float32)
    out = np.where(seen[..., None], stack, np.float32(0.0))
    result, left = out.copy(), ~seen
    for sigma in (2.0, 4.0, 8.0, 16.0, 32.0, 64.0):
        if not left.any():
            break
        weight = cv2.GaussianBlur(known, (0, 0), sigma)
        mean = cv2.GaussianBlur(out, (0, 0), sigma).reshape(out.shape) / np.maximum(weight, 1e-6)[..., None]
        now = left & (weight > 0.1)
        result[now] = mean[now]
        left &= ~now
    if left.any():
        result[left] = np.median(stack[seen] if seen.any() else stack.reshape(-1, stack.shape[2]), axis=0)
    return np.asarray(result.reshape(plane.shape), dtype=np.float32)
