"""Triggers that make tables append-only: the database itself refuses changes, except while a person is erased."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

__all__ = ["guard", "guard_against_replacing"]

REFUSAL = "what was recorded is not changed"


def guard(connection: Connection, table: str) -> None:
    """Refuse ``UPDATE`` and ``DELETE`` on a table unless a person is being erased in the same transaction."""
    make = _postgresql if connection.dialect.name == "postgresql" else _sqlite
    for statement in make(table):
        connection.exec_driver_sql(statement)


def guard_against_replacing(connection: Connection, table: str, keys: Iterable[str]) -> None:
    """Refuse an ``INSERT`` of a key that exists.

    ``INSERT OR REPLACE`` of SQLite deletes the old row without firing its ``DELETE`` trigger. PostgreSQL has no such
    statement: an upsert there is an ``UPDATE``.

    Parameters
    ----------
    connection
        Where.
    table
        Name of the table.
    keys
        Its unique keys, each the names of its columns with commas between them.
    """
    if connection.dialect.name != "sqlite":
        return
    for key in keys:
        names = [name.strip() for name in key.split(",")]
        same = " AND ".join(f"{name} = NEW.{name}" for name in names)
        exists = f"EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608 - names of our own tables
        connection.exec_driver_sql(
            f"CREATE TRIGGER {table}_no_replace_{'_'.join(names)} BEFORE INSERT ON {table} "
            f"WHEN {exists} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )


def _sqlite(table: str) -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    unless = "WHEN NOT EXISTS (SELECT 1 FROM erasing)"
    return [
        f"CREATE TRIGGER {table}_no_{action} BEFORE {action} ON {table} {unless} {refuse}"
        for action in ("update", "delete")
    ]


def _postgresql(table: str) -> list[str]:
    unless = "IF NOT EXISTS (SELECT 1 FROM erasing)"
    refuse = f"{unless} THEN RAISE EXCEPTION '{REFUSAL}'; END IF;"
    go_on = "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
    function = "CREATE OR REPLACE FUNCTION cicatrix_fixed() RETURNS trigger LANGUAGE plpgsql AS"
    when = f"BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW"
    return [
        f"{function} $$ BEGIN {refuse} {go_on} END $$",
        f"CREATE TRIGGER {table}_fixed {when} EXECUTE FUNCTION cicatrix_fixed()",
    ]
