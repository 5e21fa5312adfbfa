"""Unit of work: one transaction with its actor, clock and file store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from cicatrix.practice.filestore import FileStore

__all__ = ["UnitOfWork"]


@dataclass(frozen=True, slots=True)
class UnitOfWork:
    """A place to work at for one transaction.

    Attributes
    ----------
    session
        The transaction.
    actor
        Who works, for the log.
    now
        When, in UTC.
    files
        The practice's files.
    new_id
        Gives an unused identifier.
    salt
        Gives 32 random hexadecimal digits.
    """

    session: Session
    actor: str
    now: datetime
    files: FileStore
    new_id: Callable[[], str]
    salt: Callable[[], str]
