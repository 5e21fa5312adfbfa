"""Content-addressed file store: each file once, under the SHA-256 of its content."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

from cicatrix.errors import RecordError, StorageError
from cicatrix.io.durable import sync_file, sync_folder
from cicatrix.model.practice import StoredFile

__all__ = ["FileStore"]

CHUNK: Final = 1 << 20
PART: Final = ".part"
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


class FileStore:
    """A folder ``ab/abcdef…`` of files named by their SHA-256.

    A file is written under a temporary name in the same folder, flushed to the disk and moved into place, so that a
    name that exists stands for the whole content. Files are written before the rows that name them are committed:
    after a crash there may be a file that no row names, never a row without its file.

    A second upload of the same content repairs a stored file that is damaged.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        """Path of the content; it need not exist.

        Raises
        ------
        RecordError
            ``sha256`` is not a SHA-256: used as a path it could lead anywhere.
        """
        if not _SHA256.fullmatch(sha256):
            raise RecordError(
                f"{sha256[:80]!r} is not the hash of a stored file",
                path=self.folder,
                allowed="64 hexadecimal digits",
                fix="run `cicatrix record check`, and restore the folder from a backup",
            )
        return self.folder / sha256[:2] / sha256

    def put(self, source: Path, name: str) -> StoredFile:
        """Store the content of a file.

        Raises
        ------
        StorageError
            The content cannot be written, for example because the disk is full.
        """
        with source.open("rb") as stream:
            return self._put(_chunks(stream), name)

    def put_bytes(self, data: bytes, name: str) -> StoredFile:
        """Store bytes."""
        return self._put(iter((data,)), name)

    def put_expected(self, stream: IO[bytes], sha256: str, size: int) -> StoredFile:
        """Store what a stream holds if it has this hash and this length; not a byte more is written.

        Raises
        ------
        RecordError
            The content is another one, or cannot be written.
        """
        return self._put(_chunks(stream, size), sha256, sha256)

    def check(self, sha256: str) -> str | None:
        """What is wrong with the stored content: ``"missing"``, ``"damaged"`` or None."""
        path = self.path(sha256)
        if not path.is_file():
            return "missing"
        try:
            with path.open("rb") as stream:
                return None if hashlib.file_digest(stream, "sha256").hexdigest() == sha256 else "damaged"
        except OSError:  # an unreadable sector, or permissions that were changed
            return "damaged"

    def stored(self) -> Iterator[str]:
        """Hashes of all stored files."""
        for file in self.folder.glob("??/*"):
            if _SHA256.fullmatch(file.name):
                yield file.name

    def remove(self, sha256: str) -> int:
        """Remove content; returns its length in bytes, 0 if there was none. See ``sync``."""
        path = self.path(sha256)
        try:
            size = path.stat().st_size
            path.unlink()
        except FileNotFoundError:
            return 0
        return size

    def sync(self, removed: Iterable[str]) -> None:
        """Flush to the disk that these files were removed, so that a power cut does not bring them back."""
        for folder in {self.path(sha256).parent for sha256 in removed}:
            if folder.is_dir():
                sync_folder(folder)

    def sweep(self, older_than: float) -> int:
        """Remove temporary files of interrupted writes from before a time (seconds since the epoch).

        Returns
        -------
        int
            How many were removed.
        """
        left = [file for file in self.folder.glob(f"*{PART}") if file.stat().st_mtime < older_than]
        for file in left:
            file.unlink(missing_ok=True)
        return len(left)

    def _put(self, chunks: Iterator[bytes], name: str, expected: str | None = None) -> StoredFile:
        digest, size = hashlib.sha256(), 0
        beside: Path | None = None
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            # Only its owner may read a temporary file, and so what it becomes.
            with tempfile.NamedTemporaryFile(dir=self.folder, suffix=PART, delete=False) as out:
                beside = Path(out.name)
                for chunk in chunks:
                    digest.update(chunk)
                    size += len(chunk)
                    out.write(chunk)
                out.flush()
                sync_file(out.fileno())
            if expected not in {None, digest.hexdigest()}:
                raise RecordError(f"the content of {name} has another hash", fix="copy it again from its source")
            self._move(beside, digest.hexdigest())
        except OSError as error:
            raise StorageError(
                f"{name} cannot be stored: {error.strerror or error}",
                path=self.folder,
                fix="check that the disk has space left and that you may write to the folder",
            ) from error
        finally:
            if beside is not None:
                with suppress(OSError):  # swept at a later opening; the content itself is stored, or the error is told
                    beside.unlink(missing_ok=True)
        return StoredFile(name=name, sha256=digest.hexdigest(), bytes=size)

    def _move(self, beside: Path, sha256: str) -> None:
        place = self.path(sha256)
        if self.check(sha256) is None:
            return
        if not place.parent.is_dir():
            place.parent.mkdir(exist_ok=True, mode=0o700)
            sync_folder(self.folder)
        beside.replace(place)
        # The move itself is on the disk only when the folder is.
        sync_folder(place.parent)


def _chunks(stream: IO[bytes], size: int | None = None) -> Iterator[bytes]:
    """What a stream holds; at most one byte more than ``size``, which gives it another hash."""
    left = None if size is None else size + 1
    while chunk := stream.read(CHUNK if left is None else min(CHUNK, left)):
        left = None if left is None else left - len(chunk)
        yield chunk
