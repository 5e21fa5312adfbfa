"""Read a file once: its bytes, their number and their hash."""

from __future__ import annotations

import codecs
import hashlib
from pathlib import Path

from cicatrix.errors import InputError
from cicatrix.model.capture import InputFile

__all__ = ["MAX_FILE_BYTES", "check_file", "input_file", "read_bytes", "read_text"]

MAX_FILE_BYTES = 2**31
"""No photograph within the limit on pixels needs a larger file."""
_MAX_TEXT_BYTES = 2**20


def check_file(path: Path, *, error: type[InputError], limit: int = MAX_FILE_BYTES) -> int:
    """Length of a regular file that is neither missing, empty nor larger than ``limit`` bytes."""
    try:
        size = path.stat().st_size
    except (OSError, ValueError) as exc:
        raise error(f"the file cannot be found ({_reason(exc)})", path=path, fix="check its name") from exc
    if not path.is_file():
        what = "a folder" if path.is_dir() else "not a regular file"
        raise error(f"this is {what}, not a file that can be read", path=path, fix="name a file instead")
    if size == 0:
        raise error("the file is empty (0 bytes)", path=path, fix="copy it again from its source")
    if size > limit:
        raise error(
            f"the file has {size} bytes",
            path=path,
            allowed=f"at most {limit} bytes",
            fix="check that this is the right file",
        )
    return size


def read_bytes(path: Path, *, error: type[InputError], limit: int = MAX_FILE_BYTES) -> bytes:
    """Contents of a file, or ``error`` saying why it cannot be read."""
    check_file(path, error=error, limit=limit)
    try:
        return path.read_bytes()
    except OSError as exc:
        raise error(
            f"the file cannot be read ({_reason(exc)})", path=path, fix="check its permissions and the disk"
        ) from exc


def read_text(path: Path, *, error: type[InputError]) -> tuple[str, bytes]:
    """Text of a small UTF-8 file without its byte order mark, and the bytes it was made of."""
    data = read_bytes(path, error=error, limit=_MAX_TEXT_BYTES)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise error(
            f"this is UTF-16, not UTF-8 text (it starts with byte 0x{data[0]:02x})",
            path=path,
            line=1,
            fix="save the file as UTF-8",
        )
    try:
        return data.decode("utf-8-sig"), data
    except UnicodeDecodeError as exc:
        line = data.count(b"\n", 0, exc.start) + 1
        raise error(
            f"byte 0x{data[exc.start]:02x} is not UTF-8 text", path=path, line=line, fix="save the file as UTF-8"
        ) from exc


def input_file(path: Path, folder: Path, data: bytes) -> InputFile:
    """Record what was read: the name inside the folder with forward slashes, length and SHA-256."""
    name = path.relative_to(folder).as_posix()
    return InputFile(name=name, bytes=len(data), sha256=hashlib.sha256(data).hexdigest())


def _reason(exc: Exception) -> str:
    return (exc.strerror if isinstance(exc, OSError) else None) or str(exc)
