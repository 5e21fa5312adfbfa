"""Open a practice: its database, its files, and desks to work at."""

from __future__ import annotations

import secrets
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.orm import Session

from cicatrix.errors import RecordError
from cicatrix.record.filestore import FileStore
from cicatrix.record.migrate import migrate
from cicatrix.record.signs import refuse_signs

__all__ = ["DATABASE", "Desk", "Practice", "open_practice"]

DATABASE = "practice.db"
WAIT_S = 30.0
"""How long a writer waits for another."""
CONNECTIONS = 16
"""Kept open for the threads of the app."""
LEFT_BEHIND_S = 24 * 3600.0
"""A half-written file older than this has no writer any more."""


@dataclass(frozen=True, slots=True)
class Desk:
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
    def desk(self, actor: str, *, write: bool = True) -> Iterator[Desk]:
        """One transaction: committed at the end, undone after an error.

        Parameters
        ----------
        actor
            Who works.
        write
            False to look only; readers never wait for writers.
        """
        with Session(self._write if write else self._read, expire_on_commit=False) as session, session.begin():
            yield Desk(session, actor, self._clock(), self.files, self._new_id, lambda: secrets.token_hex(16))

    def close(self) -> None:
        """Let go of the database."""
        self._write.dispose()
        self._read.dispose()


def open_practice(
    where: Path | str,
    *,
    files: Path | None = None,
    clock: Callable[[], datetime] | None = None,
    new_id: Callable[[], str] | None = None,
) -> Practice:
    """Open a practice, made if there is none, and bring its database up to date.

    Parameters
    ----------
    where
        Folder of the practice (SQLite), or the URL of a database such as ``postgresql+pg8000://user@host/name``.
    files
        Folder of the files; needed with a URL.
    clock, new_id
        Where times and identifiers come from.

    Raises
    ------
    RecordError
        The folder or database cannot be used, or was made by a later version.
    """
    url, folder = _place(where, files)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (folder / "files").mkdir(exist_ok=True)
        (folder / "work").mkdir(exist_ok=True)
    except OSError as error:
        raise RecordError(
            f"the folder cannot be used: {error.strerror or error}", path=folder, fix="choose another folder"
        ) from error
    try:
        practice = Practice(url, folder, clock=clock, new_id=new_id)
        migrate(practice.engine, folder / DATABASE if url.startswith("sqlite") else None)
    except (DBAPIError, NoSuchModuleError) as error:
        raise RecordError(
            f"the database cannot be opened: {getattr(error, 'orig', None) or error}",
            path=folder,
            fix="check the address, the permissions and that the database runs",
        ) from error
    practice.files.sweep(time.time() - LEFT_BEHIND_S)
    _finish_erasing(practice)
    return practice


def _finish_erasing(practice: Practice) -> None:
    from cicatrix.record.erase import finish  # noqa: PLC0415 - erase works at a desk, which is made here

    finish(practice)


def _place(where: Path | str, files: Path | None) -> tuple[str, Path]:
    if isinstance(where, str) and "://" in where:
        if files is None:
            raise RecordError("a database by its URL keeps no files", fix="name a folder for them, too")
        try:
            make_url(where)
        except ArgumentError as error:
            raise RecordError(
                f"{where!r} is no address of a database", allowed="postgresql+pg8000://user:password@host/name"
            ) from error
        return where, files
    folder = Path(where)
    return f"sqlite:///{folder / DATABASE}", folder


def _engine(url: str, *, begin: str) -> Engine:
    if not url.startswith("sqlite"):
        engine = create_engine(url, pool_pre_ping=True, pool_size=CONNECTIONS)
        refuse_signs(engine)
        return engine
    engine = create_engine(url, connect_args={"timeout": WAIT_S}, pool_size=CONNECTIONS)
    refuse_signs(engine)

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
