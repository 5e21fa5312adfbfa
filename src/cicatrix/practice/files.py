"""Files of captures, results and comparisons."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import select

from cicatrix.errors import NotFoundError
from cicatrix.model.record import StoredFile
from cicatrix.practice.session import Desk
from cicatrix.practice.tables import FileRow, HoldingRow

__all__ = ["files_in", "hold", "of_owner", "path_of"]


def files_in(desk: Desk, folder: Path) -> tuple[StoredFile, ...]:
    """Take over every file of a folder, those in folders below it by their way there."""
    found = sorted(file for file in folder.rglob("*") if file.is_file() and not file.is_symlink())
    return tuple(desk.files.put(file, file.relative_to(folder).as_posix()) for file in found)


def hold(desk: Desk, owner_id: str, files: Iterable[StoredFile]) -> None:
    """Note down that an owner has these files."""
    for file in files:
        if desk.session.get(FileRow, file.sha256) is None:
            desk.session.add(FileRow(sha256=file.sha256, bytes=file.bytes))
            desk.session.flush()
        desk.session.add(HoldingRow(owner_id=owner_id, name=file.name, sha256=file.sha256))
    desk.session.flush()


def of_owner(desk: Desk, owner_id: str) -> tuple[StoredFile, ...]:
    """Files of an owner by name."""
    rows = desk.session.execute(
        select(HoldingRow.name, HoldingRow.sha256, FileRow.bytes)
        .join(FileRow, FileRow.sha256 == HoldingRow.sha256)
        .where(HoldingRow.owner_id == owner_id)
        .order_by(HoldingRow.name)
    )
    return tuple(StoredFile(name=row.name, sha256=row.sha256, bytes=row.bytes) for row in rows)


def path_of(desk: Desk, owner_id: str, name: str) -> Path:
    """Where the content of an owner's file lies.

    Raises
    ------
    NotFoundError
        The owner has no such file.
    """
    row = desk.session.get(HoldingRow, (owner_id, name))
    if row is None:
        raise NotFoundError(f"there is no file {name!r} here", fix="choose one from the list of files")
    return desk.files.path(row.sha256)
