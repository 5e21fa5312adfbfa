"""Captures of a visit."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import select

from cicatrix.errors import RecordError
from cicatrix.model.practice import StoredCapture
from cicatrix.practice import files as holdings
from cicatrix.practice import log, visits
from cicatrix.practice.lookup import row_of
from cicatrix.practice.session import UnitOfWork
from cicatrix.practice.tables import CaptureRow, SiteRow, VisitRow

__all__ = ["add", "get", "lay_out", "of_person", "of_visit", "person_of"]


def add(
    unit: UnitOfWork, visit_id: str, folder: Path, *, site: str, kind: str, note: Mapping[str, Any] | None = None
) -> StoredCapture:
    """Take over a capture with every file in its folder.

    Parameters
    ----------
    unit
        Where.
    visit_id
        Visit on which it was made.
    folder
        The capture, a folder with a ``capture.toml``.
    site
        What is photographed, such as ``"left cheek"``.
    kind
        Kind of capture.
    note
        What the coach said of it.

    Raises
    ------
    NotFoundError
        There is no such visit.
    RecordError
        The folder holds no ``capture.toml``, or the disk is full.
    """
    visit = row_of(unit, VisitRow, visit_id, "visit")
    if not (folder / "capture.toml").is_file():
        raise RecordError("this is no capture", path=folder, allowed="a folder with a capture.toml")
    row = CaptureRow(
        id=unit.new_id(),
        visit_id=visit_id,
        site_id=visits.ensure_site(unit, visit.person_id, site).id,
        kind=kind,
        note=dict(note or {}),
        made_at=unit.now,
    )
    files = holdings.files_in(unit, folder)
    unit.session.add(row)
    unit.session.flush()
    holdings.hold(unit, row.id, files)
    log.add(unit, "capture.add", row.id, person_id=visit.person_id, detail={"files": len(files), "kind": kind})
    return _capture(unit, row)


def get(unit: UnitOfWork, capture_id: str) -> StoredCapture:
    """A capture."""
    return _capture(unit, row_of(unit, CaptureRow, capture_id, "capture"))


def of_visit(unit: UnitOfWork, visit_id: str) -> tuple[StoredCapture, ...]:
    """Captures of a visit in the order in which they came."""
    rows = unit.session.scalars(
        select(CaptureRow).where(CaptureRow.visit_id == visit_id).order_by(CaptureRow.made_at, CaptureRow.id)
    )
    return tuple(_capture(unit, row) for row in rows)


def of_person(unit: UnitOfWork, person_id: str) -> tuple[StoredCapture, ...]:
    """Captures of a person, by the day of the visit."""
    rows = unit.session.scalars(
        select(CaptureRow)
        .join(VisitRow, VisitRow.id == CaptureRow.visit_id)
        .where(VisitRow.person_id == person_id)
        .order_by(VisitRow.day, CaptureRow.made_at, CaptureRow.id)
    )
    return tuple(_capture(unit, row) for row in rows)


def person_of(unit: UnitOfWork, capture_id: str) -> str:
    """Identifier of the person whom a capture shows."""
    row = row_of(unit, CaptureRow, capture_id, "capture")
    return row_of(unit, VisitRow, row.visit_id, "visit").person_id


def lay_out(unit: UnitOfWork, capture_id: str, folder: Path) -> Path:
    """Lay out a capture's files in a new folder, as they were given.

    Returns
    -------
    Path
        ``folder``.
    """
    row_of(unit, CaptureRow, capture_id, "capture")
    folder.mkdir(parents=True)
    for file in holdings.of_owner(unit, capture_id):
        place = folder / file.name
        place.parent.mkdir(parents=True, exist_ok=True)
        _link(unit.files.path(file.sha256), place)
    return folder


def _link(source: Path, place: Path) -> None:
    """A second name for the same content, a copy where the disk has no such thing."""
    try:
        os.link(source, place)
    except OSError:
        shutil.copyfile(source, place)


def _capture(unit: UnitOfWork, row: CaptureRow) -> StoredCapture:
    return StoredCapture(
        id=row.id,
        visit_id=row.visit_id,
        site_id=row.site_id,
        site=row_of(unit, SiteRow, row.site_id, "site").name,
        kind=row.kind,
        note=row.note,
        files=holdings.of_owner(unit, row.id),
        made_at=row.made_at,
    )
