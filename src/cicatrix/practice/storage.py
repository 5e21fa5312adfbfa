"""Recognise a disk that is full, read-only or failing behind the errors of files and databases."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path
from typing import Final

from sqlalchemy.exc import DBAPIError

from cicatrix.errors import StorageError

__all__ = ["storage_error"]

_FULL: Final = ("the disk is full", "free some space and try again; what was stored before is unharmed")
_READ_ONLY: Final = ("the folder cannot be written", "check its permissions, and that the medium is not read-only")
_FAILING: Final = ("the disk cannot be read or written", "check the disk, and restore the folder from a backup")
_DAMAGED: Final = ("the database is damaged", "restore the folder from a backup")
_LARGE: Final = ("a file would be larger than the system allows", "raise the limit on the size of files")

_ERRNO: Final = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EROFS: _READ_ONLY,
    errno.EACCES: _READ_ONLY,
    errno.EPERM: _READ_ONLY,
    errno.EIO: _FAILING,
    errno.EFBIG: _LARGE,
}
_SQLITE: Final = {
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: _READ_ONLY,
    sqlite3.SQLITE_IOERR: _FAILING,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: ("practice.db is not a database", _DAMAGED[1]),
}


def storage_error(error: OSError | DBAPIError, folder: Path) -> StorageError | None:
    """What to tell of an error of the disk; None for an error of another kind."""
    if isinstance(error, DBAPIError):
        code = getattr(error.orig, "sqlite_errorcode", None)
        found = None if code is None else _SQLITE.get(code & 0xFF)
        return None if found is None else StorageError(found[0], path=folder, fix=found[1])
    found = _ERRNO.get(error.errno or 0)
    where = folder if error.filename is None else Path(str(error.filename))
    return None if found is None else StorageError(found[0], path=where, fix=found[1])
