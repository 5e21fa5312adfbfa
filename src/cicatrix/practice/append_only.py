"""What the database itself refuses: to change or delete what is fixed, but for erasing a person."""

from __future__ import annotations

from sqlalchemy import Connection

__all__ = ["guard"]

REFUSAL = "what was recorded is not changed"


def guard(connection: Connection, table: str) -> None:
    """Refuse ``UPDATE`` and ``DELETE`` on a table unless a person is being erased in the same transaction."""
    make = _postgresql if connection.dialect.name == "postgresql" else _sqlite
    for statement in make(table):
        connection.exec_driver_sql(statement)


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
