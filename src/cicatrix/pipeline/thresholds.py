"""The settings in force, gathered from the rooms for the record of a result."""

from __future__ import annotations

from typing import Any

from cicatrix.colour import find as patches
from cicatrix.colour import judge, optics
from cicatrix.model.scar import DEEP_BOXCAR_MM
from cicatrix.relief import form, illumination, photometric, reconstruction
from cicatrix.scars import detect, find, kinds

__all__ = ["settings_in_force"]


def settings_in_force() -> dict[str, Any]:
    """Every threshold that the measurement depends on, by name."""
    return {
        "relief.trusted_light_tolerance": photometric.TOLERANCE,
        "relief.uneven_light_above": illumination.UNEVEN,
        "relief.form_knot_mm": form.KNOT_MM,
        "relief.channel_needs_signal": reconstruction.DIM,
        "scars.widths_mm": [round(width, 3) for width in detect.WIDTHS_MM],
        "scars.min_contrast_mm": detect.MIN_CONTRAST_MM,
        "scars.min_ratio": find.MIN_RATIO,
        "scars.min_depth_mm": find.MIN_DEPTH_MM,
        "scars.min_product_mm": find.MIN_PRODUCT_MM,
        "scars.max_depth_error": find.MAX_ERROR,
        "scars.min_width_mm": find.MIN_WIDTH_MM,
        "scars.decided_at": kinds.DECIDED,
        "scars.deep_boxcar_mm": DEEP_BOXCAR_MM,
        "marks.widths_mm": [round(width, 3) for width in patches.WIDTHS_MM],
        "marks.min_erythema": judge.MIN_ERYTHEMA,
        "marks.min_melanin": judge.MIN_MELANIN,
        "marks.evidence": {kind: list(weights) for kind, weights in judge.EVIDENCE.items()},
        "marks.least_evidence": judge.LEAST_EVIDENCE,
        "marks.blood_in_red": optics.BLOOD_IN_RED,
    }
