"""Read a practice's database where nothing can be written."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from cicatrix.errors import RecordError
from cicatrix.practice.practice import DATABASE

__all__ = ["load_read_only"]


def load_read_only(folder: Path) -> sqlite3.Connection:
    """A copy in memory of the database of a practice on a medium that cannot be written.

    Raises
    ------
    RecordError
        It cannot be read.
    """
    database, log = folder / DATABASE, folder / f"{DATABASE}-wal"
    memory = sqlite3.connect(":memory:", check_same_thread=False)
    try:
        if log.is_file() and log.stat().st_size:
            # The last commits are in the write-ahead log, which SQLite applies only where it may write.
            with tempfile.TemporaryDirectory(prefix="cicatrix-") as lent:
                shutil.copyfile(database, Path(lent) / DATABASE)
                shutil.copyfile(log, Path(lent) / log.name)
                with closing(sqlite3.connect(Path(lent) / DATABASE)) as source:
                    source.backup(memory)
        else:
            with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as source:
                source.backup(memory)
    except (OSError, sqlite3.Error) as error:
        memory.close()
        raise RecordError(f"the database cannot be read: {error}", path=database, fix="restore a backup") from error
    # Its header says that it has a write-ahead log, which a database in memory cannot have.
    memory.execute("PRAGMA journal_mode=MEMORY")
    return memory
