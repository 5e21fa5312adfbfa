"""Small captures on disk, for the tests of this room."""

from __future__ import annotations

import io
import math
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image

from cicatrix.capture import read_capture
from cicatrix.errors import InputError
from cicatrix.model import HeightCapture, LightsCapture

ROWS, COLS = 40, 56
ORIENTATION_TAG = 274
# How each EXIF orientation stores an upright picture: the inverse of what a reader must do, written out by hand
# from the table in TIFF 6.0 (tag 274: which side of the scene the first stored row and column show).
STORED = {
    1: lambda a: a,  # first row: top, first column: left
    2: lambda a: a[:, ::-1],  # top, right
    3: lambda a: a[::-1, ::-1],  # bottom, right
    4: lambda a: a[::-1],  # bottom, left
    5: lambda a: a.swapaxes(0, 1),  # left, top
    6: lambda a: a.swapaxes(0, 1)[::-1],  # right, top
    7: lambda a: a.swapaxes(0, 1)[::-1, ::-1],  # right, bottom
    8: lambda a: a.swapaxes(0, 1)[:, ::-1],  # left, bottom
}


def photo(
    index: int = 0, *, channels: int = 3, dtype: Any = np.uint8, rows: int = ROWS, cols: int = COLS
) -> NDArray[Any]:
    """A noisy picture between a fifth and four fifths of the range, another one for every index."""
    values = np.random.default_rng(index).uniform(0.2, 0.8, (rows, cols, channels))
    return values.astype(np.float32) if dtype == np.float32 else np.rint(values * np.iinfo(dtype).max).astype(dtype)


def smooth_photo(index: int = 0) -> NDArray[np.uint8]:
    """A picture that JPEG keeps within a few steps."""
    y, x = np.mgrid[0:ROWS, 0:COLS]
    planes = [60 + 100 * y / ROWS, 60 + 100 * x / COLS, 90 + 40 * np.sin(x / 20 + index)]
    picture: NDArray[np.uint8] = np.rint(np.dstack(planes)).astype(np.uint8)
    return picture


def png_bytes(image: NDArray[Any]) -> bytes:
    """Write grey, RGB or RGBA of 8 or 16 bits."""
    order = {1: [0], 3: [2, 1, 0], 4: [2, 1, 0, 3]}[image.shape[2]]
    return cv2.imencode(".png", np.ascontiguousarray(image[:, :, order]))[1].tobytes()


def jpeg_bytes(image: NDArray[np.uint8], *, orientation: int | None = None, **options: Any) -> bytes:
    """Write with Pillow, whose encoder is not the decoder under test."""
    exif = Image.Exif()
    if orientation is not None:
        exif[ORIENTATION_TAG] = orientation
    file = io.BytesIO()
    picture = Image.fromarray(image[:, :, 0] if image.shape[2] == 1 else image)
    picture.save(file, "JPEG", quality=95, subsampling=0, exif=exif, **options)
    return file.getvalue()


def tiff_bytes(image: NDArray[Any], *, orientation: int | None = None, **options: Any) -> bytes:
    """Write grey or RGB of any type."""
    file = io.BytesIO()
    tags = [] if orientation is None else [(ORIENTATION_TAG, "H", 1, orientation, True)]
    options.setdefault("photometric", "rgb" if image.ndim == 3 and image.shape[-1] >= 3 else "minisblack")
    plane = image[:, :, 0] if image.ndim == 3 and image.shape[2] == 1 else image
    tifffile.imwrite(file, plane, extratags=tags, **options)
    return file.getvalue()


def lp_text(names: list[str]) -> str:
    """Lights in a ring, 45 degrees up."""
    lines = [
        f"{name} {math.cos(2 * math.pi * i / len(names)):.6f} {math.sin(2 * math.pi * i / len(names)):.6f} 1"
        for i, name in enumerate(names)
    ]
    return "\n".join([str(len(names)), *lines, ""])


def write_lights(
    folder: Path, files: dict[str, bytes] | None = None, *, lp: str | None = None, extra: str = ""
) -> Path:
    """Write a capture of kind lights; by default four small RGB PNG files."""
    files = files or {f"{i}.png": png_bytes(photo(i)) for i in range(4)}
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    (folder / "lights.lp").write_text(lp if lp is not None else lp_text(list(files)), encoding="utf-8")
    text = f'kind = "lights"\npixel_mm = 0.04\nlights = "lights.lp"\n{extra}\n'
    (folder / "capture.toml").write_text(text, encoding="utf-8")
    return folder


def write_height(folder: Path, name: str, data: bytes, *, unit: str = '"mm"', extra: str = "") -> Path:
    """Write a capture of kind height."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)
    text = f'kind = "height"\npixel_mm = 0.02\nfile = "{name}"\nheight_unit = {unit}\n{extra}\n'
    (folder / "capture.toml").write_text(text, encoding="utf-8")
    return folder


def read_lights(folder: Path) -> LightsCapture:
    """Read a capture that must be of kind lights."""
    capture = read_capture(folder)
    assert isinstance(capture, LightsCapture)
    return capture


def read_height(folder: Path) -> HeightCapture:
    """Read a capture that must be of kind height."""
    capture = read_capture(folder)
    assert isinstance(capture, HeightCapture)
    return capture


def refusal(folder: Path, error: type[InputError], *parts: str, line: int | None = None) -> InputError:
    """Read a capture that must fail with exactly this error, whose sentence holds every part and a remedy."""
    with pytest.raises(error) as caught:
        read_capture(folder)
    assert type(caught.value) is error
    assert caught.value.line == line
    sentence = str(caught.value)
    assert "What to do: " in sentence
    for part in parts:
        assert part in sentence, f"{part!r} is not in {sentence!r}"
    return caught.value


def write_dng(sensor: NDArray[np.uint16], neutral: tuple[float, float, float], orientation: int = 1) -> bytes:
    """Write an uncompressed camera RAW file (Adobe DNG 1.4) with red, green, green, blue filters.

    ``neutral`` is what the sensor sees of grey (AsShotNeutral); the colour matrix is that of sRGB primaries, so
    that developing leaves the colours alone.
    """
    from_xyz = (3.2404542, -1.5371385, -0.4985314, -0.9692660, 1.8760108, 0.0415560, 0.0556434, -0.2040259, 1.0572252)
    matrix = [part for value in from_xyz for part in (round(value * 10**7), 10**7)]
    grey = [part for value in neutral for part in (round(value * 1000), 1000)]
    tags: list[Any] = [
        (271, "s", 0, "Example", True),
        (272, "s", 0, "Example camera", True),
        (ORIENTATION_TAG, "H", 1, orientation, True),
        (33421, "H", 2, (2, 2), True),
        (33422, "B", 4, bytes([0, 1, 1, 2]), True),
        (50706, "B", 4, bytes([1, 4, 0, 0]), True),
        (50708, "s", 0, "Example camera", True),
        (50714, "H", 1, 0, True),
        (50717, "H", 1, 65535, True),
        (50721, "2i", 9, matrix, True),
        (50728, "2I", 3, grey, True),
        (50778, "H", 1, 21, True),
    ]
    file = io.BytesIO()
    tifffile.imwrite(file, sensor, photometric="cfa", extratags=tags, metadata=None)
    return file.getvalue()
