"""Corrections of a result by hand: the history, one event more, undo and redo, and the log as a file."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from cicatrix.cases.fields import fields
from cicatrix.corrections import as_json, steps
from cicatrix.errors import CorrectionError
from cicatrix.model.correction import AddMark, AddScar, Answer, Delete, Event, SetKind, SetMarkKind, SetOutline
from cicatrix.model.mark import MarkKind
from cicatrix.model.scar import DepthClass, Kind
from cicatrix.practice import edits, jobs, results
from cicatrix.practice.session import UnitOfWork
from cicatrix.report.corrections import corrections as told_rows
from cicatrix.report.person import label
from cicatrix.web.corrected import corrected_assessment, correction_file, events_of, try_event
from cicatrix.web.dependencies import CurrentSession, ReadUnit, WriteUnit
from cicatrix.web.router import Done, Pages

__all__ = ["router"]

router = Pages()

ResultId = Annotated[str, Field(max_length=64)]
Text = Annotated[str, Field(max_length=2000)]


class CorrectionBody(BaseModel):
    """One event, as in a file of corrections; its number, actor and time come from the record."""

    model_config = ConfigDict(extra="ignore")

    event: Literal["set_kind", "set_outline", "delete", "add_scar", "set_mark_kind", "add_mark", "answer"]
    scar: Text | None = None
    mark: Text | None = None
    target: Text | None = None
    kind: Kind | MarkKind | None = None
    depth_class: DepthClass | None = None
    outline_mm: Annotated[list[tuple[float, float]], Field(max_length=2000)] | None = None
    corners: Annotated[str, Field(max_length=60_000)] | None = None
    """In place of ``outline_mm``, from a form: one corner a line, x and y in mm."""
    reason: Text = ""
    key: Text | None = None
    value: bool | int | Annotated[float, Field(allow_inf_nan=False)] | Text | list[Text] | None = None
    note: Text = ""


class Entry(BaseModel):
    """One event of the history, in words."""

    number: int
    text: str
    by: str
    at: datetime
    note: str
    in_force: bool


class Row(BaseModel):
    """One scar, mark or answer: what was measured, what was corrected."""

    name: str
    changes: tuple[str, ...]


class Thing(BaseModel):
    """A scar, mark or question that can be corrected."""

    id: str
    name: str


class CorrectionsView(BaseModel):
    """The history of a result's corrections."""

    result_id: str
    entries: tuple[Entry, ...]
    """The latest first."""
    can_undo: bool
    can_redo: bool
    rows: tuple[Row, ...]
    scars: tuple[Thing, ...]
    marks: tuple[Thing, ...]
    questions: tuple[Thing, ...]
    may_correct: bool
    command: str
    python: str


class Applied(BaseModel):
    """Outcome of a correction."""

    number: int
    added: str | None
    """Id of the scar or mark that was added."""
    can_undo: bool
    can_redo: bool


class Started(BaseModel):
    """The job that was started."""

    job_id: str


@router.page("/results/{result_id}/corrections", template="corrections.html.j2")
def history(unit: ReadUnit, session: CurrentSession, result_id: str) -> CorrectionsView:
    """Everything that was done to a result by hand, who did it and when, and what is in force."""
    events = events_of(unit, result_id)
    now = steps(events)
    assessment = corrected_assessment(unit, result_id)
    in_force = {event.number for event in now.active}
    return CorrectionsView(
        result_id=result_id,
        entries=tuple(
            Entry(
                number=event.number,
                text=_told(event),
                by=event.actor,
                at=event.at,
                note=event.note,
                in_force=event.number in in_force,
            )
            for event in reversed(events)
        ),
        can_undo=bool(now.active),
        can_redo=bool(now.undone),
        rows=tuple(Row(name=each.name, changes=each.changes) for each in told_rows(assessment)),
        scars=tuple(Thing(id=scar.id, name=f"{scar.id}, {scar.kind}") for scar in assessment.scars),
        marks=tuple(Thing(id=mark.id, name=f"{mark.id}, {mark.kind}") for mark in assessment.marks),
        questions=tuple(Thing(id=field.name, name=label(field.name)) for field in fields()),
        may_correct=session.role == "clinician",
        command="cicatrix correct CAPTURE --case case.toml --events corrections.json --out RESULT",
        python="assessment = corrected(assessment, relief, read_corrections(Path('corrections.json')).events, case)",
    )


@router.action("/results/{result_id}/corrections", role="clinician")
def correct(unit: WriteUnit, result_id: str, body: CorrectionBody) -> Done:
    """Correct one thing. What follows from it is concluded again when the result is looked at next."""
    return _append(unit, result_id, _values(body))


@router.action("/results/{result_id}/corrections/undo", role="clinician")
def undo(unit: WriteUnit, result_id: str) -> Done:
    """Take back the last correction in force."""
    return _append(unit, result_id, {"event": "undo"})


@router.action("/results/{result_id}/corrections/redo", role="clinician")
def redo(unit: WriteUnit, result_id: str) -> Done:
    """Put back the correction that was taken back last."""
    return _append(unit, result_id, {"event": "redo"})


@router.action("/results/{result_id}/corrections/keep", role="clinician")
def keep(unit: WriteUnit, result_id: str) -> Done:
    """Start a job that stores the corrected result as a separate one, with report and simulation."""
    if not steps(events_of(unit, result_id)).active:
        results.get(unit, result_id)
        raise CorrectionError("no correction is in force", fix="correct something first")
    job = jobs.add(unit, "correct", {"result": result_id}, person_id=results.person_of(unit, result_id))
    return Done(location=f"/jobs/{job.id}", view=Started(job_id=job.id))


@router.raw("/results/{result_id}/corrections/file")
def file(unit: ReadUnit, result_id: str) -> Response:
    """The log as a file for ``cicatrix correct``."""
    return Response(
        as_json(correction_file(unit, result_id)),
        media_type="application/json",
        headers={"Content-Disposition": 'attachment; filename="corrections.json"'},
    )


def _append(unit: UnitOfWork, result_id: str, values: dict[str, Any]) -> Done:
    """Store an event that fits; one that does not is refused and leaves nothing behind."""
    edit = edits.append(unit, result_id, try_event(unit, result_id, values))
    events = events_of(unit, result_id)
    now, last = steps(events), events[-1]
    added = f"C{last.number:02d}" if isinstance(last, AddScar | AddMark) else None
    applied = Applied(number=edit.number, added=added, can_undo=bool(now.active), can_redo=bool(now.undone))
    return Done(location=f"/results/{result_id}/corrections", view=applied)


def _values(body: CorrectionBody) -> dict[str, Any]:
    """The fields of the event that the body is."""
    given = body.model_dump(exclude_none=True, exclude={"corners"})
    if body.corners is not None:
        given["outline_mm"] = _outline(body.corners)
    wanted = _FIELDS[body.event]
    values = {key: value for key, value in given.items() if key in wanted and value is not None}
    if body.event == "answer":
        values["value"] = _answer(body.value)
    return values


_FIELDS: dict[str, frozenset[str]] = {
    record.model_fields["event"].default: frozenset(record.model_fields)
    for record in (SetKind, SetOutline, Delete, AddScar, SetMarkKind, AddMark, Answer)
}


def _outline(text: str) -> list[list[Any]]:
    """Corners from lines of two numbers; what is no number is left for the event to refuse."""
    return [line.replace(",", " ").replace(";", " ").split() for line in text.splitlines() if line.strip()]


def _answer(value: Any) -> Any:
    """An answer as in a case file: what a form sends as text is read as JSON where it is some."""
    if isinstance(value, list):
        return tuple(value)
    if not isinstance(value, str):
        return value
    text = value.strip()
    if text.lower() in {"", "unknown"}:
        return None
    if text.lower() in {"yes", "no"}:
        return text.lower() == "yes"
    try:
        read = json.loads(text)
    except ValueError:
        return text
    return read if isinstance(read, bool | int | float) else text


def _told(event: Event) -> str:
    """An event as a sentence."""
    match event:
        case SetKind():
            deep = f", {event.depth_class}" if event.depth_class else ""
            text = f"{event.scar} is {event.kind}{deep}"
        case SetOutline():
            text = f"{event.scar} was outlined again, {len(event.outline_mm)} corners"
        case Delete():
            text = f"{event.target} was deleted" + (f": {event.reason}" if event.reason else "")
        case AddScar() | AddMark():
            what = "scar" if isinstance(event, AddScar) else "mark"
            text = f"a {what} was added, C{event.number:02d}" + (f", {event.kind}" if event.kind else "")
        case SetMarkKind():
            text = f"{event.mark} is {event.kind}"
        case Answer():
            said = "unknown" if event.value is None else event.value
            text = f"{label(event.key)}: {said}"
        case _:
            text = event.event
    return text
