"""Two captures on one grid, for pictures of what changed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["ChangeMaps"]


@dataclass(frozen=True, slots=True, eq=False)
class ChangeMaps:
    """The earlier capture laid on the later one.

    Attributes
    ----------
    before_mm, after_mm
        ``(rows, cols)`` float32 relief; ``before_mm`` is NaN where the earlier picture did not reach.
    difference_mm
        ``(rows, cols)`` float32, after minus before without the slow difference of the two forms; NaN where the earlier
        picture did not reach. Positive where the skin is higher now: a pit that was filled.
    noise_mm
        ``(rows, cols)`` float32, what a difference must exceed to be more than noise; infinite where it cannot be said.
    pixel_mm
        Width of a pixel.
    before_albedo, after_albedo
        ``(rows, cols, 3)`` float32 colour without shading; None where one of the captures has none. The earlier one is
        NaN where it did not reach.
    """

    before_mm: NDArray[np.float32]
    after_mm: NDArray[np.float32]
    difference_mm: NDArray[np.float32]
    noise_mm: NDArray[np.float32]
    pixel_mm: float
    before_albedo: NDArray[np.float32] | None = None
    after_albedo: NDArray[np.float32] | None = None

    def __post_init__(self) -> None:
        shape = self.after_mm.shape
        if not self.before_mm.shape == self.difference_mm.shape == self.noise_mm.shape == shape:
            msg = f"all planes must have the shape {shape} of after_mm"
            raise ValueError(msg)
