"""Skin tone, melanin and haemoglobin, red and brown marks."""

from __future__ import annotations

from cicatrix.colour.read import SkinColour, find_marks, has_colour, pigment_maps, read_colour, skin_tone

__all__ = ["SkinColour", "find_marks", "has_colour", "pigment_maps", "read_colour", "skin_tone"]
