"""Unpack an archive that somebody sent, trusting nothing in it."""

from __future__ import annotations

import errno
import stat
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Final

from cicatrix.errors import CaptureError
from cicatrix.io.file_names import check_names, clean_name
from cicatrix.progress import Progress
from cicatrix.web.upload.limits import MEGABYTE, UploadLimits

__all__ = ["is_zip", "unzip"]

CHUNK: Final = MEGABYTE
_START: Final = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_ENCRYPTED: Final = 0x1 | 0x40
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_SMALL: Final = 16 * MEGABYTE
"""Below this an archive may unpack to any ratio."""
_STAGE: Final = "unpacking"
_DAMAGE: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, struct.error, LookupError, ValueError)
"""What the library raises on damaged archives; an empty name is an IndexError there, a negative offset a ValueError."""


def is_zip(start: bytes) -> bool:
    """Whether a file that starts so is a zip archive."""
    return start.startswith(_START)


def unzip(archive: Path, folder: Path, limits: UploadLimits, tell: Progress) -> tuple[str, ...]:
    """Unpack an archive into an empty folder.

    Parameters
    ----------
    archive
        A zip file.
    folder
        Where its files go, made here.
    limits
        How much it may hold; held against what its directory says before anything is written, and against what is
        read while it is written.
    tell
        Told how many files are unpacked.

    Returns
    -------
    tuple of str
        Names of the files inside the folder.

    Raises
    ------
    CaptureError
        The archive is damaged, encrypted, too large, holds an archive or a link, or a name that leads out of it.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            wanted = _looked_over(opened, archive.stat().st_size, limits)
            folder.mkdir()
            for done, (name, entry) in enumerate(wanted.items()):
                tell(_STAGE, done, len(wanted))
                _take(opened, entry, folder / name)
            tell(_STAGE, len(wanted), len(wanted))
    except _DAMAGE as error:
        raise _damaged(error) from error
    except OSError as error:
        if error.errno != errno.EINVAL:  # not an offset before the beginning: the disk's fault
            raise
        raise _damaged(error) from error
    return tuple(wanted)


def _damaged(error: Exception) -> CaptureError:
    return CaptureError(
        f"the archive is damaged or of an unusual kind ({error})", fix="pack the folder as a plain zip once more"
    )


def _looked_over(opened: zipfile.ZipFile, packed: int, limits: UploadLimits) -> dict[str, zipfile.ZipInfo]:
    """Names of the files that are wanted, and where they are; nothing has been unpacked yet."""
    entries = opened.infolist()
    if len(entries) > 2 * limits.files:  # folders and litter are entries, too
        raise _too_much(f"{len(entries)} entries", f"at most {limits.files} files")
    wanted: dict[str, zipfile.ZipInfo] = {}
    for entry in entries:
        _check_kind(entry)
        if entry.is_dir():
            clean_name(entry.filename.rstrip("/"))
            continue
        name = clean_name(entry.orig_filename)
        if name is None:
            continue
        if name in wanted:
            raise CaptureError(f"the archive holds {name!r} twice", fix="pack the folder once more")
        wanted[name] = entry
    check_names(wanted)
    _check_size(tuple(wanted.values()), packed, limits)
    return wanted


def _check_kind(entry: zipfile.ZipInfo) -> None:
    name = entry.orig_filename[:80]
    if not entry.filename:
        raise CaptureError("a file in the archive has no name", fix="pack the folder as a plain zip once more")
    if entry.flag_bits & _ENCRYPTED:
        raise CaptureError(f"{name!r} in the archive is encrypted", fix="pack the folder without a password")
    if entry.compress_type not in _METHODS:
        raise CaptureError(
            f"{name!r} is packed by method {entry.compress_type}",
            allowed="stored or deflated files, as every system's own zip makes them",
            fix="pack the folder with the system's own zip",
        )
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise CaptureError(
            f"{name!r} in the archive is a link or a device",
            allowed="files and folders",
            fix="pack the files themselves",
        )


def _check_size(entries: tuple[zipfile.ZipInfo, ...], packed: int, limits: UploadLimits) -> None:
    if len(entries) > limits.files:
        raise _too_much(f"{len(entries)} files", f"at most {limits.files} files")
    for entry in entries:
        if entry.file_size > limits.file_bytes:
            raise _too_much(
                f"{entry.filename[:80]!r} with {entry.file_size} bytes", f"at most {limits.file_bytes} bytes a file"
            )
    total = sum(entry.file_size for entry in entries)
    if total > limits.bytes:
        raise _too_much(f"{total} bytes", f"at most {limits.bytes} bytes")
    if total > max(_SMALL, limits.ratio * packed):
        raise _too_much(
            f"{total} bytes in an archive of {packed}", f"at most {limits.ratio} bytes to a byte of the archive"
        )


def _too_much(what: str, allowed: str) -> CaptureError:
    return CaptureError(
        f"the archive holds {what}", allowed=allowed, fix="put only the photographs of one capture into it"
    )


def _take(opened: zipfile.ZipFile, entry: zipfile.ZipInfo, place: Path) -> None:
    """Write one file; never more of it than the directory said."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with opened.open(entry) as source, place.open("xb") as out:
        left = entry.file_size
        chunk = source.read(CHUNK)
        if is_zip(chunk):
            raise CaptureError(
                f"{entry.filename[:80]!r} is an archive inside the archive",
                fix="unpack it, and pack the photographs themselves",
            )
        while chunk:
            left -= len(chunk)
            if left < 0:
                raise zipfile.BadZipFile(f"{entry.filename[:80]!r} is longer than the archive says")
            out.write(chunk)
            chunk = source.read(CHUNK)
        if left:
            raise zipfile.BadZipFile(f"{entry.filename[:80]!r} is shorter than the archive says")
