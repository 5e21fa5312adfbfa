"""Published scales, one module each, whose function has the module's name. ``grade`` computes all of them.

A scale is a pure function of what was found and stated. It gives the range of grades that some answer to what is
missing would give, and None when nothing that it needs is known; it never guesses.
"""

from __future__ import annotations

from cicatrix.grading.all_scales import SCALES, grade
from cicatrix.grading.scale import Scale
from cicatrix.grading.scar_s import ScarredSite, ScarredSites

__all__ = ["SCALES", "Scale", "ScarredSite", "ScarredSites", "grade"]
