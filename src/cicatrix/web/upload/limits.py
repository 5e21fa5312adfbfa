"""How much an upload may hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["MEGABYTE", "UploadLimits"]

MEGABYTE: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """How much an upload may hold.

    Attributes
    ----------
    files
        Files in all, also inside an archive.
    file_bytes
        Bytes of a file: a RAW photograph of 100 megapixels has about 200 MB.
    bytes
        Bytes of all files together, unpacked.
    ratio
        Unpacked bytes to a byte of the archive. Photographs hardly shrink; height maps, which may, stay below.
    """

    files: int = 400
    file_bytes: int = 512 * MEGABYTE
    bytes: int = 4096 * MEGABYTE
    ratio: int = 200
