"""Store a reconstructed relief as a compressed NumPy archive."""

from __future__ import annotations

import io
import json
import math
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cicatrix.errors import RecordError
from cicatrix.io.zip_entry import zip_entry
from cicatrix.model import Relief

__all__ = ["RELIEF_FILE", "pack", "unpack"]

RELIEF_FILE: Final = "relief.npz"
PLANES: Final = ("height_mm", "form_mm", "albedo", "trusted", "fitted", "directions")
NOTES: Final = ("pixel_mm", "method", "channel", "light", "gloss", "light_distance_mm")
LARGEST_RATIO: Final = 50
SMALL: Final = 1 << 26
"""Below this a relief may unpack to any ratio."""
_DAMAGE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    OverflowError,
    MemoryError,
)
"""What reading a damaged zip may raise."""


def pack(relief: Relief) -> bytes:
    """The relief without its photographs; the same relief gives the same bytes, which ``numpy.load`` can also read."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name in PLANES:
            plane = getattr(relief, name)
            if plane is not None:
                _write(archive, f"{name}.npy", _npy(plane))
        notes = json.dumps({name: getattr(relief, name) for name in NOTES}, sort_keys=True)
        _write(archive, "notes.npy", _npy(np.frombuffer(notes.encode(), dtype=np.uint8)))
    return out.getvalue()


def unpack(path: Path) -> Relief:
    """Read a relief that ``pack`` wrote; its photographs are not in it.

    Raises
    ------
    RecordError
        The file is missing, damaged, or would unpack to far more than a relief does.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _check_size(archive, path)
            names = set(archive.namelist())
            planes: dict[str, Any] = {name: _plane(archive, name) for name in PLANES if f"{name}.npy" in names}
            notes = json.loads(_plane(archive, "notes").tobytes())
        return Relief(**planes, **notes)
    except (*_DAMAGE, ValueError, KeyError, TypeError, RecursionError) as error:
        raise RecordError(f"the relief cannot be read ({error})", path=path, fix="assess the capture again") from error


def _check_size(archive: zipfile.ZipFile, path: Path) -> None:
    """Refuse a small file that would unpack to a large one: smooth planes shrink to a tenth at best."""
    total = sum(entry.file_size for entry in archive.infolist())
    if total > max(SMALL, LARGEST_RATIO * path.stat().st_size):
        raise ValueError(f"it would unpack to {total} bytes")


def _plane(archive: zipfile.ZipFile, name: str) -> NDArray[np.generic]:
    """One array, of as many bytes as its header says before any is allocated."""
    entry = archive.getinfo(f"{name}.npy")
    with archive.open(entry) as stream:
        version = np.lib.format.read_magic(stream)
        if version != (1, 0):
            raise ValueError(f"{name} has an array header of another version")
        shape, fortran, dtype = np.lib.format.read_array_header_1_0(stream)
        if dtype.kind not in "biuf" or fortran or len(shape) > 3:
            raise ValueError(f"{name} is not an array of numbers")
        if math.prod(shape) * dtype.itemsize != entry.file_size - stream.tell():
            raise ValueError(f"{name} is not as long as its header says")
        data = bytearray(stream.read())  # writable, as arrays usually are
    return np.frombuffer(data, dtype).reshape(shape)


def _npy(plane: NDArray[np.generic]) -> bytes:
    out = io.BytesIO()
    np.lib.format.write_array(out, np.ascontiguousarray(plane), allow_pickle=False)
    return out.getvalue()


def _write(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    archive.writestr(zip_entry(name), data, compresslevel=1)
