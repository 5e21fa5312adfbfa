"""What comes with an upload: the small form beside it, and its files by number."""

from __future__ import annotations

import unicodedata
from typing import Annotated, Final, Literal

from pydantic import BaseModel, Field, field_validator

__all__ = ["NAMES", "UploadForm", "stored_as"]

NAMES: Final = "names.json"
"""Names under which the files were sent; on the disk they are numbers until they have been looked at."""

Text = Annotated[str, Field(max_length=200)]
Unit = Literal["", "mm", "um", "counts"]


class UploadForm(BaseModel):
    """What was filled in beside the files; what is empty is not known."""

    site: Annotated[str, Field(max_length=100)] = ""
    """Where on the body, such as left cheek."""
    kind: Literal["", "card", "lights", "height"] = ""
    """Empty: as the files themselves say."""
    pixel_mm: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    """Width of a pixel on the skin."""
    lights: Text = ""
    """Name of the file with the directions of the lights; empty: the only one that ends in .lp."""
    linear: bool = False
    """Whether pixel values are proportional to light."""
    marker_mm: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    """Side of a large black square of the card as it was printed, measured with a ruler."""
    file: Text = ""
    """Name of the height map; empty: the only one."""
    height_unit: Unit = ""
    mm_per_count: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    """With counts: millimetres in one."""

    @field_validator("site", "lights", "file")
    @classmethod
    def _seen(cls, text: str) -> str:
        """Text that can be seen and written in one line."""
        if any(unicodedata.category(letter).startswith("C") for letter in text):
            msg = "has characters that cannot be seen"
            raise ValueError(msg)
        return text.strip()


def stored_as(number: int) -> str:
    """Name on the disk of a file that was sent."""
    return f"{number:05d}"
