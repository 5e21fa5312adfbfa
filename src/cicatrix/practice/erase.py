"""Erase a person: rows first, then the files that nobody else has; a crash in between is made up for."""

from __future__ import annotations

import shutil
from collections.abc import Iterable

from sqlalchemy import delete, select, update

from cicatrix.model.practice import Erased
from cicatrix.practice import log
from cicatrix.practice.lookup import row_of
from cicatrix.practice.practice import Practice
from cicatrix.practice.session import UnitOfWork
from cicatrix.practice.tables import (
    CaptureRow,
    CaseRow,
    ComparisonRow,
    CorrectionRow,
    ErasureRow,
    FileRow,
    FileToRemoveRow,
    FileUseRow,
    JobRow,
    LogRow,
    PersonRow,
    ResultRow,
    SiteRow,
    VisitRow,
)

__all__ = ["finish", "person"]


def person(practice: Practice, actor: str, person_id: str) -> Erased:
    """Erase a person with everything that is kept of them.

    What others share stays. The log keeps that and when things were done, not to whom. The files go after the rows are
    committed; were the machine to stop in between, opening the practice again removes them.

    Raises
    ------
    NotFoundError
        There is no such person.
    """
    with practice.unit_of_work(actor) as unit:
        told, leaving = _rows(unit, person_id)
    finish(practice, leaving)
    return told


def finish(practice: Practice, leaving: Iterable[str] | None = None) -> int:
    """Remove from the store what was erased from the database; returns how many files that were."""
    with practice.unit_of_work("cicatrix", write=False) as unit:
        waiting = list(unit.session.scalars(select(FileToRemoveRow.sha256))) if leaving is None else list(leaving)
    if not waiting:
        return 0
    with practice.unit_of_work("cicatrix") as unit:
        # Whoever got the same content in the meantime keeps it: the writer's lock holds until the files are gone.
        held = set(unit.session.scalars(select(FileRow.sha256).where(FileRow.sha256.in_(waiting))))
        for sha256 in waiting:
            if sha256 not in held:
                practice.files.remove(sha256)
                # What was computed from a file for the pages is kept under its hash.
                shutil.rmtree(practice.work / "cache" / sha256, ignore_errors=True)
        unit.session.execute(delete(FileToRemoveRow).where(FileToRemoveRow.sha256.in_(waiting)))
    return len(waiting) - len(held)


def _rows(unit: UnitOfWork, person_id: str) -> tuple[Erased, list[str]]:
    session = unit.session
    row = row_of(unit, PersonRow, person_id, "person")
    session.add(ErasureRow(person_id=person_id))
    session.flush()
    visits = list(session.scalars(select(VisitRow.id).where(VisitRow.person_id == person_id)))
    captures = list(session.scalars(select(CaptureRow.id).where(CaptureRow.visit_id.in_(visits))))
    results = list(session.scalars(select(ResultRow.id).where(ResultRow.capture_id.in_(captures))))
    comparisons = list(session.scalars(select(ComparisonRow.id).where(ComparisonRow.person_id == person_id)))
    freed = _let_go(unit, [*captures, *results, *comparisons])
    for table, column, keys in (
        (ComparisonRow, ComparisonRow.id, comparisons),
        (CorrectionRow, CorrectionRow.result_id, results),
        (ResultRow, ResultRow.id, results),
        (CaptureRow, CaptureRow.id, captures),
        (CaseRow, CaseRow.visit_id, visits),
        (VisitRow, VisitRow.id, visits),
        (SiteRow, SiteRow.person_id, [person_id]),
        (JobRow, JobRow.person_id, [person_id]),
        (PersonRow, PersonRow.id, [person_id]),
    ):
        session.execute(delete(table).where(column.in_(keys)))
    session.execute(
        update(LogRow).where(LogRow.person_id == person_id).values(person_id=None, subject="", detail=None, salt=None)
    )
    told = Erased(
        pseudonym=row.pseudonym,
        visits=len(visits),
        captures=len(captures),
        results=len(results),
        files=len(freed),
        bytes=sum(freed.values()),
    )
    log.add(unit, "person.erase", detail=told.model_dump(exclude={"pseudonym"}))
    session.execute(delete(ErasureRow))
    return told, list(freed)


def _let_go(unit: UnitOfWork, owners: list[str]) -> dict[str, int]:
    """Take the owners' files from them; returns those that nobody has now, with their bytes."""
    session = unit.session
    had = set(session.scalars(select(FileUseRow.sha256).where(FileUseRow.owner_id.in_(owners))))
    session.execute(delete(FileUseRow).where(FileUseRow.owner_id.in_(owners)))
    still = set(session.scalars(select(FileUseRow.sha256).where(FileUseRow.sha256.in_(had))))
    freed = {row.sha256: row.bytes for row in session.scalars(select(FileRow).where(FileRow.sha256.in_(had - still)))}
    session.execute(delete(FileRow).where(FileRow.sha256.in_(list(freed))))
    for sha256 in sorted(freed):
        if session.get(FileToRemoveRow, sha256) is None:
            session.add(FileToRemoveRow(sha256=sha256))
    session.flush()
    return freed
