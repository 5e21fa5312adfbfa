"""A relief as files that other programs read, and that Cicatrix reads back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image

from cicatrix import __version__
from cicatrix.io.toml_write import toml_lines
from cicatrix.io.write import atomic_folder
from cicatrix.model import Relief
from cicatrix.report import outline_fitted, shade

__all__ = ["HEIGHT_FILE", "write_relief"]

HEIGHT_FILE: Final = "height.tif"
_FORM_FILE: Final = "form.tif"
_FITTED_FILE: Final = "fitted.tif"
_PICTURE_FILE: Final = "relief.png"
_FITTED_PICTURE_FILE: Final = "fitted.png"

_IN_MM: Final = {"height_unit": "mm"}


def write_relief(relief: Relief, out: Path, *, site: str | None = None) -> tuple[Path, ...]:
    """Write the height map, the form that was taken out of it, shaded pictures and a ``capture.toml``.

    The folder is a capture of kind ``height`` again.

    Parameters
    ----------
    relief
        What to write. From photographs, as ``find_scars`` leaves it: corrected inside the scars that were fitted to
        their shading and cast shadows.
    out
        Folder for the files; made if it does not exist. Files of the same names are replaced.
    site
        Place on the skin, for ``capture.toml``.

    Returns
    -------
    tuple[Path, ...]
        ``height.tif`` (float32, mm, without the form), ``form.tif`` (the same, the form alone; the measured surface
        is their sum), ``relief.png`` and ``capture.toml``. Where ``relief.fitted`` is known (photographs), also
        ``fitted.tif`` (uint8, 255 where the height was fitted to shading and shadows, 0 where it was measured) and
        ``fitted.png`` (the shaded picture with those places outlined).

    Raises
    ------
    OutputError
        The folder or a file in it cannot be written.
    """
    with atomic_folder(out) as work:
        _write_tiff(work / HEIGHT_FILE, relief.height_mm, relief.pixel_mm, "height without the form", _IN_MM)
        _write_tiff(work / _FORM_FILE, relief.form_mm, relief.pixel_mm, "form taken out of the height", _IN_MM)
        picture = shade(relief.height_mm, relief.pixel_mm)
        _write_png(work / _PICTURE_FILE, picture, relief.pixel_mm)
        names = [HEIGHT_FILE, _FORM_FILE, _PICTURE_FILE]
        if relief.fitted is not None:
            where = relief.fitted.astype(np.uint8) * np.uint8(255)
            _write_tiff(work / _FITTED_FILE, where, relief.pixel_mm, "255 where fitted to shading and shadows", {})
            _write_png(work / _FITTED_PICTURE_FILE, outline_fitted(picture, relief.fitted), relief.pixel_mm)
            names += [_FITTED_FILE, _FITTED_PICTURE_FILE]
        (work / "capture.toml").write_text(_capture_toml(relief, site), encoding="utf-8")
    return tuple(out / name for name in (*names, "capture.toml"))


def _write_tiff(
    path: Path, plane: NDArray[np.float32] | NDArray[np.uint8], pixel_mm: float, what: str, unit: Mapping[str, str]
) -> None:
    """Write a plane with the width of a pixel as resolution and as JSON in ``ImageDescription``."""
    description = {"axes": "YX", "pixel_mm": pixel_mm, **unit, "content": what}
    pixels_per_cm = 10.0 / pixel_mm
    tifffile.imwrite(
        path,
        plane,
        compression="zlib",  # without a predictor: reading one for floats takes imagecodecs
        metadata=None,
        description=json.dumps(description),
        resolution=(pixels_per_cm, pixels_per_cm),
        resolutionunit="CENTIMETER",
        software=f"cicatrix {__version__}",
    )


def _write_png(path: Path, picture: NDArray[np.uint8], pixel_mm: float) -> None:
    dots_per_inch = 25.4 / pixel_mm
    Image.fromarray(picture).save(path, dpi=(dots_per_inch, dots_per_inch))


def _capture_toml(relief: Relief, site: str | None) -> str:
    return toml_lines(
        {"kind": "height", "pixel_mm": relief.pixel_mm, "file": HEIGHT_FILE, "height_unit": "mm", "site": site}
    )
