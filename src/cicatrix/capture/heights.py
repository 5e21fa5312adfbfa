"""Captures of kind ``height``: a height map from an instrument."""

from __future__ import annotations

import io
import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cicatrix.capture.header import check_size, upright
from cicatrix.capture.images import format_of, guarded
from cicatrix.capture.manifest import Manifest
from cicatrix.capture.png import decode_png, probe_png
from cicatrix.capture.tiff import decode_tiff_values, probe_tiff
from cicatrix.errors import HeightError, ImageError
from cicatrix.io.read import input_file, read_bytes
from cicatrix.io.toml import shown
from cicatrix.model.capture import HeightCapture
from cicatrix.progress import Progress

__all__ = ["MAX_RANGE_MM", "MIN_RANGE_MM", "read_height"]

MAX_RANGE_MM = 100.0
"""A patch of skin with a larger range of heights was given in the wrong unit."""
MIN_RANGE_MM = 0.001
"""A patch of skin with a smaller one too: its finest lines are twenty times deeper."""
_MAX_OFFSET_MM = 1000.0
"""Above a metre, single precision no longer holds a tenth of a micrometre."""
_KEYS = ("kind", "pixel_mm", "file", "height_unit", "site")
_STAGE = "reading the height map"
_NPY = b"\x93NUMPY"
_UNITS_MM = {"mm": 1.0, "um": 0.001}
_UNIT_EXAMPLE = '"mm", "um" or {mm_per_count = 0.001}'
_ALLOWED = "float or 16-bit TIFF, 16-bit PNG, NPY"


def read_height(manifest: Manifest, progress: Progress) -> HeightCapture:
    """Read a height map.

    Parameters
    ----------
    manifest
        The capture's ``capture.toml``, with ``kind = "height"``.
    progress
        Called with a stage, how many files are read, and how many there are.

    Raises
    ------
    CaptureError
        When a value in the manifest is wrong.
    HeightError
        When the height map is: unreadable, in colour, not finite, or of a range that no patch of skin has.
    """
    manifest.check_keys(_KEYS)
    pixel_mm, site = manifest.pixel_mm(), manifest.optional_string("site")
    unit_mm = _unit_mm(manifest)
    path = manifest.file("file", example='"heights.tif"')
    progress(_STAGE, 0, 1)
    try:
        data, values = _read_values(path)
    except ImageError as exc:
        raise HeightError(exc.what, path=path, allowed=exc.allowed, fix=exc.fix) from exc
    height_mm = _in_mm(values, unit_mm, manifest, path)
    progress(_STAGE, 1, 1)
    return HeightCapture(
        height_mm=height_mm,
        pixel_mm=pixel_mm,
        files=(manifest.source, input_file(path, manifest.folder, data)),
        site=site,
    )


def _unit_mm(manifest: Manifest) -> float:
    """Millimetres in one unit of the file."""
    key = "height_unit"
    value = manifest.values.get(key)
    if isinstance(value, dict) and set(value) == {"mm_per_count"}:
        return manifest.check_number("mm_per_count", value["mm_per_count"], 1e-9, 1e3, example="{mm_per_count = 0.001}")
    if not isinstance(value, str) or value not in _UNITS_MM:
        what = f"{key} is missing" if value is None else f"{key} = {shown(value)}"
        raise manifest.error(
            what, key=key, allowed=_UNIT_EXAMPLE, fix="state the unit that the instrument wrote the heights in"
        )
    return _UNITS_MM[value]


def _read_values(path: Path) -> tuple[bytes, NDArray[Any]]:
    data = read_bytes(path, error=HeightError)
    if data.startswith(_NPY):
        with guarded(path):
            return data, _load_npy(data, path)
    name = format_of(path)
    if name not in ("TIFF", "PNG"):
        raise HeightError(
            f"this is a {name} file", path=path, allowed=_ALLOWED, fix="export the heights as one of these"
        )
    with guarded(path):
        header = probe_tiff(path) if name == "TIFF" else probe_png(path)
        check_size(header.rows, header.cols, path)
        if header.channels != 1:
            raise _colour(path, header.channels)
        values = decode_tiff_values(data, path) if name == "TIFF" else decode_png(data, header, path)
        if values.shape[2] != 1:
            raise _colour(path, values.shape[2])
    return data, upright(values[:, :, 0], header.orientation)


def _load_npy(data: bytes, path: Path) -> NDArray[Any]:
    """Load the array once its header has shown that it is a plane of numbers and of bearable size."""
    file = io.BytesIO(data)
    version = np.lib.format.read_magic(file)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, dtype = read(file)
    if len(shape) != 2:
        raise HeightError(
            f"the array has the shape {shape}", path=path, allowed="a plane (rows, columns)", fix="save one plane"
        )
    check_size(*shape, path)
    _check_real(dtype, path)
    if math.prod(shape) * dtype.itemsize > len(data):
        raise HeightError(
            f"the file is cut short: {shape} values of {dtype} do not fit into {len(data)} bytes",
            path=path,
            fix="copy it again from its source",
        )
    file.seek(0)
    values: NDArray[Any] = np.load(file, allow_pickle=False)
    return values


def _check_real(dtype: np.dtype, path: Path) -> None:
    if dtype.kind not in "fiu":
        raise HeightError(
            f"the file holds {dtype} values", path=path, allowed="real numbers", fix="save them as float32"
        )


def _colour(path: Path, channels: int) -> HeightError:
    return HeightError(
        f"this is a colour picture ({channels} channels)",
        path=path,
        allowed="one channel that holds the height",
        fix="export the heights themselves, not a picture coloured by height",
    )


def _in_mm(values: NDArray[Any], unit_mm: float, manifest: Manifest, path: Path) -> NDArray[np.float32]:
    _check_real(values.dtype, path)
    stated = manifest.values["height_unit"]
    if values.dtype.kind in "iu" and stated == "mm":
        raise HeightError(
            f"height_unit = 'mm', but the heights are whole numbers ({values.dtype}), so they are counts",
            path=path,
            allowed="'um' or {mm_per_count = ...} for whole numbers",
            fix=f"write what one count is in {manifest.path.name}, as in height_unit = {{mm_per_count = 0.001}}",
        )
    _check_finite(values, path)
    height_mm = values.astype(np.float64) * unit_mm
    _check_range(height_mm, stated, path)
    return np.ascontiguousarray(height_mm, dtype=np.float32)


def _check_finite(values: NDArray[Any], path: Path) -> None:
    with np.errstate(invalid="ignore"):
        bad = ~np.isfinite(values.astype(np.float64))
    count = int(np.count_nonzero(bad))
    if count:
        row, col = (int(index) for index in np.argwhere(bad)[0])
        raise HeightError(
            f"{count} heights are not finite numbers, the first in row {row}, column {col} (counted from 0)",
            path=path,
            allowed="a finite height for every pixel",
            fix="fill the gaps in the instrument's program, or crop the map to where it measured",
        )


def _check_range(height_mm: NDArray[np.float64], stated: object, path: Path) -> None:
    low, high = float(height_mm.min()), float(height_mm.max())
    if not MIN_RANGE_MM <= high - low <= MAX_RANGE_MM:
        unit = "um" if high - low > MAX_RANGE_MM else "mm"
        raise HeightError(
            f"height_unit = {stated!r}: the heights run from {low:g} to {high:g} mm, {high - low:g} mm in all",
            path=path,
            allowed=f"a range of {MIN_RANGE_MM:g} to {MAX_RANGE_MM:g} mm for a patch of skin",
            fix=f"check the unit: perhaps height_unit = {unit!r} or another mm_per_count",
        )
    if max(-low, high) > _MAX_OFFSET_MM:
        raise HeightError(
            f"the heights run from {low:g} to {high:g} mm",
            path=path,
            allowed=f"-{_MAX_OFFSET_MM:g} to {_MAX_OFFSET_MM:g} mm",
            fix="subtract the common offset",
        )
