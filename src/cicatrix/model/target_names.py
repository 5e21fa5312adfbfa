"""Names of what treatments aim at: in the field's words, and in plain words for people with scars."""

from __future__ import annotations

from typing import Final

from cicatrix.model.knowledge import Target

__all__ = ["FIELD_NAMES", "PLAIN_NAMES", "SHORT_NAMES"]

FIELD_NAMES: Final[dict[Target, str]] = {
    "icepick": "icepick scars",
    "boxcar_shallow": "shallow boxcar scars",
    "boxcar_deep": "deep boxcar scars",
    "rolling": "rolling scars",
    "hypertrophic": "hypertrophic scars",
    "keloid": "keloids",
    "papular": "papular scars",
    "red": "red marks",
    "brown": "brown marks",
    "acne": "acne",
}
"""In the field's words, for clinicians."""

PLAIN_NAMES: Final[dict[Target, str]] = {
    "icepick": "narrow, deep pits",
    "boxcar_shallow": "shallow pits with steep walls",
    "boxcar_deep": "deep pits with steep walls",
    "rolling": "wide, soft hollows",
    "hypertrophic": "raised scars",
    "keloid": "keloids",
    "papular": "small bumps",
    "red": "red marks",
    "brown": "brown marks",
    "acne": "acne",
}
"""In plain words."""

SHORT_NAMES: Final[dict[Target, str]] = {
    "icepick": "narrow pits (icepick)",
    "boxcar_shallow": "shallow square pits (boxcar)",
    "boxcar_deep": "deep square pits (boxcar)",
    "rolling": "wide hollows (rolling)",
    "hypertrophic": "raised scars",
    "keloid": "keloids",
    "papular": "small bumps (papular)",
    "red": "red marks",
    "brown": "brown marks",
    "acne": "acne",
}
"""In plain words without commas, with the field's word beside them: for lists inside a sentence."""
