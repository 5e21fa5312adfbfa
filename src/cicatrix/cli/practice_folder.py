"""Open the practice that a command is about; only ``serve`` and ``record import`` make one."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sqlalchemy import create_engine, inspect
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from cicatrix.errors import RecordError
from cicatrix.practice import Practice, open_practice
from cicatrix.practice.practice import DATABASE

__all__ = ["open_existing"]

_MARK: Final = "alembic_version"
"""Table that every practice's database has from its first migration on."""


def open_existing(folder: Path, database: str | None, *, read_only_allowed: bool = False) -> Practice:
    """Open a practice.

    Parameters
    ----------
    folder
        Folder of the practice.
    database
        URL of its database; None for the SQLite file in the folder.
    read_only_allowed
        Whether the folder may be one that cannot be written, see ``open_practice``.

    Raises
    ------
    RecordError
        There is no practice, or it cannot be opened; nothing was made.
    """
    if database is None and not (folder / DATABASE).is_file():
        raise _missing(folder, f"a folder with a {DATABASE}")
    if database is not None and not (folder / "files").is_dir():
        raise _missing(folder, "the folder that holds the practice's files")
    if database is not None and not _has_practice(database):
        raise RecordError(
            "there is no practice in this database",
            path=folder,
            allowed="the database that cicatrix serve was started with",
            fix="check --database",
        )
    where = folder if database is None else database
    return open_practice(where, files=folder, read_only_allowed=read_only_allowed)


def _missing(folder: Path, allowed: str) -> RecordError:
    return RecordError(
        "there is no practice here",
        path=folder,
        allowed=allowed,
        fix=f"check the folder's name, or make a practice with: cicatrix serve {folder}",
    )


def _has_practice(database: str) -> bool:
    """Whether the tables are there; True also where that cannot be found out: opening it says what is wrong."""
    try:
        engine = create_engine(database)
    except (ArgumentError, ImportError, SQLAlchemyError):
        return True
    try:
        return inspect(engine).has_table(_MARK)
    except SQLAlchemyError:
        return True
    finally:
        engine.dispose()
