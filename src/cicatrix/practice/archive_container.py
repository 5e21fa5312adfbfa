"""The container of an archive: a zip with ``manifest.json``, ``rows.json`` and files named by their SHA-256.

Nothing in an archive is trusted. ``read_container`` checks every member against the manifest before anything is used,
with limits on sizes, ratios and the number of JSON values, so that checking a hostile archive stays below 4 GB.
"""

from __future__ import annotations

import hashlib
import json
import re
import struct
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from cicatrix.errors import RecordError
from cicatrix.io.zip_entry import zip_entry
from cicatrix.practice.filestore import FileStore

__all__ = ["FILES", "Container", "Rows", "check_directory", "read_container", "write_container"]

FORMAT: Final = "cicatrix/archive/1"
MANIFEST: Final = "manifest.json"
ROWS: Final = "rows.json"
FILES: Final = "files/"

LARGEST_MANIFEST: Final = 1 << 26
LARGEST_ROWS: Final = 1 << 28
MOST_VALUES: Final = 15_000_000
"""JSON values of one member; each takes up to about 100 bytes when parsed."""
LARGEST_FILE: Final = 1 << 32
LARGEST_DIRECTORY: Final = 1 << 27
"""Bytes of the zip's directory; Python takes about ten times as much to read it."""
LARGEST_RATIO: Final = 200
SMALL: Final = 1 << 24
"""Below this a member may unpack to any ratio."""
CHUNK: Final = 1 << 20

REVISION: Final = re.compile(r"[0-9A-Za-z_]{1,32}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED: Final = 0x1 | 0x40
_REPAIR: Final = "run `cicatrix record check` to see what else is wrong, and restore the folder from a backup"
_COPY_AGAIN: Final = "copy the archive again, or export it again"

Rows = dict[str, list[dict[str, Any]]]
"""Rows by the name of their table; each is an object of column names and JSON values."""


@dataclass(frozen=True, slots=True)
class Container:
    """A checked archive.

    Attributes
    ----------
    revision
        Revision of the database that the rows come from.
    rows
        What ``rows.json`` holds, unchecked but for being an object of lists of objects.
    files
        SHA-256 to length in bytes of every file; the content was compared with both.
    """

    revision: str
    rows: Rows
    files: Mapping[str, int]


def write_container(out: IO[bytes], store: FileStore, rows: Rows, revision: str) -> None:
    """Write an archive; the same rows and files give the same bytes.

    Raises
    ------
    RecordError
        A stored file is missing or damaged, or the rows are too large to be imported again.
    """
    text = json.dumps(rows, sort_keys=True, ensure_ascii=False, indent=1).encode()
    if len(text) > LARGEST_ROWS or _values(text) > MOST_VALUES:
        raise RecordError("these are too many rows for one archive", fix="export one person at a time")
    members = {ROWS: {"sha256": hashlib.sha256(text).hexdigest(), "bytes": len(text)}}
    members |= {FILES + row["sha256"]: {"sha256": row["sha256"], "bytes": row["bytes"]} for row in rows["file"]}
    manifest = {"format": FORMAT, "revision": revision, "members": members}
    with zipfile.ZipFile(out, "w", allowZip64=True) as archive:
        listing = json.dumps(manifest, sort_keys=True, indent=1).encode()
        archive.writestr(zip_entry(MANIFEST, zipfile.ZIP_DEFLATED), listing)
        archive.writestr(zip_entry(ROWS, zipfile.ZIP_DEFLATED), text)
        for row in rows["file"]:
            _write_file(archive, store, row["sha256"])


def read_container(archive: zipfile.ZipFile, path: Path) -> Container:
    """Check the manifest, and every member against it.

    Raises
    ------
    RecordError
        The archive is not one of Cicatrix, is damaged, or is larger than the limits.
    """
    manifest = _json(archive, MANIFEST, path, LARGEST_MANIFEST)
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise RecordError(f"this is not an archive of the format {FORMAT}", path=path, fix=_COPY_AGAIN)
    revision = manifest.get("revision")
    if not isinstance(revision, str) or not REVISION.fullmatch(revision):
        raise RecordError("the archive's manifest states no revision", path=path, fix=_COPY_AGAIN)
    members = _members(manifest, path)
    names = archive.namelist()
    if len(set(names)) != len(names) or set(names) != {MANIFEST, *members}:
        raise RecordError("the archive does not hold what its manifest lists", path=path, fix=_COPY_AGAIN)
    for name, (sha256, size) in members.items():
        _check_member(archive, name, sha256, size, path)
    rows = _json(archive, ROWS, path, LARGEST_ROWS)
    if not isinstance(rows, dict) or not all(
        isinstance(table, list) and all(isinstance(row, dict) for row in table) for table in rows.values()
    ):
        raise RecordError("the archive's rows are not lists of objects", path=path, fix=_COPY_AGAIN)
    files = {sha256: size for name, (sha256, size) in members.items() if name != ROWS}
    return Container(revision=revision, rows=rows, files=files)


def check_directory(stream: IO[bytes], path: Path) -> None:
    """Refuse a zip whose directory is too large to be read into memory.

    Raises
    ------
    RecordError
        The directory has more than 128 MiB.
    """
    stream.seek(0, 2)
    end = stream.tell()
    stream.seek(max(0, end - (1 << 16) - 64))
    tail = stream.read()
    stream.seek(0)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or at + 16 > len(tail):
        return  # not a zip; its reader says so
    (size,) = struct.unpack_from("<L", tail, at + 12)
    wide = tail.rfind(b"PK\x06\x06", 0, at)
    if size == 0xFFFFFFFF and wide >= 0 and wide + 48 <= len(tail):
        (size,) = struct.unpack_from("<Q", tail, wide + 40)
    if size > LARGEST_DIRECTORY:
        raise RecordError(
            f"the archive's directory has {size} bytes", path=path, allowed=f"at most {LARGEST_DIRECTORY} bytes"
        )


def _members(manifest: Mapping[str, Any], path: Path) -> dict[str, tuple[str, int]]:
    """Name to SHA-256 and length of every member that the manifest lists."""
    listed = manifest.get("members")
    if not isinstance(listed, dict) or ROWS not in listed:
        raise RecordError("the archive's manifest lists no rows", path=path, fix=_COPY_AGAIN)
    members: dict[str, tuple[str, int]] = {}
    for name, stated in listed.items():
        sha256 = stated.get("sha256") if isinstance(stated, dict) else None
        size = stated.get("bytes") if isinstance(stated, dict) else None
        if not isinstance(sha256, str) or not _SHA256.fullmatch(sha256) or type(size) is not int or size < 0:
            raise RecordError(
                f"the archive lists {name[:80]!r} without its checksum and length", path=path, fix=_COPY_AGAIN
            )
        if name not in {ROWS, FILES + sha256}:
            raise RecordError(
                f"the archive lists {name[:80]!r}", path=path, allowed=f"{ROWS}, and files by their SHA-256"
            )
        members[name] = (sha256, size)
    return members


def _check_member(archive: zipfile.ZipFile, name: str, sha256: str, size: int, path: Path) -> None:
    limit = LARGEST_ROWS if name == ROWS else LARGEST_FILE
    info = _check_kind(archive, name, path, limit)
    if info.file_size != size:
        raise RecordError(f"{name} has {info.file_size} bytes", path=path, allowed=f"{size} bytes", fix=_COPY_AGAIN)
    digest, left = hashlib.sha256(), size
    with archive.open(info) as source:
        while left >= 0 and (chunk := source.read(CHUNK)):
            digest.update(chunk)
            left -= len(chunk)
    if left or digest.hexdigest() != sha256:
        raise RecordError(f"{name} is damaged: its checksum differs", path=path, fix=_COPY_AGAIN)


def _check_kind(archive: zipfile.ZipFile, name: str, path: Path, limit: int) -> zipfile.ZipInfo:
    """The entry of a member that is stored plainly or deflated, and within the limits."""
    info = archive.getinfo(name)
    if info.flag_bits & _ENCRYPTED or info.compress_type not in _METHODS:
        raise RecordError(f"{name} is encrypted or compressed in an unusual way", path=path, fix=_COPY_AGAIN)
    if info.file_size > limit or info.file_size > max(SMALL, LARGEST_RATIO * info.compress_size):
        raise RecordError(
            f"{name} has {info.file_size} bytes in {info.compress_size}",
            path=path,
            allowed=f"at most {limit} bytes, and {LARGEST_RATIO} to a byte of the archive",
        )
    return info


def _json(archive: zipfile.ZipFile, name: str, path: Path, limit: int) -> Any:
    try:
        info = _check_kind(archive, name, path, limit)
    except KeyError as error:
        raise RecordError(f"this is not an archive of Cicatrix: it has no {name}", path=path) from error
    with archive.open(info) as source:
        text = source.read(limit + 1)
    if len(text) > limit or _values(text) > MOST_VALUES:
        raise RecordError(f"{name} is larger than any that was exported", path=path)
    try:
        return json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise RecordError(f"{name} cannot be read as JSON", path=path, fix=_COPY_AGAIN) from error


def _values(text: bytes) -> int:
    """At least as many as there are values in a JSON text, counted without parsing it."""
    return text.count(b",") + text.count(b"[") + text.count(b"{")


def _no_number(word: str) -> float:
    msg = f"{word} is not a number in JSON"
    raise ValueError(msg)


def _write_file(archive: zipfile.ZipFile, store: FileStore, sha256: str) -> None:
    """Copy a stored file, and compare its content with its name on the way."""
    digest = hashlib.sha256()
    try:
        # Photographs are compressed already.
        with (
            store.path(sha256).open("rb") as source,
            archive.open(zip_entry(FILES + sha256, zipfile.ZIP_STORED), "w", force_zip64=True) as target,
        ):
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                target.write(chunk)
    except FileNotFoundError as error:
        raise RecordError("a stored file is missing", path=store.path(sha256), fix=_REPAIR) from error
    if digest.hexdigest() != sha256:
        raise RecordError("a stored file is damaged", path=store.path(sha256), fix=_REPAIR)
