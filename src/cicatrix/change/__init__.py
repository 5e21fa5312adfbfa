"""Change between two captures of one site: registered, paired, measured at the same place, judged against noise."""

from __future__ import annotations

from cicatrix.change.assessed_capture import AssessedCapture
from cicatrix.change.compare import RegisteredPair, pair_all, register_pair
from cicatrix.change.forecast_check import against_outlook
from cicatrix.change.maps import maps_of
from cicatrix.change.register import Alignment
from cicatrix.change.verdict import Repeats

__all__ = [
    "Alignment",
    "AssessedCapture",
    "RegisteredPair",
    "Repeats",
    "against_outlook",
    "maps_of",
    "pair_all",
    "register_pair",
]
