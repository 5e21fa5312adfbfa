"""A practice on a medium that cannot be written is checked and exported; a full disk is called what it is."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from cicatrix.errors import RecordError, StorageError
from cicatrix.practice import archive, open_practice, people
from cicatrix.practice.filestore import FileStore
from cicatrix.practice.integrity import examine
from tests.practice.made import Kept, keep


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    practice = open_practice(tmp_path / "practice")
    with practice.unit_of_work("anna") as unit:
        made = keep(unit, tmp_path)
    # As a copy of a practice at work: its last commits are in the write-ahead log.
    shutil.copytree(tmp_path / "practice", tmp_path / "medium")
    practice.close()
    return made


@pytest.fixture
def medium(kept: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A practice in a folder of which the system says that it cannot be written; root may write anywhere."""
    del kept
    whole = os.access

    def access(path: str | Path, mode: int, **options: bool) -> bool:
        inside = Path(path).is_relative_to(tmp_path / "medium")
        return whole(path, mode, **options) and not (inside and mode & os.W_OK)

    monkeypatch.setattr(os, "access", access)
    return tmp_path / "medium"


def _state(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.parametrize("with_log", ["with a write-ahead log", ""])
def test_it_is_checked_and_exported_and_not_changed(medium: Path, kept: Kept, tmp_path: Path, with_log: str) -> None:
    if not with_log:
        connection = sqlite3.connect(medium / "practice.db")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
    before = _state(medium)
    practice = open_practice(medium, read_only_allowed=True)
    assert practice.read_only
    assert examine(practice).sound
    archive.export_person(practice, "anna", kept.person, tmp_path / "one.zip")
    practice.close()
    assert _state(medium) == before
    other = open_practice(tmp_path / "other")
    archive.import_archive(other, "ben", tmp_path / "one.zip")
    with other.unit_of_work("ben", write=False) as unit:
        assert people.get(unit, kept.person).pseudonym == "P-001"
    other.close()


def test_it_is_not_opened_for_work(medium: Path) -> None:
    with pytest.raises(RecordError, match="cannot be written"):
        open_practice(medium)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "No space left|the disk is full"),
        (errno.EROFS, "cannot be written|Read-only"),
        (errno.EIO, "cannot be read or written|Input/output"),
        (errno.EFBIG, "larger than the system allows|too large"),
    ],
)
def test_a_disk_that_fails_is_called_what_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, said: str
) -> None:
    practice = open_practice(tmp_path / "practice")

    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(FileStore, "_move", fail)
    with pytest.raises(StorageError, match=said), practice.unit_of_work("anna") as unit:
        keep(unit, tmp_path)
    with practice.unit_of_work("anna", write=False) as unit:
        assert people.find(unit).total == 0
    practice.close()


def test_a_full_disk_under_the_database_is_called_what_it_is(tmp_path: Path) -> None:
    practice = open_practice(tmp_path / "practice")

    def fill() -> None:
        with practice.unit_of_work("anna") as unit:
            # SQLite's own way to have a full disk.
            connection = unit.session.connection().connection.driver_connection
            assert connection is not None
            connection.execute("PRAGMA max_page_count=1")
            for n in range(2000):
                people.add(unit, f"P-{n}", "x" * 2000)

    with pytest.raises(StorageError, match="the disk is full"):
        fill()
    practice.close()
