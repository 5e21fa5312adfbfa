"""What was measured beside what was corrected, one row a value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from cicatrix.corrections.draft import Draft
from cicatrix.model import Mark, Scar
from cicatrix.model.correction import Corrected, CorrectedField, Event

__all__ = ["mark_rows", "scar_rows"]

_KIND: Final[tuple[CorrectedField, ...]] = ("kind", "kind_probability", "depth_class")

_LINE: Final[tuple[CorrectedField, ...]] = (
    "outline_mm",
    "width_mm",
    "depth_mm",
    "area_mm2",
    "volume_mm3",
    "wall_angle_deg",
)


def scar_rows(measured: Sequence[Scar], corrected: Sequence[Scar], draft: Draft) -> tuple[Corrected, ...]:
    """Every correction of a scar, in the order of the scars; added ones last."""
    now = {scar.id: scar for scar in corrected}
    return tuple(
        row
        for scar in measured
        for row in (_deleted("scar", scar, draft) if scar.id in draft.gone else _changed(scar, now[scar.id], draft))
    ) + tuple(
        _row("scar", scar.id, "present", False, True, draft.added[scar.id])
        for scar in corrected
        if scar.id in draft.added
    )


def mark_rows(measured: Sequence[Mark], corrected: Sequence[Mark], draft: Draft) -> tuple[Corrected, ...]:
    """Every correction of a mark, in the order of the marks; added ones last."""
    now = {mark.id: mark for mark in corrected}
    return tuple(
        row
        for mark in measured
        for row in (_deleted("mark", mark, draft) if mark.id in draft.gone else _coloured(mark, now[mark.id], draft))
    ) + tuple(
        _row("mark", mark.id, "present", False, True, draft.added[mark.id])
        for mark in corrected
        if mark.id in draft.added
    )


def _changed(before: Scar, after: Scar, draft: Draft) -> Iterator[Corrected]:
    line, kind = draft.lines.get(before.id), draft.kinds.get(before.id)
    if line is not None:
        yield from (_row("scar", before.id, name, getattr(before, name), getattr(after, name), line) for name in _LINE)
    by = kind or line
    if by is None or (kind is None and before.kind == after.kind and before.depth_class == after.depth_class):
        return
    for name in _KIND:
        old, new = getattr(before, name), getattr(after, name)
        if old != new or name == "kind":
            yield _row("scar", before.id, name, old, new, by)


def _coloured(before: Mark, after: Mark, draft: Draft) -> Iterator[Corrected]:
    event = draft.mark_kinds.get(before.id)
    if event is not None:
        yield _row("mark", before.id, "kind", before.kind, after.kind, event)
        if before.kind_probability != after.kind_probability:
            yield _row("mark", before.id, "kind_probability", before.kind_probability, after.kind_probability, event)


def _deleted(what: str, before: Scar | Mark, draft: Draft) -> Iterator[Corrected]:
    event = draft.gone[before.id]
    row = _row(what, before.id, "present", True, False, event)
    yield row.model_copy(update={what: before, "note": ": ".join(text for text in (event.reason, event.note) if text)})


def _row(what: Any, name: str, field: CorrectedField, measured: Any, corrected: Any, event: Event) -> Corrected:
    return Corrected(
        what=what,
        id=name,
        field=field,
        measured=measured,
        corrected=corrected,
        event=event.number,
        by=event.actor,
        at=event.at,
        note=event.note,
    )
