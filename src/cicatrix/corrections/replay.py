"""Replay events on a measured result: scars, marks and case as corrected, and what had been measured.

Outlines that were drawn are measured last, all on the same relief and beside each other as they are in the end, so
that the order of events about different things does not matter. What no event concerns stays as it was measured.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cicatrix.colour.user_outline import measure_given as measure_mark
from cicatrix.colour.user_outline import related
from cicatrix.corrections.before_after import mark_rows, scar_rows
from cicatrix.corrections.draft import Draft, drafted
from cicatrix.corrections.history import active
from cicatrix.corrections.outline import check_outline
from cicatrix.corrections.stated import answered
from cicatrix.errors import CorrectionError
from cicatrix.model import Assessment, Case, DarkSpot, Mark, Relief, Scar
from cicatrix.model.correction import (
    ADDED_BY_HAND,
    COLOUR_BY_HAND,
    KIND_BY_HAND,
    OUTLINED_BY_HAND,
    AddMark,
    Corrected,
    Event,
)
from cicatrix.model.note import Note
from cicatrix.model.scar import DEEP_BOXCAR_MM
from cicatrix.scars.kinds import KINDS
from cicatrix.scars.user_outline import measure_given as measure_scar
from cicatrix.scars.widen import propagate_card_uncertainty

__all__ = ["Replayed", "replay"]


@dataclass(frozen=True, slots=True)
class Replayed:
    """A result's scars, marks and case as corrected, with every correction.

    ``marks`` is None where none were looked for, for want of colour.
    """

    scars: tuple[Scar, ...]
    marks: tuple[Mark, ...] | None
    spots: tuple[DarkSpot, ...]
    case: Case | None
    corrections: tuple[Corrected, ...]


def replay(assessment: Assessment, relief: Relief, events: Sequence[Event], case: Case | None = None) -> Replayed:
    """Apply the events of a log that are in force.

    Parameters
    ----------
    assessment
        The result as it was measured.
    relief
        The surface that it was measured on; its photographs are not needed.
    events
        The whole log, oldest first.
    case
        What was stated; None when nothing was.

    Raises
    ------
    CorrectionError
        An event does not fit the result, or what it outlines cannot be measured.
    ValueError
        The result is corrected already.
    """
    if assessment.corrections:
        msg = "corrections are applied to a result as it was measured, but this one is corrected already"
        raise ValueError(msg)
    draft = drafted(assessment, active(events))
    stated, answer_rows = answered(case, draft.answers)
    scars = _scars(assessment, relief, draft)
    marks, spots = _marks(assessment, relief, draft, scars)
    return Replayed(
        scars=scars,
        marks=None if "marks" in assessment.not_assessed else marks,
        spots=spots,
        case=stated,
        corrections=(
            *scar_rows(assessment.scars, scars, draft),
            *mark_rows(assessment.marks, marks, draft),
            *answer_rows,
        ),
    )


def _scars(assessment: Assessment, relief: Relief, draft: Draft) -> tuple[Scar, ...]:
    found = {scar.id: scar for scar in assessment.scars}
    lines = {name: check_outline(event.outline_mm, assessment.capture, name) for name, event in draft.lines.items()}
    outlines = {name: lines[name] if name in lines else found[name].outline_mm for name in draft.scars}
    scars = []
    for name in draft.scars:
        scar = found.get(name)
        if name in lines:
            others = [outline for other, outline in outlines.items() if other != name]
            scar = measure_scar(relief, lines[name], name, others=others, measured=assessment.scars)
            if scar.depth_from != "shadows":  # else the interval is that of a fit, which holds the light's part already
                (scar,) = propagate_card_uncertainty((scar,), assessment.capture.card)
            scar = _with_note(scar, ADDED_BY_HAND if name in draft.added else OUTLINED_BY_HAND)
        assert scar is not None  # noqa: S101 - what was not measured before has a line
        scars.append(_of_kind(scar, draft))
    return tuple(scars)


def _of_kind(scar: Scar, draft: Draft) -> Scar:
    """The scar with the type that a person gave it."""
    event = draft.kinds.get(scar.id)
    kind = None if event is None else event.kind
    if event is None or kind is None:
        return scar
    depth = scar.depth_mm.value
    if kind != "undecided" and (kind == "raised") != (depth < 0):
        lies = "above" if depth < 0 else "below"
        raise CorrectionError(
            f"event {event.number} makes {scar.id} {kind}, but it lies {abs(depth):.2f} mm {lies} the skin around it",
            allowed="undecided or raised" if depth < 0 else "undecided, icepick, boxcar or rolling",
            fix="check its outline, or take another type",
        )
    stated = getattr(event, "depth_class", None)
    deep = stated or ("deep" if depth >= DEEP_BOXCAR_MM else "shallow")
    changed = {
        "kind": kind,
        "depth_class": deep if kind == "boxcar" else None,
        "kind_probability": scar.kind_probability
        if kind == "undecided"
        else {each: float(each == kind) for each in KINDS},
    }
    return _with_note(scar.model_copy(update=changed), KIND_BY_HAND)


def _with_note(scar: Scar, note: Note) -> Scar:
    return scar.model_copy(update={"notes": (*scar.notes, note)})


def _marks(
    assessment: Assessment, relief: Relief, draft: Draft, scars: tuple[Scar, ...]
) -> tuple[tuple[Mark, ...], tuple[DarkSpot, ...]]:
    found = {mark.id: mark for mark in assessment.marks}
    drawn = [
        (name, check_outline(event.outline_mm, assessment.capture, name, mark=True))
        for name, event in draft.added.items()
        if isinstance(event, AddMark)
    ]
    found |= {mark.id: mark for mark in measure_mark(relief, scars, drawn)}
    touched = {*draft.lines, *(name for name in draft.gone if name not in found)}
    measured = {mark.id for mark in assessment.marks}
    marks = tuple(
        _coloured(related(found[name], scars, touched) if name in measured else _added(found[name]), draft)
        for name in draft.marks
    )
    return marks, tuple(related(spot, scars, touched) for spot in assessment.dark_spots)


def _added(mark: Mark) -> Mark:
    return mark.model_copy(update={"notes": (*mark.notes, ADDED_BY_HAND)})


def _coloured(mark: Mark, draft: Draft) -> Mark:
    """The mark with the colour that a person gave it."""
    event = draft.mark_kinds.get(mark.id)
    if event is None or event.kind is None:
        return mark
    changed = {
        "kind": event.kind,
        "kind_probability": {each: float(each == event.kind) for each in ("red", "brown", "mixed")},
        "notes": (*mark.notes, COLOUR_BY_HAND),
    }
    return mark.model_copy(update=changed)
