"""Maps of the skin's pigment and blood."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["PigmentMaps"]


@dataclass(frozen=True, slots=True, eq=False)
class PigmentMaps:
    """Melanin and erythema on one grid.

    Attributes
    ----------
    melanin, erythema
        ``(rows, cols)`` float32 in index units (100 times the decimal logarithm of a ratio of light), 0 on plain skin.
        The grid is coarser than the pictures and spans the same field.
    """

    melanin: NDArray[np.float32]
    erythema: NDArray[np.float32]

    def __post_init__(self) -> None:
        if self.melanin.ndim != 2 or self.melanin.shape != self.erythema.shape:
            msg = f"melanin and erythema must be equal planes, got {self.melanin.shape} and {self.erythema.shape}"
            raise ValueError(msg)
