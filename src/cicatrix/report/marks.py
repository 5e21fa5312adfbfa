"""The section on the skin's colour: red and brown marks, dark spots, pigment and blood, and the skin's tone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from cicatrix.model import Assessment, DarkSpot, Mark, PigmentMaps, SkinTone
from cicatrix.model.mark import MarkKind
from cicatrix.model.note import noted
from cicatrix.model.wording import joined
from cicatrix.report.encode import data_uri
from cicatrix.report.numbers import Shown, shown
from cicatrix.report.overlay import place_labels, simplify, svg_path
from cicatrix.report.palette import BLOOD_ANCHORS, MARK_STYLES, PIGMENT_ANCHORS, colour_map
from cicatrix.report.report_text import probability

__all__ = ["BLOOD_LIMIT", "PIGMENT_LIMIT", "MarkRow", "colours", "pigment_pictures", "tint_pigment"]

Picture = NDArray[np.uint8]

PIGMENT_LIMIT: Final = 15.0
BLOOD_LIMIT: Final = 10.0
"""Index units at which the colours of the two maps end: fixed, so that pictures of two visits can be compared."""

SMOOTH_CELLS: Final = 1.5
LONGEST: Final = 1000

NAMES: Final[dict[MarkKind, str]] = {"red": "Red", "brown": "Brown", "mixed": "Red and brown"}
NBSP: Final = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class MarkRow:
    """One mark or dark spot, ready to read."""

    id: str
    kind: str
    name: str
    sure: str
    area: Shown
    width: Shown
    melanin: Shown
    erythema: Shown
    delta_e: Shown
    notes: tuple[str, ...]
    path: str
    label_x: str
    label_y: str

    @property
    def label(self) -> str:
        """What a screen reader says at the outline."""
        return f"{self.id}: {self.name.lower()}, {self.area.value} mm²"


def tint_pigment(plane: NDArray[np.float32], limit: float, anchors: tuple[str, ...]) -> Picture:
    """Colour a map of pigment or blood, from ``-limit`` to ``limit`` index units; plain skin is near white.

    Parameters
    ----------
    plane
        ``(rows, cols)`` as in ``PigmentMaps``.
    limit
        Where the colours end.
    anchors
        Colours from little to much.

    Returns
    -------
    NDArray[np.uint8]
        ``(rows, cols, 3)`` of the same field, finer than the map's own cells.
    """
    smooth = cv2.GaussianBlur(plane, (0, 0), SMOOTH_CELLS)
    scale = max(1.0, min(4.0, 1600.0 / max(plane.shape)))
    fine = cv2.resize(smooth, None, fx=scale, fy=scale, interpolation=cv2.INTER_LINEAR)
    index = np.clip(np.rint((fine / np.float32(limit) + 1.0) * 127.5), 0, 255).astype(np.uint8)
    return np.asarray(colour_map(anchors)[index])


def pigment_pictures(pigment: PigmentMaps | None) -> dict[str, Picture]:
    """Maps of pigment and blood as files: name and RGB picture; none without colour."""
    if pigment is None:
        return {}
    return {
        "melanin.png": tint_pigment(pigment.melanin, PIGMENT_LIMIT, PIGMENT_ANCHORS),
        "erythema.png": tint_pigment(pigment.erythema, BLOOD_LIMIT, BLOOD_ANCHORS),
    }


def colours(assessment: Assessment, colour: Picture | None, pigment: PigmentMaps | None) -> dict[str, Any] | None:
    """What the section shows; None without colour photographs."""
    if assessment.skin_tone is None or colour is None:
        return None
    rows = _rows(assessment)
    return {
        "sentence": _sentence(assessment.marks, assessment.dark_spots),
        "rows": rows[: len(assessment.marks)],
        "spots": rows[len(assessment.marks) :],
        "all": rows,
        "views": _views(colour, pigment),
        "styles": MARK_STYLES,
        "kinds": [kind for kind in MARK_STYLES if any(row.kind == kind for row in rows)],
        "tone": None if assessment.skin_tone is None else _tone(assessment.skin_tone),
    }


def _rows(assessment: Assessment) -> list[MarkRow]:
    found: list[Mark | DarkSpot] = [*assessment.marks, *assessment.dark_spots]
    size = assessment.capture.width_mm, assessment.capture.height_mm
    places = place_labels(found, *size)
    return [_row(one, (float(x), float(y)), max(size) / 1500.0) for one, (x, y) in zip(found, places, strict=True)]


def _row(one: Mark | DarkSpot, place: tuple[float, float], tolerance: float) -> MarkRow:
    line = simplify(np.array(one.outline_mm).reshape(-1, 2), tolerance, closed=True)
    kind, name, sure = "spot", "Dark spot", ""
    if isinstance(one, Mark):
        kind, name = one.kind, NAMES[one.kind]
        sure = "set by hand" if noted(one.notes, "colour_by_hand") else probability(one.kind_probability[one.kind])
    return MarkRow(
        id=one.id,
        kind=kind,
        name=name,
        sure=sure,
        area=shown(one.area_mm2),
        width=shown(one.width_mm),
        melanin=shown(one.contrast.melanin),
        erythema=shown(one.contrast.erythema),
        delta_e=shown(one.contrast.delta_e),
        notes=tuple(note.text for note in one.notes),
        path=svg_path(line, closed=True),
        label_x=f"{place[0]:.2f}",
        label_y=f"{place[1]:.2f}",
    )


def _views(colour: Picture, pigment: PigmentMaps | None) -> list[dict[str, str]]:
    views = [{"key": "colour", "title": "Colour", "source": data_uri(colour, LONGEST), "ramp": "", "limit": ""}]
    if pigment is None:
        return views
    maps = (
        ("melanin", "Pigment (melanin)", pigment.melanin, PIGMENT_LIMIT, PIGMENT_ANCHORS),
        ("erythema", "Redness (blood)", pigment.erythema, BLOOD_LIMIT, BLOOD_ANCHORS),
    )
    for key, title, plane, limit, anchors in maps:
        ramp = ", ".join("#{:02x}{:02x}{:02x}".format(*step) for step in colour_map(anchors, 17).tolist())
        source = data_uri(tint_pigment(plane, limit, anchors), LONGEST)
        views.append({"key": key, "title": title, "source": source, "ramp": ramp, "limit": f"{limit:g}"})
    return views


def _sentence(marks: Sequence[Mark], spots: Sequence[DarkSpot]) -> str:
    counts = Counter(mark.kind for mark in marks)
    said = joined([f"{counts[kind]}{NBSP}{NAMES[kind].lower()}" for kind in NAMES if counts[kind]])
    if not marks:
        text = "No red or brown mark stands out from this skin’s own mottling."
    elif len(marks) == 1:
        text = f"One mark stands out from the skin around it: {NAMES[marks[0].kind].lower()}."
    else:
        text = f"{len(marks)}{NBSP}marks stand out from the skin around them: {said}."
    if spots:
        plural = "" if len(spots) == 1 else "s"
        text += f" {len(spots)}{NBSP}dark spot{plural} {'is' if len(spots) == 1 else 'are'} listed apart."
    return text


def _tone(tone: SkinTone) -> dict[str, Any]:
    return {
        "calibrated": tone.calibrated,
        "ita": None if tone.ita_deg is None else shown(tone.ita_deg),
        "classes": joined([str(name) for name in tone.ita_classes]),
        "monk": tone.monk,
        "monk_tones": f"{tone.monk_tones[0]} to {tone.monk_tones[-1]}" if len(tone.monk_tones) > 1 else "",
        "ratios": (f"{tone.red_over_green:.2f}", f"{tone.green_over_blue:.2f}"),
        "basis": tone.basis,
    }
