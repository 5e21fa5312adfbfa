"""Find, outline, fit, measure and type scars."""

from __future__ import annotations

from cicatrix.scars.find import find_scars, scar_mask

__all__ = ["find_scars", "scar_mask"]
