"""Files of captures, results and comparisons."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import select

from cicatrix.errors import CaptureError, NotFoundError, RecordError
from cicatrix.io.file_names import clean_name
from cicatrix.model.practice import StoredFile
from cicatrix.practice.session import UnitOfWork
from cicatrix.practice.tables import FileRow, FileUseRow

__all__ = ["files_in", "hold", "of_owner", "path_of"]


def files_in(unit: UnitOfWork, folder: Path) -> tuple[StoredFile, ...]:
    """Store every file of a folder and of the folders below it, under their paths relative to it.

    Raises
    ------
    RecordError
        A name is not valid on every system, or a file cannot be stored.
    """
    found = sorted(file for file in folder.rglob("*") if file.is_file() and not file.is_symlink())
    for file in found:
        _check_name(file.relative_to(folder).as_posix())
    return tuple(unit.files.put(file, file.relative_to(folder).as_posix()) for file in found)


def hold(unit: UnitOfWork, owner_id: str, files: Iterable[StoredFile]) -> None:
    """Add the rows that say that an owner has these files."""
    for file in files:
        if unit.session.get(FileRow, file.sha256) is None:
            unit.session.add(FileRow(sha256=file.sha256, bytes=file.bytes))
            unit.session.flush()
        unit.session.add(FileUseRow(owner_id=owner_id, name=file.name, sha256=file.sha256))
    unit.session.flush()


def of_owner(unit: UnitOfWork, owner_id: str) -> tuple[StoredFile, ...]:
    """Files of an owner by name."""
    rows = unit.session.execute(
        select(FileUseRow.name, FileUseRow.sha256, FileRow.bytes)
        .join(FileRow, FileRow.sha256 == FileUseRow.sha256)
        .where(FileUseRow.owner_id == owner_id)
        .order_by(FileUseRow.name)
    )
    return tuple(StoredFile(name=row.name, sha256=row.sha256, bytes=row.bytes) for row in rows)


def path_of(unit: UnitOfWork, owner_id: str, name: str) -> Path:
    """Path of the content of an owner's file.

    Raises
    ------
    NotFoundError
        The owner has no such file.
    """
    row = unit.session.get(FileUseRow, (owner_id, name))
    if row is None:
        raise NotFoundError(f"there is no file {name!r} here", fix="choose one from the list of files")
    return unit.files.path(row.sha256)


def _check_name(name: str) -> None:
    """The rule of uploads and archives, so that whatever is stored can be exported and imported again."""
    try:
        clean = clean_name(name)
    except CaptureError as error:
        raise RecordError(error.what, allowed=error.allowed, fix="rename the file") from error
    if clean != name:
        raise RecordError(f"{name[:80]!r} is a hidden or system file", fix="remove it from the folder")
