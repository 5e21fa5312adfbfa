"""Files of a phantom that is photographed through the card: photographs with the camera's notes, and the truth."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar

import numpy as np
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from cicatrix import __version__
from cicatrix.io.toml_write import toml_lines
from cicatrix.phantom.camera import SUFFIX, encode_file
from cicatrix.phantom.card.make import MARGIN_MM, CardPhantom
from cicatrix.phantom.marks import MarkTruth
from cicatrix.phantom.skin import Distractor
from cicatrix.phantom.truth import SCHEMA, ScarTruth

__all__ = ["card_files", "card_truth"]

_Place = TypeVar("_Place", MarkTruth, Distractor, ScarTruth)

_EXIF: Final = 0x8769
_MODEL, _EXPOSURE, _F_NUMBER, _ISO, _FOCAL_MM = 0x0110, 0x829A, 0x829D, 0x8827, 0x920A
_PLANE_X, _PLANE_Y, _PLANE_UNIT, _FOCAL_35 = 0xA20E, 0xA20F, 0xA210, 0xA405
_CENTIMETRE: Final = 3
"""Tags and unit of EXIF 2.32 (CIPA DC-008)."""

_SECONDS: Final = 0.01
_CROP: Final = 6.0
"""35 mm equivalent over focal length: a phone's small sensor."""
_FINE: Final = 10**7
_WORKERS: Final = 2


def card_truth(phantom: CardPhantom) -> dict[str, Any]:
    """What ``truth.json`` holds, as plain JSON values.

    Places on the skin are from the window's top-left corner, y down, where the skin has not moved; those of torches
    and cameras are in the card's frame: origin in the middle of the window, x right, y up, z to the camera.
    """
    within, cut = _scars(phantom)
    window = phantom.shots.window_mm
    marks = [_moved(mark) for mark in phantom.skin.marks]
    things = [_moved(thing) for thing in phantom.skin.distractors]
    return {
        "schema": SCHEMA,
        "cicatrix": __version__,
        "seed": phantom.seed,
        "settings": phantom.settings.as_json(),
        "shots": phantom.shots.as_json(),
        "window_mm": [window, window],
        "photos": [_photo(phantom, index) for index in range(len(phantom.torches))],
        "scars": [scar.model_dump(mode="json") for scar in within],
        "scars_cut_by_rim": [scar.model_dump(mode="json") for scar in cut],
        "marks": [mark.model_dump(mode="json") for mark in marks if _on_window(mark.x_mm, mark.y_mm, window)],
        "distractors": [
            thing.model_dump(mode="json") for thing in things if _on_window(thing.x_mm, thing.y_mm, window)
        ],
    }


def card_files(phantom: CardPhantom) -> dict[str, bytes]:
    """Every file of the capture folder, by name."""
    suffix = SUFFIX[phantom.settings.file_format]
    text = toml_lines({"kind": "card", "images": f"*{suffix}", "print_scale": 1.0, "site": "phantom"})
    files = {
        "capture.toml": text.encode(),
        "truth.json": (json.dumps(card_truth(phantom), indent=1, ensure_ascii=False) + "\n").encode(),
    }
    with ThreadPoolExecutor(_WORKERS) as pool:
        photos = list(pool.map(lambda index: _file(phantom, index), range(len(phantom.images))))
    return files | dict(zip(_names(phantom), photos, strict=True))


def _names(phantom: CardPhantom) -> list[str]:
    suffix = SUFFIX[phantom.settings.file_format]
    return [f"photo_{number:02d}{suffix}" for number in range(1, len(phantom.torches) + 1)]


def _photo(phantom: CardPhantom, index: int) -> dict[str, Any]:
    torch, pose = phantom.torches[index], phantom.poses[index]
    x, y, z = torch.place_mm
    turn_deg = float(np.degrees(np.arctan2(y, x)))
    return {
        "file": _names(phantom)[index],
        "torch": {
            "x_mm": round(float(x), 4),
            "y_mm": round(float(y), 4),
            "z_mm": round(float(z), 4),
            "distance_mm": round(torch.distance_mm, 4),
            "elevation_deg": round(float(np.degrees(np.arcsin(z / torch.distance_mm))), 4),
            "azimuth_deg": round(turn_deg % 360.0, 4),
            "clock_hour": round((90.0 - turn_deg) / 30.0 % 12.0, 3),
            "strength": round(torch.strength, 6),
        },
        "camera": {
            "place_mm": _rounded(pose.place_mm, 4),
            "right": _rounded(pose.axes[0], 8),
            "down": _rounded(pose.axes[1], 8),
            "forward": _rounded(pose.axes[2], 8),
            "tilt_deg": round(float(np.degrees(np.arccos(-pose.axes[2, 2]))), 4),
            "focal_px": round(phantom.shots.focal_px, 4),
        },
        "exposure": round(float(phantom.exposures[index]), 6),
    }


def _rounded(values: Iterable[float], digits: int) -> list[float]:
    return [round(float(value), digits) for value in values]


def _scars(phantom: CardPhantom) -> tuple[list[ScarTruth], list[ScarTruth]]:
    """Scars that lie wholly in the window, and those that its rim cuts."""
    window = phantom.shots.window_mm
    within, cut = [], []
    for scar in map(_moved_scar, phantom.skin.scars):
        inside = [_on_window(x, y, window) for x, y in scar.outline_mm]
        if all(inside):
            within.append(scar)
        elif any(inside):
            cut.append(scar)
    return within, cut


def _on_window(x_mm: float, y_mm: float, window_mm: float) -> bool:
    return 0.0 <= x_mm <= window_mm and 0.0 <= y_mm <= window_mm


def _moved(place: _Place) -> _Place:
    """From the field's corner to the window's."""
    changed = {"x_mm": round(place.x_mm - MARGIN_MM, 4), "y_mm": round(place.y_mm - MARGIN_MM, 4)}
    return place.model_copy(update=changed)


def _moved_scar(scar: ScarTruth) -> ScarTruth:
    outline = tuple((round(x - MARGIN_MM, 3), round(y - MARGIN_MM, 3)) for x, y in scar.outline_mm)
    return _moved(scar).model_copy(update={"outline_mm": outline})


def _file(phantom: CardPhantom, index: int) -> bytes:
    settings = phantom.settings
    if settings.file_format == "png":
        return encode_file(phantom.images[index], "png", settings.jpeg_quality)
    out = io.BytesIO()
    notes = {"exif": _notes(phantom, index)} if phantom.shots.notes else {}
    picture = Image.fromarray(phantom.images[index])
    picture.save(out, "JPEG", quality=settings.jpeg_quality, subsampling="4:2:0", **notes)
    return out.getvalue()


def _notes(phantom: CardPhantom, index: int) -> bytes:
    """What the camera states of itself: exposure and focal length."""
    shots = phantom.shots
    share = phantom.exposures[index] / np.median(phantom.exposures)
    exif = Image.Exif()
    exif[_MODEL] = "Cicatrix phantom"
    tags = exif.get_ifd(_EXIF)
    tags[_EXPOSURE] = IFDRational(round(_SECONDS * float(share) * _FINE), _FINE)
    tags[_F_NUMBER] = IFDRational(18, 10)
    tags[_ISO] = 100
    focal_mm = round(shots.equivalent_mm / _CROP, 4)
    tags[_FOCAL_MM] = IFDRational(round(focal_mm * 10**4), 10**4)
    if shots.equivalent_mm == int(shots.equivalent_mm):
        tags[_FOCAL_35] = int(shots.equivalent_mm)
    else:
        # The equivalent is stated in whole mm; the sensor's pixels tell the focal length exactly.
        per_cm = IFDRational(round(shots.focal_px / focal_mm * 10.0 * 1000), 1000)
        tags[_PLANE_X], tags[_PLANE_Y], tags[_PLANE_UNIT] = per_cm, per_cm, _CENTIMETRE
    return exif.tobytes()
