"""What the coach says of a capture, and in which words."""

from __future__ import annotations

from typing import Final

from cicatrix.model.capture import ImageQuality
from cicatrix.model.card_reading import CardReading, Verdict
from cicatrix.model.quantity import Record

__all__ = ["COSTS", "SAID", "CaptureCheck"]

SAID: Final[dict[Verdict, str]] = {
    "measured": "This capture can be measured.",
    "wider": "This capture can be measured, with wider intervals.",
    "refused": "This capture cannot be measured.",
}

COSTS: Final[dict[Verdict, str]] = {"measured": "hint", "wider": "widens intervals", "refused": "not used"}
"""What a piece of advice means for the photograph that it is about."""


class CaptureCheck(Record):
    """What the coach says of a capture."""

    kind: str
    verdict: Verdict
    card: CardReading | None
    """Reading of the printed card; None without one."""
    images: tuple[ImageQuality, ...]
    """How each photograph is exposed; none for a height map, and for a capture that is refused."""
