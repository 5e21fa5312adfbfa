"""Pictures as bytes: PNG files with their scale, and data URIs small enough to travel inside the page."""

from __future__ import annotations

import base64
import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from cicatrix.report.pictures import reduced

__all__ = ["data_uri", "jpeg", "jpeg_uri", "png"]

Picture = NDArray[np.uint8]


def png(picture: Picture, pixel_mm: float, note: str = "") -> bytes:
    """Encode a grey ``(rows, cols)`` or RGB ``(rows, cols, 3)`` picture as PNG that prints at true size.

    A ``note`` stays in the file as its description, wherever it is copied to.
    """
    dots_per_inch = 25.4 / pixel_mm
    told = PngInfo()
    if note:
        told.add_text("Description", note)
    return _saved(picture, "PNG", compress_level=1, dpi=(dots_per_inch, dots_per_inch), pnginfo=told)


def jpeg(picture: Picture, pixel_mm: float, note: str = "") -> bytes:
    """Encode a drawing, for which loss does not matter, as JPEG that prints at true size; ``note`` as in ``png``."""
    dots_per_inch = round(25.4 / pixel_mm)
    return _saved(picture, "JPEG", quality=90, dpi=(dots_per_inch, dots_per_inch), comment=note.encode("utf-8"))


def jpeg_uri(picture: Picture, longest: int) -> str:
    """Encode a drawing as a JPEG data URI, no side above ``longest`` pixels."""
    content = _saved(reduced(picture, longest), "JPEG", quality=90)
    return f"data:image/jpeg;base64,{base64.b64encode(content).decode('ascii')}"


def data_uri(picture: Picture, longest: int = 1600) -> str:
    """Encode the picture as a JPEG or PNG data URI, whichever is smaller, no side above ``longest`` pixels."""
    small = reduced(picture, longest)
    kind, content = "jpeg", _saved(small, "JPEG", quality=86, optimize=True)
    if _few_colours(picture):
        exact = _saved(small, "PNG", compress_level=6)
        kind, content = min((kind, content), ("png", exact), key=lambda pair: len(pair[1]))
    return f"data:image/{kind};base64,{base64.b64encode(content).decode('ascii')}"


def _few_colours(picture: Picture, few: int = 40) -> bool:
    """Whether PNG has a chance: photographs and shaded surfaces never compress better without loss."""
    sample = picture[::5, ::5].reshape(-1, picture.shape[2] if picture.ndim == 3 else 1).astype(np.uint32)
    packed = sample @ (256 ** np.arange(sample.shape[1], dtype=np.uint32))
    return len(np.unique(packed)) <= few


def _saved(picture: Picture, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(picture)).save(buffer, kind, **options)
    return buffer.getvalue()
