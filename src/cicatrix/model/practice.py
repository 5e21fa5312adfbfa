"""What a practice keeps: people, visits, captures, cases, results, corrections, and who did what when.

Identifiers are 32 hexadecimal digits and mean nothing. Times are aware and in UTC.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict

from cicatrix.model.case import Case
from cicatrix.model.quantity import Record

__all__ = [
    "Account",
    "Edit",
    "Erased",
    "Job",
    "JobState",
    "LogEntry",
    "Page",
    "RecordedPerson",
    "Role",
    "Site",
    "StoredCapture",
    "StoredCase",
    "StoredComparison",
    "StoredFile",
    "StoredRepeatability",
    "StoredResult",
    "Visit",
    "WebSession",
]

Item = TypeVar("Item")

Role = Literal["reader", "assistant", "clinician"]
"""Each may do what the ones before it may: look; add people, visits and captures; correct, export and erase."""

JobState = Literal["waiting", "running", "done", "failed", "cancelled"]


class RecordedPerson(Record):
    """Somebody with scars, under a pseudonym; a name is not needed and not asked for."""

    id: str
    pseudonym: str
    note: str
    made_at: datetime


class Site(Record):
    """A place on a person's skin that is photographed again and again."""

    id: str
    person_id: str
    name: str


class Visit(Record):
    """A day on which somebody was seen."""

    id: str
    person_id: str
    day: date
    note: str
    made_at: datetime


class StoredFile(Record):
    """A file by the name that it was given; its content is found by its hash."""

    name: str
    sha256: str
    bytes: int


class StoredCapture(Record):
    """A capture as it was given."""

    id: str
    visit_id: str
    site_id: str
    site: str
    kind: str
    note: dict[str, Any]
    """What the coach said of it, and how its files are shown."""
    files: tuple[StoredFile, ...]
    made_at: datetime


class StoredCase(Record):
    """What was stated at a visit, at one moment. A change is a new record; the latest counts."""

    id: str
    visit_id: str
    case: Case
    made_at: datetime


class StoredResult(Record):
    """What a capture was found to show. It is never changed; corrections are kept beside it."""

    id: str
    capture_id: str
    case_id: str | None
    start: date | None
    """First day of the plan."""
    cicatrix: str
    """Version that made it."""
    files: tuple[StoredFile, ...]
    made_at: datetime


class StoredComparison(Record):
    """Two results of one site, compared."""

    id: str
    person_id: str
    before_id: str
    after_id: str
    files: tuple[StoredFile, ...]
    made_at: datetime


class StoredRepeatability(Record):
    """Test–retest repeatability of a rig."""

    id: str
    rig: str
    repeat: dict[str, Any]
    made_at: datetime


class Edit(Record):
    """One event of correcting a result. Undo and redo are also events."""

    id: str
    result_id: str
    number: int
    event: dict[str, Any]
    actor: str
    made_at: datetime


class Job(Record):
    """Work that takes long."""

    id: str
    kind: str
    payload: dict[str, Any]
    state: JobState
    stage: str
    done: int
    total: int
    message: str
    """Why it failed, or its result."""
    result_id: str | None
    tries: int
    actor: str
    made_at: datetime
    ended_at: datetime | None


class LogEntry(Record):
    """Who did what when. ``detail`` is empty once the person was erased."""

    number: int
    at: datetime
    actor: str
    action: str
    subject: str
    person_id: str | None
    detail: dict[str, Any] | None


class Account(Record):
    """Somebody who may use the practice's pages."""

    id: str
    name: str
    role: Role
    locked_until: datetime | None
    made_at: datetime


class WebSession(Record):
    """Somebody who is logged in."""

    account_id: str | None
    """None where the link with the token was used."""
    name: str
    role: Role
    csrf: str
    """What each form has to send back."""


class Erased(Record):
    """What went with a person."""

    pseudonym: str
    visits: int
    captures: int
    results: int
    files: int
    """Files that no other person shares."""
    bytes: int


class Page(BaseModel, Generic[Item]):
    """A part of a longer list."""

    model_config = ConfigDict(frozen=True)

    items: tuple[Item, ...]
    total: int
    offset: int
    limit: int
