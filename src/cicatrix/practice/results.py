"""Results, and comparisons of two of them. Neither is ever changed."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select

from cicatrix import __version__
from cicatrix.errors import RecordError
from cicatrix.model.practice import StoredComparison, StoredResult
from cicatrix.practice import captures, log
from cicatrix.practice import files as holdings
from cicatrix.practice.lookup import row_of
from cicatrix.practice.session import UnitOfWork
from cicatrix.practice.tables import CaptureRow, ComparisonRow, ResultRow, VisitRow

__all__ = [
    "add",
    "add_comparison",
    "assessment",
    "comparison",
    "comparison_of",
    "comparison_path",
    "comparisons_of",
    "get",
    "latest",
    "of_capture",
    "of_person",
    "path",
    "person_of",
]


def add(
    unit: UnitOfWork, capture_id: str, case_id: str | None, folder: Path, *, start: date | None = None
) -> StoredResult:
    """Keep what a capture was found to show, with every file in the folder.

    Raises
    ------
    NotFoundError
        There is no such capture.
    RecordError
        The folder holds no ``assessment.json``, or the disk is full.
    """
    if not (folder / "assessment.json").is_file():
        raise RecordError("this is no result", path=folder, allowed="a folder with an assessment.json")
    person_id = captures.person_of(unit, capture_id)
    row = ResultRow(
        id=unit.new_id(),
        capture_id=capture_id,
        case_id=case_id,
        start=start,
        cicatrix=__version__,
        made_at=unit.now,
    )
    files = holdings.files_in(unit, folder)
    unit.session.add(row)
    unit.session.flush()
    holdings.hold(unit, row.id, files)
    log.add(unit, "result.add", row.id, person_id=person_id, detail={"capture": capture_id}, rows=[row])
    return _result(unit, row)


def get(unit: UnitOfWork, result_id: str) -> StoredResult:
    """A result."""
    return _result(unit, row_of(unit, ResultRow, result_id, "result"))


def of_capture(unit: UnitOfWork, capture_id: str) -> tuple[StoredResult, ...]:
    """Results of a capture, the latest first."""
    rows = unit.session.scalars(
        select(ResultRow).where(ResultRow.capture_id == capture_id).order_by(ResultRow.made_at.desc(), ResultRow.id)
    )
    return tuple(_result(unit, row) for row in rows)


def of_person(unit: UnitOfWork, person_id: str) -> tuple[StoredResult, ...]:
    """Results of a person, by the day of the visit."""
    rows = unit.session.scalars(
        select(ResultRow)
        .join(CaptureRow, CaptureRow.id == ResultRow.capture_id)
        .join(VisitRow, VisitRow.id == CaptureRow.visit_id)
        .where(VisitRow.person_id == person_id)
        .order_by(VisitRow.day, ResultRow.made_at, ResultRow.id)
    )
    return tuple(_result(unit, row) for row in rows)


def latest(unit: UnitOfWork, capture_id: str) -> StoredResult | None:
    """The latest result of a capture; None where there is none."""
    return next(iter(of_capture(unit, capture_id)), None)


def person_of(unit: UnitOfWork, result_id: str) -> str:
    """Identifier of the person whom a result is of."""
    return captures.person_of(unit, row_of(unit, ResultRow, result_id, "result").capture_id)


def path(unit: UnitOfWork, result_id: str, name: str) -> Path:
    """Where the content of a result's file lies.

    Raises
    ------
    NotFoundError
        There is no such result, or it has no such file.
    """
    row_of(unit, ResultRow, result_id, "result")
    return holdings.path_of(unit, result_id, name)


def assessment(unit: UnitOfWork, result_id: str) -> dict[str, Any]:
    """The result's ``assessment.json``."""
    read: dict[str, Any] = json.loads(path(unit, result_id, "assessment.json").read_bytes())
    return read


def add_comparison(unit: UnitOfWork, before_id: str, after_id: str, folder: Path) -> StoredComparison:
    """Keep a comparison of two results of one person, with every file in the folder.

    Raises
    ------
    NotFoundError
        There is no such result.
    RecordError
        The results are of two people.
    """
    person_id = person_of(unit, before_id)
    if person_of(unit, after_id) != person_id:
        raise RecordError("the results are of two people", fix="choose two results of one person")
    row = ComparisonRow(id=unit.new_id(), person_id=person_id, before_id=before_id, after_id=after_id, made_at=unit.now)
    files = holdings.files_in(unit, folder)
    unit.session.add(row)
    unit.session.flush()
    holdings.hold(unit, row.id, files)
    detail = {"before": before_id, "after": after_id}
    log.add(unit, "comparison.add", row.id, person_id=person_id, detail=detail, rows=[row])
    return _comparison(unit, row)


def comparison(unit: UnitOfWork, comparison_id: str) -> StoredComparison:
    """A comparison."""
    return _comparison(unit, row_of(unit, ComparisonRow, comparison_id, "comparison"))


def comparison_of(unit: UnitOfWork, before_id: str, after_id: str) -> StoredComparison | None:
    """The latest comparison of two results; None where there is none."""
    row = unit.session.scalar(
        select(ComparisonRow)
        .where(ComparisonRow.before_id == before_id, ComparisonRow.after_id == after_id)
        .order_by(ComparisonRow.made_at.desc())
        .limit(1)
    )
    return None if row is None else _comparison(unit, row)


def comparisons_of(unit: UnitOfWork, person_id: str) -> tuple[StoredComparison, ...]:
    """Comparisons of a person's results, the latest first."""
    rows = unit.session.scalars(
        select(ComparisonRow)
        .where(ComparisonRow.person_id == person_id)
        .order_by(ComparisonRow.made_at.desc(), ComparisonRow.id)
    )
    return tuple(_comparison(unit, row) for row in rows)


def comparison_path(unit: UnitOfWork, comparison_id: str, name: str) -> Path:
    """Where the content of a comparison's file lies.

    Raises
    ------
    NotFoundError
        There is no such comparison, or it has no such file.
    """
    row_of(unit, ComparisonRow, comparison_id, "comparison")
    return holdings.path_of(unit, comparison_id, name)


def _result(unit: UnitOfWork, row: ResultRow) -> StoredResult:
    return StoredResult(
        id=row.id,
        capture_id=row.capture_id,
        case_id=row.case_id,
        start=row.start,
        cicatrix=row.cicatrix,
        files=holdings.of_owner(unit, row.id),
        made_at=row.made_at,
    )


def _comparison(unit: UnitOfWork, row: ComparisonRow) -> StoredComparison:
    return StoredComparison(
        id=row.id,
        person_id=row.person_id,
        before_id=row.before_id,
        after_id=row.after_id,
        files=holdings.of_owner(unit, row.id),
        made_at=row.made_at,
    )
