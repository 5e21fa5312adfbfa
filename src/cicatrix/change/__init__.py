"""Change between two captures of one site: registered, paired, measured at the same place, judged against noise."""

from __future__ import annotations

from cicatrix.change.compare import Laid, compare, lay, pair_all
from cicatrix.change.foreseen import against_outlook
from cicatrix.change.maps import maps_of
from cicatrix.change.register import Alignment, register
from cicatrix.change.seen import Seen
from cicatrix.change.verdict import Repeats

__all__ = [
    "Alignment",
    "Laid",
    "Repeats",
    "Seen",
    "against_outlook",
    "compare",
    "lay",
    "maps_of",
    "pair_all",
    "register",
]
