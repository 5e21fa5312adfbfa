"""Readings of the same things in every capture, as tables: one row for each thing, one column for each capture."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from cicatrix.model import Assessment, Mark, Scar
from cicatrix.model.change import Change, Changed, MarkChange, ScarChange
from cicatrix.model.repeat import About, Found, Way

__all__ = ["Readings", "found_again", "readings_of"]

Table = NDArray[np.float64]
Partner = ScarChange | MarkChange

SCAR_NAMES: Final = {
    "depth_mm": ("depth of a scar", "mm"),
    "width_mm": ("width of a scar", "mm"),
    "area_mm2": ("area of a scar", "mm²"),
    "volume_mm3": ("volume of a scar", "mm³"),
    "wall_angle_deg": ("wall angle of a scar", "°"),
}
SUM_NAMES: Final = {
    "scars": "number of scars",
    "total volume": "volume of all scars",
    "mean depth": "mean depth of the scars",
    "marks": "number of marks",
    "area of marks": "area of all marks",
    "red contrast": "mean contrast of the red marks",
    "brown contrast": "mean contrast of the brown marks",
}


@dataclass(frozen=True, slots=True, eq=False)
class Readings:
    """Readings of one quantity.

    Attributes
    ----------
    quantity, name, unit, about, way
        As in ``Agreement``.
    table
        ``(things, captures)``, NaN where a thing was not read.
    """

    quantity: str
    name: str
    unit: str
    about: About
    way: Way
    table: Table


def readings_of(
    assessments: Sequence[Assessment], changes: Mapping[int, Change], reference: int
) -> tuple[Readings, ...]:
    """Everything that was read twice or more.

    Parameters
    ----------
    assessments
        Of each capture, in the order in which they were taken.
    changes
        The reference capture compared with each other one, by its place in ``assessments``.
    reference
        Place of the capture that shows most scars.
    """
    captures = len(assessments)
    found: list[Readings] = []
    scars = [{scar.id: scar for scar in one.scars} for one in assessments]
    marks = [{mark.id: mark for mark in one.marks} for one in assessments]
    at_scars = {at: {row.before_id: row for row in change.scars} for at, change in changes.items()}
    at_marks = {at: {row.before_id: row for row in change.marks} for at, change in changes.items()}
    for field, (name, unit) in SCAR_NAMES.items():
        table = _alone(scars, at_scars, reference, lambda scar, field=field: float(getattr(scar, field).value))
        found.append(Readings(field, name, unit, "scar", "alone", table))
        if field in ("depth_mm", "volume_mm3"):  # the others are compared as they were measured alone
            table = _compared(scars[reference], at_scars, captures, reference, field.split("_")[0])
            found.append(Readings(field, name, unit, "scar", "compared", table))
    found += _marks(marks, at_marks, reference)
    found += _pictures(assessments, changes, reference)
    return tuple(one for one in found if (np.isfinite(one.table).sum(axis=1) >= 2).any())


def _alone(
    things: Sequence[Mapping[str, Scar]] | Sequence[Mapping[str, Mark]],
    pairs: Mapping[int, Mapping[str | None, Partner]],
    reference: int,
    value: Callable[..., float],
    kinds: tuple[str, ...] | None = None,
) -> Table:
    """What each capture alone says of the things that the reference capture shows whole."""
    rows = []
    for name, thing in things[reference].items():
        if thing.at_edge or (kinds is not None and thing.kind not in kinds):
            continue
        row = np.full(len(things), np.nan)
        row[reference] = value(thing)
        for at, partners in pairs.items():
            partner = partners.get(name)
            if partner is None or partner.fate != "same" or partner.after_id is None:
                continue
            other = things[at][partner.after_id]
            if not other.at_edge:
                row[at] = value(other)
        rows.append(row)
    return np.array(rows, dtype=np.float64).reshape(-1, len(things))


def _compared(
    things: Mapping[str, Scar] | Mapping[str, Mark],
    pairs: Mapping[int, Mapping[str | None, Partner]],
    captures: int,
    reference: int,
    field: str,
    kinds: tuple[str, ...] | None = None,
) -> Table:
    """What the reference capture says, and the change that a comparison finds to each other one."""
    rows = []
    for name, thing in things.items():
        if thing.at_edge or (kinds is not None and thing.kind not in kinds):
            continue
        row = np.full(captures, np.nan)
        for at, partners in pairs.items():
            changed: Changed | None = getattr(partners.get(name), field, None)
            if changed is not None and changed.before is not None:
                row[reference], row[at] = changed.before, changed.before + changed.change.value
        rows.append(row)
    return np.array(rows, dtype=np.float64).reshape(-1, captures)


def _marks(
    marks: Sequence[Mapping[str, Mark]], pairs: Mapping[int, Mapping[str | None, MarkChange]], reference: int
) -> list[Readings]:
    found = []
    colours = (("melanin", "brown", ("brown",)), ("erythema", "red", ("red", "mixed")))
    for field, colour, kinds in colours:
        alone = _alone(marks, pairs, reference, lambda m, field=field: float(getattr(m.contrast, field).value), kinds)
        compared = _compared(marks[reference], pairs, len(marks), reference, "contrast", kinds)
        name = f"contrast of a {colour} mark"
        found += [
            Readings(f"{field}_contrast", name, "index", "mark", "alone", alone),
            Readings(f"{field}_contrast", name, "index", "mark", "compared", compared),
        ]
    area = _alone(marks, pairs, reference, lambda m: float(m.area_mm2.value))
    return [*found, Readings("mark_area_mm2", "area of a mark", "mm²", "mark", "alone", area)]


def _pictures(assessments: Sequence[Assessment], changes: Mapping[int, Change], reference: int) -> list[Readings]:
    """What the whole picture says: sums, grades, the skin's tone."""
    captures = len(assessments)
    found = []
    for of, name in SUM_NAMES.items():
        sums = {at: one for at, change in changes.items() for one in change.sums if one.name == of}
        before = [one.changed.before for one in sums.values() if one.changed.before is not None]
        if not before:
            continue
        row = np.full((1, captures), np.nan)
        row[0, reference] = np.median(before)
        for at, one in sums.items():
            row[0, at] = row[0, reference] + one.changed.change.value
        unit = next(iter(sums.values())).unit
        found.append(Readings(of.replace(" ", "_"), name, unit, "picture", "compared", row))
    tones = [None if one.skin_tone is None else one.skin_tone.ita_deg for one in assessments]
    row = np.array([[np.nan if tone is None else tone.value for tone in tones]])
    found.append(Readings("ita_deg", "individual typology angle", "°", "picture", "alone", row))
    return [*found, *_grades(assessments)]


def _grades(assessments: Sequence[Assessment]) -> list[Readings]:
    """Grades, in the middle of their range where missing answers leave one."""
    graded = [one.grades for one in assessments if one.grades is not None]
    if len(graded) < len(assessments):
        return []
    found = []
    for key in type(graded[0]).model_fields:
        each = [getattr(grades, key) for grades in graded]
        if any(grade is None for grade in each):
            continue
        row = np.array([[0.5 * (grade.low + grade.high) for grade in each]])
        found.append(Readings(key, each[0].name, "points", "picture", "alone", row))
    return found


def found_again(
    about: Literal["scar", "mark"], assessment: Assessment, changes: Mapping[int, Change], captures: int
) -> Found | None:
    """How often the reference capture's scars or marks were found in the others; None where it shows none whole.

    Parameters
    ----------
    about
        ``"scar"`` or ``"mark"``.
    assessment
        Of the reference capture.
    changes
        As in ``readings_of``.
    captures
        Number of captures.
    """
    things: Sequence[Scar | Mark] = assessment.scars if about == "scar" else assessment.marks
    rows = {at: _rows(change, about) for at, change in changes.items()}
    counts = np.zeros(captures, dtype=int)
    for thing in things:
        partners = [_partner(of, thing.id) for of in rows.values()]
        if thing.at_edge or any(partner is not None and partner.fate == "outside" for partner in partners):
            continue
        counts[sum(partner is not None and partner.after_id is not None for partner in partners)] += 1
    elsewhere = [sum(row.fate == "new" for row in rows.get(at, ())) for at in range(captures)]
    if not (counts.any() or any(elsewhere)):
        return None
    return Found(about=about, captures=captures, found_in=tuple(counts.tolist()), elsewhere=tuple(elsewhere))


def _rows(change: Change, about: Literal["scar", "mark"]) -> Sequence[Partner]:
    return change.scars if about == "scar" else change.marks


def _partner(rows: Sequence[Partner], name: str) -> Partner | None:
    """The row of a thing of the reference capture, also where it was merged with others."""
    of = (row for row in rows if row.before_id == name or (row.fate == "merged" and name in getattr(row, "others", ())))
    return next(of, None)
