"""Files by the hash of their content: written once, whole or not at all."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from cicatrix.errors import RecordError
from cicatrix.model.practice import StoredFile

__all__ = ["FileStore"]

CHUNK = 1 << 20
PART = ".part"


class FileStore:
    """A folder ``ab/abcdef…`` of files named by their SHA-256.

    A file is written under another name in the same folder, flushed to the disk and moved into place, so that a name
    that is there stands for the whole content. Files are written before the rows that name them are committed: after
    a crash there may be a file that no row names, never a row without its file.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        """Where the content lies; there need not be any."""
        return self.folder / sha256[:2] / sha256

    def put(self, source: Path, name: str) -> StoredFile:
        """Take over the content of a file."""
        with source.open("rb") as stream:
            return self._put(iter(lambda: stream.read(CHUNK), b""), name)

    def put_bytes(self, data: bytes, name: str) -> StoredFile:
        """Take over bytes."""
        return self._put(iter((data,)), name)

    def check(self, sha256: str) -> str | None:
        """What is wrong with the stored content: ``"missing"``, ``"damaged"`` or None."""
        path = self.path(sha256)
        if not path.is_file():
            return "missing"
        with path.open("rb") as stream:
            return None if hashlib.file_digest(stream, "sha256").hexdigest() == sha256 else "damaged"

    def stored(self) -> Iterator[str]:
        """Hashes of all that is stored."""
        for file in self.folder.glob("??/*"):
            if not file.name.endswith(PART):
                yield file.name

    def remove(self, sha256: str) -> int:
        """Remove content; returns its bytes, 0 where there was none."""
        path = self.path(sha256)
        try:
            size = path.stat().st_size
            path.unlink()
        except FileNotFoundError:
            return 0
        return size

    def sweep(self, older_than: float) -> int:
        """Remove what writers that died left half-written before a time (seconds since the epoch); returns how many."""
        left = [file for file in self.folder.glob(f"*{PART}") if file.stat().st_mtime < older_than]
        for file in left:
            file.unlink(missing_ok=True)
        return len(left)

    def _put(self, chunks: Iterator[bytes], name: str) -> StoredFile:
        digest, size = hashlib.sha256(), 0
        beside: Path | None = None
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self.folder, suffix=PART, delete=False) as out:
                beside = Path(out.name)
                for chunk in chunks:
                    digest.update(chunk)
                    size += len(chunk)
                    out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
            self._move(beside, digest.hexdigest())
        except OSError as error:
            raise RecordError(
                f"{name} cannot be kept: {error.strerror or error}",
                path=self.folder,
                fix="see that the disk has space left and that you may write to the folder",
            ) from error
        finally:
            if beside is not None:
                beside.unlink(missing_ok=True)
        return StoredFile(name=name, sha256=digest.hexdigest(), bytes=size)

    def _move(self, beside: Path, sha256: str) -> None:
        place = self.path(sha256)
        if place.exists():
            return
        place.parent.mkdir(exist_ok=True)
        beside.replace(place)
        # The move itself is on the disk only when the folder is.
        folder = os.open(place.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
