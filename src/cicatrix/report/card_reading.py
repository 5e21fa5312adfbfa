"""What the printed card told, ready to be laid out: verdict, torches, advice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cicatrix.model import Measured
from cicatrix.model.card_reading import Advice, CardPhoto, CardReading, Verdict
from cicatrix.report.numbers import fixed, percent

__all__ = ["AdviceShown", "CardShown", "TorchShown", "card_shown"]

VERDICTS: Final[dict[Verdict, str]] = {
    "measured": "The photographs of the card are fit to measure.",
    "wider": "The photographs of the card have faults that widen the intervals.",
    "refused": "The photographs of the card cannot be measured.",
}

EFFECTS: Final[dict[Verdict, str]] = {"measured": "hint", "wider": "widens intervals", "refused": "not used"}

DASH: Final = "\N{EN DASH}"


@dataclass(frozen=True, slots=True)
class TorchShown:
    """One photograph, and where its light stood."""

    name: str
    used: str
    hour: str
    elevation: str
    distance: str
    direction: str
    room: str
    moved: str


@dataclass(frozen=True, slots=True)
class AdviceShown:
    """What was wrong, what it costs, and what to do."""

    about: str
    text: str
    effect: str
    fix: str


@dataclass(frozen=True, slots=True)
class CardShown:
    """The whole reading."""

    verdict: str
    scale: str
    colour: str | None
    torches: tuple[TorchShown, ...]
    advice: tuple[AdviceShown, ...]


def card_shown(reading: CardReading | None) -> CardShown | None:
    """Lay out what the card told; None without a card."""
    if reading is None:
        return None
    width, height = reading.window_mm
    printed = "" if reading.print_scale == 1.0 else f", printed at {fixed(100 * reading.print_scale, 1)} %"
    focal = "as the camera states it" if reading.focal_from == "exif" else "estimated from the card"
    scale = (
        f"Card with a window of {width} x {height} mm{printed}; scale within {fixed(100 * reading.scale_error, 1)} %, "
        "as far as the photographs tell."
    )
    return CardShown(
        verdict=VERDICTS[reading.verdict],
        scale=f"{scale} Focal length {fixed(reading.focal_px, 0)} pixels, {focal}.",
        colour=None if reading.colour is None else reading.colour.text,
        torches=tuple(_torch(photo) for photo in reading.photos),
        advice=tuple(_advice(one) for one in reading.advice),
    )


def _torch(photo: CardPhoto) -> TorchShown:
    torch = photo.torch
    return TorchShown(
        name=photo.name,
        used="yes" if photo.used else "no",
        hour=DASH if torch is None else f"{round(torch.clock_hour) % 12 or 12} o\N{RIGHT SINGLE QUOTATION MARK}clock",
        elevation=DASH if torch is None else f"{_range(torch.elevation_deg)}°",
        distance=DASH if torch is None else f"{_range(torch.distance_mm)} mm",
        direction=DASH if torch is None else f"{fixed(torch.direction_error_deg, 1)}°",
        room=DASH if torch is None else percent(torch.room_light),
        moved=DASH if photo.rim_flow_px is None else f"{fixed(photo.rim_flow_px, 1)} px",
    )


def _range(number: Measured) -> str:
    return f"{fixed(number.value, 0)} ({fixed(number.low, 0)}{DASH}{fixed(number.high, 0)})"


def _advice(one: Advice) -> AdviceShown:
    return AdviceShown(about=one.photo or "All photographs", text=one.text, effect=EFFECTS[one.effect], fix=one.fix)
