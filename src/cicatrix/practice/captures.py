"""Captures: the photographs or height maps of a visit, with every file as it was uploaded."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path, PurePosixPath, PureWindowsPath
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
    """Store a capture with every file in its folder.

    Parameters
    ----------
    unit
        Transaction to write in.
    visit_id
        Visit on which it was made.
    folder
        The capture, a folder with a ``capture.toml``.
    site
        Place on the skin, such as ``"left cheek"``.
    kind
        Kind of capture.
    note
        Result of the capture check, as JSON.

    Raises
    ------
    NotFoundError
        There is no such visit.
    RecordError
        The folder holds no ``capture.toml``, a file in it has a name that is not valid on every system, or the disk
        is full.
    """
    visit = row_of(unit, VisitRow, visit_id, "visit")
    if not (folder / "capture.toml").is_file():
        raise RecordError("this is not a capture", path=folder, allowed="a folder with a capture.toml")
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
    detail = {"files": len(files), "kind": kind}
    site_row = row_of(unit, SiteRow, row.site_id, "site")
    log.add(unit, "capture.add", row.id, person_id=visit.person_id, detail=detail, rows=[row, site_row])
    return _capture(unit, row)


def get(unit: UnitOfWork, capture_id: str) -> StoredCapture:
    """A capture."""
    return _capture(unit, row_of(unit, CaptureRow, capture_id, "capture"))


def of_visit(unit: UnitOfWork, visit_id: str) -> tuple[StoredCapture, ...]:
    """Captures of a visit, oldest first."""
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
    """Identifier of the person in a capture."""
    row = row_of(unit, CaptureRow, capture_id, "capture")
    return row_of(unit, VisitRow, row.visit_id, "visit").person_id


def lay_out(unit: UnitOfWork, capture_id: str, folder: Path) -> Path:
    """Copy a capture's files, under the names that they were uploaded with, to a new folder.

    Returns
    -------
    Path
        ``folder``.

    Raises
    ------
    NotFoundError
        There is no such capture.
    RecordError
        A name leads out of the folder (the record was tampered with), or a stored file is missing.
    """
    row_of(unit, CaptureRow, capture_id, "capture")
    names = holdings.of_owner(unit, capture_id)
    for file in names:
        _check_inside(file.name)
    folder.mkdir(parents=True)
    for file in names:
        place = folder / file.name
        place.parent.mkdir(parents=True, exist_ok=True)
        _link(unit.files.path(file.sha256), place)
    return folder


def _check_inside(name: str) -> None:
    """Refuse a name that leaves its folder; old databases may hold some that no upload would pass today."""
    path = PurePosixPath(name)
    strange = "\\" in name or PureWindowsPath(name).drive
    if strange or path.is_absolute() or ".." in path.parts or path.as_posix() != name or name == ".":
        raise RecordError(
            f"the stored file name {name[:80]!r} leads out of the capture's folder",
            allowed="names of files inside one folder",
            fix="run `cicatrix record check`, and restore the folder from a backup",
        )


def _link(source: Path, place: Path) -> None:
    """A hard link to the content, a copy where the file system has none; nothing is ever overwritten."""
    try:
        place.hardlink_to(source)
    except FileExistsError as error:
        raise RecordError(f"two stored files have the name {place.name[:80]!r}") from error
    except FileNotFoundError as error:
        raise RecordError(
            "a stored file is missing", path=source, fix="run `cicatrix record check`, and restore a backup"
        ) from error
    except OSError:
        with source.open("rb") as stream, place.open("xb") as out:
            shutil.copyfileobj(stream, out)


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
