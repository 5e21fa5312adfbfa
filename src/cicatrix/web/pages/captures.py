"""One capture: its photographs, the capture check, and its results."""

from __future__ import annotations

import math
from datetime import date

from pydantic import BaseModel, ValidationError
from starlette.responses import FileResponse, Response

from cicatrix.model.capture_check import COSTS, SAID, CaptureCheck
from cicatrix.model.practice import RecordedPerson, StoredCapture, StoredCase, StoredResult, Visit
from cicatrix.practice import captures, cases, jobs, people, results, visits
from cicatrix.practice import files as holdings
from cicatrix.web.dependencies import ReadUnit, WriteUnit
from cicatrix.web.pages.jobs import job_view
from cicatrix.web.router import Done, Pages
from cicatrix.web.work.upload import PREVIEWS, CaptureNote

__all__ = ["router"]

router = Pages()


class PhotoView(BaseModel):
    """A photograph with the findings of the capture check."""

    name: str
    preview: str | None
    told: tuple[str, ...]
    """Exposure, and position of the light."""
    advice: tuple[str, ...]
    used: bool


class Lamp(BaseModel):
    """Where a light stood, seen from above: the circle is the horizon, its middle straight above the skin."""

    name: str
    x: float
    """From −1 (left) to 1 (right)."""
    y: float
    """From −1 (up in the picture) to 1."""
    elevation_deg: int


class CaptureView(BaseModel):
    """A capture."""

    capture: StoredCapture
    visit: Visit
    person: RecordedPerson
    case: StoredCase | None
    """The latest case of the visit, used by an assessment."""
    verdict: str
    """Verdict of the capture check, in a sentence; empty where it was not run."""
    general: tuple[str, ...]
    """Advice on all photographs together."""
    photos: tuple[PhotoView, ...]
    lamps: tuple[Lamp, ...]
    left_out: tuple[str, ...]
    results: tuple[StoredResult, ...]


class Start(BaseModel):
    """How to assess."""

    start: date | None = None
    """First day of the plan; without one, the day of an event is not taken into account."""


@router.page("/captures/{capture_id}", template="capture.html.j2")
def capture(unit: ReadUnit, capture_id: str) -> CaptureView:
    """A capture with its results."""
    found = captures.get(unit, capture_id)
    visit = visits.get(unit, found.visit_id)
    note = _note(found)
    return CaptureView(
        capture=found,
        visit=visit,
        person=people.get(unit, visit.person_id),
        case=cases.latest(unit, visit.id),
        verdict="" if note is None else SAID[note.coached.verdict],
        general=() if note is None else _advice(note.coached, None),
        photos=() if note is None else _photos(note),
        lamps=() if note is None else _lamps(note),
        left_out=() if note is None else note.left_out,
        results=results.of_capture(unit, capture_id),
    )


@router.action("/captures/{capture_id}/assess", role="assistant")
def assess(unit: WriteUnit, capture_id: str, body: Start) -> Done:
    """Start an assessment with the latest case of the visit."""
    found = captures.get(unit, capture_id)
    case = cases.latest(unit, found.visit_id)
    payload = {
        "capture": capture_id,
        "case": None if case is None else case.id,
        "start": None if body.start is None else body.start.isoformat(),
    }
    job = jobs.add(unit, "assess", payload, person_id=captures.person_of(unit, capture_id))
    return Done(f"/jobs/{job.id}", job_view(job))


@router.raw("/captures/{capture_id}/previews/{name}")
def preview(unit: ReadUnit, capture_id: str, name: str) -> Response:
    """A thumbnail of a photograph, made by the worker."""
    return FileResponse(holdings.path_of(unit, capture_id, f"{PREVIEWS}/{name}"), media_type="image/jpeg")


@router.raw("/captures/{capture_id}/files/{name:path}")
def file(unit: ReadUnit, capture_id: str, name: str) -> Response:
    """A file of a capture as it was uploaded, always as a download: the browser does not interpret it."""
    captures.get(unit, capture_id)
    return FileResponse(
        holdings.path_of(unit, capture_id, name),
        media_type="application/octet-stream",
        filename=name.rsplit("/", 1)[-1],
    )


def _note(found: StoredCapture) -> CaptureNote | None:
    """The note of a capture; None for one that was imported in another way."""
    try:
        return CaptureNote.model_validate(found.note)
    except ValidationError:
        return None


def _advice(coached: CaptureCheck, photo: str | None) -> tuple[str, ...]:
    if coached.card is None:
        return ()
    return tuple(f"{one.text} {one.fix} ({COSTS[one.effect]})" for one in coached.card.advice if one.photo == photo)


def _photos(note: CaptureNote) -> tuple[PhotoView, ...]:
    """Each photograph; of a card capture also those that could not be used."""
    previews = {photo.name: photo.preview for photo in note.photos}
    unused = () if note.coached.card is None else tuple(one.name for one in note.coached.card.photos if not one.used)
    return tuple(
        PhotoView(
            name=name,
            preview=previews.get(name),
            told=_told(note.coached, name),
            advice=_advice(note.coached, name),
            used=name not in unused,
        )
        for name in sorted({*previews, *unused})
    )


def _told(coached: CaptureCheck, name: str) -> tuple[str, ...]:
    lines = [
        f"{100 * one.saturated:.1f} % too bright, {100 * one.black:.1f} % too dark"
        for one in coached.images
        if one.name == name
    ]
    for photo in () if coached.card is None else coached.card.photos:
        if photo.name == name and photo.torch is not None:
            hour = round(photo.torch.clock_hour) % 12 or 12
            lines.append(
                f"torch at {hour} o’clock, {photo.torch.elevation_deg.value:.0f}° high, "
                f"{photo.torch.distance_mm.value:.0f} mm away"
            )
    return tuple(lines)


def _lamps(note: CaptureNote) -> tuple[Lamp, ...]:
    return tuple(
        Lamp(
            name=str(number),
            x=round(x, 3),
            y=round(-y, 3),
            elevation_deg=round(math.degrees(math.asin(max(-1.0, min(1.0, z))))),
        )
        for number, (x, y, z) in enumerate(note.directions, start=1)
    )
