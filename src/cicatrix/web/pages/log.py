"""The audit log."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from pydantic import BaseModel

from cicatrix.errors import NotFoundError
from cicatrix.model.practice import LogEntry, Page
from cicatrix.practice import UnitOfWork, log, people
from cicatrix.web.dependencies import ReadUnit
from cicatrix.web.router import Pages

__all__ = ["router"]

router = Pages()


class LogView(BaseModel):
    """Entries of the log, the newest first."""

    person: str | None
    pseudonym: str | None
    """The pseudonym, until the person is erased."""
    entries: Page[LogEntry]


@router.page("/log", template="log.html.j2", role="clinician")
def entries(
    unit: ReadUnit,
    person: Annotated[str | None, Query(max_length=32)] = None,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> LogView:
    """The log, of one person where one is named."""
    return LogView(
        person=person,
        pseudonym=None if person is None else _pseudonym(unit, person),
        entries=log.entries(unit, person_id=person, offset=offset),
    )


def _pseudonym(unit: UnitOfWork, person_id: str) -> str | None:
    try:
        return people.get(unit, person_id).pseudonym
    except NotFoundError:  # somebody who was erased has no pseudonym any more
        return None
