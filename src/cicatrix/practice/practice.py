"""A practice that is open: its database, its file store, and transactions on them."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.orm import Session

from cicatrix.practice.characters import refuse_unstorable_text
from cicatrix.practice.filestore import FileStore
from cicatrix.practice.session import UnitOfWork

__all__ = ["DATABASE", "Practice"]

DATABASE = "practice.db"
WAIT_S = 30.0
"""How long a writer waits for another."""
CONNECTIONS = 16
"""Kept open for the threads of the app."""


class Practice:
    """A practice that is open."""

    def __init__(
        self,
        url: str,
        folder: Path,
        *,
        clock: Callable[[], datetime] | None = None,
        new_id: Callable[[], str] | None = None,
    ) -> None:
        self.url, self.folder = url, folder
        self.files = FileStore(folder / "files")
        self.work = folder / "work"
        self._clock = clock or (lambda: datetime.now(UTC))
        self._new_id = new_id or (lambda: uuid.uuid4().hex)
        self._write = _engine(url, begin="BEGIN IMMEDIATE")
        self._read = _engine(url, begin="BEGIN") if url.startswith("sqlite") else self._write

    @property
    def engine(self) -> Engine:
        """The engine that writes."""
        return self._write

    @contextmanager
    def unit_of_work(self, actor: str, *, write: bool = True) -> Iterator[UnitOfWork]:
        """One transaction: committed at the end, undone after an error.

        Parameters
        ----------
        actor
            Who works.
        write
            False to look only; readers never wait for writers.
        """
        with Session(self._write if write else self._read, expire_on_commit=False) as session, session.begin():
            yield UnitOfWork(session, actor, self._clock(), self.files, self._new_id, lambda: secrets.token_hex(16))

    def close(self) -> None:
        """Let go of the database."""
        self._write.dispose()
        self._read.dispose()


def _engine(url: str, *, begin: str) -> Engine:
    if not url.startswith("sqlite"):
        engine = create_engine(url, pool_pre_ping=True, pool_size=CONNECTIONS)
        refuse_unstorable_text(engine)
        return engine
    engine = create_engine(url, connect_args={"timeout": WAIT_S}, pool_size=CONNECTIONS)
    refuse_unstorable_text(engine)

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        # The driver would begin transactions only before it writes; SQLAlchemy's event does it instead.
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "foreign_keys=ON",
            "synchronous=FULL",  # in WAL mode NORMAL may lose the last commits when the power goes
            f"busy_timeout={int(WAIT_S * 1000)}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine
