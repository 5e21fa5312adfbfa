"""Bring a database up to date, one step at a time, or refuse one that is ahead."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from cicatrix.errors import RecordError

__all__ = ["head", "migrate", "revisions"]

LOCK = 0x51CA7  # any number; it names the lock in PostgreSQL


def head() -> str:
    """The newest revision that this version knows."""
    found = ScriptDirectory.from_config(_config()).get_current_head()
    if found is None:
        raise RecordError("the package holds no migrations", fix="install Cicatrix again")
    return found


def revisions() -> frozenset[str]:
    """Every revision that this version knows."""
    return frozenset(script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions())


def migrate(engine: Engine, database: Path | None, *, to: str = "head") -> None:
    """Bring the database to a revision; all of it happens in one transaction, and only one process does it.

    Parameters
    ----------
    engine
        Whose transactions lock out other writers from their beginning.
    database
        File of an SQLite database: a copy is kept beside it before it is changed. None for others.
    to
        The revision.

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
            _copy(database, database.with_name(f"{database.name}.before-{target}"))
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, target)
    if database is not None:
        database.chmod(0o600)


def _check_known(now: str | None, database: Path | None) -> None:
    if now is not None and now not in revisions():
        raise RecordError(
            f"a later version of Cicatrix made this database (revision {now})",
            path=database,
            allowed=f"revisions up to {head()}",
            fix="install the newest Cicatrix",
        )


def _copy(database: Path, copy: Path) -> None:
    """Copy what is committed; the writer's lock that we hold keeps it as it is."""
    beside = copy.with_name(f"{copy.name}.part")
    beside.unlink(missing_ok=True)
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(beside)) as target:
        source.backup(target)
    beside.chmod(0o600)
    os.replace(beside, copy)  # noqa: PTH105 - Path.replace is the same call


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config


def current(connection: Connection) -> str | None:
    """Revision of a database."""
    return MigrationContext.configure(connection).get_current_revision()
