"""Start-up of a practice: make or find its database and files, migrate, finish interrupted erasures."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from cicatrix.errors import MissingExtraError, RecordError
from cicatrix.practice.erase import finish as finish_erasing
from cicatrix.practice.migrate import migrate
from cicatrix.practice.practice import DATABASE, Practice

__all__ = ["open_practice"]

LEFT_BEHIND_S = 24 * 3600.0
"""A half-written file older than this has no writer any more."""


def open_practice(
    where: Path | str,
    *,
    files: Path | None = None,
    clock: Callable[[], datetime] | None = None,
    new_id: Callable[[], str] | None = None,
) -> Practice:
    """Open a practice, made if there is none, and bring its database up to date.

    Parameters
    ----------
    where
        Folder of the practice (SQLite), or the URL of a database such as ``postgresql+pg8000://user@host/name``.
    files
        Folder of the files; needed with a URL.
    clock, new_id
        Where times and identifiers come from.

    Raises
    ------
    RecordError
        The folder or database cannot be used, or was made by a later version.
    """
    url, folder = _place(where, files)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (folder / "files").mkdir(exist_ok=True)
        (folder / "work").mkdir(exist_ok=True)
    except OSError as error:
        raise RecordError(
            f"the folder cannot be used: {error.strerror or error}", path=folder, fix="choose another folder"
        ) from error
    try:
        practice = Practice(url, folder, clock=clock, new_id=new_id)
        migrate(practice.engine, folder / DATABASE if url.startswith("sqlite") else None)
    except ModuleNotFoundError as error:
        raise MissingExtraError.of("a practice in PostgreSQL needs", error.name or "pg8000", "postgresql") from error
    except (DBAPIError, NoSuchModuleError) as error:
        raise RecordError(
            f"the database cannot be opened: {getattr(error, 'orig', None) or error}",
            path=folder,
            fix="check the address, the permissions and that the database runs",
        ) from error
    practice.files.sweep(time.time() - LEFT_BEHIND_S)
    finish_erasing(practice)
    return practice


def _place(where: Path | str, files: Path | None) -> tuple[str, Path]:
    if isinstance(where, str) and "://" in where:
        if files is None:
            raise RecordError("a database by its URL keeps no files", fix="name a folder for them, too")
        try:
            make_url(where)
        except ArgumentError as error:
            raise RecordError(
                f"{where!r} is no address of a database", allowed="postgresql+pg8000://user:password@host/name"
            ) from error
        return where, files
    folder = Path(where)
    return f"sqlite:///{folder / DATABASE}", folder
