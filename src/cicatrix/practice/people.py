"""People, under pseudonyms."""

from __future__ import annotations

from sqlalchemy import func, select

from cicatrix.errors import NotFoundError, RecordError
from cicatrix.model.practice import Page, RecordedPerson
from cicatrix.practice import log
from cicatrix.practice.characters import check_visible
from cicatrix.practice.lookup import row_of
from cicatrix.practice.session import UnitOfWork
from cicatrix.practice.tables import PersonRow

__all__ = ["add", "by_pseudonym", "change", "find", "get"]

LONGEST = 100
LONGEST_NOTE = 2000


def add(unit: UnitOfWork, pseudonym: str, note: str = "") -> RecordedPerson:
    """Add a person.

    Raises
    ------
    RecordError
        The pseudonym is empty, too long or taken.
    """
    pseudonym, note = _checked(unit, pseudonym, note, but="")
    row = PersonRow(id=unit.new_id(), pseudonym=pseudonym, note=note, made_at=unit.now)
    unit.session.add(row)
    unit.session.flush()
    log.add(unit, "person.add", row.id, person_id=row.id, detail={"pseudonym": pseudonym}, rows=[row])
    return _person(row)


def change(unit: UnitOfWork, person_id: str, *, pseudonym: str, note: str) -> RecordedPerson:
    """Change the pseudonym and the note of a person."""
    row = row_of(unit, PersonRow, person_id, "person")
    pseudonym, note = _checked(unit, pseudonym, note, but=person_id)
    detail = {"from": row.pseudonym, "to": pseudonym}
    row.pseudonym, row.note = pseudonym, note
    log.add(unit, "person.change", row.id, person_id=row.id, detail=detail, rows=[row])
    return _person(row)


def get(unit: UnitOfWork, person_id: str) -> RecordedPerson:
    """A person."""
    return _person(row_of(unit, PersonRow, person_id, "person"))


def by_pseudonym(unit: UnitOfWork, pseudonym: str) -> RecordedPerson:
    """The person of that pseudonym.

    Raises
    ------
    NotFoundError
        Nobody has it.
    """
    row = unit.session.scalar(select(PersonRow).where(PersonRow.pseudonym == pseudonym))
    if row is None:
        raise NotFoundError(f"nobody is called {pseudonym!r}", fix="look for the pseudonym in the list of people")
    return _person(row)


def find(unit: UnitOfWork, text: str = "", *, offset: int = 0, limit: int = 50) -> Page[RecordedPerson]:
    """People whose pseudonym holds ``text``, in the order of their pseudonyms."""
    where = [PersonRow.pseudonym.icontains(text, autoescape=True)] if text else []
    total = unit.session.scalar(select(func.count()).select_from(PersonRow).where(*where)) or 0
    rows = unit.session.scalars(
        select(PersonRow).where(*where).order_by(PersonRow.pseudonym).offset(offset).limit(limit)
    )
    return Page[RecordedPerson](items=tuple(_person(row) for row in rows), total=total, offset=offset, limit=limit)


def _checked(unit: UnitOfWork, pseudonym: str, note: str, *, but: str) -> tuple[str, str]:
    pseudonym, note = pseudonym.strip(), note.strip()
    if not 0 < len(pseudonym) <= LONGEST:
        raise RecordError(
            f"the pseudonym has {len(pseudonym)} characters", allowed=f"1 to {LONGEST}", fix="give another one"
        )
    check_visible(pseudonym, "the pseudonym")
    if len(note) > LONGEST_NOTE:
        raise RecordError(f"the note has {len(note)} characters", allowed=f"at most {LONGEST_NOTE}", fix="shorten it")
    taken = unit.session.scalar(
        select(PersonRow.id).where(PersonRow.pseudonym == pseudonym, PersonRow.id != but).limit(1)
    )
    if taken is not None:
        raise RecordError(f"somebody is called {pseudonym!r} already", fix="choose another pseudonym")
    return pseudonym, note


def _person(row: PersonRow) -> RecordedPerson:
    return RecordedPerson(id=row.id, pseudonym=row.pseudonym, note=row.note, made_at=row.made_at)
