"""Every system call that writes fails once, and unflushed writes are lost: what was confirmed is there."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from cicatrix.errors import CicatrixError
from cicatrix.io import durable
from cicatrix.io.write import atomic_folder, private_file, write_file
from cicatrix.practice import archive, open_practice, people
from cicatrix.practice import filestore as store_module
from cicatrix.practice.filestore import FileStore
from cicatrix.practice.integrity import examine
from tests.practice.made import keep

CALLS = ("open", "write", "fsync", "replace", "rename", "link", "mkdir", "unlink", "chmod", "rmdir")
"""Functions of ``os`` that change the disk or make it last; ``pathlib`` and ``tempfile`` call them as well."""


class Broken:
    """Counts calls, and fails one of them."""

    def __init__(self, fails_at: int, number: int, inside: Path) -> None:
        self.fails_at, self.number, self.inside, self.calls = fails_at, number, inside, 0

    def wrap(self, whole: Callable[..., Any]) -> Callable[..., Any]:
        """A function of ``os`` that may fail."""

        def call(first: Any, *rest: Any, **options: Any) -> Any:
            if isinstance(first, str | Path) and not Path(first).is_relative_to(self.inside):
                return whole(first, *rest, **options)
            self.calls += 1
            if self.calls == self.fails_at:
                raise OSError(self.number, os.strerror(self.number))
            return whole(first, *rest, **options)

        return call


@contextmanager
def broken(fails_at: int, number: int, inside: Path) -> Iterator[Broken]:
    """Have the ``fails_at``-th of the calls fail with an error number."""
    fault = Broken(fails_at, number, inside)
    with pytest.MonkeyPatch.context() as patch:
        for name in CALLS:
            patch.setattr(os, name, fault.wrap(getattr(os, name)))
        yield fault


def each_failing(work: Callable[[], object], inside: Path, number: int) -> Iterator[CicatrixError | None]:
    """Do something again and again while its first, second … call fails; yields what it raised."""
    for fails_at in range(1, 200):
        error: CicatrixError | None = None
        with broken(fails_at, number, inside) as fault:
            try:
                work()
            except CicatrixError as raised:
                error = raised
        if fault.calls < fails_at:
            return
        yield error
    raise AssertionError("there is no end of calls")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EROFS])
def test_the_store_keeps_whole_files_or_none(tmp_path: Path, number: int) -> None:
    store, content = FileStore(tmp_path / "files"), b"a photograph" * 1000
    tries = 0
    for error in each_failing(lambda: store.put_bytes(content, "a.jpg"), tmp_path, number):
        tries += 1
        left = list(store.stored())
        assert error is not None or left, "nothing was raised, and nothing is there"
        assert all(store.check(sha256) is None for sha256 in left)
        shutil.rmtree(tmp_path / "files", ignore_errors=True)
    assert tries >= 5


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
def test_a_practice_stays_sound_whatever_call_fails(tmp_path: Path, number: int) -> None:
    practice = open_practice(tmp_path / "practice")
    folder = tmp_path / "practice"
    added: list[str] = []

    def work() -> None:
        name = f"P-{len(added)}-{len(list(tmp_path.iterdir()))}"
        with practice.unit_of_work("anna") as unit:
            kept = keep(unit, tmp_path / f"source-{len(list(tmp_path.iterdir()))}", name, name.encode() * 100)
        added.append(kept.person)

    failed = 0
    for error in each_failing(work, folder, number):
        failed += error is not None
    with practice.unit_of_work("anna", write=False) as unit:
        assert people.find(unit).total == len(added)
    assert examine(practice).sound
    practice.close()
    assert failed >= 5


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
def test_an_export_is_there_whole_or_not_at_all(tmp_path: Path, number: int) -> None:
    practice = open_practice(tmp_path / "practice")
    with practice.unit_of_work("anna") as unit:
        kept = keep(unit, tmp_path / "source")
    out = tmp_path / "out"
    out.mkdir()
    archive.export_person(practice, "anna", kept.person, tmp_path / "good.zip")
    for error in each_failing(
        lambda: archive.export_person(practice, "anna", kept.person, out / "one.zip", replace=True), out, number
    ):
        assert {file.name for file in out.iterdir()} <= {"one.zip"}, "half-made files are left"
        if (out / "one.zip").exists():
            assert (out / "one.zip").read_bytes() == (tmp_path / "good.zip").read_bytes()
        else:
            assert error is not None
    practice.close()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
def test_results_are_written_whole_or_not_at_all(tmp_path: Path, number: int) -> None:
    def work() -> None:
        with atomic_folder(tmp_path / "out" / "result") as folder:
            (folder / "a.json").write_text("{}")
            (folder / "b.json").write_text("{}")
        write_file(tmp_path / "out" / "c.json", b"{}", replace=True)

    (tmp_path / "out").mkdir()
    for error in each_failing(work, tmp_path / "out", number):
        left = {file.name for file in (tmp_path / "out").rglob("*") if file.is_file()}
        assert left <= {"a.json", "b.json", "c.json"}, "half-made files are left"
        assert error is not None or left == {"a.json", "b.json", "c.json"}
        shutil.rmtree(tmp_path / "out")
        (tmp_path / "out").mkdir()


class Disk:
    """What would survive a power cut: names that were flushed, with the content that was flushed."""

    def __init__(self) -> None:
        self.flushed: dict[int, bytes] = {}
        """Inode to content at its last flush."""
        self.names: dict[Path, dict[str, int]] = {}
        """Folder to its names at its last flush."""

    def sync_file(self, descriptor: int) -> None:
        """Remember a file's content."""
        os.fsync(descriptor)
        self.flushed[os.fstat(descriptor).st_ino] = Path(f"/proc/self/fd/{descriptor}").read_bytes()

    def sync_folder(self, folder: Path) -> None:
        """Remember a folder's names."""
        self.names[folder] = {path.name: path.stat().st_ino for path in folder.iterdir()}

    def after_power_cut(self, path: Path) -> bytes | None:
        """Content of a file; None where its name, or that of its folder, was not flushed."""
        inode = self.names.get(path.parent, {}).get(path.name)
        return None if inode is None else self.flushed.get(inode, b"")


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    if not Path("/proc/self/fd").is_dir():
        pytest.skip("needs /proc")
    made = Disk()
    for module in (store_module, durable, __import__("cicatrix.io.write", fromlist=["write"])):
        monkeypatch.setattr(module, "sync_file", made.sync_file)
        monkeypatch.setattr(module, "sync_folder", made.sync_folder)
    return made


def test_a_stored_file_survives_a_power_cut(tmp_path: Path, disk: Disk) -> None:
    store = FileStore(tmp_path / "files")
    stored = store.put_bytes(b"a photograph", "a.jpg")
    place = store.path(stored.sha256)
    assert disk.after_power_cut(place) == b"a photograph"
    assert place.parent.name in disk.names[store.folder], "the new folder's own name is flushed, too"


def test_a_removed_file_stays_removed_after_a_power_cut(tmp_path: Path, disk: Disk) -> None:
    store = FileStore(tmp_path / "files")
    stored = store.put_bytes(b"a photograph", "a.jpg")
    store.remove(stored.sha256)
    store.sync([stored.sha256])
    assert disk.after_power_cut(store.path(stored.sha256)) is None


def test_an_export_survives_a_power_cut(tmp_path: Path, disk: Disk) -> None:
    with private_file(tmp_path / "one.zip", replace=False) as out:
        out.write(b"everything")
    assert disk.after_power_cut(tmp_path / "one.zip") == b"everything"


def test_an_erasure_flushes_what_it_removed_before_it_forgets_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cicatrix.practice import erase  # noqa: PLC0415

    practice = open_practice(tmp_path / "practice")
    with practice.unit_of_work("anna") as unit:
        kept = keep(unit, tmp_path / "source")
    pending: list[int] = []
    whole = FileStore.sync

    def sync(store: FileStore, removed: Any) -> None:
        whole(store, removed)
        with practice.unit_of_work("test", write=False) as unit:
            pending.append(erase.pending(unit))

    monkeypatch.setattr(FileStore, "sync", sync)
    erase.person(practice, "anna", kept.person)
    assert pending == [4], "three files and the database are still on the list when the folders are flushed"
    practice.close()
