"""The coach: can a capture be measured, what is wrong with each photograph, and what to do next."""

from __future__ import annotations

from pathlib import Path

from cicatrix.capture import read_capture
from cicatrix.capture.card.read import assemble_card
from cicatrix.capture.manifest import load_manifest
from cicatrix.model import Capture, LightsCapture
from cicatrix.model.capture_check import CaptureCheck
from cicatrix.model.card_reading import CardReading
from cicatrix.progress import Progress, silent

__all__ = ["check_capture"]


def check_capture(folder: Path, progress: Progress | None = None) -> tuple[CaptureCheck, Capture | None]:
    """Look a capture over.

    Parameters
    ----------
    folder
        A capture: a folder with a ``capture.toml``.
    progress
        Called with the step, how much of it is done and how much there is.

    Returns
    -------
    coached
        What the coach says.
    capture
        The capture; None where it is refused.

    Raises
    ------
    CaptureError
        The capture cannot be read, or no photograph shows a card.
    MissingExtraError
        A photograph needs an optional library.
    """
    tell = progress or silent
    manifest = load_manifest(folder)
    if manifest.values.get("kind") == "card":
        made = assemble_card(manifest, tell)
        return _coached("card", made.reading, made.capture), made.capture
    capture = read_capture(folder, progress=tell)
    return _coached(capture.kind, None, capture), capture


def _coached(kind: str, reading: CardReading | None, capture: Capture | None) -> CaptureCheck:
    return CaptureCheck(
        kind=kind,
        verdict="measured" if reading is None else reading.verdict,
        card=reading,
        images=capture.quality if isinstance(capture, LightsCapture) else (),
    )
