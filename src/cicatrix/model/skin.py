"""The skin's own tone, as far as a picture tells it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from cicatrix.model.quantity import Finite, Measured, Record

__all__ = ["ITA_CLASSES", "ItaClass", "MonkTone", "SkinTone"]

ItaClass = Literal["very light", "light", "intermediate", "tan", "brown", "dark"]

ITA_CLASSES: tuple[ItaClass, ...] = ("very light", "light", "intermediate", "tan", "brown", "dark")

MonkTone = Annotated[int, Field(ge=1, le=10)]


class SkinTone(Record):
    """Tone of the skin between scars and marks.

    Photographs under several lights tell the skin's hue, but how light it is only with a reference of known
    reflectance. Without one, ``calibrated`` is False, ``ita_deg``, ``ita_class`` and ``monk`` are None, and what is
    still possible is listed.
    """

    calibrated: bool
    lightness: Measured | None
    """CIELAB L*; None without a reference."""
    ita_deg: Measured | None
    """Individual typology angle; None without a reference."""
    ita_class: ItaClass | None
    """Class of the angle, where its whole interval lies in one."""
    ita_classes: tuple[ItaClass, ...]
    """Classes that the interval touches, lightest first; without a reference those that this hue can have."""
    monk: MonkTone | None
    """Closest tone of the Monk scale, 1 (lightest) to 10; None without a reference."""
    monk_tones: tuple[MonkTone, ...]
    """Tones that are closest somewhere in the interval."""
    red_over_green: Finite
    green_over_blue: Finite
    """Ratios of linear light that skin gives back. They do not depend on the exposure, but on the light's colour."""
    basis: str
    """What the numbers rest on, in plain words."""
