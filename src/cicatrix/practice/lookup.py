"""Find a row, or say that there is none."""

from __future__ import annotations

from typing import TypeVar

from cicatrix.errors import NotFoundError
from cicatrix.practice.session import UnitOfWork
from cicatrix.practice.tables import Base

__all__ = ["row_of"]

Row = TypeVar("Row", bound=Base)


def row_of(unit: UnitOfWork, table: type[Row], key: str, what: str) -> Row:
    """The row with an identifier.

    Raises
    ------
    NotFoundError
        There is none.
    """
    row = unit.session.get(table, key)
    if row is None:
        raise NotFoundError(
            f"there is no {what} {key!r}", fix="it may have been erased; go back and choose from the list"
        )
    return row
