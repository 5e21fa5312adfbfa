"""What a file is by its first bytes, for errors that name a file given in place of another."""

from __future__ import annotations

from pathlib import Path
from typing import Final

__all__ = ["described"]

_SIGNATURES: Final = (
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"\x89PNG\r\n", "a picture (PNG)"),
    (b"II*\x00", "a picture (TIFF)"),
    (b"MM\x00*", "a picture (TIFF)"),
    (b"GIF8", "a picture (GIF)"),
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a zip archive or an office document"),
)
_HEIF_BRANDS: Final = (b"heic", b"heix", b"mif1", b"msf1", b"avif")


def described(path: Path) -> str | None:
    """Describe a file that is not text, such as ``a picture (JPEG)``; None for text, and where it cannot be read."""
    try:
        with path.open("rb") as stream:
            start = stream.read(16)
    except (OSError, ValueError):
        return None
    if start[4:8] == b"ftyp" and start[8:12] in _HEIF_BRANDS:
        return "a picture (HEIC)"
    return next((words for signature, words in _SIGNATURES if start.startswith(signature)), None)
