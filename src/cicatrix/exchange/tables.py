"""Scars and marks as table rows: one row an object, one column a number, units in the names of the columns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from cicatrix.model import Assessment, Mark, Measured, Scar
from cicatrix.model.mark import Contrast

__all__ = ["Row", "mark_rows", "scar_rows"]

Row = dict[str, Any]
"""Name of the column to a string, number, truth value or None."""

LEFT_OUT: Final = frozenset({"outline_mm", "section", "notes"})
"""Shapes and sentences: no cell holds them."""


def scar_rows(assessment: Assessment) -> list[Row]:
    """One row a scar, in the order of ``assessment.scars``.

    A measured number ``depth_mm`` becomes ``depth_mm``, ``depth_mm_low`` and ``depth_mm_high`` (95 % interval); a
    probability becomes ``kind_probability_icepick`` and so on. Every row has the columns ``site`` and ``pixel_mm``.
    """
    return _rows(assessment, assessment.scars)


def mark_rows(assessment: Assessment) -> list[Row]:
    """One row a mark, in the order of ``assessment.marks``; columns as for ``scar_rows``."""
    return _rows(assessment, assessment.marks)


def _rows(assessment: Assessment, records: Iterable[Scar | Mark]) -> list[Row]:
    shared = {"site": assessment.capture.site, "pixel_mm": assessment.capture.pixel_mm}
    rows = [shared | _flat(record) for record in records]
    # A kind that one row knows and another does not still gets its column in both.
    names = dict.fromkeys(name for row in rows for name in row)
    return [{name: row.get(name) for name in names} for row in rows]


def _flat(record: Scar | Mark | Contrast, prefix: str = "") -> Row:
    row: Row = {}
    for name in type(record).model_fields:
        if name in LEFT_OUT:
            continue
        value, column = getattr(record, name), prefix + name
        if isinstance(value, Measured):
            row |= {column: value.value, f"{column}_low": value.low, f"{column}_high": value.high}
        elif isinstance(value, Contrast):
            row |= _flat(value, f"{column}_")
        elif isinstance(value, dict):
            row |= {f"{column}_{key}": share for key, share in sorted(value.items())}
        else:
            row[column] = value
    return row
