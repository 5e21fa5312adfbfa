"""Back up a practice while the app runs, and restore a backup.

A backup is a practice's folder: ``record check`` reads it as it is, also on a medium that cannot be written. It has the
database, every stored file, and the log's last entry; what is being worked on (``work``) is not in it.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from cicatrix.errors import OutputError, RecordError
from cicatrix.io.durable import sync_file, sync_folder
from cicatrix.io.write import check_new
from cicatrix.model.quantity import Record
from cicatrix.practice import log
from cicatrix.practice.filestore import FileStore
from cicatrix.practice.integrity import Health, examine
from cicatrix.practice.loading import load_read_only
from cicatrix.practice.migrate import copy_database
from cicatrix.practice.opening import open_practice
from cicatrix.practice.practice import DATABASE, HEAD_FILE, Practice
from cicatrix.practice.storage import storage_error

__all__ = ["BackedUp", "back_up", "restore"]

TRIES: Final = 5
"""A person who is erased meanwhile takes files away; the copy then begins again."""
CHUNK: Final = 1 << 20


class BackedUp(Record):
    """What was copied."""

    files: int
    bytes: int
    number: int
    """Number of the log's last entry in the copy."""


def back_up(practice: Practice, actor: str, out: Path) -> BackedUp:
    """Copy a practice to a new folder; others may work on it meanwhile.

    The database is copied by SQLite's backup, as it was at one moment; then every file that it names, each compared
    with its hash. The folder appears when it is complete and on the disk.

    Raises
    ------
    RecordError
        A stored file is missing or damaged, or the practice's database is no file of its own.
    OutputError
        ``out`` exists and is not empty, or cannot be written.
    """
    if practice.database is None:
        raise RecordError(
            "this practice's database is on a server, or cannot be written",
            path=practice.folder,
            fix="back the database up with its server's own tools (pg_dump) and copy the folder; or use record export",
        )
    with _new_folder(out) as beside:
        with practice.unit_of_work(actor) as unit:
            log.add(unit, "practice.backup")
        for _ in range(TRIES):
            copy_database(practice.database, beside / DATABASE)
            named = _named(beside / DATABASE)
            gone = _copy_files(practice.files, FileStore(beside / "files"), named)
            if gone is None:
                return _finished(beside, named)
            if gone in _named(practice.database):
                raise RecordError(
                    f"a stored file is {practice.files.check(gone) or 'unreadable'}",
                    path=practice.files.path(gone),
                    fix="run `cicatrix record check`, and upload the photograph again or restore an earlier backup",
                )
        raise RecordError("people were erased all the time while the practice was copied", fix="try again later")


def restore(backup: Path, folder: Path) -> Health:
    """Copy a backup to a new folder and check it there; the folder appears only if the copy is sound.

    Raises
    ------
    RecordError
        The backup is no practice, or is damaged or torn.
    OutputError
        ``folder`` exists and is not empty, or cannot be written.
    """
    database = backup / DATABASE
    if not database.is_file():
        raise RecordError("there is no backup here", path=backup, allowed=f"a folder with a {DATABASE}")
    with _new_folder(folder) as beside:
        try:
            if os.access(backup, os.W_OK):
                copy_database(database, beside / DATABASE)
            else:
                with closing(load_read_only(backup)) as source, closing(sqlite3.connect(beside / DATABASE)) as target:
                    source.backup(target)
            named = _named(beside / DATABASE)
        except sqlite3.Error as error:
            raise RecordError(f"the backup's database cannot be read: {error}", path=database) from error
        if (backup / HEAD_FILE).is_file():
            shutil.copyfile(backup / HEAD_FILE, beside / HEAD_FILE)
        _copy_files(FileStore(backup / "files"), FileStore(beside / "files"), named)
        practice = open_practice(beside)
        try:
            health = examine(practice)
        finally:
            practice.close()
        if not health.sound:
            raise RecordError(
                "the backup is damaged, or is a copy that was torn while the practice was in use",
                path=backup,
                fix=f"see what is wrong with `cicatrix record check {backup}`, and take another backup",
            )
        return health


@contextmanager
def _new_folder(out: Path) -> Iterator[Path]:
    """A folder beside ``out`` that takes its place at the end, and is removed after an error."""
    check_new(out)
    if not out.parent.is_dir():
        raise OutputError(
            "the folder around it does not exist", path=out, allowed="a new folder in one that exists", fix="make it"
        )
    beside = out.parent / f".cicatrix-{secrets.token_hex(8)}"
    try:
        beside.mkdir(mode=0o700)
        yield beside
        sync_folder(beside)
        if out.exists():
            out.rmdir()
        beside.rename(out)
        sync_folder(out.parent)
    except OSError as error:
        raise storage_error(error, out) or OutputError(
            f"the folder cannot be written: {error.strerror or error}", path=out, fix="choose another folder"
        ) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _named(database: Path) -> dict[str, int]:
    """SHA-256 to length of every file that a database names."""
    with closing(sqlite3.connect(database)) as connection:
        return dict(connection.execute("SELECT sha256, bytes FROM file").fetchall())


def _copy_files(source: FileStore, target: FileStore, named: dict[str, int]) -> str | None:
    """Copy files, and remove others from the target; returns the first that is missing or damaged."""
    for sha256 in set(target.stored()) - set(named):
        target.remove(sha256)
    bad = None
    for sha256 in sorted(named):
        place = target.path(sha256)
        if not place.is_file() and not _copied(source.path(sha256), place, sha256):
            bad = bad or sha256
    for folder in (target.folder, *target.folder.glob("??")):
        if folder.is_dir():
            sync_folder(folder)
    return bad


def _copied(source: Path, place: Path, sha256: str) -> bool:
    """Copy one file and flush it to the disk; False, and no copy, where its content is not what its name says."""
    for folder in (place.parent.parent, place.parent):
        folder.mkdir(exist_ok=True, mode=0o700)
    digest = hashlib.sha256()
    try:
        stream = source.open("rb")
    except FileNotFoundError:
        return False
    with stream, open(place, "xb", opener=_private) as out:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
            out.write(chunk)
        out.flush()
        sync_file(out.fileno())
    if digest.hexdigest() != sha256:
        place.unlink()
        return False
    return True


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _finished(beside: Path, named: dict[str, int]) -> BackedUp:
    """Write the note of the log's last entry, as it is in the copy."""
    with closing(sqlite3.connect(beside / DATABASE)) as connection:
        number, chain = connection.execute(
            "SELECT number, chain FROM log_entry ORDER BY number DESC LIMIT 1"
        ).fetchone()
    with open(beside / HEAD_FILE, "w", opener=_private) as out:
        json.dump({"number": number, "chain": chain}, out)
        out.flush()
        sync_file(out.fileno())
    return BackedUp(files=len(named), bytes=sum(named.values()), number=number)
