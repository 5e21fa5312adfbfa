"""What the colours of a layer stand for: the ramp beside the picture."""

from __future__ import annotations

from cicatrix.model.quantity import Record
from cicatrix.report.marks import BLOOD_LIMIT, PIGMENT_LIMIT
from cicatrix.report.palette import BLOOD_ANCHORS, HEIGHT_ANCHORS, PIGMENT_ANCHORS, TRUST_ANCHORS, colour_map
from cicatrix.web.viewer.layers import Planes

__all__ = ["Ramp", "Ramps", "ramps"]

STEPS = 17


class Ramp(Record):
    """Colours from the lowest to the highest value, evenly spaced, and how the ends are called."""

    layer: str
    low: str
    high: str
    colours: tuple[str, ...]


class Ramps(Record):
    """The ramps of the layers that have one."""

    ramps: tuple[Ramp, ...]


def ramps(planes: Planes) -> Ramps:
    """The ramps of a result's layers."""
    minus = "\N{MINUS SIGN}"
    ends = {
        "height": (f"{minus}{planes.limit_mm:g} mm, deep", f"+{planes.limit_mm:g} mm, high", HEIGHT_ANCHORS),
        "melanin": (f"{minus}{PIGMENT_LIMIT:g}, less pigment", f"+{PIGMENT_LIMIT:g}, more", PIGMENT_ANCHORS),
        "erythema": (f"{minus}{BLOOD_LIMIT:g}, less redness", f"+{BLOOD_LIMIT:g}, more", BLOOD_ANCHORS),
        "confidence": ("no light trusted", f"all {planes.lights} lights", TRUST_ANCHORS),
    }
    return Ramps(
        ramps=tuple(
            Ramp(layer=name, low=low, high=high, colours=_hex(anchors))
            for name, (low, high, anchors) in ends.items()
            if name in planes.layers
        )
    )


def _hex(anchors: tuple[str, ...]) -> tuple[str, ...]:
    return tuple("#{:02x}{:02x}{:02x}".format(*step) for step in colour_map(anchors, STEPS).tolist())
