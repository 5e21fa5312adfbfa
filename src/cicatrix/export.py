"""A relief as files that other programs read, and that Cicatrix reads back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image

from cicatrix import __version__
from cicatrix.model import Relief
from cicatrix.output import whole
from cicatrix.report import shade

__all__ = ["HEIGHT_FILE", "write_relief"]

HEIGHT_FILE: Final = "height.tif"
_FORM_FILE: Final = "form.tif"
_PICTURE_FILE: Final = "relief.png"


def write_relief(relief: Relief, out: Path, *, site: str | None = None) -> tuple[Path, ...]:
    """Write the height map, the form that was taken out of it, a shaded picture and a ``capture.toml``.

    The folder is a capture of kind ``height`` again.

    Parameters
    ----------
    relief
        What to write.
    out
        Folder for the files; made if it does not exist. Files of the same names are replaced.
    site
        Place on the skin, for ``capture.toml``.

    Returns
    -------
    tuple[Path, ...]
        ``height.tif`` (float32, mm, without the form), ``form.tif`` (the same, the form alone; the measured surface
        is their sum), ``relief.png`` and ``capture.toml``.

    Raises
    ------
    OutputError
        The folder or a file in it cannot be written.
    """
    with whole(out) as work:
        _write_tiff(work / HEIGHT_FILE, relief.height_mm, relief.pixel_mm, "height without the form")
        _write_tiff(work / _FORM_FILE, relief.form_mm, relief.pixel_mm, "form taken out of the height")
        dots_per_inch = 25.4 / relief.pixel_mm
        picture = Image.fromarray(shade(relief.height_mm, relief.pixel_mm))
        picture.save(work / _PICTURE_FILE, dpi=(dots_per_inch, dots_per_inch))
        (work / "capture.toml").write_text(_capture_toml(relief, site), encoding="utf-8")
    return tuple(out / name for name in (HEIGHT_FILE, _FORM_FILE, _PICTURE_FILE, "capture.toml"))


def _write_tiff(path: Path, height_mm: NDArray[np.float32], pixel_mm: float, what: str) -> None:
    """Write a plane of heights with the width of a pixel as resolution and as JSON in ``ImageDescription``."""
    description = {"axes": "YX", "pixel_mm": pixel_mm, "height_unit": "mm", "content": what}
    pixels_per_cm = 10.0 / pixel_mm
    tifffile.imwrite(
        path,
        height_mm,
        compression="zlib",
        predictor=True,
        metadata=None,
        description=json.dumps(description),
        resolution=(pixels_per_cm, pixels_per_cm),
        resolutionunit="CENTIMETER",
        software=f"cicatrix {__version__}",
    )


def _capture_toml(relief: Relief, site: str | None) -> str:
    lines = ['kind = "height"', f"pixel_mm = {relief.pixel_mm!r}", f'file = "{HEIGHT_FILE}"', 'height_unit = "mm"']
    if site is not None:
        lines.append(f"site = {json.dumps(site, ensure_ascii=False)}")
    return "\n".join(lines) + "\n"
