"""Visits of a person, and the sites that are photographed."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from cicatrix.errors import RecordError
from cicatrix.model.practice import Site, Visit
from cicatrix.practice import log
from cicatrix.practice.characters import check_visible
from cicatrix.practice.lookup import row_of
from cicatrix.practice.session import UnitOfWork
from cicatrix.practice.tables import PersonRow, SiteRow, VisitRow

__all__ = ["add", "change", "ensure_site", "get", "of_person", "sites"]

FIRST_DAY = date(1990, 1, 1)
LONGEST_NOTE = 2000
LONGEST_SITE = 100


def add(unit: UnitOfWork, person_id: str, day: date, note: str = "") -> Visit:
    """Add a visit.

    Raises
    ------
    NotFoundError
        There is no such person.
    RecordError
        The day lies in the future or before 1990, or the note is too long.
    """
    row_of(unit, PersonRow, person_id, "person")
    _check(unit, day, note)
    row = VisitRow(id=unit.new_id(), person_id=person_id, day=day, note=note.strip(), made_at=unit.now)
    unit.session.add(row)
    unit.session.flush()
    log.add(unit, "visit.add", row.id, person_id=person_id, detail={"day": day.isoformat()}, rows=[row])
    return _visit(row)


def change(unit: UnitOfWork, visit_id: str, *, day: date, note: str) -> Visit:
    """Change day and note of a visit."""
    row = row_of(unit, VisitRow, visit_id, "visit")
    _check(unit, day, note)
    detail = {"from": row.day.isoformat(), "to": day.isoformat()}
    row.day, row.note = day, note.strip()
    log.add(unit, "visit.change", row.id, person_id=row.person_id, detail=detail, rows=[row])
    return _visit(row)


def get(unit: UnitOfWork, visit_id: str) -> Visit:
    """A visit."""
    return _visit(row_of(unit, VisitRow, visit_id, "visit"))


def of_person(unit: UnitOfWork, person_id: str) -> tuple[Visit, ...]:
    """Visits of a person, the latest first."""
    rows = unit.session.scalars(
        select(VisitRow).where(VisitRow.person_id == person_id).order_by(VisitRow.day.desc(), VisitRow.made_at.desc())
    )
    return tuple(_visit(row) for row in rows)


def sites(unit: UnitOfWork, person_id: str) -> tuple[Site, ...]:
    """Sites of a person by name."""
    rows = unit.session.scalars(select(SiteRow).where(SiteRow.person_id == person_id).order_by(SiteRow.name))
    return tuple(Site(id=row.id, person_id=row.person_id, name=row.name) for row in rows)


def ensure_site(unit: UnitOfWork, person_id: str, name: str) -> Site:
    """The site of that name, made if there is none."""
    name = name.strip() or "unnamed"
    if len(name) > LONGEST_SITE:
        raise RecordError(f"the site's name has {len(name)} characters", allowed=f"at most {LONGEST_SITE}")
    check_visible(name, "the site's name")
    row = unit.session.scalar(select(SiteRow).where(SiteRow.person_id == person_id, SiteRow.name == name))
    if row is None:
        row = SiteRow(id=unit.new_id(), person_id=person_id, name=name)
        unit.session.add(row)
        unit.session.flush()
    return Site(id=row.id, person_id=row.person_id, name=row.name)


def _check(unit: UnitOfWork, day: date, note: str) -> None:
    # Somewhere on earth it may be tomorrow already.
    if not day >= FIRST_DAY or (day - unit.now.date()).days > 1:
        raise RecordError(
            f"the visit's day is {day.isoformat()}", allowed=f"{FIRST_DAY.isoformat()} to today", fix="correct the day"
        )
    if len(note) > LONGEST_NOTE:
        raise RecordError(f"the note has {len(note)} characters", allowed=f"at most {LONGEST_NOTE}", fix="shorten it")


def _visit(row: VisitRow) -> Visit:
    return Visit(id=row.id, person_id=row.person_id, day=row.day, note=row.note, made_at=row.made_at)
