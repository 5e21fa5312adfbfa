"""Results appear in the output folder whole or not at all."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from cicatrix.errors import OutputError
from cicatrix.io.durable import sync_file, sync_folder

__all__ = ["atomic_folder", "check_new", "check_out", "private_file", "write_file"]


def check_out(out: Path) -> None:
    """Refuse an output folder that cannot be written, before any work is done for it.

    Raises
    ------
    OutputError
        ``out`` is a file, lies inside one, or may not be written.
    """
    base = out
    while not (base.exists() or base.is_symlink()):
        base = base.parent
    if not base.is_dir():
        raise OutputError(
            "this is a file" if base == out else f"{base} is a file",
            path=out,
            allowed="a folder, which need not exist yet",
            fix="give another --out",
        )
    if not os.access(base, os.W_OK | os.X_OK):
        raise OutputError(
            f"{base} cannot be written", path=out, allowed="a folder that you may write", fix="give another --out"
        )


def check_new(out: Path) -> None:
    """Refuse an output folder that holds something already, or cannot be written.

    Raises
    ------
    OutputError
        ``out`` is not empty, is a file, lies inside one, or may not be written.
    """
    check_out(out)
    if out.exists() and any(out.iterdir()):
        raise OutputError(
            "is not empty",
            path=out,
            allowed="a folder that does not exist yet, or an empty one",
            fix="choose another folder or empty this one",
        )


@contextmanager
def atomic_folder(out: Path) -> Iterator[Path]:
    """Lend a folder to write to; its files move to ``out`` at the end, and none of them does after an error.

    Files of the same names are replaced, others in ``out`` are left alone. A folder that had to be made for ``out``
    goes again after an error.

    Raises
    ------
    OutputError
        ``out`` cannot be written, or the disk is full.
    """
    check_out(out)
    made = _first_missing(out)
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".cicatrix-", dir=out) as lent:
            work = Path(lent)
            yield work
            for file in sorted(work.iterdir()):
                file.replace(out / file.name)
    except BaseException as error:
        if made is not None:
            shutil.rmtree(made, ignore_errors=True)
        if isinstance(error, OutputError):  # it names the folder that was lent
            raise OutputError(error.what, path=out, allowed=error.allowed, fix=error.fix) from error
        if isinstance(error, OSError):
            raise OutputError(
                f"the results cannot be written: {error.strerror or error}",
                path=out,
                fix="choose a folder that you may write to, on a disk with space left",
            ) from error
        raise


def write_file(path: Path, data: bytes, *, replace: bool) -> None:
    """Write one file: it is there whole, or as it was before.

    Raises
    ------
    OutputError
        ``path`` exists and ``replace`` is false, is a folder, or cannot be written.
    """
    if path.is_dir():
        raise OutputError("this is a folder", path=path, allowed="the name of a file", fix="give another --out")
    if path.exists() and not replace:
        raise OutputError("the file exists already", path=path, fix="give another --out, or move the file away")
    beside: Path | None = None
    try:
        with tempfile.NamedTemporaryFile(prefix=".cicatrix-", dir=path.parent, delete=False) as lent:
            beside = Path(lent.name)
            lent.write(data)
        # A temporary file is for its owner alone; a result is as any other new file.
        beside.chmod(0o666 & ~_umask())
        beside.replace(path)
    except BaseException as error:
        if beside is not None:
            beside.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise OutputError(
                f"the file cannot be written: {error.strerror or error}",
                path=path,
                fix="choose a folder that exists and that you may write to, on a disk with space left",
            ) from error
        raise


@contextmanager
def private_file(path: Path, *, replace: bool) -> Iterator[IO[bytes]]:
    """Open a new file that only its owner may read; it is there whole and on the disk, or as it was before.

    Where the system can (Linux), the file has no name until it is complete, so that nothing is left of it when the
    process is killed.

    Raises
    ------
    OutputError
        ``path`` exists and ``replace`` is false, is a folder, or cannot be written.
    """
    if not path.parent.is_dir() or path.is_dir() or (path.exists() and not replace):
        raise OutputError(
            "the file cannot be written here", path=path, allowed="the name of a new file in a folder that exists"
        )
    beside = path.parent / f".cicatrix-{secrets.token_hex(8)}"
    try:
        descriptor = _without_name(path.parent)
        named = descriptor is None
        if descriptor is None:
            descriptor = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "w+b") as out:  # noqa: PTH123 - a descriptor, not a path
            yield out
            out.flush()
            sync_file(out.fileno())
            if not named:
                # Python calls linkat, which alone follows this link, only when a folder is given.
                source = f"/proc/self/fd/{out.fileno()}"
                os.link(source, beside, src_dir_fd=out.fileno(), follow_symlinks=True)
        beside.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise OutputError(
            f"the file cannot be written: {error.strerror or error}",
            path=path,
            fix="choose a folder that you may write to, on a disk with space left",
        ) from error
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def _without_name(folder: Path) -> int | None:
    """A new file without a name; None where the system or the file system has no such thing."""
    flag = getattr(os, "O_TMPFILE", None)
    if flag is None or not Path("/proc/self/fd").is_dir():
        return None
    try:
        return os.open(folder, os.O_RDWR | flag, 0o600)
    except OSError:
        return None


def _umask() -> int:
    """Which permissions new files lack; it can only be read by setting it."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def _first_missing(out: Path) -> Path | None:
    """The topmost folder that has to be made for ``out``."""
    return next((folder for folder in (*reversed(out.parents), out) if not folder.exists()), None)
