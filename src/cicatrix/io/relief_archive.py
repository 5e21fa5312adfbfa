"""A relief as bytes, so that it need not be reconstructed again."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cicatrix.errors import RecordError
from cicatrix.model import Relief

__all__ = ["RELIEF_FILE", "pack", "unpack"]

RELIEF_FILE: Final = "relief.npz"
PLANES: Final = ("height_mm", "form_mm", "albedo", "trusted", "fitted", "directions")
NOTES: Final = ("pixel_mm", "method", "channel", "light", "gloss", "light_distance_mm")
LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)


def pack(relief: Relief) -> bytes:
    """The relief without its photographs; the same relief gives the same bytes, which ``numpy.load`` reads, too."""
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
    """The relief that ``pack`` made; its photographs are not in it.

    Raises
    ------
    RecordError
        The file is missing or damaged.
    """
    try:
        with np.load(path, allow_pickle=False) as archive:
            planes = {name: archive[name] for name in PLANES if name in archive}
            notes = json.loads(archive["notes"].tobytes())
        return Relief(**planes, **notes)
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise RecordError(f"the relief cannot be read ({error})", path=path, fix="assess the capture again") from error


def _npy(plane: NDArray[np.generic]) -> bytes:
    out = io.BytesIO()
    np.lib.format.write_array(out, np.ascontiguousarray(plane), allow_pickle=False)
    return out.getvalue()


def _write(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, LONG_AGO)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    archive.writestr(entry, data, compresslevel=1)
