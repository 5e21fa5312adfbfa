"""The coach: can a capture be measured, what is wrong with each photograph, and what to do next."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from cicatrix.capture import Progress, read_capture
from cicatrix.capture.card.read import assemble_card
from cicatrix.capture.manifest import load_manifest
from cicatrix.model import Capture, LightsCapture
from cicatrix.model.capture import ImageQuality, InputFile
from cicatrix.model.card_reading import CardReading, Verdict
from cicatrix.model.quantity import Record

__all__ = ["COSTS", "SAID", "Coached", "look"]

SAID: Final[dict[Verdict, str]] = {
    "measured": "This capture can be measured.",
    "wider": "This capture can be measured, with wider intervals.",
    "refused": "This capture cannot be measured.",
}

COSTS: Final[dict[Verdict, str]] = {"measured": "hint", "wider": "widens intervals", "refused": "not used"}
"""What a piece of advice means for the photograph that it is about."""


class Coached(Record):
    """What the coach says of a capture."""

    kind: str
    verdict: Verdict
    card: CardReading | None
    """What the printed card told; None without one."""
    images: tuple[ImageQuality, ...]
    """How each photograph is exposed; none for a height map, and for a capture that is refused."""


def look(folder: Path, progress: Progress | None = None) -> tuple[Coached, tuple[InputFile, ...]]:
    """Look a capture over.

    Parameters
    ----------
    folder
        A capture: a folder with a ``capture.toml``.
    progress
        Told what is being done.

    Returns
    -------
    coached
        What the coach says.
    files
        The files that the capture is made of; none where it is refused.

    Raises
    ------
    CaptureError
        The capture cannot be read, or no photograph shows a card.
    MissingExtraError
        A photograph needs an optional library.
    """
    tell = progress or _silent
    manifest = load_manifest(folder)
    if manifest.values.get("kind") == "card":
        made = assemble_card(manifest, tell)
        return _coached("card", made.reading, made.capture), () if made.capture is None else made.capture.files
    capture = read_capture(folder, progress=tell)
    return _coached(capture.kind, None, capture), capture.files


def _coached(kind: str, reading: CardReading | None, capture: Capture | None) -> Coached:
    return Coached(
        kind=kind,
        verdict="measured" if reading is None else reading.verdict,
        card=reading,
        images=capture.quality if isinstance(capture, LightsCapture) else (),
    )


def _silent(stage: str, done: int, total: int) -> None:
    """Report nothing."""
