"""People, and one person."""

from __future__ import annotations

import os
import tempfile
from datetime import date
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel
from starlette.background import BackgroundTask
from starlette.responses import Response, StreamingResponse

from cicatrix.errors import RecordError
from cicatrix.model.practice import Erased, Page, RecordedPerson, Site
from cicatrix.practice import archive, erase, overview, people, visits
from cicatrix.web.dependencies import CurrentPractice, CurrentSession, ReadUnit, WriteUnit
from cicatrix.web.router import Done, Pages

__all__ = ["router"]

router = Pages()

ON_A_PAGE = 50
CHUNK = 1 << 20


class PeopleView(BaseModel):
    """People whose pseudonym holds a text."""

    text: str
    people: Page[RecordedPerson]


class PersonView(BaseModel):
    """A person with their visits."""

    person: RecordedPerson
    today: date
    sites: tuple[Site, ...]
    visits: tuple[overview.SeenVisit, ...]
    comparable: bool
    """Whether there are two results to compare."""


class NewPerson(BaseModel):
    """A person to be added, or what they are called from now on."""

    pseudonym: str
    note: str = ""


class NewVisit(BaseModel):
    """A visit to be added, or its day and note from now on."""

    day: date
    note: str = ""


class Confirmed(BaseModel):
    """The pseudonym, typed again."""

    pseudonym: str


class ErasedView(BaseModel):
    """What was erased."""

    erased: Erased


@router.page("/people", template="people.html.j2")
def find(
    unit: ReadUnit,
    text: Annotated[str, Query(max_length=100)] = "",
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> PeopleView:
    """People by pseudonym."""
    return PeopleView(text=text, people=people.find(unit, text, offset=offset, limit=ON_A_PAGE))


@router.action("/people", role="assistant")
def add(unit: WriteUnit, body: NewPerson) -> Done:
    """Add a person."""
    person = people.add(unit, body.pseudonym, body.note)
    return Done(f"/people/{person.id}", person)


@router.page("/people/{person_id}", template="person.html.j2")
def person(unit: ReadUnit, person_id: str) -> PersonView:
    """A person with their visits, the latest first."""
    found = people.get(unit, person_id)
    seen = overview.of_person(unit, person_id)
    return PersonView(
        person=found,
        today=unit.now.date(),
        sites=visits.sites(unit, person_id),
        visits=seen,
        comparable=sum(len(one.results) for one in seen) > 1,
    )


@router.action("/people/{person_id}", role="assistant")
def change(unit: WriteUnit, person_id: str, body: NewPerson) -> Done:
    """Change pseudonym and note."""
    changed = people.change(unit, person_id, pseudonym=body.pseudonym, note=body.note)
    return Done(f"/people/{person_id}", changed)


@router.action("/people/{person_id}/visits", role="assistant")
def add_visit(unit: WriteUnit, person_id: str, body: NewVisit) -> Done:
    """Add a visit."""
    visit = visits.add(unit, person_id, body.day, body.note)
    return Done(f"/visits/{visit.id}", visit)


@router.action("/people/{person_id}/erase", role="clinician")
def erase_person(practice: CurrentPractice, session: CurrentSession, person_id: str, body: Confirmed) -> Done:
    """Erase a person; the pseudonym has to be typed again."""
    with practice.unit_of_work(session.name, write=False) as unit:
        known = people.get(unit, person_id)
    if body.pseudonym != known.pseudonym:
        raise RecordError(
            f"the pseudonym typed is {body.pseudonym!r}", allowed=repr(known.pseudonym), fix="type it as it is shown"
        )
    return Done("/people", ErasedView(erased=erase.person(practice, session.name, person_id)))


@router.raw("/people/{person_id}/export", role="clinician")
def export(practice: CurrentPractice, session: CurrentSession, person_id: str) -> Response:
    """Everything that is kept of a person as one archive, which ``cicatrix record import`` takes over."""
    # A file without a name: nothing is left of it, whatever happens to this process.
    out = tempfile.TemporaryFile(dir=practice.work)  # noqa: SIM115 - closed when it was sent
    try:
        archive.export_person(practice, session.name, person_id, out)
        length = out.seek(0, os.SEEK_END)
        out.seek(0)
    except BaseException:
        out.close()
        raise
    return StreamingResponse(
        iter(lambda: out.read(CHUNK), b""),
        media_type="application/zip",
        headers={
            "Content-Length": str(length),
            "Content-Disposition": f'attachment; filename="cicatrix-{person_id}.zip"',
        },
        background=BackgroundTask(out.close),
    )
