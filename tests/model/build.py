"""Small valid records, to be spoilt one field at a time."""

from __future__ import annotations

from typing import Any

import numpy as np

from cicatrix.model import (
    Assessment,
    CaptureSummary,
    HeightCapture,
    ImageQuality,
    InputFile,
    LightsCapture,
    Measured,
    Provenance,
    Relief,
    Scar,
    Section,
)


def measured(value: float) -> Measured:
    return Measured(value=value, low=value - 0.1, high=value + 0.1)


def section(**changes: Any) -> Section:
    fields: dict[str, Any] = {
        "along_mm": (0.0, 1.0, 2.0),
        "height_mm": (0.0, -0.3, 0.0),
        "rim_mm": (0.0, 0.0, 0.0),
        "from_mm": (4.0, 5.0),
        "to_mm": (6.0, 5.0),
    }
    return Section(**(fields | changes))


def scar(**changes: Any) -> Scar:
    fields: dict[str, Any] = {
        "id": "S01",
        "kind": "boxcar",
        "depth_class": "shallow",
        "kind_probability": {"icepick": 0.1, "boxcar": 0.7, "rolling": 0.2, "raised": 0.0},
        "x_mm": 5.0,
        "y_mm": 5.0,
        "linear": False,
        "at_edge": False,
        "width_mm": measured(2.0),
        "longest_mm": measured(2.1),
        "shortest_mm": measured(1.9),
        "depth_from": "shading",
        "depth_mm": measured(0.3),
        "area_mm2": measured(3.14),
        "volume_mm3": measured(0.6),
        "wall_angle_deg": measured(40.0),
        "floor_flatness": measured(0.6),
        "shadowed": None,
        "outline_mm": ((4.0, 5.0), (5.0, 4.0), (6.0, 5.0), (5.0, 6.0)),
        "section": section(),
    }
    return Scar(**(fields | changes))


def summary(**changes: Any) -> CaptureSummary:
    fields: dict[str, Any] = {
        "kind": "lights",
        "site": None,
        "pixel_mm": 0.05,
        "rows": 200,
        "cols": 300,
        "width_mm": 15.0,
        "height_mm": 10.0,
        "lights": 1,
        "channel": "blue",
        "images": (ImageQuality(name="a.png", saturated=0.01, black=0.0, median=0.4),),
        "trusted_lights": {"6": 1.0},
        "coverage": 1.0,
        "relief_noise_mm": 0.02,
        "elevations_deg": (45.0,),
    }
    return CaptureSummary(**(fields | changes))


def assessment(**changes: Any) -> Assessment:
    fields: dict[str, Any] = {
        "provenance": Provenance(
            cicatrix="0.1.0",
            python="3.12.1",
            libraries={"numpy": "2.1.0"},
            inputs=(InputFile(name="a.png", bytes=3, sha256="ab" * 32),),
            settings={"detect": {"widths_mm": [0.6, 9.6]}},
        ),
        "capture": summary(),
        "scars": (scar(),),
        "limits": ("Depths under shadow are at least what is given.",),
    }
    return Assessment(**(fields | changes))


def lights_capture(**changes: Any) -> LightsCapture:
    fields: dict[str, Any] = {
        "images": np.zeros((3, 4, 5, 3), np.uint8),
        "directions": np.eye(3),
        "linear": False,
        "pixel_mm": 0.04,
        "files": (),
        "quality": (),
    }
    return LightsCapture(**(fields | changes))


def height_capture(**changes: Any) -> HeightCapture:
    fields: dict[str, Any] = {"height_mm": np.zeros((4, 5), np.float32), "pixel_mm": 0.04, "files": ()}
    return HeightCapture(**(fields | changes))


def relief(**changes: Any) -> Relief:
    fields: dict[str, Any] = {
        "height_mm": np.zeros((4, 5), np.float32),
        "form_mm": np.zeros((4, 5), np.float32),
        "pixel_mm": 0.04,
        "method": "height",
    }
    return Relief(**(fields | changes))
