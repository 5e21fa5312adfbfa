"""Bring the rows of an archive to the tables of today, in a database in memory.

The rows are inserted into a scratch SQLite of the archive's own revision, with its foreign keys checked, and migrated
by the same steps as a practice's database. An export therefore stays readable after later migrations.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, MetaData, create_engine, event, insert
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from cicatrix.practice.archive_container import Rows
from cicatrix.practice.archive_rows import TABLES, from_json, rows_of_table
from cicatrix.practice.migrate import migrate
from cicatrix.practice.session import UnitOfWork

__all__ = ["migrated"]


def migrated(rows: Rows, revision: str, template: UnitOfWork) -> Rows:
    """The rows with the columns of today's tables.

    Parameters
    ----------
    rows
        Rows of the tables of ``revision``.
    revision
        A revision that this version knows.
    template
        Gives actor and clock.

    Raises
    ------
    ValueError
        A table or column is not of that revision, or a value is not of its column's type.
    sqlalchemy.exc.DBAPIError
        A row refers to one that is missing, or a key appears twice.
    """
    engine = _in_memory()
    try:
        migrate(engine, None, to=revision)
        _insert(engine, rows)
        migrate(engine, None)
        with Session(engine) as session:
            unit = replace(template, session=session)
            return {table.__tablename__: rows_of_table(unit, table) for table in TABLES}
    finally:
        engine.dispose()


def _insert(engine: Engine, rows: Rows) -> None:
    known = MetaData()
    known.reflect(engine)
    allowed = {table.__tablename__ for table in TABLES} & set(known.tables)
    strange = sorted(set(rows) - allowed)
    if strange:
        raise ValueError(f"the table {strange[0][:40]!r} is not known")
    # Foreign keys decide the order; an old revision may have had another one than today's tables.
    ordered = [table for table in known.sorted_tables if rows.get(table.name)]
    with engine.begin() as connection:
        for table in ordered:
            values = [_values(table, row) for row in rows[table.name]]
            connection.execute(insert(table), values)


def _values(table: Any, row: dict[str, Any]) -> dict[str, Any]:
    if set(row) != {column.name for column in table.columns}:
        raise ValueError(f"a row of {table.name} has the columns {', '.join(sorted(row))[:200]}")
    return {column.name: _stored(from_json(column, row[column.name])) for column in table.columns}


def _stored(value: Any) -> Any:
    """Times as ``Moment`` stores them: in UTC, without a zone."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None)
    return value


def _in_memory() -> Engine:
    engine = create_engine("sqlite://", poolclass=StaticPool)

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA foreign_keys=ON")

    return engine
