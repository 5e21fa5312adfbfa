"""Erase a person: rows first, then their files; what a crash interrupts is finished at the next opening."""

from __future__ import annotations

import shutil

from sqlalchemy import delete, select, update

from cicatrix.model.practice import Erased
from cicatrix.practice import log
from cicatrix.practice.compact import compact
from cicatrix.practice.lookup import row_of
from cicatrix.practice.practice import Practice
from cicatrix.practice.session import UnitOfWork
from cicatrix.practice.tables import (
    CaptureRow,
    CaseRow,
    CleanupRow,
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
from cicatrix.practice.workspace import job_folders, remove, sweep_uploads, upload_folder

__all__ = ["finish", "pending", "person"]

DATABASE = "database"
JOB = "job:"
UPLOAD = "upload:"
"""What the table ``cleanup`` asks for."""


def person(practice: Practice, actor: str, person_id: str) -> Erased:
    """Erase a person with everything that is stored of them.

    Files that other people share stay. The log keeps what was done and when, not to whom. Once the rows are committed,
    the files, waiting uploads and folders of jobs are removed, and the database is rewritten without its free pages
    (SQLite): no byte of the person is left in the practice's folder. If the machine stops in between, or the database
    is in use, the next opening finishes it.

    Raises
    ------
    NotFoundError
        There is no such person.
    """
    with practice.unit_of_work(actor) as unit:
        erased = _rows(unit, person_id)
    finish(practice)
    return erased


def pending(unit: UnitOfWork) -> int:
    """How many things are left to remove after erasing."""
    files = unit.session.scalars(select(FileToRemoveRow.sha256)).all()
    return len(files) + len(unit.session.scalars(select(CleanupRow.what)).all())


def finish(practice: Practice) -> int:
    """Remove from the disk what was erased from the database; returns how many stored files that were."""
    with practice.unit_of_work("cicatrix", write=False) as unit:
        if not pending(unit):
            return 0
    with practice.unit_of_work("cicatrix") as unit:
        # Whoever got the same content in the meantime keeps it: the writer's lock holds until the files are gone.
        removed = _remove_files(practice, unit)
        wanted = set(unit.session.scalars(select(CleanupRow.what)))
        for what in wanted - {DATABASE}:
            _remove_folders(practice, what)
        sweep_uploads(practice, unit)
        unit.session.execute(delete(FileToRemoveRow))
        unit.session.execute(delete(CleanupRow).where(CleanupRow.what != DATABASE))
    if DATABASE in wanted and (practice.database is None or compact(practice.database)):
        with practice.unit_of_work("cicatrix") as unit:
            unit.session.execute(delete(CleanupRow).where(CleanupRow.what == DATABASE))
    return removed


def _remove_files(practice: Practice, unit: UnitOfWork) -> int:
    waiting = set(unit.session.scalars(select(FileToRemoveRow.sha256)))
    held = set(unit.session.scalars(select(FileRow.sha256).where(FileRow.sha256.in_(select(FileToRemoveRow.sha256)))))
    for sha256 in waiting - held:
        practice.files.remove(sha256)
        # What was computed from a file for the pages is kept under its hash.
        shutil.rmtree(practice.work / "cache" / sha256, ignore_errors=True)
    # Otherwise a power cut after the commit could bring files back of which nobody knows.
    practice.files.sync(waiting - held)
    return len(waiting - held)


def _remove_folders(practice: Practice, what: str) -> None:
    kind, _, key = what.partition(":")
    folders = job_folders(practice, key) if kind == "job" else [upload_folder(practice, key)]
    for folder in folders:
        if folder is not None:
            remove(folder)


def _rows(unit: UnitOfWork, person_id: str) -> Erased:
    session = unit.session
    row = row_of(unit, PersonRow, person_id, "person")
    session.add(ErasureRow(person_id=person_id))
    session.flush()
    visits = list(session.scalars(select(VisitRow.id).where(VisitRow.person_id == person_id)))
    captures = list(session.scalars(select(CaptureRow.id).where(CaptureRow.visit_id.in_(visits))))
    results = list(session.scalars(select(ResultRow.id).where(ResultRow.capture_id.in_(captures))))
    comparisons = list(session.scalars(select(ComparisonRow.id).where(ComparisonRow.person_id == person_id)))
    freed = _let_go(unit, [*captures, *results, *comparisons])
    _ask_for_cleanup(unit, person_id)
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
    erased = Erased(
        pseudonym=row.pseudonym,
        visits=len(visits),
        captures=len(captures),
        results=len(results),
        files=len(freed),
        bytes=sum(freed.values()),
    )
    _log(unit, person_id, erased)
    session.execute(delete(ErasureRow))
    return erased


def _log(unit: UnitOfWork, person_id: str, erased: Erased) -> None:
    """Empty the person's entries; their hashes stay, and the new entry says which ones they are."""
    theirs = LogRow.person_id == person_id
    numbers = list(unit.session.scalars(select(LogRow.number).where(theirs).order_by(LogRow.number)))
    unit.session.execute(update(LogRow).where(theirs).values(person_id=None, subject="", detail=None, salt=None))
    unit.session.expire_all()
    log.add(unit, "person.erase", detail={**erased.model_dump(exclude={"pseudonym"}), log.SCRUBBED: numbers})


def _ask_for_cleanup(unit: UnitOfWork, person_id: str) -> None:
    """Note down, in the same transaction, what has to go from the disk after it."""
    wanted = {DATABASE}
    for job in unit.session.scalars(select(JobRow).where(JobRow.person_id == person_id)):
        wanted.add(f"{JOB}{job.id}")
        if "upload" in job.payload:
            wanted.add(f"{UPLOAD}{job.payload['upload']}"[:100])
    for what in sorted(wanted):
        unit.session.merge(CleanupRow(what=what))
    unit.session.flush()


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
