"""Intervals that grow with what is not known of the light and the scale."""

from __future__ import annotations

import math
from collections.abc import Sequence

from cicatrix.model.quantity import Measured
from cicatrix.model.scar import Scar

__all__ = ["widened"]


def widened(scars: Sequence[Scar], *, depth_share: float, scale_share: float, factor: float) -> tuple[Scar, ...]:
    """The same scars with wider intervals; values stay.

    Parameters
    ----------
    scars
        As measured under lights that are taken as known.
    depth_share, scale_share
        95 % bound of the common error of depths, from the places of the lights, and of lengths, from the scale; as
        shares.
    factor
        What each half of an interval is multiplied by besides, at least 1.
    """
    if depth_share == scale_share == 0.0 and factor == 1.0:
        return tuple(scars)
    deep = math.hypot(depth_share, scale_share)
    wide = {
        "depth_mm": deep,
        "unfitted_depth_mm": deep,
        "width_mm": scale_share,
        "longest_mm": scale_share,
        "shortest_mm": scale_share,
        "area_mm2": 2.0 * scale_share,
        "volume_mm3": math.hypot(deep, 2.0 * scale_share),
    }
    return tuple(
        scar.model_copy(
            update={
                name: _wider(number, share, factor)
                for name, share in wide.items()
                if (number := getattr(scar, name)) is not None
            }
        )
        for scar in scars
    )


def _wider(number: Measured, share: float, factor: float) -> Measured:
    """Both halves of the interval times the factor, and the share in quadrature."""
    common = share * abs(number.value)
    below, above = (
        math.hypot(factor * half, common) for half in (number.value - number.low, number.high - number.value)
    )
    return Measured.of(number.value, number.value - below, number.value + above)
