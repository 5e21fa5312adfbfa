"""Add a capture to a visit: a folder, files, or a zip."""

from __future__ import annotations

import re
import shutil
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from cicatrix.model.practice import Job, RecordedPerson, Site, Visit, WebSession
from cicatrix.practice import Practice, jobs, people, visits
from cicatrix.practice.workspace import uploads
from cicatrix.web.access import check_token
from cicatrix.web.dependencies import CurrentPractice, CurrentSession, CurrentSettings, ReadUnit
from cicatrix.web.router import Pages
from cicatrix.web.upload.limits import UploadLimits
from cicatrix.web.upload.receive import take
from cicatrix.web.upload.upload_form import UploadForm

__all__ = ["router"]

router = Pages()


class UploadView(BaseModel):
    """The upload form of a visit."""

    visit: Visit
    person: RecordedPerson
    sites: tuple[Site, ...]
    most_files: int
    most_file_bytes: int
    most_bytes: int
    suffixes: str
    """File types for the file chooser."""


@router.page("/visits/{visit_id}/upload", template="upload.html.j2", role="assistant")
def form(unit: ReadUnit, settings: CurrentSettings, visit_id: str) -> UploadView:
    """The form for a capture."""
    visit, limits = visits.get(unit, visit_id), UploadLimits()
    return UploadView(
        visit=visit,
        person=people.get(unit, visit.person_id),
        sites=visits.sites(unit, visit.person_id),
        most_files=limits.files,
        most_file_bytes=limits.file_bytes,
        most_bytes=settings.upload_bytes,
        suffixes="image/*,.zip,.toml,.lp,.npy,.heic,.dng,.cr2,.cr3,.nef,.arw,.raf,.orf,.rw2",
    )


@router.raw("/visits/{visit_id}/upload.json", role="assistant", method="POST", streamed=True)
async def upload_json(request: Request, practice: CurrentPractice, session: CurrentSession, visit_id: str) -> Response:
    """Upload a capture as multipart/form-data: ``files``, and the fields of the form; answers with the job."""
    job = await _taken(request, practice, session, visit_id)
    return JSONResponse(job.model_dump(mode="json"), status_code=201)


@router.raw("/visits/{visit_id}/upload", role="assistant", method="POST", schema=False, streamed=True)
async def upload(request: Request, practice: CurrentPractice, session: CurrentSession, visit_id: str) -> Response:
    """Upload a capture by the form; shows the job."""
    job = await _taken(request, practice, session, visit_id)
    return RedirectResponse(f"/jobs/{job.id}", status_code=303)


async def _taken(request: Request, practice: Practice, session: WebSession, visit_id: str) -> Job:
    """Receive the files, and create the job that checks them."""
    person_id = await run_in_threadpool(_person_of, practice, session, visit_id)
    token = uuid.uuid4().hex
    folder = uploads(practice) / token
    checked = request.headers.get("x-csrf") is not None  # the router has looked at the header already

    def check(given: str | None) -> None:
        if not checked:
            check_token(session, given)

    intake = await take(request, folder, UploadLimits(), check)
    try:
        filled = _filled(intake.fields)
        payload = {"upload": token, "visit": visit_id, "form": filled.model_dump(mode="json")}
        return await run_in_threadpool(_ask, practice, session, payload, person_id)
    except BaseException:
        await run_in_threadpool(_remove, folder)
        raise


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)


def _person_of(practice: Practice, session: WebSession, visit_id: str) -> str:
    with practice.unit_of_work(session.name, write=False) as unit:
        return visits.get(unit, visit_id).person_id


def _ask(practice: Practice, session: WebSession, payload: dict[str, Any], person_id: str) -> Job:
    with practice.unit_of_work(session.name) as unit:
        return jobs.add(unit, "upload", payload, person_id=person_id)


def _filled(fields: Mapping[str, str]) -> UploadForm:
    """The form's fields; a decimal comma is a decimal point."""
    known = {name: text for name, text in fields.items() if name in UploadForm.model_fields and text.strip()}
    for name in ("pixel_mm", "marker_mm", "mm_per_count"):
        if re.fullmatch(r"\s*\d+,\d+\s*", known.get(name, "")):
            known[name] = known[name].replace(",", ".")
    try:
        return UploadForm.model_validate(known)
    except ValidationError as error:
        raise RequestValidationError(error.errors(include_url=False)) from error
