"""Change between two captures of one site: registered, paired, measured at the same place, judged against noise."""

from __future__ import annotations

from cicatrix.record.change.compare import Laid, compare, lay, pair_all
from cicatrix.record.change.foreseen import against_outlook
from cicatrix.record.change.maps import maps_of
from cicatrix.record.change.register import Alignment, register
from cicatrix.record.change.seen import Seen
from cicatrix.record.change.verdict import Repeats

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
