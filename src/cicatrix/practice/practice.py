"""A practice that is open: its database, its file store, and transactions on them."""

from __future__ import annotations

import json
import secrets
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from cicatrix.practice.characters import refuse_unstorable_text
from cicatrix.practice.filestore import FileStore
from cicatrix.practice.session import LOG_HEAD, UnitOfWork
from cicatrix.practice.storage import storage_error

__all__ = ["DATABASE", "HEAD_FILE", "Practice"]

DATABASE: Final = "practice.db"
HEAD_FILE: Final = "log-head.json"
"""Number and chain hash of the log's last entry, beside the database: shows a database that is older than it."""
WAIT_S: Final = 30.0
"""How long a writer waits for another."""
CONNECTIONS: Final = 16
"""Kept open for the threads of the app."""


class Practice:
    """A practice that is open.

    Parameters
    ----------
    url
        Address of the database; None for the file ``practice.db`` in the folder.
    folder
        Folder of the practice.
    clock, new_id
        Sources of times and identifiers.
    memory
        For a read-only medium: a connection to a copy of the database in memory, which is used instead.

    Attributes
    ----------
    folder
        Folder of the practice.
    database
        File of its SQLite database; None where it has none that can be written.
    files
        Its stored files.
    work
        Folder for uploads, jobs and computed files.
    read_only
        Whether nothing that is changed will last.
    """

    def __init__(
        self,
        url: URL | str | None,
        folder: Path,
        *,
        clock: Callable[[], datetime] | None = None,
        new_id: Callable[[], str] | None = None,
        memory: Any = None,
    ) -> None:
        self.folder = folder
        self.files = FileStore(folder / "files")
        self.work = folder / "work"
        self.read_only = memory is not None
        self._clock = clock or (lambda: datetime.now(UTC))
        self._new_id = new_id or (lambda: uuid.uuid4().hex)
        self.database: Path | None = None
        if memory is not None:
            self._write = self._read = _in_memory(memory)
        elif url is None:
            self.database = folder / DATABASE
            # Not as text: a folder's name may hold "?" or "%41". Absolute: it may begin with "file:".
            where = URL.create("sqlite", database=str(self.database.absolute()))
            self._write, self._read = _sqlite(where, begin="BEGIN IMMEDIATE"), _sqlite(where, begin="BEGIN")
        else:
            self._write = self._read = _server(make_url(url))

    @property
    def engine(self) -> Engine:
        """The engine that writes."""
        return self._write

    @contextmanager
    def unit_of_work(self, actor: str, *, write: bool = True) -> Iterator[UnitOfWork]:
        """One transaction: committed at the end, rolled back after an error.

        Parameters
        ----------
        actor
            Who works.
        write
            False to read only; readers never wait for writers.

        Raises
        ------
        StorageError
            The disk is full, read-only or failing.
        """
        try:
            with Session(self._write if write else self._read, expire_on_commit=False) as session, session.begin():
                yield self.unit_on(session, actor)
        except (OSError, DBAPIError) as error:
            found = storage_error(error, self.folder)
            if found is None:
                raise
            raise found from error
        self._note_head(session.info.get(LOG_HEAD))

    def unit_on(self, session: Session, actor: str) -> UnitOfWork:
        """A unit of work on a session that somebody else commits."""
        return UnitOfWork(session, actor, self._clock(), self.files, self._new_id, lambda: secrets.token_hex(16))

    def close(self) -> None:
        """Close every connection to the database."""
        self._write.dispose()
        self._read.dispose()

    def _note_head(self, head: tuple[int, str] | None) -> None:
        """Write down, outside the database, which entry the log holds for certain."""
        if head is None or self.read_only:
            return
        beside: Path | None = None
        # It may lag behind; a check asks only that the log holds at least this entry.
        with suppress(OSError):
            with tempfile.NamedTemporaryFile("w", dir=self.folder, prefix=".head-", delete=False) as out:
                beside = Path(out.name)
                json.dump({"number": head[0], "chain": head[1]}, out)
            beside.replace(self.folder / HEAD_FILE)
            return
        if beside is not None:
            with suppress(OSError):
                beside.unlink(missing_ok=True)


def _server(url: URL) -> Engine:
    engine = create_engine(url, pool_pre_ping=True, pool_size=CONNECTIONS)
    refuse_unstorable_text(engine)
    return engine


def _sqlite(url: URL, *, begin: str) -> Engine:
    engine = create_engine(url, connect_args={"timeout": WAIT_S}, pool_size=CONNECTIONS)
    _configure(
        engine,
        begin,
        "journal_mode=WAL",
        "foreign_keys=ON",
        "synchronous=FULL",  # in WAL mode NORMAL may lose the last commits when the power goes
        "secure_delete=ON",  # what is deleted is overwritten; not every build of SQLite does so by default
        f"busy_timeout={int(WAIT_S * 1000)}",
    )
    return engine


def _in_memory(connection: Any) -> Engine:
    engine = create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool)
    _configure(engine, "BEGIN", "foreign_keys=ON")
    return engine


def _configure(engine: Engine, begin: str, *pragmas: str) -> None:
    refuse_unstorable_text(engine)

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        # The driver would begin transactions only before it writes; SQLAlchemy's event does it instead.
        connection.isolation_level = None
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql(begin)
