"""Open a practice: make or find its database and files, migrate it, finish interrupted erasures."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.orm import Session

from cicatrix.errors import MissingExtraError, RecordError
from cicatrix.practice.erase import finish as finish_erasing
from cicatrix.practice.loading import load_read_only
from cicatrix.practice.migrate import migrate
from cicatrix.practice.practice import DATABASE, HEAD_FILE, Practice
from cicatrix.practice.seal import UNSEALED, seal
from cicatrix.practice.storage import storage_error

__all__ = ["open_practice"]

LEFT_BEHIND_S: Final = 3600.0
"""A temporary file older than this has no writer any more."""
OTHERS: Final = 0o077
"""Permissions of everybody but the owner."""


def open_practice(
    where: Path | str,
    *,
    files: Path | None = None,
    read_only_allowed: bool = False,
    clock: Callable[[], datetime] | None = None,
    new_id: Callable[[], str] | None = None,
) -> Practice:
    """Open a practice, made if there is none, and bring its database up to date.

    The folder and what is in it are for its owner alone (0700, 0600), whatever the permissions were before.

    Parameters
    ----------
    where
        Folder of the practice (SQLite), or the URL of a database such as ``postgresql+pg8000://user@host/name``.
    files
        Folder of the files; needed with a URL.
    read_only_allowed
        Whether a practice on a medium that cannot be written may be opened: its database is then read into memory,
        and what is changed there is lost.
    clock, new_id
        Sources of times and identifiers.

    Raises
    ------
    RecordError
        The folder or database cannot be used, or was made by a later version.
    """
    url, folder = _place(where, files)
    memory = None
    try:
        _make_folders(folder)
        if url is None:
            with suppress(FileExistsError):  # SQLite would make it for everybody to read, and its log like it
                (folder / DATABASE).touch(mode=0o600, exist_ok=False)
    except OSError as error:
        if not read_only_allowed or not (folder / "files").is_dir():
            raise RecordError(
                f"the folder cannot be used: {error.strerror or error}", path=folder, fix="choose another folder"
            ) from error
        memory = None if url is not None else load_read_only(folder)
    practice = None
    try:
        practice = Practice(url, folder, clock=clock, new_id=new_id, memory=memory)
        _migrate(practice)
        if not practice.read_only and os.access(folder, os.W_OK):
            practice.files.sweep(time.time() - LEFT_BEHIND_S)
            _sweep(folder)
            finish_erasing(practice)
    except ModuleNotFoundError as error:
        raise MissingExtraError.of("a practice in PostgreSQL needs", error.name or "pg8000", "postgresql") from error
    except (DBAPIError, NoSuchModuleError) as error:
        if practice is not None:
            practice.close()
        raise _cannot_open(error, folder) from error
    except BaseException:
        if practice is not None:
            practice.close()
        raise
    return practice


def _place(where: Path | str, files: Path | None) -> tuple[str | None, Path]:
    if isinstance(where, str) and "://" in where:
        if files is None:
            raise RecordError("a database given by its URL stores no files", fix="name a folder for them as well")
        try:
            make_url(where)
        except ArgumentError as error:
            raise RecordError(
                "this is not the address of a database", allowed="postgresql+pg8000://user:password@host/name"
            ) from error
        return where, files
    return None, Path(where)


def _make_folders(folder: Path) -> None:
    """Make the folders that are missing, and take every permission of others away."""
    for part in (folder, folder / "files", folder / "work"):
        part.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(None, "it cannot be written")
    if os.name == "nt" or not any(part.stat().st_mode & OTHERS for part in (folder, folder / "files", folder / "work")):
        return
    # Only what is ours: the folder may hold other things.
    ours = (folder / "files", folder / "work", *folder.glob(f"{DATABASE}*"), folder / HEAD_FILE)
    for path in (folder, *(one for part in ours for one in (part, *part.rglob("*")))):
        with suppress(PermissionError, FileNotFoundError):  # somebody else's, or gone meanwhile
            if not path.is_symlink():
                path.chmod(0o700 if path.is_dir() else 0o600)


def _migrate(practice: Practice) -> None:
    def then(connection: Connection, revision: str) -> None:
        if revision in UNSEALED:
            with Session(connection) as session:
                seal(practice.unit_on(session, "cicatrix"))
                session.commit()

    migrate(practice.engine, practice.database, then=then)


def _sweep(folder: Path) -> None:
    """Remove exports and temporary files that programs of earlier versions left when they were killed."""
    before = time.time() - LEFT_BEHIND_S
    for left in (*(folder / "work").glob("export-*"), *folder.glob(".head-*"), *folder.glob("practice.db*.part")):
        with suppress(FileNotFoundError):
            if left.stat().st_mtime < before:
                shutil.rmtree(left) if left.is_dir() else left.unlink()


def _cannot_open(error: DBAPIError | NoSuchModuleError, folder: Path) -> RecordError:
    found = storage_error(error, folder) if isinstance(error, DBAPIError) else None
    return found or RecordError(
        f"the database cannot be opened: {getattr(error, 'orig', None) or error}",
        path=folder,
        fix="check the address, the permissions and that the database runs",
    )
