"""Backups: consistent while others work, sound when restored, refused when torn."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from cicatrix.errors import OutputError, RecordError
from cicatrix.model.practice import StoredFile
from cicatrix.practice import Practice, backup, captures, erase, open_practice, people, results
from cicatrix.practice.integrity import examine
from tests.practice.made import Kept, keep
from tests.practice.writer import add


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[Practice]:
    opened = open_practice(tmp_path / "practice")
    yield opened
    opened.close()


@pytest.fixture
def kept(practice: Practice, tmp_path: Path) -> Kept:
    with practice.unit_of_work("anna") as unit:
        return keep(unit, tmp_path / "source")


def test_a_backup_is_restored_as_it_was(practice: Practice, kept: Kept, tmp_path: Path) -> None:
    copied = backup.back_up(practice, "anna", tmp_path / "backup")
    assert copied.files == 3
    erase.person(practice, "anna", kept.person)
    health = backup.restore(tmp_path / "backup", tmp_path / "restored")
    assert health.head.number == copied.number
    again = open_practice(tmp_path / "restored")
    with again.unit_of_work("ben", write=False) as unit:
        assert results.assessment(unit, kept.result) == {"of": "P-001"}
    assert examine(again).sound
    again.close()
    assert not list(tmp_path.glob(".cicatrix-*"))
    open_to_others = [path for path in (tmp_path / "backup").rglob("*") if path.stat().st_mode & 0o077]
    assert open_to_others == []


def test_a_backup_taken_while_others_write_and_erase_is_sound(practice: Practice, tmp_path: Path) -> None:
    stop = threading.Event()

    def work() -> None:
        mine: list[str] = []
        for n in range(1000):
            if stop.is_set():
                return
            mine.append(add(practice, f"busy-{n}", bytes([n % 256]) * 50_000))
            if len(mine) > 2:
                erase.person(practice, "writer", mine.pop(0))

    writer = threading.Thread(target=work)
    writer.start()
    try:
        for n in range(4):
            backup.back_up(practice, "anna", tmp_path / f"backup-{n}")
    finally:
        stop.set()
        writer.join()
    for n in range(4):
        assert backup.restore(tmp_path / f"backup-{n}", tmp_path / f"restored-{n}").sound


def test_a_file_that_is_erased_meanwhile_begins_the_copy_again(
    practice: Practice, kept: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with practice.unit_of_work("anna") as unit:
        keep(unit, tmp_path / "other", "P-002", b"another photograph")
    whole = backup._copy_files

    def first_erase(*given: object) -> str | None:
        monkeypatch.setattr(backup, "_copy_files", whole)
        erase.person(practice, "anna", kept.person)
        return whole(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(backup, "_copy_files", first_erase)
    backup.back_up(practice, "anna", tmp_path / "backup")
    copy = open_practice(tmp_path / "backup")
    with copy.unit_of_work("ben", write=False) as unit:
        assert [person.pseudonym for person in people.find(unit).items] == ["P-002"]
    assert examine(copy).sound
    assert examine(copy).orphans == ()
    copy.close()


def _file(practice: Practice, kept: Kept) -> StoredFile:
    with practice.unit_of_work("anna", write=False) as unit:
        return captures.get(unit, kept.capture).files[1]


def test_a_damaged_practice_is_not_backed_up_as_whole(practice: Practice, kept: Kept, tmp_path: Path) -> None:
    practice.files.path(_file(practice, kept).sha256).write_bytes(b"")
    with pytest.raises(RecordError, match="stored file is damaged"):
        backup.back_up(practice, "anna", tmp_path / "backup")
    assert not (tmp_path / "backup").exists()


def test_uploading_again_repairs_what_is_damaged(practice: Practice, kept: Kept) -> None:
    for content in (b"", b"another photograph"):
        practice.files.path(_file(practice, kept).sha256).write_bytes(content)
        assert examine(practice).damaged
        practice.files.put_bytes(b"a photograph", "north.jpg")
        assert examine(practice).sound


@pytest.mark.parametrize("harm", ["file", "database", "log", "nothing"])
def test_a_damaged_or_torn_backup_is_refused(practice: Practice, kept: Kept, tmp_path: Path, harm: str) -> None:
    copy = tmp_path / "backup"
    backup.back_up(practice, "anna", copy)
    if harm == "file":
        (copy / "files" / (sha256 := _file(practice, kept).sha256)[:2] / sha256).write_bytes(b"x")
    elif harm == "database":
        data = bytearray((copy / "practice.db").read_bytes())
        data[8192:12288] = bytes(4096)
        (copy / "practice.db").write_bytes(data)
    elif harm == "log":  # a copy of the folder while the app ran, without the write-ahead log
        shutil.rmtree(copy)
        with practice.unit_of_work("anna") as unit:
            people.add(unit, "P-009")
        shutil.copytree(practice.folder, copy, ignore=shutil.ignore_patterns("*-wal", "*-shm"))
    else:
        shutil.rmtree(copy)
    with pytest.raises(RecordError):
        backup.restore(copy, tmp_path / "restored")
    assert not (tmp_path / "restored").exists()
    assert not list(tmp_path.glob(".cicatrix-*"))


def test_nothing_is_written_over(practice: Practice, kept: Kept, tmp_path: Path) -> None:
    del kept
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("precious")
    with pytest.raises(OutputError, match="not empty"):
        backup.back_up(practice, "anna", tmp_path / "full")
    backup.back_up(practice, "anna", tmp_path / "backup")
    with pytest.raises(OutputError, match="not empty"):
        backup.restore(tmp_path / "backup", tmp_path / "full")
    assert [file.name for file in (tmp_path / "full").iterdir()] == ["letter.txt"]
