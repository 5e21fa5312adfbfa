"""Fit each scar to its shading and shadows: depth where light does not reach."""

from __future__ import annotations

from cicatrix.scars.fit.apply import corrected, rebuilt
from cicatrix.scars.fit.refine import Fitted, fit_shapes

__all__ = ["Fitted", "corrected", "fit_shapes", "rebuilt"]
