"""Widen intervals by the uncertainty of the light directions, the scale and the camera's tilt."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from cicatrix.model.card_reading import CardReading
from cicatrix.model.quantity import Measured
from cicatrix.model.scar import Scar

__all__ = ["propagate_card_uncertainty", "widen_intervals"]

LEANING = 2.0
"""Relative error of depth for each radian of error in the light direction: at 45 degrees shading changes by twice the
angle."""

OBLIQUE = 0.8
"""Relative error of depth for each unit of the tangent of the camera's tilt: a floor is displaced by its depth times
that tangent, relative to the mouth and to the shadows that determine the depth."""

WIDER = 1.5
"""Factor on intervals where the capture check found faults that do not prevent measuring."""


def propagate_card_uncertainty(scars: Sequence[Scar], card: CardReading | None) -> tuple[Scar, ...]:
    """Propagate the uncertainty of the card's reading into the intervals: light directions, scale and camera tilt.

    Parameters
    ----------
    scars
        As measured under lights that are taken as known.
    card
        Reading of the card; None without one, and then nothing changes.
    """
    if card is None:
        return tuple(scars)
    errors = [photo.torch.direction_error_deg for photo in card.photos if photo.used and photo.torch]
    common = LEANING * math.radians(float(np.median(errors))) / math.sqrt(len(errors)) if errors else 0.0
    tilts = [photo.tilt_deg for photo in card.photos if photo.used and photo.tilt_deg is not None]
    oblique = OBLIQUE * math.tan(math.radians(float(np.median(tilts)))) if tilts else 0.0
    return widen_intervals(
        scars,
        depth_share=math.hypot(common, oblique),
        scale_share=card.scale_error,
        factor=WIDER if card.verdict == "wider" else 1.0,
    )


def widen_intervals(
    scars: Sequence[Scar], *, depth_share: float, scale_share: float, factor: float
) -> tuple[Scar, ...]:
    """The same scars with wider intervals; values stay.

    Parameters
    ----------
    scars
        As measured under lights that are taken as known.
    depth_share, scale_share
        95 % bound of the common error of depths, from the places of the lights, and of lengths, from the scale; as
        fractions.
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
