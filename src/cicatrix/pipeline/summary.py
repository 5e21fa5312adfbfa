"""What a capture holds and how good it is, for the record of a result."""

from __future__ import annotations

import numpy as np

from cicatrix.model import Capture, CaptureSummary, LightsCapture, Relief, Scar
from cicatrix.scars import scar_mask

__all__ = ["noise_mm", "summarise"]

ENOUGH_LIGHTS = 3
"""Number of trusted lights that determine the surface."""


def summarise(capture: Capture, relief: Relief, scars: tuple[Scar, ...]) -> CaptureSummary:
    """Size, light and quality of a capture.

    Parameters
    ----------
    capture
        What was captured.
    relief
        The surface that was made of it.
    scars
        What was found on it: the relief's own roughness is taken between them.
    """
    rows, cols = relief.shape
    photographs = isinstance(capture, LightsCapture)
    return CaptureSummary(
        kind=capture.kind,
        site=capture.site,
        pixel_mm=capture.pixel_mm,
        rows=rows,
        cols=cols,
        width_mm=round(cols * capture.pixel_mm, 3),
        height_mm=round(rows * capture.pixel_mm, 3),
        lights=len(capture.directions) if isinstance(capture, LightsCapture) else 0,
        channel=relief.channel,
        light=relief.light,
        images=capture.quality if isinstance(capture, LightsCapture) else (),
        trusted_lights=_trusted(relief),
        coverage=_coverage(relief),
        relief_noise_mm=noise_mm(relief, scars),
        elevations_deg=_elevations(capture) if photographs else (),
        card=capture.card if isinstance(capture, LightsCapture) else None,
    )


def noise_mm(relief: Relief, scars: tuple[Scar, ...]) -> float:
    """Root mean square of the relief outside scars: skin lines, pores and noise together."""
    skin = ~scar_mask(scars, relief)
    return round(float(np.sqrt(np.mean(relief.height_mm[skin] ** 2))), 4) if skin.any() else 0.0


def _trusted(relief: Relief) -> dict[str, float] | None:
    if relief.trusted is None or relief.directions is None:
        return None
    count = np.bincount(relief.trusted.ravel(), minlength=len(relief.directions) + 1)
    return {str(k): round(float(c) / relief.trusted.size, 5) for k, c in enumerate(count)}


def _coverage(relief: Relief) -> float:
    return 1.0 if relief.trusted is None else round(float((relief.trusted >= ENOUGH_LIGHTS).mean()), 5)


def _elevations(capture: Capture) -> tuple[float, ...]:
    if not isinstance(capture, LightsCapture):
        return ()
    return tuple(np.round(np.degrees(np.arcsin(capture.directions[:, 2])), 1).tolist())
