"""What a person corrected, beside what had been measured, ready to be laid out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from cicatrix.model import Assessment, Measured
from cicatrix.model.correction import Corrected, CorrectedField
from cicatrix.model.note import noted
from cicatrix.model.wording import unique
from cicatrix.report.numbers import fixed, shown
from cicatrix.report.person import label

__all__ = ["DAGGER", "CorrectedShown", "by_hand", "corrections", "kind_by_hand"]

DAGGER: Final = "†"

_UNITS: Final[dict[CorrectedField, tuple[str, str]]] = {
    "width_mm": ("width", "mm"),
    "depth_mm": ("depth", "mm"),
    "area_mm2": ("area", "mm²"),
    "volume_mm3": ("volume", "mm³"),
    "wall_angle_deg": ("wall angle", "°"),
}


@dataclass(frozen=True, slots=True)
class CorrectedShown:
    """Everything that was corrected about one scar, mark or answer."""

    name: str
    changes: tuple[str, ...]
    by: tuple[str, ...]
    """Who and when, once each."""
    notes: tuple[str, ...]


def corrections(assessment: Assessment) -> tuple[CorrectedShown, ...]:
    """Every correction, scars first, each with what had been measured or stated."""
    places = {scar.id: place for place, scar in enumerate(assessment.scars, 1)}
    return tuple(
        _shown(list(rows), places) for _, rows in groupby(assessment.corrections, key=lambda row: (row.what, row.id))
    )


def by_hand(assessment: Assessment) -> frozenset[str]:
    """Ids of the scars and marks that were corrected or added."""
    return frozenset(row.id for row in assessment.corrections if row.what != "case")


def kind_by_hand(assessment: Assessment) -> frozenset[str]:
    """Ids of the scars and marks whose type a person said."""
    scars = (scar.id for scar in assessment.scars if noted(scar.notes, "kind_by_hand"))
    marks = (mark.id for mark in assessment.marks if noted(mark.notes, "colour_by_hand"))
    return frozenset((*scars, *marks))


def _shown(rows: Sequence[Corrected], places: dict[str, int]) -> CorrectedShown:
    first = rows[0]
    return CorrectedShown(
        name=_name(first, places),
        changes=tuple(text for row in rows if (text := _change(row))),
        by=unique(f"{row.by}, {row.at:%Y-%m-%d %H:%M} {row.at:%Z}".strip() for row in rows),
        notes=unique(row.note for row in rows if row.note),
    )


def _name(row: Corrected, places: dict[str, int]) -> str:
    if row.what == "case":
        return label(row.id)
    if row.what == "scar" and row.id in places:
        return f"Scar {places[row.id]} ({row.id})"
    return f"{row.what.capitalize()} {row.id}"


def _change(row: Corrected) -> str:
    """One change in words; empty for what stands in another row already."""
    match row.field:
        case "present":
            text = "added, it had not been found" if row.corrected else f"deleted{_was(row)}"
        case "outline_mm":
            text = "outlined again"
        case "kind" if row.measured == row.corrected:
            text = f"{row.corrected}, as it was measured"
        case "kind":
            text = f"{row.corrected}, measured as {row.measured}"
        case "depth_class":
            text = f"{row.corrected}, measured as {row.measured}" if row.measured and row.corrected else ""
        case "answer":
            text = f"{_said(row.corrected)}, before: {_said(row.measured)}"
        case _:
            text = _size(row)
    return text


def _size(row: Corrected) -> str:
    if row.field not in _UNITS or not isinstance(row.measured, Measured) or not isinstance(row.corrected, Measured):
        return ""
    word, unit = _UNITS[row.field]
    return f"{word} {shown(row.corrected).sentence(unit)}, before: {shown(row.measured).sentence(unit)}"


def _was(row: Corrected) -> str:
    """What had been measured of a deleted scar or mark."""
    if row.scar is not None:
        depth = fixed(abs(row.scar.depth_mm.value), 2)
        side = "high" if row.scar.depth_mm.value < 0 else "deep"
        return f", measured as {row.scar.kind}, {fixed(row.scar.width_mm.value, 1)} mm wide and {depth} mm {side}"
    return "" if row.mark is None else f", measured as {row.mark.kind}, {fixed(row.mark.width_mm.value, 1)} mm wide"


def _said(value: Any) -> str:
    if value is None:
        return "not stated"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) or "none" if isinstance(value, tuple) else str(value)
