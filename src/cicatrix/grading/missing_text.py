"""Answers of the case file in a few plain words, to say which of them are missing."""

from __future__ import annotations

from typing import Final

__all__ = ["ANSWERS"]

ANSWERS: Final = {
    "acne.open_comedones": "the number of blackheads",
    "acne.closed_comedones": "the number of whiteheads",
    "acne.papules": "the number of papules",
    "acne.pustules": "the number of pustules",
    "acne.nodules": "the number of nodules",
    "acne.regions.forehead": "the worst lesion on the forehead",
    "acne.regions.right_cheek": "the worst lesion on the right cheek",
    "acne.regions.left_cheek": "the worst lesion on the left cheek",
    "acne.regions.nose": "the worst lesion on the nose",
    "acne.regions.chin": "the worst lesion on the chin",
    "acne.regions.chest_and_upper_back": "the worst lesion on chest and upper back",
    "marks.red": "the number of red marks",
    "marks.brown": "the number of brown marks",
    "marks.median_size_mm": "the size of a typical mark",
    "marks.intensity": "the darkness of the brown marks",
    "scars.icepick": "the number of icepick scars",
    "scars.boxcar_shallow": "the number of shallow boxcar scars",
    "scars.boxcar_deep": "the number of deep boxcar scars",
    "scars.rolling": "the number of rolling scars",
    "scars.hypertrophic": "the number of hypertrophic scars",
    "scars.keloid": "the number of keloids",
    "scars.raised_area_cm2": "the area of all raised scars",
    "scars.visible_at_50cm": "whether the scars are seen from 50 cm",
    "scars.hidden_by_makeup": "whether make-up or beard shadow hides them",
    "scars.flattened_by_stretching": "whether the hollows go flat when the skin is stretched",
}
