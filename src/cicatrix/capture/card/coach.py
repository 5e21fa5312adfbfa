"""The coach: what is wrong with each photograph of a card, what it costs, and what to do next time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from cicatrix.model.card_reading import Advice, AdviceCode, Verdict

__all__ = ["LEAST_PHOTOS", "Observed", "advise", "usable", "verdict"]

LEAST_PHOTOS: Final = 4
"""A surface element has three unknowns, and one photograph more tells shadow and gloss apart."""

GOOD_PHOTOS: Final = 6

WIDER_GAP_DEG, REFUSED_GAP_DEG = 110.0, 180.0
"""Widest turn around the card without a light. At half a turn all lights stand on one side, and what leans away from
them is never lit."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """From where a quantity widens the intervals, and from where the photograph is left out."""

    wider: float
    refused: float


BLUR_PX: Final = Bounds(4.5, 9.0)
"""Width of a printed edge; a sharp lens gives 2 to 3."""
FLOW_PX: Final = Bounds(0.6, 2.5)
SHIFT_MM: Final = Bounds(0.5, 3.0)
"""How far the skin slipped under the card before it was aligned."""
TILT_DEG: Final = Bounds(20.0, 35.0)
BEND_MM: Final = Bounds(0.8, 2.5)
BURNT: Final = Bounds(0.02, 0.25)
"""Share of the window's pixels at the top of the range."""
DARK: Final = Bounds(0.08, 0.02)
"""Linear signal of white paper at the window, of the range."""
LOW_DEG: Final = Bounds(22.0, 10.0)
HIGH_DEG: Final = Bounds(72.0, 85.0)
NEAR_MM: Final = Bounds(120.0, 70.0)
ROOM: Final = Bounds(0.2, 0.6)
GLOSS: Final = Bounds(0.04, 0.3)
"""Share of the window's pixels that shine."""
COVERED: Final = Bounds(0.35, 0.65)
"""Share of the card that is cut off or covered."""
COARSE_MM: Final = Bounds(0.11, 0.25)
"""Width of a pixel: a narrow pit must be ten pixels wide to be fitted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """What was observed of one photograph; None where it could not be.

    Attributes
    ----------
    name
        File name.
    markers
        Markers found; 0 when there is no card.
    covered
        Share of the card that is outside the photograph or covered.
    tilt_deg, bend_mm, blur_px, flow_px, shift_mm
        Tilt of the card, distance from a plane, width of a printed edge, motion left at the window's rim, and motion of
        the skin against the card that was taken out.
    burnt, white, gloss
        Share of the window at the top of the range, signal of white paper, share of the window that shines.
    azimuth_deg, elevation_deg, distance_mm
        Where the torch stood.
    room
        Share of the room in the light.
    """

    name: str
    markers: int
    covered: float | None = None
    tilt_deg: float | None = None
    bend_mm: float | None = None
    blur_px: float | None = None
    flow_px: float | None = None
    shift_mm: float | None = None
    burnt: float | None = None
    white: float | None = None
    gloss: float | None = None
    azimuth_deg: float | None = None
    elevation_deg: float | None = None
    distance_mm: float | None = None
    room: float | None = None


@dataclass(frozen=True, slots=True)
class _Check:
    """One quantity of a photograph against its bounds."""

    code: AdviceCode
    field: str
    bounds: Bounds
    text: str
    fix: str

    def look(self, seen: Observed) -> Advice | None:
        value = getattr(seen, self.field)
        if value is None:
            return None
        sign = 1.0 if self.bounds.refused >= self.bounds.wider else -1.0
        if sign * value < sign * self.bounds.wider:
            return None
        effect: Verdict = "refused" if sign * value >= sign * self.bounds.refused else "wider"
        return Advice(code=self.code, photo=seen.name, effect=effect, text=self.text.format(value), fix=self.fix)


_CHECKS: Final = (
    _Check(
        "card_cut_off",
        "covered",
        COVERED,
        "{:.0%} of the card is cut off or covered.",
        "Keep the whole card in the picture, and hands and hair off it.",
    ),
    _Check(
        "card_tilted",
        "tilt_deg",
        TILT_DEG,
        "The card is tilted by {:.0f} degrees.",
        "Let the phone look straight down on the card.",
    ),
    _Check(
        "card_bent",
        "bend_mm",
        BEND_MM,
        "The card is bent by {:.1f} mm.",
        "Press it flat around the window, or print it on stiffer paper.",
    ),
    _Check(
        "out_of_focus",
        "blur_px",
        BLUR_PX,
        "It is out of focus: a printed edge is {:.1f} pixels wide.",
        "Tap on the card to focus, hold the phone at 20 to 30 cm, and use a stand.",
    ),
    _Check(
        "moved",
        "flow_px",
        FLOW_PX,
        "The skin moved against the other photographs, by {:.1f} pixels.",
        "Hold still from the first photograph to the last; put the phone on a stand.",
    ),
    _Check(
        "moved",
        "shift_mm",
        SHIFT_MM,
        "The skin slipped under the card, by {:.1f} mm; it was aligned as far as its spots allow.",
        "Hold still from the first photograph to the last; press the card on, or tape it.",
    ),
    _Check(
        "burnt_out",
        "burnt",
        BURNT,
        "{:.0%} of the skin in the window is burnt out.",
        "Lower the exposure, or hold the torch farther away.",
    ),
    _Check(
        "too_dark",
        "white",
        DARK,
        "It is too dark: white paper reaches {:.0%} of the range.",
        "Raise the exposure, or hold the torch nearer.",
    ),
    _Check(
        "torch_too_low",
        "elevation_deg",
        LOW_DEG,
        "The torch stood too low, {:.0f} degrees above the card: most of the skin lies in shadow.",
        "Hold it higher, at 30 to 60 degrees.",
    ),
    _Check(
        "torch_too_high",
        "elevation_deg",
        HIGH_DEG,
        "The torch stood too high, {:.0f} degrees above the card: nothing casts a shadow.",
        "Hold it lower, at 30 to 60 degrees.",
    ),
    _Check(
        "torch_too_near",
        "distance_mm",
        NEAR_MM,
        "The torch was only {:.0f} mm away.",
        "Hold it 15 to 30 cm from the window.",
    ),
    _Check("room_light", "room", ROOM, "The room gave {:.0%} of the light.", "Darken the room: curtains, lamps off."),
    _Check(
        "gloss",
        "gloss",
        GLOSS,
        "{:.0%} of the skin in the window shines.",
        "Dab the skin dry, without cream; move the torch away from where it is mirrored.",
    ),
)


def advise(observed: Sequence[Observed], *, pixel_mm: float | None, scale_stated: bool) -> tuple[Advice, ...]:
    """Everything that is wrong, photograph by photograph, then of all together.

    Parameters
    ----------
    observed
        All photographs, in order.
    pixel_mm
        Width of a pixel of the common picture; None where there is none.
    scale_stated
        Whether the printed size was checked and stated.
    """
    single = [advice for seen in observed for advice in _of_photo(seen)]
    return (*single, *_of_all(observed, single, pixel_mm, scale_stated=scale_stated))


def usable(observed: Sequence[Observed], advice: Sequence[Advice]) -> tuple[bool, ...]:
    """Whether each photograph takes part."""
    left_out = {one.photo for one in advice if one.effect == "refused" and one.photo is not None}
    return tuple(seen.name not in left_out for seen in observed)


def verdict(advice: Sequence[Advice]) -> Verdict:
    """Whether the capture can be measured: refused only by what concerns all photographs together."""
    effects = {one.effect for one in advice if one.photo is None} | {
        "wider" for one in advice if one.photo is not None and one.effect == "wider"
    }
    if "refused" in effects:
        return "refused"
    return "wider" if "wider" in effects else "measured"


def _of_photo(seen: Observed) -> Iterator[Advice]:
    if seen.markers == 0:
        yield Advice(
            code="no_card",
            photo=seen.name,
            effect="refused",
            text="No card was found in it.",
            fix="Keep the whole card in the picture, sharp and evenly seen; print it at 100 %.",
        )
        return
    for check in _CHECKS:
        found = check.look(seen)
        if found is not None:
            yield found


def _of_all(
    observed: Sequence[Observed], single: Sequence[Advice], pixel_mm: float | None, *, scale_stated: bool
) -> Iterator[Advice]:
    used = [seen for seen, use in zip(observed, usable(observed, single), strict=True) if use]
    if len(used) < GOOD_PHOTOS:
        yield Advice(
            code="too_few",
            photo=None,
            effect="refused" if len(used) < LEAST_PHOTOS else "wider",
            text=f"{len(used)} of {len(observed)} photographs can be used.",
            fix=f"Take 8 photographs or more, the torch at another hour each time; {LEAST_PHOTOS} is the least.",
        )
    turns = sorted(seen.azimuth_deg % 360.0 for seen in used if seen.azimuth_deg is not None)
    if len(turns) >= LEAST_PHOTOS:
        yield from _gap(turns)
    if pixel_mm is not None and pixel_mm > COARSE_MM.wider:
        yield Advice(
            code="coarse",
            photo=None,
            effect="refused" if pixel_mm >= COARSE_MM.refused else "wider",
            text=f"A pixel covers {pixel_mm:.2f} mm of skin: narrow pits are not resolved.",
            fix="Hold the camera nearer (20 to 25 cm), or use the camera with more pixels.",
        )
    if not scale_stated:
        yield Advice(
            code="scale_unchecked",
            photo=None,
            effect="measured",
            text="The printed size of the card was not stated: its nominal size is assumed.",
            fix="Measure the printed ruler and state print_scale in capture.toml, or print_scale = 1 if it is true.",
        )


def _gap(turns: Sequence[float]) -> Iterator[Advice]:
    """The widest turn without a light, if it is too wide."""
    gaps = np.diff([*turns, turns[0] + 360.0])
    widest = int(np.argmax(gaps))
    if gaps[widest] < WIDER_GAP_DEG:
        return
    middle = turns[widest] + gaps[widest] / 2
    hour = round((90.0 - middle) / 30.0) % 12 or 12
    yield Advice(
        code="side_missing",
        photo=None,
        effect="refused" if gaps[widest] >= REFUSED_GAP_DEG else "wider",
        text=f"No light came from the side around {hour} o'clock: a gap of {gaps[widest]:.0f} degrees.",
        fix=f"Add photographs with the torch around {hour} o'clock, once high and once low.",
    )
