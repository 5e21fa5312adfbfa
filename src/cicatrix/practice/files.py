"""Files of captures, results and comparisons."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import select

from cicatrix.errors import NotFoundError
from cicatrix.model.practice import StoredFile
from cicatrix.practice.session import UnitOfWork
from cicatrix.practice.tables import FileRow, FileUseRow

__all__ = ["files_in", "hold", "of_owner", "path_of"]


def files_in(unit: UnitOfWork, folder: Path) -> tuple[StoredFile, ...]:
    """Take over every file of a folder, those in folders below it by their way there."""
    found = sorted(file for file in folder.rglob("*") if file.is_file() and not file.is_symlink())
    return tuple(unit.files.put(file, file.relative_to(folder).as_posix()) for file in found)


def hold(unit: UnitOfWork, owner_id: str, files: Iterable[StoredFile]) -> None:
    """Note down that an owner has these files."""
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
    """Where the content of an owner's file lies.

    Raises
    ------
    NotFoundError
        The owner has no such file.
    """
    row = unit.session.get(FileUseRow, (owner_id, name))
    if row is None:
        raise NotFoundError(f"there is no file {name!r} here", fix="choose one from the list of files")
    return unit.files.path(row.sha256)
