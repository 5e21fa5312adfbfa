"""Remove erased content from the bytes of an SQLite database: free pages, write-ahead log, earlier copies."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Final

from cicatrix.practice.migrate import COPIES

__all__ = ["compact"]

WAIT_S: Final = 10.0
"""How long others may go on reading before the write-ahead log is left for later."""


def compact(database: Path) -> bool:
    """Rewrite a database without its free pages, and empty its write-ahead log.

    Returns
    -------
    bool
        False where others were using the database all the time, or the disk has no space for a copy: try again later.
    """
    for copy in database.parent.glob(f"{database.name}{COPIES}*"):
        copy.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(database, timeout=WAIT_S, isolation_level=None)) as connection:
            connection.execute("PRAGMA secure_delete=ON")
            connection.execute("VACUUM")
            until = time.monotonic() + WAIT_S
            while (busy := connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]) and (
                time.monotonic() < until
            ):
                time.sleep(0.05)
    except sqlite3.OperationalError:  # locked, or the disk is full
        return False
    return not busy
