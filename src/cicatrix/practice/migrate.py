"""Migrate a database to a revision, one step at a time, or refuse one from a later version."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from cicatrix.errors import RecordError
from cicatrix.io.durable import sync_file, sync_folder

__all__ = ["COPIES", "copy_database", "head", "migrate", "revisions"]

LOCK: Final = 0x51CA7  # any number; it names the lock in PostgreSQL
COPIES: Final = ".before-"
"""Stands in the names of the copies that are made before a migration."""


def head() -> str:
    """The newest revision that this version knows."""
    found = ScriptDirectory.from_config(_config()).get_current_head()
    if found is None:
        raise RecordError("the package holds no migrations", fix="install Cicatrix again")
    return found


def revisions() -> frozenset[str]:
    """Every revision that this version knows."""
    return frozenset(script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions())


def migrate(
    engine: Engine,
    database: Path | None,
    *,
    to: str = "head",
    then: Callable[[Connection, str], None] | None = None,
) -> None:
    """Bring the database to a revision; all of it happens in one transaction, and only one process does it.

    Parameters
    ----------
    engine
        Whose transactions lock out other writers from their beginning.
    database
        File of an SQLite database: a copy is kept beside it before it is changed. None for others.
    to
        The revision.
    then
        Called in the same transaction, with the earlier revision, after a database that had one was migrated.

    Raises
    ------
    RecordError
        A later version of Cicatrix made the database.
    """
    target = head() if to == "head" else to
    with engine.connect() as connection:
        now = MigrationContext.configure(connection).get_current_revision()
    if now == target:
        return
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        now = MigrationContext.configure(connection).get_current_revision()
        if now == target:  # another process was faster
            return
        _check_known(now, database)
        if now is not None and database is not None:
            copy_database(database, database.with_name(f"{database.name}{COPIES}{target}"))
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, target)
        if now is not None and then is not None:
            then(connection, now)
    if database is not None:
        database.chmod(0o600)


def copy_database(database: Path, copy: Path) -> None:
    """Copy what is committed in an SQLite database, also while others work on it; the copy replaces an older one."""
    beside = copy.with_name(f"{copy.name}.part")
    beside.unlink(missing_ok=True)
    beside.touch(mode=0o600)
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(beside)) as target:
        source.backup(target)
    with beside.open("rb") as stream:
        sync_file(stream.fileno())
    beside.replace(copy)
    sync_folder(copy.parent)


def _check_known(now: str | None, database: Path | None) -> None:
    if now is not None and now not in revisions():
        raise RecordError(
            f"a later version of Cicatrix made this database (revision {now})",
            path=database,
            allowed=f"revisions up to {head()}",
            fix="install the newest Cicatrix",
        )


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config
