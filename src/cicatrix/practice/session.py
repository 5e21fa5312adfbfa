"""Unit of work: one transaction with its actor, clock and file store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from cicatrix.practice.filestore import FileStore

__all__ = ["LOG_HEAD", "UnitOfWork"]

LOG_HEAD: Final = "log_head"
"""Key of a session's ``info``: number and chain hash of the log entry that was added last."""


@dataclass(frozen=True, slots=True)
class UnitOfWork:
    """One transaction with what work in it needs.

    Attributes
    ----------
    session
        The transaction.
    actor
        Who works, for the log.
    now
        Time of the transaction, in UTC.
    files
        The practice's stored files.
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
